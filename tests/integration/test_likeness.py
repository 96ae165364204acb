"""Files in which people have other ids, or the names and contacts of others."""

import pytest

from support.books import with_cells
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
    book = world.archive.snapshots["acme"]
    world.archive.snapshots["acme"] = with_cells(book, "000002", 姓名="新人")

    world.approve(held)
    world.pass_time(600)

    again = world.run_of(FULL)
    assert [hold.code for hold in again.holds] == ["hold_worse", "hold_second_account"]
    assert named(again.holds[0]) == "000002"
    assert approved(world, again).state is State.SUCCEEDED


@pytest.mark.parametrize(
    ("doubles", "others", "held"),
    [(2, 0, False), (3, 0, True), (3, 11, True), (3, 12, False), (4, 15, True), (4, 16, False)],
)
@pytest.mark.parametrize("key", [FULL, SOME])
def test_many_newcomers_who_have_an_account_already_are_asked_about(
    world: World, doubles: int, others: int, held: bool, key: str
) -> None:
    world.wecom.departments[2] = Department(2, 1)
    staff = [f"{row[:-1]}2" for row in STAFF]
    apply(world, FULL, file(*staff))
    again = [f"员{n},zh{n},139{7 * n:08d},,2" for n in range(1, doubles + 1)]
    newcomers = [f"新{n},new{n},137{7 * n:08d},,2" for n in range(others)]

    run = apply(world, key, file(*staff, *again, *newcomers))

    assert codes(run) == (["hold_second_account"] if held else [])
    if held:
        assert named(run.holds[0]).startswith("000001 → zh1, 000002 → zh2, 000003 → zh3")
        assert approved(world, run).state is State.SUCCEEDED


def test_where_everybody_is_in_the_root_a_namesake_is_no_second_account(world: World) -> None:
    apply(world, FULL, file(*STAFF))
    again = [f"员{n},zh{n},139{7 * n:08d},,1" for n in range(1, 6)]

    assert apply(world, SOME, file(*again)).state is State.SUCCEEDED


def test_an_account_that_is_given_up_is_one_question_and_no_removal(world: World) -> None:
    apply(world, FULL, file(*STAFF))
    rows = [row.replace(f",{n:06d},", f",{n},") for n, row in enumerate(STAFF, 1)]

    run = apply(world, FULL, file(*rows))

    assert codes(run) == ["hold_second_account"]


LINA = "姓名,帐号,手机号,邮箱,所在部门\n李娜,lina,13800000001,lina@x.cn,1\n"


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("黎纳,Lina,13977770000,lina2@x.cn,1", True), ("黎纳,lina,,lina2@x.cn,1", True),
        ("李娜娜,lina,13800000001,lina2@x.cn,1", False),
        ("李娜娜,lina,13977770000,lina@x.cn,1", False),
        ("李娜,lina,13977770000,lina2@x.cn,1", False),
        ("黎纳,lina,13977770000,lina@x.cn,1", True),
        ("黎纳,lina,13800000001,lina2@x.cn,1", False),
    ],
)  # fmt: skip
def test_an_account_goes_to_another_person_only_after_a_look(
    world: World, row: str, held: bool
) -> None:
    policy(world)
    apply(world, FULL, LINA)

    run = apply(world, SOME, LINA.splitlines()[0] + f"\n{row}\n")

    assert codes(run) == (["hold_other_person"] if held else [])
    if held:
        assert named(run.holds[0]) == row.split(",")[1]


def test_who_somebody_is_hangs_only_on_contacts_that_the_file_names(world: World) -> None:
    policy(world)
    apply(world, FULL, LINA)
    mobiles = "姓名,帐号,手机号,所在部门\n黎纳,lina,{},1\n"

    assert codes(apply(world, SOME, mobiles.format("13977770000"))) == ["hold_other_person"]
    assert codes(apply(world, SOME, mobiles.format("13800000001"))) == []


ANNA = "姓名,帐号,邮箱,所在部门\n{},u7,{},1\n"


@pytest.mark.parametrize(
    ("before", "after", "held"),
    [
        ("Anna Smith", "Anna Jones", False), ("Anna Smith", "ANNA  JONES", False),
        ("Anna Maria Smith", "Jones Anna", False), ("Anna Smith", "Mary Jones", True),
        ("Anna", "Anna Jones", False), ("Anna Smith", "Anna", False), ("王娜", "王 娜", False),
        ("王小娜", "王小那", False), ("王娜", "王那", True), ("王小娜", "李小那", True),
    ],
)  # fmt: skip
def test_who_marries_in_a_company_of_e_mails_is_no_other_person(
    world: World, before: str, after: str, held: bool
) -> None:
    apply(world, FULL, ANNA.format(before, "anna.smith@x.cn"))

    run = apply(world, FULL, ANNA.format(after, "anna.jones@x.cn"))

    assert codes(run) == (["hold_other_person"] if held else [])


@pytest.mark.parametrize(
    ("staff_number", "others", "held"),
    [("007", "008", False), ("009", "008", True), ("007", "007", True)],
)
def test_a_number_of_their_own_that_stays_shows_the_same_person(
    world: World, staff_number: str, others: str, held: bool
) -> None:
    policy(world, attributes=["工号码"])
    head = "姓名,帐号,手机号,所在部门,工号码\n"
    apply(world, FULL, f"{head}李娜,u1,13800000001,1,007\n王伟,u2,13800000002,1,{others}\n")

    run = apply(world, SOME, f"{head}黎纳,u1,13977770000,1,{staff_number}\n")

    assert codes(run) == (["hold_other_person"] if held else [])


@pytest.mark.parametrize(
    ("user", "mailbox", "held"),
    [
        ("zhangwei", "zhang.wei", True), ("zhangwei", "wei.zhang", True),
        ("zhang.wei", "weizhang", True), ("Zhang_Wei", "zhangwei2", True),
        ("u1024", "staff01024", True), ("zhangwei", "zhang.li", False),
        ("zhangwei", "gnahziew", False), ("zhangwei", "w.zhang", False),
    ],
)  # fmt: skip
def test_a_mailbox_made_of_the_id_shows_nobody_however_it_is_spelt(
    world: World, user: str, mailbox: str, held: bool
) -> None:
    row = f"姓名,帐号,手机号,邮箱,所在部门\n{{}},{user},{{}},{mailbox}@x.cn,1\n"
    apply(world, FULL, row.format("张伟", "13800000001"))

    run = apply(world, FULL, row.format("李娜", "13977776666"))

    assert codes(run) == (["hold_other_person"] if held else [])
