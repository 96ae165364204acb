"""Reads and checks a whole file, and reports all of its problems at once."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Params, TextCode
from wecom_sync.files.columns import (
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
from wecom_sync.files.headers import Headers, is_hint
from wecom_sync.files.legibility import EDGE_MARKS, GUARD, trimmed, unguarded
from wecom_sync.files.problems import MAX_PROBLEMS, FileRejectedError, Findings, Problem, Row
from wecom_sync.files.row_checks import ColumnCheck, RowChecks, has_swallowed, tree_checks

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
# A cell without its closing quotation mark is read to the end of the file, then recognised.
csv.field_size_limit(MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file.

    `columns`: WeCom's names; unknown columns are attributes and keep theirs. `warnings`: what a
    person should know although nothing is wrong. `open_ended`: the last line has no line break,
    as in a file that was cut off.
    """

    job: Job
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Problem, ...] = ()
    open_ended: bool = False

    def names(self) -> dict[str, str]:
        """Return the names of the rows by row key."""
        name_at = self.columns.index(name_column(self.job))
        return {row_key(self.job, row.id): row.cells[name_at] for row in self.rows}

    def without_comments(self) -> "Roster":
        """Return the file without the columns that only say what was wrong with each row."""
        kept = [at for at, name in enumerate(self.columns) if not is_comment(name)]
        if len(kept) == len(self.columns):
            return self
        rows = (replace(row, cells=tuple(row.cells[at] for at in kept)) for row in self.rows)
        return replace(self, columns=tuple(self.columns[at] for at in kept), rows=tuple(rows))

    def to_csv(self) -> bytes:
        """Return the file as WeCom wants it: UTF-8 with BOM as in its templates, LF, no quotes.

        Parents come before their children, as in the template: WeCom may need that.
        """
        rows = self.rows if self.job.has_members else _parents_first(self.columns, self.rows)
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


def read_roster(job: Job, content: bytes, columns: Mapping[str, str] | None = None) -> Roster:
    """Decode and check a file.

    `content`: the object's bytes, at most `MAX_BYTES`. `columns`: the corp's own headers of
    member columns and WeCom's names for them. Raises `FileRejectedError` with every problem of
    the file.
    """
    headers = Headers.of(job, columns)
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
    found = headers.read(header, header_line, lines, findings)
    warnings.add(*headers.unknown(found, header_line))
    if job is Job.REPLACE_USER and any(map(is_comment, found)):
        warnings.add(Problem(header_line, "", "warning_fix_file"))
    rows = _read_rows(job, found, lines, findings, warnings)
    if not job.has_members:
        findings.merge(*tree_checks(found, rows))
    if not rows and not findings.problems:
        findings.add(Problem(0, "", "file_has_no_rows"))
    findings.refuse(rows, found)
    open_ended = not text.endswith(("\n", "\r"))
    roster = Roster(job, encoding, found, tuple(rows), tuple(warnings.problems), open_ended)
    roster = roster.without_comments()
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


def _read_rows(
    job: Job,
    columns: tuple[str, ...],
    lines: Iterable[tuple[int, list[str]]],
    findings: Findings,
    warnings: Findings,
) -> list[Row]:
    template = {column.name: column for column in columns_of(job)}
    checks = [ColumnCheck(template.get(name) or attribute(name)) for name in columns]
    checked = [each for each in enumerate(checks) if not is_comment(columns[each[0]])]
    noted: dict[tuple[int, TextCode], list[int]] = {}
    id_at = columns.index(id_column(job)) if id_column(job) in columns else None
    of_row = RowChecks(job, columns)
    rows: list[Row] = []
    for line, cells in lines:
        if len(rows) == MAX_ROWS:
            raise FileRejectedError([Problem(line, "", "file_too_many_rows", {"limit": MAX_ROWS})])
        if len(rows) * len(columns) > MAX_BYTES:
            # Each cell is uploaded with a comma or a line break behind it.
            raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
        row_id = ""
        if id_at is not None and id_at < len(cells) and cells[id_at]:
            row_id = checks[id_at].column.normal(cells[id_at])
        if len(cells) > len(columns):
            extra = {"cells": len(cells), "columns": len(columns)}
            findings.add(Problem(line, "", "cells_too_many", extra, row_id))
            rows.append(Row(line, row_id, ()))
            continue
        cells += [""] * (len(columns) - len(cells))
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
