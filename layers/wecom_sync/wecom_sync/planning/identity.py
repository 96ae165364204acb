"""Finds people under other ids, and accounts that somebody else would get. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LIST_COLUMNS,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster, Row

AGAIN_SECONDS = 14 * 86_400
"""How long after a removal the next one counts as a repetition."""
_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")
_SHORT_ID = 3
_SHORT_NAME = 3
_DOUBLES = 2
"""So many newcomers may have a namesake in their department."""
_DOUBLES_PART = 5
"""Doubles are an error only if they are more than one in five of the newcomers."""

_IMPERSONAL = frozenset(
    {USER_COLUMN, *CONTACT_COLUMNS, *LIST_COLUMNS, DISABLED_COLUMN, "职位", "性别", "地址", "座机"}
)
"""Columns that a successor may take over with a desk, or that are compared on their own."""

type _Cells = Mapping[str, str]
type _Mark = tuple[str, ...]
"""Columns that show that two rows are of the same person."""


class Strangers:
    """Tells whether an account would get somebody else, with its chats and rights."""

    def __init__(self, roster: Roster, snapshot: Snapshot) -> None:
        self._columns = roster.columns
        self._snapshot = snapshot
        self._counted: dict[str, Counter[str]] = {}

    def gets(self, row: Row, known: _Cells, possible: _Cells) -> bool:
        """Whether a row with another name is of another person.

        It is when every known contact changes. A mailbox made from the user id stays with the
        account, so it shows nothing. A name that is only written otherwise, or another value that
        nobody else has and that stays, shows the same person.
        """
        cells = dict(zip(self._columns, row.cells, strict=True))
        before = known.get(MEMBER_NAME_COLUMN, "")
        if not before or alike(before, cells[MEMBER_NAME_COLUMN]):
            return False
        contacts = {
            cell: known.get(name) or (cell and possible.get(name, ""))
            for name in CONTACT_COLUMNS
            if (cell := cells.get(name)) is not None
        }
        personal = {
            cell: old for cell, old in contacts.items() if old and not _is_made_of(row.id, old)
        }
        if not personal or any(cell == old for cell, old in personal.items()):
            return False
        return not any(
            cell and known.get(name) == cell and self._is_personal(name, row.id, cell)
            for name, cell in cells.items()
        )

    def _is_personal(self, name: str, user: str, cell: str) -> bool:
        if name in _IMPERSONAL or _is_made_of(user, cell):
            return False
        if name not in self._counted:
            values = (cells.get(name, "") for cells in self._snapshot.members.values())
            self._counted[name] = Counter(values)
        return self._counted[name][cell] == 1


def _is_made_of(user: str, value: str) -> bool:
    """Whether a value is made from a user id, as mailboxes often are."""
    part, name = value.casefold().partition("@")[0], user.casefold()
    return part == name or (len(name) >= _SHORT_ID and name in part)


def alike(one: str, other: str) -> bool:
    """Whether two names are of one person: a marriage, a typing error, an addition.

    They share a part, one contains the other, or one character of at least three differs.
    """
    first, second = one.casefold(), other.casefold()
    parts, others = first.split(), second.split()
    if min(len(parts), len(others)) > 1 and not set(parts).isdisjoint(others):
        return True
    first, second = "".join(parts), "".join(others)
    if first in second or second in first:
        return True
    differ = sum(here != there for here, there in zip(first, second, strict=False))
    return len(first) == len(second) >= _SHORT_NAME and differ == 1


class SamePeople:
    """Finds newcomers who evidently have an account already.

    Two rows are of one person when the name and the mobile, e-mail or departments are the same, or
    when the ids differ only by zeros at the start, which spreadsheets remove.
    """

    def __init__(
        self,
        roster: Roster,
        added: Collection[str],
        leaving: Collection[str],
        directory: Directory,
        snapshot: Snapshot,
    ) -> None:
        self._directory = directory
        self._leaving = leaving
        self._added = len(added)
        self._owners: dict[str, str] = {}
        """Key of an account to the newcomer who is the same person."""
        marks: dict[_Mark, str] = {}
        new = frozenset(added)
        for row in roster.rows if new else ():
            if row.id in new:
                own = dict(zip(roster.columns, row.cells, strict=True))
                for mark in _marks(row.id, own, own[DEPARTMENTS_COLUMN].split(";")):
                    marks.setdefault(mark, row.id)
        for key in directory.members if len(new) > _DOUBLES else leaving if new else ():
            known = snapshot.members.get(key, {})
            maybe = snapshot.possible.get(key)
            rows: list[_Cells] = [known, {**known, **maybe}] if maybe else [known]
            for cells in rows:
                for mark in _marks(key, cells, map(str, directory.members[key])):
                    if (newcomer := marks.get(mark)) is not None:
                        self._owners.setdefault(key, newcomer)

    def moved(self) -> dict[str, str]:
        """Return those whom the file leaves out under one id and adds under another."""
        return {
            self._directory.user_ids[key]: newcomer
            for key, newcomer in self._owners.items()
            if key in self._leaving
        }

    def doubled(self) -> dict[str, str]:
        """Return those who would get a second account, unless they may just be namesakes."""
        found = {
            self._directory.user_ids[key]: newcomer
            for key, newcomer in self._owners.items()
            if key not in self._leaving
        }
        people = len(set(found.values()))
        many = people > _DOUBLES and people * _DOUBLES_PART > self._added
        return found if many else {}


def _marks(user: str, cells: _Cells, places: Iterable[str]) -> Iterator[_Mark]:
    yield ("id", _ZEROS.sub("", user.casefold()))
    if name := "".join(cells.get(MEMBER_NAME_COLUMN, "").split()).casefold():
        yield (DEPARTMENTS_COLUMN, name, *sorted(places))
        for column in CONTACT_COLUMNS:
            if value := cells.get(column, "").casefold():
                yield (column, name, value)


def removed_again(
    roster: Roster, snapshot: Snapshot, leaving: Collection[str], dropped: float
) -> dict[str, tuple[str, str]]:
    """Return whom a full file removes again although a file of some has brought them back.

    Two systems that do not know of each other do this. With each person come the keys of the file
    that brought them and of the one that removed them before.
    """
    if not roster.job.is_full:
        return {}
    found = {}
    for key in sorted(frozenset(leaving) & snapshot.former.keys() - frozenset(snapshot.settled)):
        removed = snapshot.former[key]
        brought_by = snapshot.files.get(str(snapshot.since.get(key)), "")
        if removed > dropped - AGAIN_SECONDS and f"/{Job.SYNC_USER}/" in brought_by:
            found[key] = brought_by, snapshot.files.get(str(removed), "")
    return found
