"""The tables of what the crash tests, the soak and the fuzzers measured last."""

import json
from collections.abc import Mapping
from typing import Any

from wecom_sync.reporting.language import Language, Text
from wecom_sync_tools.docs.tables import cells, table
from wecom_sync_tools.stack.home import ROOT

FIGURES = ROOT / "docs" / "figures"
"""Where `make faults`, `make soak` and `make fuzz` leave their numbers."""
_FUNCTIONS = ("submit", "callback", "persist", "sweep")


def _measured(name: str) -> Any:
    return json.loads((FIGURES / f"{name}.json").read_text("utf-8"))


def faults(language: Language) -> str:
    """Return the crash points of each way that a run goes, and how they ended."""
    found = _measured("faults")
    ways = cells("ways")
    headings = (
        Text("Way", "过程"),
        *(Text(name, name) for name in _FUNCTIONS),
        Text("crash points", "崩溃点"),
        Text("failures", "失败"),
        Text("later by at most (minutes)", "最多延迟（分钟）"),
    )
    rows = [
        (
            ways[each["scenario"]].render(language),
            *(f"{each['by_function'].get(name, 0)}" for name in _FUNCTIONS),
            f"{each['crash_points']}",
            f"{each['failures']}",
            f"{each['later_seconds'] / 60:.0f}",
        )
        for each in found["scenarios"]
    ]
    total = [sum(each["by_function"].get(name, 0) for each in found["scenarios"])
             for name in _FUNCTIONS]  # fmt: skip
    counted = (*total, found["crash_points"], found["failures"])
    rows.append((Text("all", "合计").render(language), *(f"{each:,}" for each in counted), ""))
    return table(language, headings, rows)


def soak(language: Language) -> str:
    """Return what the bad day came to."""
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
    return table(language, (Text("Figure", "指标"), Text("Value", "数值")), rows)


def fuzz(language: Language) -> str:
    """Return what damaged input came to."""
    targets = cells("fuzz")
    headings = (
        Text("Target", "对象"),
        Text("attempts", "次数"),
        Text("findings", "发现问题"),
        Text("outcomes", "结果"),
        Text("seed", "随机种子"),
    )
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
    return table(language, headings, rows)


def _counts(counted: Mapping[str, int]) -> str:
    return "; ".join(f"{name}: {number:,}" for name, number in sorted(counted.items()))
