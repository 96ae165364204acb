"""Output with an encoding that lacks characters: a similar character instead of an error."""

import codecs
import io
from typing import IO

_LOOKALIKES = {
    "✓": "+", "✗": "x", "·": ".", "…": "...", "→": "->", "–": "-", "“": '"', "”": '"', "「": '"',
    "」": '"', "，": ",", "。": ".", "：": ":", "；": ";", "（": "(", "）": ")",
}  # fmt: skip
_SPINNER = range(0x2800, 0x2900)
"""Braille patterns: the turning dots of a progress display."""
_HANDLER = "wecom-sync"


def carries(stream: IO[str], text: str) -> bool:
    """Whether a stream's encoding has every character of a text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def never_fail(*streams: IO[str]) -> None:
    """Let streams write a similar character, or a question mark, for one that they lack."""
    codecs.register_error(_HANDLER, _lookalike)
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_HANDLER)


def _lookalike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    similar = ("." if ord(mark) in _SPINNER else _LOOKALIKES.get(mark, "?") for mark in lost)
    return "".join(similar), error.end
