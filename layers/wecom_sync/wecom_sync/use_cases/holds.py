"""Who holds a run, and how a hold is decided: by a person, or by time when nobody does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Unpack

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Approval, Reason, Run, RunChanges, Said, State
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.ports import Clock, Queue, RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Holds, approves, cancels and expires. A decision that comes twice is one decision."""

    store: RunStore
    submit_queue: Queue
    endings: Endings
    lanes: Lanes
    clock: Clock
    count: Callable[[str], None]

    def hold(self, run: Run, deadline: float, /, **changes: Unpack[RunChanges]) -> Run:
        """Let a run wait for a person until `deadline`. Raises `TransitionRefusedError`."""
        changes |= {"reason": None, "deadline": deadline, "due": deadline}
        held = self.store.move(run, State.HELD, **changes)
        self.count("RunsHeld")
        self.lanes.wake(held.corp)
        return held

    def approve(self, run: Run, digest: str, said: Said, at: float) -> Run:
        """Let a held run go on, if `digest` is the hash of the plan it is held for.

        `at`: when somebody said so (UTC epoch seconds). Raises `TransitionRefusedError`, and then
        nothing was done.
        """
        if run.state is not State.HELD or run.ends_as is not None:
            return self._too_late(run, said)
        newer = self.store.lane(run.corp).planned.get(run.job) if run.job else None
        if newer is not None and newer.dropped > run.dropped:
            reason = Reason("superseded", {"run_id": newer.run_id})
            return self.endings.end_without_result(run, State.SUPERSEDED, reason, said=said)
        if digest != run.plan_digest:
            return self.answer(run, said, Reason("approval_outdated"))
        approved = self.store.move(
            run,
            State.QUEUED,
            approval=Approval(said.by, at, digest),
            reason=None,
            deadline=None,
            due=self.clock() + LOOK_AGAIN_SECONDS,
            said=said,
        )
        self.submit_queue.send(advance_message(run.run_id))
        return approved

    def cancel(self, run: Run, said: Said, at: float) -> Run:
        """End a run of which nothing was posted to WeCom yet.

        A decision of `at` (UTC epoch seconds) that arrives late does not undo a later approval.
        Raises as `approve`.
        """
        waits = run.state in {State.HELD, State.QUEUED, State.SUBMITTING}
        if not waits or run.posted is not None or run.ends_as is not None:
            return self._too_late(run, said)
        if run.approval is not None and at < run.approval.at:
            return self.answer(run, said, Reason("decision_overtaken"))
        reason = Reason("cancelled", {"by": said.by})
        return self.endings.end_without_result(run, State.CANCELLED, reason, said=said)

    def answer(self, run: Run, said: Said, reason: Reason) -> Run:
        """Say in a run's timeline why a decision was not carried out. Raises as `approve`."""
        return self.store.move(run, run.state, said=said, answer=reason)

    def _too_late(self, run: Run, said: Said) -> Run:
        return self.answer(run, said, Reason("decision_too_late", {"state": run.state}))

    def expire(self, run_id: str) -> Run | None:
        """End a hold that nobody decided about in time."""
        run = self.store.run(run_id)
        if run is None or run.state is not State.HELD or self.clock() < (run.deadline or 0):
            return run
        if run.ends_as is not None:
            return run
        try:
            reason = Reason("hold_expired")
            return self.endings.end_without_result(run, State.CANCELLED, reason)
        except TransitionRefusedError:
            return self.store.run(run_id)
