"""Dataclasses that Python makes quickly: a function that starts makes a hundred of them.

They share all methods but `__init__`. That nothing changes a frozen one is checked with the types
and not while it runs, so an instance takes a third of the time as well.
"""

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]


def _repr(self: Any) -> str:
    named = (f"{it.name}={getattr(self, it.name)!r}" for it in dataclasses.fields(self) if it.repr)
    return f"{type(self).__qualname__}({', '.join(named)})"


def _eq(self: Any, other: Any) -> Any:
    if self.__class__ is not other.__class__:
        return NotImplemented
    values = _compared(self.__class__)
    return values(self) == values(other)


def _hash(self: Any) -> int:
    return hash(_compared(self.__class__)(self))


@cache
def _compared(kind: Any) -> Callable[[Any], Any]:
    return attrgetter(*(it.name for it in dataclasses.fields(kind) if it.compare))


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        cls: Any = None, /, *, frozen: bool = False, eq: bool = True, **options: Any
    ) -> Any:
        """Decorate a class as `dataclasses.dataclass` does."""
        if cls is None:
            return lambda cls: dataclass(cls, frozen=frozen, eq=eq, **options)
        methods = {"__repr__": _repr}
        if eq:
            methods |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
        for name, method in methods.items():
            if name not in vars(cls):
                setattr(cls, name, method)
        return dataclasses.dataclass(cls, repr=False, eq=False, **options)
