"""The tables of what crash tests, played days and simulated years found out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wecom_sync.reporting.language import Language
from wecom_sync_tools.docs.tables import cells, table, word
from wecom_sync_tools.stack.home import ROOT

FIGURES = ROOT / "docs" / "figures"
"""Where `make faults`, `make days` and `make years` leave their numbers, and what each role may do,
which `tests/e2e/test_permissions.py` asserts."""
_FUNCTIONS = ("submit", "callback", "persist", "sweep", "publish")


def _measured(name: str) -> Any:
    return json.loads((FIGURES / f"{name}.json").read_text("utf-8"))


def faults(language: Language) -> str:
    """Return the crash points of each way that a run goes, and how they ended."""
    measured, ways = _measured("faults"), cells("ways", language)
    scenarios = measured["scenarios"]
    rows = [
        (
            ways[way["scenario"]],
            *(f"{way['by_function'].get(name, 0)}" for name in _FUNCTIONS),
            f"{way['crash_points']}",
            f"{way['failures']}",
            f"{way['later_seconds'] / 60:.0f}",
        )
        for way in scenarios
    ]
    total = [sum(way["by_function"].get(name, 0) for way in scenarios) for name in _FUNCTIONS]
    counted = (*total, measured["crash_points"], measured["failures"])
    rows.append((word("total", language), *(f"{count:,}" for count in counted), ""))
    return table("faults", language, rows)


def days(language: Language) -> str:
    """Return what happened on the days that were played from seeds, and how often."""
    it, names = _measured("days"), cells("days", language)
    deaths = sum(count for name, count in it["deaths"].items() if name != "meeting")
    values = {
        "days": f"{it['days']:,}",
        "findings": f"{it['findings']:,}",
        "runs": _counts(it["runs"]),
        "questions": f"{sum(it['questions'].values()):,}; {it['questions']['approved']:,}",
        "calls": f"{it['calls']['calls']:,}",
        "wecom": _counts(it["wecom"]),
        "died": f"{deaths:,}",
        "met": f"{it['deaths']['meeting']:,}",
    }
    happened = sorted(it["happened"].items(), key=lambda each: -each[1])
    values |= {name: f"{count:,}" for name, count in happened}
    return table("days", language, ((names[name], value) for name, value in values.items()))


def _counts(counted: Mapping[str, int]) -> str:
    return "; ".join(f"{name}: {number:,}" for name, number in sorted(counted.items()))


def permissions(language: Language) -> str:
    """Return what each role may do with its policy, as the end-to-end test asserts it."""
    actions = cells("permissions", language)
    words = {"one": word("yes", language), "every": word("every", language), None: ""}
    roles = ("dropper", "reader", "approver", "settings")
    rows = [
        (actions[name], *(words[may.get(role)] for role in roles))
        for name, may in _measured("permissions").items()
    ]
    return table("permissions", language, rows)


def years(language: Language) -> str:
    """Return what became of the companies that `make years` plays, by their size."""
    rows = []
    for size in _measured("years")["sizes"]:
        count, mistakes, held = size["company_years"], size["mistakes"], size["holds_by_occasion"]
        later = sum(holds for name, holds in held.items() if name != "first files")
        asked = f"{size['ordinary_asked']} / {size['ordinary_nights']:,}"
        stopped = f"{mistakes['stopped']:,} / {mistakes['struck']:,}"
        rows.append((f"{size['people']:,}", f"{count:g}", asked, f"{later / count:.1f}", stopped))
    return table("years", language, rows)


def shares(language: Language) -> str:
    """Return how many mistakes were stopped, by how many people they concern, and nights."""
    rows = []
    for it in _measured("years")["shares"]:
        large = (_share(nights, percent=True) for nights in it["by_nights"].values())
        small = {"stopped": it["small_stopped"], "struck": it["small_struck"]}
        percent = f"{it['percent'].replace('-', '–')} %"
        rows.append((percent, *large, _share(small), f"{it['harmed']:,}"))
    return table("shares", language, rows)


def mistakes(language: Language) -> str:
    """Return how often each kind of large mistake was stopped, by nights."""
    kinds = cells("mistakes", language)
    rows = [
        (kinds[kind["kind"]], *map(_share, kind["by_nights"].values()))
        for kind in sorted(_measured("years")["mistakes"], key=_let_through)
        if kind["struck"]
    ]
    return table("mistakes", language, rows)


def _let_through(kind: Mapping[str, Any]) -> tuple[float, str]:
    return kind["stopped"] / (kind["struck"] or 1), kind["kind"]


def _share(counts: Mapping[str, int], *, percent: bool = False) -> str:
    stopped, struck = counts["stopped"], counts["struck"]
    if not struck:
        return ""
    return f"{stopped:,} / {struck:,}" + (f" ({100 * stopped // struck} %)" if percent else "")


def performance(language: Language, name: str) -> str:
    """Return a table of `make bench`, by its name."""
    return measured(language, name, _measured("performance")["tables"][name])


def measured(language: Language, name: str, rows: Mapping[str, Sequence[str]]) -> str:
    """Return a table of `make bench` from its rows, by their names in `cells.toml`, or prices'."""
    names = cells("performance", language) | {
        price: words["zh" if language is Language.CHINESE else "en"]
        for price, words in _measured("prices")["prices"].items()
    }
    return table(name, language, ((names.get(row) or row, *it) for row, it in rows.items()))
