"""What the tests of commands share: a way to run one and to read what it prints."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from wecom_sync_tools.cli import main

Capsys = pytest.CaptureFixture[str]
"""What a command prints."""


@dataclass(frozen=True)
class Said:
    """Runs `wecom-sync` with some arguments; `code` is the exit code that it must have."""

    _capsys: Capsys

    def __call__(self, *arguments: str, code: int = 0) -> str:
        return self._printed(arguments, code)[0]

    def complaint(self, *arguments: str, code: int = 2) -> str:
        """Return what the command prints to standard error."""
        return self._printed(arguments, code)[1]

    def typed(self, *lines: str) -> str:
        """Type command lines, each in both languages; return what a person sees."""
        both = ((line, f"{line} --lang zh") for line in lines)
        return "\n".join(self.entered(line) for pair in both for line in pair)

    def entered(self, line: str) -> str:
        """Type a command line; return what a person sees."""
        code, printed, complaint = self._run(line.split())
        end = f"[exit code {code}]\n" if code else ""
        return f"$ wecom-sync {line}\n{printed}{complaint}{end}"

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))

    def _printed(self, arguments: tuple[str, ...], code: int) -> tuple[str, str]:
        status, printed, complaint = self._run(arguments)
        assert status == code, f"{printed}{complaint}"
        return printed, complaint

    def _run(self, arguments: Sequence[str]) -> tuple[object, str, str]:
        self._capsys.readouterr()
        status: object
        try:
            status = main(arguments)
        except SystemExit as wrong_use:
            status = wrong_use.code
        return status, *self._capsys.readouterr()


def words(printed: str) -> str:
    """Return what is printed in one line, without the frame of a table."""
    return " ".join(printed.replace("│", " ").split())


TRANSCRIPTS = Path(__file__).parents[1] / "data/transcripts"


def assert_current(name: str, transcript: str) -> None:
    """See that something prints what its transcript shows; `RENEW=1` writes that anew."""
    path = TRANSCRIPTS / f"{name.replace(' ', '-')}.txt"
    lines = "".join(f"{line.rstrip()}\n" for line in transcript.splitlines())
    if os.environ.get("RENEW"):
        path.write_text(lines, "utf-8")
    assert lines == path.read_text("utf-8")
