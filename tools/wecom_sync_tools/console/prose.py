"""Wraps text. A Chinese line may break after any character, but not before punctuation."""

import re

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.segment import Segment

_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING = "「『（《【“"
_CLOSING = "，。、；：？！」』）》】”…"
_PIECE = re.compile(
    rf"[(\[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}{_OPENING}{_CLOSING}]+)?[)\],.;:!?{_CLOSING}]*|\s+"
)


def wrap(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` columns; a longer word is cut."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph, width):
            if cell_len(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece if line else piece.lstrip()
        lines.append(line.rstrip())
    return lines


def _pieces(paragraph: str, width: int) -> list[str]:
    return [part for piece in _PIECE.findall(paragraph) for part in chop_cells(piece, width)]


class Prose:
    """A text that rich wraps at the width of the terminal."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in wrap(self._text, options.max_width):
            yield Segment(line)
            yield Segment.line()

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        widest = max((cell_len(line) for line in self._text.split("\n")), default=0)
        widest = min(widest, options.max_width)
        return Measurement(min(12, widest), widest)
