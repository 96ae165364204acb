"""Leavers: who is missing from a company file is disabled first, and removed later. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from wecom_sync.domain.book import Book, Cells, Person
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LIST_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster

MOST_LISTED = 100
"""So many disabled leavers are listed for people; the others are counted."""


def is_off(person: Person) -> bool:
    """Whether somebody who is missing is surely disabled: as a leaver, or by HR's own row."""
    by_hr = person.sure and person.row.get(DISABLED_COLUMN) == "1"
    return by_hr or (person.off and person.left > 0)


def may_be_off(person: Person) -> bool:
    """Whether somebody may still be disabled as a leaver."""
    return person.off or person.maybe.get(DISABLED_COLUMN) == "1"


def leavers_document(book: Book) -> dict[str, Any]:
    """Return who is disabled as a leaver, as `leavers.json` has it: the longest first.

    `lacked`: when the newest company file came that lacked them again; 0: none did.
    """
    people = [book.person(it) for it in book.people.those(lambda it: it.left > 0)]
    first = [
        {
            "name": it.row.get(MEMBER_NAME_COLUMN, ""),
            "account": it.row.get(USER_COLUMN) or it.account,
            "since": it.left,
            "lacked": it.lacked,
        }
        for it in sorted(people, key=lambda it: (it.left, it.account))[:MOST_LISTED]
    ]
    return {"total": len(people), "first": first}


def last_days(
    accounts: Iterable[str],
    book: Book,
    policy: Policy,
    calendar: Calendar,
    lacked: float | None = None,
) -> Mapping[str, str]:
    """Return after which day leavers may be removed, of accounts.

    That needs a full file of a later day than theirs that lacks them. `lacked`: when the one was
    dropped that is planned now; None: only those of before count.
    """
    days: dict[str, str] = {}
    for key in accounts:
        person = book.person(key)
        newest = max(person.lacked, lacked or 0)
        is_later = calendar.day(person.left) < calendar.day(newest) and newest > person.since
        if person.left and is_later and not policy.protects(key):
            days[key] = calendar.day(person.left, policy.leaver_days)
    return days


def with_exempt(
    roster: Roster, exempt: frozenset[str], directory: Directory, book: Book
) -> tuple[Roster, frozenset[str]]:
    """Append accounts that must stay to a full overwrite. Return also those without a fit row."""
    if roster.job is not Job.REPLACE_USER:
        return roster, frozenset()
    missing = directory.members.keys() & exempt - {row.id.casefold() for row in roster.rows}
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


def explicit(roster: Roster, directory: Directory, book: Book) -> Roster:
    """Return a full file with a 0 or 1 for a blank 禁用 of who was or may be disabled.

    Nobody knows whether WeCom reads a blank as 0.
    """
    if DISABLED_COLUMN not in roster.columns or not roster.job.is_full:
        return roster
    at = roster.columns.index(DISABLED_COLUMN)
    rows = []
    for row in roster.rows:
        cells, person = [*row.cells], book.person(row.id.casefold())
        was_disabled = person.row.get(DISABLED_COLUMN) == "1"
        if not cells[at] and person.account in directory.members:
            cells[at] = "0" if may_be_off(person) or was_disabled else ""
        rows.append(replace(row, cells=tuple(cells)))
    return replace(roster, rows=tuple(rows))


def _appended(roster: Roster, rows: Mapping[str, Cells], directory: Directory) -> Roster:
    """Append people with their last known rows, and the departments where they are now."""
    blank = dict.fromkeys(LIST_COLUMNS, "")
    appended = []
    for key, row in rows.items():
        user, places = directory.user_ids[key], ";".join(map(str, sorted(directory.members[key])))
        cells = {**row, **blank, USER_COLUMN: user, DEPARTMENTS_COLUMN: places}
        appended.append(Row(0, user, tuple(cells.get(name, "") for name in roster.columns)))
    return replace(roster, rows=(*roster.rows, *appended))


def places_outside(
    gone: Collection[int], leavers: Iterable[str], directory: Directory
) -> dict[str, tuple[int, ...]]:
    """Return the nearest departments that remain, of leavers who are in some that go."""

    def remaining(number: int) -> int:
        while number in gone and number in directory.departments:
            number = directory.departments[number].parent
        return number or ROOT

    return {
        user: tuple(sorted({*map(remaining, places)}))
        for user in (leavers if gone else ())
        if not (places := directory.members[user]).isdisjoint(gone)
    }


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
