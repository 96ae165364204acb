"""Reads the rows below a header: which lines are rows, and what is wrong with each."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import batched, repeat

from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import attribute, columns_of, id_column
from wecom_sync.files.decoding import MAX_BYTES, MAX_ROWS, Table
from wecom_sync.files.department_cells import DepartmentCells
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, KEY, KEY_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem, Row, line_ranges
from wecom_sync.files.row_checks import Blanks, ColumnCheck, Posts, RowChecks, Strays
from wecom_sync.files.rows.plain import PlainRows
from wecom_sync.files.selection import Selection

BLOCK = 2_048
"""Lines that are read together: few enough for the processor's cache."""


def read_rows(
    job: Job, selection: Selection, table: Table, findings: Findings, warnings: Findings
) -> list[Row]:
    """Return the rows of a file, and add what is wrong with them to `findings`.

    Raises `FileRejectedError` for too many of them.
    """
    reader = _RowReader(job, selection, findings, warnings, is_quoted=table.is_quoted)
    for block in batched(table.lines, BLOCK, strict=False):
        reader.read(block)
    reader.finish()
    return reader.rows


class _RowReader:
    """Reads lines in their order."""

    def __init__(
        self,
        job: Job,
        selection: Selection,
        findings: Findings,
        warnings: Findings,
        *,
        is_quoted: bool,
    ) -> None:
        columns = selection.columns
        self.rows: list[Row] = []
        self._job, self._selection, self._columns = job, selection, columns
        self._findings, self._warnings, self._is_quoted = findings, warnings, is_quoted
        self._checks = _column_checks(job, columns, is_quoted=is_quoted)
        self._plain = PlainRows(job, selection, self._checks, is_quoted=is_quoted)
        self._known_by = _known_by(job, columns, self._checks)
        self._of_row = RowChecks(job, columns)
        self._strays = Strays(job, columns, [selection.header[at] for at in selection.kept])
        self._blanks, self._posts = Blanks(job, columns), Posts(columns)
        self._broken: dict[int, set[int]] = {}
        self._noted: dict[tuple[int, TextCode], list[int]] = {}
        self._notes: list[int] = []

    def read(self, block: Sequence[tuple[int, list[str]]]) -> None:
        """Read lines: by themselves those that may have a problem."""
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
        selection, findings = self._selection, self._findings
        width, count = len(selection.header), len(cells)
        cells += [""] * (width - count)
        is_taken = count > width or selection.takes(cells)
        if self._is_quoted and (column := selection.swallowed(cells, is_taken=is_taken)):
            findings.add(Problem(line, column, "cell_swallowed", {"column": column}))
        for column, code, doubtful in selection.doubts(cells):
            findings.add(Problem(line, column, code, doubtful))
        if not is_taken:
            return
        if self._job.has_members:
            selection.look_for_departed(cells)
        has_first = selection.join(cells)
        if selection.paths is not None:
            findings.add(*selection.paths.put(line, cells))
        taken = [cells[at] for at in selection.kept]
        is_stray = count <= width and self._strays.has(taken)
        if not has_first and not is_stray:
            params: Params = {"value": shortened(cells[selection.levels[0]])}
            self._blanks.add(Problem(line, DEPARTMENTS_COLUMN, "level_blank", params))
        _limit(line, self.rows, self._columns)
        if is_stray and self._strays.is_footer(cells, taken):
            self._notes.append(line)
            return
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
            whole, wrong_posts = self._posts.joined(self.rows[at], row)
            self.rows[at] = whole
            self._findings.add(*wrong_posts)
            return
        self._blanks.look_at(row)
        self._findings.add(*self._of_row.problems(row, broken))
        for index in broken:
            self._broken.setdefault(index, set()).add(line)
        self.rows.append(row)

    def finish(self) -> None:
        """Add what is wrong with the rows as a whole."""
        findings, rows = self._findings, self.rows
        findings.merge(*self._of_row.repeated(rows, self._broken))
        findings.merge(*self._blanks.listed(rows))
        if self._notes:
            self._look_at_notes()
        for (index, code), lines in self._noted.items():
            params: Params = {"column": self._columns[index], "count": len(lines)}
            self._warnings.merge(Problem(lines[0], self._columns[index], code, params))

    def _look_at_notes(self) -> None:
        """Warn of notes below the last row. Above it they are a problem."""
        lines = self._notes
        last = max((row.line for row in self.rows if row.cells), default=max(lines))
        self._findings.merge(*(Problem(at, "", "line_is_no_row") for at in lines if at <= last))
        if below := [line for line in lines if line > last]:
            params: Params = {"lines": Listing.of(line_ranges(below))}
            self._warnings.merge(Problem(below[0], "", "warning_footer", params))


def _known_by(
    job: Job, columns: Sequence[str], checks: Sequence[ColumnCheck]
) -> Callable[[Sequence[str]], str]:
    """Return a function that tells what a row is known by, from its cells as they are read."""
    if job.has_members:
        own = [columns.index(it) for it in (id_column(job), KEY_COLUMN) if it in columns]
        named = [(at, checks[at].column.normal) for at in own]
        return lambda cells: next((normal(cells[at]) for at, normal in named if cells[at]), "")
    departments = DepartmentCells(columns)
    normals = [check.column.normal for check in checks]
    return lambda cells: departments.known_by(
        [cell and normal(cell) for normal, cell in zip(normals, cells, strict=True)]
    )


def _limit(line: int, rows: Sequence[Row], columns: Sequence[str]) -> None:
    """Raise `FileRejectedError` for a line that is too many."""
    if len(rows) == MAX_ROWS:
        raise FileRejectedError([Problem(line, "", "file_too_many_rows", {"limit": MAX_ROWS})])
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
