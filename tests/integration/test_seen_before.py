"""A file whose content was applied before, and over which another one has gone since."""

import pytest

from support.guarded import (
    DAY,
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    codes,
    listing,
    people,
    policy,
    thinned,
)
from support.world import World, departments
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Run, State
from wecom_sync.planning.memory.fingerprints import KEPT

STRANGERS = ("s1", "s2", "s3", "s4", "s5", "s6")


def staff(*surnames: str, of: int = 40) -> str:
    """Return a full file in which so many of the first people have other surnames, one each."""
    content = people(of)
    for number, surname in enumerate(surnames, 1):
        content = content.replace(f"员工{number},", f"{surname}{number},")
    return content


A, B, C = (staff(*name * 6) for name in "甲乙丙")


@pytest.fixture(autouse=True)
def shares(world: World) -> None:
    """Let no share be too large."""
    policy(world, removal_percent=100, renames_percent=100)


def day(world: World, content: str, key: str = FULL) -> Run:
    run = apply(world, key, content)
    world.clock.now += DAY
    return run


def test_an_old_file_that_is_dropped_again_is_held(world: World) -> None:
    for content in (A, B, C):
        assert day(world, content).state is State.SUCCEEDED

    run = day(world, B, "acme/replaceuser/again.csv")

    assert codes(run) == ["hold_older"]
    assert listing(run.holds[0]).total == 6
    world.approve(run)
    world.pass_time(600)
    assert world.store.run(run.run_id).state is State.SUCCEEDED  # type: ignore[union-attr]
    assert day(world, B).state is State.UNCHANGED
    assert codes(day(world, C)) == ["hold_older"]


def test_an_incremental_file_may_say_the_same_again(world: World) -> None:
    for content in (A, B, A):
        assert day(world, content, SOME).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("of", "changed", "held"),
    [(9, 5, []), (9, 6, ["hold_older"]), (40, 5, []), (40, 6, ["hold_older"]), (80, 8, []),
     (80, 9, ["hold_older"])],
)  # fmt: skip
def test_a_few_people_may_be_as_they_were_before(
    world: World, of: int, changed: int, held: list[str]
) -> None:
    day(world, people(of))
    day(world, staff(*"甲" * changed, of=of))

    assert codes(day(world, people(of))) == held


@pytest.mark.parametrize("leavers", ["remove", "disable"])
@pytest.mark.parametrize(("joined", "held"), [(5, []), (6, ["hold_older"])])
def test_more_than_a_few_people_do_not_go_by_an_old_file_unasked(
    world: World, joined: int, held: list[str], leavers: str
) -> None:
    policy(world, leavers=leavers, removal_percent=100)
    day(world, thinned(people(40), joined))
    day(world, people(40))

    assert codes(day(world, thinned(people(40), joined))) == held


def test_an_old_order_of_departments_may_come_again(world: World) -> None:
    apply(world, DEPARTMENTS, departments(3))
    first = people(40).replace(",,1\n", ",,2;3\n")
    for content in (first, first.replace("2;3", "3;2")):
        assert day(world, content).state is State.SUCCEEDED

    assert day(world, first).state is State.SUCCEEDED


def test_an_old_tree_that_is_dropped_again_is_held(world: World) -> None:
    other = departments(30)
    for number in range(7, 13):
        other = other.replace(f"部门{number}", f"{number} 部")
    for content in (departments(30), other):
        assert day(world, content, DEPARTMENTS).state is State.SUCCEEDED

    assert codes(day(world, departments(30), DEPARTMENTS)) == ["hold_older"]


def test_the_order_of_rows_and_columns_makes_no_other_file(world: World) -> None:
    for content in (A, B):
        day(world, content)
    header, *rows = A.splitlines()
    turned = [",".join(reversed(line.split(","))) for line in (header, *reversed(rows))]

    assert codes(day(world, "\n".join(turned) + "\n")) == ["hold_older"]


def test_the_last_file_may_come_again_and_what_changes_nothing_is_the_last_one(
    world: World,
) -> None:
    for content in (A, B):
        day(world, content)
    world.wecom.hire(*STRANGERS)
    assert day(world, B).state is State.SUCCEEDED
    day(world, B.replace(",邮箱", "").replace(",,1\n", ",1\n"))
    world.wecom.hire(*STRANGERS)

    # B was dropped the day before yesterday, and yesterday's file changed nothing.
    assert codes(day(world, B)) == ["hold_older"]
    for stranger in STRANGERS:
        world.wecom.members.pop(stranger)
    assert day(world, B).state is State.UNCHANGED
    world.wecom.hire(*STRANGERS)
    assert day(world, B).state is State.SUCCEEDED


def test_a_rollback_may_bring_an_old_file_back(world: World) -> None:
    first = day(world, A)
    day(world, B)
    world.drop(FULL, "", rollback_of=first.run_id)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED
    world.clock.now += DAY
    assert codes(day(world, B)) == ["hold_older"]


def test_a_file_that_may_have_been_applied_was_there_but_is_no_newer_one(world: World) -> None:
    day(world, A)
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    assert day(world, B).state is State.FAILED

    assert day(world, A).state is State.SUCCEEDED
    assert day(world, C).state is State.SUCCEEDED
    assert codes(day(world, B)) == ["hold_older"]


def test_a_file_that_wecom_refused_as_a_whole_was_never_there(world: World) -> None:
    day(world, A)
    world.wecom.job_errcode = 45026
    assert day(world, B).state is State.FAILED
    world.wecom.job_errcode = 0
    assert day(world, C).state is State.SUCCEEDED

    assert codes(day(world, B)) == []


def test_a_file_that_was_never_sent_was_never_there(world: World) -> None:
    day(world, A)
    world.wecom.fail("submit", WeComError(302003, "", "/cgi-bin/batch/replaceuser"))
    day(world, B)
    day(world, C)

    assert codes(day(world, B)) == []


def test_only_so_many_files_are_remembered_the_newest_ones(world: World) -> None:
    for number in range(KEPT + 1):
        day(world, A.replace("甲", f"甲{number}号"))

    times = world.archive.snapshot("acme").contents["replaceuser"]
    assert len(times) == KEPT
    assert codes(day(world, A.replace("甲", "甲0号"))) == []
    assert codes(day(world, A.replace("甲", "甲9号"))) == ["hold_older"]


def test_a_mistake_that_is_mended_is_no_old_file(world: World) -> None:
    policy(world, removal_percent=100)
    day(world, people(100))
    assert day(world, thinned(people(100), 20)).state is State.SUCCEEDED

    assert day(world, people(100)).state is State.SUCCEEDED
