"""What a plan changes, by name: for people who decide."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.books import book_of
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files.roster import read_roster
from wecom_sync.planning.departments import plan_departments
from wecom_sync.planning.evidence import Scene
from wecom_sync.planning.members import plan_members
from wecom_sync.planning.names import Names, documents
from wecom_sync.planning.night import Night

HEADER = "姓名,帐号,手机号,邮箱,所在部门,职位,地址,工资卡\n"
TREE = (Department(1, 0), Department(2, 1), Department(3, 1, 5))
DEPARTMENTS = {
    1: {"部门名称": "云帆", "父部门ID": "0"},
    2: {"部门名称": "研发部", "父部门ID": "1"},
    3: {"部门名称": "销售部", "父部门ID": "1"},
}
KNOWN = {
    "姓名": "张三", "帐号": "zhangsan", "手机号": "13800001234", "邮箱": "zhang@x.cn",
    "所在部门": "2", "职位": "工程师", "地址": "上海市", "工资卡": "6222020000001111",
}  # fmt: skip


def member_changes(*rows: str, cells: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Plan a full file where Zhang San is known, and somebody called lisi is there as well."""
    directory = Directory.of([("zhangsan", 2), ("lisi", 3)], TREE)
    book = book_of({"zhangsan": cells or KNOWN}, DEPARTMENTS)
    content = (HEADER + "\n".join(rows)).encode()
    roster = read_roster(Job.REPLACE_USER, content, Reading(attributes=("工资卡",)))
    plan = plan_members(Scene(Night(roster, directory, book, dropped=1)))
    return documents(plan.changes, Names.of(roster, book))


def row(**changed: str) -> str:
    return ",".join((KNOWN | changed).values())


def test_a_move_says_from_where_to_where_by_name() -> None:
    gone, moved = member_changes(row(所在部门="3", 职位="经理"))

    assert (moved["id"], moved["name"], moved["change"]) == ("zhangsan", "张三", "moved")
    assert moved["departments"] == ["销售部"]
    assert moved["columns"] == {"所在部门": ("研发部", "销售部"), "职位": ("工程师", "经理")}
    assert (gone["id"], gone["change"], gone["departments"]) == ("lisi", "removed", ["销售部"])


@pytest.mark.parametrize(
    ("column", "value", "pair"),
    [
        ("姓名", "张三丰", ("张三", "张三丰")),
        ("职位", "经理", ("工程师", "经理")),
        ("职位", "", ("工程师", "")),
        ("职位", "110101199001101000", ("工程师", "110****00")),
        ("手机号", "13900005678", ("138****1234", "139****5678")),
        ("手机号", "13812341234", ("1*00*", "1*12*")),
        ("邮箱", "li@y.cn", ("z***@x.cn", "l***@y.cn")),
        ("邮箱", "zhong@x.cn", ("z*an*", "z*on*")),
        ("地址", "北京市", ("上**", "北**")),
        ("地址", "上海市黄浦区", ("上*-*", "上*黄浦*")),
        ("工资卡", "6222020000002222", ("6*11*", "6*22*")),
    ],
)
def test_a_difference_is_shown_and_masked(column: str, value: str, pair: tuple[str, str]) -> None:
    changed = member_changes(row(**{column: value}), "李四,lisi,13700000000,,3,,,")[0]

    assert changed["columns"] == {column: pair}


def test_of_whom_nobody_knows_anything_no_value_is_listed() -> None:
    changes = member_changes(row(), "李四,lisi,13700000000,,3,主管,,")

    assert [(each["id"], each["change"]) for each in changes] == [("lisi", "updated")]
    assert (changes[0]["name"], changes[0]["departments"], changes[0]["columns"]) == (
        "李四",
        ["销售部"],
        {},
    )


def test_departments_are_named_and_their_parents_too() -> None:
    directory = Directory.of([("zhangsan", 2)], TREE)
    book = book_of({}, DEPARTMENTS)
    content = "部门名称,部门ID,父部门ID,排序\n云帆,1,0,\n市场部,3,4,7\n总部,4,1,\n"
    roster = read_roster(Job.REPLACE_PARTY, content.encode())
    plan = plan_departments(roster, directory, book)

    changes = documents(plan.changes, Names.of(roster, book))

    assert [(each["id"], each["name"], each["change"]) for each in changes] == [
        ("2", "研发部", "emptied"),
        ("3", "市场部", "moved"),
        ("4", "总部", "added"),
    ]
    assert changes[1]["departments"] == ["总部"]
    assert changes[1]["columns"] == {
        "排序": ("5", "7"),
        "部门名称": ("销售部", "市场部"),
        "父部门ID": ("云帆", "总部"),
    }


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_two_numbers_never_look_alike_and_neither_is_whole(mobile: str) -> None:
    if mobile in {KNOWN["手机号"], "13700000000"}:
        return
    changed = member_changes(row(手机号=mobile), "李四,lisi,13700000000,,3,,,")[0]

    ((before, after),) = changed["columns"].values()
    assert before != after
    assert mobile not in after
    assert KNOWN["手机号"] not in str(before)
