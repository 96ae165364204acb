"""Wraps text. A Chinese line may break after any character, but not before punctuation."""

import re

from rich.cells import cell_len, chop_cells

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
