"""What is remembered of an address book that shows ids only, and what must never be assumed."""

import re
from typing import Any

import pytest

from support.books import noted, unsure
from support.company import people, table, thinned, titled, with_column
from support.guarded import (
    DAY,
    DEPARTMENTS,
    EVERYTHING_GOES,
    FULL,
    SOME,
    apply,
    codes,
    plan_of,
    play,
    policy,
)
from support.meanwhile import before, broken
from support.runs import approved, sent
from support.wired import Wired
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import BookUnreadableError, SnapshotMovedError, WeComError
from wecom_sync.domain.run import Run, State
from wecom_sync.planning.drift import compare
from wecom_sync.use_cases.records import Records

KNOWN = titled(1, "经理")
LATE = "acme/syncuser/late.csv"


def staff(*disabled: str, count: int = 20) -> str:
    """Return a full file; the first people have these cells in 禁用, the others a blank."""
    return with_column(people(count), "禁用", *disabled, "")


def sent_cells(world: World) -> list[str]:
    """Return the last column of the last file that went to WeCom."""
    return [row[-1] for row in sent(world)]


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


def test_a_blank_in_a_full_file_enables_whom_an_earlier_one_disabled(world: World) -> None:
    play(world, staff("1"), staff(""))

    assert sent_cells(world)[1:4] == ["0", "", ""]
    assert apply(world, FULL, staff("")).state is State.UNCHANGED


def test_a_blank_in_an_incremental_file_goes_out_as_it_is_and_is_no_0(world: World) -> None:
    play(world, (SOME, staff("1")), (SOME, staff("")))

    assert sent_cells(world)[1:4] == ["", "", ""]
    states = [apply(world, SOME, staff(cell)).state for cell in ("", "0", "")]
    assert states == [State.UNCHANGED, State.SUCCEEDED, State.UNCHANGED]


@pytest.mark.parametrize("whole", [False, True])
def test_whom_a_failed_import_may_have_disabled_is_enabled_again(world: World, whole: bool) -> None:
    apply(world, SOME, staff(""))
    if whole:
        world.wecom.job_errcode = 302005
    else:
        world.wecom.left_out = {"u0"}
    apply(world, SOME, staff("1"))
    world.pass_time(DAY)
    world.wecom.job_errcode, world.wecom.left_out = 0, set()
    apply(world, SOME, staff(""))

    assert apply(world, SOME, staff("0")).state is State.SUCCEEDED


@pytest.mark.parametrize("blank", ["总监", "13800000001", ",1\n"])
@pytest.mark.parametrize("key", [FULL, SOME])
def test_a_file_with_blanks_over_values_goes_out_once(world: World, key: str, blank: str) -> None:
    header = "姓名,帐号,手机号,邮箱,所在部门,职位,禁用\n"
    content = f"{header}甲,a,13800000001,a@x.cn,1,总监,1\n"
    apply(world, key, content)

    blanked = content.replace(blank, ",\n" if blank == ",1\n" else "")
    states = [apply(world, key, blanked).state for _ in range(3)]
    assert states == [State.SUCCEEDED, State.UNCHANGED, State.UNCHANGED]


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


def test_a_column_for_leavers_leaves_everybody_else_as_they_are(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)

    run = play(world, staff("1"), people(19))

    assert plan_of(world, run)["disable"] == ["u19"]
    assert plan_of(world, run)["update"] == {}
    assert sent_cells(world) == ["禁用", "1", *[""] * 18, "1"]
    assert world.archive.snapshot("acme").rows["u0"]["禁用"] == "1"


def test_a_mobile_that_a_blank_may_not_have_cleared_is_still_its_owners(world: World) -> None:
    header = "姓名,帐号,手机号,邮箱,所在部门\n"
    apply(world, FULL, header + "甲,a,13800000001,a@x.cn,1\n乙,b,13800000002,,1\n")
    run = play(
        world,
        header + "甲,a,,a@x.cn,1\n乙,b,13800000002,,1\n",
        header + "甲,a,,a@x.cn,1\n乙,b,13800000001,,1\n",
    )

    assert run.warnings == 1
    apply(world, FULL, header + "甲,a,13800000003,a@x.cn,1\n乙,b,13800000001,,1\n")
    assert noted(world.archive.snapshot("acme"), "maybe") == {}


def test_mobiles_that_were_only_blank_for_a_while_count_as_changed(world: World) -> None:
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)
    rows = [f"员工{n},u{n},138{7 * n:08d},m{n}@x.cn,1" for n in range(30)]
    full = table("姓名,帐号,手机号,邮箱,所在部门", *rows)
    blanked = play(world, full, re.sub(r",138\d+", ",", full))
    assert approved(world, blanked).state is State.SUCCEEDED
    policy(world)

    others = re.sub(r",138\d+", lambda it: f",15{int(it[0][4:]) * 7_919_191 % 10**9:09d}", full)
    assert codes(apply(world, FULL, others)) == ["hold_contacts"]


def test_a_few_columns_settle_nothing_about_the_others(world: World) -> None:
    apply(world, SOME, KNOWN)
    world.wecom.job_errcode = 302005
    apply(world, SOME, titled(1, "总监"))
    world.wecom.job_errcode = 0
    apply(world, SOME, people(1))

    assert apply(world, SOME, KNOWN).state is State.SUCCEEDED
    assert apply(world, SOME, KNOWN).state is State.UNCHANGED


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


def test_what_was_done_by_hand_is_no_drift_once_a_file_agrees(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    apply(world, FULL, people(20))
    del world.wecom.members["u19"]
    world.wecom.hire("u0", department=2)

    run = apply(world, FULL, people(19).replace("13800000001,,1", "13800000001,,2"))

    snapshot = world.archive.snapshot("acme")
    assert run.state is State.UNCHANGED
    assert not compare("acme", world.wecom.directory(), snapshot)
    assert "u19" not in snapshot.rows
    world.wecom.hire("new")
    drift = compare("acme", world.wecom.directory(), snapshot)
    assert (bool(drift), drift.added) == (True, ("new",))


def test_an_incremental_file_that_changes_nothing_confirms_its_own_rows_only(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    apply(world, FULL, people(20))
    world.wecom.hire("u0", "u1", department=2)

    run = apply(world, SOME, people(1).replace(",,1\n", ",,2\n"))

    assert run.state is State.UNCHANGED
    drift = compare("acme", world.wecom.directory(), world.archive.snapshot("acme"))
    assert (bool(drift), drift.moved) == (True, ("u1",))
    assert len(world.archive.snapshot("acme").rows) == 20


def test_without_a_full_file_nobody_counts_as_made_by_hand(world: World) -> None:
    apply(world, SOME, people(2))
    world.wecom.hire("new")

    assert not compare("acme", world.wecom.directory(), world.archive.snapshot("acme"))


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
    change = Records.change_book

    def slow(self: Records, run: Run, *operation: Any) -> None:
        monkeypatch.setattr(Records, "change_book", change)
        world.intake.advance(run.run_id)
        apply(world, "acme/syncuser/next.csv", people(1).replace("员工", "新名"))
        change(self, run, *operation)

    monkeypatch.setattr(Records, "change_book", slow)
    world.pass_time(3600)

    assert world.run_of(SOME).state is State.UNCHANGED
    assert world.run_of("acme/syncuser/next.csv").state is State.SUCCEEDED
    assert world.archive.snapshot("acme").rows["u0"]["姓名"] == "新名1"


def failed_import(world: World, content: str) -> None:
    """Let an import fail as a whole, so that nobody knows what it did."""
    world.wecom.job_errcode = 302005
    assert apply(world, FULL, content).state is not State.HELD
    world.pass_time(DAY)
    assert world.run_of(FULL).state is State.FAILED
    world.wecom.job_errcode = 0


def test_leavers_in_grace_do_not_count_again_after_a_failed_import(world: World) -> None:
    policy(world, leavers="disable", removals=5, removal_percent=100)
    apply(world, FULL, people(10))
    six = thinned(people(10), 4)
    apply(world, FULL, six)
    failed_import(world, six.replace("员工1,", "改名,"))
    policy(world, leavers="disable", removals=0, removal_percent=100)

    run = apply(world, FULL, six)

    assert run.state is State.SUCCEEDED
    assert run.plan is not None
    assert (run.plan["disable"], run.plan["update"]) == (0, 10)
    assert unsure(world.archive.snapshot("acme")) == set()
    assert apply(world, FULL, six).state is State.UNCHANGED


def test_a_leaver_whose_first_disabling_failed_counts_until_it_is_confirmed(world: World) -> None:
    policy(world, leavers="disable", removals=1, removal_percent=100)
    apply(world, FULL, people(10))
    failed_import(world, people(9))

    run = apply(world, FULL, people(8))

    assert codes(run) == ["hold_gone"]


def test_a_leaver_of_a_failed_import_is_enabled_when_back(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    apply(world, FULL, people(20))
    failed_import(world, people(19))

    apply(world, FULL, people(20))

    assert sent_cells(world)[-1] == "0"


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


def test_doubts_about_people_who_are_gone_are_gone_as_well(world: World) -> None:
    policy(world, removals=10**6, removal_percent=100, renames_percent=100)
    apply(world, FULL, people(4))
    world.wecom.left_out = {"u2", "u3"}
    apply(world, SOME, people(4).replace("员工", "职员"))
    assert unsure(world.archive.snapshot("acme")) == {"u2", "u3"}
    world.wecom.left_out = {"u2"}

    apply(world, FULL, people(3))

    assert unsure(world.archive.snapshot("acme")) == {"u2"}


@pytest.mark.parametrize("errcode", [0, 45026])
def test_what_goes_out_again_because_of_a_doubt_is_no_change(world: World, errcode: int) -> None:
    promoted = titled(100, "经理", "职员")
    apply(world, FULL, titled(100, "职员"))
    if errcode:
        world.wecom.job_errcode = errcode
    else:
        world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    assert apply(world, FULL, promoted).state is State.FAILED
    world.wecom.job_errcode = 0

    run = apply(world, FULL, promoted)

    assert (run.state, codes(run)) == (State.SUCCEEDED, [])


def test_a_book_that_cannot_be_read_ends_the_run_and_nothing_is_sent(world: World) -> None:
    with broken(world.archive, "snapshot", error=BookUnreadableError):
        run = apply(world, FULL, people(3))

    assert run.reason is not None
    assert (run.state, run.reason.code, world.wecom.jobs) == (State.FAILED, "book_unreadable", {})
