"""What we remember after a run: the snapshot with the rows that WeCom really applied. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from wecom_sync.directory import Snapshot, doubt_key
from wecom_sync.ports import Outcome, Sent
from wecom_sync.roster import Roster, row_key
from wecom_sync.run import Job


def remember(
    snapshot: Snapshot, sent: Sent, outcomes: Sequence[Outcome], *, dropped: float, now: float
) -> Snapshot:
    """Return the snapshot after a job; doing it twice changes nothing.

    `dropped`: when the file was dropped. A row that failed, or that WeCom did not report, keeps
    its earlier value. After a full file whoever is neither in it nor refused to go is forgotten.
    """
    roster = sent.roster
    snapshot = replace(snapshot, uncertain=_uncertain(snapshot, roster.job, outcomes))
    key = roster.job
    applied = {row_key(key, each.id) for each in outcomes if each.errcode == 0}
    kept = {row_key(key, each.id) for each in outcomes if each.failed}
    rows = {**snapshot.rows, roster.job.value: sum(row.line > 0 for row in roster.rows)}
    if not roster.job.has_members:
        before = {str(number): cells for number, cells in snapshot.departments.items()}
        merged = _merged(roster, before, applied, kept)
        departments = {int(number): cells for number, cells in merged.items()}
        return replace(
            snapshot, departments=departments, rows=rows, condemned=frozenset(sent.condemned)
        )
    members = _merged(roster, snapshot.members, applied, kept)
    present = {row.id.casefold() for row in roster.rows} - sent.disable
    # Only a full file brings somebody back, and only when WeCom took the row.
    back = present & applied if roster.job.is_full else set()
    left = {user: since for user, since in snapshot.left.items() if user not in back}
    for user in sent.disable & applied:
        left.setdefault(user, now)
    left = {user: since for user, since in left.items() if user in members}
    since = {user: moment for user, moment in snapshot.since.items() if user in members}
    since |= dict.fromkeys(present & applied, dropped)
    return replace(snapshot, members=members, rows=rows, left=left, since=since)


def doubt(snapshot: Snapshot, roster: Roster) -> Snapshot:
    """Return the snapshot after a job of which nobody knows whether it was done."""
    doubted = {doubt_key(roster.job, row.id) for row in roster.rows}
    return replace(snapshot, uncertain=frozenset(snapshot.uncertain) | doubted)


def _uncertain(snapshot: Snapshot, job: Job, outcomes: Sequence[Outcome]) -> frozenset[str]:
    doubted = {doubt_key(job, each.id) for each in outcomes if each.errcode is None}
    applied = {doubt_key(job, each.id) for each in outcomes if each.errcode == 0}
    return (frozenset(snapshot.uncertain) | doubted) - applied


def _merged(
    roster: Roster, before: Mapping[str, Mapping[str, str]], applied: set[str], kept: set[str]
) -> dict[str, Mapping[str, str]]:
    """Return the rows by key, those of the file over those of before."""
    after = dict(before)
    named = set()
    for row in roster.rows:
        key = row_key(roster.job, row.id)
        named.add(key)
        if key in applied:
            cells = dict(zip(roster.columns, row.cells, strict=True))
            after[key] = {**before.get(key, {}), **cells}
    if roster.job.is_full:
        after = {key: cells for key, cells in after.items() if key in named or key in kept}
    return after
