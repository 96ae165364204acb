"""One Chromium for all tests; every page that a test opened is silent and asks for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.chromium import Visits, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture
def visits(browser: Any, tmp_path: Path) -> Iterator[Visits]:
    made = Visits(browser, tmp_path)
    yield made
    made.close()
    assert made.heard == []
    assert [each for each in made.asked if not each.startswith("blob:")] == made.opened
