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
)
from support.world import World, departments
from wecom_sync.domain.book import Book, File
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.run import Job, Run, State
from wecom_sync.planning.memory.sent import KEPT, with_file
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language

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

    assert codes(run) == ["hold_same_again"]
    assert listing(run.holds[0]).total == 6
    told = reason_text(run, Language.ENGLISH)
    assert f"the same as {FULL}, dropped on 2027-01-16 (UTC), after which newer ones came" in told
    world.approve(run)
    world.pass_time(600)
    assert world.store.run(run.run_id).state is State.SUCCEEDED  # type: ignore[union-attr]
    assert day(world, B).state is State.UNCHANGED
    assert codes(day(world, C)) == ["hold_same_again"]


def test_an_incremental_file_may_say_the_same_again(world: World) -> None:
    for content in (A, B, A):
        assert day(world, content, SOME).state is State.SUCCEEDED


@pytest.mark.parametrize("of", [1, 9, 40])
def test_not_even_one_person_is_as_before_by_an_old_file_unasked(world: World, of: int) -> None:
    day(world, people(of))
    day(world, staff("甲", of=of))

    assert codes(day(world, people(of))) == ["hold_same_again"]


@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_nobody_goes_by_an_old_file_unasked(world: World, leavers: str) -> None:
    policy(world, leavers=leavers, removal_percent=100)
    day(world, people(4))
    day(world, people(5))

    assert codes(day(world, people(4))) == ["hold_same_again"]


def test_an_old_file_that_changes_nothing_is_not_asked_about(world: World) -> None:
    for content in (people(9), people(9).replace(",邮箱", "").replace(",,1\n", ",1\n")):
        day(world, content)

    assert day(world, people(9)).state is State.UNCHANGED


def test_an_old_tree_that_is_dropped_again_is_held(world: World) -> None:
    other = departments(30)
    for number in range(7, 13):
        other = other.replace(f"部门{number}", f"{number} 部")
    for content in (departments(30), other):
        assert day(world, content, DEPARTMENTS).state is State.SUCCEEDED

    assert codes(day(world, departments(30), DEPARTMENTS)) == ["hold_same_again"]


def test_the_order_of_rows_and_columns_makes_no_other_file(world: World) -> None:
    for content in (A, B):
        day(world, content)
    header, *rows = A.splitlines()
    turned = [",".join(reversed(line.split(","))) for line in (header, *reversed(rows))]

    assert codes(day(world, "\n".join(turned) + "\n")) == ["hold_same_again"]


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
    assert codes(day(world, B)) == ["hold_same_again"]
    for stranger in STRANGERS:
        world.wecom.members.pop(stranger)
    assert day(world, B).state is State.UNCHANGED
    world.wecom.hire(*STRANGERS)
    assert day(world, B).state is State.SUCCEEDED


def test_a_file_that_a_newer_one_superseded_is_an_old_one(world: World) -> None:
    day(world, A)
    world.drop("acme/replaceuser/b.csv", B)
    world.pass_time(10)
    day(world, C)
    assert world.run_of("acme/replaceuser/b.csv").state is State.SUPERSEDED

    run = day(world, B)

    assert codes(run) == ["hold_same_again"]
    assert run.holds[0].params["key"] == "acme/replaceuser/b.csv"


def test_a_file_is_no_old_one_if_the_file_that_superseded_it_was_not_applied(world: World) -> None:
    day(world, A)
    policy(world, renames_percent=1)
    assert day(world, B).state is State.HELD
    held = day(world, C)
    world.cancel(held)
    world.pass_time(600)

    assert codes(day(world, B)) == codes(held) == ["hold_renamed"]


def test_a_retry_may_say_the_same_again(world: World) -> None:
    day(world, A)
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    failed = day(world, B)
    day(world, A.replace("甲", "乙"), SOME)
    world.drop(FULL, "", retry_of=failed.run_id)
    world.pass_time(600)

    assert codes(world.run_of(FULL)) == []


def test_a_rollback_may_bring_an_old_file_back(world: World) -> None:
    first = day(world, A)
    day(world, B)
    world.drop(FULL, "", rollback_of=first.run_id)
    world.pass_time(600)

    assert world.run_of(FULL).state is State.SUCCEEDED
    world.clock.now += DAY
    assert codes(day(world, B)) == ["hold_same_again"]


def test_a_file_that_may_have_been_applied_was_there_but_is_no_newer_one(world: World) -> None:
    day(world, A)
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    assert day(world, B).state is State.FAILED

    assert day(world, A).state is State.SUCCEEDED
    assert day(world, C).state is State.SUCCEEDED
    assert codes(day(world, B)) == ["hold_same_again"]


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


def test_only_so_many_files_are_remembered_the_newest_ones() -> None:
    book = Book()
    for night in range(KEPT + 1):
        file = File(f"r{night}", Job.REPLACE_USER, FULL, night, f"digest {night}", "applied")
        book = with_file(book, file)

    assert (len(book.files), book.files[0].dropped) == (KEPT, 1)
    assert KEPT > 366
