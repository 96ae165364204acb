"""Columns of HR's file that do not fit to its names: cells slipped, or a column sorted alone. Pure.

Keys that slipped cannot be seen: only HR knows them, unless they are the accounts.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from itertools import chain, groupby
from operator import attrgetter
from typing import NamedTuple

from wecom_sync.domain.texts import Listing, Params, Sentence
from wecom_sync.files.member_columns import CONTACT_COLUMNS, CONTACTS
from wecom_sync.planning.changes import grouped
from wecom_sync.planning.likeness import Sides, evidence

_FEWEST = 3
"""So many rows, one after the other, are off alike by no chance: two who exchange are not."""
_MIXED = 1 / 3
"""Where more of the rows have values of others, the column stands in another order."""


class _Cell(NamedTuple):
    """The lines of a value and of the person whose it is."""

    line: int
    owner: int

    @property
    def offset(self) -> int:
        return self.owner - self.line


class _Slip(NamedTuple):
    """A column with values of people who stand on other lines.

    `cells`: these; `runs`: the lines of those that slipped together, none where the column was
    sorted alone; `rows`: how many can be compared.
    """

    column: str
    cells: Collection[_Cell]
    runs: Collection[str]
    rows: int

    @property
    def offset(self) -> int:
        """By how many lines it slipped: columns with the same slipped together."""
        return next(iter(self.cells)).offset if self.runs else 0


def slip_of(sides: Sides, key: str) -> Sentence | None:
    """Say what has probably happened to the file, if more than a few values are others'.

    `key`: the header of the keys.
    """
    cells = _cells(sides, key).items()
    slips = [slip for column, own in cells if (slip := _slip(column, own))]
    if not slips:
        return None
    most = max(slips, key=lambda it: len(it.cells))
    first = next(iter(most.cells))
    blanks: Params = {
        "columns": Listing.of(it.column for it in slips if it.offset == most.offset),
        "lines": Listing.of(most.runs),
        "count": len(most.cells),
        "rows": most.rows,
        "line": first.line,
        "owner": str(first.owner),
    }
    return Sentence("cause_slipped" if most.runs else "cause_sorted", blanks)


def _cells(sides: Sides, key: str) -> Mapping[str, Collection[_Cell]]:
    """Return whose values are where in each column. Only names and values that nobody shares tell.

    The line of a person is the one with the name, whatever else stands there.
    """
    people = grouped((it.squeezed, it.row.line) for it in sides.people)
    lines = {own[0]: people.get(it, ()) for it, own in sides.by_name.items() if len(own) == 1}
    values = grouped(
        ((CONTACTS.get(piece, key), account), someone.row.line)
        for piece, someone, account in evidence(sides)
        if piece in CONTACTS or account == someone.key.casefold()
    )
    return grouped(
        (column, _Cell(*own, *lines[account]))
        for (column, account), own in values.items()
        if len(own) == len(lines.get(account, ())) == 1
    )


def _slip(column: str, cells: Collection[_Cell]) -> _Slip | None:
    """Return what slipped in a column, None where it is no more than a few values."""
    astray = sorted(it for it in cells if it.offset)
    usual = Counter(it.offset for it in astray).most_common(1)
    groups = ([*those] for _, those in groupby(sorted(cells), attrgetter("offset")))
    runs = [it for it in groups if it[0].offset in dict(usual) and len(it) >= _FEWEST]
    slipped = [*chain.from_iterable(runs)]
    is_mixed = len(astray) > max(_FEWEST, _MIXED * len(cells), 2 * len(slipped) - 1)
    # Keys may be numbers that mean nothing as accounts.
    if is_mixed and column in CONTACT_COLUMNS:
        return _Slip(column, astray, (), len(cells))
    spans = [f"{it[0].line}-{it[-1].line}" for it in runs]
    return _Slip(column, slipped, spans, len(cells)) if runs and not is_mixed else None
