"""Who holds a run, and how a hold is decided: by a person, or by time when nobody does."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Unpack

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Approval, Reason, Run, RunChanges, State
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import Clock, Queue, RunStore
from wecom_sync.use_cases.telling import Telling

MAX_BY_CHARS = 200
"""The most characters that are kept of the name of who decides."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds:
    """Holds, approves, cancels and expires. A decision that comes twice is one decision."""

    store: RunStore
    submit_queue: Queue
    endings: Endings
    telling: Telling
    clock: Clock
    count: Callable[[str], None]

    def hold(self, run: Run, deadline: float, /, **changes: Unpack[RunChanges]) -> Run:
        """Let a run wait for a person until `deadline`. Raises `TransitionRefusedError`."""
        due = self.clock() + LOOK_AGAIN_SECONDS
        changes |= {"reason": None, "deadline": deadline, "due": due}
        held = self.store.move(run, State.HELD, **changes)
        self.count("RunsHeld")
        return self.telling.held(held)

    def approve(self, run_id: str, by: str, digest: str) -> Run | None:
        """Let a held run go on, if `digest` is the hash of the plan it is held for."""
        run = self.store.run(run_id)
        if run is None or run.state is not State.HELD or run.ends_as is not None:
            return run
        now = self.clock()
        by = by[:MAX_BY_CHARS]
        newer = self.store.lane(run.corp).planned.get(run.job) if run.job else None
        try:
            if newer is not None and newer.dropped > run.dropped:
                reason = Reason("superseded", {"run_id": newer.run_id})
                return self.endings.end_without_result(run, State.SUPERSEDED, reason)
            if digest != run.plan_digest:
                logger.warning("another plan was approved", extra={"run_id": run_id})
                return self.store.move(
                    run, State.HELD, reason=Reason("approval_outdated", {"by": by})
                )
            run = self.store.move(
                run,
                State.QUEUED,
                approval=Approval(by, now, digest),
                reason=None,
                deadline=None,
                due=now + LOOK_AGAIN_SECONDS,
            )
        except TransitionRefusedError:
            return self.store.run(run_id)
        self.submit_queue.send(advance_message(run_id))
        return run

    def cancel(self, run_id: str, by: str, at: float) -> Run | None:
        """End a run of which nothing was posted to WeCom yet.

        A decision of `at` (UTC epoch seconds) that arrives late does not undo a later approval.
        """
        run = self.store.run(run_id)
        if run is None or run.posted is not None:
            return run
        if run.state not in {State.HELD, State.QUEUED, State.SUBMITTING}:
            return run
        if run.approval is not None and at < run.approval.at:
            logger.warning("cancelled before it was approved", extra={"run_id": run_id})
            return run
        return self._cancel(run, Reason("cancelled", {"by": by[:MAX_BY_CHARS]}))

    def expire(self, run_id: str) -> Run | None:
        """End a hold that nobody decided about in time."""
        run = self.store.run(run_id)
        if run is None or run.state is not State.HELD or self.clock() < (run.deadline or 0):
            return run
        return self._cancel(run, Reason("hold_expired"))

    def _cancel(self, run: Run, reason: Reason) -> Run | None:
        if run.ends_as is not None:
            return run
        try:
            return self.endings.end_without_result(run, State.CANCELLED, reason)
        except TransitionRefusedError:
            return self.store.run(run.run_id)
