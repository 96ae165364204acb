"""Files in which people have other ids, or the names and contacts of others."""

from dataclasses import replace

import pytest

from support.guarded import FULL, SOME, apply, codes, named, plan_of, policy
from support.runs import approved
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State

HEADER = "姓名,帐号,手机号,邮箱,所在部门"
STAFF = tuple(f"员{n},{n:06d},138{n:08d},e{n}@x.cn,1" for n in range(1, 101))


def file(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("员1,1,13800000001,e1@x.cn,1", True), ("员1,4-Mar,13800000001,,1", True),
        ("员1,x1,13900000001,e1@x.cn,2", True), ("员 1,x1,13900000001,new@x.cn,2;1", True),
        ("新人,0001,13900000001,,1", True), ("员1,x1,13900000001,new@x.cn,2", False),
        ("新人,x1,13800000001,,1", False), ("新人,10,13900000001,,1", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_a_single_account_is_given_up_for_a_new_one_only_after_a_look(
    world: World, row: str, held: bool, leavers: str
) -> None:
    policy(world, leavers=leavers)
    world.wecom.departments[2] = Department(2, 1)
    apply(world, FULL, file(f"{STAFF[0]};2", *STAFF[1:]))
    new = row.split(",")[1]

    run = apply(world, FULL, file(*STAFF[1:], row))

    found = [hold for hold in run.holds if hold.code == "hold_second_account"]
    assert [named(hold) for hold in found] == ([f"000001 → {new}"] if held else [])
    assert plan_of(world, run)["rekeyed"] == ({"000001": new} if held else {})


def test_a_row_that_disables_and_one_that_joins_may_be_one_person(world: World) -> None:
    apply(world, FULL, file(*STAFF))
    rows = (f"{STAFF[0]},1", "员1,n1,13900000001,,1,0")

    run = apply(world, SOME, f"{HEADER},禁用\n" + "\n".join(rows) + "\n")

    assert codes(run) == ["hold_second_account"]


def test_an_approval_covers_only_the_pairs_that_were_shown(world: World) -> None:
    apply(world, FULL, file(*STAFF))
    newcomers = ("员1,1,13900000001,,1", "新人,n2,13900000002,,1")
    held = apply(world, FULL, file(*STAFF[2:], *newcomers))
    assert named(held.holds[0]) == "000001 → 1"
    snapshot = world.archive.snapshots["acme"]
    known = {**snapshot.members["000002"], "姓名": "新人"}
    world.archive.snapshots["acme"] = replace(
        snapshot, members={**snapshot.members, "000002": known}
    )

    world.approve(held)
    world.pass_time(600)

    again = world.run_of(FULL)
    assert [hold.code for hold in again.holds] == ["hold_worse", "hold_second_account"]
    assert named(again.holds[0]) == "000002"
    assert approved(world, again).state is State.SUCCEEDED


@pytest.mark.parametrize(("passed", "held"), [(20, False), (21, True)])
@pytest.mark.parametrize("column", [2, 3])
def test_many_newcomers_get_contacts_of_leavers_only_after_a_look(
    world: World, passed: int, held: bool, column: int
) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, file(*STAFF))
    rows = []
    for number, row in enumerate(STAFF[:passed]):
        cells = [f"新{number}", f"n{number}", f"139{number:08d}", f"n{number}@x.cn", "1"]
        cells[column] = row.split(",")[column]
        rows.append(",".join(cells))

    run = apply(world, FULL, file(*STAFF[passed:], *rows))

    assert codes(run) == (["hold_mixed"] if held else [])
    assert run.warnings == passed


@pytest.mark.parametrize("key", [FULL, SOME])
@pytest.mark.parametrize(("turned", "held"), [(20, False), (21, True)])
def test_many_people_swap_their_names_only_after_a_look(
    world: World, turned: int, held: bool, key: str
) -> None:
    policy(world, renames_percent=100)
    apply(world, FULL, file(*STAFF))
    names = [f"员{n}" for n in range(1, turned + 1)]
    cells = [row.split(",", 1)[1] for row in STAFF]
    rows = [f"{name},{rest}" for name, rest in zip([*names[1:], names[0]], cells, strict=False)]

    run = apply(world, key, file(*rows, *STAFF[turned:]))

    assert codes(run) == (["hold_mixed"] if held else [])


def test_names_that_are_new_or_whose_owner_keeps_them_are_no_swap(world: World) -> None:
    policy(world, renames_percent=100)
    apply(world, FULL, file(*STAFF))
    new = [f"员{50 + n % 3},{row.split(',', 1)[1]}" for n, row in enumerate(STAFF[:21])]

    assert codes(apply(world, FULL, file(*new, *STAFF[21:]))) == []
