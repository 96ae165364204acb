"""The tables of what the crash tests, the soak and the fuzzers measured last."""

import json
from collections.abc import Mapping
from typing import Any

from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs.tables import cells, table, word
from wecom_sync_tools.stack.home import ROOT

FIGURES = ROOT / "docs" / "figures"
"""Where `make faults`, `make soak` and `make fuzz` leave their numbers."""
_FUNCTIONS = ("submit", "callback", "persist", "sweep")


def _measured(name: str) -> Any:
    return json.loads((FIGURES / f"{name}.json").read_text("utf-8"))


def faults(language: Language) -> str:
    """Return the crash points of each way that a run goes, and how they ended."""
    found, ways = _measured("faults"), cells("ways")
    scenarios = found["scenarios"]
    rows = [
        (
            ways[each["scenario"]].render(language),
            *(f"{each['by_function'].get(name, 0)}" for name in _FUNCTIONS),
            f"{each['crash_points']}",
            f"{each['failures']}",
            f"{each['later_seconds'] / 60:.0f}",
        )
        for each in scenarios
    ]
    total = [sum(each["by_function"].get(name, 0) for each in scenarios) for name in _FUNCTIONS]
    counted = (*total, found["crash_points"], found["failures"])
    rows.append((word("total", language), *(f"{each:,}" for each in counted), ""))
    return table("faults", language, rows)


def soak(language: Language) -> str:
    """Return what was measured on the bad day that `make soak` plays."""
    found = _measured("soak")
    values = {
        "companies": f"{found['companies']}",
        "drops": f"{found['drops']:,}; {found['rows']:,}",
        "pace": f"{found['drops_per_minute']}",
        "runs": _counts(found["states"]),
        "time": f"{found['median_seconds']} s; {found['slowest_seconds']} s",
        "big": f"{found['big_rows']:,}; {found['big_seconds']} s",
        "beside": f"{found['ratio']} ×",
        "calls": f"{found['calls']:,}; {found['failed_calls']:,}",
        "faults": _counts(found["faults"]),
        "callbacks": f"{found['callbacks_lost']}; {found['callbacks_repeated']}",
        "dead": f"{found['dead_letters']}",
        "wrong": f"{len(found['problems'])}",
    }
    names = cells("soak")
    rows = [(names[name].render(language), value) for name, value in values.items()]
    return table("soak", language, rows)


def fuzz(language: Language) -> str:
    """Return how the parsers took damaged input."""
    targets = cells("fuzz")
    rows = [
        (
            targets[each["target"]].render(language),
            f"{each['attempts']:,}",
            f"{each['findings']}",
            _counts(each["outcomes"]),
            f"{each['seed']}",
        )
        for each in _measured("fuzz")
    ]
    return table("fuzz", language, rows)


def _counts(counted: Mapping[str, int]) -> str:
    return "; ".join(f"{name}: {number:,}" for name, number in sorted(counted.items()))
