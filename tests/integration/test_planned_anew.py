"""Settings that come into force let the corp's held runs be planned anew."""

import pytest

from support.company import people
from support.crashes import die
from support.guarded import FULL, apply, codes
from support.meanwhile import before
from support.runs import page
from support.stage import RETURN_SECONDS, Stage
from support.world import World
from wecom_sync.domain.run import Run, State

SETTINGS = "acme/settings.toml"
HELD = '[limits]\nfirst_replace = "hold"\nremovals = 0\nremoval_percent = 0\n'
FREE = '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\n'
TWO = "second_person = true\n"
HR, ADMIN, BOSS = "AWS:AROADROP:hr", "AWS:AIDAADMIN", "AWS:AROADECIDE:boss"


def by(world: World, principal: str, key: str, content: str) -> Run:
    world.by = principal
    return apply(world, key, content)


@pytest.fixture
def held(world: World) -> Run:
    """A first file that is held, and would remove one of two people."""
    world.wecom.hire("u0", "u9")
    by(world, ADMIN, SETTINGS, HELD)
    run = by(world, HR, FULL, people(6))
    assert run.state is State.HELD
    return run


def holds_told(world: World) -> int:
    return sum(run.state is State.HELD for run in world.publisher.published)


def test_what_is_still_asked_about_is_asked_once_more(world: World, held: Run) -> None:
    world.pass_time(3600)
    anew = by(world, ADMIN, SETTINGS, HELD + 'hold_hours = 5\n[members]\nleavers = "disable"\n')

    run = world.run_of(FULL)
    assert (anew.state, run.state) == (State.SUCCEEDED, State.HELD)
    assert run.plan_digest != held.plan_digest
    assert run.deadline == pytest.approx(world.clock.now + 5 * 3600, abs=1000)
    assert holds_told(world) == 2
    assert "Planned anew: settings of" in page(world, run)["timeline"][-3]["why"]
    world.approve(held)
    world.pass_time(60)
    assert world.run_of(FULL).state is State.HELD
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_what_is_not_asked_about_any_more_goes_on_by_itself(world: World, held: Run) -> None:
    by(world, ADMIN, SETTINGS, FREE)

    assert (world.run_of(FULL).state, holds_told(world)) == (State.SUCCEEDED, 1)


def test_another_corps_runs_and_ended_ones_stay(world: World, held: Run) -> None:
    by(world, ADMIN, "other/settings.toml", FREE)
    assert world.run_of(FULL) == held

    world.cancel_now(held)
    by(world, ADMIN, SETTINGS, FREE)

    assert world.run_of(FULL).state is State.CANCELLED


def test_who_dropped_a_file_may_free_it_with_settings(world: World, held: Run) -> None:
    by(world, HR, SETTINGS, FREE + TWO)
    run = world.run_of(FULL)
    assert (run.state, codes(run)) == (State.HELD, ["second_person_needed"])

    world.by = BOSS
    world.approve(run)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_settings_of_another_person_are_a_second_persons_word(world: World, held: Run) -> None:
    by(world, ADMIN, SETTINGS, FREE + TWO)

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_settings_that_come_while_a_file_is_planned_count_for_its_hold(world: World) -> None:
    world.wecom.hire("u0", "u9")
    apply(world, SETTINGS, HELD)
    before(world.wecom, "directory", lambda *_: apply(world, SETTINGS, FREE))
    apply(world, FULL, people(6))
    world.finish()

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_hold_that_the_settings_missed_is_found_by_the_sweep(world: World, held: Run) -> None:
    world.drop(SETTINGS, FREE)
    due = world.store.due
    world.store.due = lambda *_: ()  # type: ignore[method-assign]
    world.pass_time(60)
    world.store.due = due  # type: ignore[method-assign]
    assert world.run_of(FULL).state is State.HELD

    world.live(600)

    assert world.run_of(FULL).state is State.SUCCEEDED


@pytest.mark.parametrize("after", [False, True])
def test_wherever_a_function_dies_settings_free_the_held_run(*, after: bool) -> None:
    # Every second call: before it in one of the two tests, after the next in the other.
    calls, has_died = int(after), True
    while has_died:
        stage = Stage("acme")
        stage.put_policy("acme", 72, department_removals=0)
        stage.world.drop("acme/replaceparty/d.csv", "部门名称,部门ID,父部门ID,排序\n部门1,1,0,1\n")
        stage.pass_time(600)
        assert stage.world.run_of("acme/replaceparty/d.csv").state is State.HELD
        stage.world.drop(SETTINGS, "[limits]\ndepartment_removals = 50\nmoves_percent = 100\n")
        stage.crashes.arm(calls, die, after=after)
        for _ in range(3):
            stage.pass_time(5 * RETURN_SECONDS)
            stage.sweep()
        has_died = not stage.crashes.is_armed
        stage.crashes.disarm()
        stage.pass_time(3 * 3600)
        calls += 2

        run = stage.world.run_of("acme/replaceparty/d.csv")
        assert run.state is State.SUCCEEDED, (calls, codes(run))
    assert calls > 20
