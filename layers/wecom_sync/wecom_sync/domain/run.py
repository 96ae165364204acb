"""The run: one drop's life from event to outcome, and the moves it may make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Job(StrEnum):
    """WeCom's own names of its import jobs."""

    REPLACE_PARTY = "replaceparty"
    REPLACE_USER = "replaceuser"
    SYNC_USER = "syncuser"

    @property
    def is_full(self) -> bool:
        """Whether the file is the whole truth, so that a newer one makes it pointless."""
        return self is not Job.SYNC_USER

    @property
    def has_members(self) -> bool:
        """Whether the rows are members (else departments)."""
        return self is not Job.REPLACE_PARTY

    @property
    def wecom_type(self) -> str:
        """The name in callbacks and results (doc/90973, doc/91133)."""
        return {
            Job.REPLACE_PARTY: "replace_party",
            Job.REPLACE_USER: "replace_user",
            Job.SYNC_USER: "sync_user",
        }[self]


class State(StrEnum):
    """Where a run stands."""

    RECEIVED = "RECEIVED"
    REJECTED = "REJECTED"
    HELD = "HELD"
    QUEUED = "QUEUED"
    SUBMITTING = "SUBMITTING"
    SUBMITTED = "SUBMITTED"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    UNCHANGED = "UNCHANGED"
    SUPERSEDED = "SUPERSEDED"
    CANCELLED = "CANCELLED"

    @property
    def is_final(self) -> bool:
        """Whether nothing will happen to the run any more."""
        return self not in MOVES

    @property
    def holds_lane(self) -> bool:
        """Whether a run in this state has its corp's right of way."""
        return self in {State.SUBMITTING, State.SUBMITTED}


MOVES: Mapping[State, frozenset[State]] = {
    State.RECEIVED: frozenset(
        {State.REJECTED, State.QUEUED, State.FAILED, State.SUCCEEDED, State.SUPERSEDED}
    ),
    State.HELD: frozenset({State.QUEUED, State.CANCELLED, State.SUPERSEDED}),
    State.QUEUED: frozenset({State.SUBMITTING, State.SUPERSEDED, State.CANCELLED, State.FAILED}),
    State.SUBMITTING: frozenset(
        {
            State.SUBMITTED,
            State.FAILED,
            State.HELD,
            State.UNCHANGED,
            State.REJECTED,
            State.SUPERSEDED,
            State.CANCELLED,
        }
    ),
    State.SUBMITTED: frozenset({State.SUCCEEDED, State.PARTIAL, State.FAILED}),
}
"""Every move a run may make; a state that is missing here is final."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run is where it is: a code of the catalogue and what fills its blanks."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved which plan, and when (UTC epoch seconds). `plan`: the approved plan's counts."""

    by: str
    at: float
    digest: str
    plan: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the table keeps it.

    Times are UTC epoch seconds. `corp` is the alias, "-" when the key names none; `job`
    is None when the key names no job type. `revision` counts the moves. `due` is when the sweep
    looks after the run unless something moves it before; `posted` is when the batch job was first
    posted without an answer that it did nothing; `resume` is when a submit may go on; `deadline`
    when a submit is given up, a result no longer awaited, a hold expires; `received` is when
    WeCom's result was kept. `rows` counts the file's rows; `failed` may count people who are not
    in the file; `warnings` counts what a person should know although nothing is wrong.
    `attempts` counts submits that failed, `tries` what was tried again for each call and cause.
    `columns` are the HR headers that were mapped when the file was checked; `forced` runs go out
    even when they change nothing; `holds` is why the run was held; `closing` is how it was decided
    that the run ends, until that is written down; `heard` is what a callback said is wrong with the
    job as a whole. `rollback_of` is the run whose file a rollback
    brings back, `restores` when that file was dropped.
    """

    run_id: str
    corp: str
    job: Job | None
    bucket: str
    key: str
    version: str
    state: State
    dropped: float
    created: float
    updated: float
    due: float
    revision: int = 0
    reason: Reason | None = None
    encoding: str | None = None
    rows: int | None = None
    succeeded: int | None = None
    failed: int | None = None
    warnings: int = 0
    unreported: int | None = None
    job_id: str | None = None
    posted: float | None = None
    resume: float | None = None
    deadline: float | None = None
    received: float | None = None
    attempts: int = 0
    tries: Mapping[str, int] = field(default_factory=dict)
    checks: int = 0
    finished: float | None = None
    reports: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    forced: bool = False
    rollback_of: str | None = None
    restores: float | None = None
    plan: Mapping[str, int] | None = None
    plan_digest: str | None = None
    holds: tuple[Reason, ...] = ()
    approval: Approval | None = None
    closing: State | None = None
    heard: Reason | None = None

    @property
    def may_be_applied(self) -> bool:
        """Whether it ended so that WeCom may by now have what the file says."""
        applied = {State.SUCCEEDED, State.PARTIAL, State.UNCHANGED}
        return self.state in applied or (self.state is State.FAILED and self.posted is not None)

    @property
    def was_refused_whole(self) -> bool:
        """Whether WeCom refused the import as a whole: it says that nothing was changed."""
        refused = self.reason is not None and "errcode" in self.reason.params
        ended = self.state is State.FAILED and self.job_id is not None
        return ended and refused and self.posted is None


CHANGEABLE = frozenset(
    {
        "due", "reason", "encoding", "rows", "succeeded", "failed", "unreported", "warnings",
        "job_id", "plan", "plan_digest", "holds", "approval", "columns", "posted", "resume",
        "deadline", "received", "attempts", "tries", "checks", "finished", "reports", "closing",
        "heard",
    }
)  # fmt: skip
"""The fields of a run that a transition may change beside its state."""
