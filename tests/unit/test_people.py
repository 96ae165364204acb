"""Nights look at rows as whole lines: that says the same as looking at each person."""

from random import Random
from typing import Any

import pytest

from support.books import run_of
from wecom_sync.domain.book import Book, People, Person
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.link import Link
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.members import _MemberComparison
from wecom_sync.planning.memory.people import after, entered, everybody
from wecom_sync.planning.memory.receipt import Receipt, verdicts_of
from wecom_sync.planning.memory.sent import Sent

COLUMNS = ("姓名", "帐号", "手机号", "所在部门", "禁用")
KINDS: list[dict[str, Any]] = [
    {}, {"sure": False}, {"left": 5.0}, {"unasked": 6.0, "went": 6.0}, {"asked": "gone"},
    {"maybe": {"手机号": "7", "禁用": "1"}}, {"since": 3.0, "changed": 2.0}, {"stays": True},
    {"row": {}}, {"went": 1.0, "former": {"姓名": "甲"}, "row": {}}, {"row": {"姓名": "丙"}},
]  # fmt: skip


def cells(dice: Random, account: str) -> tuple[str, ...]:
    return "甲", account, dice.choice(("", "1")), "1", dice.choice(("", "0", "1"))


def people_of(dice: Random) -> dict[str, Person]:
    """Return people of few kinds."""
    kinds = dice.sample(KINDS, 2)
    return {
        it: Person(
            it, dice.choice(("", f"k{it}")), dict(zip(COLUMNS, cells(dice, it), strict=True))
        )._replace(**dice.choice(kinds))
        for it in "lkjihgfedcba"
    }


def night(dice: Random) -> tuple[Book, Sent, list[Outcome]]:
    """Return a book, a file after it that changes few, and what WeCom said."""
    people = people_of(dice)
    rows = []
    for it in dice.sample("abcdefghijklmno", 12):
        row = tuple(people[it].row.values()) if it in people else ()
        is_same = len(row) == len(COLUMNS) and dice.random() < 0.9
        rows.append(Row(dice.choice((0, 2)), it.upper(), row if is_same else cells(dice, it)))
    job = dice.choice((Job.REPLACE_USER, Job.SYNC_USER, Job.COMPANY))
    sets: dict[str, Any] = {
        it: frozenset(dice.sample("abcdefmn", 1))
        for it in ("disable", "enable", "add", "gone", "exempt")
    }
    links = [Link(f"k{key}", it, "certain", (), 2, "", "") for key, it in (dice.sample("abcm", 2),)]
    sent = Sent(Roster(job, "", COLUMNS, tuple(rows)), links=(*links,), **sets)
    outcomes = [Outcome(row.id, 2, dice.choice((0, 0, 0, 0, 1, None))) for row in rows]
    return Book(People.of(people.values())), sent, outcomes


@pytest.mark.parametrize("seed", range(400))
def test_what_becomes_of_many_is_what_becomes_of_each(seed: int) -> None:
    dice = Random(seed)
    book, sent, outcomes = night(dice)
    run = run_of("acme", sent.roster.job, 9.0, approved=dice.random() < 0.5)
    verdicts = verdicts_of(sent.roster.job, outcomes)
    outcome, now = dice.choice(("applied", "unchanged")), dice.choice((10.0, 9e8))
    receipt = Receipt(run, sent, outcome, verdicts, {"a"}, now)  # type: ignore[arg-type]

    people = entered(book.people, receipt)

    each = (after(book.person(it), receipt) for it in everybody(book.people, receipt))
    assert [*people.values()] == [person for person in each if person != Person(person.account)]


@pytest.mark.parametrize("seed", range(100))
def test_rows_that_are_the_same_change_nobody(seed: int) -> None:
    dice = Random(seed)
    book, sent, _ = night(dice)
    live = Directory.of([(it, dice.choice((1, 1, 1, 2))) for it in "abcdefghijkm"], ())
    comparison = _MemberComparison(sent.roster, live, book)

    changes = [*comparison.rows()]

    every = [comparison._change(row, row.id.casefold()) for row in sent.roster.rows]
    assert changes == [change for change in every if change]


def test_people_are_those_they_were_made_of_in_their_order() -> None:
    persons = people_of(Random(1))
    people = People.of(persons.values())

    changed = people.changed([Person("a", "new"), persons["b"]._replace(account="z")])

    assert [*people.items()] == [*persons.items()]
    assert [*changed] == [*persons, "z"]
    assert people == persons == People.of(reversed(persons.values()))
    assert people != changed
    assert (changed["a"], changed["b"]) == (Person("a", "new"), persons["b"])
    assert len(changed.kinds) < len(changed)
    assert people.column("姓名") == {
        it: persons[it].row.get("姓名", "") for it in persons if persons[it].row
    }
