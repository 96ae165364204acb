"""What a benchmark found out, as a table in two languages."""

from collections.abc import Sequence
from dataclasses import dataclass

type Words = tuple[str, str]
"""The same in English and in Chinese."""


@dataclass(frozen=True)
class Table:
    """Rows of a name and of cells; `columns` are the titles, that of the names first."""

    name: str
    """How the page of the docs calls it."""
    columns: Sequence[Words]
    rows: Sequence[tuple[Words, Sequence[str]]]

    def __str__(self) -> str:
        """Return the English text for a terminal."""
        lines = [[title for title, _ in self.columns]]
        lines += [[title, *cells] for (title, _), cells in self.rows]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        texts = (
            "  ".join((line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])))
            for line in lines
        )
        return "\n".join((f"-- {self.name}", *texts, ""))
