"""Every rule about a department file, just inside and just outside its limit."""

import pytest

from support import files
from wecom_sync.domain.states import Job
from wecom_sync.files.roster import MAX_PROBLEMS

HEADER = "部门名称,部门ID,父部门ID,排序"

ROOT = "总部,1,0,"


def codes(*rows: str) -> list[tuple[int, str]]:
    return files.codes(tree(*rows), Job.REPLACE_PARTY)


def chain(levels: int) -> list[str]:
    return [ROOT, *(f"级,{level},{level - 1}," for level in range(2, levels + 1))]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((ROOT, "甲,2,1,", "乙,3,2,"), []), (("乙,3,2,", "甲,2,1,", ROOT), []),
        (("总部,01,00,", "甲,002,01,", "乙,3,2,"), []),
        (("甲,2,1,",), [(0, "root_missing"), (2, "parent_missing")]),
        ((",1,0,", "甲,2,1,"), [(2, "cell_missing")]),
        ((ROOT, "甲,2,0,"), [(3, "root_second")]),
        (("总部,1,2,", "甲,2,1,"), [(2, "root_has_parent")]),
        (("总部,1,1,",), [(2, "root_has_parent")]),
        ((ROOT, "甲,2,9,", "乙,3,2,"), [(3, "parent_missing")]),
        ((ROOT, "甲,2,1,", "甲,3,01,"), [(4, "department_name_twice")]),
        ((ROOT, "甲,2,1,", "甲,3,2,"), []),
        ((ROOT, ",2,1,", ",3,1,"), [(3, "cell_missing"), (4, "cell_missing")]),
        ((ROOT, "甲,2,1,", "乙,02,1,"), [(4, "department_id_duplicate")]),
        (tuple(chain(15)), []),
        ((ROOT, "名" * 64 + ",2,1,"), []), ((ROOT, "名" * 65 + ",2,1,"), [(3, "cell_too_long")]),
        *[((ROOT, f"研{mark}发,2,1,"), [(3, "department_name_invalid")]) for mark in "\\:*?<>|"],
        *[((ROOT, f"甲,{cell},1,"), [(3, "department_id_invalid")])
          for cell in ("-1", "x", "1e3", "４１", "4 1", "第41组")],
        *[((ROOT, f"甲,2,{cell},"), [(3, "department_id_invalid")])
          for cell in ("-1", "x", "研发", "2;3", "4294967296")],
        ((ROOT, "甲,2.0,1,"), [(3, "department_damaged")]),
        ((ROOT, "甲,2,1,1e3"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,1,一"), [(3, "order_invalid")]),
        *[((ROOT, f"研{mark}发,2,1,"), []) for mark in "/-&（、 "],
        ((ROOT, "甲,2147483647,1,"), []),
        ((ROOT, "甲,2147483648,1,"), [(3, "department_id_invalid")]),
        ((ROOT, "甲,0,1,"), [(3, "department_id_invalid")]), ((ROOT, "甲,2,1,0"), []),
        ((ROOT, "甲,2,1,4294967295"), []), ((ROOT, "甲,2,1,4294967296"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,1,-1"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,1,1;2"), [(3, "order_invalid")]),
        ((ROOT, "甲,2,3,", "乙,3,2,", "丙,4,5,", "丁,5,4,"),
         [(3, "department_cycle"), (5, "department_cycle")]),
        ((ROOT, ",2,1,", "乙,3,2,", "丙,4,1,,surplus", "丁,5,4,"),
         [(3, "cell_missing"), (5, "cells_too_many")]),
    ],
)  # fmt: skip
def test_a_tree_is_taken_or_told(rows: tuple[str, ...], expected: list[tuple[int, str]]) -> None:
    assert codes(*rows) == expected


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
