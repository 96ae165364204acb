"""The figures of a soak: how much, how quick, how often what."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
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
type Figures = Mapping[str, Any]
"""Everything that is worth a line; `ratio`: small files beside the big one against before.

`approved` counts runs that were held until somebody dropped a decision, `busy` submits that WeCom
itself refused because an import was under way.
"""


def beside_the_big_one(dropped: Sequence[Dropped]) -> tuple[list[float], list[float], Dropped]:
    """Return the seconds of small files that ended before the big one came, and beside it."""
    big = max(dropped, key=lambda file: file.drop.rows)
    before: list[float] = []
    beside: list[float] = []
    if big.run is None or big.run.finished is None:
        return before, beside, big
    for file in dropped:
        run, seconds = file.run, file.seconds
        if run is None or run.finished is None or seconds is None:
            continue
        if run.state is not State.SUCCEEDED or file.drop.rows > SMALL_ROWS:
            continue
        if run.finished < big.run.dropped:
            before.append(seconds)
        elif big.run.dropped <= run.dropped <= big.run.finished:
            beside.append(seconds)
    return before, beside, big


def measure(dropped: Sequence[Dropped], seconds: float, wecom: Simulator, log: str) -> Figures:
    took = [file.seconds for file in dropped if file.seconds is not None]
    slowest = max(dropped, key=lambda file: file.seconds or 0)
    before, beside, big = beside_the_big_one(dropped)
    typical, troubled = _median(before), _median(beside)
    faults, calls = struck(wecom), wecom.requests
    return {
        "drops": len(dropped),
        "rows": sum(file.drop.rows for file in dropped),
        "minutes": round(seconds / 60, 1),
        "drops_per_minute": round(len(dropped) * 60 / seconds, 1),
        "states": dict(Counter(file.run.state if file.run else "none" for file in dropped)),
        "approved": sum(file.approved is not None for file in dropped),
        "median_seconds": _median(took) or 0,
        "slowest_seconds": round(slowest.seconds or 0, 1),
        "slowest": f"{slowest.drop.key}, {slowest.drop.rows:,} rows",
        "before_seconds": typical,
        "beside_seconds": troubled,
        "before": len(before),
        "beside": len(beside),
        "ratio": round(troubled / typical, 2) if typical and troubled else None,
        "big_rows": big.drop.rows,
        "big_seconds": big.seconds and round(big.seconds, 1),
        "calls": len(calls),
        "failed_calls": sum(call["fault"] is not None for call in calls),
        "jobs": sum(len(corp.jobs.everything()) for corp in wecom.platform.corps()),
        "busy": sum(call["errcode"] == BUSY and call["fault"] is None for call in calls),
        "faults": dict(faults),
        "callbacks_lost": faults["lost"],
        "callbacks_repeated": faults["repeated"],
        "sweeps": len(SWEPT.findall(log)),
        "failed_messages": log.count('"message":"message failed"'),
    }


def _median(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None


def lines(figures: Figures) -> Iterator[str]:
    for name, value in figures.items():
        text = _counts(value) if isinstance(value, Mapping) else value
        if name != "problems":
            yield f"{name.replace('_', ' ')}: {text}"
    yield f"problems: {len(figures['problems'])}"
    yield from (f"  {problem}" for problem in figures["problems"])


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
