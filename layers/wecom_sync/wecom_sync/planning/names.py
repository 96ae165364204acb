"""How changes are shown to people: by name, and what is private masked. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from wecom_sync.domain.book import Book
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.link import Link, LinkDetails, keyed
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import name_column, row_key
from wecom_sync.files.department_cells import PARENT_COLUMN
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    MEMBER_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
    WECHAT_COLUMN,
    masked_contacts,
)
from wecom_sync.files.privacy import masked_name, masked_pair, masked_private, shortened
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import AGAIN, Change, ids
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.plan import Plan

_OF_DEPARTMENTS = frozenset({DEPARTMENTS_COLUMN, PARENT_COLUMN, LEADERS_COLUMN})
SIGN_IN = (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS, WECHAT_COLUMN)
_COMES = frozenset({Kind.ADD, Kind.ENABLE})
_MASKS: Mapping[str, Callable[[str], str] | None] = {
    column.name: masked_private if column.mask is shortened else column.mask
    for column in (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)
} | {MEMBER_NAME_COLUMN: None}
"""How values of WeCom's columns are masked. Whoever decides sees names."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names by row key, of departments by their number; HR's keys by account in lower case."""

    job: Job
    rows: Mapping[str, str]
    departments: dict[str, str]
    keys: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, roster: Roster, book: Book, links: Sequence[Link] = ()) -> "Names":
        """Return the names in a file, of both sides of links, and those that were applied last."""
        column = name_column(roster.job)
        departments = {str(number): name for number, name in names_of(book).items()}
        if not roster.job.has_members:
            departments |= roster.names()
            return cls(roster.job, departments, departments)
        sides = {link.sides.casefold(): link.described(departments) for link in links}
        return cls(roster.job, book.people.column(column) | sides | roster.names(), departments)

    def of_id(self, row_id: str) -> str:
        """Return the name of a row with HR's key, of `old → new` the first; "" if unknown."""
        names = (
            keyed(self.rows.get(row_key(self.job, part), ""), self.key_of(part), part)
            for part in row_id.split(" → ")
        )
        return next(filter(None, names), "")

    def key_of(self, account: str) -> str:
        return self.keys.get(account.casefold(), account)

    def document(self, change: Change) -> dict[str, Any]:
        """Return a change as `changes` of `plan.json` has it.

        `departments`: names of those where somebody is, or will be; of a department its parent.
        `key`: HR's, where it has one.
        """
        return {
            "id": change.subject,
            "name": change.name,
            "change": change.kind,
            "departments": places_of(change.place, self.departments),
            "columns": dict(self._shown(change)),
            **({"key": key} if (key := self.keys.get(change.subject.casefold())) else {}),
        }

    def _shown(self, change: Change) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield the values that change. Where somebody goes comes first."""
        for name in sorted(change.columns, key=lambda name: name not in _OF_DEPARTMENTS):
            _, before, after = change.columns[name]
            if before != after and name != DISABLED_COLUMN:
                yield name, visible(name, before, after, self.departments)


def documents(changes: Iterable[Change], names: Names) -> list[dict[str, Any]]:
    """Return what becomes of whom, as `plan.json` has it, in the order in which people read it."""
    own = sorted((change for change in changes if change.kinds), key=lambda it: it.kind.rank)
    return [names.document(change) for change in own]


def sign_ins(
    changes: Iterable[Change], roster: Roster, book: Book, *columns: str
) -> dict[str, str]:
    """Return which accounts that are there change in some columns, and how: values are masked.

    Such as `手机号 138****0000 → 139****1111`. `-` is a blank, `?` what no file has told us: an
    export may say anything.
    """
    rows = {row.line: row for row in roster.rows}
    accounts = dict[str, str]()
    for change in changes:
        is_new = not book.person(change.subject.casefold()).since
        for name in columns:
            is_unknown = is_new and change.line and change.columns and name in roster.columns
            if name not in change.columns and not is_unknown:
                continue
            _, before, after = change.columns.get(name, AGAIN)
            if is_unknown:
                before, after = "", rows[change.line].cells[roster.columns.index(name)]
            if before != after:
                pair = map(shortened, visible(name, before, after, {}))
                before, after = (value or "-" for value in pair)
                text = f"{name} {'?' if is_unknown else before} → {after}"
                both = (accounts.get(change.subject), text)
                accounts[change.subject] = " · ".join(filter(None, both))
    return accounts


def concerned(users: Iterable[str], plan: Plan, roster: Roster, book: Book) -> tuple[str, ...]:
    """Return which users get an account by a plan, or another way to sign in."""
    accounts = {user.casefold() for user in users} if plan.job.has_members else ()
    changes = [it for it in plan.changes if it.subject.casefold() in accounts]
    comers = ids([it for it in changes if not _COMES.isdisjoint(it.kinds)])
    changed = (*comers, *sign_ins(changes, roster, book, *SIGN_IN))
    return tuple(dict.fromkeys(changed))


def listed_people(accounts: Iterable[str], book: Book) -> Listing:
    """List accounts as the address book writes them, with the names of their people."""
    persons = [book.person(it.casefold()) for it in accounts]
    names = {
        it.row.get(USER_COLUMN) or it.account: it.row.get(MEMBER_NAME_COLUMN, "") for it in persons
    }
    return Listing.of(names).named(names.__getitem__)


def link_details(
    links: Iterable[Link], file: Roster, book: Book, calendar: Calendar
) -> LinkDetails:
    """Return the masked contacts of both sides of the links that a person has to compare.

    And `off`, since when an account is disabled as a leaver's. And where people go to departments
    that are still to be made, as the file calls these.
    """
    compared = [link for link in links if link.is_open or link.is_contradicted]
    lines = {link.line for link in compared} | {link.line for link in links if not link.place}
    cells = {
        row.line: dict(zip(file.columns, row.cells, strict=True))
        for row in file.rows
        if row.line in lines
    }
    sides: dict[int | str, Mapping[str, str]] = {
        line: {"department": own.get(DEPARTMENTS_COLUMN, "")} for line, own in cells.items()
    }
    for link in compared:
        sides[link.line] = {**sides[link.line], **masked_contacts(cells[link.line])}
        for account in (it.account.casefold() for it in link.candidates):
            person = book.person(account)
            off = {"off": calendar.day(person.left)} if person.left else {}
            sides[account] = masked_contacts(person.row or person.former) | off
    return sides


def visible(name: str, before: str, after: str, departments: Mapping[str, str]) -> tuple[str, str]:
    """Return two values as a person may see them: a private one masked, its difference visible."""
    if name in _OF_DEPARTMENTS:
        there, wanted = ("、".join(places_of(cell, departments)) for cell in (before, after))
        return there, wanted
    # Nobody knows what an attribute of the corp's own holds.
    return masked_pair(before, after, _MASKS.get(name, masked_name))


def places_of(cell: str, departments: Mapping[str, str]) -> list[str]:
    """Return the names of the departments in a cell, the number where no name is known."""
    return [departments.get(number) or number for number in cell.split(";") if number]
