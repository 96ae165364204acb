"""A company has so many open files, and no more: what is refused, what is not, and who hears."""

import pytest

from support.dropped import drop_at, run_at
from support.fakes import START
from support.guarded import ACCOUNTS, COMPANY, FULL, SETTINGS, SOME
from support.runs import state_and_why
from support.world import World, members
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.use_cases.drops import entrance

HOUR = 3600
MOST = 20
"""So the same happens as with hundreds, sooner."""
REFUSALS = "acme/"


def hold(world: World, number: int, key: str) -> Run:
    """Let a file be held for long."""
    run = run_at(key, START - MOST + number, state=State.HELD, due=2 * START, grounds=(0,))
    return world.store.create(run, drop_at(key, run.identity.dropped))


@pytest.fixture(autouse=True)
def limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entrance, "MOST_OPEN", MOST)


@pytest.fixture
def held(world: World) -> list[Run]:
    """Return what a company's people were asked about, so often that it may have no more."""
    return [hold(world, it, f"acme/syncuser/{it}.csv") for it in range(MOST)]


def others(world: World, held: list[Run]) -> list[Run]:
    """Return the runs that were made beside those that were held."""
    ids = {run.run_id for run in held}
    return [run for run in world.store.runs_by_id.values() if run.run_id not in ids]


def times_told(world: World, run: Run) -> int:
    return [it.run_id for it in world.publisher.published].count(run.run_id)


def test_what_is_refused_is_told_once_in_an_hour_with_its_number(
    world: World, held: list[Run]
) -> None:
    for number in range(30):
        world.drop(f"acme/syncuser/more{number}.csv", members("a"))
        world.pass_time(60)
    (run,) = others(world, held)
    assert (run.key, run.state) == (REFUSALS, State.RECEIVED)
    assert times_told(world, run) == 0

    world.live(2 * HOUR)

    (run,) = others(world, held)
    assert state_and_why(run) == (State.REJECTED, "too_many_refused")
    assert run.reason
    assert run.reason.params == {"limit": MOST, "count": 30}
    assert times_told(world, run) == 1
    world.drop(SOME, members("a"))
    world.pass_time(60)
    assert [it.key for it in others(world, held)] == [REFUSALS, REFUSALS]


def test_a_company_may_have_that_many_and_the_next_drop_goes_on_when_there_is_room(
    world: World, held: list[Run]
) -> None:
    world.store.move(held[0], State.CANCELLED)

    world.drop(SOME, members("a"))
    world.finish()

    assert world.run_of(SOME).state is State.SUCCEEDED


def test_files_are_refused_and_what_people_say_is_taken(world: World, held: list[Run]) -> None:
    decision = "acme/decide/20260102T030405Z-0123456789ab.json"
    said = {SETTINGS, ACCOUNTS, "acme/init/export.csv", decision}
    for key in (
        *said,
        SOME,
        FULL,
        "acme/plan/company/m.csv",
        "acme/m.csv",
        "acme/syncuser/m.txt",
        "beta/syncuser/m.csv",
    ):
        world.drop(key, "")
    world.pass_time(60)

    assert {it.key for it in others(world, held)} == {*said, "beta/syncuser/m.csv", REFUSALS}


def test_plans_fill_half_of_the_room_and_keep_out_no_file(world: World, held: list[Run]) -> None:
    for run in held[MOST // 2 :]:
        del world.store.runs_by_id[run.run_id]

    for key in ("acme/plan/company/m.csv", SOME):
        world.drop(key, "")
    world.pass_time(60)

    assert {it.key for it in others(world, held)} == {SOME, REFUSALS}


@pytest.mark.parametrize(("key", "first"), [(FULL, 1), (COMPANY, 0)])
def test_a_full_file_takes_the_place_of_the_oldest_that_it_replaces(
    world: World, held: list[Run], key: str, first: int
) -> None:
    """A company file replaces changes as well."""
    for run in held[1:3]:
        del world.store.runs_by_id[run.run_id]
    held[1:3] = [hold(world, it, f"acme/replaceuser/{it}.csv") for it in (1, 2)]

    world.drop(key, "")
    world.receive_all()

    (run,) = others(world, held)
    now = [world.store.runs_by_id[it.run_id].standing for it in held]
    assert run.key == key
    assert [at for at, state in enumerate(now) if state is not State.HELD] == [first]
    world.pass_time(60)
    assert world.store.runs_by_id[held[first].run_id].state is State.SUPERSEDED
    assert world.store.count_open("acme", *State) < MOST + 2


def test_a_file_of_before_that_is_tried_again_replaces_nothing_and_is_rejected(
    world: World, held: list[Run]
) -> None:
    world.store.move(held[0], State.CANCELLED)
    world.clock.now = START - 2 * HOUR
    world.drop(FULL, "nonsense")
    world.pass_time(60)
    failed = world.run_of(FULL)
    world.clock.now = START
    hold(world, 0, "acme/replaceuser/0.csv")

    world.drop(FULL, "", again=f"retry {failed.run_id}")
    world.pass_time(60)

    assert state_and_why(world.run_of(FULL)) == (State.REJECTED, "too_many_open")
    assert world.store.count_open("acme", State.HELD) == MOST


def test_no_file_waits_for_what_tells_of_refused_ones(world: World, held: list[Run]) -> None:
    world.clock.now += HOUR - world.clock.now % HOUR - 60
    world.drop(SOME, members("a"))
    world.pass_time(40)
    (refusals,) = others(world, held)
    for run in held[:2]:
        world.store.move(run, State.CANCELLED)

    world.drop(SOME, members("a"))
    world.pass_time(60)

    assert world.run_of(SOME).state is State.QUEUED
    world.submit_queue.send(advance_message("acme", refusals.run_id))
    world.pass_time(0)
    assert world.run_of(REFUSALS).state is State.RECEIVED
