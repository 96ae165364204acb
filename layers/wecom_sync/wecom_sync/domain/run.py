"""The run: one drop's life from event to outcome, and the moves it may make."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any, Self, TypedDict

from wecom_sync.domain.policy import Weakening
from wecom_sync.domain.texts import Params, TextCode, params_of, stored_params, with_names


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
    PLANNED = "PLANNED"
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
        {
            State.REJECTED,
            State.QUEUED,
            State.FAILED,
            State.SUCCEEDED,
            State.SUPERSEDED,
            State.PLANNED,
            State.CANCELLED,
        }
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

    def named(self, name_of: Callable[[str], str]) -> Self:
        """Return the reason with the names of whom or what it concerns."""
        return replace(self, params=with_names(self.params, name_of))

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


@dataclass(frozen=True, slots=True)
class Said:
    """Whose word moved a run.

    `by`: the principal that S3 names. `note`: what the object itself says. `source`: the hash of
    the object version, so that an event that comes again is one word.
    """

    by: str
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Again:
    """A call of WeCom's that is tried again: its path, and how often it failed like this.

    `next` and `deadline` (when the run is given up) are UTC epoch seconds.
    """

    call: str
    count: int
    next: float
    deadline: float


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a run's timeline: a state it reached, or what happened to it there."""

    state: State
    at: float
    why: tuple[Reason, ...] = ()
    said: Said | None = None
    again: Again | None = None

    def to_document(self) -> dict[str, Any]:
        """Return the step as JSON and the table keep it, without what is None."""
        document: dict[str, Any] = _plain(self)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a step that was stored."""
        said, again = document.get("said"), document.get("again")
        return cls(
            State(document["state"]),
            document["at"],
            tuple(Reason.from_document(each) for each in document.get("why", ())),
            Said(**said) if said else None,
            Again(**again) if again else None,
        )

    def repeats(self, other: "Step") -> bool:
        """Whether the same happened before, so that one entry is enough."""
        return bool(self.why) and self.subject == other.subject

    @property
    def subject(self) -> tuple[object, ...]:
        """What it is about: the causes, the call, and who said so."""
        causes = [(why.code, why.params.get("errcode")) for why in self.why]
        return causes, self.again and self.again.call, self.said and self.said.by


MOST_STEPS = 100
"""Entries of a timeline that are kept. A run has a dozen; trouble of one kind is one entry."""


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
    principal: str = ""
    """Who dropped the file, by S3's event."""
    plans_only: bool = False
    """Whether the file is only to be planned."""
    timeline: tuple[Step, ...] = ()
    """What happened to it, the oldest first."""
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
    reads: str | None = None
    """The version of the key that holds the file, when the run's own version is empty."""
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
    verdict: str | None = None
    """Of a file that was only to be planned: what would become of it."""
    weakened: tuple[Weakening, ...] = ()
    """Of settings: what guards less, or tells people less, than before."""

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return a run that was stored; what another version added is left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in document.items() if name in known}
        values["state"] = State(values["state"])
        values["job"] = Job(values["job"]) if values.get("job") else None
        values["holds"] = tuple(Reason.from_document(hold) for hold in values.get("holds", ()))
        values["weakened"] = tuple(Weakening(**each) for each in values.get("weakened", ()))
        values["timeline"] = tuple(map(Step.from_document, values.get("timeline", ())))
        for name, read in _READERS.items():
            if values.get(name) is not None:
                values[name] = read(values[name])
        return cls(**values)

    def to_document(self) -> dict[str, Any]:
        """Return the run as JSON and the table keep it, without what is None."""
        document: dict[str, Any] = _plain(self)
        return document

    def moved(self, to: State, now: float, changes: "RunChanges") -> "Run":
        """Return the run after a move, with an entry of its timeline if there is news."""
        values: dict[str, Any] = {**changes}
        said, answer, again = (values.pop(name, None) for name in ("said", "answer", "again"))
        moved = replace(self, state=to, updated=now, revision=self.revision + 1, **values)
        state = moved.ends_as or to
        is_new = state is not (self.ends_as or self.state)
        why = list(moved.holds) if is_new and state is State.HELD else []
        if moved.reason is not None and (is_new or again or moved.reason != self.reason):
            why.append(moved.reason)
        why += [answer] if answer else []
        if not (is_new or said or why or again):
            return moved
        return replace(moved, timeline=self._with(Step(state, now, tuple(why), said, again)))

    def _with(self, step: Step) -> tuple[Step, ...]:
        """Return the timeline with a step. One that repeats another is counted by that one."""
        for at in reversed(range(len(self.timeline))):
            before = self.timeline[at]
            if before.state is not step.state:
                break
            if step.repeats(before):
                rest = (*self.timeline[:at], *self.timeline[at + 1 :])
                return (*rest, replace(step, at=before.at))
        return (*self.timeline, step)[-MOST_STEPS:]

    def unnamed(self) -> "Run":
        """Return the run without a name in any reason, for whom no name is meant."""

        def bare(reason: Reason) -> Reason:
            return reason.named(lambda _: "")

        return replace(
            self,
            reason=self.reason and bare(self.reason),
            holds=tuple(map(bare, self.holds)),
            timeline=tuple(replace(step, why=tuple(map(bare, step.why))) for step in self.timeline),
        )

    def with_answers(self, answers: Iterable["Step"]) -> "Run":
        """Return the run with answers to decisions that were not carried out in its timeline."""
        newest = sorted(answers, key=lambda step: step.at)[-MOST_STEPS:]
        steps = sorted((*self.timeline, *newest), key=lambda step: step.at)
        return replace(self, timeline=tuple(steps))

    @property
    def content_version(self) -> str:
        """The version of the key that holds the file."""
        return self.reads or self.version

    @property
    def news(self) -> str:
        """Names what people and systems are told now: that it is held, or how it ended."""
        moment = self.deadline if self.state is State.HELD else self.finished
        told = self.state is State.HELD or self.state.is_final
        return f"{self.state} {moment or 0:.3f}" if told else ""

    @property
    def has_place(self) -> bool:
        """Whether it is in its corp's waiting list.

        A run that awaits departments is not, nor one that is only to be planned.
        """
        waits = self.state in {State.RECEIVED, State.QUEUED} and self.awaits is None
        return waits and self.job is not None and not self.plans_only

    @property
    def is_planned_full(self) -> bool:
        """Whether its plan makes older full files pointless."""
        full = self.job is not None and self.job.is_full
        return full and self.plan_digest is not None and not self.plans_only

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
    verdict: str | None
    weakened: tuple[Weakening, ...]
    said: Said | None
    """For the timeline alone, as the next two: whose word it was."""
    answer: Reason | None
    """Why that word could not be carried out."""
    again: Again | None
    """Which call is tried again."""


_READERS: Mapping[str, Any] = {
    "ends_as": State,
    "reason": Reason.from_document,
    "callback_failure": Reason.from_document,
    "approval": lambda kept: Approval(kept["by"], kept["at"], kept["digest"]),
}


def _plain(value: Any) -> Any:
    """Return a value of a run as plain data."""
    if isinstance(value, Reason):
        return value.to_document()
    if is_dataclass(value):
        found = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: _plain(inner) for name, inner in found.items() if inner is not None}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return dict(value) if isinstance(value, Mapping) else value
