"""What is counted while companies live."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

ORDINARY = "ordinary"
FIRST = "first files"
ORDINARY_ASKED = 1 / 500
"""The share of ordinary nights that may be asked about, temps and slips among them."""
MOST_ASKED = {12: 3, 80: 3, 600: 4, 5_000: 6}
"""How many holds a company-year there may be, by how many people there are."""
SHARES = {"0-2": 0.02, "2-5": 0.05, "5-10": 0.1, "10-20": 0.2, "20-40": 0.4, "40-100": math.inf}
"""Sizes of mistakes, in percent of the people, and the largest share of each."""
NIGHTS = {"1": 1, "2-5": 5, "6-20": math.inf}
"""How long mistakes go on, and the most nights of each."""

type Group = tuple[str, ...]
"""Rules and passes of evidence that are left out together."""
type Cost = Counter[str]
"""How many are `harmed` more, and how many large mistakes are not stopped any more."""
type Groups = dict[str, list[Struck]]


@dataclass(frozen=True, slots=True)
class Struck:
    """What became of a mistake.

    `share`: of the people whom it concerns, and `counts`: whether they are more than a few.
    `nights`: over how many it comes. `harmed`: how many people before anybody was asked.
    """

    kind: str
    where: str
    share: float
    nights: int
    counts: bool
    stopped: bool
    harmed: int = 0

    def __str__(self) -> str:
        how = f"{self.share:.1%} in {self.nights} nights, {self.harmed} harmed"
        return f"{self.where}: {self.kind}: {how}, stopped: {self.stopped}"


@dataclass(slots=True)
class Record:
    """The years of companies of one size.

    `holds` counts runs by occasion, `codes` those of other days than the first by what was asked
    first. `notes`: every ordinary night that was asked about, and
    whatever else is wrong. `costs`: what mistakes cost without some rules.
    """

    size: int
    days: int = 0
    ordinary: int = 0
    asked: int = 0
    holds: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    struck: list[Struck] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    costs: list[tuple[Group, Cost]] = field(default_factory=list)

    def add(self, other: "Record") -> None:
        for part in fields(self):
            if part.name != "size":
                both = getattr(self, part.name) + getattr(other, part.name)
                setattr(self, part.name, both)

    def held(self, *apart: str) -> float:
        """Return the holds of a company-year, but for some occasions."""
        count = sum(count for name, count in self.holds.items() if name not in apart)
        return count / (self.days / 365)

    def figures(self) -> dict[str, Any]:
        return {
            "people": self.size,
            "company_years": round(self.days / 365, 1),
            "ordinary_nights": self.ordinary,
            "ordinary_asked": self.asked,
            "holds_by_occasion": dict(sorted(self.holds.items())),
            "holds_by_code": dict(self.codes.most_common()),
            "mistakes": counts(self.struck),
        }


def counts(struck: Iterable[Struck]) -> dict[str, int]:
    """Return how many mistakes were stopped, small ones apart, and whom they harmed."""
    struck = [*struck]
    large = [it.stopped for it in struck if it.counts]
    small = [it.stopped for it in struck if not it.counts]
    return {
        "struck": len(large),
        "stopped": sum(large),
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
    struck = [it for record in records for it in record.struck]
    shares = by(SHARES, lambda it: sized(SHARES, it.share), struck) | {"0-100": struck}
    kinds = by(sorted({it.kind for it in struck}), lambda it: it.kind, struck)
    return {
        "seed": seed,
        "sizes": [record.figures() for record in records],
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
        if record.asked > record.ordinary * ORDINARY_ASKED:
            yield f"{record.size}: asked about {record.asked} of {record.ordinary} ordinary nights"
        if record.held(FIRST) > MOST_ASKED.get(record.size, math.inf):
            yield f"{record.size}: {record.held(FIRST):.1f} holds a company-year"
    struck = [it for record in records for it in record.struck]
    for spread, is_several, target in (("one night", False, 0.9), ("several nights", True, 0.5)):
        large = [it.stopped for it in struck if it.counts and (it.nights > 1) is is_several]
        if sum(large) < target * len(large):
            yield f"stopped {sum(large)}/{len(large)} large mistakes of {spread}"
