"""Holds and what becomes of them: approval, cancellation, expiry, newer files."""

from datetime import UTC

import pytest

from support.books import with_cells
from support.company import people, table, without
from support.guarded import FULL, SOME, apply, codes, dropped, named, policy
from support.meanwhile import broken
from support.runs import approved, english, state_and_why, text_of
from support.stories import Step, approve, play, steps, stories
from support.world import World
from wecom_sync.domain.errors import UnknownOutcomeError, WeComError
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.planning.changes import Change
from wecom_sync.planning.plan import Plan
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.letters import mail, notice

OTHER = "acme/replaceuser/other.csv"


def numbered(*prefixes: int) -> str:
    """Return people whose numbers begin like this, ten for each prefix."""
    starts = [prefix for prefix in prefixes for _ in range(10)]
    rows = (f"员工{n},u{n},{at}{7 * n:04d},,1,职员" for n, at in enumerate(starts))
    return table("姓名,帐号,手机号,邮箱,所在部门,职位", *rows)


def remember(world: World, column: str, cell: int, *accounts: str) -> None:
    """Let something else be known of people than what a file was compared with."""
    book = world.archive.snapshots["acme"]
    world.archive.snapshots["acme"] = with_cells(book, *accounts, **{column: str(cell)})


def short(*rows: str) -> str:
    return table("姓名,帐号,手机号,所在部门", *rows)


def approve_what_was_shown(world: World, *who: str) -> None:
    """See that an approval covers no more, and then what else there is."""
    run = approve(world)
    assert (run.state, codes(run)[0]) == (State.HELD, "hold_worse")
    assert not who or named(run.proposal.holds[0]) == ", ".join(who)
    assert approve(world).state is State.SUCCEEDED


STORIES = """
who was shown to go, though by now that would be asked: people 100
    | people 100 ~ named 职工 20 ~ thinned 3 | asks hold_amount | set removals=0
    | approve | applied
no account that was protected meanwhile: people 100 | people 100 ~ thinned 11 | set protected=u21
    | approve | asks hold_new_reason hold_gone hold_protected | approve | applied
a department that goes later: departments 4 | hire a in 3 | departments 3 ~ replaced 总部 新名
    | hire a in 4 | approve | applied
a department that goes now: departments 4 | hire a in 4 | departments 3 ~ replaced 总部 新名
    | hire a in 3 | approve | applied
though fewer people are there: set removals=5 | titled 60 职员
    | titled 60 经理*12 职员 ~ thinned 10 | delete u1 | approve | applied
a family and not only a sentence: set renames_percent=100 | titled 200 1
    | titled 200 2*70 1 ~ changed 员工 职工 21 | set renames_percent=5 | approve | applied
no other people who move: set moves_percent=50 | departments 3 | people 40
    | people 40 ~ moved 部门2 | departments 3 ~ replaced 部门2 旧部 ~ replaced 部门3 部门2
    | approve_what_was_shown
no account that goes to somebody else: short 李娜,lina,13800000001,1 王伟,wang,13800000002,1
    | some short 黎纳,lina,13977770001,1 汪伟,wang,13800000002,1 | fix | approve_what_was_shown wang
nobody who comes back: first | delete u1 | approve_what_was_shown u1
nobody else who goes: first | delete old | hire another | approve_what_was_shown another
nobody who is invited: first | set first_replace=hold invite=true
    | approve_what_was_shown u6 u7 u8
no other numbers: numbered 1381111*10 | some numbered 1392222*3
    | numbered 1381111*3 1373333*3 1381111*4 | approve some | approve_what_was_shown
no other column: titled 100 1 ~ with_column 别名 1
    | titled 100 1 ~ with_column 别名 1 ~ replaced ,1,1,1⏎ ,1,2,1⏎ | remember 别名 9 u0..99
    | approve_what_was_shown
nobody else of a column: titled 100 1 | titled 100 2*31 1 | remember 职位 9 u99
    | approve_what_was_shown u99
"""


FIX = ("acme/syncuser/fix.csv", short("王伟,wang,13800000003,1"))
FIRST = steps("set first_replace=hold | hire u0..5 old | people 9")


@stories(STORIES, globals())
def test_an_approval_covers(world: World, story: list[Step]) -> None:
    play(world, *story)


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
    apply(world, FULL, people(5))
    policy(world, protected=["u0"], removal_percent=100)
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


def reminds(world: World) -> bool:
    """Say whether people hear of a hold that it is the last time."""
    run = world.run_of(FULL)
    texts = mail(run, Language.ENGLISH)[1], notice(run, Language.ENGLISH, UTC).text
    said = ["there will be no other reminder" in text for text in texts]
    assert said in ([True, True], [False, False])
    return said[0]


def test_a_hold_that_is_about_to_expire_reminds_once_and_then_expires(
    world: World, held: Run
) -> None:
    policy(world, first_replace="hold", hold_hours=2)
    held = apply(world, FULL, people(6))
    world.live(3600 - 601)
    world.holds.expire(held.run_id)
    news = world.run_of(FULL).news
    assert (reminds(world), news) == (False, held.news)
    world.live(1200)
    assert (reminds(world), world.run_of(FULL).state) == (True, State.HELD)
    news = world.run_of(FULL).news
    world.live(3600 - 1200)
    assert (world.run_of(FULL).news, news != held.news) == (news, True)

    world.live(1200)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.CANCELLED, "hold_expired")
    assert "not sent" in text_of(world, run, "results.csv")


def test_an_approval_that_somebody_goes_lets_no_department_of_that_number_go() -> None:
    gone = (Change("7", (Kind.REMOVE,)),)
    people, tree = (Plan(job=job, changes=gone) for job in (Job.COMPANY, Job.REPLACE_PARTY))

    assert [stake for stake in tree.at_stake if stake in people.at_stake] == []
