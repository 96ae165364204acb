"""Takes the pictures of the pages that docs/ shows: `make screenshots`."""

import sys
import tempfile
from pathlib import Path

from support.chromium import Visits, chromium
from support.glances import NOW, busy
from support.showcase import SHOWS, Company, page_of
from support.template import ROOT
from support.world import silence
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page

FOLDER = ROOT / "docs/pictures"
HEIGHT, INDEX_HEIGHT = 1_000, 1_030
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
            _take(visits, content, f"report-{name}", theme, HEIGHT)
        for theme in ("light", "dark"):
            content = corp_page(busy(), NOW, Language.ENGLISH)
            _take(visits, content, "index", theme, INDEX_HEIGHT)
        visits.close()


def _take(visits: Visits, content: bytes, name: str, theme: str, height: int) -> None:
    for language in Language:
        page = visits.open(content, language=language, theme=theme, height=height)
        path = FOLDER / f"{name}-{theme}.{language[:2]}.png"
        path.write_bytes(page.screenshot())
        sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
