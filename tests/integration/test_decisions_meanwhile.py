"""Decisions that come while somebody is at work on the run: nobody is disturbed."""

from collections.abc import Callable
from typing import Any

import pytest

import submit
from support.guarded import DAY, FULL, apply, people, policy
from support.world import World, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run, State


@pytest.fixture
def held(world: World) -> Run:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    run = apply(world, FULL, people(6))
    assert run.state is State.HELD
    return run


def at_once(world: World, decide: Callable[[Run], None], run: Run) -> None:
    """Decide, and let another invocation handle that now."""
    decide(run)
    submit.handle(world._submits, world.submit_queue.messages.pop()[1])


def during(owner: Any, name: str, act: Callable[[], object]) -> None:
    """Do something while the first call of a method is under way."""
    real = getattr(owner, name)

    def wrapped(*args: Any, **options: Any) -> Any:
        setattr(owner, name, real)
        found = real(*args, **options)
        act()
        return found

    setattr(owner, name, wrapped)


def test_a_second_approval_does_not_stop_a_run_that_is_being_planned(
    world: World, held: Run
) -> None:
    during(world.wecom, "directory", lambda: at_once(world, world.approve, held))
    world.approve(held)
    world.pass_time(250)

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_late_cancel_during_the_post_does_not_lose_the_job(world: World, held: Run) -> None:
    during(world.wecom, "submit", lambda: at_once(world, world.cancel, held))
    world.approve(held)
    world.live(7200)

    assert world.wecom.calls.count("submit") == 1
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_late_cancel_during_a_refused_post_does_not_keep_the_lane(
    world: World, held: Run
) -> None:
    def refuse(*_: Any, **__: Any) -> str:
        at_once(world, world.cancel, held)
        raise WeComError(60020, "not allow to access from your ip", "/cgi-bin/batch/replaceuser")

    world.wecom.submit = refuse  # type: ignore[method-assign]
    world.approve(held)
    world.pass_time(5)

    assert world.run_of(FULL).state is State.FAILED


def test_a_decision_about_a_plan_does_not_stop_it(world: World) -> None:
    key = "acme/plan/syncuser/p.csv"
    during(world.wecom, "directory", lambda: at_once(world, world.cancel, world.run_of(key)))

    world.drop(key, members("u1"))
    world.pass_time(5)

    assert world.run_of(key).state is State.PLANNED


def test_who_cancels_before_the_file_is_checked_is_obeyed(world: World) -> None:
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    during(world.drops, "content", lambda: at_once(world, world.cancel, world.run_of(FULL)))

    world.drop(FULL, people(6))
    world.live(3600)

    assert world.run_of(FULL).state is State.CANCELLED
    assert "submit" not in world.wecom.calls


def test_settings_are_not_cancelled(world: World) -> None:
    key = "acme/settings.toml"
    during(world.drops, "content", lambda: at_once(world, world.cancel, world.run_of(key)))

    world.drop(key, "[limits]\nremovals = 7\n")
    world.live(DAY)

    assert world.store.policy("acme").removals == 7
    assert world.run_of(key).state is State.SUCCEEDED
