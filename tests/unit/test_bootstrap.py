"""What live ids and an export show together."""

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.books import book_of, knowing, noted
from wecom_sync.domain.book import Book, FileHistory
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.states import Job
from wecom_sync.files.legibility import GUARD, unguarded
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster
from wecom_sync.planning.memory.bootstrap import (
    acquainted,
    department_names,
    department_rows,
    known_of,
    legible,
    member_rows,
)
from wecom_sync.reporting.row_files import starter_csv

TREE = (
    Department(1, 0),
    Department(10, 1, 20),
    Department(11, 1, 10),
    Department(101, 10),
    Department(102, 10),
    Department(111, 11),
)
PEOPLE = [("Zhang", 101), ("li", 101), ("wang", 102), ("zhao", 11), ("qian", 1)]
EXPORT = (
    "姓名,帐号,职务,部门,手机\n"
    "张伟,zhang,经理,云帆/研发/平台,13800000001\n"
    "李娜,li,,云帆/研发/平台,138****0002\n"
    "王芳,wang,,云帆/研发/应用,13800000003\n"
    "赵敏,zhao,,云帆/销售,13800000004\n"
    "钱进,qian,,云帆,13800000005\n"
)


def live(*more: tuple[str, int]) -> Directory:
    return Directory.of([*PEOPLE, *more], TREE)


def paths(*cells: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(cell.split("/")) for cell in cells)


def test_a_department_has_the_path_that_its_people_have() -> None:
    export = read_roster(Job.SYNC_USER, EXPORT.replace("138****0002", "13800000002").encode())

    facts = known_of(live(), export)

    assert {number: it["部门名称"] for number, it in facts.departments.items()} == {
        1: "云帆",
        10: "研发",
        11: "销售",
        101: "平台",
        102: "应用",
    }
    assert facts.departments[10] == {
        "部门名称": "研发",
        "部门ID": "10",
        "父部门ID": "1",
        "排序": "20",
    }
    rows = department_rows(live(), acquainted(Book(), facts))
    assert [row["部门名称"] for row in rows] == ["云帆", "研发", "销售", "平台", "应用", ""]
    assert facts.members["zhang"] == {
        "姓名": "张伟",
        "帐号": "Zhang",
        "职位": "经理",
        "所在部门": "101",
        "手机号": "13800000001",
    }


CROWD = [(f"u{number}", 10) for number in range(20)]
LI = (("li", 101), ("li", 102))
"""Somebody in two departments of one level."""
MOST = {
    "zhang": "云帆/研发/平台",
    "li": "云帆/研发/平台",
    "sun": "云帆/研发/测试",
    "wang": "云帆/研发/平台",
    "zhao": "云帆/销售",
    "qian": "云帆",
}


@pytest.mark.parametrize(
    ("here", "placed", "expected"),
    [
        pytest.param(live(), {"zhang": "研发/平台", "li": "研发/平台", "zhao": "销售"},
                     {10: "研发", 101: "平台", 11: "销售"}, id="paths below the company"),
        pytest.param(live(("sun", 101)), MOST, {1: "云帆", 10: "研发", 11: "销售"},
                     id="of 101 and 102 only one can be it"),
        pytest.param(live(("sun", 11)), MOST | {"sun": "云帆/市场"}, {1: "云帆", 10: "研发"},
                     id="a draw"),
        pytest.param(Directory.of([("zhang", 101), ("zhang", 11), *LI], TREE),
                     {"zhang": "云帆/销售;云帆/研发/平台", "li": "云帆/a/b;云帆/a/c"},
                     {1: "云帆", 10: "研发", 11: "销售", 101: "平台"}, id="levels tell"),
        pytest.param(Directory.of([*CROWD, ("zhao", 11)], TREE[:3]),
                     dict.fromkeys(dict(CROWD), "研发/测试") | {"zhao": "销售"}, {11: "销售"},
                     id="a slash in the name of a large department"),
    ],
)  # fmt: skip
def test_a_department_has_the_path_that_most_of_its_people_have(
    here: Directory, placed: dict[str, str], expected: dict[int, str]
) -> None:
    assert department_names(here, {it: paths(*placed[it].split(";")) for it in placed}) == expected


def test_without_an_export_only_ids_are_known() -> None:
    facts = known_of(live(("Zhang", 111)), None)

    assert (facts.members, facts.departments) == ({}, {})
    rows = [*member_rows(live(("Zhang", 111)), Book())]
    assert rows[0] == {"帐号": "Zhang", "所在部门": "101;111"}
    assert len(rows) == len(PEOPLE)


def test_what_a_file_of_ours_said_stays_and_an_earlier_export_does_not() -> None:
    export = read_roster(Job.SYNC_USER, EXPORT.replace("138****0002", "13800000002").encode())
    rows = {"zhang": {"姓名": "张三丰"}, "wang": {"姓名": "某人"}}
    book = book_of(rows, {10: {"部门名称": "技术"}}, Job.REPLACE_PARTY)
    before = knowing(book, "zhang", since=5.0)

    after = acquainted(before, known_of(live(), export))

    assert (after.rows["zhang"], noted(after, "since")) == ({"姓名": "张三丰"}, {"zhang": 5.0})
    assert (after.rows["li"]["姓名"], after.rows["wang"]["姓名"]) == ("李娜", "王芳")
    assert after.department_rows[10] == {"部门名称": "技术"}
    assert after.department_rows[11]["部门名称"] == "销售"
    assert 111 not in after.department_rows
    assert acquainted(after, known_of(live(), export)) == after
    corrected = acquainted(replace(after, history=FileHistory()), known_of(live(), export))
    assert corrected.department_rows[10]["部门名称"] == "研发"


def test_an_id_with_two_different_rows_says_nothing() -> None:
    rows = EXPORT.replace("138****0002", "13800000002") + "赵四,zhao,,云帆/销售,13800000005\n"
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.SYNC_USER, rows.encode())

    facts = known_of(live(), legible(rejected.value))

    assert "zhao" not in facts.members
    assert facts.strangers == []
    assert facts.members["wang"]["姓名"] == "王芳"


@given(st.lists(st.text('=+-@,"\n张a1', min_size=1, max_size=4), min_size=1, max_size=3))
def test_no_cell_of_a_starter_file_is_computed_by_a_spreadsheet(names: list[str]) -> None:
    content = starter_csv(Job.REPLACE_USER, ({"姓名": name} for name in names))

    rows = [*csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    cells = [row["姓名"] for row in rows]
    assert [unguarded(cell) for cell in cells] == names
    assert not any(cell[0] in "=+-@" and not cell.startswith(GUARD) for cell in cells)
