"""Two messages about one run at the same moment: one of them moves it, neither fails."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest

from support.books import unsure
from support.guarded import FULL, SOME, apply, dropped
from support.meanwhile import before
from support.world import World, members
from wecom_sync.domain.errors import SecretUnreadableError, UnreachableError, WeComError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.row_files import RESULTS
from wecom_sync.use_cases.callbacks import JobEvent

SETTINGS = "acme/settings.toml"


def results_of(world: World) -> dict[str, str]:
    """Return what `results.csv` says of each row."""
    return {row[1]: row[4] for row in world.results_csv(world.run_of(SOME))[1:]}


@pytest.mark.parametrize(
    ("key", "content", "state"),
    [
        (SOME, members("a"), State.SUCCEEDED),
        (SOME, "姓名,帐号\n", State.REJECTED),
        (SETTINGS, "[limits]\nremovals = 7\n", State.SUCCEEDED),
    ],
)
@pytest.mark.parametrize("is_readable", [True, False])
def test_a_drop_that_another_message_checks_at_the_same_time_is_checked_once(
    world: World, key: str, content: str, state: State, *, is_readable: bool
) -> None:
    def check(*_: object) -> None:
        """Handle a second message about the run completely; read its secret this time only."""
        world.intake.advance(world.run_of(key).run_id)
        if not is_readable:
            raise SecretUnreadableError(secret="acme", cause="AccessDenied")

    owner, method = (world.drops, "content") if is_readable else (world.secrets, "of")
    before(owner, method, check)

    world.drop(key, content)
    world.finish()

    assert world.run_of(key).state is state
    assert len(world.publisher.published) == 1
    assert (world.store.policy("acme").removals == 7) is (key == SETTINGS)


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("approve", "cancel", State.QUEUED),
        ("cancel", "approve", State.CANCELLED),
        ("approve", "expire", State.QUEUED),
    ],
)
def test_of_two_decisions_at_the_same_time_one_counts(
    world: World, held: Run, first: str, second: str, state: State
) -> None:
    decide: dict[str, Callable[[Run], Run | None]] = {
        "approve": world.approve_now,
        "cancel": world.cancel_now,
        "expire": lambda run: world.holds.expire(run.run_id),
    }
    world.clock.now = (held.next.deadline or 0) + (1 if second == "expire" else -9)

    def faster(*_: object, **__: object) -> None:
        world.clock.now += 1
        decide[first](held)

    before(world.store, "move", faster)
    run = decide[second](held)

    assert run == world.run_of(FULL)
    assert world.run_of(FULL).state is state


def test_a_submit_that_is_refused_while_the_job_turns_up_loses_no_result(world: World) -> None:
    world.wecom.refused = {"b": 60104}
    started = world.lose_answers(1)
    world.wecom.duration = 605
    run = dropped(world, SOME, members("a", "b"), 70)

    def refuse(*_: object) -> None:
        world.clock.now += 10
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", started[0], 0, ""))
        raise WeComError(60020, "", "/cgi-bin/media/upload")

    before(world.wecom, "upload", refuse)
    world.live(7200)

    run = world.run_of(SOME)
    assert (run.state, run.result.succeeded, run.result.failed) == (State.PARTIAL, 1, 1)
    assert results_of(world) == {"a": "applied", "b": "failed"}
    assert [row.id for row in world.store.failed_rows(run.run_id)] == ["b"]
    assert unsure(world.archive.snapshot("acme")) == set()


def test_a_slower_copy_of_a_message_calls_no_ended_run_unchanged(world: World) -> None:
    world.wecom.fail("directory", UnreachableError())
    run = dropped(world, SOME, members("a", "b"), 61)
    assert run.state is State.SUBMITTING
    world.submit_queue.messages.clear()
    world.clock.now += 60

    def faster() -> None:
        world.intake.advance(run.run_id)
        world.clock.now += 10
        world.results.check(run.run_id, 0)
        assert world.run_of(SOME).state is State.SUCCEEDED

    before(world.wecom, "directory", faster)
    world.intake.advance(run.run_id)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert set(results_of(world).values()) == {"applied"}


def test_a_decision_to_end_keeps_everybody_else_from_the_run(world: World) -> None:
    world.lose_answers(1)
    dropped(world, SOME, members("a"), 61)
    world.wecom.fail("directory", *[WeComError(60020, "", "/cgi-bin/user/list_id")] * 400)
    put = world.reports.put

    def put_slowly(name: str, *content: Any) -> str:
        """Let the job turn up while the rows of a run without a job are written."""
        if name.endswith(RESULTS):
            world.callback(world.run_of(SOME))
        return put(name, *content)

    with patch.object(world.reports, "put", put_slowly):
        world.live(74 * 3600)

    run = world.run_of(SOME)
    assert (run.state, run.ends_as) == (State.FAILED, None)
    assert results_of(world) == {"a": "not reported"}


def test_the_result_of_an_earlier_post_does_not_end_a_run(world: World) -> None:
    started = world.lose_answers(1)
    world.wecom.duration = 605
    run = dropped(world, SOME, members("a"), 70)
    world.clock.now = (run.submission.resume or 0) + 10

    # The second post is answered just before the callback about the first one is believed.
    before(world.store, "move", lambda *_, **__: world.intake.advance(run.run_id))
    world.results.hear(JobEvent("acme", run.run_id, "sync_user", started[0], 0, ""))

    run = world.run_of(SOME)
    assert (run.state, run.submission.job_id) == (State.SUBMITTED, started[1])


def test_a_slow_message_does_not_undo_what_the_next_run_applied(world: World) -> None:
    apply(world, SOME, members("a").replace("员工1", "旧名"))
    first = dropped(world, SOME, members("a").replace("员工1", "中间名"), 62)
    assert first.state is State.SUBMITTED

    def faster(_: Run) -> None:
        world.clock.now += 10
        world.results.check(first.run_id, 0)
        dropped(world, SOME, members("a").replace("员工1", "新名"), 300)

    before(world.archive, "sent", faster)
    world.clock.now += 10
    world.results.check(first.run_id, 0)

    assert world.run_of(SOME).run_id != first.run_id
    assert world.archive.snapshot("acme").rows["a"]["姓名"] == "新名"
