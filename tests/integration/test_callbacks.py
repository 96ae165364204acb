"""What WeCom calls back with: early, late, repeated, unknown, and not ours."""

import pytest

from support.guarded import DEPARTMENTS, SOME
from support.meanwhile import after
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

    def late() -> None:
        world.wecom.fail("result", UnreachableError())
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", first, 45026, "guard"))

    after(world.wecom, "submit", late)
    world.live(3 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.job_id != first) == (State.SUCCEEDED, True)


@pytest.mark.parametrize("by", ["callback", "fixed url", "check"])
def test_a_run_notes_what_brought_its_result(world: World, by: str) -> None:
    run = run_whose_job_has_ended(world)
    if by == "callback":
        world.callback(run)
    elif by == "fixed url":
        world.results.hear(JobEvent("acme", "", "replace_party", str(run.job_id), 0, "ok"))

    world.finish()

    ended = world.run_of(DEPARTMENTS)
    assert ended.state is State.SUCCEEDED
    assert ended.brought_by == ("check" if by == "check" else "callback")


def test_a_callback_that_comes_too_early_leaves_the_run_to_the_checks(world: World) -> None:
    world.drop(DEPARTMENTS, departments())
    world.pass_time(1)

    world.callback(world.run_of(DEPARTMENTS))

    assert world.run_of(DEPARTMENTS).state is State.SUBMITTED
    world.finish()
    assert world.run_of(DEPARTMENTS).state is State.SUCCEEDED
