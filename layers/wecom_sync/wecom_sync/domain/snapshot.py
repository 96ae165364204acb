"""Our memory of a corp: the rows that WeCom applied last."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from wecom_sync.domain.run import Job

AGAIN_SECONDS = 14 * 86_400
"""How long after a removal the next one counts as a repetition."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rows that WeCom applied last. WeCom does not show them, so we remember them.

    Times are UTC epoch seconds. User ids that are keys or in a set are in lower case.
    """

    members: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """User id to cells by column, in the order of the last full file."""
    departments: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Department id to cells by column, in the order of the last file."""
    rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of the last applied file of each job type; a type that is missing was never applied."""
    left: Mapping[str, float] = field(default_factory=dict)
    """When somebody was first missing from a full file: the start of the grace period."""
    since: Mapping[str, float] = field(default_factory=dict)
    """When the file was dropped from which we have somebody's row."""
    changed: Mapping[str, Sequence[float]] = field(default_factory=dict)
    """When the last two files were dropped that changed somebody's row, the newer one first."""
    condemned: Collection[int] = frozenset()
    """Departments that the last department file left out. WeCom deletes them once nobody is in
    them."""
    uncertain: Collection[str] = frozenset()
    """Rows (see `doubt_key`) of which nobody knows whether WeCom applied a file."""
    possible: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What WeCom may have in some columns instead of what `members` says: the old value where a
    blank was sent, since nobody knows whether a blank clears, or the value of an uncertain row."""
    ended: Collection[str] = frozenset()
    """Job types whose last applied file had a line break after its last row."""
    contents: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """For each job type, digests of its last applied files and when they were dropped."""
    tried: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """The same for files of which nobody knows whether WeCom applied them, and for those that a
    newer file superseded."""
    gone: Mapping[str, float] = field(default_factory=dict)
    """When the drop came that removed or disabled somebody. It is kept for three days, and not at
    all if a person approved the file."""
    former: Mapping[str, float] = field(default_factory=dict)
    """When the file was dropped that last removed or disabled somebody, for 400 days."""
    settled: Collection[str] = frozenset()
    """Members of `former` about whom a person decided that they go, whoever adds them again."""
    files: Mapping[str, str] = field(default_factory=dict)
    """The keys of files by the time when they were dropped: of those in `contents` and `tried`,
    and of those that removed somebody lately, or brought somebody back."""
    irremovable: Collection[str] = frozenset()
    """People whom WeCom refused to remove: the corp's creator."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """What a person approved and WeCom refused: the digest of the row (see `row_digest`), or
    `GONE` for a removal. The same is not asked again."""
    left_out: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The values for which rows of an applied file were left out, by header: nobody is asked about
    them again."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The number of each department that a file names by code or path (see `code_key`), also of
    departments that are gone, so that they come back with it. A number has one code at most."""
    promised: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The numbers that the last run of such a file was planned with, by its id: it gets the same
    ones when it is planned again."""

    def overtakes(self, user: str, dropped: float, undoes: float | None = None) -> bool:
        """Whether our row of somebody comes from a newer file than one dropped at a time.

        `undoes`: for a rollback, when the file was dropped whose changes it takes back. Changes of
        any other file are newer. Where we do not know which file it was, the row counts as newer.
        """
        since = self.since.get(user, 0)
        if undoes is None or user not in self.changed:
            return since > dropped
        return any(moment > dropped and moment != undoes for moment in self.changed[user])


def code_key(code: str) -> str:
    """Return the name of a department's code in `Snapshot.numbers`."""
    return f"code:{code}"


def codes_of(numbers: Mapping[str, int]) -> dict[str, int]:
    """Return the number of each code."""
    start = code_key("")
    return {key[len(start) :]: numbers[key] for key in numbers if key.startswith(start)}


def path_key(names: Sequence[str]) -> str:
    """Return the name of a path below the root there. No name has a `>` (doc/90205, 60009)."""
    return f"path:{'>'.join(names)}"


def doubt_key(job: Job, row_id: str) -> str:
    """Return the name of a row in `Snapshot.uncertain`."""
    return f"{_kind(job)}:{row_id.casefold()}"


def is_doubt_of(job: Job, key: str) -> bool:
    """Whether a name in `Snapshot.uncertain` is a row of this job's kind."""
    return key.startswith(f"{_kind(job)}:")


def _kind(job: Job) -> str:
    return "user" if job.has_members else "party"
