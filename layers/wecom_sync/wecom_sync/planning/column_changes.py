"""What changes in the rows of members whom we know, column by column. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.roster import Row
from wecom_sync.planning.plan import Change

_PLACED = frozenset({USER_COLUMN, DEPARTMENTS_COLUMN})
_UNWATCHED = _PLACED | {DISABLED_COLUMN}
"""Not changes of a value: somebody moves, comes or goes."""

type Cells = Mapping[str, str]


class Columns:
    """Compares a file's rows with the known ones, and collects what changes."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._watched = [pair for pair in zip(columns, count()) if pair[0] not in _PLACED]
        self._at = {name: index for index, name in enumerate(columns)}
        self._departments_at = self._at[DEPARTMENTS_COLUMN]
        self._parallel = tuple(name for name in PARALLEL_COLUMNS if name in self._at)
        self._places: dict[str, frozenset[str]] = {}
        self._found: defaultdict[str, list[tuple[str, str, str]]] = defaultdict(list)

    def differing(self, row: Row, known: Cells | None, possible: Cells) -> tuple[str, ...]:
        """Return the columns in which a row differs from the one that was applied last.

        Without a known row every column may differ. A blank that was blank is no difference. Which
        departments they are is compared with WeCom instead. But their order counts here: other
        columns are parallel to it, and nobody knows what else WeCom makes of it.
        """
        if known is None:
            return tuple(name for name, _ in self._watched)
        cells = row.cells
        changed = tuple([name for name, at in self._watched if cells[at] != known.get(name, "")])
        if DISABLED_COLUMN in changed and self._both_enabled(cells, known, possible):
            changed = tuple(name for name in changed if name != DISABLED_COLUMN)
        places = row.cells[self._departments_at]
        if known.get(DEPARTMENTS_COLUMN, places) == places:
            return changed
        return self._in_another_order(row, known, changed)

    def _both_enabled(self, cells: Sequence[str], known: Cells, possible: Cells) -> bool:
        """Whether an account is enabled before and after: a blank means that too, like a 0.

        But after a blank for a disabled member, WeCom may have kept it disabled.
        """
        both = {cells[self._at[DISABLED_COLUMN]], known.get(DISABLED_COLUMN, "")}
        return both <= {"", "0"} and possible.get(DISABLED_COLUMN) != "1"

    def _in_another_order(
        self, row: Row, known: Cells, changed: tuple[str, ...]
    ) -> tuple[str, ...]:
        """Compare the parallel columns department by department, where these are the same."""
        now, before = row.cells[self._departments_at], known[DEPARTMENTS_COLUMN]
        same = self._set(now) == self._set(before)
        if not same and not self._parallel:
            return changed
        places, others = now.split(";"), before.split(";")
        differ = tuple(
            name
            for name in self._parallel
            if _by_department(places, row.cells[self._at[name]], others)
            != _by_department(others, known.get(name, ""), places)
        )
        rest = tuple(name for name in changed if not (same and name in self._parallel))
        reordered = (DEPARTMENTS_COLUMN,) if same else ()
        return tuple(dict.fromkeys((*rest, *differ, *reordered)))

    def _set(self, cell: str) -> frozenset[str]:
        """Return the departments of a cell. Many people share a cell."""
        if cell not in self._places:
            self._places[cell] = frozenset(cell.split(";"))
        return self._places[cell]

    def note(self, row: Row, changed: tuple[str, ...], known: Cells, possible: Cells) -> None:
        """Take over what changes in a row that we know.

        A row that goes out again only because it is uncertain changes nothing.
        """
        cells = row.cells
        for name in changed:
            if name in _UNWATCHED:
                continue
            after = cells[self._at[name]]
            before = known.get(name) or (after and possible.get(name, ""))
            if name == LEADERS_COLUMN:
                before = _led(known.get(DEPARTMENTS_COLUMN, ""), before)
                after = _led(row.cells[self._departments_at], after)
            if before != after:
                self._found[name].append((row.id, before, after))

    def add(self, name: str, row_id: str, before: str, after: str) -> None:
        """Add a change."""
        self._found[name].append((row_id, before, after))

    def changes(self, directory: Directory, snapshot: Snapshot) -> dict[str, Change]:
        """Return everything that was noted, by column."""
        known = snapshot.members
        rows = [known[key] for key in directory.members if key in known] if self._found else ()
        return {
            name: Change(tuple(found), _filled(name, rows)) for name, found in self._found.items()
        }


def _by_department(places: list[str], cell: str, among: list[str]) -> dict[str, str]:
    values = cell.split(";")
    if len(values) != len(places):
        return {}
    return {place: value for place, value in zip(places, values, strict=True) if place in among}


def _led(places: str, cell: str) -> str:
    """Return the departments that somebody leads. "No leader" is what nearly everybody has."""
    flags = zip(places.split(";"), cell.split(";"), strict=False)
    return ";".join(sorted(place for place, flag in flags if flag == "1"))


def _filled(name: str, rows: Iterable[Cells]) -> int:
    """Count the rows with a value in a column, or of leaders."""
    if name == LEADERS_COLUMN:
        return sum("1" in cells.get(name, "").split(";") for cells in rows)
    return len([True for cells in rows if cells.get(name)])
