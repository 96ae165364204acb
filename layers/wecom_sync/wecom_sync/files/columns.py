"""WeCom's import templates as data: the columns, their other names, and their rules.

Sources: the official templates (departments 2016 and 2021, members 2016, 2019 to 2021) and
doc/90979, doc/91130, doc/91132. A column is recognised by its name; the order is free. Limits
are those of the interface for single members and departments (doc/90195, doc/90205).
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.files.cell_rules import (
    Rule,
    at_most,
    at_most_bytes,
    matching,
    one_of,
    without,
)
from wecom_sync.files.department_cells import (
    FORBIDDEN,
    ID_COLUMN,
    MAX_NAME,
    NAME_COLUMN,
    PARENT_COLUMN,
    ROOT_PARENT,
    is_department_id,
    normal_number,
)
from wecom_sync.files.member_cells import (
    DAMAGED_ID,
    DAMAGED_NUMBER,
    DATE_ID,
    EMAIL,
    MOBILE,
    NO_PART_OF_A_NUMBER,
    ROUNDED_ID,
    blank_department,
    damaged_department,
    masked_email,
    masked_mobile,
    masked_name,
    normal_departments,
    normal_gender,
    normal_mobile,
    normal_numbers,
    normal_telephone,
    normal_truths,
    placeholder,
    repeated_department,
    too_many_departments,
    wrong_departments,
    wrong_mobile_length,
    wrong_orders,
)
from wecom_sync.files.problems import shortened

__all__ = [
    "COMMENT",
    "CONTACT_COLUMNS",
    "DEPARTMENTS_COLUMN",
    "DEPARTMENT_COLUMNS",
    "EXPLANATION",
    "ID_COLUMN",
    "LEADERS_COLUMN",
    "LIST_COLUMNS",
    "MAIL_COLUMN",
    "MEMBER_COLUMNS",
    "MEMBER_NAME_COLUMN",
    "NAME_COLUMN",
    "ORDERS_COLUMN",
    "PARALLEL_COLUMNS",
    "PARENT_COLUMN",
    "ROOT_PARENT",
    "USER_COLUMN",
    "Column",
    "attribute",
    "columns_of",
    "habitual_names",
    "header_names",
    "id_column",
    "is_comment",
    "name_column",
    "normal_header",
    "row_key",
]

DEPARTMENTS_COLUMN = "所在部门"
LEADERS_COLUMN = "是否部门内领导"
ORDERS_COLUMN = "排序"
MEMBER_NAME_COLUMN = "姓名"
USER_COLUMN = "帐号"
DISABLED_COLUMN = "禁用"
MOBILE_COLUMN = "手机号"
MAIL_COLUMN = "邮箱"
_BREAKS = re.compile(r"[\t-\r\x85\u2028\u2029]+")
_REPLACEMENTS = str.maketrans({",": "，", '"': "”"})


def _as_it_is(cell: str) -> str:
    return cell


def carried(cell: str) -> str:
    """Return a text that WeCom's CSV can carry: full-width marks, a blank for a line break."""
    parts = (part.strip() for part in _BREAKS.split(cell))
    return " ".join(filter(None, parts)).translate(_REPLACEMENTS)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template.

    `name`: what we write to WeCom; `habits`: other headers that people use, which mean the column
    only if the file has no better header for it. For a cell that is not blank: `carried` replaces
    characters that the upload cannot carry; `normal` returns what is uploaded; `rules` are checked
    in their order until one is broken; then `doubts`, which only warn; `shown` returns what a text
    may show. `unique`: the code for a value of an earlier row. `is_exact`: what a workbook
    formats, such as a date, is no value. `is_ignored`: WeCom may ignore the column, so no cell
    makes the file bad.
    """

    name: str
    aliases: tuple[str, ...] = ()
    habits: tuple[str, ...] = ()
    required: bool = False
    carried: Callable[[str], str] | None = None
    normal: Callable[[str], str] = _as_it_is
    rules: tuple[Rule, ...] = ()
    doubts: tuple[Rule, ...] = ()
    shown: Callable[[str], str] = shortened
    unique: TextCode | None = None
    is_exact: bool = False
    is_ignored: bool = False


def attribute(name: str) -> Column:
    """Return a column that no template has: an attribute, if the console has one of that name."""
    return Column(name, carried=carried, is_ignored=True)


_NAME_RULES = (
    Rule("name_placeholder", "what programs write for a missing value", placeholder),
    Rule("name_formula", "what a spreadsheet exports of a broken formula", without("^[=＝]")),
)


def _department_id(value: str) -> Params | None:
    return None if is_department_id(value) else {}


def _parent_id(value: str) -> Params | None:
    """Take 0 for the root's parent; every other parent is a department."""
    return None if value == ROOT_PARENT or is_department_id(value) else {}


def _order(value: str) -> Params | None:
    return {} if ";" in value else wrong_orders(value)


def _forbidden_character(value: str) -> Params | None:
    return {} if any(character in value for character in FORBIDDEN) else None


MEMBER_COLUMNS = (
    Column(
        MEMBER_NAME_COLUMN,
        ("name",),
        ("员工姓名",),
        required=True,
        rules=(
            Rule("cell_too_long", "doc/90195, 60112", at_most(64)),
            *_NAME_RULES,
            Rule(
                "name_question_mark",
                "what an encoding without the character leaves",
                without("[?？]"),
            ),
            Rule("name_number", "a name has letters", without(r"^[0-9０-９]+$")),
        ),
        shown=masked_name,
    ),
    Column(
        USER_COLUMN,
        ("账号", "userid"),
        ("帐號", "帳號", "用户ID", "User ID", "员工帐号", "员工账号"),
        required=True,
        rules=(
            Rule("user_id_damaged", "40003", without(DAMAGED_ID)),
            Rule(
                "user_id_invalid",
                "doc/90195, 40003",
                matching(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}"),
            ),
        ),
        doubts=(
            Rule("warning_user_id_date", "40003", without(DATE_ID)),
            Rule("warning_user_id_rounded", "40003", without(ROUNDED_ID)),
        ),
        unique="user_id_duplicate",
        is_exact=True,
    ),
    Column("微信号", ("weixinid",), shown=masked_name),
    Column(
        MOBILE_COLUMN,
        ("手机", "mobile"),
        ("手机号码", "移动电话"),
        normal=normal_mobile,
        rules=(
            Rule("mobile_damaged", "doc/90195, 60103", without(DAMAGED_NUMBER)),
            Rule("mobile_starred", "doc/90195, 60103", without(r"[*＊]")),
            Rule("mobile_letters", "doc/90195, 60103", without(NO_PART_OF_A_NUMBER)),
            Rule("mobile_length", "doc/90195, 60103", wrong_mobile_length),
            Rule("mobile_invalid", "doc/90195, 60103", matching(MOBILE)),
        ),
        shown=masked_mobile,
        unique="mobile_duplicate",
        is_exact=True,
    ),
    Column(
        "邮箱",
        ("email",),
        ("邮箱地址", "电子邮件", "电子邮箱", "E-mail"),
        rules=(
            Rule("email_too_long", "doc/90195, 60105", at_most_bytes(64)),
            Rule("email_invalid", "doc/90195, 60105", matching(EMAIL)),
        ),
        shown=masked_email,
        unique="email_duplicate",
    ),
    Column(
        DEPARTMENTS_COLUMN,
        ("部门", "department"),
        ("部门ID",),
        required=True,
        normal=normal_departments,
        rules=(
            Rule("department_damaged", "doc/91130, 60125", damaged_department),
            Rule("department_list_blank", "doc/91130, 60125", blank_department),
            Rule("department_list_invalid", "doc/91130, 60125", wrong_departments),
            Rule("department_twice", "doc/91130", repeated_department),
            Rule("departments_of_member_too_many", "doc/90195, 60110", too_many_departments),
        ),
        is_exact=True,
    ),
    Column(
        "职位",
        ("position",),
        ("职务",),
        carried=carried,
        rules=(Rule("cell_too_long", "doc/90195, 301012", at_most(128)),),
    ),
    Column(
        "性别",
        ("gender",),
        normal=normal_gender,
        rules=(Rule("gender_invalid", "the member template", one_of("男", "女")),),
    ),
    Column(
        LEADERS_COLUMN,
        ("is_leader_in_dept",),
        normal=normal_truths,
        rules=(Rule("leader_list_invalid", "doc/90195, 60132", matching(r"[01](?:;[01])*")),),
    ),
    Column(
        ORDERS_COLUMN,
        ("order",),
        normal=normal_numbers,
        rules=(Rule("order_list_invalid", "doc/90195", wrong_orders),),
    ),
    Column(
        "别名",
        ("alias",),
        rules=(Rule("cell_too_long", "doc/90195, 301014", at_most(64)), *_NAME_RULES),
        shown=masked_name,
    ),
    Column(
        "地址",
        ("address",),
        carried=carried,
        rules=(Rule("cell_too_long", "doc/90195", at_most(128)),),
        shown=masked_name,
    ),
    Column(
        "座机",
        ("telephone",),
        ("办公电话",),
        carried=normal_telephone,
        normal=normal_telephone,
        rules=(Rule("telephone_invalid", "doc/90195, 301013", matching(r"[0-9+\-]{1,32}")),),
        shown=masked_mobile,
        is_exact=True,
    ),
    Column(
        DISABLED_COLUMN,
        ("disabled",),
        normal=normal_truths,
        rules=(Rule("disabled_invalid", "the member template", one_of("0", "1")),),
    ),
)
"""Members. WeCom's templates write `帐号`; `账号` is read as the same."""

DEPARTMENT_COLUMNS = (
    Column(
        NAME_COLUMN,
        ("name",),
        required=True,
        rules=(
            Rule("cell_too_long", "doc/90205, 60001", at_most(MAX_NAME)),
            *_NAME_RULES,
            Rule("department_name_invalid", "doc/90205, 60009", _forbidden_character),
        ),
    ),
    Column(
        ID_COLUMN,
        ("id",),
        required=True,
        normal=normal_number,
        rules=(
            Rule("department_damaged", "doc/91132", damaged_department),
            Rule("department_id_invalid", "doc/91132", _department_id),
        ),
        unique="department_id_duplicate",
        is_exact=True,
    ),
    Column(
        PARENT_COLUMN,
        ("parentid",),
        required=True,
        normal=normal_number,
        rules=(
            Rule("department_damaged", "doc/91132", damaged_department),
            Rule("department_id_invalid", "doc/91132", _parent_id),
        ),
        is_exact=True,
    ),
    Column(
        ORDERS_COLUMN,
        ("order",),
        normal=normal_number,
        rules=(Rule("order_invalid", "doc/90205", _order),),
    ),
)

CONTACT_COLUMNS = (MOBILE_COLUMN, MAIL_COLUMN)
"""A member needs one of the two (40092, 60129)."""

PARALLEL_COLUMNS = (LEADERS_COLUMN, ORDERS_COLUMN)
"""If not blank, these have one value for each department of the member (60132)."""

LIST_COLUMNS = frozenset({DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS})
"""Member cells that hold several values."""

EXPLANATION = "禁用项说明：(0-启用;1-禁用)"
"""A header of the member template that only explains another column. Its cells are blank."""


COMMENT = "wecom-sync:"
"""How the headers of the columns begin that `fix.csv` has beside WeCom's: only people read them."""


def is_comment(header: str) -> bool:
    """Whether a column is a comment of ours, in whatever language and width."""
    return normal_header(header).startswith(COMMENT)


def columns_of(job: Job) -> tuple[Column, ...]:
    """Return the template of the job's file."""
    return MEMBER_COLUMNS if job.has_members else DEPARTMENT_COLUMNS


def id_column(job: Job) -> str:
    """Return the column that names a row."""
    return USER_COLUMN if job.has_members else ID_COLUMN


def name_column(job: Job) -> str:
    """Return the column that names a member or a department for people."""
    return MEMBER_NAME_COLUMN if job.has_members else NAME_COLUMN


def row_key(job: Job, row_id: str) -> str:
    """Return the form in which ids are compared: lower case, numbers without leading zeros."""
    return row_id.casefold() if job.has_members else row_id.lstrip("0") or "0"


def normal_header(cell: str) -> str:
    """Return the form in which headers are compared: without blanks and full-width characters."""
    return "".join(unicodedata.normalize("NFKC", cell).replace("\ufeff", "").casefold().split())


def header_names(job: Job, mapped: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map every spelling of a header, in its normal form, to WeCom's name.

    `mapped`: a corp's own headers of member columns. They never change the meaning of WeCom's.
    """
    names = {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in (column.name, *column.aliases)
    }
    for header, target in (mapped or {}).items() if job.has_members else ():
        if column_name := names.get(normal_header(target)):
            names.setdefault(normal_header(header), column_name)
    return names


def habitual_names(job: Job) -> dict[str, str]:
    """Map every other header that people use, in its normal form, to WeCom's name."""
    return {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in column.habits
    }
