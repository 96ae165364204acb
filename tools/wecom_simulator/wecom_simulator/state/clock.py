"""Time that can be moved by hand, and a scheduler that runs things later without polling."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

logger: Final = logging.getLogger(__name__)


class SimulatedClock:
    """Seconds since 1970 that run with the real ones, or stand still, and can be advanced."""

    def __init__(self, *, frozen_at: float | None = None) -> None:
        self._frozen_at = frozen_at
        self._offset = 0.0
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> float:
        base = time.time() if self._frozen_at is None else self._frozen_at
        return base + self._offset

    def advance(self, seconds: float) -> None:
        self._offset += seconds
        for listener in self._listeners:
            listener()

    def on_advance(self, listener: Callable[[], None]) -> None:
        self._listeners.append(listener)


class Scheduler:
    """Runs tasks at a simulated time on a few worker threads."""

    def __init__(self, clock: SimulatedClock, workers: int = 8) -> None:
        self._clock = clock
        self._workers = workers
        self._changed = threading.Condition()
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._active = 0
        self._stopped = True
        self._thread: threading.Thread | None = None
        self._pool: ThreadPoolExecutor | None = None
        clock.on_advance(self._wake)

    def start(self) -> None:
        self._stopped = False
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="simulator-task")
        self._thread = threading.Thread(target=self._loop, name="simulator-clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._waiting.clear()
            self._changed.notify_all()
        if self._thread:
            self._thread.join()
        if self._pool:
            self._pool.shutdown(wait=True, cancel_futures=True)

    def call_later(self, seconds: float, task: Callable[[], None]) -> None:
        with self._changed:
            heapq.heappush(self._waiting, (self._clock.now() + seconds, next(self._order), task))
            self._changed.notify_all()

    def wait_idle(self, timeout_seconds: float = 120.0) -> bool:
        """Wait until nothing is waiting or running; False when that takes too long."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._active, timeout_seconds
            )

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _loop(self) -> None:
        with self._changed:
            while not self._stopped:
                if not self._waiting:
                    self._changed.wait()
                    continue
                delay = self._waiting[0][0] - self._clock.now()
                if delay > 0:
                    self._changed.wait(delay)
                    continue
                _, _, task = heapq.heappop(self._waiting)
                self._active += 1
                if self._pool:
                    self._pool.submit(self._run, task)

    def _run(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception:
            logger.exception("a scheduled task of the simulator failed")
        finally:
            with self._changed:
                self._active -= 1
                self._changed.notify_all()
