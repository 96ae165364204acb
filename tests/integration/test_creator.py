"""A corp's creator who is missing from HR's full files, and whom WeCom never removes."""

import pytest

from support.books import noted
from support.company import people
from support.guarded import FULL, SOME, apply, codes, plan_of, policy
from support.runs import approved, english, state_and_why
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import State

CREATOR = "Boss"


@pytest.fixture
def world(world: World) -> World:
    """A corp whose creator is in none of its files."""
    policy(world, protected=["boss"], removals=0, removal_percent=0)
    world.wecom.hire(CREATOR)
    apply(world, SOME, people(40))
    world.wecom.refused = {CREATOR: 301005}
    world.wecom.extra = [ResultRow(CREATOR, 301005, "not allow del corp creator")]
    run = approved(world, apply(world, FULL, renamed("一")))
    assert state_and_why(run) == (State.PARTIAL, "removals_refused")
    assert "fix.csv" not in english(run)
    return world


def renamed(name: str, count: int = 40) -> str:
    return people(count).replace("员工1,", f"{name},")


def test_the_same_file_changes_nothing_from_then_on(world: World) -> None:
    run = apply(world, FULL, renamed("一"))

    assert run.state is State.UNCHANGED
    assert plan_of(world, run)["remove"] == []
    (warning,) = plan_of(world, run)["warnings"]
    assert (warning["code"], warning["line"]) == ("warning_spared", None)
    assert CREATOR in warning["text"]


def test_a_refusal_that_is_known_is_no_trouble_and_stays_in_the_results(world: World) -> None:
    run = apply(world, FULL, renamed("二"))

    assert (run.state, run.succeeded, run.failed) == (State.SUCCEEDED, 40, 0)
    row = world.results_csv(run)[-1]
    assert (row[1], *row[4:6]) == (CREATOR, "failed", "301005")
    assert apply(world, FULL, renamed("二")).state is State.UNCHANGED
    world.wecom.refused["u3"] = 60104
    run = apply(world, FULL, people(40).replace("员工", "职工", 4))
    assert (run.state, run.failed) == (State.PARTIAL, 1)


def test_leavers_are_disabled_but_for_the_creator(world: World) -> None:
    policy(world, leavers="disable")

    run = apply(world, FULL, renamed("一", 39))

    assert run.state is State.SUCCEEDED
    assert plan_of(world, run)["disable"] == ["u39"]
    assert plan_of(world, run)["remove"] == []


@pytest.mark.parametrize("is_named", [False, True])
def test_who_is_no_longer_refused_or_named_is_forgotten(world: World, is_named: bool) -> None:
    world.wecom.refused, world.wecom.extra = {}, []
    row = f"老板,{CREATOR},13900000001,,1\n"

    assert apply(world, FULL, renamed("二") + row * is_named).state is State.SUCCEEDED

    assert noted(world.archive.snapshot("acme"), "stays") == {}
    world.wecom.hire(CREATOR)
    assert "hold_protected" in codes(apply(world, FULL, renamed("三")))
