"""From a drop to its outcome: the real use-cases, time and WeCom in our hands."""

import pytest

from support.guarded import DEPARTMENTS, FULL, SOME
from support.runs import after_a_day
from support.world import World, departments, members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import Reason, State


@pytest.mark.parametrize(
    ("key", "content", "rows"),
    [(DEPARTMENTS, departments(), 3), (FULL, members("a", "b"), 2), (SOME, members("a"), 1)],
)
def test_every_job_type_ends_with_an_outcome_for_every_row(
    world: World, key: str, content: str, rows: int
) -> None:
    run = after_a_day(world, key, content)

    assert run.state is State.SUCCEEDED
    assert (run.rows, run.succeeded, run.failed, run.unreported) == (rows, rows, 0, 0)
    assert len(world.results_csv(run)) == rows + 1
    assert world.counted["RunsSucceeded"] == 1
    assert [published.run_id for published in world.publisher.published] == [run.run_id]


def test_a_job_of_departments_invites_nobody_and_reports_to_its_runs_address(
    world: World,
) -> None:
    after_a_day(world, DEPARTMENTS, departments())

    (job,) = world.wecom.jobs.values()
    run = world.run_of(DEPARTMENTS)
    assert not job.invite
    assert job.callback.url == f"https://callback.example/prod/callback/acme/{run.run_id}"
    assert len(job.callback.credentials.token) == 32
    assert len(job.callback.credentials.aes_key) == 43


def test_a_repeated_event_is_one_run_even_when_its_object_is_gone(world: World) -> None:
    event = world.drop(SOME, members("a"))
    world.submit_queue.send(event)
    world.finish()
    world.drops.objects.clear()
    world.submit_queue.send(event)

    world.finish()

    assert [run.state for run in world.store.runs_by_id.values()] == [State.SUCCEEDED]
    assert world.wecom.calls.count("submit") == 1


def test_failed_rows_make_a_run_partial_and_keep_their_line(world: World) -> None:
    world.wecom.refused = {"b": 60104}
    run = after_a_day(world, SOME, members("a", "b", "c"))

    assert run.state is State.PARTIAL
    assert (run.succeeded, run.failed) == (2, 1)
    (failed,) = world.store.failed_rows(run.run_id)
    assert (failed.id, failed.line, failed.errcode) == ("b", 3, 60104)
    assert world.results_csv(run)[2][1] == "b"
    assert world.results_csv(run)[2][5] == "60104"
    assert "mobile" in world.results_csv(run)[2][8].lower()


def test_a_refused_removal_of_somebody_who_is_not_in_the_file_is_reported(world: World) -> None:
    world.wecom.extra = [ResultRow("boss", 301005, "not allow del corp creator")]
    run = after_a_day(world, FULL, members("a"))

    assert run.state is State.PARTIAL
    assert (run.rows, run.succeeded, run.failed) == (1, 1, 1)
    assert [row.line for row in world.store.failed_rows(run.run_id)] == [0]
    assert world.results_csv(run)[-1][:2] == ["", "boss"]


def test_rows_that_wecom_does_not_name_are_not_called_applied(world: World) -> None:
    world.wecom.left_out = {"b"}
    run = after_a_day(world, SOME, members("a", "b"))

    assert run.state is State.PARTIAL
    assert (run.succeeded, run.failed, run.unreported) == (1, 0, 1)
    assert run.reason == Reason("rows_unreported", {"unreported": 1, "rows": 2})


@pytest.mark.parametrize("codes", [(0,), (0, 60104), (60104, 0)])
def test_ids_in_another_case_are_the_same_person_and_the_worst_of_them_counts(
    world: World, codes: tuple[int, ...]
) -> None:
    world.wecom.left_out = {"Anna"}
    world.wecom.extra = [ResultRow("ANNA", code, "") for code in codes]

    run = after_a_day(world, SOME, members("Anna"))

    assert run.state is (State.PARTIAL if any(codes) else State.SUCCEEDED)


def test_messages_that_come_more_than_once_are_not_multiplied(world: World) -> None:
    world.wecom.fail("submit", *[WeComError(302008, "running", "/p")] * 3)
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    for _ in range(20):
        world.submit_queue.send({"kind": "advance", "run_id": world.run_of(DEPARTMENTS).run_id})

    world.finish()

    assert world.wecom.calls.count("submit") == 4
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


def test_checks_grow_apart(world: World) -> None:
    world.wecom.duration = 3_600
    assert after_a_day(world, DEPARTMENTS, departments()).state is State.SUCCEEDED
    assert 10 < world.wecom.calls.count("result") < 25
