"""What a person has approved and WeCom then refuses is not asked about every night again."""

from dataclasses import replace

import pytest

from support.books import knowing, noted, run_of
from support.company import people
from support.guarded import FULL, SOME, apply, codes, policy
from support.runs import approved
from support.world import World
from wecom_sync.domain.book import Book
from wecom_sync.domain.outcome import Outcome, ResultRow
from wecom_sync.domain.run import Job, State
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.memory.operations import applied
from wecom_sync.planning.memory.sent import Sent

OTHER = "黎纳,u7,13977770000,,1\n"


def staff(count: int = 40, row: str = OTHER) -> str:
    """Return a full file in which u7 is this row."""
    header, *rows = people(count).splitlines(keepends=True)
    return header + "".join(row if ",u7," in each else each for each in rows)


@pytest.fixture
def world(world: World) -> World:
    """A corp where u7's account should get another person, approved, and WeCom refuses that."""
    policy(world)
    apply(world, FULL, people(40))
    world.wecom.refused = {"u7": 60104}
    assert codes(apply(world, FULL, staff())) == ["hold_other_person"]
    assert approved(world, world.run_of(FULL)).state is State.PARTIAL
    return world


@pytest.mark.parametrize("night", [41, 39, 40])
def test_who_was_approved_and_refused_is_not_asked_about_again(world: World, night: int) -> None:
    run = apply(world, FULL, staff(night))

    assert (run.state, codes(run)) == (State.PARTIAL, [])
    assert apply(world, FULL, staff(42)).state is State.PARTIAL


def test_a_grace_of_others_in_between_asks_nobody_again(world: World) -> None:
    policy(world, leavers="disable")

    assert codes(apply(world, FULL, staff(39))) == []


@pytest.mark.parametrize("row", ["黎纳,u7,13977770001,,1\n", "王五,u7,13977770000,,1\n"])
def test_another_row_of_theirs_is_asked_about(world: World, row: str) -> None:
    assert codes(apply(world, FULL, staff(41, row))) == ["hold_other_person"]


def test_it_ends_when_the_row_is_applied(world: World) -> None:
    world.wecom.refused = {}
    assert apply(world, FULL, staff(41)).state is State.SUCCEEDED
    assert apply(world, SOME, staff(8, "员工8,u7,13800000008,,1\n")).state is State.HELD
    assert approved(world, world.run_of(SOME)).state is State.SUCCEEDED

    assert noted(world.archive.snapshot("acme"), "asked") == {}
    assert "hold_other_person" in codes(apply(world, FULL, staff(42)))


def test_it_ends_with_a_full_file_that_lacks_the_row(world: World) -> None:
    world.wecom.extra = [ResultRow("u7", 60003, "")]
    apply(world, FULL, staff(40, ""))
    world.wecom.extra = []
    assert world.archive.snapshot("acme").rows["u7"]

    assert codes(apply(world, FULL, staff(41))) == ["hold_other_person"]


def test_what_nobody_approved_is_not_taken_for_approved(world: World) -> None:
    world.wecom.refused = {"u3": 60104}
    apply(world, FULL, staff(41).replace("员工4,", "改名,"))

    assert "u3" not in noted(world.archive.snapshot("acme"), "asked")


def test_people_nobody_knew_whose_rows_are_refused_are_asked_about_once(world: World) -> None:
    policy(world, first_replace="hold")
    world.archive.snapshots["acme"] = Book()
    world.wecom.refused = {f"u{number}": 60104 for number in range(25)}
    assert codes(apply(world, FULL, people(40))) == ["hold_first"]
    assert approved(world, world.run_of(FULL)).state is State.PARTIAL

    assert codes(apply(world, FULL, people(41))) == []
    assert codes(apply(world, FULL, people(41).replace("员工", "职工", 25))) == ["hold_unknown"]


def test_of_a_new_id_nobody_is_asked_again_when_both_are_as_they_were(world: World) -> None:
    rekeyed = staff().replace(",u9,", ",w9,")
    world.wecom.refused |= {"w9": 60104, "u9": 60003}
    world.wecom.extra = [ResultRow("u9", 60003, "")]
    assert "hold_second_account" in codes(apply(world, FULL, rekeyed))
    assert approved(world, world.run_of(FULL)).state is State.PARTIAL

    assert codes(apply(world, FULL, rekeyed + "新,n1,13911111111,,1\n")) == []


def test_of_a_new_id_somebody_is_asked_when_the_old_one_was_not_to_go(world: World) -> None:
    newcomer = "员工10,w9,13911110000,,1\n"
    world.wecom.refused |= {"w9": 60104}
    policy(world, protected=["u39"])
    assert codes(apply(world, FULL, staff(39) + newcomer)) == ["hold_protected"]
    assert approved(world, world.run_of(FULL)).state is State.PARTIAL
    assert "w9" in noted(world.archive.snapshot("acme"), "asked")

    run = apply(world, FULL, (staff(39) + newcomer).replace("员工10,u9,13800000010,,1\n", ""))

    assert codes(run) == ["hold_second_account"]


def test_who_is_there_by_now_is_asked_about(world: World) -> None:
    world.archive.snapshots["acme"] = replace(world.archive.snapshot("acme"), files=())
    policy(world, first_replace="hold")
    del world.wecom.members["u7"]
    world.wecom.hire("old")
    assert codes(apply(world, FULL, staff())) == ["hold_first"]
    assert approved(world, world.run_of(FULL)).state is State.PARTIAL
    world.wecom.hire("u7")

    assert codes(apply(world, FULL, staff(41))) == ["hold_other_person"]


def test_remembering_twice_changes_nothing() -> None:
    columns = ("姓名", "帐号", "手机号", "所在部门")
    rows = (Row(2, "A", ("甲", "A", "1", "1")), Row(3, "b", ("乙", "b", "2", "1")))
    sent = Sent(Roster(Job.REPLACE_USER, "UTF-8", columns, rows), gone=frozenset({"c", "d"}))
    outcomes = [Outcome("A", 2, 60104), Outcome("b", 3, 0), Outcome("c", 0, 60003)]

    def again(book: Book, *, approved: bool = True) -> Book:
        run = run_of("acme", Job.REPLACE_USER, 1, approved=approved)
        return applied(book, run, sent, outcomes, 2)

    once = again(knowing(knowing(Book(), "b", asked="1a2b"), "z", asked="gone"))

    assert noted(once, "asked").keys() == {"a", "c"}
    assert again(once) == once
    assert noted(again(once, approved=False), "asked") == noted(once, "asked")
    assert noted(again(Book(), approved=False), "asked") == {}
