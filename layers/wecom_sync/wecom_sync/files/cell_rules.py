"""What a column asks of its cells, and the rules that need only a number or a pattern."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from unicodedata import normalize

from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.privacy import shortened

_HAN = r"\u4e00-\u5c6e\u5c70-\u70ea\u70ec-\u951e\u9520-\u9fff"
"""Without three characters that wrong encodings leave behind."""
_ORDINARY = rf"[{_HAN}A-Za-z0-9 ·_.@+\-]++"
"""Characters that every column carries, that no wrong encoding makes, and that stay as they are."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that WeCom requires of a cell.

    `code`: of the text; `source`: WeCom's document or error code, or what makes such cells;
    `broken`: returns None for a correct value, else what fills the text's blanks besides the
    column and the value; `right`: the pattern of what stands where a line with a correct value
    begins, None if only `broken` knows.
    """

    code: TextCode
    source: str
    broken: Callable[[str], Params | None]
    right: str | None = None


def at_most(code: TextCode, source: str, limit: int) -> Rule:
    def broken(value: str) -> Params | None:
        return {"length": len(value), "limit": limit} if len(value) > limit else None

    return Rule(code, source, broken, rf"(?!.{{{limit + 1}}})")


def matching(code: TextCode, source: str, pattern: str) -> Rule:
    fits = re.compile(pattern).fullmatch
    return Rule(code, source, lambda value: None if fits(value) else {}, rf"(?=(?:{pattern})\n)")


def unlike(code: TextCode, source: str, pattern: str) -> Rule:
    fits = re.compile(pattern).fullmatch
    return Rule(code, source, lambda value: {} if fits(value) else None, rf"(?!(?:{pattern})\n)")


def lacking(code: TextCode, source: str, pattern: str) -> Rule:
    """Return a rule about what no ordinary cell has, or what a later rule refuses as well."""
    finds = re.compile(pattern).search
    return Rule(code, source, lambda value: {} if finds(value) else None, "")


def _as_it_is(cell: str) -> str:
    return cell


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a template.

    `name`: what we write to WeCom; `habits`: other headers that people use, which mean the column
    only if the file has no better header for it; `candidates`: headers that may mean it, which only
    a person can say. `is_sent`: WeCom has the column. `splits`: commas, `|` and line breaks stand
    between its values. For a cell that is not blank: `carried` replaces characters that the upload
    cannot carry; `normal` returns what is uploaded; `rules` are checked in their order until one is
    broken; `mask` returns what a text may show. `unique`: the code for a value of an earlier row.
    `is_exact`: what a workbook formats, such as a date, is no value. `is_ignored`: WeCom may ignore
    the column, so no cell makes the file bad.
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
    mask: Callable[[str], str] = shortened
    unique: TextCode | None = None
    is_exact: bool = False
    is_ignored: bool = False

    @property
    def usual(self) -> str | None:
        """The pattern of lines with ordinary cells that break no rule, None if there is none.

        Where a rule has a pattern, normalising leaves such a cell as it is.
        """
        rights = [rule.right for rule in self.rules if rule.right is not None]
        if len(rights) < len(self.rules) or not (rights or self.normal is _as_it_is):
            return None
        return rf"{''.join(rights)}{_ORDINARY}\n"


def spelt(headers: str) -> tuple[str, ...]:
    """Return the spellings that `、` separates."""
    return tuple(headers.split("、"))


def no_entry(is_wrong: Callable[[str], object]) -> Callable[[str], Params | None]:
    """Return the check that no entry of a list is wrong. A text names the first that is."""

    def check(value: str) -> Params | None:
        entry = next(filter(is_wrong, value.split(";")), None)
        return None if entry is None else {"value": shortened(entry)}

    return check


NEVER = ""
"""Stands for the day of somebody of whom no end is known."""
_NO_DAYS = frozenset(
    spelt(
        "-、--、—、——、/、无、暂无、长期、永久、无固定期限、null、none、nil、n/a、na、nan、0、0000-00-00"
    )
)
"""What exports write where there is no day, in lower case."""
_YEARS = range(1901, 9999)
"""Years before and after are what databases keep for no date: 1900-01-01, 0001-01-01, 9999-12-31.
"""
_TIME = r"(?:[T ]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?"
_DAY = re.compile(
    rf"(\d{{4}})(?:([-/.])(\d{{1,2}})\2(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})日?|(\d\d)(\d\d)){_TIME}"
)
_is_evening_before = re.compile(r".*[T ](?:1[2-9]|2[0-3]):[^Z+-]*(?:Z|[+-]00:?00)").fullmatch
"""Whether it may be midnight in the east as UTC has it: the next day is meant."""
_SERIAL = re.compile(r"(\d{5}|2958465)(?:\.\d+)?")
"""Days as a spreadsheet counts them. Six digits are none: 202611 is a month."""
_LONGEST_DAY = 100
"""No cell with a day has more characters."""
_EPOCH = date(1899, 12, 30)


def day_in(cell: str) -> str | None:
    """Return the day of a cell, such as 2026-11-30; `NEVER` for none, None for what is no date."""
    if len(cell) > _LONGEST_DAY:
        return None
    text = " ".join(normalize("NFKC", cell).split()).lower()
    if not text or text in _NO_DAYS:
        return NEVER
    try:
        if serial := _SERIAL.fullmatch(text):
            day = _EPOCH + timedelta(days=int(serial[1]))
        elif match := _DAY.fullmatch(text.upper()):
            numbers = [int(part) for part in match.groups("") if part.isdigit()]
            day = date(*numbers)
            if day < date.max and _is_evening_before(text.upper()):
                day += timedelta(days=1)
        else:
            return None
    except ValueError:
        return None
    return day.isoformat() if day.year in _YEARS else NEVER
