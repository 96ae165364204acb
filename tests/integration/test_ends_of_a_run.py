"""Every run ends: what is tried again, what is not, and what a deadline leaves."""

import contextlib
from contextlib import suppress
from typing import Any
from unittest.mock import Mock

import pytest

from support.books import unsure
from support.guarded import DEPARTMENTS, FULL, SOME, apply, policy
from support.runs import after_a_day, state_and_why
from support.world import World, departments, members
from wecom_sync.domain.errors import (
    SecretInvalidError,
    SecretUnreadableError,
    SnapshotMovedError,
    WeComError,
)
from wecom_sync.domain.run import Reason, State


def fails(*_: object) -> str:
    raise RuntimeError("S3 is away")


def test_a_result_pushed_out_by_newer_jobs_is_an_honest_failure(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    for number in range(5):
        world.wecom.jobs[f"console-{number}"] = next(iter(world.wecom.jobs.values()))

    world.finish()

    assert state_and_why(world.run_of(DEPARTMENTS)) == (State.FAILED, "result_lost")


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


@pytest.mark.parametrize("broken", ["put_result", "put_sent"])
def test_what_cannot_be_written_down_ends_the_run_some_day_and_frees_the_lane(
    world: World, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(world.archive, broken, fails)
    world.drop(DEPARTMENTS, departments())

    struggle(world, 27)

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
    assert set(world.archive.snapshot("acme").department_rows) == {1, 2, 3}


def test_a_run_whose_result_never_came_says_so_of_every_row(world: World) -> None:
    policy(world, leavers="disable", removal_percent=100)
    world.drop(FULL, members("a", "b", "c"))
    world.pass_time(600)
    world.wecom.duration = 1e9
    world.drop(FULL, members("a", "b"))

    world.pass_time(2 * 86_400)

    run = world.run_of(FULL)
    assert run.reason == Reason("result_deadline", {"hours": 24})
    assert (run.state, run.succeeded, run.unreported) == (State.FAILED, 0, 2)
    assert world.store.lane("acme").holder is None
    assert [(row[0], row[4]) for row in world.results_csv(run)[1:]] == [
        ("2", "not reported"), ("3", "not reported"),
    ]  # fmt: skip


def test_a_run_that_wecom_never_took_says_so_of_every_row(world: World) -> None:
    world.wecom.fail("upload", WeComError(60020, "ip", "/p"))
    after_a_day(world, SOME, members("a", "b"))

    lines = world.results_csv(world.run_of(SOME))[1:]
    assert [(row[0], row[1], row[4]) for row in lines] == [
        ("2", "a", "not sent"), ("3", "b", "not sent"),
    ]  # fmt: skip


def test_a_secret_that_vanishes_while_a_job_runs_ends_at_the_deadline(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.wecom.fail("result", *[SecretInvalidError(details="x")] * 10_000)

    world.live(2 * 86_400)

    assert state_and_why(world.run_of(DEPARTMENTS)) == (State.FAILED, "secret_invalid")


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
    change = world.reports.change

    def broken(name: str, *arguments: Any) -> None:
        if name.endswith(f"{bad.run_id}/run.json"):
            raise OSError
        change(name, *arguments)

    bad = apply(world, "acme/syncuser/0.csv", "nonsense")
    world.reports.change = broken  # type: ignore[method-assign, assignment]
    world.cancel(bad)
    world.drop("acme/syncuser/1.csv", "nonsense")
    world.live(3600)

    assert world.run_of("acme/syncuser/1.csv") in world.publisher.published
    assert world.counted["NotPublished"] > 1


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
    assert "not in" not in world.results_csv(run)[2][8]
    assert world.store.lane("acme").holder is None


def titled(title: str, *user_ids: str) -> str:
    rows = [f"员工{n},{user},138{n:08d},,1,{title}\n" for n, user in enumerate(user_ids)]
    return "姓名,帐号,手机号,邮箱,所在部门,职位\n" + "".join(rows)


def out_of_order(world: World, hours: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every message to the persist function fail while the sweep goes on."""
    with monkeypatch.context() as patch:
        patch.setattr(world.wecom, "result", fails)
        struggle(world, hours)


def struggle(world: World, hours: int) -> None:
    """Let time pass, whatever fails."""
    for _ in range(12 * hours):
        world.clock.now += 300
        world.sweep.sweep()
        with suppress(RuntimeError):
            world.pass_time(0)


def test_a_result_that_nobody_collected_for_a_day_is_asked_for_once_more(world: World) -> None:
    world.drop(SOME, members("a", "b"))
    world.pass_time(70)
    world.results_queue.messages.clear()
    world.clock.now += 26 * 3600

    world.live(600)

    run = world.run_of(SOME)
    assert (run.state, run.succeeded) == (State.SUCCEEDED, 2)


def test_a_file_of_which_no_result_was_collected_is_in_doubt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop(FULL, titled("A", "a", "b"))
    world.live(600)
    world.drop(FULL, titled("B", "a", "b"))
    world.pass_time(70)

    out_of_order(world, 26, monkeypatch)

    run = world.run_of(FULL)
    assert state_and_why(run) == (State.FAILED, "result_deadline")
    assert run.unreported == 2
    world.drop(FULL, titled("A", "a", "b"))
    world.live(600)
    assert world.run_of(FULL).state is State.SUCCEEDED


@pytest.mark.parametrize("duration", [5, 1e9])
def test_a_run_ends_in_doubt_although_its_report_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch, duration: float
) -> None:
    world.wecom.duration = duration
    world.drop(SOME, members("a"))
    world.pass_time(70)
    monkeypatch.setattr(world.reports, "put", fails)

    struggle(world, 27)

    run = world.run_of(SOME)
    assert (run.state, run.ends_as, run.unreported) == (State.FAILED, None, 1)
    assert unsure(world.archive.snapshot("acme")) == {"a"}
    assert world.store.lane("acme").holder is None


@pytest.mark.parametrize("error", [RuntimeError, SnapshotMovedError])
def test_a_run_does_not_end_before_what_it_leaves_in_doubt_is_noted(
    world: World, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    world.wecom.duration = 1e9
    world.drop(SOME, members("a"))
    world.pass_time(70)
    with monkeypatch.context() as patch:
        patch.setattr(world.archive, "change_snapshot", Mock(side_effect=error))
        struggle(world, 27)
        assert world.run_of(SOME).state is State.SUBMITTED

    world.live(600)

    assert world.run_of(SOME).state is State.FAILED
    assert unsure(world.archive.snapshot("acme")) == {"a"}


def test_what_was_decided_at_the_deadline_is_not_undone_by_a_late_result(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop(SOME, members("a"))
    world.pass_time(65)
    (job_id,) = world.wecom.jobs
    deadline = world.run_of(SOME).deadline or 0
    world.wecom.jobs[job_id].ends = deadline + 200
    with monkeypatch.context() as patch:
        patch.setattr(world.reports, "put", fails)
        with suppress(RuntimeError):
            world.pass_time(deadline - world.clock.now + 100)
    assert world.run_of(SOME).ends_as is State.FAILED
    world.clock.now = deadline + 250

    world.callback(world.run_of(SOME))

    run = world.run_of(SOME)
    assert (run.state, run.succeeded, run.unreported) == (State.FAILED, 0, 1)
    assert world.results_csv(run)[1][4] == "not reported"


@pytest.mark.parametrize("lost", [False, True])
def test_a_file_that_nobody_has_any_more_leaves_everybody_in_doubt(
    world: World, lost: bool
) -> None:
    world.drop(FULL, titled("A", "a", "b"))
    world.live(600)
    world.drop(SOME, titled("B", "a"))
    world.pass_time(70)
    world.drops.objects.clear()
    world.archive.forget()
    if lost:
        world.wecom.jobs.clear()

    world.live(600)

    run = world.run_of(SOME)
    assert run.state is (State.FAILED if lost else State.SUCCEEDED)
    assert lost or [[*row[:2], row[4]] for row in world.results_csv(run)[1:]] == [
        ["", "a", "applied"]
    ]
    assert unsure(world.archive.snapshot("acme")) == {"a", "b"}


@pytest.mark.parametrize("mended_after", [1, 30])
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
    if mended_after == 1:
        assert (run.state, run.reason) == (State.SUCCEEDED, None)
    else:
        assert (run.state, run.reason) == (State.FAILED, waiting.reason)


def test_a_file_that_vanishes_while_it_is_found_to_change_nothing_ends_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.drop(FULL, members("a"))
    world.live(600)
    world.drop(FULL, members("a"))
    change = world.archive.change_snapshot

    def vanish(*arguments: Any) -> None:
        change(*arguments)
        world.drops.objects.clear()

    monkeypatch.setattr(world.archive, "change_snapshot", vanish)
    world.pass_time(70)

    assert world.run_of(FULL).state is State.UNCHANGED
