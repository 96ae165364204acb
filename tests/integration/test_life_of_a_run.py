"""From a drop to its outcome: the real use-cases, time and WeCom in our hands."""

import contextlib
import csv
import io
from contextlib import suppress

import pytest

from support.guarded import EVERYTHING_GOES
from support.world import World, departments, members, s3_event
from wecom_sync.errors import (
    SecretInvalidError,
    SnapshotMovedError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.ports import ResultRow
from wecom_sync.results import JobEvent
from wecom_sync.run import Job, Run, State

DEPARTMENTS = "acme/replaceparty/d.csv"
MEMBERS = "acme/replaceuser/m.csv"
SOME = "acme/syncuser/s.csv"


@pytest.fixture
def world() -> World:
    return World("acme", "beta")


def report(world: World, run: Run) -> list[list[str]]:
    document = world.reports.documents[f"{run.corp}/{run.run_id}/results.csv"]
    return list(csv.reader(io.StringIO(document.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("key", "content", "rows"),
    [(DEPARTMENTS, departments(), 3), (MEMBERS, members("a", "b"), 2), (SOME, members("a"), 1)],
)
def test_every_job_type_ends_with_an_outcome_for_every_row(
    world: World, key: str, content: str, rows: int
) -> None:
    world.drop(key, content)

    world.finish()

    run = world.run_of(key)
    assert run.state is State.SUCCEEDED
    assert (run.rows, run.succeeded, run.failed, run.unreported) == (rows, rows, 0, 0)
    assert len(report(world, run)) == rows + 1
    assert [published.run_id for published in world.publisher.published] == [run.run_id]


def test_members_are_never_invited_and_departments_carry_no_invitation(world: World) -> None:
    world.drop(DEPARTMENTS, departments())

    world.finish()

    (job,) = world.wecom.jobs.values()
    run = world.run_of(DEPARTMENTS)
    assert not job.invite
    assert job.callback.url == f"https://callback.example/prod/callback/acme/{run.run_id}"
    assert len(job.callback.credentials.token) == 32
    assert len(job.callback.credentials.aes_key) == 43


def test_a_repeated_event_is_one_run(world: World) -> None:
    event = world.drop(SOME, members("a"))
    world.submit_queue.send(event)
    world.finish()
    world.submit_queue.send(event)

    world.finish()

    assert len(world.store.runs_by_id) == 1
    assert world.wecom.calls.count("submit") == 1


def test_an_event_repeated_after_its_object_was_deleted_is_still_the_same_run(
    world: World,
) -> None:
    event = world.drop(SOME, members("a"))
    world.finish()
    world.drops.objects.clear()

    world.submit_queue.send(event)
    world.finish()

    assert [run.state for run in world.store.runs_by_id.values()] == [State.SUCCEEDED]


def test_failed_rows_make_a_run_partial_and_keep_their_line(world: World) -> None:
    world.wecom.refused = {"b": 60104}
    world.drop(SOME, members("a", "b", "c"))

    world.finish()

    run = world.run_of(SOME)
    assert run.state is State.PARTIAL
    assert (run.succeeded, run.failed) == (2, 1)
    (failed,) = world.store.failed_rows(run.run_id)
    assert (failed.id, failed.line, failed.errcode) == ("b", 3, 60104)
    assert report(world, run)[2][1] == "b"
    assert report(world, run)[2][3] == "60104"
    assert "mobile" in report(world, run)[2][6].lower()


def test_a_refused_removal_of_somebody_who_is_not_in_the_file_is_reported(world: World) -> None:
    world.wecom.extra = [ResultRow("boss", 301005, "not allow del corp creator")]
    world.drop(MEMBERS, members("a"))

    world.finish()

    run = world.run_of(MEMBERS)
    assert run.state is State.PARTIAL
    assert (run.rows, run.succeeded, run.failed) == (1, 1, 1)
    assert [row.line for row in world.store.failed_rows(run.run_id)] == [0]
    assert report(world, run)[-1][:2] == ["", "boss"]


def test_rows_that_wecom_does_not_name_are_not_called_applied(world: World) -> None:
    world.wecom.left_out = {"b"}
    world.drop(SOME, members("a", "b"))

    world.finish()

    run = world.run_of(SOME)
    assert run.state is State.PARTIAL
    assert (run.succeeded, run.failed, run.unreported) == (1, 0, 1)


def test_ids_that_differ_in_case_from_the_file_are_the_same_person(world: World) -> None:
    world.wecom.left_out = {"Anna"}
    world.wecom.extra = [ResultRow("ANNA", 0, "")]
    world.drop(SOME, members("Anna"))

    world.finish()

    assert world.run_of(SOME).state is State.SUCCEEDED


def test_a_callback_ends_the_run_before_the_first_check(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6

    world.callback(world.run_of(DEPARTMENTS))

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED
    world.finish()
    assert len(world.publisher.published) == 1


def test_a_callback_that_comes_too_early_leaves_the_run_to_the_checks(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)

    world.callback(world.run_of(DEPARTMENTS))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED
    world.finish()
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize("later", [0, 86_400])
def test_a_repeated_callback_changes_nothing(world: World, later: int) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6
    run = world.run_of(DEPARTMENTS)
    world.callback(run)
    ended = world.run_of(DEPARTMENTS)

    world.pass_time(later)
    world.callback(run)

    assert world.run_of(DEPARTMENTS) == ended
    assert len(world.publisher.published) == 1


def test_a_callback_to_the_fixed_url_finds_the_run_by_its_job(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6
    run = world.run_of(DEPARTMENTS)

    world.results.hear(JobEvent("acme", "", "replace_party", str(run.job_id), 0, "ok"))

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize(
    "event",
    [
        JobEvent("acme", "", "replace_party", "somebody-else's", 0, ""),
        JobEvent("beta", "", "replace_party", "job-2", 0, ""),
        JobEvent("acme", "20000101T000000Z-000000000000", "replace_party", "job-2", 0, ""),
    ],
)
def test_a_callback_for_no_run_of_ours_is_counted_and_changes_nothing(
    world: World, event: JobEvent
) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    before = world.run_of(DEPARTMENTS)

    world.results.hear(event)

    assert world.run_of(DEPARTMENTS) == before
    assert world.counted["CallbackUnmatched"] == 1


def test_a_callback_of_another_job_type_is_not_ours(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6
    run = world.run_of(DEPARTMENTS)

    world.results.hear(JobEvent("acme", run.run_id, "sync_user", str(run.job_id), 0, ""))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED


def test_a_lost_answer_to_the_submit_is_made_good_by_the_callback(world: World) -> None:
    accepted: list[str] = []
    submit = world.wecom.submit

    def lose(*arguments: object, **options: object) -> str:
        accepted.append(submit(*arguments, **options))  # type: ignore[arg-type]
        raise UnknownOutcomeError

    world.wecom.submit = lose  # type: ignore[method-assign]
    world.drop(DEPARTMENTS, departments())
    world.pass_time(10)
    assert world.run_of(DEPARTMENTS).state is State.SUBMITTING

    world.callback(world.run_of(DEPARTMENTS))

    run = world.run_of(DEPARTMENTS)
    assert (run.state, run.job_id) == (State.SUCCEEDED, accepted[0])
    world.finish()
    assert len(accepted) == 1


def test_a_lost_answer_without_a_callback_is_posted_again_after_its_wait(world: World) -> None:
    world.wecom.fail("submit", UnknownOutcomeError())
    world.drop(DEPARTMENTS, departments())

    world.pass_time(590)
    assert world.wecom.calls.count("submit") == 1
    world.finish()

    assert world.wecom.calls.count("submit") == 2
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize(
    "error",
    [
        UnreachableError(),
        WeComError(-1, "busy", "/p"),
        WeComError(45009, "freq", "/p"),
        WeComError(302008, "running", "/p"),
        WeComError(40007, "media", "/p"),
    ],
    ids=str,
)
def test_what_may_pass_is_tried_again_with_pauses(world: World, error: Exception) -> None:
    world.wecom.fail("submit", error, error)
    world.drop(DEPARTMENTS, departments())

    world.finish()

    assert world.wecom.calls.count("submit") == 3
    assert world.wecom.calls.count("upload") == 3
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_trying_again_ends_at_the_deadline(world: World) -> None:
    world.wecom.fail("upload", *[UnreachableError()] * 1000)
    world.drop(DEPARTMENTS, departments())

    world.finish()

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.code == "wecom_unreachable"
    assert world.store.lane("acme").holder is None


@pytest.mark.parametrize("errcode", [40001, 60020, 48002, 45026, 40092])
@pytest.mark.parametrize("call", ["upload", "submit"])
def test_what_needs_a_person_fails_at_once_with_the_code(
    world: World, errcode: int, call: str
) -> None:
    world.wecom.fail(call, WeComError(errcode, "no, from ip: 1.2.3.4", "/p"))
    world.drop(DEPARTMENTS, departments())

    world.finish()

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.params["errcode"] == errcode
    assert run.reason.params["errmsg"] == "no, from ip: 1.2.3.4"
    assert world.wecom.calls.count(call) == 1


def test_a_guard_that_fires_in_the_result_fails_the_run(world: World) -> None:
    world.wecom.job_errcode = 45026
    world.drop(MEMBERS, members("a"))

    world.finish()

    run = world.run_of(MEMBERS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.params["errcode"] == 45026


def test_a_guard_that_fires_only_in_the_callback_fails_the_run(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6

    world.callback(world.run_of(DEPARTMENTS), errcode=45026)

    assert world.run_of(DEPARTMENTS).state is State.FAILED


def test_a_result_pushed_out_by_newer_jobs_is_an_honest_failure(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    for number in range(5):
        world.wecom.jobs[f"console-{number}"] = next(iter(world.wecom.jobs.values()))

    world.finish()

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.code == "result_lost"


def test_a_result_that_came_is_kept_though_writing_it_down_was_cut_short(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.wecom.refused["2"] = 60008
    world.drop(DEPARTMENTS, departments())
    world.pass_time(10)
    with monkeypatch.context() as patch:
        patch.setattr(world.reports, "put", fails)
        with pytest.raises(RuntimeError):
            world.pass_time(600)
    world.wecom.jobs.clear()

    world.pass_time(600)
    world.sweep.sweep()
    world.pass_time(1)

    run = world.run_of(DEPARTMENTS)
    assert (run.state, run.succeeded, run.failed) == (State.PARTIAL, 2, 1)
    assert [row.id for row in world.store.failed_rows(run.run_id)] == ["2"]


@pytest.mark.parametrize("broken", ["put_verdict", "put_sent"])
def test_what_cannot_be_written_down_ends_the_run_some_day_and_frees_the_lane(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(world.archive, broken, fails)
    world.drop(DEPARTMENTS, departments())

    for _ in range(27 * 12):
        with suppress(RuntimeError):
            world.pass_time(300)
        world.clock.now += 300
        world.sweep.sweep()

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert world.store.lane("acme").holder is None
    assert world.publisher.published


def test_a_snapshot_that_moved_is_not_overwritten_and_the_run_ends_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def moved(*_: object) -> None:
        raise SnapshotMovedError

    world.drop(DEPARTMENTS, departments())
    world.pass_time(10)
    with monkeypatch.context() as patch:
        patch.setattr(world.archive, "change_snapshot", moved)
        world.pass_time(60)
        assert world.run_of(DEPARTMENTS).state is State.SUBMITTED

    world.pass_time(600)
    world.sweep.sweep()
    world.pass_time(1)

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED
    assert set(world.archive.snapshot("acme").departments) == {1, 2, 3}


def test_what_a_failed_import_may_have_done_is_sent_again(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.finish()
    world.wecom.job_errcode = 302005
    world.drop(DEPARTMENTS, departments().replace("部门2", "二部"))
    world.finish()
    assert world.run_of(DEPARTMENTS).state is State.FAILED
    world.wecom.job_errcode = 0

    world.drop(DEPARTMENTS, departments())
    world.finish()

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize("reported", [[], [ResultRow("somebody", 0, "")]])
def test_what_an_import_may_have_done_that_names_no_row_of_the_file_is_sent_again(
    world: World, reported: list[ResultRow]
) -> None:
    world.drop(SOME, members("a", "b"))
    world.finish()
    world.wecom.left_out, world.wecom.extra = {"a", "b"}, reported
    world.drop(SOME, members("a", "b").replace("员工1", "新名"))
    world.finish()
    assert world.run_of(SOME).state is State.PARTIAL
    world.wecom.left_out, world.wecom.extra = set(), []

    world.drop(SOME, members("a", "b"))
    world.finish()

    assert world.run_of(SOME).state is State.SUCCEEDED


def test_a_full_file_of_which_wecom_reports_no_row_makes_nobody_forgotten(world: World) -> None:
    world.drop(MEMBERS, members("a", "b", "c"))
    world.finish()
    world.wecom.left_out, world.wecom.extra = {"a", "b"}, [ResultRow("somebody", 0, "")]
    world.store.put_policy("acme", EVERYTHING_GOES, world.clock.now)

    world.drop(MEMBERS, members("a", "b"))
    world.finish()

    assert world.run_of(MEMBERS).state is State.PARTIAL
    assert world.archive.snapshot("acme").members.keys() == {"a", "b", "c"}


def fails(*_: object) -> str:
    raise RuntimeError("S3 is away")


def test_access_that_is_lost_while_a_job_runs_is_waited_for(world: World) -> None:
    world.wecom.fail("result", *[WeComError(60020, "ip", "/p")] * 5, UnreachableError())
    world.drop(DEPARTMENTS, departments())

    world.live(86_400)

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_a_job_that_never_ends_fails_at_its_deadline_and_frees_the_lane(world: World) -> None:
    world.wecom.duration = 1e9
    world.drop(DEPARTMENTS, departments())

    world.pass_time(2 * 86_400)

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.code == "result_deadline"
    assert world.store.lane("acme").holder is None


def test_a_run_whose_result_never_came_says_so_of_every_row(world: World) -> None:
    world.wecom.duration = 1e9
    world.drop(SOME, members("a", "b"))

    world.pass_time(2 * 86_400)

    run = world.run_of(SOME)
    assert (run.state, run.succeeded, run.unreported) == (State.FAILED, 0, 2)
    assert [row[2] for row in report(world, run)[1:]] == ["not reported", "not reported"]


def test_a_run_that_wecom_never_took_says_so_of_every_row(world: World) -> None:
    world.wecom.fail("upload", WeComError(60020, "ip", "/p"))
    world.drop(SOME, members("a", "b"))

    world.finish()

    lines = report(world, world.run_of(SOME))[1:]
    assert [(row[0], row[1], row[2]) for row in lines] == [
        ("2", "a", "not sent"), ("3", "b", "not sent"),
    ]  # fmt: skip


def test_an_older_file_whose_event_comes_late_never_undoes_a_newer_one(world: World) -> None:
    late = world.drop("acme/replaceuser/old.csv", members("a"))
    some = world.drop("acme/syncuser/old.csv", members("z"))
    world.submit_queue.messages.clear()
    world.clock.now += 600
    world.drop("acme/replaceuser/new.csv", members("a", "b"))
    world.finish()

    for event in (late, some):
        world.submit_queue.send(event)
    world.finish()

    new = world.run_of("acme/replaceuser/new.csv")
    for key in ("acme/replaceuser/old.csv", "acme/syncuser/old.csv"):
        old = world.run_of(key)
        assert old.state is State.SUPERSEDED
        assert old.reason is not None
        assert old.reason.params == {"run_id": new.run_id}
    assert len(world.wecom.jobs) == 1


def lose_answers(world: World, times: int) -> list[str]:
    """Let WeCom take the next jobs and lose its answers; return the ids it gave."""
    accepted: list[str] = []
    submit = world.wecom.submit

    def lose(*arguments: object, **options: object) -> str:
        job_id = submit(*arguments, **options)  # type: ignore[arg-type]
        accepted.append(job_id)
        if len(accepted) <= times:
            raise UnknownOutcomeError
        return job_id

    world.wecom.submit = lose  # type: ignore[method-assign]
    return accepted


def test_a_callback_is_heard_while_a_second_post_waits_for_the_first(world: World) -> None:
    world.wecom.duration = 700
    accepted = lose_answers(world, 1)
    world.drop(DEPARTMENTS, departments())
    world.pass_time(690)
    assert world.wecom.calls.count("submit") > 1

    world.pass_time(15)
    world.callback(world.run_of(DEPARTMENTS))
    world.finish()

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED
    assert len(accepted) == 1


def test_a_run_that_ends_in_doubt_says_unknown_and_never_not_sent(world: World) -> None:
    lose_answers(world, 1)
    world.drop(SOME, members("a"))
    world.pass_time(70)
    world.wecom.fail("upload", *[WeComError(60020, "ip", "/p")] * 10)

    world.live(7 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.unreported) == (State.FAILED, 1)
    assert run.reason is not None
    assert run.reason.params["errcode"] == 60020
    assert report(world, run)[1][2] == "not reported"


def test_a_job_that_turns_up_after_its_second_post_was_refused_is_adopted(world: World) -> None:
    lose_answers(world, 1)
    world.wecom.duration = 720
    world.drop(SOME, members("a"))
    world.pass_time(70)
    world.wecom.fail("directory", WeComError(60020, "ip", "/p"))
    world.live(640)
    run = world.run_of(SOME)
    assert (run.state, world.store.lane("acme").holder) == (State.SUBMITTING, run.run_id)
    world.live(120)

    world.callback(run)

    assert world.run_of(SOME).state is State.SUCCEEDED


def test_answers_that_never_come_end_at_the_deadline(world: World) -> None:
    world.wecom.fail("submit", *[UnknownOutcomeError()] * 1000)
    world.drop(DEPARTMENTS, departments())

    world.pass_time(2 * 86_400)

    assert world.run_of(DEPARTMENTS).state is State.FAILED
    assert world.store.lane("acme").holder is None
    assert world.wecom.calls.count("submit") < 50


def test_a_secret_that_vanishes_while_a_job_runs_ends_at_the_deadline(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.wecom.fail("result", *[SecretInvalidError(details="x")] * 10_000)

    world.live(2 * 86_400)

    run = world.run_of(DEPARTMENTS)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.code == "secret_invalid"


def test_a_file_that_can_never_be_judged_fails_and_frees_the_way(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.drop(MEMBERS, members("a"))
    read = world.drops.content

    def broken(bucket: str, key: str, version: str) -> bytes:
        if key == DEPARTMENTS:
            raise OSError("no")
        return read(bucket, key, version)

    world.drops.content = broken  # type: ignore[method-assign]
    for _ in range(30):
        world.sweep.sweep()
        with contextlib.suppress(OSError):
            world.pass_time(0)
        world.clock.now += 900
    world.finish()

    assert world.run_of(DEPARTMENTS).state is State.FAILED
    assert world.run_of(MEMBERS).state is State.SUCCEEDED


def test_messages_that_come_more_than_once_are_not_multiplied(world: World) -> None:
    world.wecom.fail("submit", *[WeComError(302008, "running", "/p")] * 3)
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    for _ in range(20):
        world.submit_queue.send({"kind": "advance", "run_id": world.run_of(DEPARTMENTS).run_id})

    world.finish()

    assert world.wecom.calls.count("submit") == 4
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_a_job_of_somebody_else_is_not_adopted_through_the_fixed_url(world: World) -> None:
    lose_answers(world, 1)
    world.drop(DEPARTMENTS, departments())
    world.pass_time(5)

    world.results.hear(JobEvent("acme", "", "replace_party", "of-the-console", 0, "ok"))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTING


def test_one_run_that_cannot_be_reported_does_not_keep_the_others_from_it(world: World) -> None:
    world.publisher.failures = 3
    for number in range(2):
        world.drop(f"acme/syncuser/{number}.csv", "nonsense")
        with pytest.raises(RuntimeError):
            world.pass_time(1)

    world.clock.now += 1_000
    world.sweep.sweep()

    assert len(world.publisher.published) == 1


def test_a_file_deleted_while_its_job_runs_still_gets_its_outcomes(world: World) -> None:
    world.wecom.refused = {"b": 60104}
    world.drop(SOME, members("a", "b"))
    world.pass_time(65)
    assert world.run_of(SOME).state is State.SUBMITTED
    world.drops.objects.clear()

    world.finish()

    run = world.run_of(SOME)
    assert run.state is State.PARTIAL
    assert (run.succeeded, run.failed, run.unreported) == (1, 1, 0)
    assert [row.id for row in world.store.failed_rows(run.run_id)] == ["b"]
    assert "not in" not in report(world, run)[2][6]
    assert world.store.lane("acme").holder is None


def test_checks_grow_apart(world: World) -> None:
    world.wecom.duration = 3_600
    world.drop(DEPARTMENTS, departments())

    world.finish()

    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED
    assert 10 < world.wecom.calls.count("result") < 25


def test_departments_dropped_after_members_still_go_first(world: World) -> None:
    world.drop(MEMBERS, members("a"))
    world.pass_time(20)
    world.drop(DEPARTMENTS, departments())

    world.finish()

    assert [job.job for job in world.wecom.jobs.values()] == [Job.REPLACE_PARTY, Job.REPLACE_USER]


def test_members_wait_for_a_department_run_that_holds_the_lane(world: World) -> None:
    world.wecom.duration = 1_000
    world.drop(DEPARTMENTS, departments())
    world.drop(MEMBERS, members("a"))

    world.pass_time(500)

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED
    assert world.run_of(MEMBERS).state is State.QUEUED
    world.finish()
    assert world.run_of(MEMBERS).state is State.SUCCEEDED


def test_imports_of_a_corp_never_overlap_and_other_corps_are_not_delayed(world: World) -> None:
    for number in range(5):
        world.drop(f"acme/syncuser/{number}.csv", members(f"u{number}"))
        world.clock.now += 1
    world.drop("beta/syncuser/b.csv", members("b"))

    world.pass_time(100)
    assert world.run_of("beta/syncuser/b.csv").state is State.SUCCEEDED
    world.finish()

    # The fake refuses a second import with 302008, so a single submit for each is the proof.
    assert world.wecom.calls.count("submit") == 5
    assert {run.state for run in world.store.runs_by_id.values()} == {State.SUCCEEDED}


def test_a_newer_full_file_supersedes_one_that_still_waits(world: World) -> None:
    world.wecom.duration = 1_000
    world.drop(DEPARTMENTS, departments())
    world.drop("acme/replaceuser/old.csv", members("a"))
    world.clock.now += 5
    world.drop("acme/replaceuser/new.csv", members("a", "b"))

    world.finish()

    old, new = world.run_of("acme/replaceuser/old.csv"), world.run_of("acme/replaceuser/new.csv")
    assert (old.state, new.state) == (State.SUPERSEDED, State.SUCCEEDED)
    assert old.reason is not None
    assert old.reason.params == {"run_id": new.run_id}
    assert report(world, old)[1][2] == "not sent"
    assert len(world.wecom.jobs) == 2


def test_a_newer_file_that_is_rejected_supersedes_nothing(world: World) -> None:
    world.drop("acme/replaceuser/old.csv", members("a"))
    world.clock.now += 5
    world.drop("acme/replaceuser/new.csv", "nonsense")

    world.finish()

    assert world.run_of("acme/replaceuser/old.csv").state is State.SUCCEEDED
    assert world.run_of("acme/replaceuser/new.csv").state is State.REJECTED


def test_several_incremental_files_are_all_applied(world: World) -> None:
    world.drop("acme/syncuser/1.csv", members("a"))
    world.drop("acme/syncuser/2.csv", members("b"))

    world.finish()

    assert len(world.wecom.jobs) == 2


@pytest.mark.parametrize(
    ("key", "content", "code"),
    [
        (SOME, "", "file_empty"),
        (SOME, "姓名,帐号,手机号,所在部门\n", "file_has_no_rows"),
        (SOME, "a,b\n1,2\n", "header_missing"),
        (SOME, b"PK\x03\x04" + b"x" * 100, "file_is_spreadsheet"),
        (SOME, b"%PDF-1.7 ...", "file_is_not_text"),
        (SOME, b"x" * (20 * 1024 * 1024 + 1), "file_too_large"),
        (SOME, departments(), "header_of_departments"),
        (SOME, members("a", "A"), "user_id_duplicate"),
        (SOME, members("a", "?", "A"), "file_rejected"),
        ("acme/m.csv", members("a"), "key_malformed"),
        ("acme/syncuser/2026/m.csv", members("a"), "key_malformed"),
        ("m.csv", members("a"), "key_malformed"),
        ("acme/deleteuser/m.csv", members("a"), "job_unknown"),
        ("nobody/syncuser/m.csv", members("a"), "corp_unknown"),
        ("ACME!/syncuser/m.csv", members("a"), "corp_invalid"),
        ("broken/syncuser/m.csv", members("a"), "secret_invalid"),
        ("acme/syncuser/m.xlsx", b"PK\x03\x04", "not_csv"),
        ("acme/settings.toml", "[limits", "settings_syntax"),
        ("acme/settings.toml", "[limits]\nremovals = -1", "settings_value_wrong"),
        ("nobody/settings.toml", "", "corp_unknown"),
    ],
)
def test_a_bad_drop_is_rejected_with_its_reason_and_wecom_is_never_called(
    world: World, key: str, content: str | bytes, code: str
) -> None:
    world.secrets.secrets["broken"] = SecretInvalidError(details="contact_secret")
    world.drop(key, content)

    world.finish()

    run = world.run_of(key)
    assert run.state is State.REJECTED
    assert run.reason is not None
    assert run.reason.code == code
    assert world.wecom.calls == []
    assert world.store.policy("acme").removals == 50
    assert [published.run_id for published in world.publisher.published] == [run.run_id]
    assert world.store.lane("acme").waiting == ()


def test_an_object_deleted_before_it_was_read_is_rejected(world: World) -> None:
    world.drop(SOME, members("a"))
    world.drops.objects.clear()

    world.finish()

    run = world.run_of(SOME)
    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "object_gone")


def test_a_rejected_file_lists_every_problem_with_its_line(world: World) -> None:
    world.drop(
        SOME, "姓名,帐号,手机号,所在部门\n,a b,13800000001,0\n王五,ok,13800000002,1\n赵六,ok,,2\n"
    )

    world.finish()

    run = world.run_of(SOME)
    lines = [(row[0], row[1], row[5]) for row in report(world, run)[1:]]
    assert lines == [
        ("2", "a b", "姓名"),
        ("2", "a b", "帐号"),
        ("2", "a b", "所在部门"),
        ("3", "ok", ""),
        ("4", "ok", "手机号/邮箱"),
        ("4", "ok", "帐号"),
    ]
    assert run.reason is not None
    assert run.reason.params == {"problems": 5}


def test_the_test_event_and_folders_make_no_run(world: World) -> None:
    world.submit_queue.send({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "drops"})

    world.finish()

    assert world.store.runs_by_id == {}


def test_a_key_with_chinese_blanks_and_plus_is_read_as_it_was_written(world: World) -> None:
    key = "acme/syncuser/员工 名单+新 %41.csv"
    event = s3_event(key, "v1", world.clock.now)
    assert "+%2B" not in str(event)
    world.drop(key, members("a"))

    world.finish()

    assert world.run_of(key).state is State.SUCCEEDED
