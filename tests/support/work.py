"""Counts work, which is the same on every machine, however busy it is."""

import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from re import Pattern
from typing import Any

_parser: Any = import_module("re._parser")
_MANY = 256
_STEPS = ("PY_START", "PY_RESUME", "JUMP", "BRANCH")


def work_of(call: Callable[[], object]) -> int:
    """Return how often Python calls, loops and branches."""
    watch, count = sys.monitoring, 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1

    tool, events = watch.OPTIMIZER_ID, [getattr(watch.events, name) for name in _STEPS]
    watch.use_tool_id(tool, "work")
    for event in events:
        watch.register_callback(tool, event, step)
    watch.set_events(tool, sum(events))
    try:
        call()
    finally:
        watch.set_events(tool, 0)
        watch.free_tool_id(tool)
    return count


class Compared(str):
    """A text that counts how often such texts are compared: a list looks through all of them."""

    __slots__ = ()
    compared = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Compared.compared += 1
        return super().__eq__(other)


def runs_on(pattern: Pattern[str]) -> bool:
    """Whether a search runs on from each place of a text, which is quadratic where it fails.

    So it is where something endless stands near the beginning, with more behind it, and nothing
    before it that says where it may begin.
    """
    return any(map(_runs_on, _sequences([*_parser.parse(pattern.pattern, pattern.flags)])))


def _sequences(nodes: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Yield what a pattern may be one after the other, without groups and branches."""
    for at, (kind, value) in enumerate(nodes):
        if (name := str(kind)) in {"SUBPATTERN", "BRANCH"}:
            for part in [value[3]] if name == "SUBPATTERN" else value[1]:
                for following in _sequences([*part, *nodes[at + 1 :]]):
                    yield [*nodes[:at], *following]
            return
    yield nodes


def _runs_on(nodes: Sequence[Any]) -> bool:
    for kind, value in nodes[:-1]:
        name = str(kind)
        if name == "AT" or (name.startswith("ASSERT") and value[0] < 0):
            return False
        if name.endswith("REPEAT") and value[1] > _MANY:
            return True
    return False
