"""The known values that a member file changes, column by column. Pure."""

from collections.abc import Iterator, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.roster import Roster
from wecom_sync.planning.plan import Altered

RULED = frozenset(
    {USER_COLUMN, MEMBER_NAME_COLUMN, *CONTACT_COLUMNS, DEPARTMENTS_COLUMN, DISABLED_COLUMN}
)
"""Columns with guard rules of their own."""


def altered(
    roster: Roster,
    update: Mapping[str, tuple[str, ...]],
    directory: Directory,
    snapshot: Snapshot,
) -> tuple[Altered, ...]:
    """Return, by column, whose known value changes or becomes blank, and how many have one.

    A blank that is filled is no change. Of the leader flag only leaders count, because nearly
    everybody else has the value for "no leader".
    """
    users: dict[str, list[str]] = {}
    leaders: list[str] = []
    places = {name: index for index, name in enumerate(roster.columns)}
    for row in roster.rows:
        known = snapshot.members.get(row.id.casefold(), {}) if row.line else {}
        for column in update.get(row.id, ()) if known else ():
            if column in RULED or not (before := known.get(column)):
                continue
            cell = row.cells[places[column]]
            if cell == before:
                # The value is as before: the row goes out again only because it is uncertain.
                continue
            users.setdefault(column, []).append(row.id)
            if column == LEADERS_COLUMN and _leads(before) and not _leads(cell):
                leaders.append(row.id)
    found = [
        Altered(column, tuple(ids), sum(map(bool, _values(column, directory, snapshot))))
        for column, ids in users.items()
    ]
    if leaders:
        known_leaders = sum(map(_leads, _values(LEADERS_COLUMN, directory, snapshot)))
        found.append(Altered(LEADERS_COLUMN, tuple(leaders), known_leaders))
    return tuple(found)


def _leads(cell: str) -> bool:
    return "1" in cell.split(";")


def _values(column: str, directory: Directory, snapshot: Snapshot) -> Iterator[str]:
    """Yield the known rows of members who are there."""
    members = snapshot.members
    yield from (members[key].get(column, "") for key in directory.members if key in members)
