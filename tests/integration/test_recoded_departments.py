"""HR changes the codes of departments, gives an old one away, or writes a wrong one."""

from itertools import permutations

import pytest

from support.guarded import DEPARTMENTS, SOME, apply, codes, dropped, plan_of, play, policy
from support.runs import approved
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.states import State

HEADER = "部门编码,部门名称,上级部门编码\n"
NUMBERED = "部门编码,部门名称,部门ID,父部门ID\n"
COMPANY = "C,总部,\n"
BOTH = HEADER + COMPANY + "D02,华东,C\nD03,华北,C\n"


def numbers(world: World) -> dict[str, int]:
    """Return the numbers of the departments that are there, by name and code."""
    book = world.archive.snapshot("acme")
    codes = {number: key.removeprefix("code:") for key, number in book.numbers.items()}
    there = world.wecom.departments.keys() - {1}
    return {
        f"{cells['部门名称']} {codes.get(number, '')}": number
        for number, cells in book.department_rows.items()
        if number in there
    }


def remembered(world: World) -> dict[str, int]:
    numbers = world.archive.snapshot("acme").numbers.items()
    return {key.removeprefix("code:"): number for key, number in numbers if key != "code:C"}


def member(code: str, name: str) -> str:
    return f"姓名,帐号,手机号,部门编码,部门\n员工,a,13800000001,{code},{name}\n"


@pytest.mark.parametrize(
    ("files", "last", "expected"),
    [
        (["D02,华东,C\nD04,华南,C\n", "D20,华东,C\nD04,华南,C\n"],
         ["D02,华北,C\n", "D20,华东,C\n", "D04,华南,C\n"],
         {"华东 D20": 2, "华南 D04": 3, "华北 D02": 4}),
        (["D02,华东,C\nD03,华北,C\nD04,华南,C\n"],
         ["D20,华东,C\n", "D02,华北,C\n", "D03,华南,C\n"],
         {"华东 D20": 2, "华北 D02": 3, "华南 D03": 4}),
        (["D02,华东,C\n"], ["D20,华东,C\n", "D02,西南,C\n"], {"华东 D20": 2, "西南 D02": 3}),
        (["D02,华东,C\nD03,华北,C\n"], ["D02,华北,C\n"], {"华北 D02": 3}),
    ],
    ids=["a code that was given up", "name and place stay", "the name goes first", "moved to"],
)  # fmt: skip
def test_departments_that_keep_name_and_place_stay_whatever_codes_they_get(
    files: list[str], last: list[str], expected: dict[str, int]
) -> None:
    for rows in permutations(last):
        world = World()
        for file in files:
            apply(world, DEPARTMENTS, HEADER + COMPANY + file)

        run = apply(world, DEPARTMENTS, HEADER + COMPANY + "".join(rows))

        assert run.proposal.holds == ()
        assert numbers(world) == expected


@pytest.mark.parametrize(
    "rows",
    [
        ("D02,华北,C\n", "D03,华东,C\n"),
        ("D02,华北,C\n", "D03,华南,C\n", "D04,华东,C\n"),
        ("D02,华北,C\n", "D03,华东,C\n", "D04,西南,C\n", "D05,华南,C\n"),
    ],
)
def test_departments_that_exchange_codes_are_asked(world: World, rows: tuple[str, ...]) -> None:
    apply(world, DEPARTMENTS, BOTH + "D04,华南,C\nD05,西南,C\n")
    world.wecom.hire("a", "b", "c", department=2)

    run = apply(world, DEPARTMENTS, HEADER + COMPANY + "".join(rows))

    assert codes(run) == ["hold_displaced"]
    approved(world, run)
    assert numbers(world)["华北 D02"] == 2


def test_what_hangs_below_departments_that_exchange_names_stays_there(world: World) -> None:
    below = "E1,一组,D02\nE2,一组,D03\nE3,二组,D02\n"
    exchanged = HEADER + COMPANY + "D02,华北,C\nD03,华东,C\n" + below

    run = play(world, (DEPARTMENTS, BOTH + below), (DEPARTMENTS, exchanged))

    assert run.state is State.SUCCEEDED
    assert run.proposal.counts is not None
    assert (
        run.proposal.counts["update"],
        run.proposal.counts["move"],
        run.proposal.counts["add"],
    ) == (2, 0, 0)


@pytest.mark.parametrize("is_first", [False, True])
def test_codes_of_numbers_in_a_cancelled_file_are_forgotten(world: World, is_first: bool) -> None:
    for number in (2, 3):
        world.wecom.departments[number] = Department(number, 1)
    if not is_first:
        apply(world, DEPARTMENTS, departments(3))
    policy(world, first_replace="hold")
    wrong = "D3,部门2,2,1\nD2,部门3,3,1\n" + ("" if is_first else "D9,部门4,4,1\n")
    dropped(world, DEPARTMENTS, f"{NUMBERED}C,公司,1,0\n{wrong}", 60)
    assert world.cancel_now(world.run_of(DEPARTMENTS)).state is State.CANCELLED
    world.clock.now += 60
    assert remembered(world) == {}
    policy(world)

    right = f"{NUMBERED}C,总部,1,0\nD2,部门2,2,1\nD3,部门3,3,1\nD4,部门4,4,1\n"
    apply(world, DEPARTMENTS, departments(3) if is_first else right)

    assert remembered(world) == ({} if is_first else {"D2": 2, "D3": 3, "D4": 4})


@pytest.mark.parametrize(
    ("code", "name", "is_warned"),
    [
        ("D02", "华北", True), ("D02", "华北;华东", True),
        ("D02", "一组", True),  # several are called so, and none is there
        ("D02", "华东", False), ("D02", "2", False), ("D02;D03", "华北", False),
        ("E3", "华东", False),  # the one above
        ("D02", "无此部门", False), ("D02", "", False),
    ],
)  # fmt: skip
def test_a_member_whose_code_and_name_are_two_departments_is_pointed_out(
    world: World, code: str, name: str, is_warned: bool
) -> None:
    apply(world, DEPARTMENTS, BOTH + "D04,华南,C\nE1,一组,D03\nE2,一组,D04\nE3,二组,D02\n")

    run = apply(world, SOME, member(code, name))

    assert run.state is State.SUCCEEDED
    warnings = plan_of(world, run)["warnings"]
    texts = [each["text"] for each in warnings if each["code"] == "warning_department_code"]
    text = f"「{name.partition(';')[0]}」, but its code 「{code}」 stands for 「华东」"
    assert [text in each for each in texts] == [True] * is_warned
    assert world.wecom.members["a"][1] >= {7 if code == "E3" else 2}
