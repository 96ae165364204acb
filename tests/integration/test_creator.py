"""A corp's creator who is missing from HR's full files, and whom WeCom never removes."""

from typing import Any, cast

import pytest

from support.company import people
from support.guarded import FULL, SOME, apply, codes, plan_of, policy
from support.runs import approved, english
from support.wired import Wired
from support.world import World, members
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
    run = apply(world, FULL, people(40).replace("员工1,", "一,"))
    assert approved(world, run).state is State.PARTIAL
    return world


def test_the_same_file_changes_nothing_from_then_on(world: World) -> None:
    run = apply(world, FULL, people(40).replace("员工1,", "一,"))

    assert run.state is State.UNCHANGED
    assert plan_of(world, run)["remove"] == []
    (warning,) = cast("list[dict[str, Any]]", plan_of(world, run)["warnings"])
    assert (warning["code"], warning["line"]) == ("warning_spared", None)
    assert CREATOR in warning["text"]


def test_a_refusal_that_is_known_is_no_trouble_and_stays_in_the_results(world: World) -> None:
    run = apply(world, FULL, people(40).replace("员工1,", "二,"))

    assert (run.state, run.succeeded, run.failed) == (State.SUCCEEDED, 40, 0)
    assert [[row[1], *row[4:6]] for row in world.results_csv(run)][-1] == [
        CREATOR,
        "failed",
        "301005",
    ]
    assert apply(world, FULL, people(40).replace("员工1,", "二,")).state is State.UNCHANGED


def test_any_other_trouble_is_told(world: World) -> None:
    world.wecom.refused["u3"] = 60104

    run = apply(world, FULL, people(40).replace("员工", "职工", 4))

    assert (run.state, run.failed) == (State.PARTIAL, 1)


def test_leavers_are_disabled_but_for_the_creator(world: World) -> None:
    policy(world, leavers="disable")

    run = apply(world, FULL, people(39).replace("员工1,", "一,"))

    assert run.state is State.SUCCEEDED
    assert plan_of(world, run)["disable"] == ["u39"]
    assert plan_of(world, run)["remove"] == []


def test_who_is_no_longer_refused_or_no_longer_there_is_forgotten(world: World) -> None:
    world.wecom.refused, world.wecom.extra = {}, []

    assert apply(world, FULL, people(40).replace("员工1,", "二,")).state is State.SUCCEEDED

    assert world.archive.snapshot("acme").irremovable == frozenset()
    world.wecom.hire(CREATOR)
    assert "hold_protected" in codes(apply(world, FULL, people(40).replace("员工1,", "三,")))


def test_a_creator_whom_a_file_names_may_go_missing_again(world: World) -> None:
    row = members(CREATOR).splitlines()[1].replace("13800000001", "13900000001")
    apply(world, FULL, people(40) + row + "\n")

    assert world.archive.snapshot("acme").irremovable == frozenset()


def test_wecoms_simulator_says_the_same(wired: Wired) -> None:
    policy(wired, removal_percent=100)
    apply(wired, FULL, people(6))
    wired.simulator.corp(wired.corp_id).directory.creator = "u5"

    states = [apply(wired, FULL, people(5)).state for _ in range(2)]
    states.append(apply(wired, FULL, people(5).replace("员工1,", "改名,")).state)

    assert states == [State.PARTIAL, State.UNCHANGED, State.SUCCEEDED]


def test_the_first_refusal_says_that_the_file_itself_is_in(world: World) -> None:
    (first,) = [run for run in world.store.runs_by_id.values() if run.state is State.PARTIAL]

    assert first.reason is not None
    assert first.reason.code == "removals_refused"
    assert "fix.csv" not in english(first)
