"""A retry tries an old file again in its old place, and what only says it was one does not."""

import pytest

from support.company import people, thinned
from support.guarded import (
    APPLIED,
    DEPARTMENTS,
    FULL,
    SOME,
    UNCHANGED,
    Ends,
    Step,
    apply,
    asked,
    cell,
    days,
    dropped,
    hold_first,
    live,
    play,
    refuse,
    see,
)
from support.world import World, departments, members
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
NEW = HEADER + "新人,new,13911110000,,1\n"
OLD, NEWER = HEADER + "员工6,u5,13922220000,,1\n", HEADER + "员工6,u5,13933330000,,1\n"
STAFF_ID = NEW.replace("帐号", "工号")
TWO_IDS = NEW.replace("帐号", "工号,编号").replace("new,", "old,new,")
PLAN = "acme/plan/syncuser/p.csv"
OTHER = "acme/syncuser/other.csv"
STAFF = people(20)
NIGHTS = [people(40).replace("员工1", name) for name in "甲乙丙"]
UNKNOWN = Ends(State.REJECTED, why="earlier_unknown")


def no_secret(world: World) -> None:
    """Let the secret be wrong the next time that it is used."""
    world.wecom.fail("directory", SecretInvalidError(details="no contact_secret"))


def failed(key: str, content: str) -> list[Step]:
    return [no_secret, (key, content), Ends(State.FAILED, why="secret_invalid"), 1]


def cancelled(key: str, content: str) -> list[Step]:
    def cancel(world: World) -> Run:
        dropped(world, key, content, 0)
        return world.cancel_now(world.run_of(key))

    return [cancel, Ends(State.CANCELLED)]


def retry(at: int = 0) -> Step:
    """Drop what the command line drops: an object without content that names the n-th run."""

    def drop(world: World) -> Run:
        earlier = [*world.store.runs_by_id.values()][at]
        world.clock.now += 1
        world.drop(earlier.key, "", retry_of=earlier.run_id)
        world.pass_time(600)
        run = world.run_of(earlier.key)
        assert run.identity.retry_of == earlier.run_id
        content = earlier.identity.file[-1] or earlier.identity.version
        assert (run.identity.file[-1], run.identity.dropped) == (content, earlier.identity.dropped)
        return run

    return drop


def claim(key: str, what: str | int, content: str = "", asks: str = "retry_of") -> Step:
    """Drop an object that says whose retry or rollback it was, of the n-th run, and is none."""

    def drop(world: World) -> Run:
        of = [*world.store.runs_by_id][what] if isinstance(what, int) else what
        run = apply(world, key, content, **{asks: of})
        assert (run.identity.retry_of, run.identity.rollback_of, run.identity.reads) == (
            None,
            None,
            None,
        )
        return run

    return drop


def forced(world: World) -> Run:
    """Drop by force what would change nothing."""
    world.drops.forced.add((SOME, "v2"))
    no_secret(world)
    run = apply(world, SOME, NEW)
    assert (run.state, run.identity.forced) == (State.FAILED, True)
    return run


def roll_back(world: World) -> Run:
    """Bring the first file back, and fail."""
    no_secret(world)
    return apply(world, FULL, "", rollback_of=next(iter(world.store.runs_by_id)))


STORIES: dict[str, list[Step]] = {
    "a file that failed": [*failed(SOME, NEW), retry(), APPLIED, live("new")],
    "a file that was cancelled": [*cancelled(SOME, NEW), retry(), APPLIED, live("new")],
    "a file of which rows were refused": [
        refuse("u1"), (SOME, members("u0", "u1")), Ends(State.PARTIAL), refuse(), retry(),
        APPLIED, live("u0", "u1"),
    ],
    "a rejected file, by the settings that were mended": [
        (SOME, STAFF_ID), Ends(State.REJECTED), {"columns": {"工号": "帐号"}}, retry(), APPLIED
    ],
    "a cancelled file, by the settings that were mended": [
        {"columns": {"工号": "帐号", "编号": ""}}, *cancelled(SOME, TWO_IDS),
        {"columns": {"工号": "", "编号": "帐号"}}, retry(), APPLIED, live("new"),
    ],
    "a file that failed, by the settings of the first time": [
        {"columns": {"工号": "帐号"}}, *failed(SOME, STAFF_ID), {"columns": {}}, retry(), APPLIED
    ],
    "a plan": [*failed(PLAN, NEW), retry(), Ends(State.PLANNED), live()],
    **{
        f"a newer file of {key} was applied": [
            *failed(key, content), newer, APPLIED, retry(), Ends(State.SUPERSEDED, why=why)
        ]
        for key, content, newer, why in (
            (FULL, STAFF, people(21), "superseded"),
            (DEPARTMENTS, departments(3), (DEPARTMENTS, departments(5)), "superseded"),
            (SOME, NEW, people(21), "superseded_changes"),
        )
    },
    **{
        f"somebody was changed since, {state}": [
            STAFF, *failed(key, OLD), (SOME, NEWER), retry(1), Ends(state, ("hold_older",), "u5"),
            cell("u5", "手机号", "13933330000"),
        ]
        for key, state in ((SOME, State.HELD), (PLAN, State.PLANNED))
    },
    "a newer file waits and comes after it": [
        STAFF, *failed(SOME, OLD), lambda world: world.drop(OTHER, NEWER), retry(1), APPLIED,
        cell("u5", "手机号", "13933330000"),
    ],
    "two retries of one run": [*failed(FULL, STAFF), retry(), APPLIED, retry(), UNCHANGED],
    "a retry": [
        *failed(SOME, NEW), no_secret, retry(), Ends(State.FAILED), retry(1), APPLIED
    ],
    "a rollback that failed": [
        STAFF, 1, STAFF.replace("员工7,", "员工柒,", 1), 1, roll_back, Ends(State.FAILED), retry(2),
        APPLIED, see(lambda world: bool(world.run_of(FULL).identity.rollback_of), expected=True),
        cell("u6", "姓名", "员工7"),
    ],
    "a file that was sent by force": [(SOME, NEW), forced, retry(1), APPLIED],
    "whom a retry removes counts among the removals of today": [
        {"removals": 10, "removal_percent": 100}, people(100), 3,
        *failed(FULL, thinned(people(100), 8)), retry(1), APPLIED, thinned(people(100), 16),
        asked("hold_gone"),
    ],
    "a file that is not kept any more": [
        *failed(SOME, NEW), lambda world: world.drops.objects.clear(), retry(),
        Ends(State.REJECTED, why="object_gone"),
    ],
    **{
        f"nothing: {key} of {what or 'the run'}": [
            *failed(SOME, NEW), claim(key, what), UNKNOWN, live()
        ]
        for key, what in (
            (OTHER, 0), ("acme/replaceuser/s.csv", 0), ("acme/plan/syncuser/s.csv", 0),
            ("beta/syncuser/s.csv", 0), (SOME, "no run"), (SOME, "20200101T000000Z-0123456789ab"),
        )
    },
    **{
        f"nothing: {key} rolls back {what or 'the run'}": [
            STAFF, claim(key, what, asks="rollback_of"), UNKNOWN
        ]
        for key, what in (
            (FULL, "no run"), (FULL, "20200101T000000Z-0123456789ab"),
            ("acme/replaceuser/else.csv", 0),
        )
    },
    "a file with content is no rollback": [
        {"removal_percent": 100, "renames_percent": 100}, *days(*NIGHTS),
        claim(FULL, 2, NIGHTS[1], asks="rollback_of"), asked("hold_same_again"),
    ],
    "a file that was never applied is not brought back": [
        hold_first, people(6), claim(FULL, 0, asks="rollback_of")
    ],
    "a file that was applied": [(SOME, NEW), claim(SOME, 0), UNKNOWN],
    "settings": [("acme/settings.toml", "nonsense"), claim(SOME, 0), UNKNOWN],
    "a file with content is new": [*failed(SOME, NEW), claim(SOME, 0, OLD), APPLIED, live("u5")],
}  # fmt: skip


@pytest.mark.parametrize("steps", STORIES.values(), ids=STORIES)
def test_what_is_tried_again(world: World, steps: list[Step]) -> None:
    play(world, *steps)


def test_two_retries_at_once_do_the_work_once(world: World) -> None:
    first = play(world, *failed(FULL, STAFF))

    for _ in range(2):
        world.drop(first.key, "", retry_of=first.run_id)
    world.pass_time(600)

    retries = [run.state for run in world.store.runs_by_id.values() if run.identity.retry_of]
    assert sorted(retries) == [State.SUCCEEDED, State.UNCHANGED]
    assert world.wecom.calls.count("submit") == 1
