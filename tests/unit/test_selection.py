"""Which columns and rows of a file are taken, and what becomes of the others."""

from datetime import date
from typing import Any

import pytest

from support import files
from support.workbooks import workbook
from wecom_sync.domain.policy import UNTIL, Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Sentence
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import Roster, read_roster

HEADER = "姓名,帐号,手机号,所在部门,员工状态,身份证号\n"
STAFF = (
    "张伟,zhangwei,13800000000,1,在职,110101199001010000\n"
    "李娜,lina,13800000001,1, 试 用 ,110101199001010001\n"
    "王芳,wangfang,13800000002,1,离职,110101199001010002\n"
)
HERE = Reading(rows={"员工状态": ("在职", "试用")}, columns={"身份证号": ""})


def test_a_row_that_is_left_out_may_hold_anything_and_be_there_twice() -> None:
    leavers = "王芳,lina,没有,,离职,x\n,,,,离职,x\n"

    assert [row.id for row in read(HEADER + STAFF + leavers).rows] == ["zhangwei", "lina"]


@pytest.mark.parametrize("is_workbook", [False, True])
def test_only_rows_that_are_taken_count(is_workbook: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wecom_sync.files.rows.MAX_ROWS", 3)

    def content(staff: int) -> bytes:
        rows = [("姓名", "帐号", "手机号", "所在部门", "员工状态")]
        rows += [(f"甲{at}", f"u{at}", f"1380000000{at}", "1", "离职") for at in range(5)]
        rows += [(f"乙{at}", f"w{at}", f"1390000000{at}", "1", "在职") for at in range(staff)]
        return workbook(*rows) if is_workbook else "\n".join(map(",".join, rows)).encode()

    assert len(read_roster(Job.REPLACE_USER, content(3), HERE).rows) == 3
    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.REPLACE_USER, content(4), HERE)
    assert caught.value.common == Reason(
        "file_too_many_rows", {"limit": 3}, before=(Sentence("line_prefix", {"line": 10}),)
    )


def read(content: bytes | str, job: Job = Job.REPLACE_USER, reading: Reading = HERE) -> Roster:
    return files.read(content, job, columns=reading.columns, rows=reading.rows)


def problems(content: bytes | str, reading: Reading = HERE) -> list[Problem]:
    return files.problems(content, Job.REPLACE_USER, columns=reading.columns, rows=reading.rows)


def test_of_two_headers_each_must_take_a_row() -> None:
    content = "姓名,帐号,手机号,所在部门,员工状态,用工形式\n" + "".join(
        f"员工,u{n},1380000000{n},1,{state},{kind}\n"
        for n, (state, kind) in enumerate([("在职", "全职"), ("在职", "兼职"), ("离职", "全职")])
    )

    both = {"员工状态": ("在职", "试用"), "用工形式": ("全职",)}
    roster = files.read(content, rows=both)

    assert [row.id for row in roster.rows] == ["u0"]
    assert roster.left_out.rows == {"员工状态": {"离职": 1}, "用工形式": {"兼职": 1}}


def test_a_last_row_without_state_and_contact_is_left_out_and_counted() -> None:
    header = "工号,姓名,手机号,所在部门,员工状态\n001,张伟,13800000001,研发,在职\n"
    own: dict[str, Any] = {"rows": {"员工状态": ("在职",)}, "key": "工号"}

    for row in ("临003,王芳,,研发,", "合计,2,,,\n临003,王芳,,,"):
        assert files.read(f"{header}{row}\n", **own).left_out.rows == {"员工状态": {"": 1}}
    for row in ("合计,2 人,,,", ",王芳,,,2026-11-30", "1/2,,,,"):
        assert files.read(f"{header}{row}\n", **own).left_out.rows == {}


def test_a_full_file_without_the_column_is_refused_because_it_may_list_leavers() -> None:
    content = "姓名,帐号,手机号,所在部门\n张伟,zhangwei,13800000000,1\n"

    (problem,) = problems(content)
    assert (problem.line, problem.code) == (1, "rows_column_missing")
    assert problem.params == {"column": "员工状态"}
    assert len(read(content, Job.SYNC_USER).rows) == 1
    assert len(read("部门名称,部门ID,父部门ID\n总部,1,0\n", Job.REPLACE_PARTY).rows) == 1
    mended = "姓名,帐号,手机号,所在部门,wecom-sync: 问题\n张伟,zhangwei,13800000000,1,x\n"
    assert len(read(mended).rows) == 1


NO_DAYS = "|-|/|无|长期|NULL|9999-12-31|2958465|1900-01-01 00:00:00|9999-12-31T23:59:59Z"
LAST_DAYS = (
    "2026-11-30|2026/11/30|2026-11-30 18:00:00|2026年11月30日|20261130|2026.11.30|46356|46356.75"
    "|２０２６－１１－３０|2026-11-30T00:00:00+08:00|2026-11-30T18:00:00+08:00|2026-11-30T00:00:00Z"
)
NO_DATES = "下月底|2026-11|202611|30/11/2026|26-11-30|2026-02-30|2026-11-30 to 12-31"
BEFORE = LAST_DAYS.replace("30", "29").replace("46356", "46355").replace("３０", "２９")
LEAVING: dict[str, Any] = {"rows": {"离职日期": (UNTIL,)}, "today": "2026-11-30"}


@pytest.mark.parametrize(
    ("cells", "taken", "days"),
    [
        (NO_DAYS, 2, {}),
        (LAST_DAYS, 2, {"2026-11-30": 1}),
        (BEFORE, 1, {}),
        ("2026-11-29T16:00:00.000Z", 2, {"2026-11-30": 1}),
        (NO_DATES, 0, {}),
    ],
)
def test_a_row_is_taken_until_its_day_is_past(cells: str, taken: int, days: dict[str, int]) -> None:
    header = "姓名,帐号,手机号,所在部门,离职日期\n王芳,wangfang,13800000002,1,\n"
    for cell in cells.split("|"):
        content = f"{header}张伟,zhangwei,13800000000,1,{cell}\n"
        problems = [] if taken else [(3, "until_no_date")]
        assert files.codes(content, **LEAVING) == problems, cell
        if taken:
            roster = files.read(content, **LEAVING)
            assert (len(roster.rows), roster.last_days) == (taken, days), cell


def test_a_date_cell_of_a_workbook_is_a_day_and_a_total_is_nobody() -> None:
    content = workbook(
        ("姓名", "帐号", "手机号", "所在部门", "离职日期", "员工状态"),
        ("张伟", "zhangwei", "13800000000", "1", date(2026, 12, 31), "在职"),
        ("王芳", "wangfang", "13800000001", "1", "见附件", "离职"),
        ("合计", "", "", "", "2", ""),
    )
    reading = Reading(rows={"离职日期": (UNTIL,), "员工状态": ("在职",)}, today="2026-11-30")

    roster = read_roster(Job.REPLACE_USER, content, reading)

    assert ([row.id for row in roster.rows], roster.last_days) == (["zhangwei"], {"2026-12-31": 1})


@pytest.mark.parametrize("state", ["在职", "离职"])
def test_a_cell_that_is_left_out_never_hides_the_next_row(state: str) -> None:
    """A stray quotation mark in a column that nobody reads would make people disappear."""
    note = '"备注\n李娜,lina,13800000001,1,在职,x\n王芳"'
    content = HEADER + f"张伟,zhangwei,13800000000,1,{state},{note}\n"

    assert (2, "身份证号", "cell_swallowed") in [
        (each.line, each.column, each.code) for each in problems(content)
    ]


def test_an_attribute_goes_out_under_the_name_that_the_settings_have() -> None:
    content = "姓名,帐号,手机号,所在部门,ＢＡＤＧＥ no,食堂\n张伟,zhangwei,13800000000,1,A7,二\n"

    roster = files.read(content, attributes=("Badge No",))

    assert (roster.columns[-1], roster.rows[0].cells[-1]) == ("Badge No", "A7")
    assert [each.params["columns"] for each in roster.warnings] == [Listing.of(["食堂"])]
