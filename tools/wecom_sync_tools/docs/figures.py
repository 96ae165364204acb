"""The tables of what tests, soak, fuzzers and simulated years found out."""

import json
from collections.abc import Mapping
from typing import Any

from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs.tables import cells, table, word
from wecom_sync_tools.stack.home import ROOT

FIGURES = ROOT / "docs" / "figures"
"""Where `make faults`, `make soak`, `make fuzz` and `make years` leave their numbers, and what each
role may do, which `tests/e2e/test_permissions.py` asserts."""
_UNUSUAL = frozenset({"reorganisation", "acquisition", "seasonal", "new domain", "new titles"})
"""Days on which a hold surprises nobody."""
_FUNCTIONS = ("submit", "callback", "persist", "sweep", "publish")


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
        "approved": str(found["approved"]),
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


def permissions(language: Language) -> str:
    """Return what each role may do with its policy, as the end-to-end test asserts it."""
    actions = cells("permissions")
    shown = {"one": word("yes", language), "every": word("every", language), None: ""}
    roles = ("dropper", "reader", "approver", "settings")
    rows = [
        (actions[name].render(language), *(shown[may.get(role)] for role in roles))
        for name, may in _measured("permissions").items()
    ]
    return table("permissions", language, rows)


def years(language: Language) -> str:
    """Return what became of the companies that `make years` plays, by their size."""
    rows = []
    for size in _measured("years")["sizes"]:
        years_, mistakes, held = size["company_years"], size["mistakes"], size["holds_by_occasion"]
        beyond = {name: count for name, count in held.items() if name != "first files"}
        usual = sum(count for name, count in beyond.items() if name not in _UNUSUAL)
        rows.append(
            (
                f"{size['people']:,}",
                f"{years_:g}",
                f"{size['ordinary_asked']} / {size['ordinary_nights']:,}",
                f"{sum(beyond.values()) / years_:.1f}",
                f"{usual / years_:.1f}",
                f"{mistakes['stopped']:,} / {mistakes['struck']:,}",
            )
        )
    return table("years", language, rows)


def mistakes(language: Language) -> str:
    """Return how often each kind of mistake was stopped, now and by the rules before."""
    kinds = cells("mistakes")
    before = {each["kind"]: each for each in _measured("years_before")["mistakes"]}
    rows = [
        (kinds[each["kind"]].render(language), _share(each), _share(before[each["kind"]]))
        for each in sorted(_measured("years")["mistakes"], key=_let_through)
        if each["struck"]
    ]
    return table("mistakes", language, rows)


def _let_through(kind: Mapping[str, Any]) -> tuple[float, str]:
    return kind["stopped"] / (kind["struck"] or 1), kind["kind"]


def _share(kind: Mapping[str, Any]) -> str:
    return f"{kind['stopped']} / {kind['struck']}" if kind["struck"] else ""
