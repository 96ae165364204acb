"""What is counted while companies live."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

ORDINARY = "ordinary"
FIRST = "first files"
AGAIN = "the same file again"
"""A night whose file says the same as an older one, which is always asked about."""
UNUSUAL = (FIRST, "reorganisation", "acquisition", "seasonal", "new domain", "new titles")
"""Days on which a hold surprises nobody."""
SHARES = {"0-2": 0.02, "2-5": 0.05, "5-10": 0.1, "10-20": 0.2, "20-40": 0.4, "40-100": math.inf}
"""Sizes of mistakes, in percent of the people, and the largest share of each."""
NIGHTS = {"1": 1, "2-5": 5, "6-20": math.inf}
"""How long mistakes go on, and the most nights of each."""

type Group = tuple[str, ...]
"""Rules and passes of evidence that are left out together."""
type Cost = Counter[str]
"""How many are `harmed` more, and how many large mistakes are not stopped any more."""


@dataclass(frozen=True, slots=True)
class Struck:
    """What became of a mistake.

    `share`: of the people whom it concerns, and `counts`: whether they are more than a few.
    `nights`: over how many it comes. `harmed`: how many people before anybody was asked.
    `undoing_asked`: of one that nobody noticed, whether the next good file was held.
    """

    kind: str
    where: str
    share: float
    nights: int
    counts: bool
    stopped: bool
    harmed: int = 0
    families: tuple[str, ...] = ()
    undoing_asked: bool = False

    def __str__(self) -> str:
        how = f"{self.share:.1%} in {self.nights} nights, {self.harmed} harmed"
        return f"{self.where}: {self.kind}: {how}, stopped: {self.stopped}"

    @property
    def size(self) -> str:
        return next(name for name, largest in SHARES.items() if self.share <= largest)

    @property
    def spread(self) -> str:
        return next(name for name, most in NIGHTS.items() if self.nights <= most)


@dataclass(slots=True)
class Record:
    """The years of companies of one size.

    `holds` counts runs by occasion; `families` by occasion and family, where a run may have more
    than one. `notes`: every ordinary night that was asked about, and whatever else is wrong.
    `costs`: what mistakes cost without some rules.
    """

    size: int
    companies: int = 0
    days: int = 0
    nights: int = 0
    ordinary: int = 0
    asked: int = 0
    holds: Counter[str] = field(default_factory=Counter)
    families: Counter[tuple[str, str]] = field(default_factory=Counter)
    struck: list[Struck] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    costs: list[tuple[Group, Cost]] = field(default_factory=list)

    def add(self, other: "Record") -> None:
        for part in fields(self):
            if part.name != "size":
                both = getattr(self, part.name) + getattr(other, part.name)
                setattr(self, part.name, both)

    @property
    def years(self) -> float:
        return self.days / 365

    def held(self, *apart: str) -> float:
        return sum(count for name, count in self.holds.items() if name not in apart) / self.years

    def figures(self) -> dict[str, Any]:
        families: Counter[str] = Counter()
        for (occasion, family), count in self.families.items():
            families[family] += count if occasion != FIRST else 0
        return {
            "people": self.size,
            "companies": self.companies,
            "company_years": round(self.years, 1),
            "nights": self.nights,
            "ordinary_nights": self.ordinary,
            "ordinary_asked": self.asked,
            "holds_by_occasion": dict(sorted(self.holds.items())),
            "holds_by_family": dict(sorted(families.items())),
            "mistakes": {
                **counts(self.struck),
                "unnoticed": sum(not it.families for it in self.struck),
                "undoing_asked": sum(it.undoing_asked for it in self.struck),
            },
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


def by[Key](struck: Iterable[Struck], key: Callable[[Struck], Key]) -> dict[Key, list[Struck]]:
    groups: dict[Key, list[Struck]] = {}
    for it in struck:
        groups.setdefault(key(it), []).append(it)
    return groups


def by_nights(struck: Iterable[Struck]) -> dict[str, dict[str, int]]:
    groups = by(struck, lambda it: it.spread)
    return {name: counts(groups.get(name, ())) for name in NIGHTS}


def by_size(struck: Sequence[Struck]) -> dict[str, list[Struck]]:
    groups = by(struck, lambda it: it.size)
    return {**{name: groups.get(name, []) for name in SHARES}, "0-100": [*struck]}


def by_kind(struck: Iterable[Struck]) -> dict[str, list[Struck]]:
    return dict(sorted(by(struck, lambda it: it.kind).items()))


def families(struck: Iterable[Struck]) -> dict[str, int]:
    """Return which families of rules stopped how many."""
    return dict(sorted(Counter(family for it in struck for family in it.families).items()))


def all_struck(records: Iterable[Record]) -> list[Struck]:
    return [it for record in records for it in record.struck]


def figures(seed: int, records: Sequence[Record]) -> dict[str, Any]:
    struck = all_struck(records)
    return {
        "seed": seed,
        "sizes": [record.figures() for record in records],
        "shares": [
            {"percent": name, **counts(group), "by_nights": by_nights(group)}
            for name, group in by_size(struck).items()
        ],
        "mistakes": [
            {
                "kind": kind,
                **counts(group),
                "by_nights": by_nights(group),
                "by_family": families(group),
            }
            for kind, group in by_kind(struck).items()
        ],
    }


def missed_targets(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        if record.asked > record.ordinary / 1000:
            yield f"{record.size}: asked about {record.asked} of {record.ordinary} ordinary nights"
        if record.size == 600 and record.held(FIRST) > 6:
            yield f"600: {record.held(FIRST):.1f} holds a company-year"
        if record.size == 600 and record.held(*UNUSUAL) > 3:
            yield f"600: {record.held(*UNUSUAL):.1f} holds a company-year on other days"
    struck = all_struck(records)
    for spread, is_several, target in (("one night", False, 0.9), ("several nights", True, 0.5)):
        total = counts(it for it in struck if (it.nights > 1) is is_several)
        if total["stopped"] < target * total["struck"]:
            yield f"stopped {_of(total)} large mistakes of {spread}"


def lines(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        figures_ = record.figures()
        yield (
            f"{record.size} people: {record.companies} companies, {record.years:.1f} years, "
            f"{record.nights} nights, {record.asked} of {record.ordinary} ordinary ones asked about"
        )
        yield (
            f"  holds a company-year: {record.held():.2f}, without first files "
            f"{record.held(FIRST):.2f}, on usual days {record.held(*UNUSUAL):.2f}"
        )
        for name in ("holds_by_occasion", "holds_by_family"):
            shares = (f"{key} {n / record.years:.2f}" for key, n in figures_[name].items())
            yield f"  {name.replace('_', ' ')}: {', '.join(shares) or 'none'}"
        numbers = (f"{number} {name}" for name, number in figures_["mistakes"].items())
        yield f"  mistakes: {', '.join(numbers).replace('_', ' ')}"
    struck = all_struck(records)
    headings = (f"{it:>9}" for it in ("all", *NIGHTS))
    yield f"{'large mistakes stopped':<32} {' '.join(headings)} nights"
    for name, group in by_size(struck).items():
        yield _line(f"{name} % of the people", group)
    for kind, group in by_kind(struck).items():
        numbers = (f"{name} {number}" for name, number in families(group).items())
        yield f"{_line(kind, group)}, {', '.join(numbers)}"


def _line(name: str, struck: Sequence[Struck]) -> str:
    total = counts(struck)
    cells = (f"{_of(it):>9}" for it in (total, *by_nights(struck).values()))
    return f"{name:<32} {' '.join(cells)}  harmed {total['harmed']}"


def _of(sums: Mapping[str, int]) -> str:
    return f"{sums['stopped']}/{sums['struck']}" if sums["struck"] else "-"
