"""The pages of the repository, and the commands that stand in them."""

import re
from dataclasses import dataclass
from pathlib import Path

from support.template import ROOT

LANGUAGES = ("en", "zh")
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(path for path in (ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "tools").glob("*/*.md")),
]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PageStep:
    """A command of a page, and the lines that the page shows of what it prints."""

    command: str
    lines: tuple[str, ...]


def steps(page: Path) -> list[PageStep]:
    page_steps = []
    for block in _BLOCK.findall(page.read_text("utf-8")):
        for text in re.split(r"^\$ ", block.replace("\\\n", ""), flags=re.MULTILINE)[1:]:
            command, *lines = text.splitlines()
            page_steps.append(
                PageStep(command, tuple(line.strip() for line in lines if line != "…"))
            )
    return page_steps
