"""The sweep moves on every run that stopped, and one that fails does not stop the others."""

from collections import Counter
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import pytest

from support.guarded import DEPARTMENTS, FULL, SOME, apply
from support.world import SWEEP_SECONDS, World, departments, members
from wecom_sync.domain.lane import Lane
from wecom_sync.domain.run import State
from wecom_sync.upkeep.sweep import STUCK_SECONDS


@pytest.fixture
def world() -> World:
    return World()


def test_the_sweep_alone_brings_a_run_home_when_every_message_is_lost(world: World) -> None:
    world.drop(FULL, members("a"))
    world.pass_time(0)
    for _ in range(6):
        world.submit_queue.messages.clear()
        world.results_queue.messages.clear()
        world.clock.now += 1_000
        world.sweep.sweep()
        while world.step():
            pass

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_long_queue_of_one_corp_keeps_the_sweep_from_nobody() -> None:
    world = World("acme", "beta")
    world.wecom.duration = 10**6
    for number in range(20):
        world.drop(f"acme/syncuser/{number}.csv", members(f"u{number}"))
    world.drop("beta/syncuser/b.csv", members("b"))
    world.pass_time(90)
    world.submit_queue.messages.clear()
    world.results_queue.messages.clear()
    world.clock.now += 2 * STUCK_SECONDS
    lanes = Counter[str]()
    lane = world.store.lane

    def counted(corp: str) -> Lane:
        lanes[corp] += 1
        return lane(corp)

    world.store.lane = counted  # type: ignore[method-assign]
    swept = world.sweep.sweep()

    assert swept.found == {State.SUBMITTED: 2, State.QUEUED: 19}
    assert swept.stuck == 2
    assert len(world.results_queue.messages) == 2
    assert world.submit_queue.messages == []
    assert lanes == {"acme": 1}


def test_the_sweep_wakes_only_the_first_of_those_who_wait_for_a_free_lane(world: World) -> None:
    world.wecom.duration = 600
    for number in range(5):
        world.drop(f"acme/syncuser/{number}.csv", members(f"u{number}"))
    world.pass_time(61)
    lane = world.store.lane("acme")
    world.store.move(world.store.runs_by_id[lane.holder or ""], State.FAILED)
    world.submit_queue.messages.clear()
    world.clock.now += STUCK_SECONDS * 2

    swept = world.sweep.sweep()

    assert (swept.found[State.QUEUED], swept.stuck) == (4, 2)
    sent = [message["run_id"] for _, message in world.submit_queue.messages]
    assert set(sent) == {lane.waiting[0].run_id}


def test_a_run_whose_rows_cannot_be_written_is_stuck_however_often_it_is_tried(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop(SOME, members("a"))
    world.pass_time(62)
    assert world.run_of(SOME).state is State.SUBMITTED
    monkeypatch.setattr(world.store, "put_outcomes", Mock(side_effect=OSError))

    for _ in range(10):
        world.clock.now += SWEEP_SECONDS
        world.publish()
        stuck = world.sweep.sweep().stuck
        with suppress(OSError):
            world.pass_time(0)

    assert stuck == 1


def test_one_run_that_cannot_be_looked_after_keeps_the_sweep_from_no_other(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 1_000
    send = world.results_queue.send

    def broken(*_: Any, **__: Any) -> None:
        world.results_queue.send = send  # type: ignore[method-assign]
        raise OSError

    world.results_queue.send = broken  # type: ignore[method-assign]
    world.results_queue.messages.clear()

    assert world.sweep.sweep().found == {State.SUBMITTED: 1}
    world.live(600)
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_a_report_that_could_not_go_out_goes_out_with_the_sweep(world: World) -> None:
    world.publisher.failures = 1
    run = apply(world, SOME, "nonsense")
    assert run.state is State.REJECTED
    assert world.publisher.published == []

    world.live(600)

    assert [run.key for run in world.publisher.published] == [SOME]
    world.live(3_600)
    assert len(world.publisher.published) == 1
