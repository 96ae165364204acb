"""Behind every message: whatever has not moved by its time is looked at again."""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.ending import Ending, advance_message, check_message, expire_message
from wecom_sync.ports import Clock, Queue, RunStore
from wecom_sync.run import Run, State

logger = logging.getLogger(__name__)

STUCK_SECONDS = 1800
"""How long past its time a run has to be before it counts as stuck."""
TO_SUBMIT = (State.RECEIVED, State.QUEUED, State.SUBMITTING)
TO_PERSIST = (State.SUBMITTED,)
TO_REPORT = tuple(state for state in State if state.is_final)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many overdue runs were found in each state, and how many of them nothing has helped."""

    found: Counter[State]
    stuck: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Sends lost messages again. Each is a hint to look, so one too many does no harm."""

    store: RunStore
    submit_queue: Queue
    results_queue: Queue
    ending: Ending
    clock: Clock

    def sweep(self) -> Swept:
        """Look after every run that is past its time."""
        now = self.clock()
        found: Counter[State] = Counter()
        stuck = 0
        for state in TO_SUBMIT:
            for run in self.store.due(state, now):
                self.submit_queue.send(advance_message(run.run_id))
                found[state] += 1
                stuck += self._is_stuck(run, now)
        for state in TO_PERSIST:
            for run in self.store.due(state, now):
                self.results_queue.send(check_message(run.run_id, run.checks))
                found[state] += 1
                stuck += self._is_stuck(run, now)
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
                stuck += self._is_stuck(run, now)
                self._try(self.ending.report, run)
        return Swept(found, stuck)

    def _is_stuck(self, run: Run, now: float) -> bool:
        """Whether several sweeps did not help, and it does not just wait for its corp's lane."""
        if now < run.due + STUCK_SECONDS:
            return False
        return run.state is not State.QUEUED or self.store.lane(run.corp).holder is None

    def _try(self, look: Callable[[Run], object], run: Run) -> None:
        """Look after a run; one that cannot be helped does not keep the others from it."""
        try:
            look(run)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("not swept", extra=extra)  # noqa: TRY400 - its text may quote anything
