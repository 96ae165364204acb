"""What is remembered of an address book that shows ids only, and what must never be assumed."""

import re

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
    cell,
    fails,
    hired,
    imports_end,
    overtaken,
    plan_of,
    play,
    see,
)
from support.meanwhile import before, broken
from support.runs import sent
from support.wired import Wired
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import BookUnreadableError, SnapshotMovedError
from wecom_sync.domain.states import State
from wecom_sync.planning.drift import compare

KNOWN = titled(1, "经理")
LATE = "acme/syncuser/late.csv"
GRACE = {"leavers": "disable", "removal_percent": 100}


def staff(*disabled: str, count: int = 20) -> str:
    """Return a full file; the first people have these cells in 禁用, the others a blank."""
    return with_column(people(count), "禁用", *disabled, "")


def some(content: str) -> Step:
    return SOME, content


def sends(*cells: str) -> Step:
    """Return that the last column of the last file to WeCom begins, or ends, with these cells."""
    some = slice(1, 1 + len(cells)) if len(cells) > 1 else slice(-1, None)
    return see(lambda world: [row[-1] for row in sent(world)][some], [*cells])


def doubts(*accounts: str) -> Step:
    """Return whose row is uncertain."""
    return see(lambda world: unsure(world.archive.snapshot("acme")), {*accounts})


def maybe(*accounts: str) -> Step:
    """Return whose blanks may not have cleared a value."""
    return see(lambda world: {*noted(world.archive.snapshot("acme"), "maybe")}, {*accounts})


def drift(world: World) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return who was added and moved by hand, and whether there is any drift."""
    drift = compare("acme", world.wecom.directory(), world.archive.snapshot("acme"))
    return drift.added, drift.moved, bool(drift)


def delete_department(world: World) -> None:
    """Delete one in the console; WeCom's page leaves open what it calls the root's parent."""
    del world.wecom.departments[5]
    world.wecom.departments[1] = Department(1, 1, 1)


def updates(world: World) -> object:
    """Return which columns the last department file changes, as its plan says."""
    return plan_of(world, world.run_of(DEPARTMENTS))["update"]


NO_DRIFT = see(drift, ((), (), False))


def import_fails(content: str) -> list[Step]:
    """Return an import that fails as a whole, so that nobody knows what it did."""
    return [imports_end(302005), content, 1, lambda world: world.pass_time(DAY),
            Ends(State.FAILED), imports_end()]  # fmt: skip


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
TREE = departments(4)
STORIES: dict[str, list[Step]] = {
    "a blank in a full file enables whom an earlier one disabled": [
        staff("1"), staff(""), sends("0", "", ""), staff(""), UNCHANGED
    ],
    "a blank among changes goes out as it is and is no 0": [
        some(staff("1")), some(staff("")), sends("", "", ""), some(staff("")), UNCHANGED,
        some(staff("0")), APPLIED, some(staff("")), UNCHANGED,
    ],
    **{
        f"whom a failed import may have disabled is enabled again, {code}": [
            some(staff("")), failure, some(staff("1")), lambda world: world.pass_time(DAY),
            imports_end(), some(staff("")), some(staff("0")), APPLIED,
        ]
        for code, failure in ((302005, imports_end(302005)), (0, imports_end(0, "u0")))
    },
    **{
        f"a file with a blank over {value} goes out once, {key}": [
            (key, VALUES), (key, VALUES.replace(value, blank)), APPLIED,
            (key, VALUES.replace(value, blank)), UNCHANGED,
            (key, VALUES.replace(value, blank)), UNCHANGED,
        ]
        for key in (FULL, SOME)
        for value, blank in (("总监", ""), ("13800000001", ""), (",1\n", ",\n"))
    },
    "no column is added for leavers when nobody needs it": [
        GRACE, staff("1"), people(20).replace("员工7,", "改名,"),
        see(lambda world: "禁用" in sent(world)[0], expected=False), cell("u0", "禁用", "1"),
    ],
    "a column for leavers leaves everybody else as they are": [
        GRACE, staff("1"), people(19), sends("1", *[""] * 18, "1")
    ],
    "leavers in grace do not count again after a failed import": [
        {**GRACE, "removals": 5}, people(10), SIX, *import_fails(SIX.replace("员工1,", "改名,")),
        {**GRACE, "removals": 0}, SIX, APPLIED, doubts(), SIX, UNCHANGED,
    ],
    "a leaver whose first disabling failed counts until it is confirmed": [
        {**GRACE, "removals": 1}, people(10), *import_fails(people(9)), people(8),
        asked("hold_gone"),
    ],
    "a leaver of a failed import is enabled when back": [
        GRACE, people(20), *import_fails(people(19)), people(20), sends("0")
    ],
    "a mobile that a blank may not have cleared is noted until it is replaced": [
        FEW, FEW.replace("13800000001", ""), FEW.replace("13800000001", "").replace("2,", "1,"),
        maybe("a"),
        FEW.replace("13800000001", "13800000003").replace("2,", "1,"), maybe(),
    ],
    "mobiles that were only blank for a while count as changed": [
        MAILED, cleared(MAILED), approve, OTHERS, asked("hold_contacts")
    ],
    "a few columns settle nothing about the others": [
        some(KNOWN), imports_end(302005), some(titled(1, "总监")), imports_end(), some(people(1)),
        some(KNOWN), APPLIED, some(KNOWN), UNCHANGED,
    ],
    **{
        f"what goes out again because of a doubt is no change, {code}": [
            titled(100, "职员"), failure, PROMOTED, Ends(State.FAILED), imports_end(), PROMOTED,
            APPLIED,
        ]
        for code, failure in ((40089, fails("result", 40089)), (45026, imports_end(45026)))
    },
    "doubts about people who are gone are gone as well": [
        {"removals": 10**6, "removal_percent": 100, "renames_percent": 100}, people(4),
        imports_end(0, "u2", "u3"), some(people(4).replace("员工", "职员")), doubts("u2", "u3"),
        imports_end(0, "u2"), people(3), doubts("u2"),
    ],
    "what was done by hand is no drift once a full file agrees": [
        (DEPARTMENTS, departments()), people(20), lambda world: world.wecom.members.pop("u19"),
        hired("u0", department=2), people(19).replace("13800000001,,1", "13800000001,,2"),
        UNCHANGED, NO_DRIFT, hired("new"), see(drift, (("new",), (), True)),
    ],
    "changes confirm their own rows only": [
        (DEPARTMENTS, departments()), people(20), hired("u0", "u1", department=2),
        some(people(1).replace(",,1\n", ",,2\n")), UNCHANGED, see(drift, ((), ("u1",), True)),
    ],
    **{
        f"an older file that comes after a newer one, {job}, that changed nothing": [
            some(people(1)), 1, overtaken(LATE, people(1).replace("员工", "旧名"),
                                          (f"acme/{job}/new.csv", people(1)), UNCHANGED), end,
        ]
        for job, end in (
            ("replaceuser", Ends(State.SUPERSEDED)), ("syncuser", asked("hold_older"))
        )
    },
    "departments deleted by hand are forgotten once a file agrees": [
        (DEPARTMENTS, departments(5)), delete_department,
        *(step for same in (TREE, re.sub(r",\d+\n", ",\n", TREE), re.sub(r",[^,]+\n", "\n", TREE))
          for step in ((DEPARTMENTS, same), UNCHANGED)),
        (DEPARTMENTS, TREE.replace(",1,4\n", ",1,9\n")), see(updates, {"4": ["排序"]}),
        see(lambda world: {*world.archive.snapshot("acme").department_rows}, {1, 2, 3, 4}),
    ],
    "without a full file nobody counts as made by hand": [some(people(2)), hired("new"), NO_DRIFT],
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
