"""Members whose departments are in a department file that waits wait for it themselves."""

from typing import Any

import pytest

from support.company import people
from support.guarded import DEPARTMENTS, FULL, SOME, apply, dropped, policy
from support.meanwhile import before
from support.runs import approved, chinese, english, state_and_why
from support.world import BOSS, SWEEP_SECONDS, TRUSTING, World, departments, members
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State

HOLD_SECONDS = 72 * 3600
NEEDED = "部门7"


def staff(count: int, department: str = NEEDED) -> str:
    """Return members who are all in a department."""
    return people(count).replace(",,1\n", f",,{department}\n")


def held_departments(world: World, count: int = 7, key: str = DEPARTMENTS) -> Run:
    """Return a department file that waits for a person: it may take a department away."""
    since = world.clock.now
    policy(world, first_replace="hold")
    world.wecom.departments[50] = Department(50, 1)
    held = dropped(world, key, departments(count), 1)
    assert held.state is State.HELD
    world.store.put_policy("acme", TRUSTING, since)
    return held


def waiting(world: World, key: str = SOME, content: str = "") -> Run:
    """Drop members, by default one of the needed department; return their run, which waits."""
    run = dropped(world, key, content or staff(1), 70)
    assert (run.state, world.store.lane("acme").waiting) == (State.QUEUED, ())
    return run


def published(world: World, key: str) -> list[State]:
    return [run.state for run in world.publisher.published if run.key == key]


@pytest.mark.parametrize("members_first", [True, False])
@pytest.mark.parametrize("is_held", [True, False])
def test_departments_and_their_members_dropped_together_are_both_applied(
    world: World, *, members_first: bool, is_held: bool
) -> None:
    if is_held:
        policy(world, first_replace="hold")
        world.wecom.departments[50] = Department(50, 1)
    files = [(DEPARTMENTS, departments(7)), (SOME, staff(1))]
    for key, content in reversed(files) if members_first else files:
        world.drop(key, content)
    world.pass_time(600)

    if is_held:
        approved(world, world.run_of(DEPARTMENTS))

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert [job.job for job in world.wecom.jobs.values()] == [Job.REPLACE_PARTY, Job.SYNC_USER]
    assert published(world, SOME) == [State.SUCCEEDED]


@pytest.mark.parametrize("department", ["7", NEEDED, f"总部/{NEEDED}"])
def test_a_run_says_for_which_departments_it_waits(world: World, department: str) -> None:
    held = held_departments(world)

    run = waiting(world, content=staff(1, department))

    assert held.run_id in english(run)
    assert held.run_id in chinese(run)
    approved(world, held)
    applied = world.run_of(SOME)
    assert (applied.state, english(applied)) == (State.SUCCEEDED, "")


def test_departments_that_the_file_renames_count_by_their_new_names(world: World) -> None:
    apply(world, DEPARTMENTS, departments(7))
    tree = (
        departments(7).replace("总部", "新名").replace(NEEDED, "新部").replace("部门6,6,1,6\n", "")
    )
    assert apply(world, DEPARTMENTS, tree).state is State.HELD

    waiting(world, content=staff(1, "新部;6"))
    refused = apply(world, "acme/syncuser/old.csv", staff(1, "新部;部门6"))

    assert state_and_why(refused) == (State.REJECTED, "department_unknown")


@pytest.mark.parametrize("content", [staff(1, "部门8"), staff(2) + "多,u9,13900000009,,99\n"])
def test_a_file_with_other_departments_is_rejected_at_once(world: World, content: str) -> None:
    held = held_departments(world)

    assert apply(world, SOME, content).state is State.REJECTED
    del world.drops.objects[held.key, held.identity.version]
    assert apply(world, SOME, staff(1)).state is State.REJECTED


@pytest.mark.parametrize("how", ["cancelled", "expired", "failed"])
def test_when_departments_do_not_come_their_members_are_rejected(world: World, how: str) -> None:
    held = held_departments(world)
    waiting(world)

    if how == "cancelled":
        world.cancel_now(held)
    elif how == "failed":
        world.wecom.job_errcode = 302005
        world.approve(held)
    world.live(HOLD_SECONDS + 600 if how == "expired" else 3600)

    run = world.run_of(SOME)
    assert state_and_why(run) == (State.REJECTED, "department_names_unknown")
    assert f"run {held.run_id} did not bring them." in english(run)
    assert f"运行 {held.run_id} 没有导入这些部门。" in chinese(run)
    assert published(world, SOME) == [State.REJECTED]
    assert world.store.lane("acme").holder is None


def test_members_wait_for_departments_that_come_while_they_are_planned(world: World) -> None:
    def meanwhile() -> None:
        world.drop(DEPARTMENTS, departments(7))
        world.step()

    dropped(world, SOME, staff(1), 59)
    before(world.wecom, "directory", meanwhile)
    world.pass_time(600)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 2


def test_members_whose_departments_are_decided_wait_for_the_lane(world: World) -> None:
    held = held_departments(world)
    waiting(world)
    world.wecom.duration = 600
    dropped(world, "acme/syncuser/long.csv", members("x"), 70)

    world.cancel_now(held)

    run = world.run_of(SOME)
    assert (run.state, run.reason) == (State.QUEUED, None)
    assert [each.run_id for each in world.store.lane("acme").waiting] == [run.run_id]


@pytest.mark.parametrize("department", ["1", NEEDED])
def test_a_newer_full_file_takes_the_place_of_one_that_waits(world: World, department: str) -> None:
    held = held_departments(world)
    older = waiting(world, FULL)

    apply(world, "acme/replaceuser/newer.csv", staff(2, department))

    assert world.run_of(older.key).state is State.SUPERSEDED
    approved(world, held)
    assert world.run_of("acme/replaceuser/newer.csv").state is State.SUCCEEDED
    assert world.wecom.calls.count("submit") == 2


def test_a_cancelled_run_stays_so_when_its_departments_are_decided(world: World) -> None:
    held = held_departments(world)
    run = waiting(world)

    before(world.reports, "put", lambda *_: world.cancel_now(held))
    world.cancel_now(run)

    assert world.run_of(DEPARTMENTS).state is State.CANCELLED
    assert english(world.run_of(SOME)) == f"{BOSS} cancelled the run."


def test_the_sweep_leaves_a_run_alone_while_its_departments_are_held(world: World) -> None:
    held_departments(world)
    run = waiting(world)
    world.live(2 * SWEEP_SECONDS)
    looked = world.run_of(SOME)

    world.clock.now += 12 * SWEEP_SECONDS

    assert world.sweep.sweep().stuck == []
    assert world.submit_queue.messages == []
    assert (world.run_of(SOME), looked.reason) == (looked, run.reason)


def test_departments_that_are_decided_at_the_moment_when_members_begin_to_wait_are_noticed(
    world: World,
) -> None:
    held = held_departments(world)
    move = world.store.move

    def decided(run: Run, to: State, **changes: Any) -> Run:
        if to is State.QUEUED and run.state is State.SUBMITTING:
            world.store.move = move  # type: ignore[method-assign]
            world.cancel_now(held)
        return move(run, to, **changes)

    world.store.move = decided  # type: ignore[method-assign]
    dropped(world, SOME, staff(1), 70)
    world.live(2 * SWEEP_SECONDS)

    assert world.run_of(SOME).state is State.REJECTED
