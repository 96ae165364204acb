"""What may happen around any call of a port: the function dies, or another one runs meanwhile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAliasType, get_protocol_members, get_type_hints, is_protocol

from support.composition import StandIns
from support.world import World
from wecom_sync.use_cases.ports import Channel, Queue, RunRecords, Secrets, WeCom


class Crash(BaseException):
    """The process is gone: nothing of ours may catch this."""


def die() -> None:
    raise Crash


class Crashes:
    """Counts the calls of a world's ports; something happens at the one it was armed for."""

    def __init__(self, world: World) -> None:
        self._left: int | None = None
        self._after = False
        self._event: Callable[[], object] = die
        self._running = False
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
        for wecom in world.wecoms.values():
            self._wrap(wecom, WeCom)

    def arm(self, calls: int, event: Callable[[], object], *, after: bool) -> None:
        """Let something happen at the call after so many others, after its effect or before."""
        self._left, self._event, self._after = calls, event, after

    def disarm(self) -> None:
        self._left = None

    @property
    def is_armed(self) -> bool:
        """Whether what it was armed for has not happened."""
        return self._left is not None

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count only what a function calls."""
        before, self._running = self._running, True
        try:
            yield
        finally:
            self._running = before

    def _wrap(self, adapter: object, port: type) -> None:
        for name in get_protocol_members(port):
            # One object stands in for several ports.
            if name.startswith("_") or name in vars(adapter):
                continue
            if callable(call := getattr(adapter, name)):
                setattr(adapter, name, self._wrapped(call))

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
