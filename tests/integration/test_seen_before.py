"""A file whose content was applied before, and over which another one has gone since."""

import pytest

from support.guarded import DAY, DEPARTMENTS, FULL, SOME, apply, codes, people
from support.world import World, departments
from wecom_sync.contents import KEPT
from wecom_sync.errors import WeComError
from wecom_sync.run import Run, State

A, B, C = (people(40).replace("员工1,", f"{name},") for name in ("甲", "乙", "丙"))


def day(world: World, content: str, key: str = FULL) -> Run:
    run = apply(world, key, content)
    world.clock.now += DAY
    return run


@pytest.mark.parametrize("key", [FULL, SOME])
def test_an_old_file_that_is_dropped_again_is_held_and_dated(world: World, key: str) -> None:
    for content in (A, B, C):
        assert day(world, content, key).state is State.SUCCEEDED

    run = day(world, B, "acme/" + key.split("/")[1] + "/again.csv")

    assert codes(run) == ["hold_again"]
    assert run.holds[0].params == {"dropped": "2027-01-16 08:10 UTC"}
    world.approve(run)
    world.pass_time(600)
    assert world.store.run(run.run_id).state is State.SUCCEEDED  # type: ignore[union-attr]
    assert day(world, B, key).state is State.UNCHANGED
    assert codes(day(world, C, key)) == ["hold_again"]


def test_an_old_tree_that_is_dropped_again_is_held(world: World) -> None:
    other = departments(9).replace("部门9", "九部")
    for content in (departments(9), other):
        assert day(world, content, DEPARTMENTS).state is State.SUCCEEDED

    assert codes(day(world, departments(9), DEPARTMENTS)) == ["hold_again"]


def test_the_order_of_rows_and_columns_makes_no_other_file(world: World) -> None:
    for content in (A, B):
        day(world, content)
    header, *rows = A.splitlines()
    turned = [",".join(reversed(line.split(","))) for line in (header, *reversed(rows))]

    assert codes(day(world, "\n".join(turned) + "\n")) == ["hold_again"]


def test_the_last_file_may_come_again_and_what_changes_nothing_is_the_last_one(
    world: World,
) -> None:
    for content in (A, B):
        day(world, content)
    world.wecom.hire("stranger")
    assert day(world, B).state is State.SUCCEEDED
    day(world, B.replace(",邮箱", "").replace(",,1\n", ",1\n"))
    world.wecom.hire("stranger")

    # Dropped the day before yesterday, and it changed nothing yesterday.
    assert codes(day(world, B)) == ["hold_again"]
    world.wecom.members.pop("stranger")
    assert day(world, B).state is State.UNCHANGED
    world.wecom.hire("stranger")
    assert day(world, B).state is State.SUCCEEDED


def test_a_rollback_may_bring_an_old_file_back(world: World) -> None:
    first = day(world, A)
    day(world, B)
    world.drop(FULL, A, rollback_of=first.run_id)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED
    world.clock.now += DAY
    assert codes(day(world, B)) == ["hold_again"]


def test_a_file_that_may_have_been_applied_was_there_but_is_no_newer_one(world: World) -> None:
    day(world, A)
    world.wecom.job_errcode = 302005
    assert day(world, B).state is State.FAILED
    world.wecom.job_errcode = 0

    assert day(world, A).state is State.SUCCEEDED
    assert day(world, C).state is State.SUCCEEDED
    assert codes(day(world, B)) == ["hold_again"]


def test_a_file_that_was_never_sent_was_never_there(world: World) -> None:
    day(world, A)
    world.wecom.fail("submit", WeComError(302003, "", "/cgi-bin/batch/replaceuser"))
    day(world, B)
    day(world, C)

    assert codes(day(world, B)) == []


def test_only_so_many_files_are_remembered_the_newest_ones(world: World) -> None:
    for number in range(KEPT + 1):
        day(world, A.replace("甲", f"甲{number}"), SOME)

    times = world.archive.snapshot("acme").contents["syncuser"]
    assert len(times) == KEPT
    assert codes(day(world, A.replace("甲", "甲0"), SOME)) == []
    assert codes(day(world, A.replace("甲", "甲9"), SOME)) == ["hold_again"]
