"""What may happen around any call of a port: the function dies, or another one runs meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from support.world import World

PORTS = {
    "store": (
        "create", "run", "run_of_drop", "run_of_job", "move", "lane", "due", "mark_told", "policy",
        "put_policy", "put_outcomes",
    ),
    "archive": ("sent", "put_sent", "snapshot", "change_snapshot"),
    "drops": ("head", "content"),
    "reports": ("put",),
    "publisher": ("publish",),
    "submit_queue": ("send",),
    "results_queue": ("send",),
}  # fmt: skip
CALLS = ("directory", "upload", "submit", "result")


class Crash(BaseException):
    """The process is gone: nothing of ours may catch this."""


def die() -> None:
    """Let the function die where it is."""
    raise Crash


class Crashes:
    """Counts the calls of a world's ports; something happens at the one it was armed for."""

    def __init__(self, world: World) -> None:
        self._left: int | None = None
        self._after = False
        self._event: Callable[[], object] = die
        self._running = False
        for port, names in PORTS.items():
            self._wrap(getattr(world, port), names)
        for wecom in world.wecoms.values():
            self._wrap(wecom, CALLS)

    def arm(self, calls: int, event: Callable[[], object], *, after: bool) -> None:
        """Let something happen at the call after so many others, after its effect or before."""
        self._left, self._event, self._after = calls, event, after

    def disarm(self) -> None:
        self._left = None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count only what a function calls."""
        before, self._running = self._running, True
        try:
            yield
        finally:
            self._running = before

    def _wrap(self, port: object, names: tuple[str, ...]) -> None:
        for name in names:
            setattr(port, name, self._wrapped(getattr(port, name)))

    def _wrapped(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*args: Any, **kwargs: Any) -> Any:
            if not self._is_now():
                return call(*args, **kwargs)
            if self._after:
                result = call(*args, **kwargs)
                self._event()
                return result
            self._event()
            return call(*args, **kwargs)

        return maybe

    def _is_now(self) -> bool:
        if not self._running or self._left is None:
            return False
        left, self._left = self._left, self._left - 1 if self._left else None
        return left == 0
