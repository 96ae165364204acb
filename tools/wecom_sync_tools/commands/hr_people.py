"""Who of an HR file works here: which columns say so, and what their values mean."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import compress
from typing import NamedTuple

from wecom_sync.domain.policy import UNTIL
from wecom_sync.files.columns import normal_header
from wecom_sync.files.leaving import (
    MOST_VALUES,
    has_left,
    is_about,
    sign_of,
    stays,
)
from wecom_sync.files.selection import Wanted
from wecom_sync_tools.commands.hr_columns import Fields


class Selected(NamedTuple):
    """Rows that a line of `[rows]` takes and leaves out; `unknown`: values nobody understands."""

    header: str
    taken: Mapping[str, int]
    left_out: Mapping[str, int]
    unknown: Sequence[str] = ()


class Workers(NamedTuple):
    """What says who works here.

    `rows`: the lines of `[rows]`; `until`: the column of the days of leaving; `unknown`: values
    that nobody understands; `others`: columns that seem to say it, and are not understood.
    """

    rows: Mapping[str, Sequence[str]]
    until: str = ""
    unknown: Sequence[str] = ()
    others: Sequence[str] = ()


class _Column(NamedTuple):
    """A column that may say who has left, and what each of its cells says."""

    header: str
    cells: Sequence[str]
    left: Callable[[str], bool | None]
    is_day: bool

    @property
    def states(self) -> Mapping[str, bool | None]:
        return {cell: self.left(cell) for cell in self.cells}

    @property
    def is_clear(self) -> bool:
        """Whether it has a value of people who work here, which reasons and days have not."""
        states = self.states
        if self.is_day:
            return None not in states.values()
        kept = [left for left in states.values() if left is not True]
        return False in kept and len(kept) <= MOST_VALUES

    @property
    def keeps(self) -> list[bool]:
        """Whether the row of each cell is taken today."""
        if self.is_day:
            return [*map(_line(self.header, [UNTIL]).takes, self.cells)]
        return [self.left(cell) is not True for cell in self.cells]


def workers(fields: Fields, headers: Iterable[str], *, is_known: bool = False) -> Workers:
    """Find what says who works here among columns that mean nothing to WeCom.

    Of several columns of states, one that also says who has left is taken; days of leaving where no
    state says it, or where they are still to come. `others` are columns that contradict those.
    `is_known`: whether settings leave out who has left, so that only who is still called so counts.
    """
    about = [_column(fields, header) for header in headers]
    about = [it for it in about if is_about(normal_header(it.header), it.cells)]
    clear = [it for it in about if it.is_clear and (not is_known or any(it.states.values()))]
    words = [it for it in clear if not it.is_day]
    best = min(words, key=lambda it: True not in it.states.values(), default=None)
    kept = best.keeps if best else [True] * len(fields.rows)
    days = [it for it in clear if it.is_day and (best is None or _is_ahead(it, kept))]
    day = max(days, key=lambda it: sum(map(bool, it.cells)), default=None)
    if day:
        kept = [one and other for one, other in zip(kept, day.keeps, strict=True)]
    rows: dict[str, Sequence[str]] = {}
    unknown: list[str] = []
    if best:
        states = best.states
        values: dict[str, str] = {}
        for value in (it for it, left in states.items() if left is not True):
            values.setdefault(normal_header(value), value)
        rows[best.header] = [*values.values()]
        unknown = [it for it in values.values() if states[it] is None]
        kept = [here and not stays(it) for here, it in zip(kept, best.cells, strict=True)]
    others = [it.header for it in about if it not in (best, day) and _contradicts(it, kept)]
    return Workers(rows, day.header if day else "", unknown, others)


def _column(fields: Fields, header: str) -> _Column:
    sign = sign_of(header)
    left = sign.left if sign.is_named else has_left
    return _Column(header, fields.cells(header), left, sign.is_day)


def _is_ahead(column: _Column, kept: Sequence[bool]) -> bool:
    """Whether people who work here have days of leaving, and none that is past."""
    days = [*compress(zip(column.cells, column.keeps, strict=True), kept)]
    return any(cell for cell, _ in days) and all(is_kept for _, is_kept in days)


def _contradicts(column: _Column, kept: Sequence[bool]) -> bool:
    """Whether a column says of somebody who is kept that they left, or what nobody understands."""
    cells = {cell for cell, here in zip(column.cells, kept, strict=True) if here}
    if column.is_clear:
        return any(column.left(cell) for cell in cells)
    return any(any(map(str.isalnum, cell)) for cell in cells)


def taken(fields: Fields, rows: Mapping[str, Sequence[str]]) -> Fields:
    """Return only what lines of `[rows]` take."""
    for header, values in rows.items():
        if cells := fields.cells(header):
            kept = map(_line(header, values).takes, cells)
            fields = fields._replace(rows=[*compress(fields.rows, kept)])
    return fields


def selected(
    fields: Fields, rows: Mapping[str, Sequence[str]], unknown: Sequence[str] = ()
) -> Iterator[Selected]:
    """Yield which rows are taken, by the columns and values of `[rows]`."""
    for header, values in rows.items():
        if cells := fields.cells(header):
            counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
            line, written = _line(header, values), dict[str, str]()
            for cell in cells:
                counts[line.takes(cell)][written.setdefault(normal_header(cell), cell)] += 1
            yield Selected(header, counts[True], counts[False], unknown)


def _line(header: str, values: Sequence[str]) -> Wanted:
    """Return a line of `[rows]`, as files are read with it today."""
    day = today() if UNTIL in values else None
    return Wanted(header, 0, frozenset(map(normal_header, values)), day)


def today() -> str:
    """Return this machine's day, such as 2026-11-30."""
    return datetime.now(UTC).astimezone().date().isoformat()
