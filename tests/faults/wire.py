"""The line every outbound call of a function crosses twice, and where a function can be cut off."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Side(StrEnum):
    """Of a call: nothing has happened yet, or it took effect and nobody heard the answer."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Point:
    """One place where a function can die.

    `step` counts what happened in the scenario, `index` the crossings within the step; `number`
    counts the calls of the function in the whole scenario. Two points of an invocation with the
    same `state` leave the same world behind.
    """

    step: int
    index: int
    function: str
    invocation: int
    number: int
    call: str
    side: Side
    state: str

    def __str__(self) -> str:
        return f"{self.function} call {self.number} {self.call} {self.side}"


@dataclass
class Life:
    """One invocation of a function, from its event to its end or its death."""

    function: str
    invocation: int
    over: threading.Event = field(default_factory=threading.Event)
    killed: bool = False
    error: Exception | None = None


class Wire:
    """Lists every crossing; or kills one invocation at one of them.

    A killed invocation stands still for ever on its own thread: nothing of it runs any more,
    neither `finally` nor `except`.
    """

    def __init__(self, state: Callable[[], str]) -> None:
        self._state = state
        self._local = threading.local()
        self._calls: Counter[str] = Counter()
        self._step = 0
        self._index = 0
        self._invocations = 0
        self._target: Point | None = None
        self._on_kill: Callable[[], None] = lambda: None
        self.points: list[Point] = []
        self.listing = False
        self.killed = False
        self.diverged = ""

    def begin(self, step: int) -> None:
        self._step = step
        self._index = 0
        self._invocations = 0

    def aim(self, target: Point, on_kill: Callable[[], None]) -> None:
        """Kill at a point of the step that is about to begin."""
        self._target = target
        self._on_kill = on_kill

    def run(self, function: str, work: Callable[[], object]) -> bool:
        """Run an invocation; return whether it came to its end. What it raises is raised."""
        self._invocations += 1
        life = Life(function, self._invocations)
        if self._target is None or self._target.step != self._step:
            self._live(life, work)
        else:
            threading.Thread(target=self._live, args=(life, work), daemon=True).start()
            life.over.wait()
        if life.error is not None:
            raise life.error
        return not life.killed

    @property
    def function(self) -> str:
        """The function that runs on this thread, blank when none does."""
        return self._lives[-1].function if self._lives else ""

    @property
    def _lives(self) -> list[Life]:
        """The functions that run on this thread, one within the other."""
        lives: list[Life] = self._local.__dict__.setdefault("lives", [])
        return lives

    def cross(self, call: str, side: Side) -> None:
        """Note that a call is about to leave, or has taken effect."""
        if not self._lives:
            return
        life = self._lives[-1]
        self._calls[life.function] += side is Side.BEFORE
        index, self._index = self._index, self._index + 1
        if self.listing:
            where = self._step, index, life.function, life.invocation, self._calls[life.function]
            self.points.append(Point(*where, call, side, self._state()))
        target = self._target
        if target is not None and (target.step, target.index) == (self._step, index):
            if (target.function, target.call, target.side) != (life.function, call, side):
                self.diverged = f"{life.function} {call} {side} instead of {target}"
            self._kill(life)

    def _kill(self, life: Life) -> None:
        self.killed = True
        self._on_kill()
        life.killed = True
        life.over.set()
        threading.Event().wait()

    def _live(self, life: Life, work: Callable[[], object]) -> None:
        self._lives.append(life)
        try:
            work()
        except Exception as error:  # noqa: BLE001 - the caller judges it
            life.error = error
        self._lives.pop()
        life.over.set()
