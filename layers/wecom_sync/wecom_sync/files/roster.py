"""Reads and checks a whole file, and reports all of its problems at once."""

import hashlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from itertools import batched, chain

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import is_comment, missing, name_column, row_key
from wecom_sync.files.decoding import (
    MAX_BYTES,
    MAX_COLUMNS,
    UNTIMED,
    ZIP,
    Line,
    Stopwatch,
    Table,
    emptied,
    held,
    read_csv,
)
from wecom_sync.files.department_cells import PARENT_COLUMN, ROOT_PARENT
from wecom_sync.files.department_index import levels as levels_of_tree
from wecom_sync.files.department_index import outline_of
from wecom_sync.files.header_check import check_header, left_out
from wecom_sync.files.headers import Header, Headers, Heading
from wecom_sync.files.member_columns import KEY_COLUMN, USER_COLUMN, keys_in
from wecom_sync.files.paths import DepartmentPaths
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import (
    FileRejectedError,
    Findings,
    Problem,
    Row,
    line_ranges,
    refused,
)
from wecom_sync.files.rows import read_rows
from wecom_sync.files.selection import LeftOut, Selection

AS_IT_IS = Reading()
DIGITS = 16
"""Of a digest by which a file is known."""
_BATCH = 2_048
"""Lines that are in memory a second time."""


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
    left_out: LeftOut = LeftOut()
    letters: Mapping[str, str] = field(default_factory=dict)
    """Of the columns of a workbook: people know its cells as B5."""
    separator: str = ""
    """What stands between the names of the paths of a company file, blank for levels and names."""
    is_whole: bool = True
    """Whether every path of a company file begins at the top. Names alone do not."""
    last_days: Mapping[str, int] = field(default_factory=dict)
    """How many rows are taken until a day, by that day: they are not once it is past."""
    digest: str = field(default="", compare=False)
    """Of the object's bytes: settings do not change it."""

    def names(self) -> dict[str, str]:
        name_at = self.columns.index(name_column(self.job))
        return {row_key(self.job, row.id): row.cells[name_at] for row in self.rows}

    @property
    def size(self) -> int:
        """The bytes of the file as WeCom wants it."""
        lines = batched(
            chain([self.columns], (row.cells for row in self.rows)), _BATCH, strict=False
        )
        # A comma or a line break follows each cell.
        return len(BOM_UTF8) + sum(
            len(",".join(chain.from_iterable(cells)).encode()) + 1 for cells in lines
        )

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
    ordered = dict.fromkeys(chain.from_iterable(levels_of_tree(parents, ROOT_PARENT)))
    return [by_id[number] for number in (ordered | dict.fromkeys(by_id))]


def with_accounts(roster: Roster, sent: Roster, header: str) -> Roster:
    """Return a file with accounts beside the keys of its people. `header`: of the keys."""
    keys = keys_in(roster.columns, roster.rows)
    if not keys:
        return roster
    accounts = {row.line: row.id for row in sent.rows}
    others = [at for at, name in enumerate(roster.columns) if name not in {KEY_COLUMN, USER_COLUMN}]
    rows = []
    for row in roster.rows:
        cells = (row.cells[at] for at in others)
        own = keys[row.line], accounts.get(row.line, "")
        rows.append(replace(row, cells=(*own, *cells)))
    columns = (header, USER_COLUMN, *(roster.columns[at] for at in others))
    return replace(roster, columns=columns, rows=tuple(rows))


def read_roster(
    job: Job, content: bytes, reading: Reading = AS_IT_IS, watch: Stopwatch = UNTIMED
) -> Roster:
    """Read and check a CSV or a workbook, whatever its name says.

    `content`: the object's bytes, at most `MAX_BYTES`; `watch`: how long it may take. Raises
    `FileRejectedError` with every problem of the file.
    """
    headers = Headers.of(job, reading)
    table = read_table(content, headers, watch)
    heading = _heading(headers, table)
    findings, warnings = Findings(), Findings()
    findings.add(*heading.problems())
    header = check_header(headers, heading, findings)
    named = zip(header.columns, table.letters, strict=False)
    findings.letters = warnings.letters = letters = {name: it for name, it in named if name}
    findings.headers = warnings.headers = {KEY_COLUMN: shortened(reading.key)}
    paths, lines = _paths(header, heading, table) if job is Job.COMPANY else (None, heading.below)
    watch.look()
    levels = (*header.levels, *(paths.levels if paths else ()))
    warnings.add(*heading.above(), *left_out(headers, header, heading.line, levels))
    warnings.add(*_fix_file_warnings(job, header, heading.line))
    selection = replace(Selection.of(job, header, reading), paths=paths)
    findings.add(*selection.problems(job, heading.line))
    if missing(job, header.columns):
        # Without it nobody knows which lines are rows, and what else is wrong with them.
        findings.refuse()
    rows = read_rows(job, selection, replace(table, lines=lines), findings, warnings)
    _check_together(job, selection, rows, findings)
    warnings.merge(*_unseen(table, rows))
    roster = Roster(
        job,
        table.encoding,
        selection.columns,
        tuple(rows),
        tuple(warnings.problems),
        selection.left_out(),
        letters,
        separator=paths.separator.mark if paths and paths.separator else "",
        is_whole=paths is None or paths.is_whole,
        last_days=dict(selection.last_days),
        digest=hashlib.sha256(content).hexdigest()[:DIGITS],
    )
    if roster.size > MAX_BYTES:
        raise FileRejectedError([Problem(0, "", "file_too_large")], rows)
    return roster


def _paths(
    header: Header, heading: Heading, table: Table
) -> tuple[DepartmentPaths | None, Iterator[Line]]:
    """Return how a company file says the departments, and the lines, which are read for it."""
    every = held(heading.below) if table.is_quoted else [*heading.below]
    return DepartmentPaths.of(header, every), emptied(every)


def _heading(headers: Headers, table: Table) -> Heading:
    heading = headers.heading(table.lines)
    if not heading.cells:
        raise refused("file_empty")
    if len(heading.cells) > MAX_COLUMNS:
        columns = len(heading.cells)
        raise refused("header_too_wide", heading.line, columns=columns, limit=MAX_COLUMNS)
    return heading


def _fix_file_warnings(job: Job, header: Header, line: int) -> Iterator[Problem]:
    if job.is_full and job.has_members and any(map(is_comment, header.cells)):
        yield Problem(line, "", "warning_fix_file")


def _check_together(
    job: Job, selection: Selection, rows: Sequence[Row], findings: Findings
) -> None:
    """Add what is wrong with the rows together. Raises `FileRejectedError` if anything is wrong."""
    columns = selection.columns
    if rows and not job.has_members:
        findings.merge(*outline_of(columns, rows)[1])
    if not rows and not findings.problems:
        findings.add(*([*selection.nobody()] or [Problem(0, "", "file_has_no_rows")]))
    findings.refuse(rows, columns)


def read_table(content: bytes, headers: Headers, watch: Stopwatch = UNTIMED) -> Table:
    """Return the lines of a file; its first bytes say what it is."""
    if len(content) > MAX_BYTES:
        raise refused("file_too_large")
    if content.startswith(ZIP):
        # Most files are no workbooks, and need none of this.
        from wecom_sync.files.workbook.book import read_workbook  # noqa: PLC0415

        return read_workbook(content, headers, watch)
    return replace(read_csv(content, headers.every), watch=watch)


def _unseen(table: Table, rows: Iterable[Row]) -> Iterator[Problem]:
    """Yield a warning of sheets that are not read, and one of rows that are and nobody sees."""
    if table.unread:
        sheets = Listing.of(map(shortened, table.unread))
        params: Params = {"sheet": shortened(table.sheet), "sheets": sheets}
        yield Problem(0, "", "warning_sheets_unread", params)
    if lines := [row.line for row in rows if row.line in table.hidden] if table.hidden else []:
        params = {"count": len(lines), "hidden": Listing.of(line_ranges(lines))}
        yield Problem(lines[0], "", "warning_rows_hidden", params)
