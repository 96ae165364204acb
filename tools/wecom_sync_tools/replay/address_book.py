"""A corp's address book in memory. It takes files as WeCom's imports do, and refuses what they do.

What every file of ours has right is not checked again.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.outcome import JobResult, ResultRow
from wecom_sync.domain.states import Job
from wecom_sync.files.department_cells import ID_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    ORDERS_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster

DAY_SECONDS = 86_400
_TAKEN = (60104, 60106)
"""What WeCom says of a mobile and of a mail that somebody else has."""


class PlayedMember(NamedTuple):
    account: str
    departments: frozenset[int]
    contacts: tuple[str, ...] = ("", "")


@dataclass
class PlayedBook:
    """Members by their accounts in lower case, and departments.

    `condemned`: departments that the last file left out, and since when. WeCom deletes them so many
    days later, once nobody is in them.
    """

    members: dict[str, PlayedMember] = field(default_factory=dict)
    departments: dict[int, Department] = field(default_factory=lambda: {ROOT: Department(ROOT, 0)})
    condemned: dict[int, float] = field(default_factory=dict)
    days_condemned: int = 0

    @classmethod
    def of(cls, directory: Directory, export: Roster) -> "PlayedBook":
        """Return the address book of which a directory has the ids and an export the contacts."""
        rows = {row.id.casefold(): _cells(export, row.cells) for row in export.rows}
        members = {
            key: PlayedMember(directory.user_ids[key], places, _contacts(rows.get(key, {})))
            for key, places in directory.members.items()
        }
        return cls(members, {**directory.departments})

    def copy(self) -> "PlayedBook":
        members, departments = {**self.members}, {**self.departments}
        return replace(self, members=members, departments=departments, condemned={**self.condemned})

    def directory(self) -> Directory:
        pairs = ((it.account, place) for it in self.members.values() for place in it.departments)
        return Directory.of(pairs, self.departments.values())

    def take(self, job: Job, roster: Roster, now: float) -> JobResult:
        """Import a file; return what became of its rows."""
        rows = [_cells(roster, row.cells) for row in roster.rows]
        if not job.has_members:
            self._take_departments(rows, now)
            return _result((row[ID_COLUMN], 0) for row in rows)
        owners = {
            contact.casefold(): key
            for key, member in self.members.items()
            for contact in member.contacts
            if contact
        }
        outcomes = [(row[USER_COLUMN], self._take_member(row, owners)) for row in rows]
        if job is Job.REPLACE_USER:
            # The rows come first, so that a leaver's mobile is still taken.
            self.remove(self.members.keys() - {account.casefold() for account, _ in outcomes})
        return _result(outcomes)

    def move(self, places: Mapping[str, Collection[int]]) -> None:
        for key, departments in places.items():
            self.members[key] = self.members[key]._replace(departments=frozenset(departments))

    def remove(self, keys: Collection[str]) -> None:
        for key in keys:
            del self.members[key]

    def tidy(self, now: float, days: int | None = None) -> None:
        """Delete departments that were condemned so many days ago, if they are empty."""
        wait = (self.days_condemned if days is None else days) * DAY_SECONDS
        due = [number for number, since in self.condemned.items() if now - since >= wait]
        used = {place for it in self.members.values() for place in it.departments} if due else set()
        while gone := [
            number
            for number in due
            if number in self.departments
            and number not in used | {it.parent for it in self.departments.values()}
        ]:
            for number in gone:
                del self.departments[number], self.condemned[number]

    def _take_departments(self, rows: Collection[Mapping[str, str]], now: float) -> None:
        for row in rows:
            number, before = int(row[ID_COLUMN]), self.departments.get(int(row[ID_COLUMN]))
            order = int(row.get(ORDERS_COLUMN) or 0) or (before.order if before else 0)
            self.departments[number] = Department(number, int(row[PARENT_COLUMN]), order)
        left_out = self.departments.keys() - {ROOT, *(int(row[ID_COLUMN]) for row in rows)}
        self.condemned = {number: self.condemned.get(number, now) for number in sorted(left_out)}
        self.tidy(now, days=0)

    def _take_member(self, row: Mapping[str, str], owners: dict[str, str]) -> int:
        """Add or change a member; return WeCom's error code, 0 if it is done."""
        key = row[USER_COLUMN].casefold()
        before = self.members.get(key, PlayedMember(row[USER_COLUMN], frozenset()))
        new = _contacts(row)
        contacts = tuple(map(lambda cell, old: cell or old, new, before.contacts))
        for contact, errcode in zip(contacts, _TAKEN, strict=True):
            if contact and owners.get(contact.casefold(), key) != key:
                return errcode
        for contact in before.contacts:
            owners.pop(contact.casefold(), None)
        owners |= {contact.casefold(): key for contact in contacts if contact}
        places = frozenset(map(int, row[DEPARTMENTS_COLUMN].split(";")))
        for number in places - self.departments.keys():
            self.departments[number] = Department(number, ROOT)
        self.members[key] = PlayedMember(before.account, places, contacts)
        return 0


def _cells(roster: Roster, cells: Collection[str]) -> Mapping[str, str]:
    return dict(zip(roster.columns, cells, strict=True))


def _contacts(row: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in CONTACT_COLUMNS)


def _result(outcomes: Iterable[tuple[str, int]]) -> JobResult:
    return JobResult(True, 0, "", tuple(ResultRow(it, code, "") for it, code in outcomes))
