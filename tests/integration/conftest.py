"""What every test here starts from."""

import re
from collections.abc import Iterator
from itertools import product

import pytest

from support.company import people
from support.functions import logged, stack
from support.guarded import FULL, apply, hold_first
from support.ward import ward
from support.wired import Wired, simulator
from support.world import World
from wecom_simulator import Simulator
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.guardrails import amounts
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language

__all__ = ["logged", "stack", "ward"]


@pytest.fixture(autouse=True)
def shares(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test have shares of its own (`support.guarded.policy`)."""
    monkeypatch.setattr(amounts, "MEASURES", {**amounts.MEASURES})


@pytest.fixture
def world() -> Iterator[World]:
    """Two corps; at the end every run says why it is where it is, with every blank filled."""
    made = World("acme", "beta")
    yield made
    for run, language in product(made.store.runs_by_id.values(), Language):
        assert not re.search("None|[{}]", reason_text(run, language))


@pytest.fixture(scope="module")
def shared() -> Iterator[Simulator]:
    with simulator() as wecom:
        yield wecom


@pytest.fixture
def wired(shared: Simulator) -> Wired:
    return Wired(shared)


@pytest.fixture
def held(world: World) -> Run:
    """A first full file of six people that waits for a person."""
    hold_first(world)
    run = apply(world, FULL, people(6))
    assert (run.state, world.counted["RunsHeld"], world.wecom.jobs) == (State.HELD, 1, {})
    return run
