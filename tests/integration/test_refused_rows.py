"""What a person has approved and WeCom then refuses is not asked about every night again."""

from dataclasses import replace
from unittest.mock import Mock

from support.books import knowing, noted, run_of
from support.company import people
from support.stories import Step, play, steps, stories
from support.world import World
from wecom_sync.domain.book import Book
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.operations import applied
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.outcomes import with_holders


def staff(count: int, row: str = "黎纳,u7,13977770000,,1") -> str:
    """Return a full file in which u7 is this row."""
    return people(count).replace("员工8,u7,13800000008,,1\n", f"{row}\n" if row else "")


def forget(world: World) -> None:
    world.archive.snapshots["acme"] = Book()


def forget_files(world: World) -> None:
    book = world.archive.snapshot("acme")
    world.archive.snapshots["acme"] = replace(book, history=replace(book.history, files=()))


APPROVED = steps("people 40 | refuse u7 | staff 40 | approve", {"staff": staff})
"""u7's account should get another person; that was approved, and WeCom refuses it."""
STORIES = """
one less: approved | staff 39 | partial
the same: approved | staff 40 | partial
one more: approved | staff 41 | partial
the night after: approved | staff 41 | staff 42 | partial
another mobile of theirs: approved | staff 41 黎纳,u7,13977770001,,1 | asks hold_other_person
another name of theirs: approved | staff 41 王五,u7,13977770000,,1 | asks hold_other_person
after the row was applied, and the old one: approved | refuse | staff 41 | some people 8
    | asks hold_other_person | approve | staff 42 | asks hold_disputed hold_other_person
after a full file that lacked the row: approved | refuse u7 left u7 | staff 40 "" | refuse u7
    | staff 41 | asks hold_other_person
people whom nobody knew: approved | set first_replace=hold | forget | refuse u0..24 | people 40
    | approve | people 41 | partial
people whom nobody knew, changed: approved | set first_replace=hold | forget | refuse u0..24
    | people 40 | approve | people 41 ~ named 职工 25 | asks hold_unknown
a new id, when both are as they were: approved | refuse u7 w9 left u9
    | staff 40 ~ replaced ,u9, ,w9, | approve
    | staff 40 ~ replaced ,u9, ,w9, ~ plus 新,n1,13911111111,,1 | partial
a new id, when the old one was not to go: approved | refuse u7 w9 | set protected=u39
    | staff 39 ~ plus 员工10,w9,13911110000,,1 | approve
    | staff 39 ~ plus 员工10,w9,13911110000,,1 ~ replaced 员工10,u9,13800000010,,1⏎ ""
    | asks hold_second_account
who is there by now: approved | forget_files | set first_replace=hold | delete u7 | hire old
    | staff 40 | approve | hire u7 | staff 41 | asks hold_other_person
"""


@stories(STORIES, globals())
def test_who_was_approved_and_refused_is_asked_about_only_anew(
    world: World, story: list[Step]
) -> None:
    play(world, *story)


def test_what_nobody_approved_is_not_taken_for_approved(world: World) -> None:
    play(world, *APPROVED, *steps("refuse u3 | staff 41 ~ calls 4 改名", {"staff": staff}))

    assert "u3" not in noted(world.archive.snapshot("acme"), "asked")


COLUMNS = ("姓名", "帐号", "手机号", "所在部门")
STAFF = (Row(2, "A", ("甲", "A", "1", "1")), Row(3, "b", ("乙", "b", "2", "1")))
SENT = Sent(Roster(Job.REPLACE_USER, "UTF-8", COLUMNS, STAFF), gone=frozenset({"c", "d"}))


def test_the_book_is_read_only_where_somebody_else_may_have_a_contact() -> None:
    reads = Mock(return_value=Book())

    with_holders([Outcome("A", 2, 60103), Outcome("b", 3, 0)], SENT, reads)
    assert reads.call_count == 0

    with_holders([Outcome("A", 2, 60104), Outcome("b", 3, 60106)], SENT, reads)
    assert reads.call_count == 1


def test_remembering_twice_changes_nothing() -> None:
    outcomes = [Outcome("A", 2, 60104), Outcome("b", 3, 0), Outcome("c", 0, 60003)]

    def again(book: Book, *, approved: bool = True) -> Book:
        run = run_of("acme", Job.REPLACE_USER, 1, approved=approved)
        return applied(book, run, SENT, outcomes, 2)

    once = again(knowing(knowing(Book(), "b", asked="1a2b"), "z", asked="gone"))

    assert noted(once, "asked").keys() == {"a", "c"}
    assert again(once) == once
    assert noted(again(once, approved=False), "asked") == noted(once, "asked")
    assert noted(again(Book(), approved=False), "asked") == {}
