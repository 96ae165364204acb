"""Our memory of a corp: the rows that WeCom applied last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wecom_sync.domain.run import Job


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows that WeCom applied last, since it never shows them again.

    `members` maps a user id in lower case to its cells by column; `departments` an id to its
    cells. `rows` counts the rows of the last applied file by job type; a type that is missing was
    never applied. `left` maps a user id to when (epoch seconds) it went missing from a full file,
    `since` to when the file was dropped that its row comes from, `changed` to when the files were
    that changed the row last, the latest one first, two at the most. `condemned` are departments
    that the last department file left out and WeCom deletes once they are empty. `uncertain` are
    rows (see `doubt_key`) of which nobody knows whether WeCom applied a file. `possible` maps a
    user id to what WeCom may have in some columns instead of what `members` says: what a blank
    went out for, since nobody knows whether a blank clears, or what stood in a file that may be
    applied. `ended` are job types whose last applied file ended its last line. `contents` maps a
    job type to what its last files said, as digests, and when they were dropped; `tried` likewise
    those that may be applied. `gone` maps a user id to when the file was dropped that removed or
    disabled it, for 20 hours, unless a person approved that. `irremovable` are people whom WeCom
    refused to remove, in lower case: the creator of the corp. `asked` maps a user id to the
    digest of what a person approved and WeCom refused: the row (see `row_digest`), or `GONE`.
    """

    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    departments: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, float] = field(default_factory=dict)
    since: Mapping[str, float] = field(default_factory=dict)
    changed: Mapping[str, Sequence[float]] = field(default_factory=dict)
    condemned: Collection[int] = frozenset()
    uncertain: Collection[str] = frozenset()
    possible: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ended: Collection[str] = frozenset()
    contents: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tried: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    gone: Mapping[str, float] = field(default_factory=dict)
    irremovable: Collection[str] = frozenset()
    asked: Mapping[str, str] = field(default_factory=dict)

    def overtakes(self, user: str, dropped: float, undoes: float | None = None) -> bool:
        """Whether what is known of somebody is newer than a file that was dropped at a time.

        `undoes`: when the file was dropped that a rollback takes back, None if it is none. What
        that file did is meant to be undone, what any other did is not; where nobody can tell,
        it may have been another.
        """
        since = self.since.get(user, 0)
        if undoes is None or user not in self.changed:
            return since > dropped
        return any(moment > dropped and moment != undoes for moment in self.changed[user])


def doubt_key(job: Job, row_id: str) -> str:
    """Return how a row is called in `Snapshot.uncertain`."""
    return f"{_kind(job)}:{row_id.casefold()}"


def is_doubt_of(job: Job, key: str) -> bool:
    """Whether a key of `Snapshot.uncertain` names a row of the kind that a job has."""
    return key.startswith(f"{_kind(job)}:")


def _kind(job: Job) -> str:
    return "user" if job.has_members else "party"
