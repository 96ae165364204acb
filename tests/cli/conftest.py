"""A command that talks to a stack finds one on moto."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from moto.backends import get_backend

from support.console import Capsys, Said
from support.stack import NAMES, Stack, create_stack, stack_in_buckets

WAITING = ("wecom_sync_tools.stack.drops", "wecom_sync_tools.views.progress")
"""Modules that wait for a stack."""


@pytest.fixture
def command_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let commands speak English to the stack `hr`, with no local stack beside it."""
    monkeypatch.setenv("WECOM_SYNC_STACK", "hr")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def moto() -> Iterator[set[str]]:
    """Lend AWS in memory to the tests of a module; return what is there for all of them."""
    with mock_aws():
        yield set()


@pytest.fixture
def stack(
    command_environment: None, moto: set[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    """Lend a stack whose functions are at work whenever a command waits."""
    if "hr" not in moto:
        create_stack("hr", NAMES)
        moto.add("hr")
    stack = stack_in_buckets()
    for module in WAITING:
        monkeypatch.setattr(f"{module}.pause_seconds", stack.work)
    yield stack
    for service in ("s3", "secretsmanager"):
        for backend in get_backend(service).values():
            backend.reset()


@pytest.fixture
def output(capsys: Capsys) -> Said:
    return Said(capsys)


@pytest.fixture
def browsed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return a list that gets what a browser opens; what is opened lies in `tmp_path`."""
    opened: list[str] = []

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("webbrowser.open", browse)
    for name in ("WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return opened
