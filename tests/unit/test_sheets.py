"""Of a workbook one sheet is read: nobody on another one is left out unseen."""

from collections.abc import Sequence
from typing import Any

import pytest

from support import files
from support.workbooks import HEADER, workbook
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params
from wecom_sync.files.problems import Problem

type Rows = Sequence[Sequence[Any]]


def row(number: int) -> tuple[str, ...]:
    return (f"张伟{number}", f"u{number}", f"1380000000{number}", "1")


PEOPLE = [HEADER, row(1), row(2)]
TREE = [("部门名称", "部门ID", "父部门ID"), ("总部", 1, 0), ("研发", 2, 1)]
CODES = [("部门名称", "部门编码", "上级部门编码"), ("总部", "D1", ""), ("研发", "D2", "D1")]


@pytest.mark.parametrize(
    ("job", "rows", "more"),
    [
        *[
            (Job.REPLACE_USER, PEOPLE, more)
            for more in (
                [("姓名", "工号", "联系电话", "部门"), ("李娜", "u5", "13800000005", "1")],
                [("员工", "工号", "手机"), ("李娜", 1005, 13800000005)],
                [("续表",), row(3), row(4)],
                [("Name", "No.", "Tel", "Org"), row(3)],
                [*[("说明", "请勿修改")] * 6, HEADER, row(5)],
                [("在借调",), ("姓名", "工号", "部门"), ("李娜", "u5", "研发")],
            )
        ],
        (Job.REPLACE_USER, [("姓名", "工号", "联系电话", "部门"), *map(row, range(9))], PEOPLE),
        (Job.REPLACE_PARTY, TREE, [("部门名称", "部门编码", "上级"), ("测试", "D7", "研发")]),
        (Job.REPLACE_PARTY, TREE, [("测试", 3, 2), ("产品", 4, 2)]),
        (Job.REPLACE_PARTY, TREE, [("续",), ("测试", 3, 2)]),
        (Job.REPLACE_PARTY, CODES, [("测试", "D3", "D2")]),
    ],
)
def test_rows_on_another_sheet_are_never_removed(job: Job, rows: Rows, more: Rows) -> None:
    (problem,) = files.problems(workbook(*rows, 其他=more), job)

    assert problem.code == "workbook_sheets"
    listed = problem.params["sheets"]
    assert isinstance(listed, Listing)
    assert listed.first == ("Sheet", "其他")


STATISTICS: list[Rows] = [
    [("部门", "人数", "男"), ("研发", 12, 2)],
    [("说明", "请勿修改", "x")],
    [("姓名", "帐号", "手机号", "部门", "部门编码"), (*row(1), "D1")],
]


@pytest.mark.parametrize(
    ("job", "rows", "more"),
    [
        *[
            (Job.REPLACE_USER, PEOPLE, more)
            for more in (
                [("填写说明",), ("1. 手机号必填",), ("2. 请联系", "人事部", "13800000000")],
                [("字段", "必填"), ("姓名", "是", "不超过 64 个字"), ("帐号", "是", "唯一")],
                [("姓名", "帐号", "手机号"), ("必填", "必填，字母或数字", "11 位")],
                [("部门", "职务", "人数"), ("研发", "工程师", 12), ("销售", "经理", 3)],
                [("行标签", "计数项:姓名"), ("研发", 12), ("总计", 12)],
                [("部门编码", "部门名称"), ("D07", "研发")],
                [*TREE],
                [("name", "id", "parentid", "order"), ("研发", 2, 1, 1)],
            )
        ],
        *[
            (Job.REPLACE_PARTY, rows, more)
            for rows in (TREE, CODES)
            for more in (PEOPLE, *STATISTICS)
        ],
    ],
)
def test_statistics_and_other_lists_are_named(job: Job, rows: Rows, more: Rows) -> None:
    roster = files.read(workbook(*rows, 其他=more), job)

    assert len(roster.rows) == 2
    unread: Params = {"sheet": "Sheet", "sheets": Listing.of(["其他"])}
    assert roster.warnings == (Problem(0, "", "warning_sheets_unread", unread),)


def test_a_header_that_the_settings_name_is_known_on_every_sheet() -> None:
    content = workbook(*PEOPLE, 其他=[("员工", "代号"), ("李娜", "u5")])

    assert files.problems(content, Job.REPLACE_USER) == []
    assert files.problems(content, Job.REPLACE_USER, columns={"员工": "姓名", "代号": "帐号"})


def test_when_no_sheet_fits_the_one_of_people_says_why() -> None:
    content = workbook(("说明", "请勿修改"), 人员=[("姓名", "工号", "手机号"), row(1)[:3]])

    codes = {code for _, code in files.codes(content, Job.REPLACE_USER)}
    assert codes == {"column_candidate", "column_unmapped"}
