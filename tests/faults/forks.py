"""Replays in forked processes: each starts where the undisturbed play stands at that moment."""

import gc
import os
import pickle
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

REPLAY_SECONDS = 120
"""Real seconds after which a replay is given up."""


class Forks[Task, Result]:
    """Forks a process for each task, one after the other, and collects what it tells."""

    def __init__(self) -> None:
        self._running: tuple[Task, int, int] | None = None
        self._results: list[tuple[Task, Result]] = []
        self._mine: Task | None = None
        self._pipe = -1

    def fork(self, task: Task) -> bool:
        """Return True in the new process, which goes on as `replay` sees it."""
        self._collect()
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            # Other tests may have left threads behind; none of them holds what a replay needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            pid = os.fork()
        if pid == 0:
            gc.disable()  # it would copy every page that it looks at
            os.close(reading)
            signal.alarm(REPLAY_SECONDS)
            self._mine, self._pipe = task, writing
            return True
        os.close(writing)
        self._running = task, pid, reading
        return False

    @contextmanager
    def replay(self, tell: Callable[[Task], Result]) -> Iterator[None]:
        """Run the body; a forked process tells its result at the end and is gone."""
        try:
            yield
            if self._mine is not None:
                _write(self._pipe, tell(self._mine))
        except BaseException as error:
            if self._mine is None:
                raise
            _write(self._pipe, error)
        finally:
            if self._mine is not None:
                os._exit(0)

    def results(self) -> Iterator[tuple[Task, Result]]:
        self._collect()
        yield from self._results

    def _collect(self) -> None:
        if self._running is not None:
            task, pid, reading = self._running
            self._running = None
            self._results.append((task, _read(pid, reading)))


def _write(pipe: int, result: object) -> None:
    with os.fdopen(pipe, "wb") as out:
        try:
            pickle.dump(result, out)
        except Exception as error:  # noqa: BLE001 - not everything can be told as it is
            pickle.dump(RuntimeError(repr(result) + repr(error)), out)


def _read(pid: int, reading: int) -> Any:
    with os.fdopen(reading, "rb") as pipe:
        data = pipe.read()
    _, status = os.waitpid(pid, 0)
    if not data:
        raise RuntimeError(f"a replay ended with status {status} and told nothing")
    result = pickle.loads(data)  # noqa: S301 - our own process wrote it
    if isinstance(result, BaseException):
        raise result
    return result
