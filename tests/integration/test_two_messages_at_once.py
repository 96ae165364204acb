"""Two messages about one run at the same moment: one of them moves it, neither fails."""

import threading
from typing import Any, Unpack

import pytest

from support.books import unsure
from support.guarded import FULL
from support.world import BOSS, World, departments, members
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.errors import SecretUnreadableError, UnreachableError, WeComError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, RunChanges, State
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.reporting.row_files import RESULTS
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.wecom.credentials import CorpSecret

KEY = "acme/syncuser/team.csv"


def let_another_message_in(world: World) -> None:
    """Handle a second message about a run completely while its file is being read."""
    read = world.drops.content

    def content(bucket: str, key: str, version: str) -> bytes:
        world.drops.content = read  # type: ignore[method-assign]
        world.intake.advance(world.run_of(key).run_id)
        return read(bucket, key, version)

    world.drops.content = content  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("content", "state"), [(members("a"), State.SUCCEEDED), ("姓名,帐号\n", State.REJECTED)]
)
def test_a_drop_that_another_message_checks_at_the_same_time_is_checked_once(
    content: str, state: State
) -> None:
    world = World()
    let_another_message_in(world)

    world.drop(KEY, content)
    world.finish()

    assert world.run_of(KEY).state is state
    assert len(world.publisher.published) == 1


def test_a_secret_that_another_message_could_read_is_no_reason_to_wait() -> None:
    world = World()
    of = world.secrets.of

    def unreadable(corp: str) -> CorpSecret:
        world.secrets.of = of  # type: ignore[method-assign]
        world.intake.advance(world.run_of(KEY).run_id)
        raise SecretUnreadableError(secret=corp, cause="AccessDenied")

    world.secrets.of = unreadable  # type: ignore[method-assign]
    world.drop(KEY, members("a"))
    world.finish()

    assert world.run_of(KEY).state is State.SUCCEEDED


@pytest.mark.parametrize("first", ["approve", "cancel"])
def test_of_two_decisions_at_the_same_time_one_counts(first: str) -> None:
    world = World()
    world.store.put_policy("acme", Policy(first_replace="hold"), 1)
    world.wecom.hire(*"abcdef")
    world.drop("acme/replaceuser/all.csv", members(*"abcdef"))
    world.pass_time(61)
    run = world.run_of("acme/replaceuser/all.csv")
    decide = {
        "approve": lambda: world.approve_now(run),
        "cancel": lambda: world.cancel_now(run),
    }
    move = world.store.move

    def slow(run: Run, to: State, **changes: Unpack[RunChanges]) -> Run:
        world.store.move = move  # type: ignore[method-assign]
        world.clock.now += 1
        decide.pop(first)()
        return move(run, to, **changes)

    world.store.move = slow  # type: ignore[method-assign]
    (second,) = decide.keys() - {first}
    found = decide[second]()

    assert found == world.run_of("acme/replaceuser/all.csv")
    assert found is not None
    assert found.state is (State.QUEUED if first == "approve" else State.CANCELLED)


def test_settings_that_another_message_puts_in_force_at_the_same_time_are_put_in_force_once() -> (
    None
):
    world = World()
    let_another_message_in(world)

    world.drop("acme/settings.toml", "[limits]\nremovals = 7\n")
    world.finish()

    assert world.run_of("acme/settings.toml").state is State.SUCCEEDED
    assert world.store.policy("acme").removals == 7


def test_a_run_that_is_woken_while_its_file_is_still_being_checked_goes_on() -> None:
    world = World()
    world.drop("acme/replaceparty/d.csv", departments())
    world.drop(KEY, members("a"))
    let_another_message_in(world)

    world.finish()

    assert world.run_of(KEY).state is State.SUCCEEDED
    assert world.run_of("acme/replaceparty/d.csv").state is State.SUCCEEDED


def results_of(world: World) -> dict[str, str]:
    """Return what `results.csv` says of each row."""
    return {row[1]: row[4] for row in world.results_csv(world.run_of(KEY))[1:]}


def test_a_submit_that_is_refused_while_the_job_turns_up_overwrites_none_of_its_results() -> None:
    world = World()
    world.wecom.refused = {"b": 60104}
    started = world.lose_answers(1)
    world.wecom.duration = 605
    world.drop(KEY, members("a", "b"))
    world.pass_time(70)
    run = world.run_of(KEY)

    def upload(*_: Any, **__: Any) -> str:
        world.clock.now += 10
        world.results.hear(JobEvent("acme", run.run_id, "sync_user", started[0], 0, ""))
        raise WeComError(60020, "", "/cgi-bin/media/upload")

    world.wecom.upload = upload  # type: ignore[method-assign]
    world.finish()

    run = world.run_of(KEY)
    assert (run.state, run.succeeded, run.failed) == (State.PARTIAL, 1, 1)
    assert results_of(world) == {"a": "applied", "b": "failed"}
    assert [row.id for row in world.store.failed_rows(run.run_id)] == ["b"]
    assert unsure(world.archive.snapshot("acme")) == set()


def test_a_slower_copy_of_a_message_does_not_call_a_run_unchanged_that_the_faster_one_ended() -> (
    None
):
    world = World()
    world.wecom.fail("directory", UnreachableError())
    world.drop(KEY, members("a", "b"))
    world.pass_time(61)
    run = world.run_of(KEY)
    assert run.state is State.SUBMITTING
    world.submit_queue.messages.clear()
    world.clock.now += 60
    directory = world.wecom.directory

    def slow() -> Directory:
        world.wecom.directory = directory  # type: ignore[method-assign]
        world.intake.advance(run.run_id)
        world.clock.now += 10
        world.results.check(run.run_id, 0)
        assert world.run_of(KEY).state is State.SUCCEEDED
        return directory()

    world.wecom.directory = slow  # type: ignore[method-assign]
    world.intake.advance(run.run_id)

    assert world.run_of(KEY).state is State.SUCCEEDED
    assert set(results_of(world).values()) == {"applied"}


def test_a_decision_to_end_keeps_everybody_else_from_the_run() -> None:
    world = World()
    world.lose_answers(1)
    world.drop(KEY, members("a"))
    world.pass_time(61)
    world.wecom.fail("directory", *[WeComError(60020, "", "/cgi-bin/user/list_id")] * 10)
    world.live(5 * 3600)
    run = world.run_of(KEY)
    assert run.state is State.SUBMITTING
    put = world.reports.put

    def put_slowly(name: str, content: bytes, content_type: str) -> str:
        if name.endswith(RESULTS):
            job_id = next(iter(world.wecom.jobs))
            world.results.hear(JobEvent("acme", run.run_id, "sync_user", job_id, 0, ""))
        return put(name, content, content_type)

    world.reports.put = put_slowly  # type: ignore[method-assign]
    world.live(7200)

    run = world.run_of(KEY)
    assert (run.state, run.ends_as) == (State.FAILED, None)
    assert results_of(world) == {"a": "not reported"}


def world_with_a_held_run() -> tuple[World, Run]:
    world = World()
    world.store.put_policy("acme", Policy(first_replace="hold"), 1)
    world.wecom.hire(*"abcdef")
    world.drop(FULL, members(*"abcdef"))
    world.pass_time(61)
    return world, world.run_of(FULL)


def full(*_: Any, **__: Any) -> str:
    raise OSError("full")


def test_a_decision_whose_writing_was_cut_short_is_carried_out_by_the_sweep() -> None:
    world, run = world_with_a_held_run()
    assert run.state is State.HELD
    put = world.reports.put

    world.reports.put = full  # type: ignore[method-assign]
    with pytest.raises(OSError, match="full"):
        world.cancel_now(run)
    world.reports.put = put  # type: ignore[method-assign]
    world.approve(run)
    world.pass_time(1)
    assert world.run_of(FULL).state is State.HELD

    world.live(900)

    run = world.run_of(FULL)
    assert (run.state, run.reason and run.reason.params) == (State.CANCELLED, {"by": BOSS})
    assert "results.csv" in run.reports


def test_the_result_of_an_earlier_post_does_not_end_a_run_that_a_later_one_answers_for() -> None:
    world = World()
    world.wecom.refused = {"b": 60104}
    started = world.lose_answers(1)
    world.wecom.duration = 605
    world.drop(KEY, members("a", "b"))
    world.pass_time(70)
    run = world.run_of(KEY)
    submit, put = world.wecom.submit, world.reports.put

    def answered_late(*args: Any, **options: Any) -> str:
        job_id = submit(*args, **options)
        # The answer about the second job comes while persist writes the rows of the first.
        world.reports.put = answer_first  # type: ignore[method-assign]
        event = JobEvent("acme", run.run_id, "sync_user", started[0], 0, "")
        persist = threading.Thread(target=world.results.hear, args=(event,))
        persist.start()
        assert writing.wait(120)
        threads.append(persist)
        return job_id

    def answer_first(name: str, content: bytes, content_type: str) -> str:
        world.reports.put = put  # type: ignore[method-assign]
        writing.set()
        assert answered.wait(120)
        return put(name, content, content_type)

    writing, answered, threads = threading.Event(), threading.Event(), list[threading.Thread]()
    world.wecom.submit = answered_late  # type: ignore[method-assign]
    world.clock.now = (run.resume or 0) + 10
    world.submit_queue.messages.clear()
    world.wecom.refused = {}
    world.intake.advance(run.run_id)
    answered.set()
    threads[0].join()

    run = world.run_of(KEY)
    assert (run.state, run.job_id) == (State.SUBMITTED, started[1])
    world.live(3600)
    run = world.run_of(KEY)
    assert (run.state, run.succeeded, run.failed) == (State.SUCCEEDED, 2, 0)
    assert set(results_of(world).values()) == {"applied"}


def test_a_message_that_is_slow_after_it_looked_does_not_undo_what_the_next_run_applied() -> None:
    world = World()
    world.drop(KEY, members("a").replace("员工1", "旧名"))
    world.finish()
    world.drop(KEY, members("a").replace("员工1", "中间名"))
    world.pass_time(62)
    first = world.run_of(KEY)
    assert first.state is State.SUBMITTED
    read = world.archive.sent

    def sent(run: Run) -> Sent | None:
        world.archive.sent = read  # type: ignore[method-assign]
        world.clock.now += 10
        world.results.check(first.run_id, 0)
        world.drop(KEY, members("a").replace("员工1", "新名"))
        world.pass_time(300)
        return read(run)

    world.archive.sent = sent  # type: ignore[method-assign]
    world.clock.now += 10
    world.results.check(first.run_id, 0)

    assert world.run_of(KEY).run_id != first.run_id
    assert world.archive.snapshot("acme").rows["a"]["姓名"] == "新名"
