"""A retry tries an old file again in its old place: whatever came since stays as it is."""

from collections.abc import Callable

import pytest

from support.company import people, thinned
from support.guarded import DAY, DEPARTMENTS, FULL, SOME, apply, codes, dropped, named, policy
from support.runs import state_and_why
from support.world import World, departments, members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.run import Run, State

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
NEW = HEADER + "新人,new,13911110000,,1\n"
NO_SECRET = SecretInvalidError(details="no contact_secret")


OLD, NEWER = HEADER + "员工6,u5,13922220000,,1\n", HEADER + "员工6,u5,13933330000,,1\n"
PLAN = "acme/plan/syncuser/p.csv"


def retry(world: World, earlier: Run, *, key: str = "", content: str = "", of: str = "") -> Run:
    """Drop what the command line drops: an object without content that names a run."""
    world.clock.now += 1
    apply(world, key or earlier.key, content, retry_of=of or earlier.run_id)
    return world.run_of(key or earlier.key)


def failed(world: World, key: str, content: str) -> Run:
    """Drop a file while the secret is wrong, and let a day pass."""
    world.wecom.fail("directory", NO_SECRET)
    run = apply(world, key, content)
    assert state_and_why(run) == (State.FAILED, "secret_invalid")
    world.clock.now += DAY
    return run


def cancelled(world: World, key: str, content: str) -> Run:
    dropped(world, key, content, 0)
    run = world.cancel_now(world.run_of(key))
    assert run.state is State.CANCELLED
    return run


@pytest.mark.parametrize("ended", [failed, cancelled])
def test_a_file_that_failed_or_was_cancelled_is_applied_after_all(
    world: World, ended: Callable[[World, str, str], Run]
) -> None:
    first = ended(world, SOME, NEW)

    run = retry(world, first)

    assert (run.state, run.retry_of) == (State.SUCCEEDED, first.run_id)
    assert (run.content_version, run.dropped) == (first.version, first.dropped)
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


STAFF_ID = NEW.replace("帐号", "工号")
TWO_IDS = NEW.replace("帐号", "工号,编号").replace("new,", "old,new,")


@pytest.mark.parametrize(
    ("ended", "content", "before", "after"),
    [
        (apply, STAFF_ID, {}, {"工号": "帐号"}),
        (cancelled, TWO_IDS, {"工号": "帐号", "编号": ""}, {"工号": "", "编号": "帐号"}),
        (failed, STAFF_ID, {"工号": "帐号"}, {}),
    ],
    ids=["rejected: as mended", "cancelled: as mended", "failed: as the first time"],
)
def test_a_file_is_read_by_the_settings_that_were_mended_unless_it_was_read_before(
    world: World, ended: Callable[[World, str, str], Run], content: str,
    before: dict[str, str], after: dict[str, str],
) -> None:  # fmt: skip
    policy(world, columns=before)
    first = ended(world, SOME, content)
    policy(world, columns=after)

    assert retry(world, first).state is State.SUCCEEDED
    assert set(world.wecom.members) == {"new"}


def test_a_plan_is_made_again(world: World) -> None:
    first = failed(world, PLAN, NEW)

    run = retry(world, first)

    assert (run.state, run.verdict) == (State.PLANNED, "apply")
    assert not world.wecom.members


@pytest.mark.parametrize(
    ("key", "content", "newer", "code"),
    [
        (FULL, people(20), (FULL, people(21)), "superseded"),
        (DEPARTMENTS, departments(3), (DEPARTMENTS, departments(5)), "superseded"),
        (SOME, NEW, (FULL, people(21)), "superseded_changes"),
    ],
)
def test_an_old_file_gives_way_to_the_newer_full_one_that_was_applied(
    world: World, key: str, content: str, newer: tuple[str, str], code: str
) -> None:
    first = failed(world, key, content)
    assert apply(world, *newer).state is State.SUCCEEDED

    assert state_and_why(retry(world, first)) == (State.SUPERSEDED, code)
    there = (len(world.wecom.members), len(world.wecom.departments))
    assert there == ((0, 5) if key == DEPARTMENTS else (21, 1))


@pytest.mark.parametrize(("key", "state"), [(SOME, State.HELD), (PLAN, State.PLANNED)])
def test_whom_a_newer_file_has_changed_is_named(world: World, key: str, state: State) -> None:
    apply(world, FULL, people(20))
    first = failed(world, key, OLD)
    apply(world, SOME, NEWER)

    run = retry(world, first)

    assert (run.state, codes(run)) == (state, ["hold_older"])
    assert [named(hold) for hold in run.holds] == ["u5"]
    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13933330000"


def test_a_retry_goes_out_before_a_newer_file_that_waits(world: World) -> None:
    apply(world, FULL, people(20))
    first = failed(world, SOME, OLD)
    world.drop("acme/syncuser/other.csv", NEWER)

    retry(world, first)

    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13933330000"
    assert world.run_of("acme/syncuser/other.csv").state is State.SUCCEEDED


@pytest.mark.parametrize("pause", [0, 600])
def test_two_retries_of_one_run_do_its_work_once(world: World, pause: int) -> None:
    first = failed(world, FULL, people(20))

    for _ in range(2):
        world.drop(first.key, "", retry_of=first.run_id)
        world.pass_time(pause)
    world.pass_time(600)

    retries = [run.state for run in world.store.runs_by_id.values() if run.retry_of]
    assert sorted(retries) == [State.SUCCEEDED, State.UNCHANGED]
    assert world.wecom.calls.count("submit") == 1


def test_a_retry_of_a_retry_has_the_first_file(world: World) -> None:
    first = failed(world, SOME, NEW)
    world.wecom.fail("directory", NO_SECRET)
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
    world.wecom.fail("directory", NO_SECRET)
    back = apply(world, FULL, "", rollback_of=first.run_id)
    assert (back.state, back.rollback_of) == (State.FAILED, first.run_id)

    run = retry(world, back)

    assert run.state is State.SUCCEEDED
    assert (run.rollback_of, run.retry_of) == (first.run_id, back.run_id)
    assert world.archive.snapshot("acme").rows["u6"]["姓名"] == "员工7"


def test_a_file_that_was_sent_by_force_is_forced_again(world: World) -> None:
    apply(world, SOME, NEW)
    world.drops.forced.add((SOME, "v2"))
    world.wecom.fail("directory", NO_SECRET)
    first = apply(world, SOME, NEW)
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


ENDED = {"acme/syncuser/good.csv": NEWER, "acme/settings.toml": "nonsense"}
"""Files that must not be tried again: one was applied, one holds settings."""


@pytest.mark.parametrize(
    ("key", "claim"),
    [
        ("acme/syncuser/else.csv", ""), ("acme/replaceuser/s.csv", ""),
        ("acme/plan/syncuser/s.csv", ""), ("beta/syncuser/s.csv", ""), (SOME, "no run"),
        (SOME, "20200101T000000Z-0123456789ab"), *((SOME, key) for key in ENDED),
    ],
)  # fmt: skip
def test_a_retry_of_nothing_is_an_empty_file(world: World, key: str, claim: str) -> None:
    earlier = failed(world, SOME, NEW)
    if claim in ENDED:
        earlier = apply(world, claim, ENDED[claim])

    run = retry(world, earlier, key=key, of="" if claim in ENDED else claim)

    assert state_and_why(run) == (State.REJECTED, "earlier_unknown")
    assert (run.retry_of, run.reads) == (None, None)
    assert "new" not in world.wecom.members


def test_a_file_with_content_is_new_whatever_it_says(world: World) -> None:
    first = failed(world, SOME, NEW)

    run = retry(world, first, content=OLD)

    assert (run.state, run.retry_of) == (State.SUCCEEDED, None)
    assert run.dropped > first.dropped
    assert set(world.wecom.members) == {"u5"}
