"""Our quick dataclasses behave as Python's own do."""

import dataclasses
from typing import Any

import pytest

from wecom_sync.domain import values


class Plain:
    number: int
    words: tuple[str, ...] = ()
    secret: str = dataclasses.field(default="", repr=False)
    noted: int = dataclasses.field(default=0, compare=False)


def made(decorate: Any, *, frozen: bool) -> Any:
    annotations = {"__annotations__": Plain.__annotations__}
    return decorate(frozen=frozen)(type("Plain", (Plain,), annotations))


@pytest.mark.parametrize("frozen", [True, False])
def test_they_are_compared_and_shown_like_those_of_python(frozen: bool) -> None:
    ours, pythons = (made(it.dataclass, frozen=frozen) for it in (values, dataclasses))

    for kind in (ours, pythons):
        assert kind(1, ("a",), noted=5) == kind(1, ("a",))
        assert kind(1) != kind(1, ("a",))
        assert kind(1) != (1, (), "", 0)
        assert repr(kind(1, secret="x")) == "Plain(number=1, words=(), noted=0)"
        assert dataclasses.replace(kind(1), number=2) == kind(2)
    assert ours(1) != pythons(1)
    assert (ours.__hash__ is None) == (pythons.__hash__ is None) == (not frozen)


def test_equal_ones_are_one_in_a_set() -> None:
    kind = made(values.dataclass, frozen=True)

    assert len({kind(1), kind(1, noted=2), kind(2)}) == 2


def test_a_class_keeps_what_it_says_of_itself() -> None:
    @values.dataclass(slots=True)
    class Blind:
        number: int

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Blind)

        __hash__ = None  # type: ignore[assignment]

    assert Blind(1) == Blind(2)
