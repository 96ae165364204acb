"""What is counted while companies live."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from wecom_sync.domain.states import Job
from years.forms import Pace
from years.mistakes import FULL, few

ORDINARY = "ordinary"
FIRST = "first files"
SECOND = "second system"
ORDINARY_ASKED = 1 / 500
"""The share of ordinary nights that may be asked about, temps and slips among them."""
MOST_ASKED = {12: 3, 80: 3, 600: 4, 5_000: 6}
"""How many holds a company-year there may be, by how many people there are."""
SECOND_ASKED = {12: 26, 80: 15.3}
"""The same where a second system sends some rows every few days."""
SHARES = {"0-2": 0.02, "2-5": 0.05, "5-10": 0.1, "10-20": 0.2, "20-40": 0.4, "40-100": math.inf}
"""Sizes of mistakes, in percent of the people, and the largest share of each."""
NIGHTS = {"1": 1, "2-5": 5, "6-20": math.inf}
"""How long mistakes go on, and the most nights of each."""
TARGETS = {"one night": 0.94, "several nights": 0.75, "several, early": 0.55, "company files": 0.95}
"""The share of the large mistakes that is stopped."""
SOME_LESS = 0.03
"""By how much smaller the share may be that is stopped if the mistakes come by `syncuser`."""

type Groups = dict[str, list[Struck]]


@dataclass(frozen=True, slots=True)
class Struck:
    """What became of a mistake.

    `share`: of the people whom it concerns, and `counts`: whether they are more than a few.
    `nights`: over how many files it comes. `harmed`: how many people before anybody was asked.
    `again`: whether it is another one that comes by `syncuser`. `people`: how many there are.
    """

    kind: str
    where: str
    share: float
    nights: int
    counts: bool
    stopped: bool
    harmed: int = 0
    job: Job = FULL
    again: bool = False
    people: int = 80

    @property
    def early(self) -> bool:
        """Whether it was stopped before more than twice a few people were harmed."""
        return self.stopped and self.harmed <= 2 * few(self.people)

    def __str__(self) -> str:
        how = f"{self.share:.1%} in {self.nights} nights, {self.harmed} harmed"
        return f"{self.where}: {self.kind}, {self.job}: {how}, stopped: {self.stopped}"


@dataclass(slots=True)
class Record:
    """The years of companies of one size and pace.

    `ordinary` nights are those without an occasion, `plain` ones those of them without slips,
    temps and mergers; `asked` and `plain_asked` are those that were asked about.
    `holds` counts runs by occasion, `codes` those of other days than the first by what was asked
    first. `events` counts them by name and by how often they were asked about, 2 is
    often. `notes`: every ordinary night that was asked about, and whatever else is wrong.
    """

    size: int
    days: int = 0
    ordinary: int = 0
    asked: int = 0
    plain: int = 0
    plain_asked: int = 0
    pace: Pace = Pace.DAILY
    second: bool = False
    events: Counter[tuple[str, int]] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    struck: list[Struck] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Record") -> None:
        for part in fields(self):
            if part.name not in {"size", "pace", "second"}:
                both = getattr(self, part.name) + getattr(other, part.name)
                setattr(self, part.name, both)

    def held(self, *apart: str) -> float:
        """Return the holds of a company-year, but for some occasions."""
        count = sum(count for name, count in self.holds.items() if name not in apart)
        return count / (self.days / 365)

    def figures(self) -> dict[str, Any]:
        return {
            "people": self.size,
            "pace": self.pace.name.lower(),
            "second_system": self.second,
            "company_years": round(self.days / 365, 1),
            "ordinary_nights": self.ordinary,
            "ordinary_asked": self.asked,
            "plain_nights": self.plain,
            "plain_asked": self.plain_asked,
            "holds_by_occasion": dict(sorted(self.holds.items())),
            "holds_by_code": dict(self.codes.most_common()),
            "events": {f"{it} asked {at}": self.events[it, at] for it, at in sorted(self.events)},
            "mistakes": counts(it for it in self.struck if not it.again),
        }


def counts(struck: Iterable[Struck]) -> dict[str, int]:
    """Return how many mistakes were stopped, small ones apart, and whom they harmed."""
    struck = [*struck]
    large = [it for it in struck if it.counts]
    small = [it.stopped for it in struck if not it.counts]
    return {
        "struck": len(large),
        "stopped": sum(it.stopped for it in large),
        "early": sum(it.early for it in large),
        "small_struck": len(small),
        "small_stopped": sum(small),
        "harmed": sum(it.harmed for it in struck),
    }


def by(names: Iterable[str], name_of: Callable[[Struck], str], struck: Sequence[Struck]) -> Groups:
    return {name: [it for it in struck if name_of(it) == name] for name in names}


def sized(limits: Mapping[str, float], size: float) -> str:
    return next(name for name, largest in limits.items() if size <= largest)


def by_nights(struck: Sequence[Struck]) -> dict[str, dict[str, int]]:
    groups = by(NIGHTS, lambda it: sized(NIGHTS, it.nights), struck)
    return {name: counts(group) for name, group in groups.items()}


def figures(seed: int, records: Sequence[Record]) -> dict[str, Any]:
    every = [it for record in records for it in record.struck]
    struck = [it for it in every if not it.again]
    jobs = by(sorted({it.job.value for it in every}), lambda it: it.job.value, every)
    shares = by(SHARES, lambda it: sized(SHARES, it.share), struck) | {"0-100": struck}
    kinds = by(sorted({it.kind for it in struck}), lambda it: it.kind, struck)
    return {
        "seed": seed,
        "sizes": [it.figures() for it in records if it.pace is Pace.DAILY],
        "paces": [it.figures() for it in records if it.pace is not Pace.DAILY],
        "jobs": [{"job": job, "by_nights": by_nights(it)} for job, it in jobs.items()],
        "shares": [
            {"percent": name, **counts(group), "by_nights": by_nights(group)}
            for name, group in shares.items()
        ],
        "mistakes": [
            {"kind": name, **counts(group), "by_nights": by_nights(group)}
            for name, group in kinds.items()
        ],
    }


def missed_targets(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        name = f"{record.size} {record.pace.name.lower()}{' twice' if record.second else ''}"
        if record.asked > record.ordinary * ORDINARY_ASKED:
            yield f"{name}: asked about {record.asked} of {record.ordinary} ordinary nights"
        if record.plain_asked:
            yield f"{name}: asked about {record.plain_asked} of {record.plain} plain nights"
        most_asked = SECOND_ASKED if record.second else MOST_ASKED
        if record.held(FIRST) > most_asked.get(record.size, math.inf):
            yield f"{name}: {record.held(FIRST):.1f} holds a company-year"
        for event in sorted(event for event, asked in record.events if asked > 1):
            yield f"{name}: asked more than once about {event}"
    struck = [it for record in records for it in record.struck if it.counts]
    for name, outcomes in measures(struck).items():
        if sum(outcomes) < TARGETS[name] * len(outcomes):
            yield f"stopped {sum(outcomes)}/{len(outcomes)} large mistakes of {name}"
    again = {it.where: it.stopped for it in struck if it.again}
    first = {it.where: it.stopped for it in struck if it.where in again and not it.again}
    some, full = sum(again[where] for where in first), sum(first.values())
    if some < full - SOME_LESS * len(first):
        yield f"stopped {some} by syncuser, {full}/{len(first)} by replaceuser"


def measures(large: Iterable[Struck]) -> dict[str, list[bool]]:
    """Return whether each large mistake was stopped, for every target."""
    sent = [it for it in large if not it.again]
    several = [it for it in sent if it.nights > 1]
    own = [it.stopped for it in sent if it.nights == 1 and it.job is Job.COMPANY]
    others = [it.stopped for it in sent if it.nights == 1 and it.job is not Job.COMPANY]
    by_then, early = [it.stopped for it in several], [it.early for it in several]
    return dict(zip(TARGETS, (others, by_then, early, own), strict=True))
