"""Settings that come into force let the corp's held runs be planned anew."""

import pytest

from support.company import people
from support.guarded import FULL, apply
from support.meanwhile import before
from support.runs import page
from support.world import World
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

SETTINGS = "acme/settings.toml"
HELD = '[limits]\nfirst_replace = "hold"\nremovals = 0\nremoval_percent = 0\n'
FREE = '[limits]\nfirst_replace = "apply"\nadditions_percent = 100\n'


@pytest.fixture
def held(world: World) -> Run:
    """A first file that is held, and would remove one of two people."""
    world.wecom.hire("u0", "u9")
    apply(world, SETTINGS, HELD)
    run = apply(world, FULL, people(6))
    assert run.state is State.HELD
    return run


def holds_told(world: World) -> int:
    return sum(run.state is State.HELD for run in world.publisher.published)


def test_what_is_still_asked_about_is_asked_once_more(world: World, held: Run) -> None:
    world.pass_time(3600)
    anew = apply(world, SETTINGS, HELD + 'hold_hours = 5\n[members]\nprotected = ["u9"]\n')

    run = world.run_of(FULL)
    assert (anew.state, run.state) == (State.SUCCEEDED, State.HELD)
    assert run.proposal.digest != held.proposal.digest
    assert run.next.deadline == pytest.approx(world.clock.now + 5 * 3600, abs=1000)
    assert holds_told(world) == 2
    assert "Planned anew: settings of" in page(world, run)["timeline"][-3]["why"]
    world.approve(held)
    world.pass_time(60)
    assert world.run_of(FULL).state is State.HELD
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_only_what_its_own_corps_settings_free_goes_on(world: World, held: Run) -> None:
    apply(world, "other/settings.toml", FREE)
    assert world.run_of(FULL) == held

    apply(world, SETTINGS, FREE)

    assert (world.run_of(FULL).state, holds_told(world)) == (State.SUCCEEDED, 1)


def test_a_cancelled_file_stays_so_whatever_settings_come(world: World, held: Run) -> None:
    world.cancel_now(held)

    apply(world, SETTINGS, FREE)

    assert world.run_of(FULL).state is State.CANCELLED


def test_settings_that_come_while_a_file_is_planned_count_for_its_hold(world: World) -> None:
    world.wecom.hire("u0", "u9")
    apply(world, SETTINGS, HELD)
    before(world.wecom, "directory", lambda *_: apply(world, SETTINGS, FREE))
    apply(world, FULL, people(6))
    world.finish()

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_hold_that_the_settings_missed_is_found_by_the_sweep(world: World, held: Run) -> None:
    world.drop(SETTINGS, FREE)
    open_runs_of = world.store.open_runs_of
    world.store.open_runs_of = lambda *_: ()  # type: ignore[method-assign]
    world.pass_time(60)
    world.store.open_runs_of = open_runs_of  # type: ignore[method-assign]
    assert world.run_of(FULL).state is State.HELD

    world.live(600)

    assert world.run_of(FULL).state is State.SUCCEEDED
