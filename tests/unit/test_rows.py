"""Rows in which nothing is wrong are read a column at a time: nobody sees a difference."""

import re
from collections.abc import Callable
from itertools import repeat
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.cells import BAD_CELLS
from support.workbooks import workbook
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.files import row_checks, rows
from wecom_sync.files.cell_rules import Column
from wecom_sync.files.columns import attribute
from wecom_sync.files.legibility import may_be_scrambled
from wecom_sync.files.member_columns import KEY, MEMBER_COLUMNS
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import read_roster
from wecom_sync.files.row_checks import ColumnCheck

COLUMNS = (*MEMBER_COLUMNS, KEY, attribute("工龄"))
CELLS = {
    "姓名": "王丽|u{}@x.example|nan|员工\n李四|寮犱紵|锟斤拷|7|合计",
    "userid": "u|U|1-Mar|7|007|Total1|userid|张三|1E+5|a b",
    "手机号": "13800000001|+86 138 0000 0001|138****0001|+85251234567|无",
    "邮箱": "x" * 60 + "@b.cn" + "|" + "a@b.cn|A@b.cn|a",
    "部门": ";".join("123456789" * 3) + "|" + "1|01|2;3|2,3|2;2|甲/乙|甲 / 丙|无",
    "排序": "1|1;2|x|1.0",
    "性别": "男|M|x|未知",
    "职位": "x" * 129 + "|" + '工程师|a, b|a "b"|#N/A|张\n\r,2,3',
    "座机": "0755-1|(0755) 1|1转2|x",
    "工龄": "3年|3,5|#REF!|\u200b1",
    "状态": "在职|离职|在 职||#N/A",
    "备注": "已离职|好|x\ny,z,w",
    "工号": "K1|K2|１|1E5|k1",
    "二级部门": "乙|丙|-",
}
USUAL = (
    *("张{}", "u{}", "1380000{:04}", "u{}@x.example", "甲", "", "女", "职员", "", "", "在职", ""),
    *("K{}", "乙"),
)
ODD = [cell for codes in BAD_CELLS.values() for cells in codes.values() for cell in cells]
READINGS = (
    Reading(),
    Reading(key="工号", rows={"状态": ("在职",)}, attributes=("工龄",)),
    Reading(columns={"二级部门": ""}, attributes=("工龄", "备注")),
)


type Lines = list[list[str]]


@st.composite
def files(draw: st.DrawFn) -> tuple[Job, Reading, Lines]:
    """Draw the lines of a file in which some cells are odd."""
    missing = draw(st.sets(st.sampled_from([*CELLS][1:]), max_size=4))
    names = [name for name in CELLS if name not in missing]
    lines = [
        [usual.format(number) for name, usual in zip(CELLS, USUAL, strict=True) if name in names]
        for number in range(draw(st.integers(1, 24)))
    ]
    most = draw(st.sampled_from((1, 2, 8)))
    for number in draw(st.sets(st.integers(0, len(lines) - 1), max_size=most)):
        for at in draw(st.sets(st.integers(0, len(names) - 1), min_size=1, max_size=2)):
            odd = draw(st.sampled_from(("", *CELLS[names[at]].split("|"))))
            lines[number][at] = odd.format(number)
        lines[number] += draw(st.sampled_from(([], [], [], [], ["x"])))
    jobs = st.sampled_from((Job.REPLACE_USER, Job.SYNC_USER, Job.COMPANY))
    return draw(jobs), draw(st.sampled_from(READINGS)), [names, *lines]


@pytest.mark.parametrize("column", [it for it in COLUMNS if it.usual], ids=lambda it: it.name)
@given(st.text("张é.@+-_ 015９eENaniltu（?=#/*", min_size=1).map(str.strip) | st.sampled_from(ODD))
def test_a_usual_cell_stays_as_it_is(column: Column, cell: str) -> None:
    if cell and re.fullmatch(column.usual or "", f"{cell}\n"):
        with patch.object(row_checks, "may_be_scrambled", lambda _: True):
            assert ColumnCheck(column)(cell) == (cell, None, None) or may_be_scrambled(f"{cell}\n")


def outcome(job: Job, reading: Reading, content: bytes) -> object:
    try:
        return read_roster(job, content, reading)
    except FileRejectedError as error:
        return error.problems, error.counts, error.rows, error.columns


def csv_of(lines: Lines) -> bytes:
    cells = ([f'"{cell.replace('"', '""')}"' for cell in line] for line in lines)
    return "\n".join(map(",".join, cells)).encode()


@pytest.mark.parametrize("block", [2, 2_048])
@pytest.mark.parametrize("write", [csv_of, lambda lines: workbook(*lines)])
@given(file=files())
def test_a_row_is_the_same_whether_it_is_read_by_itself_or_not(
    file: tuple[Job, Reading, Lines], write: Callable[[Lines], bytes], block: int
) -> None:
    job, reading, lines = file
    content = write(lines)
    with patch.object(rows, "BLOCK", block):
        together = outcome(job, reading, content)

    with (
        patch.object(rows.PlainRows, "read", lambda *_: repeat(None)),
        patch.object(row_checks, "may_be_scrambled", lambda _: True),
    ):
        assert together == outcome(job, reading, content)
