"""Reads rows in which nothing is wrong, a column at a time. Most rows are such ones.

What is not sure here is left to the checks of single rows: these alone say what is wrong.
"""

import re
from collections.abc import Callable, Collection, Sequence

from wecom_sync.domain.run import Job
from wecom_sync.files.columns import missing, normal_header
from wecom_sync.files.decoding import Line
from wecom_sync.files.department_cells import CODE_COLUMN
from wecom_sync.files.legibility import Doubtful, illegible, may_be_scrambled
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.row_checks import TOTAL, ColumnCheck
from wecom_sync.files.selection import DEPARTED, Selection

_MAX_CACHED = 4_096
"""How many different cells of a column are remembered. Most columns repeat a few values."""
_FEW = 4
"""Cells of a column that repeat so often are checked one by one, and then share one string."""
_END = r"(?:\n|\Z)"


class PlainCells:
    """The cells of one place.

    `value`: what is taken for a cell, None if its row must be checked by itself; `plain`: the
    pattern of cells that are taken as they are; `never`: that of how others begin.
    """

    def __init__(self, value: Callable[[str], str | None], plain: str, never: str = "") -> None:
        self._value = value
        self._never = re.compile(never or "(?!)").match
        if value("") == "" and not self._never(""):
            plain = f"{plain}|"
        pattern = f"(?!{never})(?:{plain})" if never else f"(?:{plain})"
        self._are_plain = re.compile(f"(?:{pattern}\n)*+").fullmatch
        self._values: dict[str, str] = {}

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], Collection[str]]:
        """Return what is taken for the cells, and those whose rows must be checked."""
        different = {*cells}
        if len(different) * _FEW > len(cells) and self._all_plain(cells):
            return cells, ()
        others = {cell for cell in different - self._values.keys() if not self._takes(cell)}
        return [*map(self._values.get, cells, cells)], others

    def _all_plain(self, cells: Sequence[str]) -> bool:
        text = "\n".join((*cells, ""))
        is_plain = text.count("\n") == len(cells) and self._are_plain(text) is not None
        return is_plain and not may_be_scrambled(text)

    def _takes(self, cell: str) -> bool:
        """Whether a cell is taken. What is taken for it is remembered, as long as they are few."""
        value = self._value(cell)
        if value is None or self._never(value) or self._never(cell):
            return False
        has_room = len(self._values) < _MAX_CACHED
        if has_room:
            self._values[cell] = value
        return has_room or value == cell


class PlainRows:
    """The rows of a file of people. `checks`: of the taken columns, in their order."""

    def __init__(
        self, job: Job, selection: Selection, checks: Sequence[ColumnCheck], *, is_quoted: bool
    ) -> None:
        columns = selection.columns
        self._selection = selection
        self._is_quoted = is_quoted
        self._width = len(selection.header)
        places = dict(zip(columns, selection.kept, strict=True))
        self.is_useful = job.has_members and len(places) == len(columns)
        self.is_useful &= not missing(job, columns)
        self._cells = [
            self._cells_of(at, places, dict(zip(selection.kept, checks, strict=True)))
            for at in range(self._width)
        ]
        contacts = () if job is Job.COMPANY else CONTACT_COLUMNS
        self._one_of = [
            [places[name] for name in names if name in places]
            for names in (contacts, (DEPARTMENTS_COLUMN, CODE_COLUMN), (USER_COLUMN, KEY_COLUMN))
        ]
        self.own = [columns.index(name) for name in (USER_COLUMN, KEY_COLUMN) if name in columns]
        self._departments_at = places.get(DEPARTMENTS_COLUMN, -1)
        paths = selection.paths
        of_paths = (paths.at, paths.own_at, paths.parent_at) if paths else ()
        self._path_at = sorted({*selection.levels, *of_paths} - {-1})
        wanted_at = {wanted.at for wanted in selection.wanted}
        self.is_useful &= not (self._path_at and self._departments_at in wanted_at)
        self._paths: dict[tuple[str, ...], str | None] = {}

    def _cells_of(
        self, at: int, places: dict[str, int], checks: dict[int, ColumnCheck]
    ) -> PlainCells:
        values = {wanted.values for wanted in self._selection.wanted if wanted.at == at}
        check = checks.get(at)

        def value(cell: str) -> str | None:
            if values and illegible(cell):
                return None
            if not all(normal_header(cell) in those for those in values):
                return None
            if check is None:
                return None if "\n" in cell else cell
            taken, wrong, note = check(cell)
            return taken if wrong is None and note is None else None

        if check is None:
            return PlainCells(value, *(("(?!)",) if values else (r"[^\n]*", _SAYS_DEPARTED)))
        never = {}
        if any(name in places for name in PARALLEL_COLUMNS):
            never = dict.fromkeys((DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS), r"[^\n]*;")
        own = rf"{re.escape(self._selection.header[at])}{_END}|{TOTAL}|[^\n]*[^\x00-\x7f\n]"
        never |= dict.fromkeys((USER_COLUMN, KEY_COLUMN), own)
        plain = "(?!)" if values else check.column.plain or "(?!)"
        return PlainCells(value, plain, never.get(check.column.name, ""))

    def read(self, block: Sequence[Line]) -> list[tuple[str, ...] | None]:
        """Return the taken cells of lines, None for each line that must be checked by itself."""
        width = self._width
        rows = [cells for _, cells in block]
        odd = {at for at, cells in enumerate(rows) if len(cells) > width}
        if {*map(len, rows)} != {width}:
            rows = [(cells + [""] * (width - len(cells)))[:width] for cells in rows]
        columns: list[Sequence[str]] = [*zip(*rows, strict=True)]
        if not self._is_quoted:
            odd.update(at for at, cells in enumerate(rows) if Doubtful in map(type, cells))
        if self._path_at:
            keys = [*zip(*(columns[at] for at in self._path_at), strict=True)]
            self._paths |= {key: self._path(key) for key in {*keys} - self._paths.keys()}
            odd.update(at for at, key in enumerate(keys) if self._paths[key] is None)
            columns[self._departments_at] = [self._paths[key] or "" for key in keys]
        for place, cells in enumerate(self._cells):
            columns[place], others = cells.read(columns[place])
            if others:
                odd.update(at for at, cell in enumerate(columns[place]) if cell in others)
        for places in self._one_of:
            named = [columns[at] for at in places]
            if named and all("" in column for column in named):
                odd.update(at for at, pair in enumerate(zip(*named, strict=True)) if not any(pair))
        kept = (columns[at] for at in self._selection.kept)
        taken: list[tuple[str, ...] | None] = [*zip(*kept, strict=True)]
        for at in odd:
            taken[at] = None
        return taken

    def _path(self, cells: tuple[str, ...]) -> str | None:
        """Return the departments that cells say together, None if anything is odd."""
        selection = self._selection
        row = [""] * self._width
        for at, cell in zip(self._path_at, cells, strict=True):
            row[at] = str(cell)
        is_odd = not selection.join(row)
        if selection.paths is not None:
            is_odd |= any(selection.paths.put(0, row))
        return None if is_odd else row[self._departments_at]


_SAYS_DEPARTED = f"(?:{'|'.join(map(re.escape, DEPARTED))}){_END}"
