"""What every test here starts from."""

from collections.abc import Iterator

import pytest

from support.wired import Wired, simulator
from support.world import World
from wecom_simulator import Simulator


@pytest.fixture
def world() -> World:
    return World("acme", "beta")


@pytest.fixture(scope="module")
def shared() -> Iterator[Simulator]:
    with simulator() as wecom:
        yield wecom


@pytest.fixture
def wired(shared: Simulator) -> Wired:
    return Wired(shared)
