"""What a file says, as a short digest: to know one that comes a second time. Pure."""

import hashlib
from collections.abc import Mapping

from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.roster import Roster

KEPT = 100
"""Contents that are remembered of each job type, the newest ones."""
_DIGITS = 16
_BETWEEN_CELLS, _BETWEEN_ROWS = "\x1f", "\x1e"

type Times = Mapping[str, float]
"""When files were dropped, by the digest of what they say."""


def content_digest(roster: Roster) -> str:
    """Return the digest of a file as it was read; the order of rows and columns does not matter."""
    order = sorted(range(len(roster.columns)), key=roster.columns.__getitem__)
    lines = sorted(_BETWEEN_CELLS.join([row.cells[at] for at in order]) for row in roster.rows)
    header = _BETWEEN_CELLS.join(roster.columns[at] for at in order)
    return hashlib.sha256(_BETWEEN_ROWS.join((header, *lines)).encode()).hexdigest()[:_DIGITS]


def noted(
    contents: Mapping[str, Times], job: Job, digest: str, dropped: float
) -> Mapping[str, Times]:
    """Return the contents with one more, or with the newer time of one; twice changes nothing."""
    if not digest:
        return contents
    times = dict(contents.get(job.value, {}))
    times[digest] = max(dropped, times.get(digest, dropped))
    newest = sorted(times, key=lambda each: (-times[each], each))[:KEPT]
    return {**contents, job.value: {each: times[each] for each in newest}}


def overlaid(snapshot: Snapshot, job: Job, digest: str) -> float | None:
    """Return when a file of this content was dropped if another has been applied after it.

    None for a content that is new, or that was applied last.
    """
    applied = snapshot.contents.get(job.value, {})
    times = [
        times[digest] for times in (applied, snapshot.tried.get(job.value, {})) if digest in times
    ]
    if not times:
        return None
    others = (time for each, time in applied.items() if each != digest)
    return max(times) if max(times) < max(others, default=0) else None
