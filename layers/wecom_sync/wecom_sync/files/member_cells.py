"""Functions that the member columns refer to: they normalise, mask and check cells.

Normalising a normal form changes nothing. A cell that is not understood stays as it is, and a
rule finds it.
"""

import re
import unicodedata
from collections import Counter

from wecom_sync.domain.texts import Params
from wecom_sync.files.cell_rules import no_entry
from wecom_sync.files.department_cells import (
    BETWEEN,
    FORBIDDEN,
    MAX_DEPTH,
    MAX_NAME,
    NOBODY,
    is_number,
    normal_code,
)
from wecom_sync.files.privacy import shortened

MAX_DEPARTMENTS = 100
"""Departments of one member (doc/90195; the text of 60110 still says 20)."""
MAX_ORDER = 2**32 - 1

MAINLAND = r"1[3-9][0-9]{9}"
MOBILE = rf"{MAINLAND}|\+(?!86|0)[0-9]{{7,15}}"
"""As uploaded: 11 digits on the mainland, country code and number elsewhere (ITU-T E.164)."""
NO_PART_OF_A_NUMBER = r"[^\W\d_]|[@#/.;:_]"
"""A letter of any alphabet, or a mark that does not occur between digits."""
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
DAMAGED_ID = (
    r"[0-9]+(?:\.[0-9]+)?[eE]\+[0-9]+|[0-9]+\.[0-9]+[eE][0-9]+|[0-9]+\.0+"
    r"|[0-9]{1,4}/[0-9]{1,2}(?:/[0-9]{1,4})?"
)
"""Ids that a spreadsheet has changed: 1.38E+10, 10001.0, 2024/3/1. But 1E5 may be an id."""
DATE_ID = (
    rf"[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}|[0-9]{{1,4}}-{_MONTH}(?:-[0-9]{{1,4}})?"
    rf"|{_MONTH}-[0-9]{{1,4}}"
)
"""What a spreadsheet read as dates: 2024-03-01, 1-Mar, Mar-97."""
DAMAGED_NUMBER = r"^[0-9]+(\.[0-9]*)?[eE]\+?[0-9]+$|^[0-9]+\.[0-9]*$"
"""Long numbers that a spreadsheet has changed: 1.38E+10, 13800000000.0."""
_LABEL = "[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
EMAIL = rf"[!#-'*+\-./0-9=?A-Z^-~]++@{_LABEL}(?:\.{_LABEL})++"

ADDRESS = r"\S[^\s@]*+@\S[^\s.]*+\.\S+"
"""What looks like a mail address, in whatever alphabet."""
_MARKS = frozenset(FORBIDDEN) - {BETWEEN}
_NO_PART_OF_A_NAME = re.compile(r"[,|\t-\r\x85\u2028\u2029]+")
_BETWEEN_CODES = re.compile("[;；、，]")
_BETWEEN_NAMES = re.compile("[/、，]")
_BETWEEN = re.compile(r"(?:(?<!\s)\s++)?[/>\\]\s*")
"""What stands between the names of a path. Of these only the slash may be part of a name."""
_plain_mobile = re.compile(MOBILE).fullmatch
_FILLING = re.compile(r"[\s()\-\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e]+")
MAX_TELEPHONE_DIGITS = 18
"""Digits of a number with country code (15 by ITU-T E.164) and extension."""
_BRACKETS = re.compile(r"[ \u00a0()]+")
_EXTENSION = re.compile(
    r"-?(?:,|转|轉|分机号?|分機號?|ext(?:ension)?\.?|x)[:.]?(?=[0-9]{1,6}$)", re.IGNORECASE
)
_abroad = re.compile(rf"00(?!{MAINLAND}$)([1-9][0-9]{{6,14}})").fullmatch
"""`00` and a country code. Before a mainland mobile, `00` may be padding instead."""
_china = re.compile(rf"(?:(?:\+|00)?86)?({MAINLAND})").fullmatch
_GENDERS = {
    "1": "男", "m": "男", "male": "男", "男性": "男",
    "2": "女", "f": "女", "female": "女", "女性": "女",
    "0": "", "未知": "",
}  # fmt: skip
"""Other words for a gender. WeCom's 0 is 未定义 (doc/90196)."""
_TRUTHS = {
    "是": "1", "true": "1", "y": "1", "yes": "1",
    "否": "0", "false": "0", "n": "0", "no": "0",
}  # fmt: skip
_decimal = re.compile(r"([0-9]+)\.0+").fullmatch
PLACEHOLDER = r"(?=[#(nu0NU])(?!(?:Nan|Nil)\b)(?i:#?n/a|\(?null\)?|none|undefined|nil|nan|0)"
"""What programs write for a missing value. People are called Nan and Nil, programs write nan."""
_placeholder = re.compile(PLACEHOLDER).fullmatch


def folded(cell: str) -> str:
    return cell if cell.isascii() else unicodedata.normalize("NFKC", cell).strip()


def normal_mobile(cell: str) -> str:
    """Return mainland numbers as 11 digits, others as `+` and digits."""
    if _plain_mobile(cell):
        return cell
    digits = folded(cell)
    # `+49 (0)171`: the 0 is dialled only inside the country, so the number is ambiguous.
    if "(0" in digits:
        return cell
    digits = _FILLING.sub("", digits.removeprefix("'"))
    if digits[:1] == "+":
        digits = digits.replace(".", "")
    if number := _china(digits):
        return number[1]
    if number := _abroad(digits):
        digits = f"+{number[1]}"
    return digits if _plain_mobile(digits) else cell


def normal_telephone(cell: str) -> str:
    """Return a number without blanks and brackets, and with a hyphen before its extension.

    A cell with too many digits for one number holds two numbers, and stays as it is.
    """
    ascii_cell = folded(cell)
    # Without the blank between them a combining mark joins its letter: so it is folded again.
    number = folded(_EXTENSION.sub("-", _BRACKETS.sub("", ascii_cell)))
    is_one = sum(map(str.isdigit, number)) <= MAX_TELEPHONE_DIGITS
    return number if is_one else ascii_cell


def normal_gender(cell: str) -> str:
    return _GENDERS.get(folded(cell).casefold(), cell)


def normal_numbers(cell: str) -> str:
    """Return a list of numbers with ASCII semicolons and digits, without blanks and `.0`."""
    parts = (part.strip() for part in folded(cell).split(";"))
    return ";".join(number[1] if (number := _decimal(part)) else part for part in parts)


def normal_truths(cell: str) -> str:
    numbers = normal_numbers(cell)
    return ";".join(_TRUTHS.get(part.casefold(), part) for part in numbers.split(";"))


def placeholder(value: str) -> Params | None:
    return {"value": value} if _placeholder(value) else None


def normal_departments(cell: str) -> str:
    """Return a list of departments with ASCII semicolons. Digits may be a code: zeros stay."""
    if cell.isascii() and cell.isdigit():
        return cell
    entries = (entry.strip() for entry in cell.replace("；", ";").split(";"))
    return ";".join("" if it.casefold() in NOBODY else _BETWEEN.sub("/", it) for it in entries)


def separated(cell: str) -> str:
    """Return a list with semicolons for commas, `|` and line breaks, which no name has."""
    parts = _NO_PART_OF_A_NAME.split(cell)
    return cell if len(parts) == 1 else ";".join(filter(None, map(str.strip, parts)))


def normal_codes(cell: str) -> str:
    return ";".join(filter(None, map(normal_code, _BETWEEN_CODES.split(cell))))


damaged_code = no_entry(re.compile(f"{DAMAGED_ID}|{DATE_ID}").fullmatch)
damaged_department = no_entry(re.compile(r"[0-9]+\.0+|[0-9]+(\.[0-9]+)?[eE]\+[0-9]+").fullmatch)


def too_long_code(value: str) -> Params | None:
    longest = max(map(len, value.split(";")))
    return {"length": longest, "limit": MAX_NAME} if longest > MAX_NAME else None


def normal_orders(cell: str) -> str:
    """Return a list of numbers. A blank among them is 0, which orders nothing (doc/90195)."""
    parts = normal_numbers(cell).split(";")
    return ";".join(part or "0" for part in parts) if any(parts) else ""


def blank_department(value: str) -> Params | None:
    return {} if "" in value.split(";") else None


@no_entry
def wrong_departments(entry: str) -> bool:
    if not all(0 < len(name) <= MAX_NAME for name in _BETWEEN_NAMES.split(entry)):
        return True
    is_zero = is_number(entry) and not int(entry)
    return is_zero or any(character in entry for character in FORBIDDEN)


def too_many_departments(value: str) -> Params | None:
    count = value.count(";") + 1
    return {"count": count, "limit": MAX_DEPARTMENTS} if count > MAX_DEPARTMENTS else None


def repeated_department(value: str) -> Params | None:
    counts = Counter(value.split(";")) if ";" in value else {}
    entry = next((entry for entry, count in counts.items() if count > 1), None)
    return None if entry is None else {"value": shortened(entry)}


@no_entry
def wrong_orders(entry: str) -> bool:
    return not is_number(entry) or len(entry) > 10 or int(entry) > MAX_ORDER  # noqa: PLR2004


def normal_paths(cell: str) -> str:
    """Return a list of paths without blanks around their names; a blank for none."""
    if cell.strip().casefold() in NOBODY:
        return ""
    entries = (entry.split(BETWEEN) for entry in cell.replace("；", ";").split(";"))
    return ";".join(BETWEEN.join(filter(None, map(str.strip, names))) for names in entries)


@no_entry
def wrong_path(entry: str) -> bool:
    names = entry.split(BETWEEN)
    if any(len(name) > MAX_NAME or not _MARKS.isdisjoint(name) for name in names):
        return True
    return is_number(entry) and not int(entry)


def too_deep_path(value: str) -> Params | None:
    """Find a path with too many names. The company's may be one of them."""
    level = max(entry.count(BETWEEN) for entry in value.split(";")) + 1
    return {"level": level, "limit": MAX_DEPTH} if level > MAX_DEPTH else None
