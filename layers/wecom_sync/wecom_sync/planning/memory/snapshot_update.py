"""The next snapshot: the last one with the rows that WeCom applied. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import AGAIN_SECONDS, Snapshot, doubt_key, is_doubt_of
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DISABLED_COLUMN, MEMBER_COLUMNS
from wecom_sync.files.roster import Roster, row_key
from wecom_sync.planning.department_codes import kept_promises
from wecom_sync.planning.memory.fingerprints import GONE, noted, row_digest
from wecom_sync.planning.memory.sent import Sent

RECENT_SECONDS = 20 * 3600
"""How long removals are added up. Less than a day, so that two nights are not added up."""
UNDO_SECONDS = 3 * 86_400
"""How long it takes to notice that people went by mistake, and to bring them back."""
FORMER_SECONDS = 400 * 86_400
"""How long we know that somebody was there. More than a year, for those who come each season."""
CREATOR_STAYS = 301005
"""WeCom refuses to remove the creator of a corp."""

type Rows = Mapping[str, Mapping[str, str]]
"""Cells by column, by the key of their row."""

_LASTING = (DISABLED_COLUMN, *CONTACT_COLUMNS)
"""Columns about signing in. Their old value counts as long as WeCom may still have it."""


def remember(
    snapshot: Snapshot,
    sent: Sent,
    outcomes: Sequence[Outcome],
    *,
    dropped: float,
    came: float,
    now: float,
    key: str = "",
    approved: bool = False,
    attributes: Collection[str] = (),
    run_id: str = "",
) -> Snapshot:
    """Return the snapshot after a job. Doing it twice changes nothing.

    `dropped`, `key`: the file; `came`: see `Run`; `approved`: whether a person approved it;
    `run_id`: see `promise`; `attributes`: the corp's own columns, since nothing else is kept beside
    WeCom's. A row that WeCom refused or did not report keeps its earlier value. After a full file,
    members who are not in it are forgotten, unless WeCom refused to remove them.
    """
    roster = sent.roster
    snapshot = _without_others(snapshot, attributes)
    applied = {row_key(roster.job, each.id) for each in outcomes if each.errcode == 0}
    kept = {row_key(roster.job, each.id) for each in outcomes if each.failed}
    unreported = {row_key(roster.job, each.id) for each in outcomes if each.errcode is None}
    job = roster.job.value
    contents = noted(snapshot.contents, roster.job, sent.digest, dropped)
    rows = {**snapshot.rows, job: sum(row.line > 0 for row in roster.rows)}
    ended = frozenset(snapshot.ended) - {job} | (set() if roster.open_ended else {job})
    files = {**snapshot.files, str(dropped): key}
    snapshot = replace(snapshot, rows=rows, ended=ended, contents=contents, files=files)
    if not roster.job.has_members:
        before = {str(number): cells for number, cells in snapshot.departments.items()}
        # WeCom deletes a department only when it is empty. Until then it has its name.
        merged = _merged(roster, before, applied, kept | {str(each) for each in sent.condemned})
        uncertain = _uncertain(snapshot, roster, before, applied, unreported)
        return replace(
            snapshot,
            departments={int(number): cells for number, cells in merged.items()},
            condemned=frozenset(sent.condemned),
            uncertain=_among(merged.keys() | unreported, roster.job, uncertain),
            numbers=kept_promises(snapshot, run_id, applied),
        )
    # The account is a new one, so nothing is left of an earlier account with this id.
    made = sent.add & applied
    before = {key: cells for key, cells in snapshot.members.items() if key not in made}
    known = {key: cells for key, cells in snapshot.possible.items() if key not in made}
    members = _merged(roster, before, applied, kept)
    present = {row.id.casefold() for row in roster.rows} - sent.disable
    back = made | (present & applied if roster.job.is_full else set(_enabled(roster)) & applied)
    left = {user: since for user, since in snapshot.left.items() if user not in back}
    for user in sent.disable & applied:
        left.setdefault(user, now)
    gone = _recent(snapshot.gone, now, UNDO_SECONDS)
    going = sent.gone - kept - ({row.id.casefold() for row in roster.rows} - applied)
    if not approved:
        gone |= dict.fromkeys(going, came)
    former = {
        user: moment
        for user, moment in {**snapshot.former, **dict.fromkeys(going, dropped)}.items()
        if moment > now - FORMER_SECONDS
    }
    again = {user for user in going if snapshot.former.get(user, dropped) < dropped}
    settled = frozenset(snapshot.settled) | (again if approved else set())
    allowed = made | set(_allowed(roster, applied))
    since = {**snapshot.since, **dict.fromkeys(present & applied, dropped)}
    possible = _possible(roster, before, known, applied, unreported)
    uncertain = _uncertain(snapshot, roster, before, applied, unreported)
    if roster.job.is_full:
        possible = _of(members.keys() | unreported, possible)
        uncertain = _among(members.keys() | unreported, roster.job, uncertain)
    return replace(
        snapshot,
        members=members,
        left=_of(members, left),
        irremovable=_irremovable(snapshot, roster, outcomes) - made,
        gone={user: moment for user, moment in gone.items() if user not in allowed},
        former=former,
        settled=settled & former.keys(),
        files=_needed(snapshot, former, since, now),
        since=_of(members, since),
        left_out={
            header: sorted({*snapshot.left_out.get(header, ()), *values})
            for header, values in {**snapshot.left_out, **sent.left_out}.items()
        },
        changed=_of(members, _changed(snapshot, before, members, applied, dropped)),
        possible=possible,
        uncertain=uncertain,
        asked=_asked(snapshot, sent, applied, kept, approved),
    )


def confirm(
    snapshot: Snapshot,
    sent: Sent,
    *,
    dropped: float,
    came: float,
    now: float,
    key: str = "",
    attributes: Collection[str] = (),
    run_id: str = "",
) -> Snapshot:
    """Return the snapshot after a file that changes nothing, as if WeCom had applied it.

    So members who are gone are forgotten, the grace period of new leavers begins, and an older
    file that comes late is recognised as older. Doing it twice changes nothing.
    """
    outcomes = [Outcome(row.id, row.line, 0) for row in sent.roster.rows]
    after = remember(
        snapshot,
        sent,
        outcomes,
        dropped=dropped,
        came=came,
        now=now,
        key=key,
        attributes=attributes,
        run_id=run_id,
    )
    newest = {user: max(since, snapshot.since.get(user, 0)) for user, since in after.since.items()}
    # Nothing was sent, so WeCom refused nothing.
    present = {row.id.casefold() for row in sent.roster.rows}
    irremovable = frozenset(snapshot.irremovable) - present
    # Names of departments that no file has sent yet are those of an export, right or wrong.
    rows = after.rows if sent.roster.job.has_members else snapshot.rows
    # Nobody was asked about values for which rows are left out.
    return replace(
        after, since=newest, irremovable=irremovable, rows=rows, left_out=snapshot.left_out
    )


def _without_others(snapshot: Snapshot, attributes: Collection[str]) -> Snapshot:
    """Return the snapshot without columns that are not sent.

    An earlier version kept whatever a file had, and a corp may send an attribute no longer.
    """
    known = {*attributes, *(column.name for column in MEMBER_COLUMNS)}
    members, possible = (
        {key: {name: cells[name] for name in cells if name in known} for key, cells in rows.items()}
        for rows in (snapshot.members, snapshot.possible)
    )
    return replace(snapshot, members=members, possible=possible)


def doubt(
    snapshot: Snapshot,
    sent: Sent,
    *,
    dropped: float,
    came: float,
    key: str = "",
    approved: bool = False,
    refused: bool = False,
    run_id: str = "",
) -> Snapshot:
    """Return the snapshot after a job of which nobody knows whether it was done.

    `key`, `came`, `approved`: see `remember`. `refused`: WeCom said that the job failed as a
    whole. That is no proof that nothing was applied.
    """
    roster = sent.roster
    if not refused:
        tried = noted(snapshot.tried, roster.job, sent.digest, dropped)
        gone = {**dict.fromkeys(() if approved else sent.gone, came), **snapshot.gone}
        files = {**snapshot.files, str(dropped): key}
        snapshot = replace(snapshot, tried=tried, gone=gone, files=files)
    keys = {row_key(roster.job, row.id) for row in roster.rows}
    doubted = {doubt_key(roster.job, key) for key in keys}
    uncertain = frozenset(snapshot.uncertain) | doubted
    if not roster.job.has_members:
        condemned = frozenset(snapshot.condemned) | sent.condemned
        numbers = kept_promises(snapshot, run_id, keys)
        return replace(snapshot, uncertain=uncertain, condemned=condemned, numbers=numbers)
    possible = _possible(roster, snapshot.members, snapshot.possible, frozenset(), keys)
    return replace(snapshot, uncertain=uncertain, possible=possible)


def doubt_everything(snapshot: Snapshot, job: Job) -> Snapshot:
    """Return the snapshot after a job whose file is gone: every row is uncertain."""
    keys = snapshot.members if job.has_members else map(str, snapshot.departments)
    doubted = {doubt_key(job, key) for key in keys}
    return replace(snapshot, uncertain=frozenset(snapshot.uncertain) | doubted)


def _of[Value](keys: Collection[str], found: Mapping[str, Value]) -> dict[str, Value]:
    return {key: value for key, value in found.items() if key in keys}


def _enabled(roster: Roster) -> Iterator[str]:
    """Yield the members whom a file enables explicitly."""
    if DISABLED_COLUMN in roster.columns:
        at = roster.columns.index(DISABLED_COLUMN)
        yield from (row.id.casefold() for row in roster.rows if row.cells[at] == "0")


def _allowed(roster: Roster, applied: Collection[str]) -> Iterator[str]:
    """Yield the members whom a file with 禁用 does not disable."""
    if DISABLED_COLUMN in roster.columns:
        at = roster.columns.index(DISABLED_COLUMN)
        cells = ((row.id.casefold(), row.cells[at]) for row in roster.rows)
        yield from (user for user, cell in cells if cell != "1" and user in applied)


def _irremovable(snapshot: Snapshot, roster: Roster, outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Return whom WeCom refused to remove after the last full file."""
    if not roster.job.is_full:
        return frozenset(snapshot.irremovable)
    return frozenset(
        each.id.casefold() for each in outcomes if each.line == 0 and each.errcode == CREATOR_STAYS
    )


def _asked(
    snapshot: Snapshot,
    sent: Sent,
    applied: Collection[str],
    refused: Collection[str],
    approved: bool,
) -> dict[str, str]:
    """Return what a person approved and WeCom refused, while full files still say the same."""
    roster = sent.roster
    rows = {row.id.casefold(): row for row in roster.rows if row.line}
    asked = {
        user: digest
        for user, digest in snapshot.asked.items()
        if user not in applied and (digest != GONE or user not in rows)
    }
    if approved:
        asked |= dict.fromkeys(sent.gone & frozenset(refused), GONE)
        asked |= {
            user: row_digest(roster, row, is_new=user in sent.add)
            for user, row in rows.items()
            if user in refused
        }
    if not roster.job.is_full:
        return asked
    missing = frozenset(refused) - rows.keys()
    return {
        user: digest
        for user, digest in asked.items()
        if user in (missing if digest == GONE else rows)
    }


def _needed(
    snapshot: Snapshot, former: Mapping[str, float], since: Mapping[str, float], now: float
) -> dict[str, str]:
    """Return the files that removed somebody lately, brought somebody back, or may come again."""
    removed = {str(moment) for moment in former.values() if moment > now - AGAIN_SECONDS}
    brought = {str(since[user]) for user in former if user in since}
    by_content = (*snapshot.contents.values(), *snapshot.tried.values())
    noted_ones = {str(moment) for times in by_content for moment in times.values()}
    needed = removed | brought | noted_ones
    return {moment: key for moment, key in snapshot.files.items() if moment in needed}


def _recent(gone: Mapping[str, float], now: float, seconds: float) -> dict[str, float]:
    return {user: moment for user, moment in gone.items() if moment > now - seconds}


def recently_gone(snapshot: Snapshot, now: float) -> frozenset[str]:
    """Return who was removed or disabled in the last 20 hours without an approval."""
    return frozenset(_recent(snapshot.gone, now, RECENT_SECONDS))


def mistakenly_gone(snapshot: Snapshot, now: float) -> frozenset[str]:
    """Return who may have been removed by mistake, because it was lately and unasked."""
    return frozenset(_recent(snapshot.gone, now, UNDO_SECONDS))


def _uncertain(
    snapshot: Snapshot,
    roster: Roster,
    before: Rows,
    applied: Collection[str],
    unreported: Collection[str],
) -> frozenset[str]:
    """Return the uncertain rows after a file.

    A row is certain again only if the file has all of its known columns.
    """
    columns = frozenset(roster.columns)
    settled = {
        doubt_key(roster.job, key)
        for key in applied
        if roster.job.is_full or before.get(key, {}).keys() <= columns
    }
    doubted = {doubt_key(roster.job, key) for key in unreported}
    return (frozenset(snapshot.uncertain) - settled) | doubted


def _among(keys: Iterable[str], job: Job, uncertain: Collection[str]) -> frozenset[str]:
    """Return the uncertain rows without those of this job's kind that do not exist any more."""
    there = {doubt_key(job, key) for key in keys}
    return frozenset(each for each in uncertain if each in there or not is_doubt_of(job, each))


def _possible(
    roster: Roster,
    before: Rows,
    possible: Rows,
    applied: Collection[str],
    unreported: Collection[str],
) -> dict[str, dict[str, str]]:
    """Return the values that WeCom may have instead of those in the snapshot."""
    found = {key: dict(cells) for key, cells in possible.items()}
    places = [(name, roster.columns.index(name)) for name in _LASTING if name in roster.columns]
    for row in roster.rows:
        key = row_key(roster.job, row.id)
        is_applied = key in applied
        if not is_applied and key not in unreported:
            continue
        known, cells = before.get(key, {}), found.pop(key, {})
        for name, at in places:
            cell, old = row.cells[at], known.get(name, "")
            if is_applied and cell:
                cells.pop(name, None)
                continue
            # A blank may leave the old value. An uncertain row may have been applied.
            maybe = old if is_applied else cell
            if maybe and (is_applied or maybe != old) and (name != DISABLED_COLUMN or maybe == "1"):
                cells[name] = maybe
        if cells:
            found[key] = cells
    return found


def _changed(
    snapshot: Snapshot, before: Rows, members: Rows, applied: set[str], dropped: float
) -> dict[str, Sequence[float]]:
    """Return when each row was changed the last two times. The same row again is no change."""
    changed = dict(snapshot.changed)
    for user in applied & members.keys():
        known = before.get(user)
        if known is None:
            changed[user] = [dropped]
        elif any(cell != known.get(name, "") for name, cell in members[user].items()):
            earlier = snapshot.changed.get(user) or [snapshot.since.get(user, 0)]
            changed[user] = [dropped, earlier[0]]
    return changed


def _merged(
    roster: Roster, before: Rows, applied: Collection[str], kept: Collection[str]
) -> dict[str, Mapping[str, str]]:
    """Return the rows by key: applied rows of the file, others as before.

    After a full file they are in its order.
    """
    after: dict[str, Mapping[str, str]] = {} if roster.job.is_full else dict(before)
    for row in roster.rows:
        key = row_key(roster.job, row.id)
        known = before.get(key)
        if key in applied:
            cells = dict(zip(roster.columns, row.cells, strict=True))
            after[key] = {**(known or {}), **cells}
        elif known is not None:
            after[key] = known
    if roster.job.is_full:
        after |= {key: before[key] for key in before if key in kept and key not in after}
    return after
