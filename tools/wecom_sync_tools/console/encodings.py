"""Output with an encoding that lacks characters: a question mark instead of an error."""

import io
from typing import IO


def carries(stream: IO[str], text: str) -> bool:
    """Whether a stream's encoding has every character of a text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def never_fail(*streams: IO[str]) -> None:
    """Let streams write a question mark for a character that they lack."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
