"""One attempt: what was put in, what became of it, and what was wrong with that."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attempt:
    """`outcome` is counted; `faults` say which promise was broken; `given` is the input."""

    outcome: str
    faults: tuple[str, ...]
    given: object


class Target(Protocol):
    """Something that takes what comes from outside."""

    def attempt(self, random: Random) -> Attempt:
        """Make up an input, put it in, and judge what comes out."""
        ...

    def regressions(self) -> Iterator[tuple[str, Attempt]]:
        """Yield the inputs that once were findings, by name."""
        ...


def random_of(seed: int, target: str, number: int) -> Random:
    """Return the source of one attempt: it can be repeated without those before it."""
    return Random(f"{seed}/{target}/{number}")
