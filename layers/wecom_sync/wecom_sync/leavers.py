"""Leavers with grace: who is missing from a full file is disabled first, removed later. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wecom_sync.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LIST_COLUMNS,
    id_column,
)
from wecom_sync.directory import Directory, Snapshot
from wecom_sync.policy import Policy
from wecom_sync.roster import Roster, Row
from wecom_sync.run import Job

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Graced:
    """A roster with its leavers.

    `disable` are keys of rows that were appended (line 0), `ungraced` keys of people who would
    have been, had we known a row of theirs that may stand in the file.
    """

    roster: Roster
    disable: frozenset[str] = frozenset()
    ungraced: frozenset[str] = frozenset()


def with_leavers(
    roster: Roster, directory: Directory, snapshot: Snapshot, policy: Policy, now: float
) -> Graced:
    """Append those who are missing from a full member file, as disabled, until their time is up.

    Whoever left and is in the file again is enabled by that.
    """
    if roster.job is not Job.REPLACE_USER or policy.leavers != "disable":
        return Graced(roster)
    present = {row.id.casefold() for row in roster.rows}
    due = now - policy.leaver_days * _DAY
    missing = [
        key
        for key in directory.members
        if key not in present and not snapshot.left.get(key, now) <= due
    ]
    known = _with_a_row(missing, roster, snapshot)
    columns = roster.columns
    if DISABLED_COLUMN not in columns:
        columns = (*columns, DISABLED_COLUMN)
    rows = [_present(row, columns, snapshot) for row in roster.rows]
    rows += [_leaver(key, columns, directory, snapshot.members[key]) for key in known]
    return Graced(
        replace(roster, columns=columns, rows=tuple(rows)),
        frozenset(known),
        frozenset(missing) - frozenset(known),
    )


def _with_a_row(missing: Sequence[str], roster: Roster, snapshot: Snapshot) -> list[str]:
    """Return those whose last row may stand in the file beside the others.

    It needs a mobile or an e-mail (60129), and neither may be somebody else's now (60104, 60106).
    """
    contacts = {
        name: roster.columns.index(name) for name in CONTACT_COLUMNS if name in roster.columns
    }
    taken = {row.cells[at].casefold() for row in roster.rows for at in contacts.values()}
    found = []
    for key in missing:
        row = snapshot.members.get(key, {})
        own = {row.get(name, "").casefold() for name in contacts} - {""}
        if own and taken.isdisjoint(own):
            taken |= own
            found.append(key)
    return found


def _present(row: Row, columns: tuple[str, ...], snapshot: Snapshot) -> Row:
    at = columns.index(DISABLED_COLUMN)
    cells = list(row.cells) + [""] * (len(columns) - len(row.cells))
    if not cells[at] and row.id.casefold() in snapshot.left:
        cells[at] = "0"
    return replace(row, cells=tuple(cells))


def _leaver(
    key: str, columns: tuple[str, ...], directory: Directory, known: Mapping[str, str]
) -> Row:
    """Return the last known row, in the departments where the person is now."""
    own = {
        id_column(Job.REPLACE_USER): directory.user_ids[key],
        DEPARTMENTS_COLUMN: ";".join(str(each) for each in sorted(directory.members[key])),
        DISABLED_COLUMN: "1",
    }
    blank = dict.fromkeys(LIST_COLUMNS, "")
    cells = {**known, **blank, **own}
    return Row(0, directory.user_ids[key], tuple(cells.get(name, "") for name in columns))
