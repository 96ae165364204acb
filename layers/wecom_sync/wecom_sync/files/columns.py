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
    CODE_COLUMN,
    FORBIDDEN,
    ID_COLUMN,
    MAX_NAME,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    PARENT_NAME_COLUMN,
    PATH_COLUMN,
    ROOT_PARENT,
    is_department_id,
    normal_code,
    normal_number,
    normal_parent_code,
    normal_path,
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
    damaged_code,
    damaged_department,
    masked_email,
    masked_mobile,
    masked_name,
    normal_codes,
    normal_departments,
    normal_gender,
    normal_mobile,
    normal_orders,
    normal_telephone,
    normal_truths,
    placeholder,
    repeated_department,
    too_long_code,
    too_many_departments,
    wrong_departments,
    wrong_mobile_length,
    wrong_orders,
)
from wecom_sync.files.problems import shortened

__all__ = [
    "CODE_COLUMN",
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
    "PARENT_CODE_COLUMN",
    "PARENT_COLUMN",
    "PARENT_NAME_COLUMN",
    "PATH_COLUMN",
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
_REQUIRED = re.compile(r"^\*|\*$|\((?:必填|选填|必填项|required)\)$")
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
    only if the file has no better header for it; `candidates`: headers that may mean it, which only
    a person can say. `is_sent`: WeCom has the column. `splits`: commas, `|` and line breaks stand
    between its values. For a cell that is not blank: `carried` replaces
    characters that the upload cannot carry; `normal` returns what is uploaded; `rules` are checked
    in their order until one is broken; then `doubts`, which only warn; `shown` returns what a text
    may show. `unique`: the code for a value of an earlier row. `is_exact`: what a workbook
    formats, such as a date, is no value. `is_ignored`: WeCom may ignore the column, so no cell
    makes the file bad.
    """

    name: str
    aliases: tuple[str, ...] = ()
    habits: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    is_sent: bool = True
    splits: bool = False
    required: bool = False
    carried: Callable[[str], str] | None = None
    normal: Callable[[str], str] = _as_it_is
    rules: tuple[Rule, ...] = ()
    doubts: tuple[Rule, ...] = ()
    shown: Callable[[str], str] = shortened
    unique: TextCode | None = None
    is_exact: bool = False
    is_ignored: bool = False


def _spelt(headers: str) -> tuple[str, ...]:
    return tuple(headers.split("、"))


def attribute(name: str) -> Column:
    """Return a column that no template has: an attribute, if the console has one of that name."""
    return Column(name, carried=carried, is_ignored=True)


_NAME_RULES = (
    Rule("name_placeholder", "what programs write for a missing value", placeholder),
    Rule("name_formula", "what a spreadsheet exports of a broken formula", without("^[=＝]")),
)


_CODE_RULES = (
    Rule("department_code_damaged", "what a spreadsheet makes of a code", damaged_code),
    Rule("cell_too_long", "longer than any code", too_long_code),
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
        ("员工姓名", "人员姓名", "中文姓名", "Full Name", "Employee Name"),
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
        _spelt("帐號、帳號、用户ID、User ID、员工帐号、员工账号、企业微信帐号、企业微信账号"),
        _spelt(
            "工号、员工工号、员工编号、员工编码、员工号、人员编号、人员编码、职工号、Employee ID、"
            "Employee Number、用户名、登录名"
        ),
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
        ("手机号码", "移动电话", "Mobile Phone", "Mobile Number"),
        ("联系电话", "联系方式", "电话", "Phone"),
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
        ("邮箱地址", "电子邮件", "电子邮箱", "E-mail", "个人邮箱", "Email Address"),
        ("企业邮箱", "公司邮箱", "工作邮箱", "Work Email"),
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
        _spelt(
            "部门ID、部门全路径、部门路径、部门全称、所属部门、部门名称、所属组织、组织名称、组织、"
            "Department Name"
        ),
        ("任职部门", "机构", "单位", "Organization"),
        splits=True,
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
        ("职务", "岗位", "岗位名称", "职位名称", "Job Title", "Position Title"),
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
        normal=normal_orders,
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
    Column(
        CODE_COLUMN,
        ("部门编号", "部门代码", "组织编码"),
        ("组织编号", "组织代码", "机构编码", "Department Code", "Department ID"),
        is_sent=False,
        splits=True,
        normal=normal_codes,
        rules=(
            *_CODE_RULES,
            Rule("department_twice", "doc/91130", repeated_department),
            Rule("departments_of_member_too_many", "doc/90195, 60110", too_many_departments),
        ),
    ),
)
"""Members. WeCom's templates write `帐号`; `账号` is read as the same."""

DEPARTMENT_COLUMNS = (
    Column(
        NAME_COLUMN,
        ("name",),
        ("部门", "组织名称", "机构名称", "组织", "Department Name"),
        ("名称", "单位名称", "Department"),
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
        ("上级部门ID", "父级部门ID"),
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
    Column(
        CODE_COLUMN,
        ("部门编号", "部门代码", "组织编码"),
        ("组织编号", "组织代码", "机构编码", "Department Code", "Department ID"),
        ("编码", "编号", "代码", "机构代码", "Code"),
        is_sent=False,
        normal=normal_code,
        rules=_CODE_RULES,
        unique="department_code_duplicate",
    ),
    Column(
        PARENT_CODE_COLUMN,
        ("上级编码", "父部门编码", "上级部门编号", "上级部门代码", "上级组织编码"),
        _spelt(
            "上级编号、上级代码、父编码、父级编码、父级部门编码、父部门编号、父部门代码、上级组织编号、"
            "上级组织代码、上级机构编码、Parent Department Code、Parent Department ID"
        ),
        ("上级ID", "父级", "Parent"),
        is_sent=False,
        normal=normal_parent_code,
        rules=_CODE_RULES,
    ),
    Column(
        PARENT_NAME_COLUMN,
        ("上级部门名称", "上级组织", "父部门"),
        _spelt(
            "上级组织名称、上级机构、父部门名称、父级部门、直属上级部门、上级部门路径、"
            "Parent Department"
        ),
        is_sent=False,
        normal=normal_path,
    ),
    Column(
        PATH_COLUMN,
        ("部门全称", "部门全路径"),
        ("组织路径", "组织全称", "组织全路径", "部门完整路径", "部门层级"),
        is_sent=False,
        normal=normal_path,
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
    """Return the form in which headers are compared.

    It has no blanks, no full-width characters, and no mark that the column must be filled.
    """
    spelt = unicodedata.normalize("NFKC", cell).replace("\ufeff", "").casefold()
    return _REQUIRED.sub("", "".join(spelt.split()))


def header_names(job: Job, mapped: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map every spelling of a header, in its normal form, to WeCom's name.

    `mapped`: a corp's own headers. They never change the meaning of a name of WeCom's columns.
    """
    names = {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in (column.name, *column.aliases)
    }
    sent = {column.name for column in columns_of(job) if column.is_sent}
    own = {}
    for header, target in (mapped or {}).items():
        spelt = normal_header(header)
        if names.get(spelt) not in sent and (column_name := names.get(normal_header(target))):
            own[spelt] = column_name
    return names | own


def habitual_names(job: Job) -> dict[str, str]:
    """Map every other header that people use, in its normal form, to WeCom's name.

    Of several headers for one column the first has the best claim.
    """
    return {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in column.habits
    }


_LEVEL = re.compile(
    "(?:第?(?P<a>[一二三四五六七八九十]|1?[0-9])级|l(?P<b>1?[0-9]))(?:部门|组织|机构)(?:名称)?"
    "|(?:部门|组织|机构)(?:名称)?(?:第?(?P<c>[一二三四五六七八九十]|1?[0-9])级|l(?P<d>1?[0-9])"
    "|(?P<e>[一二三四五六七八九十])级?)"
)
_NUMERALS = "一二三四五六七八九十"


def level_of(header: str) -> int:
    """Return the level that a column of departments is about, from 1; 0 for any other column."""
    found = _LEVEL.fullmatch(normal_header(header))
    if found is None:
        return 0
    said = next(filter(None, found.groups()))
    return _NUMERALS.index(said) + 1 if said in _NUMERALS else int(said)
