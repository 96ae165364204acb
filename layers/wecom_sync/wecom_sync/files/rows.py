"""Reads the rows below a header: which lines are rows, and what is wrong with each.

Rows in which nothing is wrong are read a column at a time. Most rows are such ones. What is not
sure there is left to the checks of single rows: these alone say what is wrong.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import batched, compress, repeat

from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import attribute, columns_of, id_column
from wecom_sync.files.decoding import MAX_BYTES, MAX_ROWS, Line, Table
from wecom_sync.files.department_cells import DepartmentCells
from wecom_sync.files.leaving import DEPARTED
from wecom_sync.files.legibility import Doubtful, illegible, may_be_scrambled
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY,
    KEY_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import (
    FileRejectedError,
    Findings,
    Problem,
    Row,
    line_ranges,
    refused,
)
from wecom_sync.files.row_checks import (
    PLACES,
    TOTAL,
    ColumnCheck,
    Posts,
    RowChecks,
    Strays,
    odd_keys,
    of_merged_cells,
)
from wecom_sync.files.selection import Selection

BLOCK = 2_048
"""Lines that are read together: few enough for the processor's cache."""
_FEW = 4
"""Cells of a column that repeat so often are checked one by one, and then share one string."""
_NOTHING = "(?!)"
_NOT_ASCII = r"[\x00-\x09\x0b-\x7f]*+[^\x00-\x7f]"
_END = r"(?:\n|\Z)"
_SAYS_DEPARTED = f"(?:{DEPARTED}){_END}"


def read_rows(
    job: Job, selection: Selection, table: Table, findings: Findings, warnings: Findings
) -> list[Row]:
    """Return the rows of a file. Raises `FileRejectedError` for too many of them."""
    reader = _RowReader(job, selection, table, findings, warnings)
    for block in batched(table.lines, BLOCK, strict=False):
        reader.read(block)
    reader.finish()
    return reader.rows


class _RowReader:
    def __init__(
        self, job: Job, selection: Selection, table: Table, findings: Findings, warnings: Findings
    ) -> None:
        columns, is_quoted = selection.columns, table.is_quoted
        self.rows: list[Row] = []
        self._job, self._selection, self._columns = job, selection, columns
        self._look = table.watch.look
        self._findings, self._warnings, self._is_quoted = findings, warnings, is_quoted
        self._checks = _column_checks(job, columns, is_quoted=is_quoted)
        self._plain = PlainRows(job, selection, self._checks, is_quoted=is_quoted)
        self._known_by = _known_by(job, columns, self._checks)
        self._of_row, self._posts = RowChecks(job, columns), Posts(columns)
        self._strays = Strays(job, columns, [selection.header[at] for at in selection.kept])
        names = [name for name in PLACES if name in columns and job.has_members]
        self._places = {columns.index(name): name for name in names}
        self._blanks: list[Problem] = []
        self._broken: dict[int, set[int]] = {}
        self._noted: dict[tuple[int, TextCode], list[int]] = {}
        self._notes: list[int] = []
        self._passed: list[int] = []

    def read(self, block: Sequence[Line]) -> None:
        """Read lines: by themselves those that may have a problem."""
        self._look(block[0][0])
        has_keys = KEY_COLUMN in self._columns
        count = len(self.rows) + len(block)
        is_small = count <= MAX_ROWS and count * len(self._columns) <= MAX_BYTES
        plain = self._plain.read(block) if is_small and self._plain.is_useful else repeat(None)
        own, rows = self._plain.own, self.rows
        for (line, cells), values in zip(block, plain, strict=False):
            if values is None:
                self._read(line, cells)
                continue
            row = Row(line, values[own[0]] or values[own[-1]], values)
            if not has_keys or self._posts.first_of(row, len(rows)) is None:
                rows.append(row)
            else:
                self._read(line, cells)

    def _read(self, line: int, cells: list[str]) -> None:
        self._look(line)
        selection, findings = self._selection, self._findings
        width, count = len(selection.header), len(cells)
        cells += [""] * (width - count)
        is_stray = count <= width and self._strays.has([cells[at] for at in selection.kept])
        is_person = not is_stray or selection.is_somebody(cells)
        is_taken = count > width or selection.takes(cells, is_person=is_person)
        if self._is_quoted and (column := selection.swallowed(cells, is_taken=is_taken)):
            findings.add(Problem(line, column, "cell_swallowed", {"column": column}))
        findings.add(*selection.doubts(line, cells, is_taken=is_taken))
        if not is_taken:
            self._passed += [] if is_person or not any(cells) else [line]
            return
        has_first = selection.join(cells)
        if selection.paths is not None:
            findings.add(*selection.paths.put(line, cells))
        taken = [cells[at] for at in selection.kept]
        params: Params
        if not has_first and not is_stray:
            params = {"value": shortened(cells[selection.levels[0]])}
            self._blanks.append(Problem(line, DEPARTMENTS_COLUMN, "level_blank", params))
        _limit(line, self.rows, self._columns)
        # Below a total nobody follows: a sign-off has a name, and a date under any header.
        is_below = self._notes and (is_stray or self._strays.is_below(taken))
        if is_below or (is_stray and self._strays.is_footer(cells, taken)):
            self._notes.append(line)
            return
        for unread in selection.unread:
            unread.look(cells[unread.at])
        row_id = self._known_by(taken)
        if is_stray:
            self._refuse(Problem(line, "", "line_is_no_row"), row_id)
        elif count > width:
            params = {"cells": count, "columns": width}
            self._refuse(Problem(line, "", "cells_too_many", params, row_id), row_id)
        else:
            self._check(line, taken, row_id)

    def _refuse(self, problem: Problem, row_id: str) -> None:
        self._findings.add(problem)
        self.rows.append(Row(problem.line, row_id, ()))

    def _check(self, line: int, cells: list[str], row_id: str) -> None:
        broken = []
        for index, check in enumerate(self._checks):
            cells[index], wrong, note = check(cells[index])
            if note:
                self._noted.setdefault((index, note), []).append(line)
            if wrong is not None:
                broken.append(index)
                self._findings.add(Problem(line, self._columns[index], *wrong, row_id))
        row = Row(line, row_id, tuple(cells))
        if (at := self._posts.first_of(row, len(self.rows))) is not None:
            self.rows[at], wrong_posts = self._posts.joined(self.rows[at], row)
            if not wrong_posts:
                return
            self._findings.add(*wrong_posts)
            broken = [*range(len(cells))]
        if self._places and not any(cells[at] for at in self._places):
            column = next(iter(self._places.values()))
            self._blanks.append(row.problem(column, "cell_missing", column=column))
        self._findings.add(*self._of_row.problems(row, broken))
        for index in broken:
            self._broken.setdefault(index, set()).add(line)
        self.rows.append(row)

    def finish(self) -> None:
        """Add what is wrong with the rows as a whole."""
        findings, rows = self._findings, self.rows
        findings.merge(*self._of_row.repeated(rows, self._broken))
        findings.merge(*of_merged_cells(self._blanks, rows))
        findings.merge(*odd_keys(self._columns, rows))
        # Notes below the last row are warned of. Above it they are a problem.
        last = max((row.line for row in rows if row.cells), default=max(self._notes, default=0))
        findings.merge(*(Problem(at, "", "line_is_no_row") for at in self._notes if at <= last))
        self._warnings.merge(*self._posts.page_twice())
        params: Params
        if over := sorted({*self._passed, *(line for line in self._notes if line > last)}):
            params = {"lines": Listing.of(line_ranges(over))}
            self._warnings.merge(Problem(over[0], "", "warning_footer", params))
        for (index, code), lines in self._noted.items():
            params = {"column": self._columns[index], "count": len(lines)}
            self._warnings.merge(Problem(lines[0], self._columns[index], code, params))


def _known_by(
    job: Job, columns: Sequence[str], checks: Sequence[ColumnCheck]
) -> Callable[[Sequence[str]], str]:
    """Return a function that tells what a row is known by, from its cells as they are read."""
    normals = [check.column.normal for check in checks]
    if job.has_members:
        own = [columns.index(it) for it in (id_column(job), KEY_COLUMN) if it in columns]
        return lambda cells: next((normals[at](cells[at]) for at in own if cells[at]), "")
    departments = DepartmentCells(columns)
    return lambda cells: departments.known_by(
        [cell and normal(cell) for normal, cell in zip(normals, cells, strict=True)]
    )


def _limit(line: int, rows: Sequence[Row], columns: Sequence[str]) -> None:
    if len(rows) == MAX_ROWS:
        raise refused("file_too_many_rows", line, limit=MAX_ROWS)
    if len(rows) * len(columns) > MAX_BYTES:
        # Each cell is uploaded with a comma or a line break behind it.
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)


def _column_checks(job: Job, columns: Sequence[str], *, is_quoted: bool) -> list[ColumnCheck]:
    template = {column.name: column for column in columns_of(job)}
    if job.has_members:
        # A row may have a code instead, or a key.
        template[KEY_COLUMN] = KEY
        for name in (DEPARTMENTS_COLUMN, *((USER_COLUMN,) if KEY_COLUMN in columns else ())):
            template[name] = replace(template[name], required=False)
    return [
        ColumnCheck(template.get(name) or attribute(name), is_quoted=is_quoted) for name in columns
    ]


class PlainRows:
    """The rows of a file of people. `checks`: of the taken columns, in their order."""

    def __init__(
        self, job: Job, selection: Selection, checks: Sequence[ColumnCheck], *, is_quoted: bool
    ) -> None:
        columns = selection.columns
        self._selection, self._is_quoted = selection, is_quoted
        self._width = len(selection.header)
        places = dict(zip(columns, selection.kept, strict=True))
        of_places = dict(zip(selection.kept, checks, strict=True))
        self._cells = [self._cells_of(at, columns, of_places.get(at)) for at in range(self._width)]
        contacts = () if job is Job.COMPANY else CONTACT_COLUMNS
        self._one_of = [
            [places[name] for name in names if name in places]
            for names in (contacts, PLACES, (USER_COLUMN, KEY_COLUMN))
        ]
        self.own = [columns.index(name) for name in (USER_COLUMN, KEY_COLUMN) if name in columns]
        self._departments_at = places.get(DEPARTMENTS_COLUMN, -1)
        paths = selection.paths
        of_paths = (paths.at, paths.own_at, paths.parent_at, *paths.levels) if paths else ()
        self._path_at = sorted({*selection.levels, *of_paths} - {-1})
        self._paths: dict[tuple[str, ...], str | None] = {}
        wanted_at = {wanted.at for wanted in selection.wanted}
        is_clear = len(places) == len(columns)
        is_clear &= not (self._path_at and self._departments_at in wanted_at)
        self.is_useful = job.has_members and is_clear

    def _cells_of(
        self, at: int, columns: Collection[str], check: ColumnCheck | None
    ) -> "_PlainCells":
        those = [wanted for wanted in self._selection.wanted if wanted.at == at]
        sign = next((it.sign for it in self._selection.unread if it.at == at), None)

        def value(cell: str) -> str | None:
            if those and illegible(cell):
                return None
            if not all(wanted.takes_plainly(cell) for wanted in those):
                return None
            if check is None:
                return None if "\n" in cell or (sign and sign.left(cell)) else cell
            taken, wrong, note = check(cell)
            return taken if wrong is None and note is None else None

        if check is None:
            is_open = not those and not (sign and sign.is_named)
            return _PlainCells(value, *((r"[^\n]*\n", _SAYS_DEPARTED) if is_open else (_NOTHING,)))
        own = rf"{re.escape(self._selection.header[at])}{_END}|{TOTAL}|{_NOT_ASCII}"
        never = dict.fromkeys((USER_COLUMN, KEY_COLUMN), own)
        if not {*PARALLEL_COLUMNS}.isdisjoint(columns):
            never |= dict.fromkeys((DEPARTMENTS_COLUMN, *PARALLEL_COLUMNS), r"[^\n]*;")
        plain = None if those else check.column.usual
        return _PlainCells(value, plain or _NOTHING, never.get(check.column.name, ""))

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
            odd.update(others)
        for places in self._one_of:
            named = [columns[at] for at in places]
            if named and all("" in column for column in named):
                odd.update(at for at, pair in enumerate(zip(*named, strict=True)) if not any(pair))
        kept = (columns[at] for at in self._selection.kept)
        taken: list[tuple[str, ...] | None] = [*zip(*kept, strict=True)]
        for at in odd:
            taken[at] = None
        for unread in self._selection.unread:
            unread.note(compress(columns[unread.at], taken))
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


class _PlainCells:
    """The cells of one place.

    `value`: what is taken for a cell, None if its row must be checked by itself; `plain`: the
    pattern of cells that are taken as they are; `never`: that of how others begin.
    """

    def __init__(self, value: Callable[[str], str | None], plain: str, never: str = "") -> None:
        self._value = value
        self._never = re.compile(never or _NOTHING).match
        if value("") == "" and not self._never(""):
            plain = rf"{plain}|\n"
        pattern = f"(?!{never})(?:{plain})" if never else f"(?:{plain})"
        self._are_plain = re.compile(f"(?:{pattern})*+").fullmatch

    def read(self, cells: Sequence[str]) -> tuple[Sequence[str], Iterable[int]]:
        """Return what is taken for the cells, and the places of those to be checked by row."""
        different = {*cells}
        if len(different) * _FEW > len(cells) and self._all_plain(cells):
            return cells, ()
        values = {cell: value for cell in different if (value := self._taken(cell)) is not None}
        others = different - values.keys()
        odd = [at for at, cell in enumerate(cells) if cell in others] if others else ()
        return [*map(values.get, cells, cells)], odd

    def _all_plain(self, cells: Sequence[str]) -> bool:
        text = "\n".join((*cells, ""))
        is_plain = text.count("\n") == len(cells) and self._are_plain(text) is not None
        return is_plain and not may_be_scrambled(text)

    def _taken(self, cell: str) -> str | None:
        value = self._value(cell)
        return None if value is None or self._never(value) or self._never(cell) else value
