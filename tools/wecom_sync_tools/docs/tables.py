"""What the generated pages of `docs/` have in common."""

import re
from collections.abc import Iterable, Sequence

RENEW = "make docs"
NOTE = f"<!-- Written by `{RENEW}`; changes by hand are lost. -->"
_SPECIAL = re.compile(r"([\\|*<>`])")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def cell(text: str) -> str:
    """Return a text as it must stand in a table to be read as it is."""
    return _SPECIAL.sub(r"\\\1", text)
