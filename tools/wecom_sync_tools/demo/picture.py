"""Run the demo and draw it: `python -m wecom_sync_tools.demo.picture en docs/demo.svg`."""

import io
import re
import sys
from argparse import Namespace
from html import unescape
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.demo.command import run
from wecom_sync_tools.stack.home import DEMO_HOME, ROOT

COLUMNS = 92
STYLES = {
    r"^✓.*|✓ SUCCEEDED\b": "green",
    r"^✗.*|✗ REJECTED\b": "red",
    r"^!.*|! (PARTIAL|HELD)\b": "yellow",
    r"^(Line|行) .*|^wecom-sync (demo|演示)|^acme/.*": "bold",
    r"^·.*|─+": "dim",
}
"""The colours that the demo has on a terminal; a pipe gets it line by line and without."""
_TEXT = re.compile(r'(<text [^>]*textLength=")([\d.]+)(?="[^>]*>([^<]+)<)')


def draw(printed: str, title: str) -> str:
    """Return an SVG of a terminal that shows the text."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    picture = Text(printed)
    for pattern, style in STYLES.items():
        picture.highlight_regex(re.compile(pattern, re.MULTILINE), style)
    console.print(picture)
    # rich counts characters, and a Chinese one is as wide as two.
    return _TEXT.sub(_with_width, console.export_svg(title=title))


def _with_width(element: re.Match[str]) -> str:
    text = unescape(element[3])
    width = float(element[2]) * cell_len(text) / len(text)
    return f"{element[1]}{width:g}"


def main(language: Language, path: Path) -> int:
    """Write the picture of a demo that came out as it should."""
    printed = io.StringIO()
    terminal = Terminal(language, printed, printed)
    terminal.out.width = terminal.err.width = COLUMNS
    code = run(Namespace(home=DEMO_HOME, json=False), terminal)
    text = printed.getvalue().replace(str(ROOT), "~/wecom-sync")
    if code:
        sys.stderr.write(text)
    else:
        # The first half says it all, and a picture has room for no more.
        shown, *_ = text.partition(terminal.text("demo_then"))
        path.write_text(draw(shown, "make demo"), "utf-8")
    return code


if __name__ == "__main__":
    sys.exit(main(Language(sys.argv[1]), Path(sys.argv[2])))
