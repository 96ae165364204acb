"""A year at a glance: how each day's files ended."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from wecom_sync.domain.states import State

DAYS = 371
"""Days that are kept: 53 weeks, so that a year is there whatever the day of the week."""
GRAVEST_FIRST = (
    State.FAILED,
    State.REJECTED,
    State.PARTIAL,
    State.HELD,
    State.CANCELLED,
    State.SUCCEEDED,
    State.UNCHANGED,
    State.SUPERSEDED,
)
"""The states that a day can have. Of several files, the gravest state counts."""
_DAY_SECONDS = 86_400


def night_of(run_id: str) -> str:
    """Return the day (UTC) on which a run's file was dropped: its id begins with it."""
    return f"{run_id[:4]}-{run_id[4:6]}-{run_id[6:8]}"


def with_end(nights: Mapping[str, str], run_id: str, state: str) -> Mapping[str, str]:
    """Return the nights with the end of a run; the gravest of a day counts."""
    if not State(state).is_final:
        return nights
    day = night_of(run_id)
    return {**nights, day: graver(nights.get(day), state)}


def with_open(nights: Mapping[str, str], runs: Iterable[Mapping[str, object]]) -> dict[str, str]:
    gravest = dict(nights)
    for run in runs:
        if run["state"] == State.HELD:
            day = night_of(str(run["run_id"]))
            gravest[day] = graver(gravest.get(day), State.HELD)
    return gravest


def within_a_year(nights: Mapping[str, str], now: float) -> dict[str, str]:
    """Return the nights of the last `DAYS` days, sorted; `now` is in UTC epoch seconds."""
    oldest = datetime.fromtimestamp(now - (DAYS - 1) * _DAY_SECONDS, UTC).date().isoformat()
    return {day: nights[day] for day in sorted(nights) if day >= oldest}


def graver(before: str | None, state: str) -> str:
    """Return the graver one of two states. One of another version counts least."""
    ranks = {listed.value: rank for rank, listed in enumerate(GRAVEST_FIRST)}
    states = [state] if before is None else [before, state]
    return min(states, key=lambda name: ranks.get(name, len(ranks)))
