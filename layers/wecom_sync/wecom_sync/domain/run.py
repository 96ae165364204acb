"""The run: one drop's life from event to outcome, and the moves it may make."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self, TypedDict

from wecom_sync.domain.texts import Params, TextCode, params_of, stored_params


class Job(StrEnum):
    """WeCom's own names of its import jobs."""

    REPLACE_PARTY = "replaceparty"
    REPLACE_USER = "replaceuser"
    SYNC_USER = "syncuser"

    @property
    def is_full(self) -> bool:
        """Whether the file lists all members or all departments, so a newer one replaces it."""
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
        """Whether the run has ended."""
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
            State.QUEUED,
            State.UNCHANGED,
            State.REJECTED,
            State.SUPERSEDED,
            State.CANCELLED,
        }
    ),
    State.SUBMITTED: frozenset({State.SUCCEEDED, State.PARTIAL, State.FAILED}),
}
"""Every move that a run may make. A state that is missing here is final."""


LOOK_AGAIN_SECONDS = 300
"""How long after its expected next move the sweep looks after a run."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run is where it is: a code of the catalogue and what fills its blanks.

    `named` among them is who or what the reason concerns; the blank `total` counts them.
    """

    code: TextCode
    params: Params = field(default_factory=dict)
    family: str = ""
    """Of the guard rule that holds the run."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a reason that was stored. The code of another version may have no text here."""
        return cls(document["code"], params_of(document["params"]), document.get("family", ""))

    def to_document(self) -> dict[str, Any]:
        """Return the reason as JSON and the table keep it."""
        found = {"code": self.code, "params": stored_params(self.params)}
        return {**found, "family": self.family} if self.family else found


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approved the plan of which digest, and when (UTC epoch seconds)."""

    by: str
    at: float
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as the table keeps it. Times are UTC epoch seconds."""

    run_id: str
    corp: str
    """The corp's alias, `-` when the key names none."""
    job: Job | None
    """None when the key names no job type."""
    bucket: str
    key: str
    version: str
    state: State
    dropped: float
    """When the file was dropped, by S3's event."""
    created: float
    updated: float
    due: float
    """When the sweep looks after the run, unless something moves it before."""
    revision: int = 0
    """How often the run was moved or changed: a write names the revision that it saw."""
    reason: Reason | None = None
    """Why the run is where it is."""
    encoding: str | None = None
    """How the file was encoded."""
    rows: int | None = None
    """Rows of the file."""
    succeeded: int | None = None
    """Rows that WeCom applied."""
    failed: int | None = None
    """Rows that WeCom refused, and people outside the file whom it refused to remove."""
    unreported: int | None = None
    """Rows of which WeCom said nothing."""
    warnings: int = 0
    """How many things a person should know although nothing is wrong."""
    job_id: str | None = None
    """WeCom's job."""
    posted: float | None = None
    """When the job was posted first, None again when an answer said that the post did nothing."""
    resume: float | None = None
    """When the submission may go on."""
    deadline: float | None = None
    """When a submission is given up, a result is not awaited any more, or a hold expires."""
    received: float | None = None
    """When WeCom's result was kept."""
    attempts: int = 0
    """Submissions that failed."""
    tries: Mapping[str, int] = field(default_factory=dict)
    """How often something was tried again, by call and cause."""
    checks: int = 0
    """How often the result was asked for; a message of an earlier check is out of date."""
    finished: float | None = None
    """When the run ended."""
    reports: Mapping[str, str] = field(default_factory=dict)
    """The addresses of its reports by their names."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Which HR headers were read as which columns when the file was checked."""
    forced: bool = False
    """Whether the file goes out even if it changes nothing."""
    rollback_of: str | None = None
    """The run whose file this one brings back."""
    restores: float | None = None
    """When that file was dropped."""
    plan: Mapping[str, int] | None = None
    """The plan in numbers."""
    plan_digest: str | None = None
    """The hash of the plan and of why it is held: what a person approves."""
    holds: tuple[Reason, ...] = ()
    """Why the run was held."""
    approval: Approval | None = None
    awaits: str | None = None
    """While it is QUEUED: the run whose departments it needs. It is planned when that has ended."""
    ends_as: State | None = None
    """How the run ends. It is set while what became of the rows is written down, and then no
    other message may move the run."""
    callback_failure: Reason | None = None
    """What the callback said is wrong with the job as a whole."""

    @property
    def has_place(self) -> bool:
        """Whether it is in its corp's waiting list; a run that awaits departments is not."""
        return self.state in {State.RECEIVED, State.QUEUED} and self.awaits is None

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


class RunChanges(TypedDict, total=False):
    """What a move may change besides the state; see the fields of `Run`."""

    due: float
    reason: Reason | None
    encoding: str | None
    rows: int | None
    succeeded: int | None
    failed: int | None
    unreported: int | None
    warnings: int
    job_id: str | None
    posted: float | None
    resume: float | None
    deadline: float | None
    received: float | None
    attempts: int
    tries: Mapping[str, int]
    checks: int
    finished: float | None
    reports: Mapping[str, str]
    columns: Mapping[str, str]
    plan: Mapping[str, int] | None
    plan_digest: str | None
    holds: tuple[Reason, ...]
    approval: Approval | None
    awaits: str | None
    ends_as: State | None
    callback_failure: Reason | None
