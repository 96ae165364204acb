"""Decision objects that once were findings, and those that never may be taken."""

from collections.abc import Iterator


def regressions(digest: str) -> Iterator[tuple[str, bytes]]:
    """Yield objects about a run that is held for the plan of a digest."""
    honest = f'{{"decision": "approve", "plan": "{digest}"}}'
    yield "an honest approval", honest.encode()
    yield "an approval in UTF-16", honest.encode("utf-16")
    yield "two decisions in one", f'{honest[:-1]}, "decision": "cancel"}}'.encode()
    yield "half of a character in the note", f'{honest[:-1]}, "note": "\\ud800"}}'.encode()
    yield "half of a character in the plan", b'{"decision": "cancel", "plan": "\\ud800"}'
