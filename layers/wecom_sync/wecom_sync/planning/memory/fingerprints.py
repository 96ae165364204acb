"""Digests of what files and rows say, to recognise what comes again. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.member_columns import DISABLED_COLUMN
from wecom_sync.files.roster import Roster, Row

KEPT = 400
"""How many contents of each job type are remembered, the newest ones: more than a year's nights."""
GONE = "gone"
"""Stands for the digest of somebody who was to go and has no row."""
_DIGITS = 16
_BETWEEN_CELLS, _BETWEEN_COLUMNS, _BETWEEN_ROWS = "\x1f", "\x1e", "\x1e"

type Times = Mapping[str, float]
"""When files were dropped, by the digest of what they say."""


def content_digest(roster: Roster) -> str:
    """Return the digest of a roster. The order of rows and columns does not matter."""
    order = sorted(range(len(roster.columns)), key=roster.columns.__getitem__)
    lines = sorted(_BETWEEN_CELLS.join([row.cells[at] for at in order]) for row in roster.rows)
    header = _BETWEEN_CELLS.join(roster.columns[at] for at in order)
    return hashlib.sha256(_BETWEEN_ROWS.join((header, *lines)).encode()).hexdigest()[:_DIGITS]


def passed_over(snapshot: Snapshot, job: Job, digest: str, dropped: float, key: str) -> Snapshot:
    """Return the snapshot with a file that a newer one superseded.

    A content that was there before keeps its time: its copy does not make it newer.
    """
    before = (snapshot.contents.get(job.value, {}), snapshot.tried.get(job.value, {}))
    if any(digest in times for times in before):
        return snapshot
    tried = noted(snapshot.tried, job, digest, dropped)
    return replace(snapshot, tried=tried, files={**snapshot.files, str(dropped): key})


def noted(
    contents: Mapping[str, Times], job: Job, digest: str, dropped: float
) -> Mapping[str, Times]:
    """Return the contents of full files with this one, or with its newer time.

    Doing it twice changes nothing.
    """
    if not digest or not job.is_full:
        return contents
    times = dict(contents.get(job.value, {}))
    times[digest] = max(dropped, times.get(digest, dropped))
    newest = sorted(times, key=lambda each: (-times[each], each))[:KEPT]
    return {**contents, job.value: {each: times[each] for each in newest}}


def overlaid(snapshot: Snapshot, job: Job, digest: str) -> float | None:
    """Return when a file with this content was dropped, if another one was applied after it.

    None for a new content, and for the one that was applied last.
    """
    applied = snapshot.contents.get(job.value, {})
    times = [
        times[digest] for times in (applied, snapshot.tried.get(job.value, {})) if digest in times
    ]
    if not times:
        return None
    others = (time for each, time in applied.items() if each != digest)
    return max(times) if max(times) < max(others, default=0) else None


def row_digest(roster: Roster, row: Row, *, is_new: bool) -> str:
    """Return the digest of a row, and of whether it adds somebody.

    The order of columns does not matter. Nor does a blank 禁用: it depends on the grace periods of
    other people.
    """
    cells = zip(roster.columns, row.cells, strict=True)
    told = sorted(_BETWEEN_CELLS.join(pair) for pair in cells if pair != (DISABLED_COLUMN, ""))
    text = _BETWEEN_COLUMNS.join(("new" if is_new else "there", *told))
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]


def asked_before(roster: Roster, directory: Directory, snapshot: Snapshot) -> frozenset[str]:
    """Return, in lower case, who has the same row in this file as was approved and refused.

    What a person approved and WeCom refused is not asked again.
    """
    if not snapshot.asked:
        return frozenset()
    rows = {row.id.casefold(): row for row in roster.rows if row.line}
    return frozenset(
        user
        for user, digest in snapshot.asked.items()
        if digest
        == (
            row_digest(roster, rows[user], is_new=user not in directory.members)
            if user in rows
            else GONE
        )
    )
