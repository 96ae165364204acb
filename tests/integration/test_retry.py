"""A retry tries an old file again in its old place, and what only says it was one does not."""

from support.company import people, table
from support.guarded import DAY, FULL, SOME, apply, dropped
from support.stories import Ends, Step, no_secret, play, stories
from support.world import World
from wecom_sync.domain.drop import Again
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
NEW = table(HEADER, "新人,new,13911110000,,1")
NEWER = table(HEADER, "员工6,u5,13933330000,,1")
TWO_IDS = table("姓名,工号,编号,手机号,邮箱,所在部门", "新人,old,new,13911110000,,1")


def stopped(world: World, kind: str) -> Run:
    """Drop a file, and cancel it at once."""
    dropped(world, SOME, TWO_IDS if kind == "two_ids" else NEW, 0)
    return world.cancel_now(world.run_of(SOME))


def retry(world: World, at: int) -> Run:
    """Drop what the command line drops: an object without content that names the n-th run."""
    earlier = [*world.store.runs_by_id.values()][at]
    world.clock.now += 1
    run = apply(world, earlier.key, "", again=f"retry {earlier.run_id}")
    assert run.identity.again.of["retry"] == earlier.run_id
    content = earlier.identity.file[-1]
    assert (run.identity.file[-1], run.identity.dropped) == (content, earlier.identity.dropped)
    return run


def claim(world: World, key: str, what: str | int, content: str = "", asks: str = "") -> Run:
    """Drop an object that says whose retry or rollback it was, of the n-th run, and is none."""
    of = [*world.store.runs_by_id][what] if isinstance(what, int) else what
    run = apply(world, key, content, again=f"{asks or 'retry'} {of}")
    assert run.identity.again == Again()
    return run


def forced(world: World) -> Run:
    """Drop by force what would change nothing."""
    assert apply(world, SOME, NEW).state is State.UNCHANGED
    no_secret(world)
    run = retry(world, 1)
    assert (run.state, run.identity.again.forced) == (State.FAILED, True)
    return run


def is_a_rollback(world: World) -> None:
    assert "rollback" in world.run_of(FULL).identity.again.of


STORIES = """
a file that failed: no_secret | some new | ends failed why secret_invalid | 1 day | retry 0
    | applied | there new
a file that was cancelled: stopped new | retry 0 | applied | there new
a file of which rows were refused: refuse u1 | some people 2 | partial | refuse | retry 0
    | applied | there u0 u1
a rejected file, by the settings that were mended: some staff_id | rejected
    | set columns=工号:帐号 | retry 0 | applied
a cancelled file, by the settings that were mended: set columns=工号:帐号,编号:
    | stopped two_ids | set columns=工号:,编号:帐号 | retry 0 | applied | there new
a file that failed, by the settings of the first time: set columns=工号:帐号 | no_secret
    | some staff_id | failed | 1 day | set | retry 0 | applied
a plan: no_secret | plan_some new | failed | 1 day | retry 0 | planned | there
a newer full file was applied: no_secret | people 20 | failed | 1 day | people 21 | applied
    | retry 0 | ends superseded why superseded
newer departments were applied: no_secret | departments 3 | failed | 1 day | departments 5
    | applied | retry 0 | ends superseded why superseded
a full file was applied after changes: no_secret | some new | failed | 1 day | people 21
    | applied | retry 0 | ends superseded why superseded_changes
somebody was changed since: people 20 | no_secret | some old | failed | 1 day | some newer
    | retry 1 | asks hold_older of u5 | cell u5 手机号 13933330000
somebody was changed since a plan: people 20 | no_secret | plan_some old | failed | 1 day
    | some newer | retry 1 | ends planned hold_older of u5 | cell u5 手机号 13933330000
a newer file waits and comes after it: people 20 | no_secret | some old | failed | 1 day
    | drop_newer | retry 1 | applied | cell u5 手机号 13933330000
two retries of one run: no_secret | people 20 | failed | 1 day | retry 0 | applied | retry 0
    | unchanged
a retry: no_secret | some new | failed | 1 day | no_secret | retry 0 | failed | retry 1 | applied
a rollback that failed: people 20 | 1 day | people 20 ~ calls 7 员工柒 | 1 day | no_secret
    | again rollback 0 | failed | retry 2 | applied | is_a_rollback | cell u6 姓名 员工7
a rollback that failed, and is as old as its file: people 20 | 1 day | people 20 ~ calls 7 员工柒
    | 1 day | some newer | no_secret | again rollback 0 | failed | retry 3
    | asks hold_older of u5 | cancel | retry 4 | asks hold_older of u5
a rollback that was cancelled is read as it was: set columns=工号:帐号
    | people 20 ~ replaced 帐号 工号 | 1 day | people 20 ~ replaced 帐号 工号 ~ calls 7 员工柒
    | 1 day | some newer_id | set | again rollback 0 | asks hold_older of u5 | cancel | retry 3
    | asks hold_older of u5
a file that was sent by force: some new | forced | retry 2 | applied
whom a retry removes counts among the removals of today: set removals=10 removal_percent=100
    | people 100 | 3 days | no_secret | people 100 ~ thinned 8 | failed | 1 day | retry 1 | applied
    | people 100 ~ thinned 16 | asks hold_gone
a file that is not kept any more: no_secret | some new | failed | 1 day | forget_files | retry 0
    | ends rejected why object_gone
nothing else: no_secret | some new | failed | 1 day | claim acme/syncuser/other.csv 0 | unknown
    | claim acme/replaceuser/s.csv 0 | unknown | claim acme/plan/syncuser/s.csv 0 | unknown
    | claim beta/syncuser/s.csv 0 | unknown | claim acme/syncuser/s.csv none | unknown
    | claim acme/syncuser/s.csv 20200101T000000Z-0123456789ab | unknown | there
no rollback: people 20 | claim acme/replaceuser/m.csv none "" rollback | unknown
    | claim acme/replaceuser/m.csv 20200101T000000Z-0123456789ab "" rollback | unknown
    | claim acme/replaceuser/else.csv 0 "" rollback | unknown
a file with content is no rollback: set removal_percent=100 renames_percent=100
    | people 40 ~ replaced 员工1 甲! | people 40 ~ replaced 员工1 乙!
    | people 40 ~ replaced 员工1 丙! | claim_content | asks hold_same_again
a file that was never applied is not brought back: set first_replace=hold | hire u0..5
    | people 6 | claim acme/replaceuser/m.csv 0 "" rollback
a file that was applied: some new | claim acme/syncuser/s.csv 0 | unknown
settings: settings nonsense | claim acme/syncuser/s.csv 0 | unknown | claim acme/settings.toml 0
a file with content is new: no_secret | some new | failed | 1 day | claim_old | applied | there u5
"""


OLD = table(HEADER, "员工6,u5,13922220000,,1")
NEWER_ID = NEWER.replace("帐号", "工号")
STAFF_ID = NEW.replace("帐号", "工号")
UNKNOWN = Ends(State.REJECTED, why="earlier_unknown")
NONSENSE = "nonsense"


def drop_newer(world: World) -> None:
    world.drop("acme/syncuser/other.csv", NEWER)


def forget_files(world: World) -> None:
    world.drops.objects.clear()


def claim_content(world: World) -> Run:
    return claim(world, FULL, 2, people(40).replace("员工1", "乙"), "rollback")


def claim_old(world: World) -> Run:
    return claim(world, SOME, 0, table(HEADER, "员工6,u5,13922220000,,1"))


@stories(STORIES, globals())
def test_what_is_tried_again(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_two_retries_at_once_do_the_work_once(world: World) -> None:
    no_secret(world)
    first = apply(world, FULL, people(20))
    world.clock.now += DAY

    for _ in range(2):
        world.drop(first.key, "", again=f"retry {first.run_id}")
    world.pass_time(600)

    retries = [run.state for run in world.store.runs_by_id.values() if run.identity.again.of]
    assert sorted(retries) == [State.SUCCEEDED, State.UNCHANGED]
    assert world.wecom.calls.count("submit") == 1
