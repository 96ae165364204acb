"""The grace period: members missing from a full file are disabled first, removed later. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from wecom_sync.domain.book import Book, Cells, Person
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LIST_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Graced:
    """A roster with its leavers.

    `disable`: keys of rows that were appended with line 0. `ungraced`: keys of leavers who could
    not be appended, because we have no row of theirs that WeCom would accept.
    """

    roster: Roster
    disable: frozenset[str] = frozenset()
    ungraced: frozenset[str] = frozenset()


def with_leavers(
    roster: Roster,
    directory: Directory,
    book: Book,
    policy: Policy,
    now: float,
    *,
    kept: Collection[str] = frozenset(),
) -> Graced:
    """Append the members who are missing from a full file as disabled, until their grace ends.

    A leaver who is in the file again is enabled. So is a disabled member whose cell is blank now,
    because nobody knows whether WeCom reads a blank as 0. `kept`: whom the file leaves as they are.
    """
    if not (roster.job.is_full and roster.job.has_members):
        return Graced(roster)
    is_given = DISABLED_COLUMN in roster.columns
    if policy.leavers != "disable":
        return Graced(_explicit(roster, directory, book) if is_given else roster)
    present = {row.id.casefold() for row in roster.rows}
    due = now - policy.leaver_days * _DAY
    missing = frozenset(
        key
        for key in directory.members.keys() - present - {*kept}
        if not (person := book.person(key)).stays and (person.left or now) > due
    )
    graced = _with_a_row(missing, roster, book)
    ungraced = missing - graced.keys()
    if not is_given and not graced and not any(_is_back(book.person(key)) for key in present):
        return Graced(roster, ungraced=ungraced)
    disabled = {key: {**cells, DISABLED_COLUMN: "1"} for key, cells in graced.items()}
    whole = _appended(_explicit(roster, directory, book), disabled, directory)
    return Graced(whole, frozenset(graced), ungraced)


def with_kept(
    roster: Roster, kept: frozenset[str], directory: Directory, book: Book
) -> tuple[Roster, frozenset[str]]:
    """Append accounts that must stay to a full overwrite. Return also those without a fit row."""
    if roster.job is not Job.REPLACE_USER:
        return roster, frozenset()
    missing = directory.members.keys() & kept - {row.id.casefold() for row in roster.rows}
    rows = _with_a_row(missing, roster, book)
    return _appended(roster, rows, directory), frozenset(missing - rows.keys())


def _with_a_row(missing: Collection[str], roster: Roster, book: Book) -> dict[str, Cells]:
    """Return the last rows of the leavers whose rows WeCom would accept.

    A mobile or e-mail that somebody in the file has now becomes blank (60104, 60106). One of the
    two must be left (60129).
    """
    contacts = {
        name: roster.columns.index(name) for name in CONTACT_COLUMNS if name in roster.columns
    }
    taken = {row.cells[at].casefold() for row in roster.rows for at in contacts.values()}
    rows: dict[str, Cells] = {}
    for key in sorted(missing):
        row = book.person(key).row
        own = {name: cell for name in contacts if (cell := row.get(name, ""))}
        left = {name: cell for name, cell in own.items() if cell.casefold() not in taken}
        if left:
            taken |= {cell.casefold() for cell in left.values()}
            rows[key] = {**row, **dict.fromkeys(own, ""), **left}
    return rows


def _explicit(roster: Roster, directory: Directory, book: Book) -> Roster:
    """Return the file with an explicit 禁用 for members who are, were or may still be disabled."""
    is_given = DISABLED_COLUMN in roster.columns
    columns = roster.columns if is_given else (*roster.columns, DISABLED_COLUMN)
    at = columns.index(DISABLED_COLUMN)
    rows = []
    for row in roster.rows:
        cells = [*row.cells, *[""] * (len(columns) - len(row.cells))]
        person = book.person(row.id.casefold())
        was_disabled = person.row.get(DISABLED_COLUMN) == "1"
        if not cells[at] and person.account in directory.members:
            if _is_back(person) or (was_disabled and is_given):
                cells[at] = "0"
            elif was_disabled:
                cells[at] = "1"
        rows.append(replace(row, cells=tuple(cells)))
    return replace(roster, columns=columns, rows=tuple(rows))


def _is_back(person: Person) -> bool:
    """Whether a member of a full file may still be disabled from an earlier grace period."""
    return person.left > 0 or person.maybe.get(DISABLED_COLUMN) == "1"


def _appended(roster: Roster, rows: Mapping[str, Cells], directory: Directory) -> Roster:
    """Append people with their last known rows, and the departments where they are now."""
    blank = dict.fromkeys(LIST_COLUMNS, "")
    appended = []
    for key, row in rows.items():
        user, places = directory.user_ids[key], ";".join(map(str, sorted(directory.members[key])))
        cells = {**row, **blank, USER_COLUMN: user, DEPARTMENTS_COLUMN: places}
        appended.append(Row(0, user, tuple(cells.get(name, "") for name in roster.columns)))
    return replace(roster, rows=(*roster.rows, *appended))


def without_places(directory: Directory, gone: Collection[int]) -> Directory:
    """Return the ids as if everybody of departments that go were in the nearest one above."""
    if not gone:
        return directory

    def remaining(number: int) -> int:
        while number in gone and number in directory.departments:
            number = directory.departments[number].parent
        return number or ROOT

    members = {
        user: places if places.isdisjoint(gone) else frozenset(map(remaining, places))
        for user, places in directory.members.items()
    }
    return replace(directory, members=members)


def still_enabled(roster: Roster, staying: Collection[str]) -> Roster:
    """Return the file with a blank 禁用 for those whom it would disable and who stay for now."""
    if not staying or DISABLED_COLUMN not in roster.columns:
        return roster
    at = roster.columns.index(DISABLED_COLUMN)
    rows = (
        replace(row, cells=(*row.cells[:at], "", *row.cells[at + 1 :]))
        if row.id.casefold() in staying
        else row
        for row in roster.rows
    )
    return replace(roster, rows=tuple(rows))


def with_contacts(roster: Roster, book: Book) -> tuple[Roster, list[str]]:
    """Fill in known contacts where a row has neither mobile nor mail; return who has none at all.

    WeCom takes no member without either (40092, 60129), so those rows are left out.
    """
    at = {name: roster.columns.index(name) for name in CONTACT_COLUMNS if name in roster.columns}
    rows, lacking = [], []
    for row in roster.rows:
        if any(row.cells[place] for place in at.values()):
            rows.append(row)
        elif any((before := book.person(row.id.casefold()).row).get(name) for name in at):
            cells = [*row.cells]
            for name, place in at.items():
                cells[place] = before.get(name, "")
            rows.append(replace(row, cells=tuple(cells)))
        else:
            lacking.append(row.id)
    return replace(roster, rows=tuple(rows)), lacking
