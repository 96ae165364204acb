"""What a column asks of its cells, and the rules that need only a number or a pattern."""

import re
from collections.abc import Callable

from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.privacy import shortened

_HAN = r"\u4e00-\u5c6e\u5c70-\u70ea\u70ec-\u951e\u9520-\u9fff"
"""Without three characters that wrong encodings leave behind."""
PLAIN_TEXT = rf"[{_HAN}][{_HAN}A-Za-z0-9 ·()（）\-]{{0,63}}|[A-Za-z]{{1,13}} [A-Za-z \-]{{1,50}}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that WeCom requires of a cell.

    `code`: of the text; `source`: WeCom's document or error code, or what makes such cells;
    `broken`: returns None for a correct value, else what fills the text's blanks besides the
    column and the value.
    """

    code: TextCode
    source: str
    broken: Callable[[str], Params | None]


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
    plain: str = ""
    """The pattern of usual cells, which stay as they are without a problem or a warning."""


def spelt(headers: str) -> tuple[str, ...]:
    """Return the spellings that `、` separates."""
    return tuple(headers.split("、"))


def at_most(limit: int) -> Callable[[str], Params | None]:
    return lambda value: {"length": len(value), "limit": limit} if len(value) > limit else None


def matching(pattern: str) -> Callable[[str], Params | None]:
    fits = re.compile(pattern).fullmatch
    return lambda value: None if fits(value) else {}


def without(pattern: str) -> Callable[[str], Params | None]:
    finds = re.compile(pattern).search
    return lambda value: {} if finds(value) else None


def no_entry(is_wrong: Callable[[str], object]) -> Callable[[str], Params | None]:
    """Return the check that no entry of a list is wrong. A text names the first that is."""

    def check(value: str) -> Params | None:
        entry = next(filter(is_wrong, value.split(";")), None)
        return None if entry is None else {"value": shortened(entry)}

    return check
