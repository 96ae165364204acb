"""What an HR file needs before it can be dropped: settings that fit it, and its departments."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.columns import columns_of, is_comment
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_NAME_COLUMN, is_number
from wecom_sync.files.department_index import DepartmentIndex, Names
from wecom_sync.files.header_claims import Header
from wecom_sync.files.headers import Headers, Heading
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, USER_COLUMN
from wecom_sync.files.problems import Problem
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.files.settings_file import LEFT_OUT
from wecom_sync.reporting.row_files import droppable_csv
from wecom_sync_tools.commands.hr_people import HrSheet, Selected, selected, workers
from wecom_sync_tools.commands.settings.check import toml
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_MOST_NAMED = 10
"""Values that are named one by one."""
_SEPARATORS = "；;、，,|\n"


class Guess(NamedTuple):
    """Which header is taken for a column that WeCom needs or has, and which others might be it."""

    column: str
    header: str
    others: Sequence[str]


class Starter(NamedTuple):
    """What to begin with. `unclear`: headers that may say who has left; `warnings`: of the file."""

    reading: Reading
    departments: Sequence[Names]
    selected: Sequence[Selected] = ()
    guesses: Sequence[Guess] = ()
    unclear: Sequence[str] = ()
    warnings: Sequence[Problem] = ()


def starter_of(content: bytes, company: str) -> Starter:
    """Read an HR file of members, and find out how it is to be read.

    `company`: the name of the root department; needed when the file does not name it. Raises
    `FileRejectedError` with the problems that the settings do not mend, and `UsageError`.
    """
    headers = Headers.of(Job.REPLACE_USER, Reading())
    heading = headers.heading(read_table(content, headers).lines)
    header = headers.header(heading.cells)
    guesses = [*_guesses(header)]
    columns = {guess.header: guess.column for guess in guesses}
    strange = {
        at: name
        for at, cell in enumerate(header.cells)
        if (name := cell.strip()) and not (header.columns[at] or at in header.levels)
        if name not in columns and not is_comment(name)
    }
    sheet = _sheet(heading, Headers.of(Job.REPLACE_USER, Reading(columns)))
    staff = workers(sheet, strange)
    kept = {staff.header, *staff.others}
    columns |= {name: "" for name in strange.values() if name not in kept}
    reading = Reading(columns, rows={staff.header: (*staff.values,)} if staff.header else {})
    departments, warnings = _read(content, reading, company)
    chosen = selected(sheet, reading.rows, staff.unknown)
    return Starter(reading, departments, chosen, guesses, staff.others, warnings)


def starter_in_force(content: bytes, company: str, reading: Reading) -> Starter:
    """Read an HR file as the settings in force say. Raises the same."""
    departments, warnings = _read(content, reading, company)
    headers = Headers.of(Job.REPLACE_USER, reading)
    sheet = _sheet(headers.heading(read_table(content, headers).lines), headers)
    return Starter(reading, departments, selected(sheet, reading.rows), warnings=warnings)


def _guesses(header: Header) -> Iterator[Guess]:
    """Yield the best candidate for each column that no header means."""
    for column in columns_of(Job.REPLACE_USER):
        candidates = header.candidates(column.name)
        if candidates and column.name not in header.columns:
            yield Guess(column.name, candidates[0], candidates[1:])


def _sheet(heading: Heading, headers: Headers) -> HrSheet:
    columns = headers.header(heading.cells).columns
    rows = [cells for _, cells in heading.below]
    if USER_COLUMN in columns:
        at = columns.index(USER_COLUMN)
        rows = [cells for cells in rows if len(cells) > at and cells[at].strip()]
    return HrSheet(heading.cells, rows)


def _read(
    content: bytes, reading: Reading, company: str
) -> tuple[Sequence[Names], Sequence[Problem]]:
    """Return the departments that a file needs, and its warnings."""
    roster = read_roster(Job.REPLACE_USER, content, reading)
    paths = _with_company([*dict.fromkeys(_paths(roster))], company)
    return [*_tree(paths)], roster.warnings


def _paths(roster: Roster) -> Iterator[Names]:
    """Yield the departments that a file names. Numbers and codes name none."""
    if DEPARTMENTS_COLUMN not in roster.columns:
        raise UsageError("init_no_departments")
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    separators = str.maketrans(dict.fromkeys(_SEPARATORS, ";"))
    for row in roster.rows:
        for entry in row.cells[at].translate(separators).split(";"):
            if entry.strip() and not is_number(entry.strip()):
                yield tuple(name.strip() for name in entry.split("/"))


def _with_company(paths: Sequence[Names], company: str) -> list[Names]:
    """Return whole paths, each beginning with the company."""
    first = {path[0] for path in paths}
    is_named = len(first) == 1 and any(len(path) > 1 for path in paths)
    if not company and not is_named:
        raise UsageError("init_company")
    name = company or next(iter(first))
    index = DepartmentIndex({at: path for at, path in enumerate(paths) if len(path) > 1})
    # Who is said to be in "Sales" is in the department whose path ends so, if there is one.
    return [
        path if path[0] == name else (name, *path)
        for path in paths
        if len(path) > 1 or path[0] == name or len(index.ending(path[0])) != 1
    ]


def _tree(paths: Iterable[Names]) -> Iterator[Names]:
    every = {path[:length] for path in paths for length in range(1, len(path) + 1)}
    yield from sorted(every, key=lambda path: (len(path), path))


def departments_csv(departments: Iterable[Names]) -> bytes:
    rows = ([guarded(path[-1]), guarded("/".join(path[:-1]))] for path in departments)
    return droppable_csv([NAME_COLUMN, PARENT_NAME_COLUMN], rows)


def settings_toml(starter: Starter, terminal: Terminal) -> bytes:
    known = {
        column.header: [f"{LEFT_OUT}{value}" for value in column.left_out if value]
        for column in starter.selected
    }
    rows = {name: (*taken, *known.get(name, ())) for name, taken in starter.reading.rows.items()}
    sections = (
        ("columns", terminal.text("init_columns_comment"), starter.reading.columns),
        ("rows", "\n".join(selection_lines(starter, terminal)), rows),
    )
    lines = []
    for section, comment, content in sections:
        if content:
            lines += [*(f"# {line}" for line in comment.split("\n")), f"[{section}]"]
            lines += [*(f"{toml(key)} = {toml(value)}" for key, value in content.items()), ""]
    return "\n".join(lines).encode()


def guess_lines(starter: Starter, terminal: Terminal) -> Iterator[str]:
    for guess in starter.guesses:
        others = terminal.listed(guess.others)
        code: Code = "init_hr_guess_of" if others else "init_hr_guess"
        yield terminal.text(code, header=guess.header, column=guess.column, others=others)


def selection_lines(starter: Starter, terminal: Terminal) -> Iterator[str]:
    """Yield whom the settings take and leave out, in words."""
    for column in starter.selected:
        taken, left = _counted(column.taken, terminal), _counted(column.left_out, terminal)
        yield terminal.text("init_hr_rows", header=column.header, taken=taken, left=left)
        if column.unknown:
            values = terminal.listed(_value(v, terminal) for v in column.unknown)
            yield terminal.text("init_hr_unknown", values=values)


def _counted(counts: Mapping[str, int], terminal: Terminal) -> str:
    most = sorted(counts.items(), key=lambda count: -count[1])
    values = [f"{_value(value, terminal)} {count:,}" for value, count in most[:_MOST_NAMED]]
    if left := most[_MOST_NAMED:]:
        values.append(terminal.text("plan_and_more", count=sum(count for _, count in left)))
    return terminal.listed(values) or terminal.text("value_none")


def _value(value: str, terminal: Terminal) -> str:
    return value or f'"" {terminal.text("value_blank")}'
