"""The top of a file: what stands above its header, and how its columns are separated."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import normal_header
from wecom_sync.files.problems import Problem, line_ranges

_SEPARATORS: Mapping[str, TextCode] = {"\t": "separated_by_tabs", ";": "separated_by_semicolons"}
_hint = re.compile(r"sep=[,;|]?", re.IGNORECASE).fullmatch
_ASCII_WORD = re.compile(r"[0-9A-Za-z@]")


class Top(NamedTuple):
    """The top of a file. `titles`: the lines above the header; `below`: the other lines."""

    line: int
    header: list[str]
    titles: list[tuple[int, list[str]]]
    below: Iterator[tuple[int, list[str]]]

    def above(self) -> Iterator[Problem]:
        """Yield a warning when lines above the header are left out."""
        if self.titles and not any(self.problems()):
            lines = [number for number, _ in self.titles]
            shown: Params = {"titles": Listing.of(line_ranges(lines))}
            yield Problem(lines[0], "", "warning_titles", shown)

    def problems(self) -> Iterator[Problem]:
        """Yield a problem when a line above the header may be a person: an id has letters."""
        for number, cells in self.titles:
            if len([*filter(None, cells)]) > 1 and any(map(_ASCII_WORD.search, cells)):
                yield Problem(number, "", "header_below", {"found": self.line})
                return


def is_title(cells: Sequence[str], names: Collection[str]) -> bool:
    """Whether a line fills one cell, and is no header with another separator."""
    return len([*filter(None, cells)]) == 1 and other_separator(cells, names) is None


def is_hint(cells: Sequence[str]) -> bool:
    """Whether a line only tells Excel the separator."""
    return len(cells) == 1 and _hint(cells[0]) is not None


def other_separator(header: Sequence[str], names: Collection[str]) -> TextCode | None:
    """Return the problem of a header with another separator than the comma."""
    for separator, code in _SEPARATORS.items():
        cells = ",".join(header).split(separator)
        if sum(normal_header(cell.strip('"')) in names for cell in cells) > 1:
            return code
    return None
