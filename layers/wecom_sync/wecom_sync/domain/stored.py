"""The codec of all that is stored: values as plain data, and back."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Self, TypeAliasType, Union, get_args, get_origin, get_type_hints


class Stored:
    """A value that is stored by itself."""

    __slots__ = ()

    def to_document(self) -> dict[str, Any]:
        """Return the value as JSON and the table take it."""
        document: dict[str, Any] = plain(self)
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """Return the value that was stored, with defaults for what the document lacks."""
        return stored(cls, document)


def plain(value: Any) -> Any:
    """Return a value as JSON and the table take it, without what is None.

    A dataclass becomes an object, one that is `PACKED` and a named tuple the list of its fields.
    These hold plain data alone. Sets are sorted, so that equal values are equal bytes.
    """
    if getattr(value, "PACKED", False):
        return [getattr(value, each.name) for each in fields(value)]
    if is_dataclass(value):
        found = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: plain(inner) for name, inner in found.items() if inner is not None}
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(value)
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [plain(inner) for inner in value]
    return value


def stored[Value](kind: type[Value], document: Any) -> Value:
    """Return the value of a class that was stored. What the class does not have is left out."""
    reader: Callable[[Any], Value] = _of_class(kind)  # type: ignore[arg-type]
    return reader(document)


type _Reader = Callable[[Any], Any]


@cache
def _of_class(kind: Any) -> _Reader:
    names = getattr(kind, "_fields", None) or [each.name for each in fields(kind)]
    hints = get_type_hints(kind)
    readers = {name: _reader(hints[name]) for name in names}
    if hasattr(kind, "_make") and not any(readers.values()):
        make: _Reader = kind._make
        return make

    def read(document: Any) -> Any:
        given = (
            document if isinstance(document, Mapping) else dict(zip(names, document, strict=True))
        )
        values = {name: given[name] for name in names if name in given}
        return kind(**{name: _read(readers[name], value) for name, value in values.items()})

    return read


def _read(reader: _Reader | None, value: Any) -> Any:
    return value if reader is None or value is None else reader(value)


def _reader(kind: Any) -> _Reader | None:
    """Return what makes a value of a type of plain data, None if it is the same."""
    if isinstance(kind, TypeAliasType):
        return _reader(kind.__value__)
    origin, args = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return _of_union([arg for arg in args if arg is not type(None)])
    if origin in {tuple, Sequence, frozenset}:
        make, inner = frozenset if origin is frozenset else tuple, _reader(args[0])
        return make if inner is None else lambda value: make(map(inner, value))
    if origin is Mapping:
        return _of_mapping(*args)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    return _of_class(kind) if is_dataclass(kind) or hasattr(kind, "_fields") else None


def _of_union(kinds: list[Any]) -> _Reader | None:
    readers = [reader for kind in kinds if (reader := _reader(kind))]
    if not readers or len(kinds) == 1:
        return readers[0] if readers else None
    return lambda value: readers[0](value) if isinstance(value, Mapping) else value


def _of_mapping(key: Any, kind: Any) -> _Reader | None:
    reader = _reader(kind)
    if reader is None and key is not int:
        return None
    return lambda value: {
        (int(name) if key is int else name): _read(reader, inner) for name, inner in value.items()
    }
