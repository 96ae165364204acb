"""A retry tries an old file again in its old place: whatever came since stays as it is."""

import pytest

from support.guarded import (
    DAY,
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    codes,
    named,
    people,
    policy,
    thinned,
)
from support.runs import approved, state_and_why
from support.world import World, departments, members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.run import Run, State

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
NEW = HEADER + "新人,new,13911110000,,1\n"
OLD, NEWER = "员工6,u5,13922220000,,1\n", "员工6,u5,13933330000,,1\n"
PLAN = "acme/plan/syncuser/p.csv"


def retry(world: World, earlier: Run, *, key: str = "", content: str = "", of: str = "") -> Run:
    """Drop what the command line drops: an object without content that names a run."""
    world.clock.now += 1
    world.drop(key or earlier.key, content, retry_of=of or earlier.run_id)
    world.pass_time(600)
    return world.run_of(key or earlier.key)


def failed(world: World, key: str, content: str) -> Run:
    """Drop a file while the secret is wrong, and let a day pass."""
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    run = apply(world, key, content)
    assert state_and_why(run) == (State.FAILED, "secret_invalid")
    world.clock.now += DAY
    return run


def cancelled(world: World, key: str, content: str) -> Run:
    world.drop(key, content)
    world.pass_time(0)
    world.cancel(world.run_of(key))
    world.pass_time(600)
    assert world.run_of(key).state is State.CANCELLED
    return world.run_of(key)


def test_a_failed_file_is_applied_once_its_cause_is_gone(world: World) -> None:
    first = failed(world, SOME, NEW)

    run = retry(world, first)

    assert (run.state, run.retry_of) == (State.SUCCEEDED, first.run_id)
    assert (run.content_version, run.dropped) == (first.version, first.dropped)
    assert set(world.wecom.members) == {"new"}


def test_a_cancelled_file_is_applied_after_all(world: World) -> None:
    run = retry(world, cancelled(world, SOME, NEW))

    assert run.state is State.SUCCEEDED
    assert set(world.wecom.members) == {"new"}


def test_the_refused_rows_of_a_file_are_tried_again(world: World) -> None:
    world.wecom.refused = {"u1": 60003}
    first = apply(world, SOME, members("u0", "u1"))
    assert first.state is State.PARTIAL
    world.wecom.refused = {}

    run = retry(world, first)

    assert run.state is State.SUCCEEDED
    assert (run.plan or {})["unchanged"] == 1
    assert set(world.wecom.members) == {"u0", "u1"}


def test_a_rejected_file_is_read_by_the_settings_that_were_mended(world: World) -> None:
    first = apply(world, SOME, NEW.replace("帐号", "工号"))
    assert first.state is State.REJECTED
    policy(world, columns={"工号": "帐号"})

    assert retry(world, first).state is State.SUCCEEDED


def test_a_cancelled_file_is_read_by_the_settings_that_were_mended(world: World) -> None:
    policy(world, columns={"工号": "帐号", "编号": ""})
    first = cancelled(world, SOME, NEW.replace("帐号", "工号,编号").replace("new,", "old,new,"))
    policy(world, columns={"工号": "", "编号": "帐号"})

    retry(world, first)

    assert set(world.wecom.members) == {"new"}


def test_a_failed_file_is_read_as_the_first_time(world: World) -> None:
    policy(world, columns={"工号": "帐号"})
    first = failed(world, SOME, NEW.replace("帐号", "工号"))
    policy(world, columns={})

    assert retry(world, first).state is State.SUCCEEDED


def test_a_plan_is_made_again(world: World) -> None:
    first = failed(world, PLAN, NEW)

    run = retry(world, first)

    assert (run.state, run.verdict) == (State.PLANNED, "apply")
    assert not world.wecom.members


def test_an_old_full_file_gives_way_to_the_newer_one_that_was_applied(world: World) -> None:
    first = failed(world, FULL, people(20))
    assert apply(world, FULL, people(21)).state is State.SUCCEEDED

    run = retry(world, first)

    assert state_and_why(run) == (State.SUPERSEDED, "superseded")
    assert len(world.wecom.members) == 21


def test_an_old_department_file_gives_way_to_the_newer_one(world: World) -> None:
    first = failed(world, DEPARTMENTS, departments(3))
    assert apply(world, DEPARTMENTS, departments(5)).state is State.SUCCEEDED

    assert retry(world, first).state is State.SUPERSEDED
    assert len(world.wecom.departments) == 5


def test_an_old_file_of_some_gives_way_to_a_newer_full_file(world: World) -> None:
    first = failed(world, SOME, NEW)
    apply(world, FULL, people(20))

    assert state_and_why(retry(world, first)) == (State.SUPERSEDED, "superseded_changes")
    assert "new" not in world.wecom.members


def test_whom_a_newer_file_has_changed_is_named_before_an_old_file_of_some(world: World) -> None:
    apply(world, FULL, people(20))
    first = failed(world, SOME, HEADER + OLD)
    apply(world, SOME, HEADER + NEWER)

    run = retry(world, first)

    assert (run.state, codes(run)) == (State.HELD, ["hold_older"])
    assert [named(hold) for hold in run.holds] == ["u5"]
    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13933330000"


def test_what_a_plan_made_again_would_take_back_is_named(world: World) -> None:
    apply(world, FULL, people(20))
    first = failed(world, PLAN, HEADER + OLD)
    apply(world, SOME, HEADER + NEWER)

    run = retry(world, first)

    assert (run.verdict, codes(run)) == ("hold", ["hold_older"])


def test_a_retry_that_is_held_gives_way_to_a_newer_full_file(world: World) -> None:
    policy(world, removals=5)
    apply(world, FULL, people(100))
    world.clock.now += DAY
    first = failed(world, FULL, thinned(people(100), 20))
    held = retry(world, first)
    assert held.state is State.HELD

    apply(world, FULL, people(101))

    assert world.store.runs_by_id[held.run_id].state is State.SUPERSEDED
    assert len(world.wecom.members) == 101


def test_a_retry_goes_out_before_a_newer_file_that_waits(world: World) -> None:
    apply(world, FULL, people(20))
    first = failed(world, SOME, HEADER + OLD)
    world.drop("acme/syncuser/other.csv", HEADER + NEWER)

    retry(world, first)

    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13933330000"
    assert world.run_of("acme/syncuser/other.csv").state is State.SUCCEEDED


def test_two_retries_of_one_run_do_its_work_once(world: World) -> None:
    first = failed(world, FULL, people(20))

    one = retry(world, first)
    other = retry(world, first)

    assert one.run_id != other.run_id
    assert (one.state, other.state) == (State.SUCCEEDED, State.UNCHANGED)


def test_two_retries_at_once_do_its_work_once(world: World) -> None:
    first = failed(world, FULL, people(20))

    for _ in range(2):
        world.drop(first.key, "", retry_of=first.run_id)
    world.pass_time(600)

    retries = [run for run in world.store.runs_by_id.values() if run.retry_of]
    assert {run.state for run in retries} == {State.SUCCEEDED, State.UNCHANGED}
    assert world.wecom.calls.count("submit") == 1


def test_a_retry_of_a_retry_has_the_first_file(world: World) -> None:
    first = failed(world, SOME, NEW)
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    second = retry(world, first)
    assert second.state is State.FAILED

    run = retry(world, second)

    assert (run.state, run.retry_of) == (State.SUCCEEDED, second.run_id)
    assert (run.content_version, run.dropped) == (first.version, first.dropped)


def test_a_rollback_that_failed_is_tried_again_as_a_rollback(world: World) -> None:
    first = apply(world, FULL, people(20))
    world.clock.now += DAY
    apply(world, FULL, people(20).replace("员工7,", "员工柒,", 1))
    world.clock.now += DAY
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    world.drop(FULL, "", rollback_of=first.run_id)
    world.pass_time(600)
    back = world.run_of(FULL)
    assert (back.state, back.rollback_of) == (State.FAILED, first.run_id)

    run = retry(world, back)

    assert (run.state, run.rollback_of, run.retry_of) == (
        State.SUCCEEDED, first.run_id, back.run_id,
    )  # fmt: skip
    assert world.archive.snapshot("acme").rows["u6"]["姓名"] == "员工7"


def test_a_file_that_was_sent_by_force_is_forced_again(world: World) -> None:
    apply(world, SOME, NEW)
    world.drop(SOME, NEW)
    world.drops.forced.add((SOME, "v2"))
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))
    world.pass_time(600)
    first = world.run_of(SOME)
    assert (first.state, first.forced) == (State.FAILED, True)

    assert retry(world, first).state is State.SUCCEEDED


def test_whom_a_retry_removes_counts_among_the_removals_of_today(world: World) -> None:
    policy(world, removals=10, removal_percent=100)
    apply(world, FULL, people(100))
    world.clock.now += 3 * DAY
    first = failed(world, FULL, thinned(people(100), 8))

    assert retry(world, first).state is State.SUCCEEDED
    assert len(world.wecom.members) == 92
    run = apply(world, FULL, thinned(people(100), 16))

    assert (run.state, codes(run)) == (State.HELD, ["hold_gone"])


def test_a_file_that_is_not_kept_any_more_cannot_be_tried_again(world: World) -> None:
    first = failed(world, SOME, NEW)
    del world.drops.objects[SOME, first.version]

    run = retry(world, first)

    assert state_and_why(run) == (State.REJECTED, "object_gone")
    assert run.retry_of == first.run_id


def test_a_retry_of_what_must_not_be_tried_again_is_an_empty_file(world: World) -> None:
    good = apply(world, SOME, NEW)
    assert good.state is State.SUCCEEDED
    settings = apply(world, "acme/settings.toml", "nonsense")

    for earlier in (good, settings):
        run = retry(world, earlier, key=SOME)

        assert state_and_why(run) == (State.REJECTED, "earlier_unknown")
        assert (run.retry_of, run.reads) == (None, None)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "acme/syncuser/else.csv",
        "acme/replaceuser/s.csv",
        "acme/plan/syncuser/s.csv",
        "b/syncuser/s.csv",
    ],
)
def test_a_retry_under_another_key_is_an_empty_file(elsewhere: str) -> None:
    world = World("acme", "b")
    first = failed(world, SOME, NEW)

    run = retry(world, first, key=elsewhere)

    assert state_and_why(run) == (State.REJECTED, "earlier_unknown")
    assert run.retry_of is None
    assert not world.wecom.members


@pytest.mark.parametrize("claim", ["no run", "20200101T000000Z-0123456789ab"])
def test_a_retry_of_nothing_is_an_empty_file(world: World, claim: str) -> None:
    first = failed(world, SOME, NEW)

    assert state_and_why(retry(world, first, of=claim)) == (State.REJECTED, "earlier_unknown")


def test_a_file_with_content_is_new_whatever_it_says(world: World) -> None:
    first = failed(world, SOME, NEW)

    run = retry(world, first, content=HEADER + OLD)

    assert (run.state, run.retry_of) == (State.SUCCEEDED, None)
    assert run.dropped > first.dropped
    assert set(world.wecom.members) == {"u5"}


def test_a_retry_asks_again_what_was_asked_the_first_time(world: World) -> None:
    policy(world, removals=5)
    apply(world, FULL, people(100))
    world.clock.now += DAY
    held = apply(world, FULL, thinned(people(100), 20))
    world.cancel(held)
    world.pass_time(60)

    run = retry(world, held)

    assert (run.state, codes(run)) == (State.HELD, codes(held))
    assert approved(world, run).state is State.SUCCEEDED
    assert len(world.wecom.members) == 80
