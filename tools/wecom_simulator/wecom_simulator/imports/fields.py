"""WeCom's member and department files as data: how they are read, and what each cell may hold."""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from wecom_simulator.state.errors import JobError

NAME: Final = "姓名"
USERID: Final = "帐号"
MOBILE: Final = "手机号"
EMAIL: Final = "邮箱"
DEPARTMENTS: Final = "所在部门"
LEADS: Final = "是否部门内领导"
ORDERS: Final = "排序"
GENDER: Final = "性别"
DISABLED: Final = "禁用"
PARTY_NAME: Final = "部门名称"
PARTY_ID: Final = "部门ID"
PARTY_PARENT: Final = "父部门ID"
PARTY_ORDER: Final = "排序"

MEMBER_REQUIRED: Final = ((NAME,), (USERID,), (MOBILE, EMAIL), (DEPARTMENTS,))
PARTY_REQUIRED: Final = ((PARTY_NAME,), (PARTY_ID,), (PARTY_PARENT,))

TEXT_COLUMNS: Final = {
    NAME: "name",
    MOBILE: "mobile",
    EMAIL: "email",
    "职位": "position",
    GENDER: "gender",
    "别名": "alias",
    "地址": "address",
    "座机": "telephone",
}
"""Columns that are copied into the field of that name."""

MAX_DEPARTMENTS: Final = 100
MAX_ORDER: Final = 2**32
MAX_PARTY_ID: Final = 2**31
MAX_PARTIES: Final = 30_000
MAX_DEPTH: Final = 15
MAX_PARTY_NAME: Final = 64

_USERID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}")
_MOBILE = re.compile(r"1[0-9]{10}|\+(?!86)[0-9][0-9\-]{3,30}")
_EMAIL = re.compile(r"[^@\s,;\"<>]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+")
_TELEPHONE = re.compile(r"[0-9+,\-]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,10}")
_PARTY_FORBIDDEN = re.compile(r'[\\:*?"<>|]')
MAX_EMAIL_BYTES: Final = 64
INVALID_FILE: Final = 40092


class CellRule(NamedTuple):
    """What a column may hold and the error code of a row that breaks it."""

    column: str
    errcode: int
    allows: Callable[[str], bool]


def _at_most(characters: int) -> Callable[[str], bool]:
    return lambda cell: len(cell) <= characters


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda cell: not cell or pattern.fullmatch(cell) is not None


def _is_email(cell: str) -> bool:
    return len(cell.encode()) <= MAX_EMAIL_BYTES and _matches(_EMAIL)(cell)


CELL_RULES: Final = (
    CellRule(USERID, 40003, lambda cell: _USERID.fullmatch(cell) is not None),
    CellRule(NAME, 60112, lambda cell: 1 <= len(cell) <= 64),  # noqa: PLR2004
    CellRule(MOBILE, 60103, _matches(_MOBILE)),
    CellRule(EMAIL, 60105, _is_email),
    CellRule("职位", 301012, _at_most(128)),
    CellRule("座机", 301013, _matches(_TELEPHONE)),
    CellRule("别名", 301014, _at_most(64)),
    CellRule("地址", 40058, _at_most(128)),
    CellRule(GENDER, 40058, lambda cell: cell in {"", "男", "女"}),
    CellRule(DISABLED, 40058, lambda cell: cell in {"", "0", "1"}),
)
"""Checked in this order; the codes are those of doc/90313."""


def number(cell: str, below: int) -> int | None:
    """Return the non-negative decimal number in *cell*, or None unless it is below *below*."""
    value = int(cell) if _NUMBER.fullmatch(cell) else below
    return value if value < below else None


def party_name_error(name: str) -> int | None:
    """Return the code for a department name that is too long or has a forbidden character."""
    if len(name) > MAX_PARTY_NAME:
        return 60001
    return 60009 if _PARTY_FORBIDDEN.search(name) else None


class CsvTable(NamedTuple):
    """The rows of a file by header; cells a short row lacks are blank, extra ones are dropped."""

    headers: tuple[str, ...]
    rows: list[dict[str, str]]

    def require(self, *alternatives: Iterable[str]) -> None:
        """Raise JobError 40092 unless each of *alternatives* has one of its columns here."""
        for names in alternatives:
            wanted = list(names)
            if not any(name in self.headers for name in wanted):
                raise JobError(INVALID_FILE, f"no column {'/'.join(wanted)}")


def parse(data: bytes) -> CsvTable:
    """Return the table in *data*. Every comma separates, empty lines are skipped.

    Raises JobError 40092 for what is not UTF-8, for no rows and for a header used twice.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise JobError(INVALID_FILE, "not UTF-8") from error
    lines = [line.removesuffix("\r").split(",") for line in text.split("\n")]
    headers, *rows = [cells for cells in lines if any(cells)] or [[""]]
    named = [header for header in headers if header]
    if len(named) != len(set(named)):
        raise JobError(INVALID_FILE, "the same column twice")
    if not rows:
        raise JobError(INVALID_FILE, "no rows")
    blank = dict.fromkeys(headers, "")
    return CsvTable(tuple(headers), [blank | dict(zip(headers, row, strict=False)) for row in rows])
