"""What is remembered of an address book that shows ids only, and what must never be assumed."""

import re

import pytest

from support.books import noted
from support.company import people, table, with_column
from support.guarded import DEPARTMENTS, FULL, SOME, apply, plan_of
from support.meanwhile import before, broken
from support.runs import sent
from support.stories import UNCHANGED, Step, overtaken, play, stories
from support.wired import Wired
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import BookUnreadableError, SnapshotMovedError
from wecom_sync.domain.states import State
from wecom_sync.planning.drift import compare

LATE = "acme/syncuser/late.csv"


def staff(*disabled: str | int, count: int = 20) -> str:
    """Return a full file; the first people have these cells in 禁用, the others a blank."""
    return with_column(people(count), "禁用", *disabled, "")


def drifts(world: World, how: str = "", *accounts: str) -> None:
    """See who was added or moved by hand, or that nobody was."""
    drift = compare("acme", world.wecom.directory(), world.archive.snapshot("acme"))
    assert (drift.added, drift.moved) == tuple(
        accounts if it == how else () for it in ("added", "moved")
    )
    assert bool(drift) is bool(how)


def delete_department(world: World) -> None:
    """Delete one in the console; WeCom's page leaves open what it calls the root's parent."""
    del world.wecom.departments[5]
    world.wecom.departments[1] = Department(1, 1, 1)


def sorts_only(world: World) -> None:
    """See that the last department file changes a sort order, and of which departments we know."""
    assert plan_of(world, world.run_of(DEPARTMENTS))["update"] == {"4": ["排序"]}
    assert {*world.archive.snapshot("acme").department_rows} == {1, 2, 3, 4}


def has_no_column(world: World, column: str) -> None:
    assert column not in sent(world)[0]


def without_mobiles(content: str) -> str:
    return re.sub(r",138\d+", ",", content)


def other_mobiles(content: str) -> str:
    return re.sub(r",138\d+", lambda it: f",15{int(it[0][4:]) * 7_919_191 % 10**9:09d}", content)


def without_orders(content: str, blank: str) -> str:
    return re.sub(r",\d+\n", f"{blank}\n", content)


CONTACTS = "姓名,帐号,手机号,邮箱,所在部门"
STORIES = """
a blank in a full file enables whom an earlier one disabled: staff 1 | staff ""
    | sends 0 "" "" | staff "" | unchanged
a blank among changes goes out as it is and is no 0: some staff 1 | some staff ""
    | sends "" "" "" | some staff "" | unchanged | some staff 0 | applied | some staff ""
    | unchanged
whom a failed import may have disabled is enabled again: some staff "" | imports 302005
    | some staff 1 | wait 24 | imports | some staff "" | some staff 0 | applied
whom an import without a word may have disabled is enabled again: some staff ""
    | imports 0 u0 | some staff 1 | wait 24 | imports | some staff "" | some staff 0 | applied
a file with a blank title goes out once: values | values ~ replaced 总监 "" | applied
    | values ~ replaced 总监 "" | unchanged | values ~ replaced 总监 "" | unchanged
a file with a blank mobile goes out once: values | values ~ without_mobiles | applied
    | values ~ without_mobiles | unchanged | values ~ without_mobiles | unchanged
a file with a blank state goes out once: values | values ~ replaced ,1⏎ ,⏎ | applied
    | values ~ replaced ,1⏎ ,⏎ | unchanged | values ~ replaced ,1⏎ ,⏎ | unchanged
changes with a blank title go out once: some values | some values ~ replaced 总监 "" | applied
    | some values ~ replaced 总监 "" | unchanged | some values ~ replaced 总监 "" | unchanged
changes with a blank mobile go out once: some values | some values ~ without_mobiles | applied
    | some values ~ without_mobiles | unchanged | some values ~ without_mobiles | unchanged
changes with a blank state go out once: some values | some values ~ replaced ,1⏎ ,⏎ | applied
    | some values ~ replaced ,1⏎ ,⏎ | unchanged | some values ~ replaced ,1⏎ ,⏎ | unchanged
no column is added for who was disabled: staff 1
    | people 20 ~ calls 7 改名 | has_no_column 禁用 | cell u0 禁用 1
a mobile that a blank may not have cleared is noted until it is replaced: two
    | two ~ replaced 13800000001 "" | two ~ replaced 13800000001 "" ~ replaced 2, 1,
    | notes maybe a | two ~ replaced 13800000001 13800000003 ~ replaced 2, 1, | notes maybe
mobiles that were only blank for a while count as changed: thirty | thirty ~ without_mobiles
    | approve | thirty ~ other_mobiles | asks hold_amount
a few columns settle nothing about the others: some titled 1 经理 | imports 302005
    | some titled 1 总监 | imports | some people 1 | some titled 1 经理 | applied
    | some titled 1 经理 | unchanged
what goes out again because of a lost result is no change: titled 100 职员 | fails result 40089
    | titled 100 经理 职员 | failed | titled 100 经理 职员 | applied
what goes out again because of a refused import is no change: titled 100 职员 | imports 45026
    | titled 100 经理 职员 | failed | imports | titled 100 经理 职员 | applied
doubts about people who are gone are gone as well:
    set removals=1000 removal_percent=100 renames_percent=100 | people 4 | imports 0 u2 u3
    | some people 4 ~ named 职员 | doubts u2 u3 | imports 0 u2 | people 3 ~ named 职员 | doubts u2
what was done by hand is no drift once a full file agrees: departments 3 | people 20 | delete u19
    | hire u0 in 2 | people 19 ~ moved 2 1 | unchanged | drifts | hire new | drifts added new
changes confirm their own rows only: departments 3 | people 20 | hire u0 u1 in 2
    | some people 1 ~ moved 2 | unchanged | drifts moved u1
an older file that comes after a full one that changed nothing: some people 1 | 1 day
    | after_a_full_file | superseded
an older file that comes after changes that changed nothing: some people 1 | 1 day
    | after_changes | asks hold_older
departments deleted by hand are forgotten once a file agrees: departments 5 | delete_department
    | departments 4 | unchanged | departments 4 ~ without_orders , | unchanged
    | departments 4 ~ without_orders "" | unchanged | departments 4 ~ replaced ,1,4⏎ ,1,9⏎
    | sorts_only
without a full file nobody counts as made by hand: some people 2 | hire new | drifts
"""


TWO = table(CONTACTS, "甲,a,13800000001,a@x.cn,1", "乙,b,13800000002,,1")
THIRTY = table(CONTACTS, *(f"员工{n},u{n},138{7 * n:08d},m{n}@x.cn,1" for n in range(30)))
VALUES = table(f"{CONTACTS},职位,禁用", "甲,a,13800000001,a@x.cn,1,总监,1")
AFTER_A_FULL_FILE = overtaken(LATE, people(1).replace("员工", "旧名"), people(1), UNCHANGED)
AFTER_CHANGES = overtaken(LATE, people(1).replace("员工", "旧名"), (SOME, people(1)), UNCHANGED)


@stories(STORIES, globals())
def test_what_is_not_shown_is_remembered_and_not_assumed(world: World, story: list[Step]) -> None:
    play(world, *story)


@pytest.mark.parametrize("blank_clears", [False, True])
@pytest.mark.parametrize("key", [FULL, SOME])
def test_a_disabled_account_is_enabled_by_a_0_whatever_wecom_made_of_a_blank(
    wired: Wired, blank_clears: bool, key: str
) -> None:
    corp = wired.simulator.corp(wired.corp_id)
    corp.change({"blank_clears": blank_clears})
    play(wired, staff("0"), staff("1"), (key, staff("")), (key, staff("0")))

    person = corp.directory.find("u0")
    assert person is not None
    assert person.enabled


def test_a_blank_over_a_known_value_is_warned_of_once(world: World) -> None:
    rows = "姓名,帐号,手机号,所在部门,职位\n甲,a,13800000001,1,\n乙,b,13800000002,1,经理\n"
    renamed = rows.replace("乙", "丙")
    run = play(world, rows, rows.replace("1,\n", "1,总监\n"), renamed)

    (warning,) = plan_of(world, run)["warnings"]
    assert (warning["code"], warning["column"]) == ("warning_blank", "职位")
    assert "is now blank: 甲 (a)." in warning["text"]
    again = apply(world, FULL, renamed)
    assert (again.state, again.proposal.warnings) == (State.UNCHANGED, 0)


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize("content", [people(20), people(20).replace("员工7", "改名")])
def test_who_is_still_disabled_by_an_earlier_file_is_told_each_time(
    world: World, key: str, content: str
) -> None:
    run = play(world, people(20), staff(1, 1), (key, content), (key, content))

    (warning,) = plan_of(world, run)["warnings"]
    assert run.state is State.UNCHANGED
    assert (warning["code"], warning["column"]) == ("warning_still_disabled", "禁用")
    assert "lacks (2): 员工1 (u0), 员工2 (u1). If" in warning["text"]
    enabled = play(world, (SOME, staff(0, 0)), (key, content))
    assert not plan_of(world, enabled)["warnings"]


def test_an_older_file_that_changes_nothing_makes_no_row_older(world: World) -> None:
    play(world, overtaken(SOME, people(1), ("acme/syncuser/new.csv", people(1))), UNCHANGED)

    newer = world.run_of("acme/syncuser/new.csv")
    assert noted(world.archive.snapshot("acme"), "since") == {"u0": newer.identity.dropped}


def test_a_snapshot_that_moved_is_looked_at_again(world: World) -> None:
    def moved(*_: object) -> None:
        raise SnapshotMovedError

    apply(world, SOME, people(1))
    first = noted(world.archive.snapshot("acme"), "since")
    before(world.archive, "change_snapshot", moved)

    run = apply(world, SOME, people(1))

    assert run.state is State.UNCHANGED
    assert noted(world.archive.snapshot("acme"), "since")["u0"] > first["u0"]


def test_a_book_that_cannot_be_read_ends_the_run_and_nothing_is_sent(world: World) -> None:
    with broken(world.archive, "snapshot", error=BookUnreadableError):
        run = apply(world, FULL, people(3))

    assert run.reason is not None
    assert (run.state, run.reason.code, world.wecom.jobs) == (State.FAILED, "book_unreadable", {})
