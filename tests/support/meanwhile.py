"""What else may happen in the middle of a call: another function runs, or the call fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def before(owner: Any, name: str, act: Callable[..., object]) -> None:
    """Do something at the start of the next call of a method, with its arguments."""
    real = getattr(owner, name)

    def call(*args: Any, **options: Any) -> Any:
        setattr(owner, name, real)
        act(*args, **options)
        return real(*args, **options)

    setattr(owner, name, call)


def after(owner: Any, name: str, act: Callable[[], object]) -> None:
    """Do something at the end of the next call of a method."""
    real = getattr(owner, name)

    def call(*args: Any, **options: Any) -> Any:
        setattr(owner, name, real)
        result = real(*args, **options)
        act()
        return result

    setattr(owner, name, call)


def fail(*_: object, **__: object) -> Any:
    """Fail as S3 does when it is away."""
    raise OSError("S3 is away")


@contextmanager
def broken(
    owner: Any, name: str, where: str = "", error: type[Exception] | Exception = OSError
) -> Iterator[None]:
    """Let a method fail; `where`: only if its first argument contains this."""
    real = getattr(owner, name)

    def call(*args: Any, **options: Any) -> Any:
        if where in str(args[:1]):
            raise error
        return real(*args, **options)

    setattr(owner, name, call)
    yield
    setattr(owner, name, real)
