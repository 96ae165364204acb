"""From a dropped file's bytes to checked rows: pure functions, every problem of a file at once."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wecom_sync.checks import ColumnCheck, RowChecks, is_unsafe, tree_checks
from wecom_sync.columns import (
    CONTACT_COLUMNS,
    EXPLANATION,
    PARENT_COLUMN,
    ROOT_PARENT,
    Column,
    columns_of,
    header_names,
    id_column,
    normal_header,
    row_key,
)
from wecom_sync.decoding import MAX_BYTES, decode
from wecom_sync.legibility import named, unreadable
from wecom_sync.problems import (
    MAX_PROBLEMS,
    FileRejectedError,
    Findings,
    Problem,
    Row,
    shortened,
)
from wecom_sync.run import Job

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

_SEPARATORS = {"\t": "separated_by_tabs", ";": "separated_by_semicolons"}
MAX_ROWS = 200_000
"""Rows of a file that we read: twice our largest corp, and what the functions' memory holds."""

MAX_COLUMNS = 200
"""Columns of a file: WeCom's own and far more attributes than a corp has; every row is as wide."""


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file. `columns` are WeCom's names; unknown columns keep their own (attributes).

    `warnings`: what a person should know although nothing is wrong. `open_ended`: the last line
    has no end, as when a copy breaks off.
    """

    job: Job
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Problem, ...] = ()
    open_ended: bool = False

    def to_csv(self) -> bytes:
        """Return the file as WeCom wants it: UTF-8 with BOM as in its templates, LF, no quotes.

        Parents stand before their children, as in the template: nobody knows whether they must.
        """
        rows = self.rows if self.job.has_members else _parents_first(self.columns, self.rows)
        lines = [",".join(self.columns)]
        lines += [",".join(row.cells) for row in rows]
        return ("\n".join(lines) + "\n").encode("utf-8-sig")


def _parents_first(columns: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return the departments level by level; what hangs on nothing keeps its order at the end."""
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
    names = header_names(job, columns)
    text, encoding = decode(content, {**_every_header(), **names})
    lines = _lines(text)
    header_line, header = next(lines, (0, []))
    if not header:
        raise FileRejectedError([Problem(0, "", "file_empty")])
    if len(header) > MAX_COLUMNS:
        shown: dict[str, str | int] = {"columns": len(header), "limit": MAX_COLUMNS}
        raise FileRejectedError([Problem(header_line, "", "header_too_wide", shown)])
    findings, warnings = Findings(), Findings()
    found = _read_header(job, header, header_line, names, findings)
    warnings.add(*_unknown_columns(found, header_line, names))
    rows = _read_rows(job, found, lines, findings, warnings)
    if not job.has_members:
        findings.merge(*tree_checks(found, rows))
    if not rows and not findings.problems:
        findings.add(Problem(0, "", "file_has_no_rows"))
    findings.refuse(rows, found)
    open_ended = not text.endswith(("\n", "\r"))
    roster = Roster(job, encoding, found, tuple(rows), tuple(warnings.problems), open_ended)
    if len(roster.to_csv()) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
    return roster


def _every_header() -> dict[str, str]:
    return {**header_names(Job.REPLACE_USER), **header_names(Job.REPLACE_PARTY)}


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield every line that has a cell: its number and its trimmed cells without a blank tail."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    previous = 0
    try:
        for cells in reader:
            line, previous = previous + 1, reader.line_num
            trimmed = [cell.strip() for cell in cells]
            while trimmed and not trimmed[-1]:
                trimmed.pop()
            if trimmed:
                yield line, trimmed
    except csv.Error:
        raise FileRejectedError([Problem(previous + 1, "", "quotes_unbalanced")]) from None


def _read_header(
    job: Job, header: Sequence[str], line: int, names: Mapping[str, str], findings: Findings
) -> tuple[str, ...]:
    """Return the columns; raises at once when the rows below could not be understood."""
    columns = tuple(
        names.get(normal_header(cell), cell.replace("\ufeff", "").strip()) for cell in header
    )
    missing = [
        column.name for column in columns_of(job) if column.required and column.name not in columns
    ]
    if job.has_members and not any(name in columns for name in CONTACT_COLUMNS):
        missing.append("/".join(CONTACT_COLUMNS))
    other = Job.REPLACE_PARTY if job.has_members else Job.REPLACE_USER
    if missing and _answers(other, header):
        code = "header_of_departments" if job.has_members else "header_of_members"
        raise FileRejectedError([Problem(line, "", code, {"job": job.value})])
    if missing and set(columns).isdisjoint(names.values()):
        if separated := _other_separator(header, {**_every_header(), **names}):
            raise FileRejectedError([Problem(line, "", separated)])
        raise FileRejectedError([Problem(line, "", "header_missing", {"expected": _expected(job)})])
    for name, count in Counter(columns).items():
        if name and count > 1:
            findings.add(Problem(line, name, "header_duplicate", {"column": name}))
    findings.add(*_wrong_names(columns, line))
    findings.add(*(Problem(line, name, "column_missing", {"column": name}) for name in missing))
    return columns


def _wrong_names(columns: Iterable[str], line: int) -> Iterator[Problem]:
    for position, name in enumerate(columns, 1):
        if not name:
            yield Problem(line, "", "header_blank", {"position": position})
        elif is_unsafe(name):
            yield Problem(line, name, "header_unsafe", {"position": position})
        elif (found := unreadable(name)) is not None:
            shown: dict[str, str | int] = {"position": position, "character": named(found[1])}
            yield Problem(line, name, "header_unreadable", shown)


def _other_separator(header: Sequence[str], names: Mapping[str, str]) -> str | None:
    """Return what is wrong when the header names columns, but separates them otherwise."""
    for separator, code in _SEPARATORS.items():
        cells = ",".join(header).split(separator)
        if sum(normal_header(cell.strip('"')) in names for cell in cells) > 1:
            return code
    return None


def _answers(job: Job, header: Sequence[str]) -> bool:
    found = {header_names(job).get(normal_header(cell)) for cell in header}
    return all(column.name in found for column in columns_of(job) if column.required)


def _expected(job: Job) -> str:
    return ",".join(column.name for column in columns_of(job) if column.required)


def _unknown_columns(
    columns: Iterable[str], line: int, names: Mapping[str, str]
) -> Iterator[Problem]:
    known = {*names.values(), ""}
    for name in dict.fromkeys(columns):
        if name not in known and normal_header(name) != normal_header(EXPLANATION):
            yield Problem(line, name, "warning_column_ignored", {"column": shortened(name)})


def _read_rows(
    job: Job,
    columns: tuple[str, ...],
    lines: Iterable[tuple[int, list[str]]],
    findings: Findings,
    warnings: Findings,
) -> list[Row]:
    template = {column.name: column for column in columns_of(job)}
    checks = [ColumnCheck(template.get(name, Column(name))) for name in columns]
    id_at = columns.index(id_column(job)) if id_column(job) in columns else None
    of_row = RowChecks(job, columns)
    rows: list[Row] = []
    for line, cells in lines:
        if len(rows) == MAX_ROWS:
            raise FileRejectedError([Problem(line, "", "file_too_many_rows", {"limit": MAX_ROWS})])
        if len(rows) * len(columns) > MAX_BYTES:
            # Every cell is uploaded with a comma or a line end.
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
        for index, check in enumerate(checks):
            cells[index], wrong = check(cells[index])
            if wrong is not None:
                broken.append(index)
                findings.add(Problem(line, columns[index], *wrong, row_id))
        row = Row(line, row_id, tuple(cells))
        findings.add(*of_row.problems(row, broken))
        warnings.add(*of_row.warnings(row, broken))
        rows.append(row)
    return rows
