"""replaceparty: what a department file does to the tree, now and later."""

from collections.abc import Sequence
from typing import Any

import pytest

from contract.simulator_driver import Driver, finished, member_row, members_csv, parties_csv
from wecom_simulator import BookDepartment, Simulator

TREE = [
    {"id": 2, "name": "总办", "parent_id": 1, "order": 1},
    {"id": 3, "name": "产品部", "parent_id": 1, "order": 2},
    {"id": 4, "name": "开发组", "parent_id": 3, "order": 1},
]
SAME = ("总办,2,1,1", "产品部,3,1,2", "开发组,4,3,1")
LACKING = ("部门名称,部门ID,排序", "部门名称,父部门ID,排序", "部门ID,父部门ID")
"""Headers without a column that is needed."""


def tree(simulator: Simulator, **options: Any) -> Driver:
    return Driver(simulator, **({"departments": TREE} | options))


@pytest.fixture
def corp(simulator: Simulator) -> Driver:
    return tree(simulator)


def ids(corp: Driver) -> list[int]:
    return sorted(corp.corp.directory.departments)


def actions(result: dict[str, Any]) -> dict[int, int]:
    return {row["partyid"]: row["action"] for row in result["result"]}


def test_the_recorded_first_import_is_reproduced(simulator: Simulator) -> None:
    corp = Driver(simulator, root_name="旧名")
    rows = "总办,2,1,1 微信事业群,3,1,2 产品部,4,3,1 开发部,5,3,2 前端开发组,6,5,1 后台开发组,7,5,2"
    content = b"\xef\xbb\xbf" + parties_csv(*rows.split(), root="腾讯科技,1,0,1")

    result = corp.run("replaceparty", content)

    parties = [*((party, 1) for party in range(2, 8)), (1, 10)]
    listed = [{"action": did, "errcode": 0, "errmsg": "ok", "partyid": it} for it, did in parties]
    assert result == finished("replace_party", 6, listed)
    assert corp.corp.directory.departments[1] == BookDepartment(1, "腾讯科技", 0, 1)


ACTIONS = {
    "研发组,4,3,1": 2,
    "开发组,4,2,1": 4,
    "开发组,4,3,9": 8,
    "研发组,4,2,9": 14,
    "开发组,4,3,": 0,
    "开发组,4,3,0": 0,
}


@pytest.mark.parametrize(("row", "action"), ACTIONS.items())
def test_actions_are_a_bit_mask(corp: Driver, row: str, action: int) -> None:
    result = corp.run("replaceparty", parties_csv(*SAME[:2], row))

    assert actions(result)[4] == action


NO_TREE: dict[int, Sequence[str]] = {
    0: ["甲,2,1, 甲,3,2,", " ".join(f"级{at},{at},{at - 1}," for at in range(2, 16))],
    302006: ["甲,2,1, 乙,2,1,"],
    302007: ["甲,2,1, 甲,3,1,"],
    302004: [
        *("甲,2,9,", "甲,2,3, 乙,3,2,", "甲,2,0,", ",2,1,", "甲,,1,", "甲,two,1,", "甲,2,,"),
        " ".join(f"级{at},{at},{at - 1}," for at in range(2, 17)),
        " ".join(f"部{at},{at},1," for at in range(2, 30_002)),
    ],
}
"""Rows below the root, and what comes of them."""


@pytest.mark.parametrize("errcode", NO_TREE)
def test_a_file_that_is_no_tree_is_refused(simulator: Simulator, errcode: int) -> None:
    for rows in NO_TREE[errcode]:
        content = parties_csv(*rows.split())
        assert Driver(simulator).refusal("replaceparty", content) == errcode, rows[:20]


def test_a_tree_needs_its_root_and_a_file_its_columns(corp: Driver) -> None:
    for root in (None, "企业,1,2,"):
        assert corp.refusal("replaceparty", parties_csv("甲,2,1,", root=root)) == 302004
    for header in LACKING:
        assert corp.refusal("replaceparty", parties_csv(*SAME, header=header)) == 40092


CELLS = {
    "甲*乙,9,1,": 60009,
    "名" * 65 + ",9,1,": 60001,
    "名" * 64 + ",9,1,": 0,
    "甲,9,1,x": 40058,
    f"甲,9,1,{2**32}": 40058,
    f"甲,9,1,{2**32 - 1}": 0,
}


@pytest.mark.parametrize("row", CELLS)
def test_a_department_is_judged_by_itself(corp: Driver, row: str) -> None:
    result = corp.run("replaceparty", parties_csv(row, *SAME))

    codes = {item["partyid"]: item["errcode"] for item in result["result"]}
    assert codes == {1: 0, 2: 0, 3: 0, 4: 0, 9: CELLS[row]}


def test_parents_come_first(corp: Driver) -> None:
    result = corp.run("replaceparty", parties_csv("孙,9,8,", "子,8,1,", *SAME))

    refused = {"errcode": 60004, "errmsg": "invalid parent party id"}
    assert result["result"][0] == {**refused, "action": 0, "partyid": 9}


def test_parent_and_child_can_change_places(corp: Driver) -> None:
    result = corp.run("replaceparty", parties_csv("总办,2,1,1", "开发组,4,1,1", "产品部,3,4,2"))

    assert actions(result) == {1: 0, 2: 0, 4: 4, 3: 4}
    assert corp.corp.directory.is_under(3, 4)


@pytest.mark.parametrize(
    ("rows", "root", "actions_of", "total"),
    [
        (SAME, "演示企业,1,0,", {1: 0, 2: 0, 3: 0, 4: 0}, 3),
        (SAME, "新公司,1,0,", {1: 2, 2: 0, 3: 0, 4: 0}, 3),
        (SAME[:1], "演示企业,1,0,", {1: 0, 2: 0}, 1),
    ],
    ids=["unchanged", "root renamed", "removed"],
)
def test_what_is_listed_and_counted(
    corp: Driver, rows: tuple[str, ...], root: str, *, actions_of: dict[int, int], total: int
) -> None:
    before = corp.corp.directory.digest()

    result = corp.run("replaceparty", parties_csv(*rows, root=root))

    assert actions(result) == actions_of
    assert result["total"] == total
    name = "新公司" if "新" in root else "演示企业"
    assert ids(corp) == ([1, 2, 3, 4] if rows == SAME else [1, 2])
    assert (corp.corp.directory.digest() == before) is (rows == SAME and name == "演示企业")
    assert corp.corp.directory.departments[1].name == name


def test_missing_departments_go_whatever_the_order_of_their_ids(simulator: Simulator) -> None:
    upside_down = [{"id": 9, "name": "上", "parent_id": 1}, {"id": 4, "name": "下", "parent_id": 9}]
    corp = tree(simulator, departments=upside_down)

    corp.run("replaceparty", parties_csv("总办,2,1,1"))

    assert ids(corp) == [1, 2]


def test_a_blank_order_keeps_the_old_one(corp: Driver) -> None:
    corp.run("replaceparty", parties_csv("总办,2,1,", "产品部,3,1,0", "开发组,4,3,1"))

    assert [corp.corp.directory.departments[number].order for number in (2, 3)] == [1, 2]


@pytest.mark.parametrize(
    ("again", "moved", "left"),
    [(False, 2, [1, 2, 3, 4]), (False, 1, [1, 2]), (True, 1, [1, 2, 3, 4])],
)
def test_a_missing_department_goes_when_an_import_empties_it_unless_it_came_back(
    simulator: Simulator, again: bool, moved: int, left: list[int]
) -> None:
    corp = tree(simulator, members=[{"userid": "m1", "departments": [4]}])
    corp.run("replaceparty", parties_csv(*SAME[:1]))
    assert ids(corp) == [1, 2, 3, 4]
    if again:
        corp.run("replaceparty", parties_csv(*SAME))

    corp.run("syncuser", members_csv(member_row(moved, department="2")))

    assert ids(corp) == left


def test_an_invitation_is_refused(simulator: Simulator) -> None:
    assert tree(simulator).refusal("replaceparty", parties_csv(*SAME), to_invite=False) == 40058


REFUSED = {
    "a name that is about to go": (("总办,5,1,", *SAME[1:]), [60008]),
    "a refused parent": (("坏*名,8,1,", "子,9,8,", *SAME), [60009, 60004]),
    "below one that stayed behind": (
        ("坏*名,4,1,1", "产品部,3,4,2", SAME[0]),
        [60009, 60010, 0, 0],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_parents(corp: Driver, name: str) -> None:
    rows, codes = REFUSED[name]

    result = corp.run("replaceparty", parties_csv(*rows))

    assert [row["errcode"] for row in result["result"]][: len(codes)] == codes
    assert corp.corp.directory.departments[3].parent_id == 1
