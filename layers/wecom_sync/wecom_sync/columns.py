"""WeCom's import templates as data: the columns, what else people call them, what they must hold.

Sources: the official templates (departments 2016 and 2021, members 2016, 2019 to 2021) and
doc/90979, doc/91130, doc/91132. A column is recognised by its name; the order is free.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.run import Job

_USER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}")
_DEPARTMENT_ID = re.compile(r"[0-9]{1,10}")
MAX_ID = 2**32 - 1
PARENT_COLUMN = "父部门ID"
ROOT_PARENT = "0"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template.

    `name` is what we write to WeCom. `problem` returns the catalogue's code of what is wrong
    with a cell that is not blank, or None.
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    problem: Callable[[str], str | None] = lambda _: None


def _is_department_id(text: str) -> bool:
    return bool(_DEPARTMENT_ID.fullmatch(text)) and 0 < int(text) <= MAX_ID


def _user_id(cell: str) -> str | None:
    """1 to 64 of letters, digits and `_-@.`, the first a letter or digit (40003)."""
    return None if _USER_ID.fullmatch(cell) else "user_id_invalid"


def _department_id(cell: str) -> str | None:
    return None if _is_department_id(cell) else "department_id_invalid"


def _parent_id(cell: str) -> str | None:
    """Take 0 for the root's parent; every other parent is a department."""
    return None if cell == ROOT_PARENT or _is_department_id(cell) else "department_id_invalid"


def _department_list(cell: str) -> str | None:
    """Numeric ids joined by semicolons (doc/91130)."""
    parts = cell.split(";")
    return None if all(_is_department_id(part) for part in parts) else "department_list_invalid"


MEMBER_COLUMNS = (
    Column("姓名", ("name",), required=True),
    Column("帐号", ("账号", "userid"), required=True, problem=_user_id),
    Column("微信号", ("weixinid",)),
    Column("手机号", ("手机", "mobile")),
    Column("邮箱", ("email",)),
    Column("所在部门", ("部门", "department"), required=True, problem=_department_list),
    Column("职位", ("position",)),
    Column("性别", ("gender",)),
    Column("是否部门内领导", ("is_leader_in_dept",)),
    Column("排序", ("order",)),
    Column("别名", ("alias",)),
    Column("地址", ("address",)),
    Column("座机", ("telephone",)),
    Column("禁用", ("disabled",)),
)
"""Members: `帐号` is what WeCom's templates write; `账号` is turned into it."""

DEPARTMENT_COLUMNS = (
    Column("部门名称", ("name",), required=True),
    Column("部门ID", ("id",), required=True, problem=_department_id),
    Column(PARENT_COLUMN, ("parentid",), required=True, problem=_parent_id),
    Column("排序", ("order",)),
)

CONTACT_COLUMNS = ("手机号", "邮箱")
"""A member needs one of the two (40092, 60129)."""

LIST_COLUMNS = frozenset({"所在部门", "是否部门内领导", "排序"})
"""Member cells that hold several values; the full-width semicolon is turned into `;`."""


def columns_of(job: Job) -> tuple[Column, ...]:
    """Return the template of the job's file."""
    return MEMBER_COLUMNS if job.has_members else DEPARTMENT_COLUMNS


def id_column(job: Job) -> str:
    """Return the column that names a row."""
    return "帐号" if job.has_members else "部门ID"


def normal_header(cell: str) -> str:
    """Return the form in which header names are compared: no blanks, full-width folded."""
    return unicodedata.normalize("NFKC", cell).replace("\ufeff", "").strip().casefold()


def header_names(job: Job) -> dict[str, str]:
    """Map every spelling of a header, in its normal form, to WeCom's name."""
    return {
        normal_header(spelling): column.name
        for column in columns_of(job)
        for spelling in (column.name, *column.aliases)
    }
