"""The figures of a soak: how much, how quick, how often what."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from soak.load import Dropped
from soak.weather import struck
from wecom_simulator import Simulator
from wecom_sync.domain.run import State

SMALL_ROWS = 500
BUSY = 302008
"""WeCom's code when an import is under way, for example one whose answer was lost."""
SWEPT = re.compile(r"-SweepFunction-\w+: dispatched")
"""What the emulator logs when the schedule invokes the sweep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything that is worth a line; `ratio`: small files beside the big one against before.

    `approved` counts runs that were held until somebody dropped a decision.

    `busy` counts submits that WeCom itself refused because an import was under way.
    """

    seed: int
    companies: int
    drops: int
    rows: int
    minutes: float
    drops_per_minute: float
    states: Mapping[str, int]
    approved: int
    median_seconds: float
    slowest_seconds: float
    slowest: str
    before_seconds: float | None
    beside_seconds: float | None
    before: int
    beside: int
    ratio: float | None
    big_rows: int
    big_seconds: float | None
    calls: int
    failed_calls: int
    jobs: int
    busy: int
    faults: Mapping[str, int]
    callbacks_lost: int
    callbacks_repeated: int
    dead_letters: int
    sweeps: int
    failed_messages: int
    problems: Sequence[str]

    def document(self) -> dict[str, Any]:
        """Return them as JSON."""
        return asdict(self)


def beside_the_big_one(dropped: Sequence[Dropped]) -> tuple[list[float], list[float], Dropped]:
    """Return the seconds of small files that ended before the big one came, and beside it."""
    big = max(dropped, key=lambda each: each.drop.rows)
    before: list[float] = []
    beside: list[float] = []
    if big.run is None or big.run.finished is None:
        return before, beside, big
    for each in dropped:
        run = each.run
        if run is None or run.finished is None or each.seconds is None:
            continue
        if run.state is not State.SUCCEEDED or each.drop.rows > SMALL_ROWS:
            continue
        if run.finished < big.run.dropped:
            before.append(each.seconds)
        elif big.run.dropped <= run.dropped <= big.run.finished:
            beside.append(each.seconds)
    return before, beside, big


def measure(
    *,
    seed: int,
    companies: int,
    dropped: Sequence[Dropped],
    seconds: float,
    wecom: Simulator,
    dead_letters: int,
    log: str,
    problems: Sequence[str],
) -> Figures:
    """Take the figures of a soak that is over."""
    took = [each.seconds for each in dropped if each.seconds is not None]
    slowest = max(dropped, key=lambda each: each.seconds or 0)
    before, beside, big = beside_the_big_one(dropped)
    typical, troubled = _median(before), _median(beside)
    faults = struck(wecom)
    calls = wecom.requests
    return Figures(
        seed=seed,
        companies=companies,
        drops=len(dropped),
        rows=sum(each.drop.rows for each in dropped),
        minutes=round(seconds / 60, 1),
        drops_per_minute=round(len(dropped) * 60 / seconds, 1),
        states=dict(Counter(each.run.state if each.run else "none" for each in dropped)),
        approved=sum(each.approved is not None for each in dropped),
        median_seconds=round(median(took), 1) if took else 0,
        slowest_seconds=round(slowest.seconds or 0, 1),
        slowest=f"{slowest.drop.key}, {slowest.drop.rows:,} rows",
        before_seconds=typical,
        beside_seconds=troubled,
        before=len(before),
        beside=len(beside),
        ratio=round(troubled / typical, 2) if typical and troubled else None,
        big_rows=big.drop.rows,
        big_seconds=big.seconds and round(big.seconds, 1),
        calls=len(calls),
        failed_calls=sum(call["fault"] is not None for call in calls),
        jobs=sum(len(corp.jobs.everything()) for corp in wecom.platform.corps()),
        busy=sum(call["errcode"] == BUSY and call["fault"] is None for call in calls),
        faults=dict(faults),
        callbacks_lost=faults["lost"],
        callbacks_repeated=faults["repeated"],
        dead_letters=dead_letters,
        sweeps=len(SWEPT.findall(log)),
        failed_messages=log.count('"message":"message failed"'),
        problems=problems,
    )


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None


def lines(found: Figures) -> Iterator[str]:
    """Yield the figures as a person reads them."""
    yield (
        f"{found.companies} companies, {found.drops} drops, {found.rows:,} rows in "
        f"{found.minutes} min: {found.drops_per_minute} drops a minute (seed {found.seed})"
    )
    yield f"runs: {_counts(found.states)}; {found.approved} of them held and approved"
    yield (
        f"from drop to end: median {found.median_seconds} s, slowest {found.slowest_seconds} s "
        f"({found.slowest})"
    )
    yield f"the big file: {found.big_rows:,} rows, {found.big_seconds} s"
    yield (
        f"small files: {found.before_seconds} s before the big one ({found.before}), "
        f"{found.beside_seconds} s beside it ({found.beside}): ratio {found.ratio}"
    )
    yield (
        f"WeCom: {found.calls:,} calls, {found.failed_calls:,} of them made to fail "
        f"({found.failed_calls / max(1, found.calls):.1%}), {found.jobs} imports, "
        f"{found.busy} posted again while under way"
    )
    yield "faults: " + _counts(found.faults)
    yield f"callbacks: {found.callbacks_lost} lost, {found.callbacks_repeated} sent twice"
    yield (
        f"dead letters {found.dead_letters}, messages that failed {found.failed_messages}, "
        f"sweeps {found.sweeps}"
    )
    yield f"problems: {len(found.problems)}"
    yield from (f"  {problem}" for problem in found.problems)


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
