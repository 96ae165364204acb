"""The figures of a soak: how much, how quick, how often what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from soak.load import Dropped
from wecom_simulator import Simulator
from wecom_sync.domain.run import State

SMALL_ROWS = 500
type Figures = Mapping[str, Any]
"""Everything that is worth a line; `ratio`: small files beside the big one against before.

`approved` counts runs that were held until somebody dropped a decision.
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


def measure(dropped: Sequence[Dropped], seconds: float, wecom: Simulator) -> Figures:
    took = [file.seconds for file in dropped if file.seconds is not None]
    before, beside, big = beside_the_big_one(dropped)
    faults, calls = struck(wecom), wecom.requests
    return {
        "drops": len(dropped),
        "rows": sum(file.drop.rows for file in dropped),
        "drops_per_minute": round(len(dropped) * 60 / seconds, 1),
        "states": dict(Counter(file.run.state if file.run else "none" for file in dropped)),
        "approved": sum(file.approved is not None for file in dropped),
        "median_seconds": round(median(took or [0]), 1),
        "slowest_seconds": round(max(took, default=0), 1),
        "ratio": round(median(beside) / median(before), 2) if before and beside else None,
        "big_rows": big.drop.rows,
        "big_seconds": big.seconds and round(big.seconds, 1),
        "calls": len(calls),
        "failed_calls": sum(call["fault"] is not None for call in calls),
        "jobs": sum(len(corp.jobs.everything()) for corp in wecom.platform.corps()),
        "faults": dict(faults),
        "callbacks_lost": faults["lost"],
        "callbacks_repeated": faults["repeated"],
    }


def struck(wecom: Simulator) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fault in wecom.platform.faults.listed():
        code = f" {fault['errcode']}" if fault["kind"] == "errcode" else ""
        counts[f"{fault['kind']}{code}"] += fault["used"]
    return counts
