"""What a run asks of WeCom, step by step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from wecom_sync.domain.outcome import LEFT, Outcome
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass

MOVE, SWITCH, REMOVE = "move", "disable", "remove"
"""Steps of a company run that name accounts: those that leave departments which go, or go at once,
before the imports; those that are disabled or enabled; those that are removed, at the end."""
BY_NAME = frozenset({MOVE, SWITCH, REMOVE})


@dataclass(frozen=True, slots=True)
class Step:
    """One of the things that are asked of WeCom: an import, or one of `BY_NAME`.

    A company run has some, any other run has one. `plan`: the hash of the plan that it was begun
    by, or of one that was approved since. `succeeded`, `failed`: rows.
    `done`: about how many of its accounts WeCom was asked already.
    """

    job: str
    state: State = State.SUBMITTING
    rows: int | None = None
    job_id: str | None = None
    succeeded: int | None = None
    failed: int | None = None
    plan: str | None = None
    done: int = 0

    def end(self, outcomes: Sequence[Outcome], *, failed: bool = False) -> "Step":
        """Return it when it has ended; `failed`: as a whole."""
        succeeded = sum(it.errcode == 0 for it in outcomes)
        state = State.SUCCEEDED if succeeded == len(outcomes) else State.PARTIAL
        refused = sum(it.failed for it in outcomes)
        ended = State.FAILED if failed else state
        return replace(self, state=ended, succeeded=succeeded, failed=refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What is asked of WeCom, the last step now, and how far that is. Times as in `Identity`."""

    steps: tuple[Step, ...] = ()
    awaits: str | None = None
    """While the run is QUEUED: the run whose departments it needs, and after whose end it plans."""
    posted: float | None = None
    """When the job was posted first, None again when an answer said that the post did nothing."""
    resume: float | None = None
    """When the submission may go on."""
    received: float | None = None
    """When WeCom's result was kept."""
    brought_by: str | None = None
    """What let us ask for that result: `callback` or `check`."""
    tries: Mapping[str, int] = field(default_factory=dict)
    """How often something was tried again, by call and cause."""
    checks: int = 0
    """How often the result was asked for; a message of an earlier check is out of date."""
    callback_failure: Reason | None = None
    """What the callback said is wrong with the job as a whole."""

    @property
    def job_id(self) -> str | None:
        """WeCom's newest job."""
        return next((step.job_id for step in reversed(self.steps) if step.job_id), None)

    @property
    def plan(self) -> str | None:
        """The hash of the plan that may be carried out, None before the first step."""
        return self.steps[-1].plan if self.steps else None

    @property
    def begun(self) -> tuple[Step, ...]:
        """The steps that WeCom has taken. One that was only about to be posted is chosen anew."""
        return tuple(step for step in self.steps if step.state is not State.SUBMITTING)

    def with_step(self, **changes: Any) -> "Submission":
        return replace(self, steps=(*self.steps[:-1], replace(self.steps[-1], **changes)))

    def beginning(self, job: str, rows: int, digest: str | None) -> "Submission":
        """Return it when a step is about to be asked of WeCom; `digest`: of the run's own plan."""
        step = Step(job, rows=rows, plan=self.plan if self.begun else digest)
        return replace(self, steps=(*self.begun, step))

    def taken(self, job_id: str | None) -> "Submission":
        """Return it when WeCom has the job, or when a step by name may begin."""
        awaiting = replace(self, received=None, callback_failure=None)
        return awaiting.with_step(state=State.SUBMITTED, job_id=job_id)

    def ended(self, outcomes: Iterable[Outcome], *, failed: bool) -> "Submission":
        """Return it when nothing more is asked; `outcomes`: of all rows of the run."""
        (*done, last) = self.steps
        is_removal = last.job == REMOVE
        own = [it for it in outcomes if it.change != LEFT and it.is_removal is is_removal]
        # A removal of nobody is no step.
        steps = done if is_removal and not last.rows else [*done, last.end(own, failed=failed)]
        return replace(self, steps=tuple(steps))

    def after(self, ended: Step, *following: Step) -> "Submission":
        """Return it when its last step has ended and the next one is to begin.

        `following`: a step that is not posted. What was posted last is still the newest then.
        """
        steps = (*self.steps[:-1], ended, *following)
        posted = self.posted if following else None
        return Submission(
            steps=steps, posted=posted, checks=self.checks + 1, brought_by=self.brought_by
        )
