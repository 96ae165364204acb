"""Holds and what becomes of them: approval, cancellation, expiry, newer files."""

import pytest

from support.books import with_cells
from support.company import changed, people, table, thinned, titled, with_column, without
from support.guarded import (
    DEPARTMENTS,
    FULL,
    SOME,
    Step,
    apply,
    approve,
    codes,
    dropped,
    hired,
    named,
    play,
    policy,
)
from support.meanwhile import broken
from support.runs import approved, english, state_and_why, text_of
from support.world import World, departments
from wecom_sync.domain.errors import UnknownOutcomeError, WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import Reason

HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位"
OTHER = "acme/replaceuser/other.csv"


def test_an_approval_counts_for_the_reasons_that_were_shown(world: World, held: Run) -> None:
    world.cancel(held)
    world.wecom.hire("old")
    run = apply(world, FULL, people(6))
    policy(world, first_replace="hold", removals=0)
    again = approved(world, run)
    assert codes(again) == ["hold_new_reason", "hold_first", "hold_gone"]

    assert approved(world, run).state is State.HELD
    assert "old" in world.wecom.members
    assert approved(world, again).state is State.SUCCEEDED


def numbered(*prefixes: str) -> str:
    """Return people whose numbers begin like this, ten for each prefix."""
    starts = [prefix for prefix in prefixes for _ in range(10)]
    rows = (f"员工{n},u{n},{at}{7 * n:04d},,1,职员" for n, at in enumerate(starts))
    return table(HEADER, *rows)


def gone(user: str) -> Step:
    return lambda world: world.wecom.members.pop(user)


def moved(user: str, department: int) -> Step:
    return lambda world: world.wecom.hire(user, department=department)


def remembered(*accounts: str, **cells: str) -> Step:
    """Return that something else is known of people than what a file was compared with."""

    def change(world: World) -> None:
        world.archive.snapshots["acme"] = with_cells(
            world.archive.snapshots["acme"], *accounts, **cells
        )

    return change


SHORT = "姓名,帐号,手机号,所在部门"
OLD, NEW, ANOTHER = ["1381111"], ["1392222"], ["1373333"]
BOTH = with_column(titled(100, "1"), "别名", "1")
FEW = {"removals": 2, "removal_percent": 100}
FIRST: list[Step] = [
    {"first_replace": "hold"}, hired(*(f"u{n}" for n in range(6)), "old"), people(9)
]  # fmt: skip
COVERED: dict[str, list[Step]] = {
    "something milder": [
        FEW, people(10), thinned(people(10), 5), {**FEW, "leavers": "disable"}
    ],
    **{
        f"a department that goes {when}": [
            (DEPARTMENTS, departments(4)), moved("a", before),
            (DEPARTMENTS, departments(3).replace("总部", "新名")), moved("a", after),
        ]
        for when, before, after in (("later", 3, 4), ("now", 4, 3))
    },
    "though fewer people are there": [
        {"removals": 5}, titled(60, "职员"), thinned(titled(60, *["经理"] * 12, "职员"), 10),
        gone("u1"),
    ],
    "a family and not only a sentence": [
        {"renames_percent": 100}, titled(200, "1"),
        changed(titled(200, *["2"] * 70, "1"), "员工", "职工", 21), {"renames_percent": 5},
    ],
}  # fmt: skip
WORSE: dict[str, tuple[list[Step], str]] = {
    "where people move": (
        [{"moves_percent": 50}, (DEPARTMENTS, departments(3)), people(40),
         people(40).replace(",,1\n", ",,部门2\n"),
         (DEPARTMENTS, departments(3).replace("部门2", "旧部").replace("部门3", "部门2"))], "",
    ),
    "whose account goes to somebody else": (
        [table(SHORT, "李娜,lina,13800000001,1", "王伟,wang,13800000002,1"),
         (SOME, table(SHORT, "黎纳,lina,13977770001,1", "汪伟,wang,13800000002,1")),
         ("acme/syncuser/fix.csv", table(SHORT, "王伟,wang,13800000003,1"))], "wang",
    ),
    "who comes back": ([*FIRST, gone("u1")], "u1"),
    "who goes": ([*FIRST, gone("old"), hired("another")], "another"),
    "who is invited": ([*FIRST, {"first_replace": "hold", "invite": True}], "u6, u7, u8"),
    "whose numbers change": (
        [numbered(*OLD * 10), (SOME, numbered(*NEW * 3)),
         numbered(*OLD * 3, *ANOTHER * 3, *OLD * 4), lambda world: approve(world, SOME)], "",
    ),
    "whose columns change": (
        [BOTH, BOTH.replace(",1,1,1\n", ",1,2,1\n"),
         remembered(*(f"u{n}" for n in range(100)), 别名="9")], "",
    ),
    "whose column changes": (
        [titled(100, "1"), titled(100, *["2"] * 31, "1"), remembered("u99", 职位="9")], "u99",
    ),
}  # fmt: skip


@pytest.mark.parametrize("steps", COVERED.values(), ids=COVERED)
def test_an_approval_covers(world: World, steps: list[Step]) -> None:
    play(world, *steps)

    assert approve(world).state is State.SUCCEEDED


@pytest.mark.parametrize(("steps", "who"), WORSE.values(), ids=WORSE)
def test_an_approval_covers_no_more_than_was_shown_of(
    world: World, steps: list[Step], who: str
) -> None:
    play(world, *steps)

    run = approve(world)

    assert (run.state, codes(run)[0]) == (State.HELD, "hold_worse")
    assert not who or named(run.proposal.holds[0]) == who
    assert approve(world).state is State.SUCCEEDED


def test_a_file_that_is_tried_again_gives_way_to_a_correction(world: World) -> None:
    apply(world, FULL, people(20))
    world.wecom.fail("submit", *[WeComError(302008, "", "/cgi-bin/batch/replaceuser")] * 3)
    wrong = dropped(world, OTHER, people(19), 70)
    assert (wrong.state, wrong.submission.posted) == (State.SUBMITTING, None)

    world.drop(FULL, people(20).replace("员工1,", "新名,"))
    world.pass_time(7200)

    assert world.run_of(OTHER).state is State.SUPERSEDED
    assert len(world.wecom.members) == 20
    assert world.run_of(FULL).state is State.SUCCEEDED


def test_a_held_file_gives_way_to_a_newer_one_that_is_just_planned(world: World, held: Run) -> None:
    world.drop(OTHER, people(7))
    with broken(world.reports, "put", "plan.json"), pytest.raises(OSError):  # noqa: PT011
        world.pass_time(70)

    run, newer = world.approve_now(held), world.run_of(OTHER)

    assert run.state is State.SUPERSEDED
    assert run.reason == Reason("superseded", {"run_id": newer.run_id})


@pytest.mark.parametrize("good", [False, True])
def test_only_a_good_newer_file_supersedes_a_held_one(world: World, held: Run, good: bool) -> None:
    newer = apply(
        world, OTHER, people(7 if good else 6).replace(",,1\n", f",,{1 if good else 77}\n")
    )

    assert newer.state is (State.HELD if good else State.REJECTED)
    assert approved(world, held).state is (State.SUPERSEDED if good else State.SUCCEEDED)


DISABLING = table("姓名,帐号,手机号,邮箱,所在部门,禁用", "员工1,u0,13800000001,,1,1")


@pytest.mark.parametrize("applied", [True, False])
def test_only_a_full_file_that_was_applied_overtakes_changes(world: World, applied: bool) -> None:
    policy(world, protected=["u0"], removal_percent=100)
    apply(world, FULL, people(5))
    held = apply(world, SOME, DISABLING)
    assert held.state is State.HELD
    world.pass_time(60)
    world.wecom.job_errcode = 0 if applied else 302005
    apply(world, FULL, people(6))
    world.wecom.job_errcode = 0

    ended = (State.SUPERSEDED, "superseded_changes") if applied else (State.SUCCEEDED, None)
    assert state_and_why(approved(world, held)) == ended


def test_a_held_file_does_not_undo_what_was_applied_since_unasked(world: World) -> None:
    apply(world, FULL, people(3))
    policy(world, protected=["u0"], removal_percent=100)
    held = apply(world, FULL, without(people(3), "u0"))
    assert codes(held) == ["hold_protected"]
    news = without(people(2), "u0").replace("员工2", "新名")
    assert apply(world, SOME, news).state is State.SUCCEEDED

    run = approved(world, held)

    assert run.state is State.HELD
    assert [named(hold) for hold in run.proposal.holds if hold.code == "hold_older"] == ["u1"]
    assert approved(world, run).state is State.SUCCEEDED


@pytest.mark.parametrize("planned", [False, True])
def test_nobody_is_invited_unless_plan_and_settings_say_so(world: World, planned: bool) -> None:
    policy(world, invite=planned)
    world.wecom.fail("submit", UnknownOutcomeError())
    dropped(world, SOME, people(2), 61)
    policy(world, invite=not planned)

    world.live(3600)

    assert world.run_of(SOME).state is State.SUCCEEDED
    policy(world, invite=True)
    apply(world, SOME, people(3))
    assert [job.invite for job in world.wecom.jobs.values()] == [False, True]


def test_a_file_that_may_have_gone_out_is_not_sent_again_to_do_more(world: World) -> None:
    policy(world, protected=["boss"])
    apply(world, FULL, people(30))
    world.wecom.fail("submit", UnknownOutcomeError())
    dropped(world, FULL, people(29), 70)
    world.wecom.hire("boss")

    world.live(1200)
    assert state_and_why(world.run_of(FULL)) == (State.SUBMITTING, "unsafe_to_repeat")
    world.live(6 * 3600)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.FAILED, "unsafe_to_repeat")
    assert "Affected: boss" in english(run)
    assert world.wecom.calls.count("submit") == 2
    assert "boss" in world.wecom.members


def test_a_hold_expires(world: World, held: Run) -> None:
    policy(world, first_replace="hold", hold_hours=2)
    held = apply(world, FULL, people(6))
    world.pass_time(7200 - 601)
    world.sweep.sweep()
    world.holds.expire(held.run_id)
    assert world.run_of(FULL).state is State.HELD

    world.live(1200)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.CANCELLED, "hold_expired")
    assert "not sent" in text_of(world, run, "results.csv")
