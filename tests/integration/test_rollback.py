"""A rollback brings an old file back: what it may undo unasked, and how its headers are read."""

import pytest

from support.company import people, table, thinned
from support.guarded import DAY, FULL, SOME, apply, codes, listing, named, policy
from support.runs import approved
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import Run, State

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
HIRES = HEADER + "".join(f"新人{n},new{n},1391111{n:04d},,1\n" for n in range(40))


def day(world: World, key: str, content: str) -> Run:
    """Apply a file, and let the day pass."""
    run = apply(world, key, content)
    assert run.state is State.SUCCEEDED
    world.clock.now += DAY
    return run


def roll_back(world: World, earlier: Run, *, key: str = "", of: str = "") -> Run:
    """Bring a run's file back, as the command line does."""
    return apply(world, key or earlier.key, "", rollback_of=of or earlier.run_id)


def renamed(count: int, *numbers: int) -> str:
    """Return a full file in which some have another name."""
    content = people(count)
    for number in numbers:
        content = content.replace(f"员工{number},", f"职工{number},", 1)
    return content


def test_who_was_hired_or_changed_since_is_named_before_a_rollback_undoes_it(world: World) -> None:
    first = day(world, FULL, people(400))
    day(world, FULL, renamed(400, 7))
    day(world, SOME, HIRES)
    day(world, SOME, HEADER + "员工6,u5,13922220000,,1\n")

    run = roll_back(world, first)

    assert (run.state, codes(run)) == (State.HELD, ["hold_older"])
    assert listing(run.holds[0]).total == 41
    assert len(world.wecom.members) == 440
    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13922220000"
    assert approved(world, run).state is State.SUCCEEDED
    assert len(world.wecom.members) == 400


STORIES = """
people came and changed: people 100! | others! | again rollback_of 0 | applied | there u0..99
people came and changed, and their file came again: people 100! | others! | others | unchanged
    | 1 day | again rollback_of 0 | applied | there u0..99
somebody was removed: people 100! | refuse left u99 | gone | people 99! | refuse
    | again rollback_of 0 | applied | there u0..99
people left at once: set removal_percent=100 | people 100! | people 100 ~ thinned 15!
    | again rollback_of 0 | applied
people left with grace: set removal_percent=100 leavers=disable | people 100!
    | people 100 ~ thinned 15! | again rollback_of 0 | applied
people left long ago: set removal_percent=100 | people 100! | people 100 ~ thinned 15!
    | people 100 ~ calls 1 职工1 ~ thinned 15! | 2 days | again rollback_of 0
    | asks hold_came_back
people left long ago with grace: set removal_percent=100 leavers=disable | people 100!
    | people 100 ~ thinned 15! | people 100 ~ calls 1 职工1 ~ thinned 15! | 2 days
    | again rollback_of 0 | asks hold_came_back
a hire whom the last file names as well: set leavers=disable | people 100! | some hired 2!
    | people 100 ~ calls 7 职工7 ~ plus 新人,new,13911110000,,1 新人二,new2,13911110003,,1!
    | again rollback_of 0 | asks hold_older of new, new2 | approve | applied
several files ago: people 100! | people 100 ~ calls 7 职工7!
    | people 100 ~ calls 7 职工7 ~ calls 8 职工8! | again rollback_of 0 | asks hold_older of u6
    | approve | applied
a file of some: people 40! | some two! | some two ~ cut 1 2 ~ replaced 员工6 员工陆!
    | some two ~ replaced 员工6 员工陆 ~ replaced 2220000 2229999! | again rollback_of 1
    | asks hold_older of u5 | approve | applied
a leaver whom others hired: set leavers=disable | people 100! | some hired 2 ~ cut 1 2!
    | again rollback_of 0 | asks hold_older of new | approve | applied
"""


def others(world: World) -> None:
    pass


def test_a_rollback_is_read_with_the_headers_of_its_time(world: World) -> None:
    policy(world, columns={"电话": "手机号"})
    rows = [f"员{n},u{n},138{7 * n:08d},1" for n in range(30)]
    first = day(world, FULL, table("姓名,帐号,电话,所在部门", *rows))
    columns = {"电话": "座机", "移动电话": "手机号"}
    policy(world, columns=columns, contacts_percent=100, updates_percent=100)
    rows = [f"员{n},u{n},1397777{7 * n:04d},020-{n},1" for n in range(30)]
    day(world, FULL, table("姓名,帐号,移动电话,电话,所在部门", *rows))

    run = roll_back(world, first)

    assert run.state is State.SUCCEEDED
    assert run.reading == first.reading
    assert world.archive.snapshot("acme").rows["u3"]["手机号"] == "13800000021"
