"""An Excel workbook is read as people see it, or refused with the cell's name."""

from datetime import date, datetime, time
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from support.workbooks import (
    HEADER,
    ROW,
    SHEET,
    changed,
    parts_of,
    text_row,
    with_rows,
    workbook,
    zipped,
)
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.files.problems import Problem
from wecom_sync.files.roster import FileRejectedError, Roster, read_roster

NOTES = Reading(attributes=("备注",))


def members(content: bytes, reading: Reading = NOTES) -> Roster:
    return read_roster(Job.REPLACE_USER, content, reading)


def problems(content: bytes, reading: Reading = NOTES) -> tuple[Problem, ...]:
    with pytest.raises(FileRejectedError) as caught:
        members(content, reading)
    return caught.value.problems


def told(content: bytes, reading: Reading = NOTES) -> list[tuple[str, str]]:
    return [(each.cell or str(each.line), each.code) for each in problems(content, reading)]


def with_mobile(value: object, shown: str = "General") -> bytes:
    return with_cell("C2", value, shown)


def with_cell(name: str, value: object, shown: str = "General", header: str = "备注") -> bytes:
    def change(book: Any) -> None:
        book.active[name] = value
        book.active[name].number_format = shown

    return workbook((*HEADER, header), (*ROW, ""), change=change)


def mobile(content: bytes) -> str:
    return members(content).rows[0].cells[2]


def note(content: bytes) -> str:
    return members(content).rows[0].cells[4]


def test_a_workbook_is_read_like_the_csv_of_the_same_rows() -> None:
    rows = [HEADER, ROW, ("李娜", "007", 13800000002, 1), ("", None, "  "), ("Li", "li", "", 2)]
    rows[-1] = ("Li\u200b", "li", " 138 0000 0003", "1;2")

    roster = members(workbook(*rows))

    text = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in rows)
    same = members(f"{text}\n".encode())
    assert (roster.columns, roster.rows) == (same.columns, same.rows)
    assert [row.line for row in roster.rows] == [2, 3, 5]
    assert (roster.encoding, roster.warnings, roster.open_ended) == ("XLSX", (), False)


def test_departments_are_read_from_a_workbook() -> None:
    content = workbook(
        ("部门名称", "部门ID", "父部门ID", "排序"), ("总部", 1, 0, None), ("研发", 2, 1, 9)
    )

    roster = read_roster(Job.REPLACE_PARTY, content)

    assert [row.cells for row in roster.rows] == [("总部", "1", "0", ""), ("研发", "2", "1", "9")]


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        (13800000001, "General", "13800000001"),
        (13800000001.0, "0", "13800000001"),
        (13800000001, "0_ ", "13800000001"),
        (13800000001, "0_);[Red]\\(0\\)", "13800000001"),
        (13800000001, "###########", "13800000001"),
        (13800000001, "@", "13800000001"),
        ("13800000001", "yyyy-mm-dd", "13800000001"),
    ],
)
def test_a_mobile_is_exact_whatever_it_is_written_as(value: object, shown: str, read: str) -> None:
    assert mobile(with_mobile(value, shown)) == read


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        (7, "00000", "00007"),
        (123456, "00000", "123456"),
        ("007", "General", "007"),
        (123456789012345, "0", "123456789012345"),
    ],
)
def test_the_zeros_of_an_id_stay(value: object, shown: str, read: str) -> None:
    assert members(with_cell("B2", value, shown)).rows[0].id == read


@pytest.mark.parametrize(
    ("value", "shown"),
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
def test_a_cell_that_shows_something_else_is_refused_by_its_name(
    name: str, value: object, shown: str
) -> None:
    assert told(with_cell(name, value, shown)) == [(name, "cell_formatted")]


@pytest.mark.parametrize("header", ["部门名称", "部门编码", "上级部门编码", "上级部门", "部门路径"])
def test_what_names_a_department_is_refused_if_it_shows_something_else(header: str) -> None:
    headers = [*dict.fromkeys(("部门名称", "部门编码", "上级部门编码", header))]

    def change(book: Any) -> None:
        cell = book.active.cell(3, headers.index(header) + 1)
        cell.value, cell.number_format = 2, '"D"000'

    content = workbook(headers, ("总部", "1"), ("研发", "7", "1"), change=change)

    with pytest.raises(FileRejectedError) as refused:
        read_roster(Job.REPLACE_PARTY, content)

    codes = {(each.column, each.code) for each in refused.value.problems}
    assert (header, "cell_formatted") in codes


@pytest.mark.parametrize("header", ["部门编码", "二级部门"])
@pytest.mark.parametrize("shown", ['"D"000', "0%"])
def test_the_department_of_a_member_is_refused_if_it_shows_something_else(
    header: str, shown: str
) -> None:
    def change(book: Any) -> None:
        book.active["E2"].value, book.active["E2"].number_format = 2, shown

    headers = (*HEADER[:3], "一级部门" if header == "二级部门" else "备注", header)
    content = workbook(headers, (*ROW[:3], "总部", ""), change=change)

    assert [code for _, code in told(content)] == ["cell_formatted"]


@pytest.mark.parametrize(
    ("value", "shown", "read"),
    [
        (date(2024, 3, 1), "yyyy/m/d", "2024-03-01"),
        (datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2024-03-01 08:30:00"),  # noqa: DTZ001
        (time(8, 30), "h:mm", "08:30:00"),
        (45352, '[DBNum1][$-804]yyyy"年"m"月"', "2024-03-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (-1, "yyyy-mm-dd", "-1"),
        (True, "General", "TRUE"),
        (0.1 + 0.2, "General", "0.3"),
        (0.25, "0%", "0.25"),
        (1e-7, "General", "0.0000001"),
        (1234, "#,##0.00", "1234"),
    ],
)
def test_elsewhere_dates_and_numbers_are_written_plainly(
    value: object, shown: str, read: str
) -> None:
    assert note(with_cell("E2", value, shown)) == read


@pytest.mark.parametrize("number", [14, 22, 31, 57, 58])
def test_dates_of_chinese_excel_have_a_number_and_no_format(number: int) -> None:
    content = with_cell("E2", 45352, "0.00000")
    old = parts_of(content)["xl/styles.xml"].partition(b'numFmt numFmtId="')[2][:3]

    def restyle(xml: bytes) -> bytes:
        return xml.replace(b'<xf numFmtId="' + old, b'<xf numFmtId="%d' % number)

    assert note(changed(content, "xl/styles.xml", restyle)) == "2024-03-01"


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    def change(book: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active["E2"] = 43890
        book.active["E2"].number_format = "yyyy-mm-dd"

    assert note(workbook((*HEADER, "备注"), ROW, change=change)) == "2024-03-01"


@pytest.mark.parametrize("value", [1234567890123456, 6222020000000000000, -(10**15)])
def test_a_number_that_has_lost_digits_is_refused_by_its_cell(value: int) -> None:
    assert told(with_cell("B2", value)) == [("B2", "cell_digits_lost")]


def test_a_column_that_is_left_out_may_hold_anything() -> None:
    for value in (6222020000000000000, "=A1", date(2024, 3, 1), "#N/A", "a,b\n1,2,3\n"):
        roster = members(with_cell("E2", value, header="银行卡号"))

        assert [each.code for each in roster.warnings] == ["warning_columns_left_out"]


def test_a_formula_counts_with_the_value_that_it_had() -> None:
    row = text_row(1, HEADER) + (
        '<row r="2"><c t="str"><f>B1</f><v>张伟</v></c><c t="str"><f>LOWER("A")</f><v>a</v></c>'
        '<c><f>13800000000+1</f><v>13800000001</v></c><c><f t="shared" si="0"/><v>1</v></c></row>'
        '<row r="3"><c t="str"><f>IF(1,"","")</f><v></v></c></row>'
    )

    assert members(with_rows(row)).rows[0].cells == ("张伟", "a", "13800000001", "1")


def test_a_formula_without_a_value_is_refused_by_its_cell() -> None:
    assert told(with_cell("B2", "=LOWER(A2)")) == [("B2", "cell_uncomputed")]


def test_a_formula_without_a_value_does_not_leave_a_person_out() -> None:
    taken = Reading(rows={"员工状态": ("在职",)})
    content = with_cell("E2", '=IF(1,"在职","")', header="员工状态")

    assert ("2", "cell_uncomputed") in told(content, taken)


def test_an_error_value_is_told_as_in_a_csv() -> None:
    assert told(with_cell("C2", "#N/A")) == [("C2", "cell_error_value")]


def test_departments_that_are_merged_count_for_every_row() -> None:
    rows = [
        ("所在部门", "姓名", "帐号", "手机号"),
        ("研发", "张伟", "a", "13800000001"), ("", "李娜", "b", "13800000002"),
        ("", "王芳", "c", "13800000003"), ("销售", "赵六", "d", "13800000004"),
        ("", "钱七", "e", "13800000005"),
    ]  # fmt: skip

    def change(book: Any) -> None:
        book.active.merge_cells("A2:A4")
        book.active.merge_cells("A9:A12")

    found = problems(workbook(*rows, change=change))
    rows[-1] = ("财务", *rows[-1][1:])
    roster = members(workbook(*rows, change=change))

    assert [(each.cell, each.code) for each in found] == [("A6", "cell_missing")]
    assert [row.cells[0] for row in roster.rows] == ["研发", "研发", "研发", "销售", "财务"]


def test_a_title_above_the_header_is_passed_over_with_a_warning() -> None:
    def change(book: Any) -> None:
        book.active.merge_cells("A1:D2")

    roster = members(
        workbook(("员工花名册 2026年11月",), (), ("制表：人事部",), HEADER, ROW, change=change)
    )

    assert [(row.line, row.id) for row in roster.rows] == [(5, "zhangwei")]
    (warning,) = roster.warnings
    assert (warning.code, warning.line) == ("warning_titles", 1)
    assert warning.params["titles"].first == ("1", "3")  # type: ignore[union-attr]


def test_rows_that_are_hidden_are_read_and_told() -> None:
    rows = [(name, name, f"1380000000{at}", "1") for at, name in enumerate("abcd")]

    def change(book: Any) -> None:
        for number in (3, 4, 9):
            book.active.row_dimensions[number].hidden = True
        book.active.auto_filter.ref = "A1:D5"

    roster = members(workbook(HEADER, *rows, change=change))

    assert len(roster.rows) == 4
    (warning,) = roster.warnings
    assert (warning.code, warning.line, warning.params["count"]) == ("warning_rows_hidden", 3, 2)


def test_hidden_rows_that_are_left_out_anyway_are_no_news() -> None:
    def change(book: Any) -> None:
        book.active.row_dimensions[3].hidden = True

    reading = Reading(rows={"员工状态": ("在职",)})
    rows = [(*HEADER, "员工状态"), (*ROW, "在职"), ("李娜", "b", "13800000002", "1", "离职")]

    assert members(workbook(*rows, change=change), reading).warnings == ()


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_passed_over(state: str) -> None:
    def change(book: Any) -> None:
        book["旧"].sheet_state = state
        book.move_sheet("旧", -1)

    old = [HEADER, ("李娜", "b", "13800000002", "1")]
    roster = members(workbook(HEADER, ROW, 旧=old, change=change))

    assert [row.id for row in roster.rows] == ["zhangwei"]


def test_the_sheet_is_read_whose_header_fits_the_job() -> None:
    people = [("花名册",), HEADER, ROW]
    departments = [("部门名称", "部门ID", "父部门ID"), ("总部", 1, 0)]
    content = workbook(("说明", "请勿修改"), 部门=departments, 人员=people)

    assert [row.id for row in members(content).rows] == ["zhangwei"]
    assert len(read_roster(Job.REPLACE_PARTY, content).rows) == 1


def test_two_sheets_that_fit_are_refused_because_half_would_be_removed() -> None:
    (problem,) = problems(workbook((), 北京=[HEADER, ROW], 上海=[HEADER, ROW]))

    assert problem.code == "workbook_sheets"
    assert problem.params["sheets"].first == ("北京", "上海")  # type: ignore[union-attr]


def test_when_no_sheet_fits_the_first_with_cells_says_why() -> None:
    content = workbook((), 甲=[("姓名", "工号", "手机号"), ("张伟", "1", "2")], 乙=[("a", "b")])

    found = [each for each in problems(content) if each.code == "column_unmapped"]
    assert {each.params["known"] for each in found} == {"姓名, 手机号"}


def test_a_workbook_without_cells_is_empty() -> None:
    assert told(workbook()) == [("0", "file_empty")]


def test_a_problem_names_its_cell_and_one_of_the_row_its_line() -> None:
    row = ("李娜", "b c", "139", "1")
    found = told(workbook(("花名册",), HEADER, ROW, row, ("王芳", "x", "", "1")))

    assert found == [("B4", "user_id_invalid"), ("C4", "mobile_length"), ("5", "contact_missing")]


@pytest.mark.parametrize(("others", "name"), [(22, "Z2"), (23, "AA2"), (49, "BA2"), (75, "CA2")])
def test_columns_far_to_the_right_have_two_letters(others: int, name: str) -> None:
    unknown = [f"x{number}" for number in range(others)]
    content = workbook((*HEADER[:3], *unknown, "所在部门"), (*ROW[:3], *unknown, 0))

    assert told(content) == [(name, "department_list_invalid")]


def test_one_problem_is_the_reason_with_its_cell() -> None:
    with pytest.raises(FileRejectedError) as caught:
        members(with_mobile("139"))

    assert caught.value.common == (
        "mobile_length",
        {"column": "手机号", "value": "1****", "digits": 3, "line": 2, "cell": "C2"},
    )


def test_other_writers_leave_out_names_of_cells_and_use_a_prefix() -> None:
    rows = text_row(1, HEADER) + text_row(2, ROW)
    bare = with_rows(rows.replace(' r="1"', "").replace(' r="2"', ""))

    def prefixed(xml: bytes) -> bytes:
        marked = xml.replace(b"</", b"</x:").replace(b"<", b"<x:").replace(b"<x:/x:", b"</x:")
        return marked.replace(b"xmlns=", b"xmlns:x=")

    for content in (bare, changed(bare, SHEET, prefixed)):
        assert members(content).rows[0].cells == ROW


def test_rich_text_is_read_without_its_pronunciation() -> None:
    name = (
        '<c t="inlineStr"><is><r><t>张</t></r><r><t xml:space="preserve">伟 </t></r>'
        "<rPh><t>チョウ</t></rPh></is></c>"
    )
    row = text_row(2, ROW).replace('<c t="inlineStr"><is><t>张伟</t></is></c>', name)

    assert members(with_rows(text_row(1, HEADER) + row)).rows[0].cells[0] == "张伟"


def test_what_excel_escapes_is_read_as_it_was_typed() -> None:
    row = (*ROW[:3], "1", "a_x000D_b_x005F_x0041_ _xD800_")

    assert (
        note(with_rows(text_row(1, (*HEADER, "备注")) + text_row(2, row))) == "a b_x0041_ _xD800_"
    )


def test_a_line_break_and_commas_in_a_cell_are_no_swallowed_row() -> None:
    content = with_cell("E2", "x,y,z\n1,2,3")

    assert note(content) == "x，y，z 1，2，3"
    assert told(b"\xef\xbb\xbf" + content) != []


@pytest.mark.parametrize(
    "parts",
    [
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"},
        {"Index/Document.iwa": b""},
        {"_rels/.rels": b"<Relationships/>", "xl/workbook.bin": b""},
        {**parts_of(workbook(HEADER, ROW)), "xl/vbaProject.bin": b"macro"},
        {"a.csv": b"x"},
    ],
)
def test_what_is_no_plain_workbook_is_told_how_to_save_it(parts: dict[str, bytes]) -> None:
    assert told(zipped(parts)) == [("0", "file_is_spreadsheet")]


def test_xls_and_workbooks_with_a_password_are_told_how_to_save_them() -> None:
    assert told(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)) == [("0", "file_is_spreadsheet")]
