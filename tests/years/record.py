"""What is counted while companies live."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

ORDINARY = "ordinary"
FIRST = "first files"
AGAIN = "the same file again"
"""A night whose file says the same as an older one, which is always asked about."""
UNUSUAL = (FIRST, "reorganisation", "acquisition", "seasonal", "new domain", "new titles")
"""Days on which a hold surprises nobody."""


@dataclass(frozen=True, slots=True)
class Struck:
    """What became of a mistake.

    `harmed`: how many people it harms, or would have; `counts`: whether they are more than a few.
    `undoing_asked`: of one that nobody noticed, whether the next good file was held.
    """

    kind: str
    where: str
    harmed: int
    counts: bool
    stopped: bool
    families: tuple[str, ...] = ()
    undoing_asked: bool = False

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.harmed} harmed, stopped: {self.stopped}"


@dataclass(slots=True)
class Record:
    """The years of companies of one size.

    `holds` counts runs by occasion; `families` by occasion and family, where a run may have more
    than one. `notes`: every ordinary night that was asked about, and whatever else is wrong.
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
        large, small = ([it for it in self.struck if it.counts is large] for large in (True, False))
        missed = [it for it in self.struck if not it.stopped]
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
                **_stopped(large),
                **_stopped(small, "small_"),
                "harmed": sum(each.harmed for each in missed),
                "unnoticed": len(missed),
                "undoing_asked": sum(each.undoing_asked for each in missed),
            },
        }


def by_kind(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return how often each kind of mistake was stopped, and by which families."""
    struck: dict[str, list[tuple[int, Struck]]] = {}
    for record in records:
        for mistake in record.struck:
            struck.setdefault(mistake.kind, []).append((record.size, mistake))
    return [_of_kind(kind, struck[kind]) for kind in sorted(struck)]


def _of_kind(kind: str, struck: Sequence[tuple[int, Struck]]) -> dict[str, Any]:
    large = [(size, mistake) for size, mistake in struck if mistake.counts]
    small = [mistake for _, mistake in struck if not mistake.counts]
    by_size = {
        str(size): _stopped([mistake for of, mistake in large if of == size])
        for size in dict.fromkeys(size for size, _ in large)
    }
    families = Counter(family for _, mistake in struck for family in mistake.families)
    return {
        "kind": kind,
        **_stopped([mistake for _, mistake in large]),
        **_stopped(small, "small_"),
        "harmed": sum(mistake.harmed for _, mistake in struck if not mistake.stopped),
        "by_size": by_size,
        "by_family": dict(sorted(families.items())),
    }


def _stopped(struck: Sequence[Struck], prefix: str = "") -> dict[str, int]:
    stopped = sum(mistake.stopped for mistake in struck)
    return {f"{prefix}struck": len(struck), f"{prefix}stopped": stopped}


def figures(seed: int, records: Sequence[Record]) -> dict[str, Any]:
    return {
        "seed": seed,
        "sizes": [record.figures() for record in records],
        "mistakes": by_kind(records),
    }


def missed_targets(records: Sequence[Record]) -> Iterator[str]:
    for record in records:
        if record.asked > record.ordinary / 1000:
            yield f"{record.size}: asked about {record.asked} of {record.ordinary} ordinary nights"
        if record.size == 600 and record.held(FIRST) > 6:
            yield f"600: {record.held(FIRST):.1f} holds a company-year"
        if record.size == 600 and record.held(*UNUSUAL) > 3:
            yield f"600: {record.held(*UNUSUAL):.1f} holds a company-year on other days"
    large = [each for record in records for each in record.struck if each.counts]
    if sum(each.stopped for each in large) < 0.95 * len(large):
        yield f"stopped {sum(each.stopped for each in large)} of {len(large)} mistakes"
    for kind in by_kind(records):
        if kind["stopped"] < 0.8 * kind["struck"]:
            yield f"stopped {kind['stopped']} of {kind['struck']} times: {kind['kind']}"


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
        counts = (f"{number} {name}" for name, number in figures_["mistakes"].items())
        yield f"  mistakes: {', '.join(counts).replace('_', ' ')}"
    for kind in by_kind(records):
        sizes = (f"{size}: {_of(found)}" for size, found in kind["by_size"].items())
        families = (f"{name} {count}" for name, count in kind["by_family"].items())
        yield f"{kind['kind']:<32} {_of(kind):>9}  {', '.join((*sizes, *families))}"


def _of(counts: Mapping[str, Any]) -> str:
    return f"{counts['stopped']}/{counts['struck']}" if counts["struck"] else "-"
