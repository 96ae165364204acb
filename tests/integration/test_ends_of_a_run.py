"""Every run ends: what lost answers, callbacks, failures and deadlines leave. We never guess."""

from contextlib import suppress

import pytest

from support.books import unsure
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
from support.meanwhile import after, broken
from support.runs import approved, english, state_and_why
from support.world import World, departments, members
from wecom_sync.domain.directory import Department
from wecom_sync.domain.errors import (
    SecretUnreadableError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import Reason
from wecom_sync.use_cases.callbacks import JobEvent


def test_a_result_pushed_out_by_newer_jobs_is_an_honest_failure(world: World) -> None:
    dropped(world, DEPARTMENTS, departments(), 1)
    for number in range(5):
        world.wecom.jobs[f"console-{number}"] = next(iter(world.wecom.jobs.values()))

    world.finish()

    assert state_and_why(world.run_of(DEPARTMENTS)) == (State.FAILED, "result_lost")


def test_a_result_that_came_is_kept_though_writing_it_down_was_cut_short(world: World) -> None:
    world.wecom.refused["2"] = 60008
    dropped(world, DEPARTMENTS, departments(), 10)
    with broken(world.reports, "put"), pytest.raises(OSError):  # noqa: PT011
        world.pass_time(600)
    world.wecom.jobs.clear()

    world.live(900)

    run = world.run_of(DEPARTMENTS)
    assert (run.state, run.result.succeeded, run.result.failed) == (State.PARTIAL, 2, 1)
    assert [row.id for row in world.store.failed_rows(run.run_id)] == ["2"]


@pytest.mark.parametrize(
    ("owner", "name"), [("archive", "put_result"), ("archive", "put_sent"), ("drops", "content")]
)
def test_what_cannot_be_read_or_written_ends_the_run_some_day_and_frees_the_way(
    world: World, owner: str, name: str
) -> None:
    world.drop(DEPARTMENTS, departments())

    with broken(getattr(world, owner), name):
        struggle(world, 27)

    assert world.run_of(DEPARTMENTS).state is State.FAILED
    assert world.publisher.published
    assert apply(world, FULL, members("a")).state is State.SUCCEEDED


def test_a_run_whose_result_never_came_says_so_of_every_row(world: World) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, members("a", "b", "c"))
    world.wecom.duration = 1e9
    world.drop(FULL, members("a", "b"))

    world.pass_time(2 * 86_400)

    run = world.run_of(FULL)
    assert run.reason == Reason("result_deadline", {"hours": 24})
    assert (run.state, run.result.succeeded, run.result.unreported) == (State.FAILED, 0, 2)
    assert world.store.lane("acme").holder is None
    rows = world.results_csv(run)[1:]
    assert [(row[0], row[4]) for row in rows] == [("2", "not reported"), ("3", "not reported")]


def named(name: str, *users: str) -> str:
    """Return a file in which all have a name."""
    return members(*users).replace("员工", name)


def struggle(world: World, hours: int) -> None:
    """Let time pass, whatever fails."""
    for _ in range(12 * hours):
        world.clock.now += 300
        world.sweep.sweep()
        with suppress(OSError):
            world.pass_time(0)


@pytest.mark.parametrize("duration", [5, 1e9])
def test_a_run_ends_in_doubt_without_its_report(world: World, duration: float) -> None:
    world.wecom.duration = duration
    dropped(world, SOME, members("a"), 70)

    with broken(world.reports, "put"):
        struggle(world, 27)

    run = world.run_of(SOME)
    assert (run.state, run.ends_as, run.result.unreported) == (State.FAILED, None, 1)
    assert unsure(world.archive.snapshot("acme")) == {"a"}
    assert world.store.lane("acme").holder is None


def test_a_run_does_not_end_before_its_doubts_are_noted(world: World) -> None:
    world.wecom.duration = 1e9
    dropped(world, SOME, members("a"), 70)
    with broken(world.archive, "change_snapshot"):
        struggle(world, 27)
        assert world.run_of(SOME).state is State.SUBMITTED

    world.live(600)

    assert world.run_of(SOME).state is State.FAILED
    assert unsure(world.archive.snapshot("acme")) == {"a"}


def test_what_was_decided_at_the_deadline_is_not_undone_by_a_late_result(world: World) -> None:
    dropped(world, SOME, members("a"), 65)
    (job,) = world.wecom.jobs.values()
    deadline = world.run_of(SOME).next.deadline or 0
    job.ends = deadline + 200
    with broken(world.reports, "put"), suppress(OSError):
        world.pass_time(deadline - world.clock.now + 100)
    assert world.run_of(SOME).ends_as is State.FAILED
    world.clock.now = deadline + 250

    world.callback(world.run_of(SOME))

    run = world.run_of(SOME)
    assert (run.state, run.result.succeeded, run.result.unreported) == (State.FAILED, 0, 1)
    assert world.results_csv(run)[1][4] == "not reported"


@pytest.mark.parametrize("lost", [False, True])
def test_a_file_that_nobody_has_leaves_everybody_in_doubt(world: World, lost: bool) -> None:
    apply(world, FULL, named("甲", "a", "b"))
    dropped(world, SOME, named("乙", "a"), 70)
    world.drops.objects.clear()
    world.archive.forget()
    if lost:
        world.wecom.jobs.clear()

    world.live(600)

    run = world.run_of(SOME)
    assert run.state is (State.FAILED if lost else State.SUCCEEDED)
    if not lost:
        assert [[*row[:2], row[4]] for row in world.results_csv(run)[1:]] == [["", "a", "applied"]]
    assert unsure(world.archive.snapshot("acme")) == {"a", "b"}


@pytest.mark.parametrize("mended_after", [30, 73])
def test_a_secret_that_aws_does_not_hand_out_is_waited_for(world: World, mended_after: int) -> None:
    secret = world.secrets.secrets["acme"]
    world.secrets.secrets["acme"] = SecretUnreadableError(secret="s", cause="AccessDenied")
    world.drop(SOME, members("a"))
    world.live(900)
    waiting = world.run_of(SOME)
    assert waiting.state is State.RECEIVED
    assert waiting.reason == Reason("secret_unreadable", {"secret": "s", "cause": "AccessDenied"})
    world.live(mended_after * 3600)

    world.secrets.secrets["acme"] = secret
    world.live(900)

    run = world.run_of(SOME)
    if mended_after == 30:
        assert (run.state, run.reason) == (State.SUCCEEDED, None)
    else:
        assert (run.state, run.reason) == (State.FAILED, waiting.reason)


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
    assert (renamed.result.unreported, renamed.result.failed) == (2, code.startswith("rows"))
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


def test_departments_that_a_lost_import_condemned_are_not_asked_about_again(world: World) -> None:
    apply(world, DEPARTMENTS, departments(4))
    apply(world, FULL, people(5).replace(",,1\n", ",,4\n"))
    held = apply(world, DEPARTMENTS, departments(3))
    world.wecom.fail("result", WeComError(40089, "", "/cgi-bin/batch/getresult"))
    assert approved(world, held).state is State.FAILED

    run = apply(world, DEPARTMENTS, departments(3).replace("部门3", "三部"))

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
        world.results.hear(
            JobEvent("acme", "", "replace_party", str(run.submission.job_id), 0, "ok")
        )
    assert world.run_of(DEPARTMENTS).state is (run.state if by == "check" else State.SUCCEEDED)

    world.finish()
    ended = world.run_of(DEPARTMENTS)
    world.callback(run)

    assert world.run_of(DEPARTMENTS) == ended
    assert (ended.state, ended.submission.brought_by) == (
        State.SUCCEEDED,
        "check" if by == "check" else "callback",
    )
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
    assert run.submission.job_id == "job-2"

    of = run.run_id if run_id == "its own" else run_id
    world.results.hear(JobEvent(corp, of, kind, job_id, 0, ""))

    assert world.run_of(DEPARTMENTS) == run
    assert world.counted["CallbackUnmatched"] >= unmatched


def test_a_message_that_comes_too_early_repeats_no_post(world: World) -> None:
    jobs = world.lose_answers(1)
    run = dropped(world, SOME, members("a"), 70)

    world.submit_queue.send(advance_message("acme", run.run_id))
    world.pass_time(500)

    assert (world.run_of(SOME).state, len(jobs)) == (State.SUBMITTING, 1)


def test_what_only_a_callback_says_is_told_though_no_result_comes(world: World) -> None:
    run = run_whose_job_has_ended(world)

    with broken(world.wecom, "result", error=UnreachableError()):
        world.callback(run, 45026)
        world.live(73 * 3600)

    assert state_and_why(world.run_of(DEPARTMENTS)) == (State.FAILED, 45026)


def test_what_is_said_of_another_job_fails_no_run(world: World) -> None:
    run = run_whose_job_has_ended(world)

    world.results.hear(JobEvent("acme", run.run_id, "replace_party", "job-1", 45026, "guard"))

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_what_a_callback_says_of_an_earlier_post_is_not_said_of_a_later_one(world: World) -> None:
    world.wecom.duration = 500
    world.lose_answers(1)
    run = dropped(world, SOME, members("a"), 70)
    (first,) = world.wecom.jobs

    def late() -> None:
        world.wecom.fail("result", UnreachableError())
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", first, 45026, "guard"))

    after(world.wecom, "submit", late)
    world.live(3 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.submission.job_id != first) == (State.SUCCEEDED, True)
