"""Run the demo and draw it: `python -m wecom_sync_tools.demo.picture docs/demo.svg`."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

COLUMNS = 92
STYLES = {
    r"^✓.*|✓ SUCCEEDED\b|\bSUCCEEDED\b": "green",
    r"^✗.*|✗ REJECTED\b|\bREJECTED\b": "red",
    r"^!.*|! PARTIAL\b|\bPARTIAL\b": "yellow",
    r"^(File|Line) .*|^wecom-sync demo": "bold",
    r"^·.*|─+": "dim",
}
"""The colours that the demo has on a terminal; a pipe gets it line by line and without."""


def draw(printed: str, title: str) -> str:
    """Return an SVG of a terminal that shows the text."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    picture = Text(printed)
    for pattern, style in STYLES.items():
        picture.highlight_regex(re.compile(pattern, re.MULTILINE), style)
    console.print(picture)
    return console.export_svg(title=title)


def main(path: Path) -> int:
    """Write the picture of a demo that came out as it should."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("wecom-sync")), "--lang", "en", "demo"],
        env=os.environ | {"COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stdout)
        return done.returncode
    home = str(Path(__file__).resolve().parents[3])
    printed = done.stdout.replace(home, "~/wecom-sync")
    path.write_text(draw(printed, "make demo"), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
