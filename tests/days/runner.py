"""Plays days, each from its seed; of one that fails it keeps only what has to happen."""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from days.happenings import HAPPENINGS, Day, opened
from days.judge import Judge
from days.town import town
from support.stress import each_in_turn, report, tell
from wecom_sync.domain.states import State

COMPANIES = ("keys", "acme", "beta")
LEAST, MOST = 6, 30
"""How many things happen on a day."""
SLICE = 20
"""Days that one process plays before it tells."""
NAMES, WEIGHTS = [*HAPPENINGS], [weight for weight, _ in HAPPENINGS.values()]


type Figures = dict[str, Counter[str]]
"""What there was how often, by what it is about."""


@dataclass(slots=True)
class Played:
    """What became of a day. `wrong`: the first thing that was not right, and when."""

    seed: int
    steps: Sequence[int]
    wrong: str = ""
    figures: Figures = field(default_factory=dict)

    @property
    def line(self) -> str:
        steps = " ".join(map(str, self.steps))
        again = f"python -m days --seed {self.seed} --only {steps}"
        return f"day {self.seed}: {self.wrong}\n  again: {again}"


def play(seed: int, only: Sequence[int] | None = None) -> Played:
    """Play a day, or of its happenings only some: each throws its own dice."""
    dice = Random(f"day {seed}")
    whole = range(dice.randint(LEAST, MOST))
    steps = whole if only is None else only
    happened: Counter[str] = Counter()
    played = Played(seed, [*steps], figures={"happened": happened})
    with town(*dice.sample(COMPANIES, 2)) as place:
        day = opened(place, dice)
        judge = Judge(day)
        for number in steps:
            name, is_so = _happens(day, Random(f"day {seed} {number}"))
            happened[name] += is_so
            if wrong := _first(judge.after_each()):
                played.wrong = f"{wrong} (after {number}: {name})"
                return played
        place.calm()
        if wrong := _first(judge.after_each()) or _first(judge.in_the_end()):
            played.wrong = f"{wrong} (in the end)"
        played.figures |= _figures(day)
    return played


def _happens(day: Day, dice: Random) -> tuple[str, bool]:
    """Let something happen; return what, and whether there was an occasion."""
    (name,) = dice.choices(NAMES, WEIGHTS)
    office = dice.choice([*day.offices.values()])
    return name, HAPPENINGS[name][1](day, office, dice) is not False


def _first(problems: Iterator[str]) -> str:
    return next(problems, "")


def _figures(day: Day) -> Figures:
    town, runs = day.town, [run for run in day.town.runs if run.job]
    asked = [run for run in runs if any(it.state is State.HELD for it in run.timeline)]
    return {
        "runs": Counter(str(run.state) for run in runs),
        "questions": Counter(
            "approved" if run.proposal.approval else "not approved" for run in asked
        ),
        "deaths": town.deaths.happened,
        "wecom": town.struck,
        "calls": Counter(calls=len(town.platform.requests.listed())),
    }


def shrunk(played: Played) -> Played:
    """Return the day with the fewest happenings that still fails."""
    size = max(1, len(played.steps) // 2)
    while True:
        for at in range(0, len(played.steps), size):
            fewer = play(played.seed, [*played.steps[:at], *played.steps[at + size :]])
            if fewer.wrong:
                played = fewer
                break
        else:
            if size == 1:
                return played
            size = max(1, size // 2)


def days(seed: int, count: int) -> tuple[Figures, list[Played]]:
    """Play so many days; return what there was, and those that failed, shrunk."""
    figures: Figures = {}
    failed = []
    for number in range(seed, seed + count):
        played = play(number)
        _add(figures, played.figures)
        failed += [shrunk(played)] if played.wrong else []
    return figures, failed


def _add(figures: Figures, more: Figures) -> None:
    for name, counts in more.items():
        figures.setdefault(name, Counter()).update(counts)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="days", description=__doc__)
    parser.add_argument("--days", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1, help="of the first day")
    parser.add_argument("--only", type=int, nargs="*", metavar="N", help="of one day, these alone")
    parser.add_argument("--workers", type=int, help="processes at once")
    parser.add_argument("--figures", type=Path, help="write the counts as JSON")
    args = parser.parse_args(arguments)
    if args.only is not None:
        played = play(args.seed, args.only)
        tell([played.wrong or "nothing is wrong"])
        return int(bool(played.wrong))
    last = args.seed + args.days
    parts = [(at, min(SLICE, last - at)) for at in range(args.seed, last, SLICE)]
    figures: Figures = {}
    wrong = 0
    for part, failed in each_in_turn(days, parts, args.workers):
        _add(figures, part)
        wrong += len(failed)
        tell(day.line for day in failed)
    whole = {"days": args.days, "seed": args.seed, "findings": wrong, **figures}
    report(whole, args.figures)
    return int(bool(wrong))
