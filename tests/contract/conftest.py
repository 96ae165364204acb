"""A simulator for each module of its tests."""

from collections.abc import Iterator

import pytest

from contract.simulator_driver import QUICK, Driver
from wecom_simulator import Simulator


@pytest.fixture(scope="module")
def running() -> Iterator[Simulator]:
    with Simulator(**QUICK) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: Simulator) -> Iterator[Simulator]:
    yield running
    running.clear_faults()


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return Driver(simulator)
