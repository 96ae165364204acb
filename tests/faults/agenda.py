"""Virtual time: what WeCom does later stands here until somebody lets the time come."""

import heapq
import itertools
from collections.abc import Callable

from wecom_simulator.state.clock import Scheduler, SimulatedClock


class Agenda(Scheduler):
    """A scheduler without threads."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__(clock)
        self._now = clock.now
        self._tasks: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()

    def call_later(self, seconds: float, task: Callable[[], None]) -> None:
        heapq.heappush(self._tasks, (self._now() + seconds, next(self._numbers), task))

    def next_time(self) -> float | None:
        """Return when the next task is due, None when there is none."""
        return self._tasks[0][0] if self._tasks else None

    def run_next(self) -> None:
        """Do the next task."""
        _, _, task = heapq.heappop(self._tasks)
        task()

    def times(self) -> list[float]:
        """Return when tasks are due."""
        return sorted(time for time, _, _ in self._tasks)
