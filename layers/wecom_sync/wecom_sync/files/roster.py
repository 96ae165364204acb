"""Reads and checks a whole file, and reports all of its problems at once."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.files.columns import (
    CODE_COLUMN,
    DEPARTMENTS_COLUMN,
    PARENT_COLUMN,
    ROOT_PARENT,
    attribute,
    columns_of,
    id_column,
    is_comment,
    name_column,
    row_key,
)
from wecom_sync.files.decoding import MAX_BYTES, decode
from wecom_sync.files.department_cells import DepartmentCells, outline_of
from wecom_sync.files.headers import Headers, is_hint, missing
from wecom_sync.files.legibility import EDGE_MARKS, GUARD, trimmed, unguarded
from wecom_sync.files.problems import (
    MAX_PROBLEMS,
    FileRejectedError,
    Findings,
    Problem,
    Row,
    shortened,
)
from wecom_sync.files.row_checks import ColumnCheck, RowChecks, has_swallowed
from wecom_sync.files.selection import LeftOut, Selection

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_PROBLEMS",
    "MAX_ROWS",
    "FileRejectedError",
    "Findings",
    "Problem",
    "Roster",
    "Row",
    "read_roster",
    "row_key",
]

MAX_ROWS = 200_000
"""The most rows that we read: twice the largest corp, and what the memory holds."""

MAX_COLUMNS = 200
"""The most columns: far more than WeCom's and a corp's attributes. Every row is as wide."""
MAX_CELL = 20_000
"""The most characters of a cell. No column and no attribute may have as many."""
AS_IT_IS = Reading()
# A cell without its closing quotation mark is read to the end of the file, then recognised.
csv.field_size_limit(MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file.

    `columns`: WeCom's names and those of attributes. `warnings`: what a person should know
    although nothing is wrong. `open_ended`: the last line has no line break, as in a file that was
    cut off.
    """

    job: Job
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Problem, ...] = ()
    open_ended: bool = False
    left_out: LeftOut = field(default_factory=dict)
    """Rows that the settings leave out."""

    def names(self) -> dict[str, str]:
        """Return the names of the rows by row key."""
        name_at = self.columns.index(name_column(self.job))
        return {row_key(self.job, row.id): row.cells[name_at] for row in self.rows}

    def to_csv(self) -> bytes:
        """Return the file as WeCom wants it: UTF-8 with BOM as in its templates, LF, no quotes.

        Parents come before their children, as in the template: WeCom may need that.
        """
        is_tree = PARENT_COLUMN in self.columns
        rows = _parents_first(self.columns, self.rows) if is_tree else self.rows
        lines = [",".join(self.columns)]
        lines += [",".join(row.cells) for row in rows]
        return ("\n".join(lines) + "\n").encode("utf-8-sig")


def _parents_first(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return the departments level by level. Those without a known parent follow in their order."""
    parent_at = columns.index(PARENT_COLUMN)
    children: dict[str, list[Row]] = {}
    for row in rows:
        children.setdefault(row_key(Job.REPLACE_PARTY, row.cells[parent_at]), []).append(row)
    ordered = children.pop(ROOT_PARENT, [])
    for row in ordered:
        ordered += children.pop(row_key(Job.REPLACE_PARTY, row.id), [])
    return ordered + [row for hanging in children.values() for row in hanging]


def read_roster(job: Job, content: bytes, reading: Reading = AS_IT_IS) -> Roster:
    """Decode and check a file.

    `content`: the object's bytes, at most `MAX_BYTES`. Raises `FileRejectedError` with every
    problem of the file.
    """
    headers = Headers.of(job, reading)
    text, encoding = decode(content, headers.every)
    lines = _lines(text)
    header_line, header = next(lines, (0, []))
    if is_hint(header):
        header_line, header = next(lines, (0, []))
    if not header:
        raise FileRejectedError([Problem(0, "", "file_empty")])
    if len(header) > MAX_COLUMNS:
        shown: dict[str, str | int] = {"columns": len(header), "limit": MAX_COLUMNS}
        raise FileRejectedError([Problem(header_line, "", "header_too_wide", shown)])
    findings, warnings = Findings(), Findings()
    columns = headers.read(header, header_line, lines, findings)
    warnings.add(*headers.left_out(header, columns, header_line))
    if job is Job.REPLACE_USER and any(map(is_comment, header)):
        warnings.add(Problem(header_line, "", "warning_fix_file"))
    selection = Selection.of(job, header, columns, reading)
    findings.add(*selection.problems(job, header_line))
    rows = _read_rows(job, selection, lines, findings, warnings)
    found = selection.columns
    if rows and not job.has_members and not missing(job, found):
        findings.merge(*outline_of(found, rows)[1])
    if not rows and not findings.problems:
        findings.add(*([*selection.nobody()] or [Problem(0, "", "file_has_no_rows")]))
    findings.refuse(rows, found)
    open_ended = not text.endswith(("\n", "\r"))
    roster = Roster(
        job,
        encoding,
        found,
        tuple(rows),
        tuple(warnings.problems),
        open_ended,
        selection.left_out(),
    )
    if len(roster.to_csv()) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
    return roster


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the trimmed cells of every line that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    # Such marks are rare, and a file may have a million cells: so look at the whole text first.
    clean = _clean if any(mark in text for mark in (*EDGE_MARKS, GUARD)) else str.strip
    previous = 0
    try:
        for cells in reader:
            line, previous = previous + 1, reader.line_num
            is_plain = line == previous or not any(map(has_swallowed, cells))
            found = [clean(cell) for cell in cells] if is_plain else cells
            while found and not found[-1]:
                found.pop()
            if not found:
                continue
            if max(map(len, found)) > MAX_CELL:
                raise FileRejectedError([Problem(line, "", "cell_huge", {"limit": MAX_CELL})])
            yield line, found
    except csv.Error:
        raise FileRejectedError([Problem(previous + 1, "", "quotes_unbalanced")]) from None


def _clean(cell: str) -> str:
    return trimmed(unguarded(trimmed(cell)))


def _taken(
    selection: Selection, lines: Iterable[tuple[int, list[str]]], findings: Findings
) -> Iterator[tuple[int, list[str], int]]:
    """Yield the rows that are taken: line, taken cells, and how many cells the line has."""
    width = len(selection.header)
    for line, cells in lines:
        count = len(cells)
        cells += [""] * (width - count)
        is_taken = count > width or selection.takes(cells)
        if column := selection.swallowed(cells, is_taken=is_taken):
            findings.add(Problem(line, column, "cell_swallowed", {"column": column}))
        if is_taken and not selection.join(cells):
            shown: Params = {"value": shortened(cells[selection.levels[0]])}
            findings.add(Problem(line, DEPARTMENTS_COLUMN, "level_blank", shown))
        if is_taken:
            yield line, [cells[at] for at in selection.kept], count


def _known_by(
    job: Job, columns: Sequence[str], checks: Sequence[ColumnCheck]
) -> Callable[[Sequence[str]], str]:
    """Return a function that tells what a row is known by, from its cells as they are read."""
    if job.has_members:
        if id_column(job) not in columns:
            return lambda _: ""
        at = columns.index(id_column(job))
        normal = checks[at].column.normal
        return lambda cells: cells[at] and normal(cells[at])
    said = DepartmentCells(columns)
    normals = [check.column.normal for check in checks]
    return lambda cells: said.known_by(
        [cell and normal(cell) for normal, cell in zip(normals, cells, strict=True)]
    )


def _read_rows(
    job: Job,
    selection: Selection,
    lines: Iterable[tuple[int, list[str]]],
    findings: Findings,
    warnings: Findings,
) -> list[Row]:
    template = {column.name: column for column in columns_of(job)}
    columns, width = selection.columns, len(selection.header)
    if CODE_COLUMN in columns and DEPARTMENTS_COLUMN in columns:
        # A row may have either.
        template[DEPARTMENTS_COLUMN] = replace(template[DEPARTMENTS_COLUMN], required=False)
    checks = [ColumnCheck(template.get(name) or attribute(name)) for name in columns]
    checked = [*enumerate(checks)]
    noted: dict[tuple[int, TextCode], list[int]] = {}
    known_by = _known_by(job, columns, checks)
    of_row = RowChecks(job, columns)
    rows: list[Row] = []
    for line, cells, count in _taken(selection, lines, findings):
        if len(rows) == MAX_ROWS:
            raise FileRejectedError([Problem(line, "", "file_too_many_rows", {"limit": MAX_ROWS})])
        if len(rows) * len(columns) > MAX_BYTES:
            # Each cell is uploaded with a comma or a line break behind it.
            raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
        row_id = known_by(cells)
        if count > width:
            extra = {"cells": count, "columns": width}
            findings.add(Problem(line, "", "cells_too_many", extra, row_id))
            rows.append(Row(line, row_id, ()))
            continue
        broken = []
        for index, check in checked:
            cells[index], wrong, note = check(cells[index])
            if note:
                noted.setdefault((index, note), []).append(line)
            if wrong is not None:
                broken.append(index)
                findings.add(Problem(line, columns[index], *wrong, row_id))
        row = Row(line, row_id, tuple(cells))
        findings.add(*of_row.problems(row, broken))
        warnings.add(*of_row.warnings(row, broken))
        rows.append(row)
    for (index, code), noted_lines in noted.items():
        shown: Params = {"column": columns[index], "count": len(noted_lines)}
        warnings.merge(Problem(noted_lines[0], columns[index], code, shown))
    return rows
