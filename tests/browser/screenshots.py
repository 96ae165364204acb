"""Takes the pictures of the pages that docs/ shows: `make screenshots`."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from support.chromium import Visits, chromium
from support.desk import DeskWorld
from support.desk_site import desk_served
from support.glances import NOW, busy
from support.showcase import SHOWS, Company, monthly, page_of
from support.template import ROOT
from support.world import silence
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = ROOT / "docs/pictures"
HEIGHT, INDEX_HEIGHT, DESK_HEIGHT = 880, 1_030, 960
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
        _desk(visits)
        visits.close()


def _desk(visits: Visits) -> None:
    """Take a month at the desk: the columns, the held run, and the overview of a busy company."""
    world = Company()
    file = monthly(world)
    with desk_served(DeskWorld(world)) as site:
        site.holder = "zhangsan"
        page = visits.blank(390, 800)
        page.goto(site.home)
        page.locator("#bring input").set_input_files([file])
        _in_both(page, "desk-columns", "#bring .main")
        page.locator("#bring .main").click()
        page.locator("#now .main").click()
        page.locator("#now .main").click()
        _in_both(page, "desk-held", "#now .way >> nth=0")
        world.reports.documents["acme/index.html"] = corp_page(busy(), NOW, Language.ENGLISH)
        page = visits.blank(height=DESK_HEIGHT)
        page.goto(site.home)
        _in_both(page, "desk-home", "#bring")


def _in_both(page: "Page", name: str, part: str) -> None:
    page.locator(part).wait_for()
    for language, chosen in zip(Language, ("English", "中文"), strict=True):
        page.get_by_role("button", name=chosen).click()
        page.locator(part).evaluate("it => it.scrollIntoView({ block: 'end' })")
        _keep(page, name, language)


def _keep(page: "Page", name: str, language: Language) -> None:
    path = FOLDER / f"{name}.{language[:2]}.png"
    path.write_bytes(page.screenshot())
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
