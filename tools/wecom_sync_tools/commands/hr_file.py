"""What an HR file needs before it can be dropped: settings, and whose account each person has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import columns_of, is_comment
from wecom_sync.files.department_cells import BETWEEN, is_number
from wecom_sync.files.department_index import Names
from wecom_sync.files.headers import Header, Headers, Heading
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.files.row_checks import Strays
from wecom_sync.files.settings_file import LEFT_OUT
from wecom_sync_tools.commands.hr_people import HrSheet, Selected, selected, workers
from wecom_sync_tools.commands.settings import toml
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_MOST_NAMED = 10
"""Values that are named one by one."""
MOST_LINES = 60
"""Departments of a tree; of more, only the upper levels are printed."""


class Guess(NamedTuple):
    """Which header is taken for a column that WeCom needs or has, and which others might be it."""

    column: str
    header: str
    others: Sequence[str]


class Starter(NamedTuple):
    """How a file is to be read, and what it says then.

    `company`: the name of the root department, blank if all paths begin with it; `unclear`: headers
    that may say who has left; `in_force`: the settings that are.
    """

    reading: Reading
    roster: Roster
    company: str = ""
    selected: Sequence[Selected] = ()
    guesses: Sequence[Guess] = ()
    unclear: Sequence[str] = ()
    in_force: Policy = Policy()

    @property
    def policy(self) -> Policy:
        return replace(self.in_force, key=self.reading.key, company=self.company)


def starter_of(content: bytes, company: str, exported: str = "") -> Starter:
    """Read an HR file of people, and find out how it is to be read.

    `company`: the name of the root department; needed when the file does not name it, unless an
    export does (`exported`). Raises `FileRejectedError` for what settings do not mend.
    """
    headers = Headers.of(Job.COMPANY, Reading())
    heading = headers.heading(read_table(content, headers).lines)
    header = headers.header(heading.cells)
    guesses = [*_guesses(header)]
    key = next((guess.header for guess in guesses if guess.column == USER_COLUMN), "")
    columns = {guess.header: guess.column for guess in guesses if guess.header != key}
    strange = {
        at: name
        for at, cell in enumerate(header.cells)
        if (name := cell.strip()) and not (header.columns[at] or at in header.levels)
        if name not in columns and name != key and not is_comment(name)
    }
    sheet = _sheet(heading, Headers.of(Job.COMPANY, Reading(columns, key=key)))
    staff = workers(sheet, strange)
    kept = {staff.header, *staff.others}
    columns |= {name: "" for name in strange.values() if name not in kept}
    rows = {staff.header: (*staff.values,)} if staff.header else {}
    reading = Reading(columns, rows=rows, key=key)
    chosen = selected(sheet, reading.rows, staff.unknown)
    starter = _read(content, reading, company, exported)
    return starter._replace(selected=chosen, guesses=guesses, unclear=staff.others)


def starter_in_force(content: bytes, company: str, policy: Policy, exported: str = "") -> Starter:
    """Read an HR file as the settings in force say. Raises the same."""
    starter = _read(content, policy.reading, company or policy.company, exported)
    headers = Headers.of(Job.COMPANY, policy.reading)
    sheet = _sheet(headers.heading(read_table(content, headers).lines), headers)
    return starter._replace(selected=selected(sheet, policy.rows), in_force=policy)


def _read(content: bytes, reading: Reading, company: str, exported: str) -> Starter:
    roster = read_roster(Job.COMPANY, content, reading)
    firsts = {path[0] for path in paths_of(roster)}
    if not company and len(firsts) > 1:
        company = exported
        if not company:
            raise UsageError("init_company")
    return Starter(reading, roster, company)


def paths_of(roster: Roster) -> Counter[Names]:
    """Count the people in each department that a file names. Numbers and codes name none."""
    if DEPARTMENTS_COLUMN not in roster.columns:
        raise UsageError("init_no_departments")
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    entries = (entry for row in roster.rows for entry in row.cells[at].split(";"))
    return Counter(tuple(entry.split(BETWEEN)) for entry in entries if not is_number(entry))


def tree_lines(starter: Starter) -> Iterator[str]:
    """Yield the departments as a tree, each with how many people are in it and below."""
    company = (starter.company,) if starter.company else ()
    people: Counter[Names] = Counter()
    for path, count in paths_of(starter.roster).items():
        whole = path if path[:1] == company else (*company, *path)
        for end in range(1, len(whole) + 1):
            people[whole[:end]] += count
    sizes = {depth: sum(len(path) <= depth for path in people) for depth in (99, 3, 2)}
    deepest = next((depth for depth, size in sizes.items() if size <= MOST_LINES), 1)
    for path in sorted(people):
        if len(path) <= deepest:
            yield f"{'  ' * len(path)}{path[-1]} {people[path]}"


def _guesses(header: Header) -> Iterator[Guess]:
    for column in columns_of(Job.COMPANY):
        candidates = header.candidates(column.name)
        if candidates and column.name not in header.columns:
            yield Guess(column.name, candidates[0], candidates[1:])


def _sheet(heading: Heading, headers: Headers) -> HrSheet:
    columns = headers.header(heading.cells).columns
    strays = Strays(Job.COMPANY, columns, heading.cells)
    rows = [[*cells, *[""] * (len(columns) - len(cells))] for _, cells in heading.below]
    rows = [cells for cells in rows if not strays.has(cells)]
    for name in {USER_COLUMN, KEY_COLUMN} & {*columns}:
        rows = [cells for cells in rows if cells[columns.index(name)].strip()]
    return HrSheet(heading.cells, rows)


def settings_toml(starter: Starter, strangers: Iterable[str], terminal: Terminal) -> bytes:
    """Return settings that fit a file. `strangers`: accounts that nobody of it has."""
    accounts = {"key": starter.reading.key} if starter.reading.key else {}
    departments = {"company": starter.company} if starter.company else {}
    left_out = {
        column.header: [f"{LEFT_OUT}{value}" for value in column.left_out if value]
        for column in starter.selected
    }
    rows = {name: (*taken, *left_out.get(name, ())) for name, taken in starter.reading.rows.items()}
    sections = (
        ("accounts", terminal.text("init_accounts_comment"), accounts),
        ("departments", "", departments),
        ("columns", terminal.text("init_columns_comment"), starter.reading.columns),
        ("rows", "\n".join(selection_lines(starter, terminal)), rows),
    )
    lines = []
    for section, comment, content in sections:
        if content:
            lines += [*(f"# {line}" for line in comment.splitlines()), f"[{section}]"]
            lines += [*(f"{toml(key)} = {toml(value)}" for key, value in content.items()), ""]
    if accounts and (unmanaged := [*strangers]):
        # Only a person knows whether they have left, or are nobody's of HR's.
        lines.insert(3, f"# unmanaged = {toml(unmanaged)}")
    return "\n".join(lines).encode()


def guess_lines(starter: Starter, terminal: Terminal) -> Iterator[str]:
    for guess in starter.guesses:
        others = terminal.listed(guess.others)
        column = guess.column
        if column == USER_COLUMN:
            column = terminal.text("init_hr_key")
        code: Code = "init_hr_guess_of" if others else "init_hr_guess"
        yield terminal.text(code, header=guess.header, column=column, others=others)


def selection_lines(starter: Starter, terminal: Terminal) -> Iterator[str]:
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
