"""What happens at some call of a function: it dies, or other functions run in the middle of it."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAliasType, get_protocol_members, get_type_hints, is_protocol

from faults.wire import Side
from support.composition import StandIns
from support.world import World
from wecom_sync.use_cases.ports import Channel, Queue, RunRecords, Secrets


class Death(BaseException):
    """The process is gone: nothing of ours may catch this."""


class Deaths:
    """Counts the calls that functions make, and lets things happen at those it was armed for.

    A call is two places: nothing has happened yet, or it took effect and nobody heard the answer.
    `happened`: how often something happened, by what and whose call.
    """

    def __init__(self) -> None:
        self.happened: Counter[str] = Counter()
        self._armed: deque[tuple[int, Callable[[], object]]] = deque()
        self._running: list[str] = []
        self._inside = False

    def arm(self, places: int, act: Callable[[], object]) -> None:
        """Let something happen so many places after what was armed before."""
        self._armed.append((places, act))

    def disarm(self) -> None:
        self._armed.clear()

    def die(self) -> None:
        self.happened[self._running[-1]] += 1
        raise Death

    @contextmanager
    def running(self, function: str) -> Iterator[None]:
        """Count only what a function calls."""
        self._running.append(function)
        try:
            yield
        finally:
            self._running.pop()

    def cross(self, _call: str, _side: Side) -> None:
        if not self._running or not self._armed:
            return
        left, act = self._armed.popleft()
        if left:
            self._armed.appendleft((left - 1, act))
        else:
            act()

    def watch(self, world: World) -> None:
        """Count the calls of a world's ports. Those of WeCom's are counted on their way."""
        stand_ins: dict[str, object] = {**world.stand_ins(None)}
        for name, hint in get_type_hints(StandIns).items():
            # The ports of secrets are aliases of one.
            is_secrets = isinstance(hint, TypeAliasType) and hint.__name__.endswith("Secrets")
            port = Secrets if is_secrets else hint
            if is_protocol(port) and name in stand_ins:
                self._wrap(stand_ins[name], port)
        self._wrap(world.publisher, Channel)
        self._wrap(world.publish_queue, Queue)
        self._wrap(world.store, RunRecords)

    def _wrap(self, adapter: object, port: type) -> None:
        for name in get_protocol_members(port):
            # One object stands in for several ports.
            if name.startswith("_") or name in vars(adapter):
                continue
            if callable(call := getattr(adapter, name)):
                setattr(adapter, name, self._wrapped(name, call))

    def _wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def crossing(*args: Any, **options: Any) -> Any:
            if self._inside:
                return call(*args, **options)
            self.cross(name, Side.BEFORE)
            # What a stand-in calls of its own is one call of AWS's. A change is several.
            self._inside = not name.startswith("change")
            try:
                result = call(*args, **options)
            finally:
                self._inside = False
            self.cross(name, Side.AFTER)
            return result

        return crossing
