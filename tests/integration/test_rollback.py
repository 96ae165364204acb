"""A rollback brings an old file back: what it may undo unasked, and how its headers are read."""

import pytest

from support.company import people, table, thinned
from support.guarded import DAY, FULL, SOME, apply, codes, listing, named, policy
from support.runs import approved
from support.world import World
from wecom_sync.domain.outcome import ResultRow
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

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
    assert listing(run.proposal.holds[0]).total == 41
    assert len(world.wecom.members) == 440
    assert world.archive.snapshot("acme").rows["u5"]["手机号"] == "13922220000"
    assert approved(world, run).state is State.SUCCEEDED
    assert len(world.wecom.members) == 400


@pytest.mark.parametrize(
    "last",
    [renamed(105, 7).replace("员工9,u8", "员九,u108"), people(99)],
    ids=["people came and changed", "somebody was removed"],
)
@pytest.mark.parametrize("repeated", [False, True])
def test_a_rollback_of_the_last_file_goes_out(world: World, last: str, repeated: bool) -> None:
    first = day(world, FULL, people(100))
    if last == people(99):
        world.wecom.extra.append(ResultRow("u99", 0, "ok"))
    day(world, FULL, last)
    world.wecom.extra.clear()
    if repeated:
        assert apply(world, FULL, last).state is State.UNCHANGED
        world.clock.now += DAY

    assert roll_back(world, first).state is State.SUCCEEDED
    assert set(world.wecom.members) == {f"u{n}" for n in range(100)}


@pytest.mark.parametrize("leavers", ["remove", "disable"])
@pytest.mark.parametrize("later", [False, True])
def test_whom_a_rollback_brings_back_unasked(world: World, leavers: str, later: bool) -> None:
    policy(world, leavers=leavers, removal_percent=100)
    first = day(world, FULL, people(100))
    day(world, FULL, thinned(people(100), 15))
    if later:
        day(world, FULL, thinned(renamed(100, 1), 15))
        world.clock.now += 2 * DAY

    run = roll_back(world, first)

    assert run.state is (State.HELD if later else State.SUCCEEDED)
    assert {*codes(run)} <= {"hold_came_back", "hold_older"}


HIRED = "新人,new,13911110000,,1\n新人二,new2,1391111000{},,1\n"
TWO = HEADER + "员工6,u5,13922220000,u5@x.cn,1\n员工7,u6,13922220001,,1\n"
CHANGED_SINCE: dict[str, tuple[list[tuple[str, str]], int, str]] = {
    "a hire whom the last file names as well": (
        [(FULL, people(100)), (SOME, HEADER + HIRED.format(2)),
         (FULL, renamed(100, 7) + HIRED.format(3))], 0, "new, new2",
    ),
    "several files ago": (
        [(FULL, people(100)), (FULL, renamed(100, 7)), (FULL, renamed(100, 7, 8))], 0, "u6",
    ),
    "a file of some": (
        [(FULL, people(40)), (SOME, TWO), (SOME, HEADER + "员工陆,u5,13922220000,u5@x.cn,1\n"),
         (SOME, TWO.replace("员工6", "员工陆").replace("2220000", "2229999"))], 1, "u5",
    ),
    "a leaver whom others hired": (
        [(FULL, people(100)), (SOME, HEADER + "新人,new,13911110000,,1\n")], 0, "new",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "to", "who"), CHANGED_SINCE.values(), ids=CHANGED_SINCE)
def test_whom_others_changed_since_is_named(
    world: World, files: list[tuple[str, str]], to: int, who: str
) -> None:
    policy(world, leavers="disable")
    runs = [day(world, *file) for file in files]

    run = roll_back(world, runs[to])

    assert [(hold.code, named(hold)) for hold in run.proposal.holds] == [("hold_older", who)]
    assert approved(world, run).proposal.counts == run.proposal.counts


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
    assert run.source.reading == first.source.reading
    assert world.archive.snapshot("acme").rows["u3"]["手机号"] == "13800000021"
