"""The codec of all that is stored: values as plain data, and back."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Self, Union, get_args, get_origin, get_type_hints


class Stored:
    """A value that is stored by itself."""

    __slots__ = ()

    def to_document(self) -> dict[str, Any]:
        document: dict[str, Any] = plain(self)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the value that was stored, with defaults for what the document lacks."""
        return stored(cls, document)


_PLAIN = frozenset({str, int, bool, float, NoneType})


def plain(value: Any) -> Any:
    """Return a value as JSON and the table take it, without what is None.

    A dataclass becomes an object, one that is `PACKED` and a named tuple the list of its fields.
    These hold plain data alone. Sets are sorted, so that equal values are equal bytes.
    """
    return value if value.__class__ in _PLAIN else _parts(value)


def _parts(value: Any) -> Any:
    if getattr(value, "PACKED", False):
        return _packer(value.__class__)(value)
    if is_dataclass(value):
        values = zip(_names(value.__class__), _packer(value.__class__)(value), strict=True)
        return {name: plain(inner) for name, inner in values if inner is not None}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(value)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        kinds = {*map(type, value)}
        is_plain = kinds <= {str, int} or all(hasattr(kind, "_fields") for kind in kinds)
        return [*value] if is_plain else [*map(plain, value)]
    return value


@cache
def _packer(kind: Any) -> Callable[[Any], tuple[Any, ...]]:
    return attrgetter(*_names(kind))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))


def stored[Value](kind: type[Value], document: Any) -> Value:
    """Return the value of a class that was stored. What the class does not have is left out."""
    reader: Callable[[Any], Value] = _reader(kind)  # type: ignore[arg-type]
    return reader(document)


type _Reader = Callable[[Any], Any]


def _same(value: Any) -> Any:
    return value


@cache
def _reader(kind: Any) -> _Reader:
    kind = getattr(kind, "__value__", kind)  # of a type alias
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _of_union([arg for arg in args if arg is not type(None)])
    if origin in {tuple, Sequence, frozenset}:
        make, inner = frozenset if origin is frozenset else tuple, _reader(args[0])
        return make if inner is _same else lambda value: make(map(inner, value))
    if origin is Mapping:
        key, inner = int if args[0] is int else _same, _reader(args[1])
        if key is inner is _same:
            return _same
        return lambda value: {key(name): inner(it) for name, it in value.items()}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _of_class(kind) if is_dataclass(kind) or hasattr(kind, "_fields") else _same


def _of_class(kind: Any) -> _Reader:
    origin = get_origin(kind) or kind
    given = dict(zip(origin.__type_params__, get_args(kind), strict=True))
    names = getattr(origin, "_fields", None) or [item.name for item in fields(origin)]
    hints = get_type_hints(origin)
    readers = {name: _reader(given.get(hints[name], hints[name])) for name in names}
    if hasattr(kind, "_make") and {*readers.values()} == {_same}:
        make: _Reader = kind._make
        return make

    def read(document: Any) -> Any:
        if isinstance(document, list):
            values = zip(readers.values(), document, strict=False)
            return kind(*[reader(value) for reader, value in values])
        return kind(**{name: readers[name](document[name]) for name in names if name in document})

    return read


def _of_union(kinds: Sequence[Any]) -> _Reader:
    """Return what reads one kind or None, or else an object among plain values."""
    readers = [reader for kind in kinds if (reader := _reader(kind)) is not _same]
    if not readers:
        return _same
    is_object = len(kinds) > 1

    def read(value: Any) -> Any:
        is_plain = value is None or (is_object and not isinstance(value, Mapping))
        return value if is_plain else readers[0](value)

    return read
