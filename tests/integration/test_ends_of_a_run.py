"""Every run ends: what is tried again, what is not, and what a deadline leaves."""

import contextlib
from contextlib import suppress

import pytest

from support.guarded import DEPARTMENTS, FULL, SOME
from support.world import World, departments, members
from wecom_sync.errors import (
    SecretInvalidError,
    SnapshotMovedError,
    UnreachableError,
    WeComError,
)
from wecom_sync.run import State


def fails(*_: object) -> str:
    raise RuntimeError("S3 is away")


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
    world.drop(FULL, members("a"))

    world.finish()

    run = world.run_of(FULL)
    assert run.state is State.FAILED
    assert run.reason is not None
    assert run.reason.params["errcode"] == 45026


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
    assert [row[2] for row in world.results_csv(run)[1:]] == ["not reported", "not reported"]


def test_a_run_that_wecom_never_took_says_so_of_every_row(world: World) -> None:
    world.wecom.fail("upload", WeComError(60020, "ip", "/p"))
    world.drop(SOME, members("a", "b"))

    world.finish()

    lines = world.results_csv(world.run_of(SOME))[1:]
    assert [(row[0], row[1], row[2]) for row in lines] == [
        ("2", "a", "not sent"), ("3", "b", "not sent"),
    ]  # fmt: skip


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
    world.drop(FULL, members("a"))
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
    assert world.run_of(FULL).state is State.SUCCEEDED


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
    assert "not in" not in world.results_csv(run)[2][6]
    assert world.store.lane("acme").holder is None
