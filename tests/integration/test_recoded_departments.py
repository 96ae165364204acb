"""HR changes the codes of departments, gives an old one away, or writes a wrong one."""

from itertools import permutations

import pytest

from support.company import table
from support.guarded import DEPARTMENTS, SOME, plan_of
from support.stories import Step, lines, play, stories
from support.world import World
from wecom_sync.domain.directory import Department


def coded(*rows: str) -> str:
    return table("部门编码,部门名称,上级部门编码", "C,总部,", *rows)


def numbered(*rows: str) -> str:
    return table("部门编码,部门名称,部门ID,父部门ID", *rows)


def member(code: str, name: str) -> str:
    return table("姓名,帐号,手机号,部门编码,部门", f"员工,a,13800000001,{code},{name}")


def made(world: World, *numbers: int) -> None:
    for number in numbers:
        world.wecom.departments[number] = Department(number, 1)


def knows(world: World, *expected: str) -> None:
    """See which departments are there: their names, codes and numbers."""
    book = world.archive.snapshot("acme")
    codes = {number: key.removeprefix("code:") for key, number in book.numbers.items()}
    there = {
        f"{book.department_rows[number]['部门名称']},{codes.get(number, '')},{number}"
        for number in world.wecom.departments.keys() - {1}
        if number in book.department_rows
    }
    assert {*expected} <= there, there


def remembers(world: World, *expected: str) -> None:
    """See which codes are remembered, with their numbers."""
    numbers = world.archive.snapshot("acme").numbers.items()
    codes = {f"{key.removeprefix('code:')},{number}" for key, number in numbers}
    assert codes - {"C,1"} == {*expected}


def counts(world: World, update: int, move: int, add: int) -> None:
    plan = world.run_of(DEPARTMENTS).proposal.counts or {}
    assert (plan["update"], plan["move"], plan["add"]) == (update, move, add)


def points_out(world: World, times: int, code: str = "", name: str = "") -> None:
    """See how often it is told that code and name are two departments, and that the code counts."""
    warnings = plan_of(world, world.run_of(SOME))["warnings"]
    texts = [each["text"] for each in warnings if each["code"] == "warning_department_code"]
    assert len(texts) == times
    assert all(f"「{name}」, but its code 「{code}」 stands for 「华东」" in text for text in texts)
    assert world.wecom.members["a"][1] >= {7 if code == "E3" else 2}


BELOW = "D02,华东,C D03,华北,C D04,华南,C E1,一组,D03 E2,一组,D04 E3,二组,D02"
STORIES = f"""
departments exchange two codes: coded D02,华东,C D03,华北,C | hire a b c in 2
    | coded D02,华北,C D03,华东,C | asks hold_displaced | approve | applied | knows 华北,D02,2
departments exchange three codes: coded D02,华东,C D03,华北,C D04,华南,C | hire a b c in 2
    | coded D02,华北,C D03,华南,C D04,华东,C | asks hold_displaced | approve | applied
    | knows 华北,D02,2
two pairs exchange codes: coded D02,华东,C D03,华北,C D04,华南,C D05,西南,C | hire a b c in 2
    | coded D02,华北,C D03,华东,C D04,西南,C D05,华南,C | asks hold_displaced | approve | applied
    | knows 华北,D02,2
what hangs below departments that exchange names stays there:
    coded D02,华东,C D03,华北,C E1,一组,D02 E2,一组,D03 E3,二组,D02
    | coded D02,华北,C D03,华东,C E1,一组,D02 E2,一组,D03 E3,二组,D02 | applied | counts 2 0 0
codes of numbers in a first file that is cancelled are forgotten: made 2 3
    | set first_replace=hold | numbered C,公司,1,0 D3,部门2,2,1 D2,部门3,3,1 | cancel | remembers
    | set | departments 3 | remembers
codes of numbers in a later file that is cancelled are forgotten: made 2 3 | departments 3
    | set first_replace=hold | numbered C,公司,1,0 D3,部门2,2,1 D2,部门3,3,1 D9,部门4,4,1
    | cancel | remembers | set
    | numbered C,总部,1,0 D2,部门2,2,1 D3,部门3,3,1 D4,部门4,4,1 | remembers D2,2 D3,3 D4,4
a code and the name of another department: coded {BELOW} | some member D02 华北 | applied
    | points_out 1 D02 华北
a code and several names: coded {BELOW} | some member D02 华北;华东 | applied
    | points_out 1 D02 华北
a code and a name of several, none of which is there: coded {BELOW} | some member D02 一组
    | applied | points_out 1 D02 一组
a code and its name: coded {BELOW} | some member D02 华东 | applied | points_out 0
a code and its number: coded {BELOW} | some member D02 2 | applied | points_out 0
two codes and one name: coded {BELOW} | some member D02;D03 华北 | applied | points_out 0
a code and the name above: coded {BELOW} | some member E3 华东 | applied | points_out 0 E3
a code and no department: coded {BELOW} | some member D02 无此部门 | applied | points_out 0
a code alone: coded {BELOW} | some member D02 "" | applied | points_out 0
"""


@stories(STORIES, globals())
def test_what_becomes_of_departments_with_other_codes(world: World, story: list[Step]) -> None:
    play(world, *story)


STAYS = """
a code that was given up: D02,华东,C D04,华南,C; D20,华东,C D04,华南,C;
    D02,华北,C D20,华东,C D04,华南,C; 华东,D20,2 华南,D04,3 华北,D02,4
name and place stay: D02,华东,C D03,华北,C D04,华南,C; D20,华东,C D02,华北,C D03,华南,C;
    华东,D20,2 华北,D02,3 华南,D03,4
the name goes first: D02,华东,C; D20,华东,C D02,西南,C; 华东,D20,2 西南,D02,3
moved to: D02,华东,C D03,华北,C; D02,华北,C; 华北,D02,3
"""


@pytest.mark.parametrize("files", dict(lines(STAYS)).values(), ids=dict(lines(STAYS)))
def test_departments_that_keep_name_and_place_stay_whatever_codes_they_get(files: str) -> None:
    *before, last, expected = (file.split() for file in files.split("; "))
    for rows in permutations(last):
        world = World()

        run = play(world, *((DEPARTMENTS, coded(*file)) for file in (*before, rows)))

        assert run.proposal.holds == ()
        knows(world, *expected)
        there = world.wecom.departments.keys() & world.archive.snapshot("acme").department_rows
        assert len(there) == len(expected) + 1
