"""WeCom's import templates as data: the columns, what else people call them, what they must hold.

Sources: the official templates (departments 2016 and 2021, members 2016, 2019 to 2021) and
doc/90979, doc/91130, doc/91132. A column is recognised by its name; the order is free. Limits
are those of the interface for single members and departments (doc/90195, doc/90205).
"""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wecom_sync.department_rules import (
    FORBIDDEN,
    ID_COLUMN,
    MAX_NAME,
    NAME_COLUMN,
    PARENT_COLUMN,
    ROOT_PARENT,
    is_department_id,
    normal_number,
)
from wecom_sync.member_rules import (
    DAMAGED_NUMBER,
    EMAIL,
    MOBILE,
    NO_PART_OF_A_NUMBER,
    blank_department,
    folded,
    masked_email,
    masked_mobile,
    masked_name,
    normal_departments,
    normal_gender,
    normal_mobile,
    normal_numbers,
    repeated_department,
    too_many_departments,
    wrong_departments,
    wrong_mobile_length,
    wrong_orders,
)
from wecom_sync.problems import shortened
from wecom_sync.rules import Params, Rule, at_most, at_most_bytes, matching, one_of, without
from wecom_sync.run import Job

__all__ = [
    "CONTACT_COLUMNS",
    "DEPARTMENTS_COLUMN",
    "DEPARTMENT_COLUMNS",
    "EXPLANATION",
    "ID_COLUMN",
    "LEADERS_COLUMN",
    "LIST_COLUMNS",
    "MEMBER_COLUMNS",
    "NAME_COLUMN",
    "ORDERS_COLUMN",
    "PARALLEL_COLUMNS",
    "PARENT_COLUMN",
    "ROOT_PARENT",
    "USER_COLUMN",
    "Column",
    "columns_of",
    "header_names",
    "id_column",
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


def _as_it_is(cell: str) -> str:
    return cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template.

    `name` is what we write to WeCom. For a cell that is not blank: `normal` returns what is
    uploaded, `rules` are checked in their order until one is broken, `shown` returns what a text
    may show of it. `unique` names the problem of a value that stands in an earlier row.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    normal: Callable[[str], str] = _as_it_is
    rules: tuple[Rule, ...] = ()
    shown: Callable[[str], str] = shortened
    unique: str = ""


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
        required=True,
        rules=(Rule("cell_too_long", "doc/90195, 60112", at_most(64)),),
        shown=masked_name,
    ),
    Column(
        USER_COLUMN,
        ("账号", "userid"),
        required=True,
        rules=(
            Rule("user_id_damaged", "40003", without(r"^[0-9]+\.0+$")),
            Rule(
                "user_id_invalid",
                "doc/90195, 40003",
                matching(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}"),
            ),
        ),
        unique="user_id_duplicate",
    ),
    Column("微信号", ("weixinid",), shown=masked_name),
    Column(
        MOBILE_COLUMN,
        ("手机", "mobile"),
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
    ),
    Column(
        "邮箱",
        ("email",),
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
        required=True,
        normal=normal_departments,
        rules=(
            Rule("department_list_blank", "doc/91130, 60125", blank_department),
            Rule("department_list_invalid", "doc/91130, 60125", wrong_departments),
            Rule("department_twice", "doc/91130", repeated_department),
            Rule("departments_of_member_too_many", "doc/90195, 60110", too_many_departments),
        ),
    ),
    Column(
        "职位", ("position",), rules=(Rule("cell_too_long", "doc/90195, 301012", at_most(128)),)
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
        normal=normal_numbers,
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
        rules=(Rule("cell_too_long", "doc/90195, 301014", at_most(64)),),
        shown=masked_name,
    ),
    Column(
        "地址",
        ("address",),
        rules=(Rule("cell_too_long", "doc/90195", at_most(128)),),
        shown=masked_name,
    ),
    Column(
        "座机",
        ("telephone",),
        normal=folded,
        rules=(Rule("telephone_invalid", "doc/90195, 301013", matching(r"[0-9\-]{1,32}")),),
        shown=masked_mobile,
    ),
    Column(
        DISABLED_COLUMN,
        ("disabled",),
        normal=folded,
        rules=(Rule("disabled_invalid", "the member template", one_of("0", "1")),),
    ),
)
"""Members: `帐号` is what WeCom's templates write; `账号` is turned into it."""

DEPARTMENT_COLUMNS = (
    Column(
        NAME_COLUMN,
        ("name",),
        required=True,
        rules=(
            Rule("cell_too_long", "doc/90205, 60001", at_most(MAX_NAME)),
            Rule("department_name_invalid", "doc/90205, 60009", _forbidden_character),
        ),
    ),
    Column(
        ID_COLUMN,
        ("id",),
        required=True,
        normal=normal_number,
        rules=(Rule("department_id_invalid", "doc/91132", _department_id),),
        unique="department_id_duplicate",
    ),
    Column(
        PARENT_COLUMN,
        ("parentid",),
        required=True,
        normal=normal_number,
        rules=(Rule("department_id_invalid", "doc/91132", _parent_id),),
    ),
    Column(
        ORDERS_COLUMN,
        ("order",),
        normal=normal_number,
        rules=(Rule("order_invalid", "doc/90205", _order),),
    ),
)

CONTACT_COLUMNS = (MOBILE_COLUMN, "邮箱")
"""A member needs one of the two (40092, 60129)."""

PARALLEL_COLUMNS = (LEADERS_COLUMN, ORDERS_COLUMN)
"""Filled, they hold a value for each of the member's departments (60132)."""

LIST_COLUMNS = frozenset({DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS})
"""Member cells that hold several values."""

EXPLANATION = "禁用项说明：(0-启用;1-禁用)"
"""A header of the member template that only explains another; its cells are blank."""


def columns_of(job: Job) -> tuple[Column, ...]:
    """Return the template of the job's file."""
    return MEMBER_COLUMNS if job.has_members else DEPARTMENT_COLUMNS


def id_column(job: Job) -> str:
    """Return the column that names a row."""
    return USER_COLUMN if job.has_members else ID_COLUMN


def row_key(job: Job, row_id: str) -> str:
    """Return the form in which ids are one and the same: user ids fold case, numbers zeros."""
    return row_id.casefold() if job.has_members else row_id.lstrip("0") or "0"


def normal_header(cell: str) -> str:
    """Return the form in which header names are compared: no blanks, full-width folded."""
    return unicodedata.normalize("NFKC", cell).replace("\ufeff", "").strip().casefold()


def header_names(job: Job, mapped: Mapping[str, str] | None = None) -> dict[str, str]:
    """Map every spelling of a header, in its normal form, to WeCom's name.

    `mapped`: a corp's own spellings of member columns; they never change what a spelling of
    WeCom's means.
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
