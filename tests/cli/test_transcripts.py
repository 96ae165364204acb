"""What commands print, in both languages, is what the transcripts in `tests/data` show.

Where a text has changed on purpose, `RENEW=1 .venv/bin/pytest -n 0 tests/cli` writes them anew;
read the difference before you commit it.
"""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from support.console import Said, assert_current
from support.fakes import START
from support.scenes import HOUR, SCENES
from support.stack import Stack


@pytest.fixture(autouse=True)
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let commands tell the time of China, whatever that of this machine is."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_is_told_and_nothing_is_dropped(
    stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    scene = SCENES[name]
    run = scene.make(stack)
    clock = SimpleNamespace(time=lambda: START + scene.hours * HOUR)
    monkeypatch.setattr("wecom_sync_tools.commands.status.time", clock)
    monkeypatch.setattr("wecom_sync_tools.commands.status.MAX_CORPS", 2)

    assert_current(name, output.typed(*(line.format(run=run.run_id) for line in scene.lines)))

    assert "Versions" not in stack.s3.list_object_versions(Bucket="drops")
