"""One import of a corp at a time: who goes first, who waits, who is superseded."""

from typing import Any

from support.guarded import DEPARTMENTS, FULL, SOME
from support.runs import after_a_day
from support.world import World, departments, members
from wecom_sync.domain.run import Job, State


def test_an_older_file_whose_event_comes_late_never_undoes_a_newer_one(world: World) -> None:
    late = world.drop("acme/replaceuser/old.csv", members("a"))
    some = world.drop("acme/syncuser/old.csv", members("z"))
    world.submit_queue.messages.clear()
    world.clock.now += 600
    after_a_day(world, "acme/replaceuser/new.csv", members("a", "b"))

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


def test_departments_dropped_after_members_still_go_first(world: World) -> None:
    world.drop(FULL, members("a"))
    world.pass_time(20)
    after_a_day(world, DEPARTMENTS, departments())

    assert [job.job for job in world.wecom.jobs.values()] == [Job.REPLACE_PARTY, Job.REPLACE_USER]


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
    after_a_day(world, "acme/replaceuser/new.csv", members("a", "b"))

    old, new = world.run_of("acme/replaceuser/old.csv"), world.run_of("acme/replaceuser/new.csv")
    assert (old.state, new.state) == (State.SUPERSEDED, State.SUCCEEDED)
    assert old.reason is not None
    assert old.reason.params == {"run_id": new.run_id}
    assert world.results_csv(old)[1][4] == "not sent"
    assert len(world.wecom.jobs) == 2


def test_a_newer_file_that_is_rejected_supersedes_nothing(world: World) -> None:
    world.drop("acme/replaceuser/old.csv", members("a"))
    world.clock.now += 5
    after_a_day(world, "acme/replaceuser/new.csv", "nonsense")

    assert world.run_of("acme/replaceuser/old.csv").state is State.SUCCEEDED
    assert world.run_of("acme/replaceuser/new.csv").state is State.REJECTED


def test_a_file_that_is_being_cancelled_supersedes_nothing(world: World) -> None:
    world.wecom.duration = 3000
    world.drop(SOME, members("x"))
    world.pass_time(70)
    older, newer = "acme/replaceuser/older.csv", "acme/replaceuser/newer.csv"
    for key in (older, newer):
        world.drop(key, members("x", "y"))
        world.pass_time(70)
    put = world.reports.put

    def interrupted(*arguments: Any) -> str:
        world.reports.put = put  # type: ignore[method-assign]
        world.intake.advance(world.run_of(older).run_id)
        return put(*arguments)

    world.reports.put = interrupted  # type: ignore[method-assign, assignment]
    world.cancel_now(world.run_of(newer))
    world.live(7200)

    assert world.run_of(newer).state is State.CANCELLED
    assert world.run_of(older).state is State.SUCCEEDED
