"""One attempt: what was put in, what became of it, and what was wrong with that."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from wecom_sync.files.problems import Problem
from wecom_sync.reporting.catalogue import TEXTS


@dataclass(frozen=True, slots=True)
class Attempt:
    """`outcome` is counted; `faults` say which promise was broken; `given` is the input."""

    outcome: str
    faults: tuple[str, ...]
    given: object


class Target[Given](ABC):
    @abstractmethod
    def made_up(self, random: Random) -> Given:
        """Make up an input."""

    @abstractmethod
    def judged(self, given: Given) -> tuple[str, Iterable[str]]:
        """Put an input in; return what became of it, and what was wrong with that."""

    @abstractmethod
    def findings(self) -> Iterator[tuple[str, Given]]:
        """Yield the inputs that once were findings, by name."""

    def judge(self, given: Given) -> Attempt:
        """Put an input in; whatever is raised breaks a promise."""
        try:
            outcome, faults = self.judged(given)
            return Attempt(outcome, tuple(faults), given)
        except Exception as error:  # noqa: BLE001 - the promise is that there is none
            return Attempt("raised", (f"raised {type(error).__name__}: {error}"[:200],), given)

    def attempt(self, random: Random) -> Attempt:
        return self.judge(self.made_up(random))

    def regressions(self) -> Iterator[tuple[str, Attempt]]:
        return ((name, self.judge(given)) for name, given in self.findings())


def wrong_problems(problems: Iterable[Problem], last_line: int) -> Iterator[str]:
    for problem in problems:
        if problem.code not in TEXTS:
            yield f"{problem.code} has no text"
        if not 0 <= problem.line <= last_line:
            yield f"{problem.code} in line {problem.line} of {last_line}"


def random_of(seed: int, target: str, number: int) -> Random:
    """Return the source of one attempt: it can be repeated without those before it."""
    return Random(f"{seed}/{target}/{number}")
