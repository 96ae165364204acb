"""Finds people who come back under another id, and names that change hands. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.columns import CONTACT_COLUMNS, DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.roster import Roster

_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")

type _Mark = tuple[str, ...]
"""Columns that show that two rows are of the same person."""


def rekeyed(
    roster: Roster,
    added: Collection[str],
    leaving: Iterable[str],
    directory: Directory,
    snapshot: Snapshot,
) -> dict[str, str]:
    """Return people who would go under one id and come under another: old id to new id.

    `added`: ids that are not there; `leaving`: keys of members who would be removed or disabled.
    Two rows are of one person when the name and the mobile, e-mail or departments are the same, or
    when the ids differ only by zeros at the start, which spreadsheets remove.
    """
    if not added:
        return {}
    owners: dict[_Mark, str] = {}
    for key in leaving:
        known = snapshot.members.get(key, {})
        places = ";".join(map(str, sorted(directory.members[key])))
        for cells in (known, {**known, **snapshot.possible.get(key, {})}):
            for mark in _marks(key, {**cells, DEPARTMENTS_COLUMN: places}):
                owners.setdefault(mark, key)
    if not owners:
        return {}
    new = frozenset(added)
    found: dict[str, str] = {}
    for row in roster.rows:
        if row.id not in new:
            continue
        cells = dict(zip(roster.columns, row.cells, strict=True))
        places = ";".join(sorted(cells[DEPARTMENTS_COLUMN].split(";"), key=int))
        for mark in _marks(row.id, {**cells, DEPARTMENTS_COLUMN: places}):
            if (owner := owners.get(mark)) is not None:
                found.setdefault(directory.user_ids[owner], row.id)
                break
    return found


def shares_a_name(one: str, other: str) -> bool:
    """Whether two names share a part, as a name does before and after a marriage."""
    parts, others = one.casefold().split(), other.casefold().split()
    return min(len(parts), len(others)) > 1 and not set(parts).isdisjoint(others)


def name_takers(names: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Return the ids that get a name which another one gives up in the same file.

    `names`: id to the old and the new name.
    """
    given_up = {old for old, _ in names.values()}
    return tuple(each for each, (_, new) in names.items() if new in given_up)


def _marks(user: str, cells: Mapping[str, str]) -> Iterator[_Mark]:
    yield ("id", _ZEROS.sub("", user.casefold()))
    if name := "".join(cells.get(MEMBER_NAME_COLUMN, "").split()).casefold():
        for column in (*CONTACT_COLUMNS, DEPARTMENTS_COLUMN):
            if value := cells.get(column, "").casefold():
                yield (column, name, value)
