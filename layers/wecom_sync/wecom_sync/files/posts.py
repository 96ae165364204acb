"""Joins the rows of one person who has several posts: HR's file has a row for each."""

from collections.abc import Sequence

from wecom_sync.domain.texts import Params
from wecom_sync.files.department_cells import CODE_COLUMN
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, KEY_COLUMN, PARALLEL_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row

_PLACES = (DEPARTMENTS_COLUMN, CODE_COLUMN)
_JOINED = frozenset({*_PLACES, *PARALLEL_COLUMNS})


class Posts:
    """The rows of each key. `columns`: those of the file."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._at = {name: at for at, name in enumerate(columns)}
        self._firsts: dict[str, int] = {}

    def first_of(self, row: Row, place: int) -> int | None:
        """Return the place of an earlier row with the same key; note a new key's place."""
        key = row.cells[at] if (at := self._at.get(KEY_COLUMN)) is not None else ""
        first = self._firsts.setdefault(key, place) if key else place
        return None if first == place else first

    def joined(self, first: Row, row: Row) -> tuple[Row, list[Problem]]:
        """Return the first row with the departments of another one, or what keeps them apart."""
        pairs = [*zip(self._columns, first.cells, row.cells, strict=True)] if first.cells else []
        places = [(one, other) for name, one, other in pairs if name in _PLACES and (one or other)]
        is_same = all(one == other for name, one, other in pairs if name not in _JOINED)
        if not all({*one.split(";")}.isdisjoint(other.split(";")) for one, other in places):
            is_same = is_same and first.cells == row.cells
        if not is_same or not pairs:
            key = row.cells[self._at[KEY_COLUMN]]
            params: Params = {"value": shortened(key), "first": first.line}
            return first, [Problem(row.line, KEY_COLUMN, "key_twice", params, row.id)]
        if first.cells == row.cells:
            return first, []
        counts = [max(cell.count(";") + 1 for cell in cells) for cells in zip(*places, strict=True)]
        cells = [
            _both(name, one, other, counts) if name in _JOINED else one
            for name, one, other in pairs
        ]
        return Row(first.line, first.id, tuple(cells)), []


def _both(name: str, one: str, other: str, counts: Sequence[int]) -> str:
    """Return the values of both posts; where only one has values of departments, 0 for the rest."""
    if name in PARALLEL_COLUMNS and (one or other):
        one, other = (
            cell or ";".join("0" * count) for cell, count in zip((one, other), counts, strict=True)
        )
    return ";".join(filter(None, (one, other)))
