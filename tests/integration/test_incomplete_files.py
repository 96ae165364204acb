"""Files that are not whole: their last line breaks off, or a part is missing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from support.guarded import (
    DEPARTMENTS,
    FULL,
    SOME,
    apply,
    apply_all,
    codes,
    listing,
    named,
    people,
    policy,
    thinned,
)
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import State
from wecom_sync.planning.drift import compare


def test_a_last_line_that_breaks_off_within_a_known_value_is_held(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(12))
    file = people(3).replace(",,1\n", ",,12\n")
    apply(world, FULL, file)

    assert codes(apply(world, FULL, file[:-2])) == ["hold_incomplete"]
    assert named(world.run_of(FULL).holds[0]) == "u2"
    assert apply(world, FULL, file[:-1]).state is State.UNCHANGED


def staff(count: int, *places: str) -> str:
    rows = [
        f"员{number},u{number},138{number:08d},{places[number % len(places)]}\n"
        for number in range(count)
    ]
    return "姓名,帐号,手机号,所在部门\n" + "".join(rows)


@pytest.mark.parametrize(
    ("was", "left", "held"),
    [
        ("总部/研发/平台二部", "总部/研发/平台", True), ("总部/研发/平台二部", "总部/研发", True),
        ("总部/研发/平台二部", "总部", True), ("研发/平台二部", "研发", True),
        ("平台二部", "平台", True), ("销售;研发/平台二部", "销售;研发", True),
        ("销售;研发/平台二部", "销售", True), ("研发/平台;销售", "研发/平台", True),
        ("5;41", "5;4", True), ("41", "4", True), ("研发/平台", "销售", False),
        ("研发/平台", "研发/平台二部", False), ("研发;研发/平台", "研发/平台;研发", False),
        ("研发/平台二部", "总部/研发/平台二部", False),
    ],
)  # fmt: skip
def test_a_last_line_that_breaks_off_within_its_departments_is_held(
    world: World, was: str, left: str, held: bool
) -> None:
    policy(world)
    tree = "总部,1,0\n研发,2,1\n平台,4,2\n平台二部,41,2\n销售,5,1\n"
    apply(world, DEPARTMENTS, f"部门名称,部门ID,父部门ID\n{tree}")
    file = staff(40, "研发", was)
    assert apply(world, FULL, file).state is State.SUCCEEDED

    run = apply(world, FULL, file.removesuffix(f"{was}\n") + left)

    assert codes(run) == (["hold_incomplete"] if held else [])


def test_what_was_sent_may_be_lost_and_the_snapshot_hold_departments_by_name(world: World) -> None:
    policy(world)
    apply(world, DEPARTMENTS, departments(3))
    world.drop(FULL, people(3).replace(",,1\n", ",,总部/部门2\n"))
    world.pass_time(70)
    world.archive.forget()
    world.pass_time(600)
    snapshot = world.archive.snapshot("acme")
    assert snapshot.members["u2"]["所在部门"] == "总部/部门2"
    assert not compare("acme", world.wecom.directory(), snapshot)
    without_departments = replace(snapshot, members={**snapshot.members, "u2": {"姓名": "员工3"}})
    assert not compare("acme", world.wecom.directory(), without_departments)

    run = apply(world, FULL, people(3).replace(",,1\n", ",,总部/部门2\n")[:-5])

    assert codes(run) == ["hold_incomplete"]


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("员10,13800000010,1,u1", True), ("新名,13800000010,1,u1", True),
        ("新名,13900000010,1,u1", True), ("员1,13800000001,1,u1", False),
        ("新名,13800000001,1,u1", False), ("员1,13900000001,1,u1", False),
        ("员12,13900000012,1,u12", False), ("新人,13900000001,1,u", False),
        ("新名,13800000002,1,u", True),
    ],
)  # fmt: skip
def test_a_last_line_that_breaks_off_within_its_id_is_held(
    world: World, row: str, held: bool
) -> None:
    policy(world)
    head = "姓名,手机号,所在部门,帐号\n"
    rows = [f"员{number},138{number:08d},1,u{number}\n" for number in range(40)]
    apply(world, FULL, head + "".join(rows))

    run = apply(world, SOME, head + rows[30].replace("员", "职") + row)

    assert codes(run) == (["hold_incomplete"] if held else [])


def test_a_full_file_that_breaks_off_within_an_id_that_nobody_has_is_held(world: World) -> None:
    policy(world)
    head = "姓名,手机号,所在部门,帐号\n"
    rows = [f"员{number},138{number:08d},1,zhang.san{number:03d}\n" for number in range(40)]
    apply(world, FULL, head + "".join(rows))
    other = head + "".join(rows[:38]) + "新人,13900000000,1,zhang"

    assert "hold_incomplete" in codes(apply(world, FULL, (head + "".join(rows[:39]))[:-3]))
    assert "hold_incomplete" in codes(apply(world, FULL, other))
    assert "hold_incomplete" not in codes(apply(world, FULL, other + "\n"))


def test_departments_that_break_off_within_an_id_are_held(world: World) -> None:
    policy(world)
    head = "部门名称,父部门ID,部门ID\n"
    tree = f"{head}总部,0,1\n研发,1,20\n平台,1,21\n销售,1,215\n"
    apply(world, DEPARTMENTS, tree)

    other_row = tree.replace("平台,1,21\n", "")
    assert "hold_incomplete" in codes(apply(world, DEPARTMENTS, other_row[:-2]))
    assert "hold_incomplete" not in codes(
        apply(world, DEPARTMENTS, tree.replace("销售,1,215\n", ""))
    )
    world.wecom.departments[999] = Department(999, 1)
    assert "hold_incomplete" in codes(apply(world, DEPARTMENTS, f"{tree}新部,1,99"))


@pytest.mark.parametrize(
    ("there", "missing", "held"), [(40, 4, False), (40, 5, True), (400, 20, False), (400, 21, True)]
)
@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_more_than_a_few_who_stood_together_are_a_missing_page(
    world: World, there: int, missing: int, held: bool, leavers: str
) -> None:
    policy(world, leavers=leavers, removal_percent=100)
    apply(world, FULL, people(there))
    header, *rows = people(there).splitlines(keepends=True)

    run = apply(world, FULL, "".join([header, *rows[:7], *rows[7 + missing :]]))

    assert codes(run) == (["hold_incomplete"] if held else [])
    if held:
        assert listing(run.holds[0]).total == missing


def test_people_who_leave_one_by_one_are_no_missing_page(world: World) -> None:
    policy(world, removal_percent=100)
    apply(world, FULL, people(100))

    assert apply(world, FULL, thinned(people(100), 40)).state is State.SUCCEEDED


@pytest.mark.parametrize(("size", "held"), [(4, False), (5, True)])
def test_a_whole_department_that_is_missing_is_a_filter_of_the_export(
    world: World, size: int, held: bool
) -> None:
    policy(world, removal_percent=100)
    apply(world, DEPARTMENTS, departments(3))
    whole = people(40)
    for number in range(0, 2 * size, 2):
        whole = whole.replace(f"138{number + 1:08d},,1\n", f"138{number + 1:08d},,3\n")
    run = apply_all(
        world, whole, "".join(row for row in whole.splitlines(True) if ",,3" not in row)
    )

    assert codes(run) == (["hold_incomplete"] if held else [])


def test_a_branch_may_go_as_a_whole_but_not_with_the_last_line_break(world: World) -> None:
    apply(world, DEPARTMENTS, departments(20))
    header, *rows = departments(20).splitlines(keepends=True)
    without_branch = "".join([header, *rows[:5], *rows[10:]])

    assert codes(apply(world, DEPARTMENTS, "".join([header, *rows[:19]])[:-1])) == [
        "hold_incomplete"
    ]
    assert apply(world, DEPARTMENTS, without_branch[:-1]).state is State.SUCCEEDED
    assert apply(world, DEPARTMENTS, without_branch.replace(rows[-1], "")).state is State.SUCCEEDED


def test_the_end_of_the_last_file_is_missing_and_so_is_the_last_line_break(world: World) -> None:
    policy(world)
    apply(world, FULL, people(40))

    assert codes(apply(world, FULL, people(39)[:-1])) == ["hold_incomplete"]
    assert named(world.run_of(FULL).holds[0]) == "u39"
    assert apply(world, SOME, people(3).replace("员工", "职工")[:-1]).state is State.SUCCEEDED
    assert apply(world, FULL, thinned(people(40), 1)[:-1]).state is State.SUCCEEDED
    assert apply(world, FULL, thinned(people(41), 1)).state is State.SUCCEEDED
    other = thinned(people(40), 1).replace("员工3,", "职工3,")
    assert codes(apply(world, FULL, other[:-1])) == ["hold_incomplete"]
    assert apply(world, FULL, other).state is State.SUCCEEDED


@pytest.mark.parametrize(("key", "file"), [(FULL, people), (DEPARTMENTS, departments)])
def test_files_that_never_end_their_last_line_may_lose_their_last_row(
    world: World, key: str, file: Callable[[int], str]
) -> None:
    other, others = (DEPARTMENTS, departments) if key == FULL else (FULL, people)
    assert apply(world, key, file(40)[:-1]).state is State.SUCCEEDED
    assert apply(world, other, others(40)).state is State.SUCCEEDED
    assert apply(world, key, file(39)[:-1]).state is State.SUCCEEDED
    assert apply(world, key, file(38)).state is State.SUCCEEDED

    assert codes(apply(world, key, file(37)[:-1])) == ["hold_incomplete"]


@pytest.mark.parametrize(("gone", "held"), [(35, ["hold_incomplete"]), (36, [])])
def test_where_nearly_everybody_is_missing_it_is_another_file_and_no_page(
    world: World, gone: int, held: list[str]
) -> None:
    policy(world, removal_percent=100, removals=1000)
    apply(world, FULL, people(40))
    header, *rows = people(40).splitlines(keepends=True)

    assert codes(apply(world, FULL, "".join([header, *rows[gone:]]))) == held


@pytest.mark.parametrize("leavers", ["remove", "disable"])
def test_whom_a_row_disables_is_not_missing(world: World, leavers: str) -> None:
    policy(world, removal_percent=100, leavers=leavers)
    header, *rows = people(40).splitlines()
    cells = [[f"{header},禁用", *(f"{row},{'1' if 9 < at < last else '0'}"
             for at, row in enumerate(rows))] for last in (0, 30)]  # fmt: skip
    active, disabled = ("\n".join(lines) + "\n" for lines in cells)
    apply(world, FULL, active)

    assert apply(world, FULL, disabled).state is State.SUCCEEDED


def test_a_page_is_missing_of_those_who_get_a_grace_period_as_well(world: World) -> None:
    policy(world, removal_percent=100, leavers="disable")
    apply(world, FULL, people(40))
    header, *rows = people(40).splitlines(keepends=True)

    assert codes(apply(world, FULL, "".join([header, *rows[:9], *rows[20:]]))) == [
        "hold_incomplete"
    ]
