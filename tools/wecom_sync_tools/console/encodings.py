"""Output with an encoding that lacks characters."""

from typing import IO


def carries(stream: IO[str], text: str) -> bool:
    """Whether a stream's encoding has every character of a text."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return False
    return True
