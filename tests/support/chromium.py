"""A real Chromium that opens pages from the disk, and hears everything they say or ask for."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.fakes import START
from support.template import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PACKAGES = ROOT / ".build/browser/lib/python3.13/site-packages"
"""Where playwright is: its environment is kept apart, because it is larger than all others."""
WIDTH, HEIGHT = 1280, 900
NOW = datetime.fromtimestamp(START + 8 * 3_600, UTC)


@contextmanager
def chromium() -> Iterator["Browser"]:
    if str(PACKAGES) not in sys.path:
        sys.path.append(str(PACKAGES))
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only now it can be found

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


class Visits:
    """Opens pages; `heard` are messages, errors and dialogs, `asked` the addresses asked for."""

    def __init__(self, browser: "Browser", folder: Path) -> None:
        self._browser = browser
        self._folder = folder
        self._contexts: list[BrowserContext] = []
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.opened: list[str] = []

    def open(
        self,
        content: bytes,
        *,
        language: str = "",
        theme: str = "",
        width: int = WIDTH,
        height: int = HEIGHT,
        **context: Any,
    ) -> "Page":
        """Open a page as somebody who has it on the disk; wait until it is there."""
        page = self.blank(width, height, **context)
        path = self._folder / f"page-{len(self._contexts)}.html"
        path.write_bytes(content)
        query = "&".join(
            f"{name}={value}" for name, value in (("lang", language), ("theme", theme)) if value
        )
        self.opened.append(f"{path.as_uri()}{f'?{query}' if query else ''}")
        page.goto(self.opened[-1])
        page.wait_for_selector("main h1")
        return page

    def blank(self, width: int = WIDTH, height: int = HEIGHT, **context: Any) -> "Page":
        """Return a new page of a browser without any history."""
        size: Any = {"width": width, "height": height}
        made = self._browser.new_context(
            viewport=size, timezone_id="Asia/Shanghai", **{"locale": "en-GB"} | context
        )
        self._contexts.append(made)
        page = made.new_page()
        # The runs of the tests are in the future; who looks at them is there too.
        page.clock.set_fixed_time(NOW)
        page.on("console", lambda message: self.heard.append(message.text))
        page.on("pageerror", lambda error: self.heard.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("dialog", self._dismiss)
        return page

    def _dismiss(self, dialog: Any) -> None:
        self.heard.append(dialog.message)
        dialog.dismiss()

    def close(self) -> None:
        for context in self._contexts:
            context.close()
