"""Takes the pictures of the pages that docs/ shows: `make screenshots`."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from support.chromium import Visits, chromium
from support.glances import NOW, busy
from support.showcase import SHOWS, Company, page_of
from support.template import ROOT
from support.world import silence
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs/pictures"
HEIGHT, INDEX_HEIGHT = 880, 1_030
PICTURES = (("held", "light"), ("held", "dark"), ("partial", "light"), ("rejected", "dark"))
"""Which runs are shown, and in which colours."""


def main() -> None:
    """Take every picture in both languages."""
    FOLDER.mkdir(exist_ok=True)
    with chromium() as browser, tempfile.TemporaryDirectory() as folder, silence():
        visits = Visits(browser, Path(folder))
        for name, theme in PICTURES:
            world = Company()
            content = page_of(world, SHOWS[name](world))
            for language in Language:
                page = visits.open(content, language=language, theme=theme, height=HEIGHT)
                if (name, theme) == ("held", "dark"):
                    page.locator("#changes .chip-button").nth(2).click()
                    page.locator("#changes").evaluate("card => card.scrollIntoView()")
                _keep(page, f"report-{name}-{theme}", language)
        for theme in ("light", "dark"):
            content = corp_page(busy(), NOW, Language.ENGLISH)
            for language in Language:
                page = visits.open(content, language=language, theme=theme, height=INDEX_HEIGHT)
                _keep(page, f"index-{theme}", language)
        visits.close()


def _keep(page: "Page", name: str, language: Language) -> None:
    path = FOLDER / f"{name}.{language[:2]}.png"
    path.write_bytes(page.screenshot())
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
