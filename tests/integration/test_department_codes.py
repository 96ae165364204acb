"""Departments as HR knows them: by code, by name or by path, with numbers that stay the same."""

from functools import partial

import pytest

from support.company import table
from support.guarded import DEPARTMENTS, SOME, apply, dropped
from support.runs import approved, english
from support.stories import Step, play, stories
from support.wired import Wired
from support.world import World
from wecom_sync.domain.directory import Department
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State

HEADER = "部门编码,部门名称,上级部门编码"


def coded(*rows: str) -> str:
    return table(HEADER, *rows)


FIRST = coded("C,总部,", "D01,研发,C", "D02,销售,C", "D011,平台,D01")
WITHOUT_SALES = FIRST.replace("D02,销售,C\n", "D03,市场,C\n")


def uploaded(world: World) -> dict[str, str]:
    """Return what WeCom got last: number and parent by name."""
    header, *lines = [*world.wecom.media.values()][-1].decode("utf-8-sig").splitlines()
    assert header.split(",")[:3] == ["部门名称", "部门ID", "父部门ID"]
    return dict(line.split(",", 1) for line in lines)


def numbers(world: World, *departments: str) -> None:
    """See which numbers the departments have that WeCom got, and those above them."""
    rows = {name: row.split(",")[:2] for name, row in uploaded(world).items()}
    assert {f"{name},{','.join(row)}" for name, row in rows.items()} == {*departments}
    results = world.results_csv(world.run_of(DEPARTMENTS))[1:]
    assert {row[1] for row in results} == {row[0] for row in rows.values()}


def member(department: str, header: str = "部门") -> str:
    return table(f"姓名,帐号,手机号,{header}", f"员工,a,13800000001,{department}")


def placed(world: World, *places: int) -> None:
    assert world.wecom.members["a"][1] == {*places}


def problem(world: World, line: int, *words: str | int) -> None:
    """See that the last file is told something of this line alone."""
    rows = world.results_csv(world.run_of(DEPARTMENTS))[1:]
    assert [row[0] for row in rows if " ".join(map(str, words)) in row[8]] == [str(line)]


def nothing_made(world: World) -> None:
    assert world.wecom.departments.keys() == {1}


def held_without_sales(world: World) -> Run:
    """Apply the tree; return a file that takes a department away and waits for a person."""
    apply(world, DEPARTMENTS, FIRST)
    run = dropped(world, DEPARTMENTS, WITHOUT_SALES.replace("总部", "新名"), 60)
    assert run.state is State.HELD
    return run


STORIES = """
numbers found by name, then renamed: numbered 总部,1,0 研发,70,1 销售,8,1 平台,9,70 | first
    | first ~ replaced 研发 研究院 | applied
    | numbers 总部,1,0 研究院,70,1 销售,8,1 平台,9,70
numbers of who is renamed and moved: first | first ~ replaced D011,平台,D01 D011,数据平台,D02
    | applied | numbers 总部,1,0 研发,2,1 销售,3,1 数据平台,4,3
numbers of who is back again: first | first ~ replaced D02,销售,C D03,市场,C
    | first ~ plus D03,市场,C | applied | numbers 总部,1,0 研发,2,1 销售,3,1 平台,4,2 市场,5,1
numbers above all that were ever given: first | first ~ replaced D011,平台,D01⏎ ""
    | first ~ replaced D011,平台 D012,数据 | applied
    | numbers 总部,1,0 研发,2,1 销售,3,1 数据,5,2
numbers given for some: given 总部,1,C, 研发,70,D01,C 平台,,D011,D01 | first | applied
    | numbers 总部,1,0 研发,70,1 销售,72,1 平台,71,70
several below the known root: departments 1 | coded D01,研发, D02,销售, | applied
    | numbers 总部,1,0 研发,2,1 销售,3,1
one branch is not the company: first | coded D01,研发, D011,平台,D01 | applied
    | numbers 总部,1,0 研发,2,1 平台,4,2
codes differ by case and zeros: coded C,总部, 01,研发,C 1,销售,C a,市场,C A,法务,０１ | applied
    | numbers 总部,1,0 研发,2,1 销售,3,1 市场,4,1 法务,5,2
names and paths beside codes say nothing: beside 总部,C,,-,总部 研发,D1,C,平台,x | applied
    | numbers 总部,1,0 研发,2,1
parents by name: by_name 总部, 研发,总部 | rejected | says export these columns | nothing_made
parents by path: by_path 总部,总部 研发,总部/研发 | rejected | says export these columns
    | nothing_made
paths alone: paths 总部 总部/研发 | rejected | says export these columns | nothing_made
a number, and the name above: number_and_name 1,总部, 2,研发,总部 | rejected
    | says export these columns | nothing_made
a code, and the name above: code_and_name C,总部, D1,研发,总部 | rejected
    | says export these columns | nothing_made
one code above is blank, but not its name: code_or_name D1,研发,,总部 D2,平台,D1,研发 | rejected
    | says The department above is only named (「总部」) | nothing_made
one code above is blank, but its path is longer: pathed D1,研发,,总部-研发
    D2,平台,D1,总部-研发-平台 | rejected
    | says The department above is only named (「总部-研发」) | nothing_made
a parent that is nowhere: coded C,总部, D1,研发,D9 | rejected
    | problem 3 The parent D9 is not in the file
a code twice: coded C,总部, D1,研发,C D1,销售,C | rejected
    | problem 4 Line 3 already has this department code
a department above itself: coded C,总部, D1,研发,D1 | rejected | problem 3 circle: D1 → D1
a circle: coded C,总部,D1 D1,研发,C | rejected | problem 2 C → D1 → C
a code that became a number: coded C,总部, 1.0E+05,研发,C | rejected | problem 3 「1.0E+05」
a code that became a date: coded C,总部, 2024/3/1,研发,C | rejected | problem 3 「2024/3/1」
a blank code: coded C,总部, ,研发,C | rejected | problem 3 「部门编码」 is blank
sixteen levels: deep | rejected | problem 17 level 16
members by code: first | some member D011 部门编码 | placed 4
members by code or name: first | some member D011 | placed 4
members by name: first | some member 平台 所属部门 | placed 4
members by path: first | some member 总部/研发/平台 部门全路径 | placed 4
members by a path with blanks: first | some_spaced | placed 4
members by number: first | some member 3 部门ID | placed 3
members by code before name: first | some member D011,无此部门 部门编码,部门名称 | placed 4
members of two departments: first | some member D01、D02,1；2 部门编码,排序 | placed 2 3
members of an unknown code: first | some member D99 部门编码 | rejected
    | says No department has the code 「D99」
members by levels: first | some member 总部,研发,平台 一级部门,二级部门,三级部门 | rejected
    | says Drop the file as company
members by two levels: first | some member 研发,平台 部门,二级部门 | rejected
    | says Drop the file as company
members by code beside levels: first | some member D011,总部,研发 部门编码,一级部门,二级部门
    | placed 4
members by a path with hyphens: first | some member 总部-研发 | rejected
    | says Paths with hyphens or underscores are for company files
in a column of codes digits are always a code: coded 9,总部, 3,研发,9 2,销售,9
    | some member 2 部门编码 | applied | placed 3 | some member 2 | rejected
    | says the id of one department and the code of another
codes say nothing where no file has told them: some member D01 部门编码 | rejected
    | says Drop a department file (replaceparty) first | departments 3
    | some member 部门2,D77 部门,部门编码 | placed 2
a file without a last line break is not cut off: many ~ plus X,末位,D12 | many_cut | applied
"""
MANY = coded("C,总部,", *(f"D{number},部门{number},C" for number in range(2, 13)))
COLUMNS = {
    "numbered": "部门名称,部门ID,父部门ID",
    "given": "部门名称,部门ID,部门编码,上级部门编码",
    "beside": "部门名称,部门编码,上级部门编码,上级部门,部门路径",
    "by_name": "部门名称,上级部门",
    "by_path": "部门名称,部门路径",
    "paths": "部门全路径",
    "number_and_name": "部门ID,部门名称,上级部门",
    "code_and_name": "部门编码,部门名称,上级部门",
    "code_or_name": "部门编码,部门名称,上级部门编码,上级部门",
    "pathed": "部门编码,部门名称,上级部门编码,部门路径",
    "coded": HEADER,
}


DEEP = coded("L1,总部,", *(f"L{level},层{level},L{level - 1}" for level in range(2, 17)))
MANY_CUT = f"{MANY}X,末位,C"
SOME_SPACED = SOME, member("研发 / 平台")


@stories(STORIES, globals() | {word: partial(table, header) for word, header in COLUMNS.items()})
def test_departments_are_known_by_their_codes(world: World, story: list[Step]) -> None:
    play(world, *story)


def test_a_held_file_keeps_its_numbers_while_others_come_and_go(world: World) -> None:
    held = held_without_sales(world)

    assert apply(world, SOME, member("研发")).state is State.SUCCEEDED
    apply(world, "acme/plan/replaceparty/d.csv", FIRST + "D09,监察,C\n")
    run = approved(world, held)

    assert (run.state, run.proposal.digest) == (State.SUCCEEDED, held.proposal.digest)
    assert uploaded(world)["市场"] == "5,1"


def test_a_number_that_wecom_gave_to_somebody_elses_department_is_not_taken(world: World) -> None:
    held = held_without_sales(world)
    world.wecom.departments[5] = Department(5, 1)
    world.wecom.hire("boss", department=5)

    again = approved(world, held)

    assert again.state is State.HELD
    approved(world, again)
    assert uploaded(world)["市场"] == "6,1"


def test_members_wait_for_the_departments_of_their_codes(world: World) -> None:
    world.drop(SOME, member("D011", "部门编码"))
    held = held_without_sales(world)
    assert world.wecom.members["a"][1] == {4}

    assert apply(world, SOME, member("D03", "部门编码")).state is State.QUEUED
    approved(world, held)

    assert world.run_of(SOME).state is State.SUCCEEDED
    assert world.wecom.members["a"][1] == {5}


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

    numbers(world, "总部,1,0", "研发,2,1", "销售,3,1", "平台,4,2")
