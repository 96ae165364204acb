"""What an HR file needs before it can be dropped: settings, and whose account each person has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from operator import attrgetter
from typing import Any, NamedTuple

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.link import UNDECIDED, Link
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import columns_of, is_comment
from wecom_sync.files.department_cells import BETWEEN, is_number
from wecom_sync.files.department_index import Names
from wecom_sync.files.headers import Header, Headers, Heading
from wecom_sync.files.legibility import guarded
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.files.row_checks import Strays
from wecom_sync.files.settings_file import LEFT_OUT
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.company.tree import live_places
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.matching import match
from wecom_sync.planning.memory.bootstrap import acquainted, known_of, read_export
from wecom_sync.planning.unmanaged import unmanaged_accounts
from wecom_sync.reporting.link_texts import link_document, link_text, links_document
from wecom_sync.reporting.row_files import droppable_csv
from wecom_sync_tools.commands.hr_people import HrSheet, Selected, selected, workers
from wecom_sync_tools.commands.settings import toml
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_MOST_NAMED = 10
"""Values that are named one by one."""
MOST_LINES = 60
"""Departments of a tree; of more, only the upper levels are printed."""
_SHOWN = 20


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


class Matching(NamedTuple):
    """What is new about whose account each person has, and the departments' names by their ids."""

    links: Sequence[Link]
    places: Mapping[str, str]
    strangers: Mapping[str, str]
    """The names of accounts that nobody of the file has."""

    def of(self, *kinds: str) -> list[Link]:
        """Return the links of some kinds, the weakest first."""
        links = (link for link in self.links if link.kind in kinds)
        return sorted(links, key=attrgetter("strength"))

    @property
    def open(self) -> list[Link]:
        return [link for link in self.links if link.is_open]

    def _text(self, link: Link, terminal: Terminal) -> str:
        return link_text(link_document(link, {}, self.places), terminal.language)

    @property
    def documents(self) -> list[Any]:
        return links_document(self.links, {}, self.places)

    def lines(self, links: Sequence[Link], terminal: Terminal) -> Iterator[str]:
        for link in links[:_SHOWN]:
            yield f"  {self._text(link, terminal)}"
        if len(links) > _SHOWN:
            yield "  " + terminal.text("plan_and_more", count=len(links) - _SHOWN)

    def accounts_csv(self, terminal: Terminal) -> bytes:
        rows = (
            [guarded(link.key), UNDECIDED, guarded(link.name), guarded(self._text(link, terminal))]
            for link in self.open
        )
        return droppable_csv(["key", "account", "name", "candidates"], rows)


def company_of(export: bytes) -> str:
    """Return the name with which all paths of an export begin, or blank; raises as `matched`."""
    roster = read_export(export, Reading())
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    firsts = {path.partition("/")[0] for row in roster.rows for path in row.cells[at].split(";")}
    return firsts.pop() if len(firsts) == 1 else ""


def matched(export: bytes, starter: Starter) -> Matching:
    """Match the people of an HR file with an export. Raises `FileRejectedError` for no export."""
    roster = read_export(export, Reading())
    directory = directory_of(roster)
    book = acquainted(Book(), known_of(directory, roster))
    with suppress(FileRejectedError):
        book = replace(book, unmanaged=ids_of_unmanaged(starter.policy, book))
    places = live_places(starter.roster, directory, book, starter.policy)
    links = match(starter.roster, directory, book, starter.policy, places).links
    people = {link.account.casefold() for link in links}
    people |= {it.account.casefold() for link in links for it in link.candidates}
    people |= unmanaged_accounts(directory, book, starter.policy)
    strangers = {
        directory.user_ids[account]: person.row.get(MEMBER_NAME_COLUMN, "")
        for account, person in sorted(book.people.items())
        if account not in people
    }
    names = {str(number): name for number, name in names_of(book).items()}
    return Matching(links, names, strangers)


def directory_of(roster: Roster) -> Directory:
    """Return the accounts of an export. It shows no ids of departments, so they are made up."""
    user_at, at = roster.columns.index(USER_COLUMN), roster.columns.index(DEPARTMENTS_COLUMN)
    people = [
        (row.cells[user_at], tuple(entry.split("/")))
        for row in roster.rows
        for entry in row.cells[at].split(";")
        if row.cells[user_at]
    ]
    every = {path[:end] for _, path in people for end in range(1, len(path) + 1)}
    firsts = [path for path in every if len(path) == 1]
    numbers: dict[Names, int] = {(): ROOT, **({firsts[0]: ROOT} if len(firsts) == 1 else {})}
    for path in sorted(every, key=lambda path: (len(path), path)):
        numbers.setdefault(path, len(numbers) + ROOT)
    departments = [
        Department(number, 0 if number == ROOT else numbers[path[:-1]])
        for path, number in numbers.items()
        if path or len(firsts) != 1
    ]
    return Directory.of([(user, numbers[path]) for user, path in people], departments)
