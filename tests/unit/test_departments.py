"""Members written with department names."""

from collections import Counter
from typing import Any

import pytest

from support import files
from wecom_sync.domain.texts import Listing
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import Tree
from wecom_sync.planning.department_names import resolve_departments, with_unknown_names
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

NAMES = "总部 研发 平台 市场 平台 - 海外 2024 研发 A/B 下级 远方"
PARENTS = (0, 1, 2, 1, 4, 1, 4, 1, 4, 2, 6, 99)
NODES = zip(NAMES.split(), PARENTS, strict=True)
TREE = Tree({number: (name.strip("-"), parent) for number, (name, parent) in enumerate(NODES, 1)})
CELLS = """\
1: 总部
2: 研发
2;5: 2；总部/市场/平台
2;7: 研发、海外 | 研发|海外 | "研发,海外" | "研发\\n海外"
2;7;4: 研发，海外；市场
3: 3 | 03 | 总部/研发/平台 | 研发/平台 | \u0020研发 / 平台\u0020 | 总部>研发>平台
4;2: 市场;研发
6: 6
7: 海外
8: 总部/2024
9: 市场/研发 | 总部/市场/研发
10: A/B | 研发/A/B | 总部/研发/A/B
11: 下级
12: 远方"""
"""Ids, and the cells that mean them."""


@pytest.mark.parametrize("line", CELLS.splitlines())
def test_a_name_is_a_whole_path_or_the_only_end_of_one(line: str) -> None:
    ids, _, cells = line.partition(": ")

    for cell in cells.split(" | "):
        (row,) = resolve_departments(roster(cell.replace("\\n", "\n")), TREE).rows
        assert row.cells[3] == ids, cell


def test_a_hundred_thousand_rows_are_resolved_with_few_looks_at_the_tree() -> None:
    nodes = {1: ("总部", 0)} | {n: (f"部门{n}", max(1, n // 10)) for n in range(2, 30_001)}
    before = roster(*(f"部门{n % 20_000 + 2};部门{n % 9_000 + 20_002}" for n in range(100_000)))
    looked_up = Counter[int]()

    class Counted(dict[int, tuple[str, int]]):
        def get(self, number: int, default: Any = None) -> Any:
            looked_up[number] += 1
            return super().get(number, default)

    after = resolve_departments(before, Tree(Counted(nodes)))

    assert looked_up.total() <= len(nodes)
    assert after.rows[0].cells[3] == "2;20002"


def roster(*cells: str, columns: str = "姓名,帐号,手机号,所在部门") -> Roster:
    lines = [f"员工{n},u{n},{13800000000 + n},{cell}" for n, cell in enumerate(cells)]
    return files.read("\n".join([columns, *lines]))


def refused(roster: Roster, tree: Tree = TREE) -> FileRejectedError:
    with pytest.raises(FileRejectedError) as caught:
        resolve_departments(roster, tree)
    problems = caught.value.problems
    assert all(problem_text(problem, language) for problem in problems for language in Language)
    return caught.value


UNKNOWN = "财务 研发/市场 研发-平台 台 B 发/平台 总部/平台 总部/总部/研发"
REFUSED: dict[str, dict[str, Any]] = {
    "department_missing": {cell: {"value": cell} for cell in ("77", "2024", "2147483648")},
    "department_unknown": {
        **{cell: {"value": cell} for cell in UNKNOWN.split()},
        "研发、财务": {"value": "财务"},
        "平" * 40: {"value": "平" * 29 + "…"},
    },
    "department_ambiguous": {"平台": {"value": "平台", "ids": Listing(("3", "5"), 2)}},
    "department_twice": {"研发;2": {"value": "2"}, "2;02": {"value": "02"}},
}
"""Cells and what is said of them, by code."""


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_no_one_department_is_refused(code: str) -> None:
    for cell, params in REFUSED[code].items():
        error = refused(roster("1", cell))

        (problem,) = error.problems
        assert (problem.line, problem.column, problem.id) == (3, "所在部门", "u1")
        assert (problem.code, problem.params) == (code, params)
        assert [row.line for row in error.rows] == [2, 3]


def test_every_bad_entry_of_every_row_is_told() -> None:
    problems = refused(roster("77", "1", "77;财务")).problems

    assert [(problem.line, problem.params["value"]) for problem in problems] == [
        (2, "77"),
        (4, "77"),
        (4, "财务"),
    ]


def test_namesakes_are_ambiguous_and_not_all_listed() -> None:
    tree = Tree({1: ("总部", 0), 2: ("总部", 1)} | {n: ("组", n - 10) for n in range(12, 20)})

    assert refused(roster("总部"), tree).problems[0].code == "department_ambiguous"
    assert resolve_departments(roster("总部/总部"), tree).rows[0].cells[3] == "2"
    (problem,) = refused(roster("组"), tree).problems
    assert problem.params["ids"] == Listing(("12", "13", "14", "15", "16"), 8)


def test_lists_stay_beside_their_departments_and_the_rest_as_it_was() -> None:
    columns = "姓名,帐号,手机号,所在部门,是否部门内领导,排序,职位"
    before = roster("市场;2,0;1,10;20,经理", columns=columns)

    after = resolve_departments(before, TREE)

    assert after.rows[0].cells == ("员工0", "u0", "13800000000", "4;2", "0;1", "10;20", "经理")
    assert (after.columns, after.encoding, after.rows[0].line) == (before.columns, "UTF-8", 2)


def test_a_circle_of_departments_does_not_hang() -> None:
    circle = Tree({1: ("甲", 2), 2: ("乙", 1), 3: ("丙", 3)})

    assert resolve_departments(roster("丙/丙/丙;2"), circle).rows[0].cells[3] == "3;2"


def test_several_names_in_one_entry_need_as_many_orders() -> None:
    one = files.read("姓名,帐号,手机号,所在部门,排序\n员工,u1,13800000001,研发、海外,1\n")

    (problem,) = refused(one).problems

    assert problem.code == "list_not_parallel"
    assert problem.params == {"column": "排序", "count": 1, "departments": 2}


def test_unknown_names_are_told_beside_what_else_is_wrong() -> None:
    error = files.refusal("姓名,帐号,手机号,部门\n员工,u1,1,研发/财务\n")

    codes = {each.code for each in with_unknown_names(error, TREE).problems}
    assert codes == {"mobile_invalid", "department_unknown"}
