"""What WeCom calls back with: early, late, repeated, unknown, and not ours."""

from typing import Any

import pytest

from support.guarded import DEPARTMENTS, SOME
from support.runs import state_and_why
from support.world import World, departments, members
from wecom_sync.domain.errors import UnreachableError
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.callbacks import JobEvent


def run_whose_job_has_ended(world: World) -> Run:
    """Send a file; return its run when the job has ended and nobody has asked for its result."""
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)
    world.clock.now += 6
    return world.run_of(DEPARTMENTS)


def test_a_callback_that_comes_too_early_leaves_the_run_to_the_checks(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)

    world.callback(world.run_of(DEPARTMENTS))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED
    world.finish()
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED


@pytest.mark.parametrize("later", [0, 86_400])
def test_a_callback_ends_the_run_at_once_and_a_repeated_one_changes_nothing(
    world: World, later: int
) -> None:
    run = run_whose_job_has_ended(world)
    world.callback(run)
    ended = world.run_of(DEPARTMENTS)
    assert ended.state is State.SUCCEEDED

    world.pass_time(later)
    world.callback(run)

    assert world.run_of(DEPARTMENTS) == ended
    assert len(world.publisher.published) == 1


def test_a_callback_to_the_fixed_url_finds_the_run_by_its_job(world: World) -> None:
    run = run_whose_job_has_ended(world)

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


@pytest.mark.parametrize(("corp", "kind"), [("acme", "sync_user"), ("beta", "replace_party")])
def test_a_callback_of_another_job_type_or_corp_is_not_ours(
    world: World, corp: str, kind: str
) -> None:
    run = run_whose_job_has_ended(world)

    world.results.hear(JobEvent(corp, run.run_id, kind, str(run.job_id), 0, ""))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED


def test_what_only_a_callback_says_is_kept_until_the_result_comes(world: World) -> None:
    world.drop(SOME, members("a"))
    world.pass_time(70)
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
    world.drop(SOME, members("a"))
    world.pass_time(70)
    run = world.run_of(SOME)
    (first,) = world.wecom.jobs
    submit = world.wecom.submit

    def late(*arguments: Any, **options: Any) -> str:
        job_id = submit(*arguments, **options)
        world.wecom.fail("result", UnreachableError())
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", first, 45026, "guard"))
        return job_id

    world.wecom.submit = late  # type: ignore[method-assign]
    world.live(3 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.job_id != first) == (State.SUCCEEDED, True)


@pytest.mark.parametrize("by", ["callback", "check"])
def test_a_run_notes_what_brought_its_result(world: World, by: str) -> None:
    run = run_whose_job_has_ended(world)
    if by == "callback":
        world.callback(run)

    world.finish()

    ended = world.run_of(DEPARTMENTS)
    assert (ended.state, ended.brought_by) == (State.SUCCEEDED, by)
