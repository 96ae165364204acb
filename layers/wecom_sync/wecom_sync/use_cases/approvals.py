"""What a person decides about a held run, and what time decides when nobody does."""

import logging
from dataclasses import dataclass

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.run import Approval, Reason, Run, State
from wecom_sync.use_cases.closing import Closing
from wecom_sync.use_cases.ending import advance_message
from wecom_sync.use_cases.ports import Clock, Queue, RunStore

LOOK_AGAIN_SECONDS = 300
BY_CHARS = 200

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Approvals:
    """Approves, cancels and expires holds. A decision that comes twice is one decision."""

    store: RunStore
    submit_queue: Queue
    closing: Closing
    clock: Clock

    def approve(self, run_id: str, by: str, digest: str) -> Run | None:
        """Let a held run go on, if `digest` is the hash of the plan it is held for."""
        run = self.store.run(run_id)
        if run is None or run.state is not State.HELD or run.closing is not None:
            return run
        now = self.clock()
        by = by[:BY_CHARS]
        newer = self.store.lane(run.corp).planned.get(run.job) if run.job else None
        try:
            if newer is not None and newer.dropped > run.dropped:
                reason = Reason("superseded", {"run_id": newer.run_id})
                return self.closing.close(run, State.SUPERSEDED, reason)
            if digest != run.plan_digest:
                logger.warning("another plan was approved", extra={"run_id": run_id})
                return self.store.move(
                    run, State.HELD, reason=Reason("approval_outdated", {"by": by})
                )
            run = self.store.move(
                run,
                State.QUEUED,
                approval=Approval(by, now, digest, run.plan or {}),
                reason=None,
                deadline=None,
                due=now + LOOK_AGAIN_SECONDS,
            )
        except TransitionRefusedError:
            return self.store.run(run_id)
        self.submit_queue.send(advance_message(run_id))
        return run

    def cancel(self, run_id: str, by: str, at: float) -> Run | None:
        """End a run of which nothing was sent to WeCom yet.

        A decision of `at` (UTC epoch seconds) that comes late does not undo a later approval.
        """
        run = self.store.run(run_id)
        if run is None or run.posted is not None:
            return run
        if run.state not in {State.HELD, State.QUEUED, State.SUBMITTING}:
            return run
        if run.approval is not None and at < run.approval.at:
            logger.warning("cancelled before it was approved", extra={"run_id": run_id})
            return run
        return self._cancel(run, Reason("cancelled", {"by": by[:BY_CHARS]}))

    def expire(self, run_id: str) -> Run | None:
        """End a hold that nobody decided about in time."""
        run = self.store.run(run_id)
        if run is None or run.state is not State.HELD or self.clock() < (run.deadline or 0):
            return run
        return self._cancel(run, Reason("hold_expired"))

    def _cancel(self, run: Run, reason: Reason) -> Run | None:
        if run.closing is not None:
            return run
        try:
            return self.closing.close(run, State.CANCELLED, reason)
        except TransitionRefusedError:
            return self.store.run(run.run_id)
