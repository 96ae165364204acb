"""Every rule about a department file, just inside and just outside its limit."""

import pytest

from support import files
from wecom_sync.domain.states import Job
from wecom_sync.files.problems import MAX_PROBLEMS

HEADER = "部门名称,部门ID,父部门ID,排序"

ROOT = "总部,1,0,"


def codes(*rows: str) -> list[tuple[int, str]]:
    return files.codes(tree(*rows), Job.REPLACE_PARTY)


def chain(levels: int) -> list[str]:
    return [ROOT, *(f"级,{level},{level - 1}," for level in range(2, levels + 1))]


WRONG = {
    "甲,2,1,": "0 root_missing, 2 parent_missing",
    ",1,0,\n甲,2,1,": "2 cell_missing",
    f"{ROOT}\n甲,2,0,": "3 root_second",
    "总部,1,2,\n甲,2,1,": "2 root_has_parent",
    "总部,1,1,": "2 root_has_parent",
    f"{ROOT}\n甲,2,9,\n乙,3,2,": "3 parent_missing",
    f"{ROOT}\n甲,2,1,\n甲,3,01,": "4 department_name_twice",
    f"{ROOT}\n,2,1,\n,3,1,": "3 cell_missing, 4 cell_missing",
    f"{ROOT}\n甲,2,1,\n乙,02,1,": "4 department_id_duplicate",
    f"{ROOT}\n{'名' * 65},2,1,": "3 cell_too_long",
    f"{ROOT}\n甲,2.0,1,": "3 department_damaged",
    f"{ROOT}\n甲,2,3,\n乙,3,2,\n丙,4,5,\n丁,5,4,": "3 department_cycle, 5 department_cycle",
    f"{ROOT}\n,2,1,\n乙,3,2,\n丙,4,1,,surplus\n丁,5,4,": "3 cell_missing, 5 cells_too_many",
    **{f"{ROOT}\n研{mark}发,2,1,": "3 department_name_invalid" for mark in "\\:*?<>|"},
    **{
        f"{ROOT}\n甲,{own},{parent},{order}": f"3 {code}"
        for code, cells in {
            "department_id_invalid": "-1,1, x,1, 1e3,1, ４１,1, 0,1, 2147483648,1, 第41组,1, 2,-1, "
            "2,x, 2,研发, 2,2;3, 2,4294967296,",
            "order_invalid": "2,1,1e3 2,1,一 2,1,4294967296 2,1,-1 2,1,1;2",
        }.items()
        for own, parent, order in (cell.split(",") for cell in cells.split())
    },
    f"{ROOT}\n甲,4 1,1,": "3 department_id_invalid",
}
"""The line and the code of each problem of a tree."""
RIGHT = (
    *(f"{ROOT}\n甲,2,1,\n乙,3,2,", f"乙,3,2,\n甲,2,1,\n{ROOT}", "总部,01,00,\n甲,002,01,\n乙,3,2,"),
    *(f"{ROOT}\n甲,2,1,\n甲,3,2,", "\n".join(chain(15)), f"{ROOT}\n{'名' * 64},2,1,"),
    *(f"{ROOT}\n研{mark}发,2,1," for mark in "/-&（、 "),
    *(f"{ROOT}\n甲,{rest}" for rest in ("2147483647,1,", "2,1,0", "2,1,4294967295")),
)


@pytest.mark.parametrize("rows", [*RIGHT, *WRONG])
def test_a_tree_is_taken_or_told(rows: str) -> None:
    assert ", ".join(f"{line} {code}" for line, code in codes(rows)) == WRONG.get(rows, "")


@pytest.mark.parametrize(
    ("rows", "line", "code", "params"),
    [
        (["甲,2,2,"], 3, "department_cycle", {"value": "2 → 2"}),
        (["甲,2,3,", "乙,3,2,"], 3, "department_cycle", {"value": "2 → 3 → 2"}),
        (["尾,9,4,", "乙,4,3,", "甲,3,4,"], 4, "department_cycle", {"value": "4 → 3 → 4"}),
        (chain(17)[1:], 17, "department_too_deep", {"level": 16, "limit": 15}),
    ],
    ids=["own parent", "ring", "ring with a tail", "too deep"],
)
def test_wrong_parents(rows: list[str], line: int, code: str, params: dict[str, object]) -> None:
    (problem,) = files.problems(tree(ROOT, *rows), Job.REPLACE_PARTY)

    assert (problem.line, problem.code, problem.params) == (line, code, params)


def test_thirty_thousand_departments_and_no_more() -> None:
    flat = [ROOT, *(f"部{number},{number},1," for number in range(2, 30_001))]

    assert codes(*flat) == []
    assert codes(*flat, "多,30001,1,") == [(0, "departments_too_many")]


@pytest.mark.parametrize("closed", [False, True])
def test_a_chain_of_thirty_thousand_is_checked_without_a_walk_from_each(closed: bool) -> None:
    rows = chain(30_000)
    if closed:
        rows[1] = "级,2,30000,"

    assert codes(*rows) == ([(3, "department_cycle")] if closed else [(17, "department_too_deep")])


def test_countless_problems_are_listed_from_the_top() -> None:
    rows = [ROOT, "甲,2,2147483647,", *(f",{number},1," for number in range(3, MAX_PROBLEMS + 20))]

    pairs = codes(*rows)

    assert (len(pairs), pairs[0]) == (MAX_PROBLEMS, (3, "parent_missing"))
    assert pairs == sorted(pairs)


def tree(*rows: str) -> str:
    return "\n".join([HEADER, *rows])
