"""What the tests of commands share: a way to run one and to read what it prints."""

import json
from dataclasses import dataclass
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

    def json(self, *arguments: str, code: int = 0) -> Any:
        return json.loads(self(*arguments, "--json", code=code))

    def _printed(self, arguments: tuple[str, ...], code: int) -> tuple[str, str]:
        self._capsys.readouterr()
        status: object
        try:
            status = main(arguments)
        except SystemExit as wrong_use:
            status = wrong_use.code
        printed = self._capsys.readouterr()
        assert status == code, f"{printed.out}{printed.err}"
        return printed.out, printed.err


def words(printed: str) -> str:
    """Return what is printed in one line, without the frame of a table."""
    return " ".join(printed.replace("│", " ").split())
