"""An Excel workbook is read as people see it, or refused with the cell's name."""

from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from support import files
from support.workbooks import (
    HEADER,
    ROW,
    changed,
    parts_of,
    text_row,
    with_rows,
    workbook,
    zipped,
)
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Sentence
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.roster import Roster


@pytest.mark.parametrize(
    ("value", "style"),
    [
        (date(2024, 3, 1), "yyyy-mm-dd"),
        (45352, '[$-804]yyyy"年"m"月"d"日"'),
        (True, "General"),
        (13800000001, "0.00E+00"),
        (13800000001, "#,##0"),
        (13800000001, "000-0000-0000"),
        (12, '"G"0000'),
        (12.5, "0"),
    ],
)
@pytest.mark.parametrize("name", ["B2", "C2", "D2"])
def test_a_cell_that_shows_another_value_is_refused(name: str, value: object, style: str) -> None:
    assert troubles(with_cell(name, value, style)) == [(name, "cell_formatted")]


def test_a_formula_counts_with_the_value_that_it_had() -> None:
    row = text_row(1, HEADER) + (
        '<row r="2"><c t="str"><f>B1</f><v>张伟</v></c><c t="str"><f>LOWER("A")</f><v>a</v></c>'
        '<c><f>13800000000+1</f><v>13800000001</v></c><c><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c t="str"><f>IF(1,"","")</f><v></v></c></row>'
    )

    assert members(with_rows(row)).rows[0].cells == ("张伟", "a", "13800000001", "1")


TREE = ("部门名称", "部门编码", "上级部门编码")


def members(content: bytes, **settings: Any) -> Roster:
    return files.read(content, Job.REPLACE_USER, **{"attributes": ("备注",), **settings})


def troubles(content: bytes, job: Job = Job.REPLACE_USER, **settings: Any) -> list[tuple[str, str]]:
    problems = files.problems(content, job, **{"attributes": ("备注",), **settings})
    return [(each.cell or str(each.line), each.code) for each in problems]


def with_cell(name: str, value: object, style: str = "General", header: str = "备注") -> bytes:
    def change(book: Any) -> None:
        book.active[name] = value
        book.active[name].number_format = style

    return workbook((*HEADER, header), (*ROW, ""), change=change)


@pytest.mark.parametrize(
    ("name", "value", "style", "read"),
    [
        ("C2", 13800000001, "General", "13800000001"),
        ("C2", 13800000001.0, "0", "13800000001"),
        ("C2", 13800000001, "0_ ", "13800000001"),
        ("C2", 13800000001, "0_);[Red]\\(0\\)", "13800000001"),
        ("C2", 13800000001, "###########", "13800000001"),
        ("C2", 13800000001, "@", "13800000001"),
        ("C2", "13800000001", "yyyy-mm-dd", "13800000001"),
        ("B2", 7, "00000", "00007"),
        ("B2", 123456, "00000", "123456"),
        ("B2", "007", "General", "007"),
        ("B2", 123456789012345, "0", "123456789012345"),
        ("E2", date(2024, 3, 1), "yyyy/m/d", "2024-03-01"),
        ("E2", datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2024-03-01 08:30:00"),  # noqa: DTZ001
        ("E2", time(8, 30), "h:mm", "08:30:00"),
        ("E2", 45352, '[DBNum1][$-804]yyyy"年"m"月"', "2024-03-01"),
        ("E2", 61, "yyyy-mm-dd", "1900-03-01"),
        ("E2", -1, "yyyy-mm-dd", "-1"),
        ("E2", True, "General", "TRUE"),
        ("E2", 0.1 + 0.2, "General", "0.3"),
        ("E2", 0.25, "0%", "0.25"),
        ("E2", 1e-7, "General", "0.0000001"),
        ("E2", 1234, "#,##0.00", "1234"),
        ("E2", "x,y,z\n1,2,3", "General", "x，y，z 1，2，3"),
    ],
)
def test_a_cell_is_read_as_it_was_meant(name: str, value: object, style: str, read: str) -> None:
    cells = members(with_cell(name, value, style)).rows[0].cells

    assert cells["ABCDE".index(name[0])] == read


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("B2", 1234567890123456, "cell_digits_lost"),
        ("B2", 6222020000000000000, "cell_digits_lost"),
        ("B2", -(10**15), "cell_digits_lost"),
        ("B2", "=LOWER(A2)", "cell_uncomputed"),
        ("C2", "#N/A", "cell_error_value"),
        ("C2", "139", "mobile_invalid"),
    ],
)
def test_a_cell_without_a_value_is_refused_by_its_name(name: str, value: object, code: str) -> None:
    assert troubles(with_cell(name, value)) == [(name, code)]


def test_one_problem_is_the_reason_with_its_cell() -> None:
    assert files.refusal(with_cell("C2", "139"), Job.REPLACE_USER).common == Reason(
        "mobile_invalid",
        {"column": "手机号", "value": "1****"},
        before=(Sentence("cell_prefix", {"cell": "C2"}),),
    )


@pytest.mark.parametrize("number", [22, 31, 57])
def test_dates_of_chinese_excel_have_a_number_and_no_format(number: int) -> None:
    content = with_cell("E2", 45352, "0.00000")
    old = parts_of(content)["xl/styles.xml"].partition(b'numFmt numFmtId="')[2][:3]
    new = b'<xf numFmtId="%d' % number

    dated = changed(content, "xl/styles.xml", lambda xml: xml.replace(b'<xf numFmtId="' + old, new))

    assert members(dated).rows[0].cells[4] == "2024-03-01"


@pytest.mark.parametrize(
    ("job", "headers", "cells", "at"),
    [
        (Job.REPLACE_PARTY, ("部门编码", "上级部门编码", "部门名称"), ("7", "1"), 3),
        (Job.REPLACE_PARTY, ("部门名称", "上级部门编码", "部门编码"), ("研发", "1"), 3),
        (Job.REPLACE_PARTY, TREE, ("研发", "7"), 3),
        (Job.REPLACE_PARTY, (*TREE, "上级部门"), ("研发", "7", "1"), 4),
        (Job.REPLACE_PARTY, (*TREE, "部门路径"), ("研发", "7", "1"), 4),
        (Job.REPLACE_USER, (*HEADER[:3], "部门编码"), ROW[:3], 4),
        (Job.COMPANY, (*HEADER[:3], "一级部门", "二级部门"), (*ROW[:3], "总部"), 5),
    ],
)
@pytest.mark.parametrize("style", ['"D"000', "0%"])
def test_what_names_a_department_is_refused_if_it_shows_something_else(
    job: Job, headers: tuple[str, ...], cells: tuple[str, ...], at: int, *, style: str
) -> None:
    def change(book: Any) -> None:
        cell = book.active.cell(2, at)
        cell.value, cell.number_format = 2, style

    refused = files.problems(workbook(headers, cells, change=change), job)
    columns = {each.column for each in refused if each.code == "cell_formatted"}
    assert columns & {headers[at - 1], "所在部门"}


@pytest.mark.parametrize(
    "value", [6222020000000000000, "=A1", date(2024, 3, 1), "#N/A", "a,b\n1,2,3\n"]
)
def test_a_column_that_is_left_out_may_hold_anything(value: object) -> None:
    roster = members(with_cell("E2", value, header="银行卡号"))

    assert [each.code for each in roster.warnings] == ["warning_columns_left_out"]


def test_a_formula_without_a_value_does_not_leave_a_person_out() -> None:
    content = with_cell("E2", '=IF(1,"在职","")', header="员工状态")

    assert ("2", "cell_uncomputed") in troubles(content, rows={"员工状态": ("在职",)})


def test_rows_that_are_hidden_are_read_and_told() -> None:
    rows = [(name, name, f"1380000000{at}", "1", "在职") for at, name in enumerate("abcd")]

    def change(book: Any) -> None:
        for number in (3, 4, 6, 9):
            book.active.row_dimensions[number].hidden = True

    left = ("李娜", "e", "13800000009", "1", "离职")
    content = workbook((*HEADER, "员工状态"), *rows, left, change=change)
    roster = members(content, rows={"员工状态": ("在职",)})

    assert len(roster.rows) == 4
    (warning,) = roster.warnings
    assert (warning.code, warning.line, warning.params["count"]) == ("warning_rows_hidden", 3, 2)


def test_a_problem_names_its_cell_and_one_of_the_row_its_line() -> None:
    row = ("李娜", "b c", "139", "1")

    assert troubles(workbook(("花名册",), HEADER, ROW, row, ("王芳", "x", "", "1"))) == [
        ("B4", "user_id_invalid"),
        ("C4", "mobile_invalid"),
        ("5", "contact_missing"),
    ]
    assert troubles(workbook()) == [("0", "file_empty")]
    for others, name in ((22, "Z2"), (23, "AA2"), (49, "BA2"), (75, "CA2")):
        unknown = [f"x{number}" for number in range(others)]
        content = workbook((*HEADER[:3], *unknown, "所在部门"), (*ROW[:3], *unknown, 0))
        assert troubles(content) == [(name, "department_list_invalid")]


def test_what_excel_escapes_is_read_as_it_was_typed() -> None:
    row = (*ROW[:3], "1", "a_x000D_b_x005F_x0041_ _xD800_")
    content = with_rows(text_row(1, (*HEADER, "备注")) + text_row(2, row))

    assert members(content).rows[0].cells[4] == "a b_x0041_ _xD800_"


@pytest.mark.parametrize(
    "content",
    [
        zipped({"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"}),
        zipped({"Index/Document.iwa": b""}),
        zipped({"_rels/.rels": b"<Relationships/>", "xl/workbook.bin": b""}),
        zipped({**parts_of(workbook(HEADER, ROW)), "xl/vbaProject.bin": b"macro"}),
        workbook(HEADER, ROW, change=lambda book: setattr(book, "epoch", CALENDAR_MAC_1904)),
        zipped({"a.csv": b"x"}),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
    ],
    ids=["ods", "numbers", "xlsb", "xlsm", "days from 1904", "zip", "xls or a password"],
)
def test_what_is_no_plain_workbook_is_told_how_to_save_it(content: bytes) -> None:
    assert troubles(content) == [("0", "file_is_spreadsheet")]


def test_a_date_that_is_spelt_out_is_refused_where_it_names_somebody() -> None:
    user = '<c t="inlineStr"><is><t>zhangwei</t></is></c>'
    row = text_row(2, ROW).replace(user, '<c t="d"><v>2021-03-01T00:00:00</v></c>')

    assert troubles(with_rows(text_row(1, HEADER) + row)) == [("B2", "cell_formatted")]
