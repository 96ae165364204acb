"""What an HR file needs before it can be dropped: settings, and whose account each person has."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from wecom_sync.domain.policy import UNTIL, Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.columns import normal_header
from wecom_sync.files.department_cells import BETWEEN, is_number
from wecom_sync.files.department_index import Names
from wecom_sync.files.headers import Headers
from wecom_sync.files.leaving import has_left, is_about
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster, read_roster, read_table
from wecom_sync.files.row_checks import Strays
from wecom_sync.files.settings_file import LEFT_OUT
from wecom_sync_tools.commands.hr_columns import Fields, Guess, guesses, key_of
from wecom_sync_tools.commands.hr_people import (
    Selected,
    selected,
    taken,
    today,
    workers,
)
from wecom_sync_tools.commands.settings import settings_lines, toml
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal

_MOST_NAMED = 10
"""Values that are named one by one."""
MOST_LINES = 60
"""Departments of a tree; of more, only the upper levels are printed."""


type Sections = Mapping[str, Mapping[str, Any]]
"""What lines of settings say, by their sections and names."""


class Draft(NamedTuple):
    """How a file is to be read: what the settings in force say, and what it adds to them.

    `unclear`: headers that may say who has left.
    """

    in_force: Policy
    policy: Policy
    added: Sections
    selected: Sequence[Selected] = ()
    guesses: Sequence[Guess] = ()
    unclear: Sequence[str] = ()

    @property
    def is_first(self) -> bool:
        """Whether no settings are in force."""
        return self.in_force == Policy()


class Starter(NamedTuple):
    """What a file says as its draft reads it, with the name of the root department in its policy.

    That name is blank if all paths begin with it.
    """

    draft: Draft
    policy: Policy
    roster: Roster


def draft_of(content: bytes, in_force: Policy, key: str | None, terminal: Terminal) -> Draft:
    """Find out how an HR file of people is to be read, beside what settings say.

    `key`: the header that a person names. Raises `UsageError` where only a person knows the key,
    and `FileRejectedError` for what is no table.
    """
    headers = Headers.of(Job.COMPANY, in_force.reading)
    heading = headers.heading(read_table(content, headers).lines)
    fields = Fields.of(headers.header(heading.cells), heading.below)
    usual = fields.usual()
    own = key_of(usual, key, terminal) if key or not in_force.key else None
    named = own.header if own else in_force.key
    guessed = [it for it in guesses(usual) if it.header != named]
    columns = {it.header: it.column for it in guessed}
    reading = replace(in_force.reading, columns={**in_force.columns, **columns}, key=named)
    people = _people(fields, Headers.of(Job.COMPANY, reading))
    settled = {*map(normal_header, (*columns, *reading.rows, named))}
    strange = [it for it in fields.strangers if normal_header(it) not in settled]
    staff = workers(taken(people, in_force.rows), strange, is_known=bool(in_force.rows))
    kept = {*staff.rows, staff.until, *staff.others}
    columns |= {it: "" for it in strange if it not in kept}
    rows = {header: tuple(values) for header, values in staff.rows.items()}
    rows |= _widened(people, in_force)
    policy = replace(
        in_force,
        columns={**in_force.columns, **columns},
        rows={**in_force.rows, **rows},
        key=named,
    )
    counted = [*selected(people, policy.rows, staff.unknown)]
    lines: dict[str, Sequence[str]] = {}
    for it in counted:
        if it.header in rows:
            left_out = dict.fromkeys((*in_force.left_out.get(it.header, ()), *it.left_out))
            left = (f"{LEFT_OUT}{value}" for value in left_out if value)
            lines[it.header] = (*rows[it.header], *left)
    if staff.until:
        lines[staff.until] = (UNTIL,)
        until = {staff.until: (UNTIL,)}
        counted += selected(people, until)
        policy = replace(policy, rows={**policy.rows, **until})
    accounts = {"key": named} if own else {}
    members = {"leavers": in_force.leavers} if in_force == Policy() else {}
    added: Sections = {"members": members, "accounts": accounts, "columns": columns, "rows": lines}
    return Draft(
        in_force, policy, added, counted, [*([own] if own else ()), *guessed], staff.others
    )


def _widened(people: Fields, in_force: Policy) -> dict[str, tuple[str, ...]]:
    """Return the lines of `[rows]` in force that lack a value of people who work here, with it."""
    widened = {}
    for header, values in in_force.rows.items():
        settled = {*map(normal_header, (*values, *in_force.left_out.get(header, ())))}
        cells = dict.fromkeys(people.cells(header))
        new = [it for it in cells if has_left(it) is False and normal_header(it) not in settled]
        if new and is_about(normal_header(header), [*cells]):
            widened[header] = (*values, *new)
    return widened


def starter_of(content: bytes, draft: Draft, company: str, exported: str = "") -> Starter:
    """Read an HR file of people as a draft says.

    `company`: the name of the root department; needed when the file does not name it, unless an
    export does (`exported`). Raises `FileRejectedError` for what settings do not mend.
    """
    company = company or draft.in_force.company
    roster = read_roster(Job.COMPANY, content, draft.policy.reading.as_of(today()))
    firsts = {path[0] for path in paths_of(roster)}
    if not company and len(firsts) > 1:
        company = exported
        if not company:
            raise UsageError("init_company")
    return Starter(draft, replace(draft.policy, company=company), roster)


def paths_of(roster: Roster) -> Counter[Names]:
    """Count the people in each department that a file names. Numbers and codes name none."""
    if DEPARTMENTS_COLUMN not in roster.columns:
        raise UsageError("init_no_departments")
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    entries = (entry for row in roster.rows for entry in row.cells[at].split(";"))
    return Counter(tuple(entry.split(BETWEEN)) for entry in entries if not is_number(entry))


def tree_lines(starter: Starter) -> Iterator[str]:
    """Yield the departments as a tree, each with how many people are in it and below."""
    company = (starter.policy.company,) if starter.policy.company else ()
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


def _people(fields: Fields, headers: Headers) -> Fields:
    """Return only the rows that name an account or a key."""
    columns = headers.header(fields.header.cells).columns
    strays = Strays(Job.COMPANY, columns, fields.header.cells)
    own = [columns.index(name) for name in {USER_COLUMN, KEY_COLUMN} & {*columns}]
    rows = [
        (line, cells)
        for line, cells in fields.rows
        if not strays.has(cells) and all(cells[at].strip() for at in own)
    ]
    return fields._replace(rows=rows)


def settings_toml(
    before: Policy, added: Sections, proposed: Sections, draft: Draft, terminal: Terminal
) -> str:
    """Return settings with what is in force before, and what is added.

    `proposed`: lines that only a person can put in force.
    """
    there: dict[str, list[str]] = {}
    for line, is_default in settings_lines(before):
        if line.startswith("["):
            there[line[1:-1]] = []
        elif not is_default:
            there[[*there][-1]].append(line)
    comments = {
        "members": terminal.text("init_members_comment"),
        "accounts": terminal.text("init_accounts_comment"),
        "columns": terminal.text("init_columns_comment"),
        "rows": "\n".join(selection_lines(draft, terminal)),
    }
    lines = []
    for section, lines_there in there.items():
        new, others = added.get(section, {}), proposed.get(section, {})
        old = [
            line for line in lines_there if line.partition(" = ")[0] not in {*new, *map(toml, new)}
        ]
        if not (old or new or others):
            continue
        if new and section in comments:
            lines += [f"# {line}" for line in comments[section].splitlines()]
        lines += [f"[{section}]", *old, *(f"{toml(key)} = {toml(it)}" for key, it in new.items())]
        if others:
            lines.append("# " + terminal.text("init_proposed"))
            lines += [f"# {name} = {toml(value)}" for name, value in others.items()]
        lines.append("")
    if draft.is_first:
        lines += [
            "# " + terminal.text("init_desk"),
            "[desk]",
            "approvers = []",
            "droppers = []",
            "",
        ]
    return "\n".join(lines)


def guess_lines(draft: Draft, terminal: Terminal) -> Iterator[str]:
    for guess in draft.guesses:
        others = terminal.listed(guess.others)
        column = guess.column
        if column == USER_COLUMN:
            column = terminal.text("init_hr_key")
        code: Code = "init_hr_guess_of" if others else "init_hr_guess"
        if others and guess.column == USER_COLUMN:
            code = "init_hr_key_of"
        yield terminal.text(code, header=guess.header, column=column, others=others)


def selection_lines(draft: Draft, terminal: Terminal) -> Iterator[str]:
    for column in draft.selected:
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
