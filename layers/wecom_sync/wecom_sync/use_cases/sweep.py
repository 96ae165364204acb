"""Finds runs that did not move in time, and sends their messages again."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from wecom_sync.domain.messages import advance_message, check_message, expire_message
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.ports import Clock, Queue, RunStore
from wecom_sync.use_cases.telling import Telling

logger = logging.getLogger(__name__)

STUCK_SECONDS = 1800
"""How long past its time a run has to be before it counts as stuck."""
MOVING = (State.SUBMITTED, State.SUBMITTING, State.RECEIVED)
"""States whose runs are looked after one by one; those that WeCom works on come first."""
TOLD = (State.HELD, *(state for state in State if state.is_final))
"""States that people are told of. They come last, because a topic may be slow or down."""


@dataclass(frozen=True, slots=True)
class Swept:
    """Overdue runs by state, and how many of them are stuck: earlier sweeps did not help."""

    found: Counter[State]
    stuck: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Sends lost messages again. A message is a hint to look, so one too many does no harm."""

    store: RunStore
    submit_queue: Queue
    results_queue: Queue
    lanes: Lanes
    telling: Telling
    clock: Clock

    def sweep(self) -> Swept:
        """Look after every run that is past its time.

        Many may wait for the same lane, and only the first of them can go on.
        """
        now = self.clock()
        found: Counter[State] = Counter()
        stuck = sum(self._each(state, now, found) for state in MOVING)
        queued: dict[str, list[Run]] = {}
        for run in self.store.due(State.QUEUED, now):
            found[State.QUEUED] += 1
            queued.setdefault(run.corp, []).append(run)
        for runs in queued.values():
            stuck += self._wake(runs, now)
        stuck += sum(self._each(state, now, found) for state in TOLD)
        return Swept(found, stuck)

    def _each(self, state: State, now: float, found: Counter[State]) -> int:
        """Look after the runs of a state; return how many of them are stuck."""
        stuck = 0
        for run in self.store.due(state, now):
            found[state] += 1
            stuck += state is not State.HELD and _is_stuck(run, now)
            self._try(partial(self._look, now=now), run)
        return stuck

    def _look(self, run: Run, now: float) -> None:
        if run.ends_as is not None:
            self.submit_queue.send(advance_message(run.run_id))
        elif run.state is State.SUBMITTED:
            self.results_queue.send(check_message(run.run_id, run.checks))
        elif run.state.is_final:
            self.telling.ended(run)
        elif run.state is not State.HELD:
            self.submit_queue.send(advance_message(run.run_id))
        elif now >= (run.deadline or 0):
            self.submit_queue.send(expire_message(run.run_id))
        else:
            # The run was held, and nobody was told.
            self.telling.held(run)

    def _wake(self, runs: Sequence[Run], now: float) -> int:
        """Wake a corp's lane; return how many of the runs that wait for it are stuck."""
        for run in runs:
            if run.ends_as is not None or run.awaits is not None:
                self._try(partial(self._look, now=now), run)
        lane = self.store.lane(runs[0].corp)
        if lane.holder is not None:
            return 0
        self._try(lambda run: self.lanes.wake(run.corp), runs[0])
        waiting = lane.waiting[0].run_id if lane.waiting else None
        return _is_stuck(next((run for run in runs if run.run_id == waiting), runs[0]), now)

    def _try(self, look: Callable[[Run], object], run: Run) -> None:
        """Look after a run. An error of one run does not stop the others."""
        try:
            look(run)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("not swept", extra=extra)  # noqa: TRY400 - its text may quote anything


def _is_stuck(run: Run, now: float) -> bool:
    """Whether the run is overdue for so long that several sweeps have seen it."""
    return now >= run.due + STUCK_SECONDS
