"""A drop bucket that is restored over itself: every old version comes again, as a new one."""

import pytest

from support.fakes import moment
from support.guarded import DAY, DEPARTMENTS, FULL, SOME, apply, codes, policy
from support.world import World, departments, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Reason, Run, State

SETTINGS = "acme/settings.toml"


def night(*people: str) -> str:
    return members("a", "b", "c", *people)


FILES = (night(), night("d"), night("e"), night("d", "e"))
TREES = tuple(departments(count) for count in (3, 4, 5, 6))


@pytest.fixture(autouse=True)
def rules(world: World) -> None:
    policy(world, removal_percent=100)


def nights(world: World, key: str, *contents: str) -> list[Run]:
    """Drop a file a day; return the runs."""
    runs = []
    for content in contents:
        runs.append(apply(world, key, content))
        world.clock.now += DAY
    return runs


def restored(world: World, earlier: list[Run], pause: float = 600) -> list[Run]:
    """Copy versions over themselves, one after the other; return what became of their runs."""
    before = set(world.store.runs_by_id)
    for run in earlier:
        world.restore(run.key, run.version)
        world.pass_time(pause)
    world.pass_time(600)
    runs = [run for run_id, run in world.store.runs_by_id.items() if run_id not in before]
    return sorted(runs, key=lambda run: run.dropped)


@pytest.mark.parametrize("pause", [600, 1], ids=["slowly", "at once"])
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)], ids=str)
@pytest.mark.parametrize(("key", "contents"), [(FULL, FILES), (DEPARTMENTS, TREES)])
def test_old_files_are_not_imported_in_whatever_order_they_come_back(
    world: World, key: str, contents: tuple[str, ...], order: tuple[int, ...], pause: float
) -> None:
    earlier = nights(world, key, *contents)
    before = world.wecom.calls.count("submit")

    runs = restored(world, [earlier[at] for at in order], pause)

    assert world.wecom.calls.count("submit") == before
    assert {run.state for run in runs} <= {State.HELD, State.SUPERSEDED, State.UNCHANGED}
    assert {*(code for run in runs for code in codes(run))} <= {"hold_same_again"}
    # The newest copy says what becomes of all: of them at most one waits for a person.
    *others, newest = runs
    assert newest.state is (State.UNCHANGED if order[-1] == 3 else State.HELD)
    assert State.HELD not in {run.state for run in others}
    # Again: copies have made no old content a newer one.
    again = restored(world, [earlier[at] for at in reversed(order)], pause)
    assert world.wecom.calls.count("submit") == before
    assert again[-1].state is (State.UNCHANGED if order[0] == 3 else State.HELD)


@pytest.mark.parametrize("asks", ["rollback_of", "retry_of", "force"])
def test_what_asks_for_something_does_not_ask_again_when_it_is_restored(
    world: World, asks: str
) -> None:
    first, _ = nights(world, SOME, FILES[0], FILES[0].replace("员工1", "甲"))
    world.wecom.fail("directory", WeComError(60020, "", "/cgi-bin/user"))
    failed = apply(world, SOME, FILES[3])
    asked = {"rollback_of": first.run_id, "retry_of": failed.run_id}
    world.drop(
        SOME, FILES[0] if asks == "force" else "", **{asks: asked[asks]} if asks in asked else {}
    )
    if asks == "force":
        world.drops.forced.add((SOME, "v4"))
    world.pass_time(600)
    done = world.run_of(SOME)
    assert done.state is State.SUCCEEDED
    world.clock.now += DAY
    before = world.wecom.calls.count("submit")

    (run,) = restored(world, [done])

    assert (run.state, run.reason) == (State.REJECTED, Reason("asked_before", {"line": 0}))
    assert world.wecom.calls.count("submit") == before


def test_settings_that_were_in_force_before_are_not_put_in_force_by_a_restored_copy(
    world: World,
) -> None:
    first, second = nights(world, SETTINGS, "[limits]\nrenames_percent = 7\n", "[limits]\n")

    for earlier in ([first, second], [second, first]):
        runs = restored(world, earlier)

        again = [run for run in runs if run.state is State.SUPERSEDED]
        assert [run.reason for run in again] == [Reason("settings_again", {"day": "2027-01-15"})]
        assert world.store.policy("acme").renames_percent != 7


def test_settings_that_were_in_force_before_may_be_applied_on_purpose(world: World) -> None:
    first, *_ = nights(world, SETTINGS, "[limits]\nrenames_percent = 7\n", "[limits]\n")

    apply(world, SETTINGS, "[limits]\nrenames_percent = 7\n")

    assert world.store.policy("acme").renames_percent == 7
    assert first.state is State.SUCCEEDED


def test_a_decision_that_is_restored_decides_nothing_and_says_nothing(world: World) -> None:
    nights(world, FULL, *FILES[:2])
    held = apply(world, FULL, FILES[0])
    world.decide(held, decision="cancel")
    world.drops.asked[f"acme/decide/{held.run_id}.json", f"v{len(world.drops.objects)}"] = moment(
        world.clock.now - DAY
    )
    unheard = len(world.store.runs_by_id)

    world.pass_time(600)

    assert world.told(held).timeline == held.timeline
    assert world.told(held).state is State.HELD
    assert len(world.store.runs_by_id) == unheard
