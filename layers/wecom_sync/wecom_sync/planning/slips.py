"""Columns of HR's file that do not fit to its names: cells slipped, or a column sorted alone. Pure.

Keys that slipped cannot be seen: only HR knows them, unless they are the accounts.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
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


type _Runs = Sequence[Sequence[_Cell]]
"""Cells of others: those that slipped together, or all of a column that was sorted alone."""


def slip_of(sides: Sides, key: str) -> Sentence | None:
    """Say what has probably happened to the file, if more than a few values are others'.

    `key`: the header of the keys.
    """
    cells = _cells(sides, key)
    slips = {column: runs for column, own in cells.items() if (runs := _slipped(column, own))}
    if not slips:
        return None
    most = max(slips, key=lambda it: sum(map(len, slips[it])))
    runs, offset = slips[most], _offset(slips[most])
    blanks: Params = {
        "columns": Listing.of(it for it in slips if _offset(slips[it]) == offset),
        "lines": Listing.of(f"{run[0].line}-{run[-1].line}" for run in runs),
        "count": sum(map(len, runs)),
        "rows": len(cells[most]),
        "line": runs[0][0].line,
        "owner": str(runs[0][0].owner),
    }
    return Sentence("cause_slipped" if offset else "cause_sorted", blanks)


def _offset(runs: _Runs) -> int:
    """Return by how many lines cells slipped, 0 where they are off by different numbers."""
    offsets = {it.offset for run in runs for it in run}
    return offsets.pop() if len(offsets) == 1 else 0


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


def _slipped(column: str, cells: Collection[_Cell]) -> _Runs:
    """Return what slipped in a column, nothing where it is no more than a few values."""
    astray = sorted(it for it in cells if it.offset)
    usual = dict(Counter(it.offset for it in astray).most_common(1))
    groups = ([*those] for _, those in groupby(sorted(cells), attrgetter("offset")))
    runs = [it for it in groups if it[0].offset in usual and len(it) >= _FEWEST]
    if len(astray) <= max(_FEWEST, _MIXED * len(cells), 2 * sum(map(len, runs)) - 1):
        return runs
    # Keys may be numbers that mean nothing as accounts.
    return [astray] if column in CONTACT_COLUMNS else []
