"""Sends dead letters back to the queues they came from."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from wecom_sync.use_cases.ports import Letter

RESERVE_SECONDS = 30
"""With less time left than this, nothing more is begun: the next call goes on."""


class DeadLetters(Protocol):
    """Messages that could not be handled."""

    def take(self) -> Sequence[Letter]:
        """Hide a few letters for a while and return them, none when no more are there."""
        ...

    def delete(self, letter: Letter) -> None: ...


class Source(Protocol):
    """The queue that dead letters came from."""

    def send_body(self, body: str) -> None:
        """Send a message as it was."""
        ...


class Redriven(NamedTuple):
    """How many letters were sent back, how many only deleted, and whether some may be left."""

    returned: int
    deleted: int
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """Empties the dead letters of each queue. Those without a source are only deleted."""

    queues: Sequence[tuple[DeadLetters, Source | None]]

    def redrive(self, seconds_left: Callable[[], float]) -> Redriven:
        """Send back what there is, as far as the time allows.

        A letter is sent before it is deleted. After an interruption it is there twice, which is
        harmless.
        """
        done: Counter[str] = Counter()
        for dead_letters, source in self.queues:
            while letters := dead_letters.take():
                for letter in letters:
                    if source is not None:
                        source.send_body(letter.body)
                    dead_letters.delete(letter)
                done["returned" if source else "deleted"] += len(letters)
                if seconds_left() < RESERVE_SECONDS:
                    return Redriven(done["returned"], done["deleted"], left=True)
        return Redriven(done["returned"], done["deleted"], left=False)
