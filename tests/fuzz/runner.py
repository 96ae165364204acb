"""Runs many attempts and counts what became of them; every one can be repeated by its number."""

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fuzz.attempt import Attempt, Target, random_of
from fuzz.callbacks import CallbackTarget
from fuzz.decisions import DecisionTarget
from fuzz.files import FileTarget
from fuzz.settings import SettingsTarget
from support.stress import report, tell

TARGETS: dict[str, Callable[[int], Target[Any]]] = {
    "callbacks": CallbackTarget, "files": FileTarget, "settings": SettingsTarget,
    "decisions": DecisionTarget,
}  # fmt: skip
COUNTS = {"callbacks": 200_000, "files": 50_000, "settings": 20_000, "decisions": 20_000}
MOST = 20
"""Findings that are shown."""
SHOWN = 2_000
"""Characters of an input that are shown."""


@dataclass(slots=True)
class Tally:
    """What became of a target's attempts; `findings` are the first broken promises.

    `seconds`: of CPU.
    """

    target: str
    seed: int
    attempts: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    broken: int = 0
    findings: list[tuple[str, Attempt]] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, name: str, attempt: Attempt) -> None:
        self.attempts += 1
        self.outcomes[attempt.outcome] += 1
        if attempt.faults:
            self.broken += 1
            if len(self.findings) < MOST:
                self.findings.append((name, attempt))

    def lines(self) -> Iterator[str]:
        for name, attempt in self.findings:
            yield f"  {self.target} {name}, seed {self.seed}: {'; '.join(attempt.faults[:5])}"
            yield f"    {str(attempt.given)[:SHOWN]!r}"

    def figures(self) -> dict[str, object]:
        return {
            "target": self.target, "seed": self.seed, "attempts": self.attempts,
            "findings": self.broken, "outcomes": dict(self.outcomes),
            "seconds": round(self.seconds, 1),
        }  # fmt: skip


def run(name: str, count: int, seed: int = 1, *, regressions: bool = True) -> Tally:
    target = TARGETS[name](seed)
    tally = Tally(name, seed)
    started = time.process_time()
    for case, attempt in target.regressions() if regressions else ():
        tally.add(f"regression {case!r}", attempt)
    for number in range(count):
        tally.add(f"{number}", target.attempt(random_of(seed, name, number)))
    tally.seconds = time.process_time() - started
    return tally


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    for name, count in COUNTS.items():
        parser.add_argument(f"--{name}", type=int, default=count, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--figures", type=Path, metavar="FILE", help="write the counts as JSON")
    parser.add_argument("--only", metavar="TARGET:NUMBER", help="repeat one attempt")
    args = parser.parse_args(arguments)
    if args.only:
        tallies = [_again(args.only, args.seed)]
    else:
        wanted = [(name, getattr(args, name)) for name in TARGETS if getattr(args, name)]
        tallies = [run(name, count, args.seed) for name, count in wanted]
    for tally in tallies:
        tell(tally.lines())
    report([tally.figures() for tally in tallies], args.figures)
    return int(any(tally.broken for tally in tallies))


def _again(which: str, seed: int) -> Tally:
    name, _, number = which.partition(":")
    tally = Tally(name, seed)
    tally.add(number, TARGETS[name](seed).attempt(random_of(seed, name, int(number))))
    return tally
