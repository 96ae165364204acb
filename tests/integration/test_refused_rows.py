"""What a person has approved and WeCom then refuses is not asked about every night again."""

from dataclasses import replace

import pytest

from support.books import knowing, noted, run_of
from support.company import people
from support.guarded import SOME, Question, Step, approve, asked, hired, play, refuse
from support.world import World
from wecom_sync.domain.book import Book
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.states import Job
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.memory.operations import applied
from wecom_sync.planning.memory.sent import Sent

OTHER = "黎纳,u7,13977770000,,1\n"


def staff(count: int = 40, row: str = OTHER) -> str:
    """Return a full file in which u7 is this row."""
    header, *rows = people(count).splitlines(keepends=True)
    return header + "".join(row if ",u7," in each else each for each in rows)


def forget(world: World) -> None:
    world.archive.snapshots["acme"] = Book()


def forget_files(world: World) -> None:
    world.archive.snapshots["acme"] = replace(world.archive.snapshot("acme"), files=())


def delete(world: World) -> None:
    del world.wecom.members["u7"]


PERSON, FIRST = ["hold_other_person"], {"first_replace": "hold"}
APPROVED: list[Step] = [{}, people(40), refuse("u7"), staff(), approve]
"""u7's account should get another person; that was approved, and WeCom refuses it."""
REKEYED = staff().replace(",u9,", ",w9,")
NEWCOMER = "员工10,w9,13911110000,,1\n"
MANY = [f"u{number}" for number in range(25)]
QUESTIONS = {
    **{f"{count} people": Question([*APPROVED, staff(count)], []) for count in (39, 40, 41)},
    "the night after": Question([*APPROVED, staff(41), staff(42)], []),
    "with a grace of others": Question([*APPROVED, {"leavers": "disable"}, staff(39)], []),
    **{
        f"another row of theirs: {row.strip()}": Question([*APPROVED, staff(41, row)], PERSON)
        for row in ("黎纳,u7,13977770001,,1\n", "王五,u7,13977770000,,1\n")
    },
    "after the row was applied, and the old one": Question(
        [*APPROVED, refuse(), staff(41), (SOME, staff(8, "员工8,u7,13800000008,,1\n")),
         asked(*PERSON), approve, staff(42)], PERSON,
    ),
    "after a full file that lacked the row": Question(
        [*APPROVED, refuse("u7", left="u7"), staff(40, ""), refuse("u7"), staff(41)], PERSON
    ),
    "people whom nobody knew": Question(
        [*APPROVED, FIRST, forget, refuse(*MANY), people(40), approve, people(41)], []
    ),
    "people whom nobody knew, changed": Question(
        [*APPROVED, FIRST, forget, refuse(*MANY), people(40), approve,
         people(41).replace("员工", "职工", 25)], ["hold_unknown"],
    ),
    "a new id, when both are as they were": Question(
        [*APPROVED, refuse("u7", "w9", left="u9"), REKEYED, approve,
         REKEYED + "新,n1,13911111111,,1\n"], [],
    ),
    "a new id, when the old one was not to go": Question(
        [*APPROVED, refuse("u7", "w9"), {"protected": ["u39"]}, staff(39) + NEWCOMER, approve,
         (staff(39) + NEWCOMER).replace("员工10,u9,13800000010,,1\n", "")], ["hold_second_account"],
    ),
    "who is there by now": Question(
        [*APPROVED, forget_files, FIRST, delete, hired("old"), staff(), approve, hired("u7"),
         staff(41)], PERSON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_who_was_approved_and_refused_is_asked_about_only_anew(
    world: World, question: Question
) -> None:
    question.ask(world)


def test_what_nobody_approved_is_not_taken_for_approved(world: World) -> None:
    play(world, *APPROVED, refuse("u3"), staff(41).replace("员工4,", "改名,"))

    assert "u3" not in noted(world.archive.snapshot("acme"), "asked")


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
