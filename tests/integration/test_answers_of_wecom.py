"""WeCom's answers that were lost, and what it calls back with: we never guess."""

import pytest

from support.company import people, titled
from support.guarded import (
    DEPARTMENTS,
    EVERYTHING_GOES,
    FULL,
    SOME,
    apply,
    dropped,
    plan_of,
    policy,
)
from support.meanwhile import after
from support.runs import approved, english, state_and_why
from support.world import World, departments, members
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import UnreachableError, WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.callbacks import JobEvent


@pytest.mark.parametrize(
    ("reported", "code"),
    [
        ([], "nothing_reported"),
        ([ResultRow("other", 0, "")], "nothing_reported"),
        ([ResultRow("other", 60003, "")], "rows_failed_and_unreported"),
    ],
)
def test_what_an_import_may_have_done_that_names_no_row_of_the_file_is_sent_again(
    world: World, reported: list[ResultRow], code: str
) -> None:
    apply(world, SOME, people(2))
    world.wecom.left_out, world.wecom.extra = {"u0", "u1"}, reported
    renamed = apply(world, SOME, people(2).replace("员工1", "新名"))
    assert state_and_why(renamed) == (State.PARTIAL, code)
    assert (renamed.unreported, renamed.failed) == (2, code.startswith("rows"))
    world.wecom.left_out, world.wecom.extra = set(), []

    assert apply(world, SOME, people(2)).state is State.SUCCEEDED


def test_a_full_file_of_which_wecom_reports_no_row_makes_nobody_forgotten(world: World) -> None:
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)
    apply(world, FULL, members("a", "b", "c"))
    world.wecom.left_out, world.wecom.extra = {"a", "b"}, [ResultRow("somebody", 0, "")]

    assert apply(world, FULL, members("a", "b")).state is State.PARTIAL
    assert world.archive.snapshot("acme").rows.keys() == {"a", "b", "c"}


@pytest.mark.parametrize("trouble", ["address", "department"])
def test_a_job_that_turns_up_after_a_refused_post_is_adopted(world: World, trouble: str) -> None:
    world.lose_answers(1)
    world.wecom.duration = 720
    world.wecom.departments[2] = Department(2, 1)
    dropped(world, SOME, members("a").replace(",,1", ",,2"), 70)
    if trouble == "address":
        world.wecom.fail("directory", WeComError(60020, "ip", "/p"))
    else:
        del world.wecom.departments[2]
    world.live(640)
    run = world.run_of(SOME)
    assert (run.state, world.store.lane("acme").holder) == (State.SUBMITTING, run.run_id)
    assert "{" not in english(run)
    world.live(120)

    world.callback(run)

    assert world.run_of(SOME).state is State.SUCCEEDED


def test_a_job_of_somebody_else_is_not_adopted_through_the_fixed_url(world: World) -> None:
    world.lose_answers(1)
    dropped(world, DEPARTMENTS, departments(), 5)

    world.results.hear(JobEvent("acme", "", "replace_party", "of-the-console", 0, "ok"))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTING


def test_an_account_that_a_lost_post_made_anew_has_nothing_of_the_old_one(world: World) -> None:
    apply(world, SOME, titled(1, "经理"))
    del world.wecom.members["u0"]
    world.lose_answers(1)
    world.drop(SOME, people(1))
    world.live(3600)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert "职位" not in world.archive.snapshot("acme").rows["u0"]


def test_departments_that_a_lost_import_condemned_are_still_watched(world: World) -> None:
    policy(world, department_removals=0)
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(1).replace(",,1\n", ",,4\n"))
    held = apply(world, DEPARTMENTS, departments(3))
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    assert approved(world, held).state is State.FAILED

    run = apply(world, FULL, people(1).replace(",,1\n", ",,3\n"))

    assert (run.state, plan_of(world, run)["emptied"]) == (State.SUCCEEDED, ["4"])


def run_whose_job_has_ended(world: World) -> Run:
    """Send a file; return its run when the job has ended and nobody has asked for its result."""
    dropped(world, DEPARTMENTS, departments(), 1)
    world.clock.now += 6
    return world.run_of(DEPARTMENTS)


@pytest.mark.parametrize("by", ["callback", "fixed url", "check"])
def test_a_run_ends_once_and_notes_what_brought_its_result(world: World, by: str) -> None:
    run = run_whose_job_has_ended(world)
    if by == "callback":
        world.callback(run)
    elif by == "fixed url":
        world.results.hear(JobEvent("acme", "", "replace_party", str(run.job_id), 0, "ok"))
    assert world.run_of(DEPARTMENTS).state is (run.state if by == "check" else State.SUCCEEDED)

    world.finish()
    ended = world.run_of(DEPARTMENTS)
    world.callback(run)

    assert world.run_of(DEPARTMENTS) == ended
    assert (ended.state, ended.brought_by) == (
        State.SUCCEEDED, "check" if by == "check" else "callback",
    )  # fmt: skip
    assert len(world.publisher.published) == 1


@pytest.mark.parametrize(
    ("corp", "run_id", "kind", "job_id", "unmatched"),
    [
        ("acme", "", "replace_party", "somebody-else's", 1),
        ("beta", "", "replace_party", "job-2", 1),
        ("acme", "20000101T000000Z-000000000000", "replace_party", "job-2", 1),
        ("acme", "its own", "sync_user", "job-2", 0),
        ("beta", "its own", "replace_party", "job-2", 0),
    ],
)
def test_a_callback_for_no_run_of_ours_changes_nothing(
    world: World, corp: str, run_id: str, kind: str, *, job_id: str, unmatched: int
) -> None:
    run = run_whose_job_has_ended(world)
    assert run.job_id == "job-2"

    of = run.run_id if run_id == "its own" else run_id
    world.results.hear(JobEvent(corp, of, kind, job_id, 0, ""))

    assert world.run_of(DEPARTMENTS) == run
    assert world.counted["CallbackUnmatched"] >= unmatched


def test_what_only_a_callback_says_is_kept_until_the_result_comes(world: World) -> None:
    dropped(world, SOME, members("a"), 70)
    world.wecom.fail("result", UnreachableError())
    world.wecom.left_out = {"a"}

    world.callback(world.run_of(SOME), 45026)
    assert world.run_of(SOME).state is State.SUBMITTED
    world.live(600)

    assert state_and_why(world.run_of(SOME)) == (State.FAILED, 45026)
    assert world.run_of(SOME).may_be_applied


def test_what_a_callback_says_of_an_earlier_post_is_not_said_of_a_later_one(world: World) -> None:
    world.wecom.duration = 700
    world.lose_answers(1)
    run = dropped(world, SOME, members("a"), 70)
    (first,) = world.wecom.jobs

    def late() -> None:
        world.wecom.fail("result", UnreachableError())
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", first, 45026, "guard"))

    after(world.wecom, "submit", late)
    world.live(3 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.job_id != first) == (State.SUCCEEDED, True)
