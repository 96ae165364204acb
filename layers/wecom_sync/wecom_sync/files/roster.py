"""Reads and checks a whole file, and reports all of its problems at once."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import (
    attribute,
    columns_of,
    id_column,
    is_comment,
    missing,
    name_column,
    row_key,
)
from wecom_sync.files.company.paths import DepartmentPaths
from wecom_sync.files.decoding import (
    MAX_BYTES,
    MAX_CELL,
    MAX_COLUMNS,
    MAX_ROWS,
    ZIP,
    Table,
    read_csv,
)
from wecom_sync.files.department_cells import PARENT_COLUMN, ROOT_PARENT, DepartmentCells
from wecom_sync.files.department_index import levels
from wecom_sync.files.department_outline import outline_of
from wecom_sync.files.header_check import check_header, cut_columns, left_out
from wecom_sync.files.headers import Headers
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, KEY, KEY_COLUMN, USER_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import (
    MAX_PROBLEMS,
    NO_LEVELS,
    FileRejectedError,
    Findings,
    Levels,
    Problem,
    Row,
    line_ranges,
)
from wecom_sync.files.row_checks import Blanks, ColumnCheck, Posts, RowChecks, Strays
from wecom_sync.files.selection import LeftOut, Selection

__all__ = [
    "MAX_BYTES", "MAX_CELL", "MAX_COLUMNS", "MAX_PROBLEMS", "MAX_ROWS", "FileRejectedError",
    "Findings", "Problem", "Roster", "Row", "read_roster", "read_table", "row_key",
]  # fmt: skip

if TYPE_CHECKING:
    # Only what reads dropped files needs it.
    from wecom_sync.domain.file_notes import FileNotes

AS_IT_IS = Reading()


@dataclass(frozen=True, slots=True)
class Roster:
    """A checked file.

    `columns`: WeCom's names and those of attributes. `warnings`: what a person should know
    although nothing is wrong.
    """

    job: Job
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[Problem, ...] = ()
    left_out: LeftOut = field(default_factory=dict)
    """Rows that the settings leave out."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Of the columns of a workbook: people know its cells as B5."""
    left_people: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Why people are left out, by id in lower case: the header of `[rows]`, and the value."""
    left_names: frozenset[str] = frozenset()
    """Of the people who are left out. They are not stored."""
    departed: LeftOut = field(default_factory=dict)
    """How many have left by what columns say that are not taken, by header and value."""
    levels: Levels = NO_LEVELS
    separator: str = ""
    """What stands between the names of the paths of a company file, blank for levels and names."""
    is_whole: bool = True
    """Whether every path of a company file begins at the top. Names alone do not."""

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
    at = columns.index(PARENT_COLUMN)
    key = partial(row_key, Job.REPLACE_PARTY)
    by_id = {key(row.id): row for row in rows}
    parents = {number: key(row.cells[at]) for number, row in by_id.items()}
    ordered = dict.fromkeys(chain.from_iterable(levels(parents, ROOT_PARENT)))
    return [by_id[number] for number in (ordered | dict.fromkeys(by_id))]


def keys_of(roster: Roster) -> dict[int, str]:
    """Return HR's keys by their lines, none of a file without keys."""
    if KEY_COLUMN not in roster.columns:
        return {}
    at = roster.columns.index(KEY_COLUMN)
    return {row.line: row.cells[at] for row in roster.rows}


def with_accounts(roster: Roster, sent: Roster, header: str) -> Roster:
    """Return a file with the accounts that its people were matched with beside their keys.

    `header`: of the keys in the corp's files.
    """
    keys = keys_of(roster)
    if not keys:
        return roster
    accounts = {row.line: row.id for row in sent.rows}
    others = [at for at, name in enumerate(roster.columns) if name not in {KEY_COLUMN, USER_COLUMN}]
    rows = (
        replace(
            row,
            cells=(
                keys[row.line],
                accounts.get(row.line, ""),
                *(row.cells[at] for at in others),
            ),
        )
        for row in roster.rows
    )
    columns = (header, USER_COLUMN, *(roster.columns[at] for at in others))
    return replace(roster, columns=columns, rows=tuple(rows))


def read_roster(
    job: Job, content: bytes, reading: Reading = AS_IT_IS, notes: "FileNotes | None" = None
) -> Roster:
    """Read and check a CSV or a workbook, whatever its name says.

    `content`: the object's bytes, at most `MAX_BYTES`; `notes`: what was noticed of the file before
    columns were cut. Raises `FileRejectedError` with every
    problem of the file.
    """
    headers = Headers.of(job, reading)
    table = read_table(content, headers)
    if notes and not content.startswith(ZIP):
        table = table.noted(notes)
    heading = headers.heading(table.lines)
    if not heading.cells:
        raise FileRejectedError([Problem(0, "", "file_empty")])
    if len(heading.cells) > MAX_COLUMNS:
        params: Params = {"columns": len(heading.cells), "limit": MAX_COLUMNS}
        raise FileRejectedError([Problem(heading.line, "", "header_too_wide", params)])
    findings, warnings = Findings(), Findings()
    findings.add(*heading.problems())
    header = check_header(headers, heading, findings)
    findings.letters = warnings.letters = letters = table.letters(header.columns)
    findings.add(*cut_columns(reading, heading.line, notes.cut if notes else ()))
    paths = None
    if job is Job.COMPANY:
        lines = [*heading.below]
        heading = heading._replace(below=iter(lines))
        paths = DepartmentPaths.of(header, lines)
    levels = (*header.levels, *(paths.levels if paths else ()))
    warnings.add(*heading.above(), *left_out(headers, header, heading.line, levels))
    if job.is_full and job.has_members and any(map(is_comment, header.cells)):
        warnings.add(Problem(heading.line, "", "warning_fix_file"))
    selection = replace(Selection.of(job, header, reading), paths=paths)
    places = table.letters(map(str, range(len(header.columns))))
    named = [(shortened(header.cells[at]), places.get(str(at), "")) for at in header.levels]
    findings.levels = Levels(named, selection.passed)
    findings.add(*selection.problems(job, heading.line))
    table = replace(table, lines=heading.below)
    rows = _read_rows(job, selection, table, findings, warnings)
    columns = selection.columns
    if rows and not job.has_members and not missing(job, columns):
        findings.merge(*outline_of(columns, rows)[1])
    if not rows and not findings.problems:
        findings.add(*([*selection.nobody()] or [Problem(0, "", "file_has_no_rows")]))
    findings.refuse(rows, columns)
    warnings.merge(*_unseen(table, rows), *selection.passed_over())
    warnings.add(*(paths.warnings() if paths else ()))
    roster = Roster(
        job,
        table.encoding,
        columns,
        tuple(rows),
        tuple(warnings.problems),
        selection.left_out(),
        letters,
        selection.people,
        frozenset(selection.names),
        {header: dict(counts) for header, counts in selection.departed.items()},
        levels=findings.levels,
        separator=paths.mark if paths else "",
        is_whole=paths is None or paths.is_whole,
    )
    if len(roster.to_csv()) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
    return roster


def read_table(content: bytes, headers: Headers) -> Table:
    """Return the lines of a file; its first bytes say what it is."""
    if len(content) > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")])
    if content.startswith(ZIP):
        # Most files are no workbooks, and need none of this.
        from wecom_sync.files.workbook.book import read_workbook  # noqa: PLC0415

        return read_workbook(content, headers)
    return read_csv(content, headers.every)


def _unseen(table: Table, rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield a warning of sheets that are not read, and one of rows that are and nobody sees."""
    if table.unread:
        sheets = Listing.of(map(shortened, table.unread))
        params: Params = {"sheet": shortened(table.sheet), "sheets": sheets}
        yield Problem(0, "", "warning_sheets_unread", params)
    if lines := [row.line for row in rows if row.line in table.hidden]:
        params = {"count": len(lines), "hidden": Listing.of(line_ranges(lines))}
        yield Problem(lines[0], "", "warning_rows_hidden", params)


def _taken(
    job: Job,
    selection: Selection,
    table: Table,
    findings: Findings,
    blanks: Blanks,
) -> Iterator[tuple[int, list[str], int]]:
    """Yield the rows that are taken: line, taken cells, and how many cells the line has.

    A line that is no row has no cells, and one that is only a note or a total has less than none.
    """
    width = len(selection.header)
    strays = Strays(job, selection.columns, [selection.header[at] for at in selection.kept])
    for line, cells in table.lines:
        count = len(cells)
        cells += [""] * (width - count)
        is_taken = count > width or selection.takes(cells)
        if table.is_quoted and (column := selection.swallowed(cells, is_taken=is_taken)):
            findings.add(Problem(line, column, "cell_swallowed", {"column": column}))
        for column, code, doubtful in selection.doubts(cells):
            findings.add(Problem(line, column, code, doubtful))
        if not is_taken:
            continue
        if job.has_members:
            selection.look_for_departed(cells)
        has_first = selection.join(line, cells)
        if selection.paths is not None:
            findings.add(*selection.paths.put(line, cells))
        taken = [cells[at] for at in selection.kept]
        if count <= width and strays.has(taken):
            yield line, taken, -strays.is_footer(cells, taken)
            continue
        if not has_first:
            params: Params = {"value": shortened(cells[selection.levels[0]])}
            blanks.add(Problem(line, DEPARTMENTS_COLUMN, "level_blank", params))
        yield line, taken, count


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


def _note(
    lines: Sequence[int], rows: Sequence[Row], findings: Findings, warnings: Findings
) -> None:
    """Warn of notes below the last row. Above it they are a problem."""
    last = max((row.line for row in rows if row.cells), default=max(lines, default=0))
    findings.merge(*(Problem(line, "", "line_is_no_row") for line in lines if line <= last))
    if below := [line for line in lines if line > last]:
        params: Params = {"lines": Listing.of(line_ranges(below))}
        warnings.merge(Problem(below[0], "", "warning_footer", params))


def _no_row(line: int, row_id: str, count: int, width: int) -> Problem | None:
    """Return what is wrong with a line that cannot be read as a row."""
    if not count:
        return Problem(line, "", "line_is_no_row")
    if count > width:
        return Problem(line, "", "cells_too_many", {"cells": count, "columns": width}, row_id)
    return None


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


def _read_rows(
    job: Job,
    selection: Selection,
    table: Table,
    findings: Findings,
    warnings: Findings,
) -> list[Row]:
    columns, width = selection.columns, len(selection.header)
    checks = _column_checks(job, columns, is_quoted=table.is_quoted)
    checked = [*enumerate(checks)]
    noted: dict[tuple[int, TextCode], list[int]] = {}
    known_by = _known_by(job, columns, checks)
    of_row = RowChecks(job, columns)
    rows: list[Row] = []
    notes: list[int] = []
    blanks = Blanks(job, columns)
    posts = Posts(columns)
    for line, cells, count in _taken(job, selection, table, findings, blanks):
        _limit(line, rows, columns)
        if count < 0:
            notes.append(line)
            continue
        row_id = known_by(cells)
        if (no_row := _no_row(line, row_id, count, width)) is not None:
            findings.add(no_row)
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
        if (at := posts.first_of(row, len(rows))) is not None:
            whole, wrong_posts = posts.joined(rows[at], row)
            rows[at] = whole
            findings.add(*wrong_posts)
            continue
        blanks.look_at(row)
        findings.add(*of_row.problems(row, broken))
        warnings.add(*of_row.warnings(row, broken))
        rows.append(row)
    findings.merge(*blanks.listed(rows))
    _note(notes, rows, findings, warnings)
    for (index, code), noted_lines in noted.items():
        params: Params = {"column": columns[index], "count": len(noted_lines)}
        warnings.merge(Problem(noted_lines[0], columns[index], code, params))
    return rows
