"""Departments as HR knows them: by code, by name or by path, with numbers that stay the same."""

import pytest

from support.guarded import DEPARTMENTS, SOME, apply, dropped, play
from support.runs import approved, english
from support.wired import Wired
from support.world import World, departments
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

type Numbers = dict[str, tuple[int, int]]
"""Each department's number and its parent's, by name."""
HEADER = "部门编码,部门名称,上级部门编码\n"
FIRST = HEADER + "C,总部,\nD01,研发,C\nD02,销售,C\nD011,平台,D01\n"
WITHOUT_SALES = FIRST.replace("D02,销售,C\n", "D03,市场,C\n")
NUMBERS = {"总部": (1, 0), "研发": (2, 1), "销售": (3, 1), "平台": (4, 2)}
PLAN = "acme/plan/replaceparty/d.csv"


def uploaded(world: World) -> Numbers:
    """Return what WeCom got last: number and parent by name."""
    header, *lines = [*world.wecom.media.values()][-1].decode("utf-8-sig").splitlines()
    assert header.split(",")[:3] == ["部门名称", "部门ID", "父部门ID"]
    rows = [line.split(",") for line in lines]
    return {name: (int(number), int(parent)) for name, number, parent, *_ in rows}


NAMED = {
    "by the name above": ("部门名称,上级部门\n总部,\n研发,总部\n", "export these columns"),
    "by path": ("部门名称,部门路径\n总部,总部\n研发,总部/研发\n", "export these columns"),
    "by path alone": ("部门全路径\n总部\n总部/研发\n", "export these columns"),
    "a number, and the name above": (
        "部门ID,部门名称,上级部门\n1,总部,\n2,研发,总部\n", "export these columns"
    ),
    "a code, and the name above": (
        "部门编码,部门名称,上级部门\nC,总部,\nD1,研发,总部\n", "export these columns"
    ),
    "one code above is blank, but not its name": (
        "部门编码,部门名称,上级部门编码,上级部门\nD1,研发,,总部\nD2,平台,D1,研发\n",
        "The department above is only named (「总部」)",
    ),
    "one code above is blank, but its path is longer": (
        "部门编码,部门名称,上级部门编码,部门路径\nD1,研发,,总部-研发\nD2,平台,D1,总部-研发-平台\n",
        "The department above is only named (「总部-研发」)",
    ),
}  # fmt: skip


def member(department: str, header: str = "部门") -> str:
    return f"姓名,帐号,手机号,{header}\n员工,a,13800000001,{department}\n"


def held_without_sales(world: World) -> Run:
    """Apply the tree; return a file that takes a department away and waits for a person."""
    apply(world, DEPARTMENTS, FIRST)
    run = dropped(world, DEPARTMENTS, WITHOUT_SALES.replace("总部", "新名"), 60)
    assert run.state is State.HELD
    return run


KEPT: dict[str, tuple[list[str], Numbers]] = {
    "found by name, then renamed": (
        ["部门名称,部门ID,父部门ID\n总部,1,0\n研发,70,1\n销售,8,1\n平台,9,70\n", FIRST,
         FIRST.replace("研发", "研究院")],
        {"总部": (1, 0), "研究院": (70, 1), "销售": (8, 1), "平台": (9, 70)},
    ),
    "renamed and moved": (
        [FIRST, FIRST.replace("D011,平台,D01", "D011,数据平台,D02")],
        {"总部": (1, 0), "研发": (2, 1), "销售": (3, 1), "数据平台": (4, 3)},
    ),
    "back again": ([FIRST, WITHOUT_SALES, FIRST + "D03,市场,C\n"], NUMBERS | {"市场": (5, 1)}),
    "above all that were ever given": (
        [FIRST, FIRST.replace("D011,平台,D01\n", ""), FIRST.replace("D011,平台", "D012,数据")],
        {"总部": (1, 0), "研发": (2, 1), "销售": (3, 1), "数据": (5, 2)},
    ),
    "given for some": (
        ["部门名称,部门ID,部门编码,上级部门编码\n总部,1,C,\n研发,70,D01,C\n平台,,D011,D01\n",
         FIRST],
        {"总部": (1, 0), "研发": (70, 1), "销售": (72, 1), "平台": (71, 70)},
    ),
    "several below the known root": (
        [departments(1), HEADER + "D01,研发,\nD02,销售,\n"],
        {"总部": (1, 0), "研发": (2, 1), "销售": (3, 1)},
    ),
    "one branch is not the company": (
        [FIRST, HEADER + "D01,研发,\nD011,平台,D01\n"],
        {"总部": (1, 0), "研发": (2, 1), "平台": (4, 2)},
    ),
    "codes differ by case and zeros": (
        [HEADER + "C,总部,\n01,研发,C\n1,销售,C\na,市场,C\nA,法务,０１\n"],
        {"总部": (1, 0), "研发": (2, 1), "销售": (3, 1), "市场": (4, 1), "法务": (5, 2)},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "numbers"), KEPT.values(), ids=KEPT)
def test_a_department_keeps_its_number(world: World, files: list[str], numbers: Numbers) -> None:
    runs = [apply(world, DEPARTMENTS, file) for file in files]

    assert (runs[-1].state, runs[-1].proposal.holds) == (State.SUCCEEDED, ())
    assert uploaded(world) == numbers
    assert {row[1] for row in world.results_csv(runs[-1])[1:]} == {
        str(number) for number, _ in numbers.values()
    }


@pytest.mark.parametrize(("text", "advice"), NAMED.values(), ids=NAMED)
def test_departments_whose_parents_are_only_named_are_refused(
    world: World, text: str, advice: str
) -> None:
    run = apply(world, DEPARTMENTS, text)

    assert (run.state, world.wecom.calls.count("submit")) == (State.REJECTED, 0)
    assert advice in english(run)
    assert world.wecom.departments.keys() == {1}


def test_names_and_paths_beside_codes_say_nothing(world: World) -> None:
    names = (
        "部门名称,部门编码,上级部门编码,上级部门,部门路径",
        "总部,C,,-,总部",
        "研发,D1,C,平台,x",
    )

    apply(world, DEPARTMENTS, "\n".join(names))

    assert uploaded(world) == {"总部": (1, 0), "研发": (2, 1)}


def test_a_held_file_keeps_its_numbers_while_others_come_and_go(world: World) -> None:
    held = held_without_sales(world)

    assert apply(world, SOME, member("研发")).state is State.SUCCEEDED
    apply(world, PLAN, FIRST + "D09,监察,C\n")
    run = approved(world, held)

    assert (run.state, run.proposal.digest) == (State.SUCCEEDED, held.proposal.digest)
    assert uploaded(world)["市场"] == (5, 1)


def test_a_number_that_wecom_gave_to_somebody_elses_department_is_not_taken(world: World) -> None:
    held = held_without_sales(world)
    world.wecom.departments[5] = Department(5, 1)
    world.wecom.hire("boss", department=5)

    again = approved(world, held)

    assert again.state is State.HELD
    approved(world, again)
    assert uploaded(world)["市场"] == (6, 1)


DEEP = "".join(f"L{level},层{level},L{level - 1}\n" for level in range(2, 17))


@pytest.mark.parametrize(
    ("rows", "line", "text"),
    [
        ("C,总部,\nD1,研发,D9\n", 3, "The parent D9 is not in the file"),
        ("C,总部,\nD1,研发,C\nD1,销售,C\n", 4, "Line 3 already has this department code"),
        ("C,总部,\nD1,研发,D1\n", 3, "circle: D1 → D1"),
        ("C,总部,D1\nD1,研发,C\n", 2, "C → D1 → C"),
        ("C,总部,\n1.0E+05,研发,C\n", 3, "「1.0E+05」"),
        ("C,总部,\n2024/3/1,研发,C\n", 3, "「2024/3/1」"),
        ("C,总部,\n,研发,C\n", 3, "「部门编码」 is blank"),
        (f"L1,总部,\n{DEEP}", 17, "level 16"),
    ],
)
def test_a_wrong_tree_of_codes_is_told(world: World, rows: str, line: int, text: str) -> None:
    run = apply(world, DEPARTMENTS, HEADER + rows)

    assert run.state is State.REJECTED
    problems = [row for row in world.results_csv(run)[1:] if text in row[8]]
    assert [row[0] for row in problems] == [str(line)]


@pytest.mark.parametrize(
    ("cells", "header", "places"),
    [
        ("D011", "部门编码", {4}), ("D011", "部门", {4}), ("平台", "所属部门", {4}),
        ("总部/研发/平台", "部门全路径", {4}), ("研发 / 平台", "部门", {4}), ("3", "部门ID", {3}),
        ("D011,无此部门", "部门编码,部门名称", {4}), ("D01、D02,1；2", "部门编码,排序", {2, 3}),
        ("D99", "部门编码", "No department has the code 「D99」"),
        ("总部,研发,平台", "一级部门,二级部门,三级部门", "Drop the file as company"),
        ("研发,平台", "部门,二级部门", "Drop the file as company"),
        ("D011,总部,研发", "部门编码,一级部门,二级部门", {4}),
        ("总部-研发", "部门", "Paths with hyphens or underscores are for company files"),
    ],
)  # fmt: skip
def test_members_name_departments_by_code_name_path_or_number(
    world: World, cells: str, header: str, places: set[int] | str
) -> None:
    apply(world, DEPARTMENTS, FIRST)

    run = apply(world, SOME, member(cells, header))

    if isinstance(places, str):
        assert run.state is State.REJECTED
        assert places in english(run)
    else:
        assert world.wecom.members["a"][1] == places


def test_in_a_column_of_codes_digits_are_always_a_code(world: World) -> None:
    apply(world, DEPARTMENTS, HEADER + "9,总部,\n3,研发,9\n2,销售,9\n")

    assert apply(world, SOME, member("2", "部门编码")).state is State.SUCCEEDED
    assert world.wecom.members["a"][1] == {3}

    run = apply(world, SOME, member("2"))
    assert run.state is State.REJECTED
    assert "the id of one department and the code of another" in english(run)


def test_codes_say_nothing_where_no_file_has_told_them(world: World) -> None:
    run = apply(world, SOME, member("D01", "部门编码"))
    assert run.state is State.REJECTED
    assert "Drop a department file (replaceparty) first" in english(run)
    apply(world, DEPARTMENTS, departments(3))

    apply(world, SOME, member("部门2,D77", "部门,部门编码"))

    assert world.wecom.members["a"][1] == {2}


def test_members_wait_for_the_departments_of_their_codes(world: World) -> None:
    world.drop(SOME, member("D011", "部门编码"))
    held = held_without_sales(world)
    assert world.wecom.members["a"][1] == {4}

    assert apply(world, SOME, member("D03", "部门编码")).state is State.QUEUED
    approved(world, held)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert world.wecom.members["a"][1] == {5}


def test_a_file_without_a_last_line_break_is_not_taken_for_cut_off(world: World) -> None:
    many = "".join(f"D{number},部门{number},C\n" for number in range(2, 13))
    before, after = (f"{HEADER}C,总部,\n{many}X,末位,{above}" for above in ("D12\n", "C"))

    run = play(world, (DEPARTMENTS, before), (DEPARTMENTS, after))

    assert (run.state, run.proposal.holds) == (State.SUCCEEDED, ())


@pytest.mark.parametrize(
    ("orders", "kept"), [("7;", ((2, 7),)), (";7", ((3, 7),)), (";", ()), ("", ())]
)
def test_blank_sort_orders_are_fine_for_wecom(
    wired: Wired, orders: str, kept: tuple[tuple[int, int], ...]
) -> None:
    tree = "部门编码,部门名称,上级部门编码,排序\nC,总部,,\nD1,研发,C,\nD2,销售,C,5\n"
    assert apply(wired, DEPARTMENTS, tree).state is State.SUCCEEDED

    run = apply(wired, SOME, member(f"D1;D2,{orders}", "部门编码,排序"))

    assert run.state is State.SUCCEEDED, english(run)
    person = wired.simulator.corp(wired.corp_id).directory.find("a")
    assert person is not None
    assert person.orders == kept


def test_a_department_with_a_number_near_the_end_leaves_room_for_others(world: World) -> None:
    world.wecom.departments[2_147_480_000] = Department(2_147_480_000, 1)
    world.wecom.hire("somebody", department=2_147_480_000)

    approved(world, apply(world, DEPARTMENTS, FIRST))

    assert uploaded(world) == NUMBERS
