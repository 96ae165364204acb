"""Behind every message: whatever has not moved by its time is looked at again."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.ending import Ending, advance_message, check_message, expire_message
from wecom_sync.ports import Clock, Queue, RunStore
from wecom_sync.run import Run, State

logger = logging.getLogger(__name__)

TO_SUBMIT = (State.RECEIVED, State.QUEUED, State.SUBMITTING)
TO_PERSIST = (State.SUBMITTED,)
TO_REPORT = tuple(state for state in State if state.is_final)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Sends lost messages again. Each is a hint to look, so one too many does no harm."""

    store: RunStore
    submit_queue: Queue
    results_queue: Queue
    ending: Ending
    clock: Clock

    def sweep(self) -> Counter[State]:
        """Return how many overdue runs were found in each state."""
        now = self.clock()
        found: Counter[State] = Counter()
        for state in TO_SUBMIT:
            for run in self.store.due(state, now):
                self.submit_queue.send(advance_message(run.run_id))
                found[state] += 1
        for state in TO_PERSIST:
            for run in self.store.due(state, now):
                self.results_queue.send(check_message(run.run_id, run.checks))
                found[state] += 1
        for run in self.store.due(State.HELD, now):
            found[State.HELD] += 1
            if now >= (run.deadline or 0):
                self.submit_queue.send(expire_message(run.run_id))
            else:
                # It was held, and nobody was told.
                self._try(self.ending.tell, run)
        for state in TO_REPORT:
            for run in self.store.due(state, now):
                found[state] += 1
                self._try(self.ending.report, run)
        return found

    def _try(self, look: Callable[[Run], object], run: Run) -> None:
        """Look after a run; one that cannot be helped does not keep the others from it."""
        try:
            look(run)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("not swept", extra=extra)  # noqa: TRY400 - its text may quote anything
