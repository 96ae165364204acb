"""What is remembered of an address book that shows ids only, and what must never be assumed."""

import re
from typing import Any

import pytest

from support.books import noted, unsure
from support.company import people, table, thinned, titled, with_column
from support.guarded import (
    APPLIED,
    DAY,
    DEPARTMENTS,
    FULL,
    SOME,
    UNCHANGED,
    Ends,
    Step,
    apply,
    approve,
    asked,
    codes,
    plan_of,
    play,
    policy,
)
from support.meanwhile import before, broken
from support.runs import sent
from support.wired import Wired
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import BookUnreadableError, SnapshotMovedError, WeComError
from wecom_sync.domain.run import Run, State
from wecom_sync.planning.drift import compare
from wecom_sync.use_cases.memory import Memory

KNOWN = titled(1, "经理")
LATE = "acme/syncuser/late.csv"
GRACE = {"leavers": "disable", "removal_percent": 100}


def staff(*disabled: str, count: int = 20) -> str:
    """Return a full file; the first people have these cells in 禁用, the others a blank."""
    return with_column(people(count), "禁用", *disabled, "")


def some(content: str) -> Step:
    return SOME, content


def sends(*cells: str, last: str | None = None) -> Step:
    """Return that the last column of the last file to WeCom begins, and ends, with these cells."""

    def look(world: World) -> None:
        _, *column = [row[-1] for row in sent(world)]
        assert column[: len(cells)] == [*cells]
        assert last in {None, column[-1]}

    return look


def import_ends(errcode: int = 0, *left_out: str) -> Step:
    """Return that imports end with a code from now on, or without a word about some people."""

    def change(world: World) -> None:
        world.wecom.job_errcode, world.wecom.left_out = errcode, {*left_out}

    return change


def no_result(world: World) -> None:
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))


def doubts(*accounts: str) -> Step:
    """Return whose row is uncertain."""

    def look(world: World) -> None:
        assert unsure(world.archive.snapshot("acme")) == {*accounts}

    return look


def maybe(world: World, *accounts: str) -> None:
    """Look whose blanks may not have cleared a value."""
    assert noted(world.archive.snapshot("acme"), "maybe").keys() == {*accounts}


def drifts(*added: str, moved: tuple[str, ...] = ()) -> Step:
    """Return who was added or moved by hand, as drift reports it."""

    def look(world: World) -> None:
        drift = compare("acme", world.wecom.directory(), world.archive.snapshot("acme"))
        assert (drift.added, drift.moved, bool(drift)) == (added, moved, bool(added or moved))

    return look


def hired(*users: str, department: int = 1) -> Step:
    return lambda world: world.wecom.hire(*users, department=department)


def fails(content: str) -> list[Step]:
    """Return an import that fails as a whole, so that nobody knows what it did."""
    return [import_ends(302005), content, 1, lambda world: world.pass_time(DAY),
            Ends(State.FAILED), import_ends()]  # fmt: skip


def cleared(rows: str) -> str:
    """Return a file without its mobiles."""
    return re.sub(r",138\d+", ",", rows)


CONTACTS = "姓名,帐号,手机号,邮箱,所在部门"
FEW = table(CONTACTS, "甲,a,13800000001,a@x.cn,1", "乙,b,13800000002,,1")
MAILED = table(CONTACTS, *(f"员工{n},u{n},138{7 * n:08d},m{n}@x.cn,1" for n in range(30)))
OTHERS = re.sub(r",138\d+", lambda it: f",15{int(it[0][4:]) * 7_919_191 % 10**9:09d}", MAILED)
SIX = thinned(people(10), 4)
VALUES = table(f"{CONTACTS},职位,禁用", "甲,a,13800000001,a@x.cn,1,总监,1")
PROMOTED = titled(100, "经理", "职员")
FORGETFUL = [titled(100, "职员"), PROMOTED]
STORIES: dict[str, list[Step]] = {
    "a blank in a full file enables whom an earlier one disabled": [
        staff("1"), staff(""), sends("0", "", ""), staff(""), UNCHANGED
    ],
    "a blank among changes goes out as it is and is no 0": [
        some(staff("1")), some(staff("")), sends("", "", ""), some(staff("")), UNCHANGED,
        some(staff("0")), APPLIED, some(staff("")), UNCHANGED,
    ],
    **{
        f"whom a failed import may have disabled is enabled again, {failure}": [
            some(staff("")), failure, some(staff("1")), lambda world: world.pass_time(DAY),
            import_ends(), some(staff("")), some(staff("0")), APPLIED,
        ]
        for failure in (import_ends(302005), import_ends(0, "u0"))
    },
    **{
        f"a file with a blank over {value} goes out once, {key}": [
            (key, VALUES), (key, VALUES.replace(value, blank)), APPLIED,
            *[(key, VALUES.replace(value, blank)), UNCHANGED] * 2,
        ]
        for key in (FULL, SOME)
        for value, blank in (("总监", ""), ("13800000001", ""), (",1\n", ",\n"))
    },
    "a column for leavers leaves everybody else as they are": [
        GRACE, staff("1"), people(19), sends("1", *[""] * 18, "1")
    ],
    "leavers in grace do not count again after a failed import": [
        {**GRACE, "removals": 5}, people(10), SIX, *fails(SIX.replace("员工1,", "改名,")),
        {**GRACE, "removals": 0}, SIX, APPLIED, doubts(), SIX, UNCHANGED,
    ],
    "a leaver whose first disabling failed counts until it is confirmed": [
        {**GRACE, "removals": 1}, people(10), *fails(people(9)), people(8), asked("hold_gone")
    ],
    "a leaver of a failed import is enabled when back": [
        GRACE, people(20), *fails(people(19)), people(20), sends(last="0")
    ],
    "a mobile that a blank may not have cleared is noted until it is replaced": [
        FEW, FEW.replace("13800000001", ""), FEW.replace("13800000001", "").replace("2,", "1,"),
        lambda world: maybe(world, "a"),
        FEW.replace("13800000001", "13800000003").replace("2,", "1,"), maybe,
    ],
    "mobiles that were only blank for a while count as changed": [
        MAILED, cleared(MAILED), approve, OTHERS, asked("hold_contacts")
    ],
    "a few columns settle nothing about the others": [
        some(KNOWN), import_ends(302005), some(titled(1, "总监")), import_ends(), some(people(1)),
        some(KNOWN), APPLIED, some(KNOWN), UNCHANGED,
    ],
    **{
        f"what goes out again because of a doubt is no change, {failure}": [
            titled(100, "职员"), failure, PROMOTED, Ends(State.FAILED), import_ends(), PROMOTED,
            APPLIED,
        ]
        for failure in (no_result, import_ends(45026))
    },
    "doubts about people who are gone are gone as well": [
        {"removals": 10**6, "removal_percent": 100, "renames_percent": 100}, people(4),
        import_ends(0, "u2", "u3"), some(people(4).replace("员工", "职员")), doubts("u2", "u3"),
        import_ends(0, "u2"), people(3), doubts("u2"),
    ],
    "what was done by hand is no drift once a full file agrees": [
        (DEPARTMENTS, departments()), people(20), lambda world: world.wecom.members.pop("u19"),
        hired("u0", department=2), people(19).replace("13800000001,,1", "13800000001,,2"),
        UNCHANGED, drifts(), hired("new"), drifts("new"),
    ],
    "changes confirm their own rows only": [
        (DEPARTMENTS, departments()), people(20), hired("u0", "u1", department=2),
        some(people(1).replace(",,1\n", ",,2\n")), UNCHANGED, drifts(moved=("u1",)),
    ],
    "without a full file nobody counts as made by hand": [some(people(2)), hired("new"), drifts()],
}  # fmt: skip


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_what_is_not_shown_is_remembered_and_not_assumed(world: World, steps: list[Step]) -> None:
    play(world, *steps)


@pytest.mark.parametrize("blank_clears", [False, True])
@pytest.mark.parametrize("key", [FULL, SOME])
def test_a_disabled_account_is_enabled_by_a_0_whatever_wecom_made_of_a_blank(
    wired: Wired, blank_clears: bool, key: str
) -> None:
    corp = wired.simulator.corp(wired.corp_id)
    corp.change({"blank_clears": blank_clears})
    for at, cell in ((FULL, "0"), (FULL, "1"), (key, ""), (key, "0")):
        apply(wired, at, staff(cell))

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
    assert (again.state, again.warnings) == (State.UNCHANGED, 0)


def test_no_column_is_added_for_leavers_when_nobody_needs_it(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)

    play(world, staff("1"), people(20).replace("员工7,", "改名,"))

    assert "禁用" not in sent(world)[0]
    assert world.archive.snapshot("acme").rows["u0"]["禁用"] == "1"


@pytest.mark.parametrize(
    ("job", "state", "held"),
    [("replaceuser", State.SUPERSEDED, []), ("syncuser", State.HELD, ["hold_older"])],
)
def test_an_older_file_that_comes_late_does_not_undo_a_newer_one_that_changed_nothing(
    world: World, job: str, state: State, held: list[str]
) -> None:
    apply(world, SOME, people(1))
    world.clock.now += 1000
    late = world.drop(LATE, people(1).replace("员工", "旧名"))
    world.submit_queue.messages.clear()
    world.clock.now += 60
    assert apply(world, f"acme/{job}/new.csv", people(1)).state is State.UNCHANGED

    world.submit_queue.send(late)
    world.pass_time(600)

    run = world.run_of(LATE)
    assert (run.state, codes(run)) == (state, held)


def test_an_older_file_that_changes_nothing_makes_no_row_older(world: World) -> None:
    late = world.drop(SOME, people(1))
    world.submit_queue.messages.clear()
    world.clock.now += 60
    apply(world, "acme/syncuser/new.csv", people(1))
    before = noted(world.archive.snapshot("acme"), "since")

    world.submit_queue.send(late)
    world.finish()

    assert world.run_of(SOME).state is State.UNCHANGED
    assert noted(world.archive.snapshot("acme"), "since") == before


def test_departments_deleted_by_hand_are_forgotten_once_a_file_agrees(world: World) -> None:
    apply(world, DEPARTMENTS, departments(5))
    del world.wecom.departments[5]
    # WeCom's page leaves open what it calls the root's parent.
    world.wecom.departments[1] = Department(1, 1, 1)
    tree = departments(4)

    for same in (tree, re.sub(r",\d+\n", ",\n", tree), re.sub(r",[^,]+\n", "\n", tree)):
        assert apply(world, DEPARTMENTS, same).state is State.UNCHANGED
    last = apply(world, DEPARTMENTS, tree.replace(",1,4\n", ",1,9\n"))
    assert plan_of(world, last)["update"] == {"4": ["排序"]}

    snapshot = world.archive.snapshot("acme")
    assert set(snapshot.department_rows) == {1, 2, 3, 4}


def test_a_slow_message_of_a_run_that_changed_nothing_does_not_undo_the_next_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply(world, SOME, people(1))
    world.drop(SOME, people(1))
    enter = Memory.enter

    def slow(self: Memory, run: Run, *change: Any) -> None:
        monkeypatch.setattr(Memory, "enter", enter)
        world.intake.advance(run.run_id)
        apply(world, "acme/syncuser/next.csv", people(1).replace("员工", "新名"))
        enter(self, run, *change)

    monkeypatch.setattr(Memory, "enter", slow)
    world.pass_time(3600)

    assert world.run_of(SOME).state is State.UNCHANGED
    assert world.run_of("acme/syncuser/next.csv").state is State.SUCCEEDED
    assert world.archive.snapshot("acme").rows["u0"]["姓名"] == "新名1"


def test_a_snapshot_that_moved_is_looked_at_again(world: World) -> None:
    def moved(*_: object) -> None:
        raise SnapshotMovedError

    apply(world, SOME, people(1))
    first = noted(world.archive.snapshot("acme"), "since")
    before(world.archive, "change_snapshot", moved)

    run = apply(world, SOME, people(1))

    assert run.state is State.UNCHANGED
    assert noted(world.archive.snapshot("acme"), "since")["u0"] > first["u0"]


@pytest.mark.parametrize(("filled", "warned"), [(10, False), (11, True)])
def test_a_column_that_many_have_filled_and_a_full_file_lacks_is_warned_of(
    world: World, filled: int, warned: bool
) -> None:
    apply(world, FULL, with_column(titled(100, *["经理"] * filled, ""), "禁用", "1"))

    full = apply(world, FULL, people(100).replace("员工1,", "改名,"))
    some = apply(world, SOME, people(100).replace("员工2,", "改名,"))

    warnings = [(each["code"], each["column"]) for each in plan_of(world, full)["warnings"]]
    assert warnings == ([("warning_column_gone", "职位")] if warned else [])
    assert some.warnings == 0


def test_a_book_that_cannot_be_read_ends_the_run_and_nothing_is_sent(world: World) -> None:
    with broken(world.archive, "snapshot", error=BookUnreadableError):
        run = apply(world, FULL, people(3))

    assert run.reason is not None
    assert (run.state, run.reason.code, world.wecom.jobs) == (State.FAILED, "book_unreadable", {})
