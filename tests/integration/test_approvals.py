"""Holds and what becomes of them: approval, cancellation, expiry, newer files."""

from typing import Any

import pytest

from support.guarded import DEPARTMENTS, FULL, SOME, apply, codes, named, people, policy, thinned
from support.runs import approved, state_and_why
from support.world import BOSS, World, departments, members
from wecom_sync.domain.book import Book
from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError, WeComError
from wecom_sync.domain.run import Reason, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.language import Language


@pytest.fixture
def asking(world: World) -> World:
    """A corp with six people whose first full file is asked about."""
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    return world


def test_the_first_full_file_waits_for_a_person_and_changes_nothing(asking: World) -> None:
    world = asking
    world.wecom.hire("boss")

    run = apply(world, FULL, people(9))

    assert run.state is State.HELD
    assert "hold_first" in codes(run)
    assert run.plan is not None
    assert (run.plan["add"], run.plan["remove"]) == (3, 1)
    assert len(world.wecom.members) == 7
    assert world.archive.snapshot("acme") == Book()
    assert "upload" not in world.wecom.calls
    assert world.counted["RunsHeld"] == 1
    assert [published.state for published in world.publisher.published] == [State.HELD]


def test_an_approved_run_goes_on_once_with_exactly_its_version(asking: World) -> None:
    world = asking
    run = apply(world, FULL, people(6))

    world.approve(run)
    run = approved(world, run)

    assert run.state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 1
    assert run.approval is not None
    assert (run.approval.by, run.approval.digest) == (BOSS, run.plan_digest)
    assert len(world.archive.snapshot("acme").rows) == 6


def test_the_approval_of_another_plan_is_none(asking: World) -> None:
    world = asking
    run = apply(world, FULL, people(6))

    world.decide(run, decision="approve", plan="0" * 64)
    world.pass_time(600)

    run = world.run_of(FULL)
    assert run.state is State.HELD
    assert [why.code for why in world.told(run).timeline[-1].why] == ["approval_outdated"]
    assert approved(world, run).state is State.SUCCEEDED


def test_an_approval_counts_for_the_reasons_that_were_shown(asking: World) -> None:
    world = asking
    world.wecom.hire("old")
    run = apply(world, FULL, people(6))
    assert codes(run) == ["hold_first"]
    policy(world, first_replace="hold", removals=0)
    world.approve(run)
    world.pass_time(600)
    again = world.run_of(FULL)
    assert codes(again) == ["hold_new_reason", "hold_first", "hold_gone"]

    assert approved(world, run).state is State.HELD
    assert "old" in world.wecom.members
    assert approved(world, again).state is State.SUCCEEDED


def test_an_approval_covers_where_people_move(world: World) -> None:
    policy(world, moves_percent=50)
    apply(world, DEPARTMENTS, departments(3))
    apply(world, FULL, people(40))
    moved = people(40).replace(",,1\n", ",,部门2\n")
    run = apply(world, FULL, moved)
    assert codes(run) == ["hold_moved"]
    other = departments(3).replace("部门2", "旧部").replace("部门3", "部门2")
    assert apply(world, DEPARTMENTS, other).state is State.SUCCEEDED

    assert codes(approved(world, run))[0] == "hold_worse"
    assert world.wecom.members["u0"][1] == {1}


def test_an_approval_covers_whose_account_goes_to_somebody_else(world: World) -> None:
    policy(world)
    head = "姓名,帐号,手机号,所在部门\n"
    apply(world, FULL, f"{head}李娜,lina,13800000001,1\n王伟,wang,13800000002,1\n")
    run = apply(world, SOME, f"{head}黎纳,lina,13977770001,1\n汪伟,wang,13800000002,1\n")
    assert codes(run) == ["hold_other_person"]
    fixed = apply(world, "acme/syncuser/fix.csv", f"{head}王伟,wang,13800000003,1\n")
    assert fixed.state is State.SUCCEEDED

    world.approve(run)
    world.pass_time(600)

    again = world.run_of(SOME)
    assert codes(again)[0] == "hold_worse"
    assert named(again.holds[0]) == "wang"
    assert approved(world, again).state is State.SUCCEEDED


def test_an_approval_covers_whom_it_brings_back(asking: World) -> None:
    world = asking
    world.wecom.hire("old")
    run = apply(world, FULL, people(6))
    del world.wecom.members["u1"]

    world.approve(run)
    world.pass_time(600)

    assert named(world.run_of(FULL).holds[0]) == "u1"


def test_what_is_milder_than_approved_goes_out(world: World) -> None:
    policy(world, removals=2, removal_percent=100)
    apply(world, FULL, people(10))
    run = apply(world, FULL, thinned(people(10), 5))
    assert codes(run) == ["hold_gone"]
    policy(world, removals=2, removal_percent=100, leavers="disable")

    assert approved(world, run).state is State.SUCCEEDED


def test_an_approval_covers_who_is_invited(asking: World) -> None:
    world = asking
    run = apply(world, FULL, people(9))
    policy(world, first_replace="hold", invite=True)

    world.approve(run)
    world.pass_time(600)

    again = world.run_of(FULL)
    assert (codes(again)[0], named(again.holds[0])) == ("hold_worse", "u6, u7, u8")


@pytest.mark.parametrize("now", [False, True])
def test_an_approval_covers_that_a_department_goes_now_or_later(world: World, now: bool) -> None:
    policy(world, department_removals=0)
    apply(world, DEPARTMENTS, departments(4))
    world.wecom.hire("a", department=3 if now else 4)
    run = apply(world, DEPARTMENTS, departments(3))
    assert codes(run) == ["hold_gone_departments"]
    world.wecom.hire("a", department=4 if now else 3)

    world.approve(run)
    world.pass_time(600)

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize("way", ["correction", "cancel"])
def test_a_file_that_is_tried_again_is_stopped_by_its_correction_or_by_a_person(
    world: World, way: str
) -> None:
    apply(world, FULL, people(20))
    world.wecom.fail("submit", *[WeComError(302008, "", "/cgi-bin/batch/replaceuser")] * 3)
    world.drop("acme/replaceuser/wrong.csv", people(19))
    world.pass_time(70)
    wrong = world.run_of("acme/replaceuser/wrong.csv")
    assert (wrong.state, wrong.posted) == (State.SUBMITTING, None)

    if way == "cancel":
        world.cancel(wrong)
    else:
        world.drop(FULL, people(20).replace("员工1,", "新名,"))
    world.pass_time(7200)

    ended = world.run_of("acme/replaceuser/wrong.csv")
    assert ended.state is (State.CANCELLED if way == "cancel" else State.SUPERSEDED)
    assert len(world.wecom.members) == 20
    if way == "correction":
        assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_file_that_went_out_cannot_be_cancelled(world: World) -> None:
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(FULL, people(3))
    world.pass_time(70)
    run = world.run_of(FULL)

    world.cancel(run)
    world.pass_time(1)

    found = world.run_of(FULL)
    assert (found.state, found.posted) == (run.state, run.posted)
    assert [why.code for why in world.told(found).timeline[-1].why] == ["decision_too_late"]


def test_a_held_file_cannot_be_approved_once_a_newer_one_was_planned(world: World) -> None:
    policy(world)
    apply(world, FULL, people(20))
    world.wecom.fail("directory", *[UnreachableError()] * 2)
    world.drop("acme/replaceuser/wrong.csv", people(15))
    world.pass_time(62)
    world.drop(FULL, people(20))

    world.pass_time(3600)

    assert world.run_of(FULL).state is State.UNCHANGED
    assert world.run_of("acme/replaceuser/wrong.csv").state is State.SUPERSEDED
    assert len(world.wecom.members) == 20


def test_a_held_file_gives_way_to_a_newer_one_that_was_only_just_planned(
    asking: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = asking
    held = apply(world, FULL, people(6))
    put = world.reports.put

    def full(name: str, *arguments: Any) -> str:
        if name.endswith("plan.json"):
            raise RuntimeError
        return put(name, *arguments)

    monkeypatch.setattr(world.reports, "put", full)
    world.drop("acme/replaceuser/new.csv", people(7))
    with pytest.raises(RuntimeError):
        world.pass_time(70)

    world.approve_now(held)

    run, newer = world.run_of(FULL), world.run_of("acme/replaceuser/new.csv")
    assert (run.state, run.reason) == (
        State.SUPERSEDED, Reason("superseded", {"run_id": newer.run_id})
    )  # fmt: skip


def test_a_bad_newer_file_leaves_a_held_one_to_be_decided(asking: World) -> None:
    world = asking
    held = apply(world, FULL, people(6))
    bad = apply(world, "acme/replaceuser/bad.csv", people(6).replace(",,1\n", ",,77\n"))

    assert bad.state is State.REJECTED
    assert approved(world, held).state is State.SUCCEEDED


def test_changes_that_a_full_file_overtook_are_told_to_be_dropped_again(world: World) -> None:
    policy(world, protected=["u0"], removal_percent=100)
    apply(world, FULL, people(5))
    off = "姓名,帐号,手机号,邮箱,所在部门,禁用\n员工1,u0,13800000001,,1,1\n"
    held = apply(world, SOME, off)
    assert held.state is State.HELD
    world.pass_time(60)
    apply(world, FULL, people(6))

    run = approved(world, held)

    assert state_and_why(run) == (State.SUPERSEDED, "superseded_changes")


def test_an_approval_covers_the_people_it_was_shown_and_nobody_else(asking: World) -> None:
    world = asking
    world.wecom.hire("old")
    run = apply(world, FULL, people(6))
    del world.wecom.members["old"]
    world.wecom.hire("another")

    run = approved(world, run)

    assert run.state is State.HELD
    worse = run.holds[0]
    assert (worse.code, named(worse)) == ("hold_worse", "another")
    assert "another" in world.wecom.members
    world.approve(run)
    world.pass_time(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_held_file_does_not_undo_what_was_applied_since_unasked(world: World) -> None:
    policy(world)
    apply(world, FULL, people(3))
    policy(world, protected=["u0"], removal_percent=100)
    held = apply(world, FULL, people(3).replace("员工1,u0,13800000001,,1\n", ""))
    assert codes(held) == ["hold_protected"]
    news = members("u0", "u1").replace("员工1,u0,13800000001,,1\n", "").replace("员工2", "新名")
    assert apply(world, SOME, news).state is State.SUCCEEDED

    run = approved(world, held)

    assert run.state is State.HELD
    assert "hold_older" in codes(run)
    assert [named(hold) for hold in run.holds if hold.code == "hold_older"] == ["u1"]
    assert approved(world, run).state is State.SUCCEEDED


@pytest.mark.parametrize("planned", [False, True])
def test_nobody_is_invited_unless_the_plan_and_the_settings_of_the_moment_say_so(
    world: World, planned: bool
) -> None:
    policy(world, invite=planned)
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(SOME, people(2))
    world.pass_time(61)
    assert world.run_of(SOME).state is State.SUBMITTING
    policy(world, invite=not planned)

    world.pass_time(3600)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert [job.invite for job in world.wecom.jobs.values()] == [False]


def test_a_file_that_may_have_gone_out_is_not_sent_again_when_it_would_do_more(
    world: World,
) -> None:
    policy(world, protected=["boss"])
    apply(world, FULL, people(30))
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(FULL, people(29))
    world.pass_time(70)
    assert world.run_of(FULL).state is State.SUBMITTING
    world.wecom.hire("boss")

    world.live(1200)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.SUBMITTING, "unsafe_to_repeat")
    world.live(6 * 3600)
    run = world.run_of(FULL)
    assert state_and_why(run) == (State.FAILED, "unsafe_to_repeat")
    assert "Affected: boss" in reason_text(run, Language.ENGLISH)
    assert world.wecom.calls.count("submit") == 2
    assert "boss" in world.wecom.members


def test_a_cancellation_that_comes_late_does_not_undo_a_later_approval(asking: World) -> None:
    world = asking
    held = apply(world, FULL, people(6))
    world.cancel(held)
    ((_, cancelled),) = world.submit_queue.messages
    world.submit_queue.messages.clear()
    world.pass_time(60)
    world.wecom.duration = 600
    policy(world, first_replace="apply")
    world.drop("acme/replaceparty/d.csv", departments())
    world.pass_time(1)
    world.approve(held)
    world.pass_time(1)
    assert world.run_of(FULL).state is State.QUEUED

    world.submit_queue.send(cancelled)
    world.pass_time(1)
    run = world.run_of(FULL)
    assert run.state is State.QUEUED
    assert [why.code for why in world.told(run).timeline[-1].why] == ["decision_overtaken"]
    world.cancel(held)
    world.pass_time(1)
    assert world.run_of(FULL).state is State.CANCELLED


def test_a_full_file_that_failed_as_a_whole_does_not_make_older_changes_pointless(
    world: World,
) -> None:
    policy(world, protected=["u1"])
    apply(world, FULL, people(3))
    disabling = people(2).replace("所在部门", "所在部门,禁用").replace(",1\n", ",1,1\n")
    held = apply(world, SOME, disabling)
    assert held.state is State.HELD
    world.wecom.job_errcode = 302005
    assert apply(world, FULL, people(4)).state is State.FAILED
    world.wecom.job_errcode = 0

    assert approved(world, held).state is State.SUCCEEDED


def test_a_hold_expires(asking: World) -> None:
    world = asking
    policy(world, first_replace="hold", hold_hours=2)
    apply(world, FULL, people(6))

    world.pass_time(7200 - 601)
    world.sweep.sweep()
    world.holds.expire(world.run_of(FULL).run_id)
    assert world.run_of(FULL).state is State.HELD

    world.pass_time(1200)
    world.sweep.sweep()
    world.pass_time(1)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.CANCELLED, "hold_expired")
    assert b"not sent" in world.reports.documents[f"acme/{run.run_id}/results.csv"]


def test_a_hold_that_nobody_was_told_of_is_told_by_the_sweep(asking: World) -> None:
    world = asking
    world.publisher.failures = 1
    world.drop(FULL, people(6))
    world.pass_time(600)
    assert world.run_of(FULL).state is State.HELD
    assert world.publisher.published == []

    world.live(600)
    assert [run.state for run in world.publisher.published] == [State.HELD]

    world.live(6 * 3600)
    assert len(world.publisher.published) == 1
    assert world.run_of(FULL).state is State.HELD


def test_a_hold_stops_neither_other_job_types_nor_other_corps(asking: World) -> None:
    world = asking
    apply(world, FULL, people(6))

    assert apply(world, SOME, members("x")).state is State.SUCCEEDED
    assert apply(world, "beta/replaceuser/b.csv", people(2)).state is State.SUCCEEDED
    assert world.run_of(FULL).state is State.HELD


def test_a_newer_full_file_supersedes_one_that_is_held(asking: World) -> None:
    world = asking
    apply(world, "acme/replaceuser/1.csv", people(6))
    world.clock.now += 10

    apply(world, "acme/replaceuser/2.csv", people(7))

    assert world.run_of("acme/replaceuser/1.csv").state is State.SUPERSEDED
    assert world.run_of("acme/replaceuser/2.csv").state is State.HELD


HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位\n"


def titled(count: int, promoted: int = 0) -> str:
    """Return a full file of so many people, of whom the first ones have another title."""
    titles = ["经理"] * promoted + ["职员"] * (count - promoted)
    rows = [f"员工{n},u{n},138{7 * n:08d},,1,{title}\n" for n, title in enumerate(titles[:count])]
    return HEADER + "".join(rows)


def numbered(start: int, end: int, prefix: str) -> str:
    """Return rows of some people, with numbers that begin like this."""
    rows = [f"员工{n},u{n},{prefix}{7 * n:08d},,1,职员\n" for n in range(start, end)]
    return HEADER + "".join(rows)


def test_an_approval_survives_that_there_are_fewer_people_than_before(world: World) -> None:
    policy(world, removals=5)
    apply(world, FULL, titled(60))
    run = apply(world, FULL, thinned(titled(60, promoted=12), 10))
    assert "hold_gone" in codes(run)
    world.wecom.members.pop("u1")

    assert approved(world, run).state is State.SUCCEEDED


def test_a_file_of_an_approved_plan_may_go_out_twice_though_fewer_people_are_left(
    world: World,
) -> None:
    policy(world, removals=5)
    apply(world, FULL, titled(100))
    run = apply(world, FULL, thinned(titled(100, promoted=18), 40))
    world.lose_answers(1)
    world.approve(run)

    world.live(3 * 3600)

    assert world.run_of(FULL).state is State.SUCCEEDED


def test_an_approval_covers_whose_numbers_change(world: World) -> None:
    policy(world)
    apply(world, FULL, titled(100))
    some = apply(world, SOME, numbered(0, 30, "139"))
    everybody = HEADER + (
        numbered(0, 30, "138") + numbered(30, 60, "137") + numbered(60, 100, "138")
    ).replace(HEADER, "")
    full = apply(world, FULL, everybody)
    assert (codes(some), codes(full)) == (["hold_contacts"], ["hold_contacts"])

    for run in (some, full):
        world.approve(run)
        world.pass_time(600)

    assert codes(world.run_of(FULL))[0] == "hold_worse"
