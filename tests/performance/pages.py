"""How soon a page of very many changes is open: `python -m performance.pages` (in `tests/`).

The figures go to `docs/figures/pages.json`.
"""

import json
import statistics
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.chromium import Visits, chromium
from support.showcase import many
from support.template import ROOT
from support.world import silence
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.shell import html_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIGURES = ROOT / "docs/figures/pages.json"
COUNTS = (1_000, 100_000)
TIMES = 3
WATCH = """
new MutationObserver(() => {
  const now = () => Math.round(performance.now());
  const seen = (name, is) => { if (is && !window[name]) window[name] = now(); };
  const status = document.querySelector("#changes [role=status]")?.textContent ?? "";
  seen("headline", document.querySelector(".hero h1"));
  seen("rows", document.querySelector("#changes .table-body [role=row]"));
  seen("all", /^(\\S+) of \\1 shown/.test(status));
}).observe(document, { subtree: true, childList: true, characterData: true });
"""
SEARCH = """async () => {
  const input = document.querySelector("input[type=search]");
  const before = performance.now();
  input.value = "yf1003";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  while (!/^1 of/.test(document.querySelector("#changes [role=status]").textContent))
    await new Promise((go) => setTimeout(go));
  return Math.round(performance.now() - before);
}"""


def opened(visits: Visits, content: bytes) -> dict[str, int]:
    """Open a page and search in it; return the milliseconds since it was asked for."""
    page: Page = visits.open(content, watch=WATCH)
    page.wait_for_function("window.all", timeout=120_000)
    found: dict[str, int] = page.evaluate("({ headline, rows, all })")
    return {**found, "search": page.evaluate(SEARCH)}


def measured(count: int) -> dict[str, Any]:
    """Return the size of a page of so many changes, and the medians of what takes how long."""
    content = many(count)
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        visits = Visits(browser, Path(folder))
        times = [opened(visits, content) for _ in range(TIMES)]
        visits.close()
    medians = {
        f"{name}_ms": round(statistics.median(each[name] for each in times)) for name in times[0]
    }
    return {"changes": count, "bytes": len(content), **medians}


def main() -> None:
    """Measure, print, and write the figures down."""
    blank = {str(language): "" for language in Language}
    empty = html_page("report", {}, Language.ENGLISH, title=blank, headline=blank)
    with silence():
        pages = [measured(count) for count in COUNTS]
    figures = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "bytes_without_data": len(empty),
        "pages": pages,
    }
    text = json.dumps(figures, indent=1)
    sys.stdout.write(f"{text}\n")
    FIGURES.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
