"""What stands around the people: titles, notes, totals, sheets, merged cells, hidden rows."""

from collections.abc import Callable, Iterator
from typing import Any

from exports.export import HR, Outcome, Rows, Sample, book, plain, staff
from exports.mends import as_company, below, refused, rewritten, saved, without_lines

COLUMNS = "帐号=id,姓名=name,部门=leaf,手机=mobile"
STAFF = staff(COLUMNS)
HEADER, FIRST, *REST = STAFF
NUMBERED = staff("序号=#,帐号=id,姓名=name,部门=leaf,手机=mobile,备注=")
OF_LEVELS = "帐号=id,姓名=name,一级部门=l1,二级部门=l2,手机=mobile"
LEVELS = staff(OF_LEVELS)
TITLE = ["星河科技员工花名册"]
GROUPS = ["基本信息", "", "部门", "联系方式"]
TEAM = (
    ("E0101", "张伟", "13811110001", "", "D11", "3", "研发中心/前端组"),
    ("E0104", "赵敏", "13811110004", "", "D11", "3", "研发中心/前端组"),
    ("E0105", "孙杰", "13811110005", "", "D12", "4", "研发中心/后端组"),
    ("E0102", "李娜", "13811110002", "", "D21", "6", "销售部/华东区"),
    ("E0106", "周洁", "13811110006", "", "D21", "6", "销售部/华东区"),
)
OF_TEAM = {row[0]: (row[1], row[2], row[5]) for row in TEAM}
FEET: dict[str, Rows] = {
    "total": [["合计", "3"]],
    "how many": [["共 3 人"]],
    "who made it": [["制表人：李娜", "", "审核人：王芳", "日期：2024-03-31"]],
    "three lines": [["", "合计", "3 人"], ["填表人：李娜"], ["打印时间：2024/3/31 10:00"]],
    "a note in the column of ids": [["本表由人力资源部门按月导出，仅供内部使用"]],
    "a total in the last column": [["", "", "", "合计：3 人"]],
    "who signed, below the total": [["合计", "", "3"], ["", "", "李娜"], ["王五", "2024-03-31"]],
    "a page and its signature": [["第 1 页 共 1 页"], ["审核人签字：", "王芳"]],
}
REQUIRED, RESEARCH = ["必填", "必填", "选填", "必填"], [["研发中心"], FIRST]
NO_ROWS: dict[str, Rows] = {
    "note under the header": [HEADER, ["注：工号为唯一标识，请勿修改"], FIRST, *REST],
    "line under the header that tells what is required": [HEADER, REQUIRED, FIRST, *REST],
    "a total between people": [HEADER, FIRST, ["小计", "1"], *REST],
    "the number of a page between people": [HEADER, FIRST, ["第 1 页 共 2 页"], *REST],
    "a date alone below the last person": [*STAFF, ["", "", "", "20240331"]],
    "a name alone below the last person": [*STAFF, ["", "张伟"]],
    "header repeated on every page": [HEADER, FIRST, HEADER, *REST],
    "department as a line between its people": [HEADER, *RESEARCH, ["销售部（1 人）"], *REST],
}
"""Lines that are no people: the advice is to delete them."""
TITLED: dict[str, Rows] = {
    "title above the header": [TITLE, *STAFF],
    "two titles and a blank line above the header": [TITLE, ["制表日期：2024-03-31"], [], *STAFF],
    "two lines of headers": [GROUPS, *STAFF],
}


def around() -> Iterator[Sample]:
    titles, footer = ("warning_titles",), ("warning_footer",)
    for name, rows in TITLED.items():
        yield Sample(name, rows, warns=titles)
    in_a_workbook = book(lambda each: each.active.merge_cells("A1:B1"))
    name = "two lines of headers in a workbook"
    yield Sample(name, [GROUPS, *STAFF], form=in_a_workbook, warns=titles)
    for name, rows in NO_ROWS.items():
        yield refused(name, rows, "line_is_no_row", without_lines)
    for name, lines in FEET.items():
        for how, form in {"": plain(), ", in a workbook": book()}.items():
            yield Sample(f"footer: {name}{how}", [*STAFF, *lines], form=form, warns=footer)
    numbered = [*NUMBERED, ["合计", "", "3 人", "", "", "截至月底"]]
    yield Sample("footer below running numbers", numbered, warns=footer)
    prepared = [*NUMBERED, ["4"], ["5"]]
    yield Sample("running numbers prepared for more people", prepared, warns=footer)
    many = [*([f"说明 {n}：请勿修改表头"] for n in range(1, 29)), *STAFF]
    yield Sample("twenty-eight notes above the header", many, warns=titles)
    figures = [["人数", "3", "部门", "3"], *STAFF]
    yield refused("a line of figures above the header", figures, "header_below", below(2))
    starter = [HEADER, FIRST, [REST[0][0], "", REST[0][2], ""], REST[1]]
    lacking = "cell_missing contact_missing"
    yield refused("a starter file without names", starter, lacking, rewritten(STAFF))
    blank = [[row[0], "", *row[1:]] for row in STAFF]
    yield refused("a blank column between", blank, "header_blank", rewritten(STAFF))
    wide = [[*HEADER, "", ""], *([*row, "", "x"] for row in (FIRST, *REST))]
    yield refused("columns without a header", wide, "cells_too_many", rewritten(STAFF))
    yield Sample("blank lines between", [*STAFF[:2], [], ["", "", ""], *STAFF[2:], []])
    yield Sample("running numbers", NUMBERED)
    yield Sample("a line that tells Excel the separator", [["sep=,"], *STAFF], form=plain())


def _hide(each: Any, *lines: int) -> None:
    for line in lines:
        each.active.row_dimensions[line].hidden = True


def _filtered(each: Any) -> None:
    each.active.auto_filter.ref = "A1:D4"
    each.active.auto_filter.add_filter_column(2, ["前端组"])
    _hide(each, 3, 4)


def workbooks() -> Iterator[Sample]:
    cover: Rows = [["星河科技"], ["员工花名册", "2024 年 3 月"]]
    departments = [["部门名称", "部门编码", "上级部门编码"], ["前端组", "D11", "D10"]]
    unread, hidden = ("warning_sheets_unread",), ("warning_rows_hidden",)
    february = STAFF[:3]
    first = book(lambda each: each.move_sheet("说明", -1), 说明=cover)
    yield Sample("cover sheet first", STAFF, form=first, warns=unread)
    beside = book(部门=departments)
    yield Sample("sheet of departments beside the people", STAFF, form=beside, warns=unread)
    out_of_sight = book(lambda each: setattr(each["二月"], "sheet_state", "hidden"), 二月=february)
    yield Sample("sheets of other months, hidden", STAFF, form=out_of_sight)
    yield Sample("empty sheets behind", STAFF, form=book(Sheet2=[], Sheet3=[]))
    leave = staff("工号=id,姓名=name,部门=leaf")
    on_leave, goes_on = book(停薪留职=[leave[0], *leave[3:]]), book(Sheet2=STAFF[3:])
    branches = book(上海=[HEADER, REST[0]], 广州=[HEADER, REST[1]])
    for name, rows, form, mend in (
        ("a sheet a month", STAFF, book(二月=february), saved(book())),
        ("a sheet a branch", STAFF[:2], branches, _together),
        ("people on leave on a sheet of fewer columns", STAFF[:3], on_leave, _together),
        ("the list goes on without a header on the next sheet", STAFF[:3], goes_on, _together),
    ):
        yield refused(name, rows, "workbook_sheets", mend, form=form)
    yield Sample("hidden row", STAFF, form=book(lambda each: _hide(each, 3)), warns=hidden)
    yield Sample("filtered rows", STAFF, form=book(_filtered), warns=hidden)
    frozen = book(lambda each: setattr(each.active, "freeze_panes", "A2"))
    yield Sample("frozen and coloured", STAFF, form=frozen)


def _merging(*places: str) -> Callable[[Any], None]:
    def merge(each: Any) -> None:
        for place in places:
            each.active.merge_cells(place)

    return merge


def merged() -> Iterator[Sample]:
    """Yield exports that have a department once for several people."""
    team = staff(COLUMNS, people=TEAM)
    codes = staff("帐号=id,姓名=name,部门编码=code,手机=mobile", people=TEAM)
    loose = [_blanked(row, *((2,) if at in (2, 5) else ())) for at, row in enumerate(team)]
    of_codes = [_blanked(row, *((2,) if at in (2, 5) else ())) for at, row in enumerate(codes)]
    blanks: dict[int, tuple[int, ...]] = {2: (2, 3), 3: (2,), 5: (2, 3)}
    levels = staff(OF_LEVELS, people=TEAM)
    of_levels = [_blanked(row, *blanks.get(at, ())) for at, row in enumerate(levels)]
    departments = book(_merging("C2:C3", "C5:C6"))
    both_levels = book(_merging("C2:C4", "C5:C6", "D2:D3", "D5:D6"))
    yield Sample("merged departments", loose, form=departments, entries=OF_TEAM)
    yield Sample("merged levels", of_levels, form=both_levels, entries=OF_TEAM, job=HR)
    for name, rows, mend in (
        ("merged departments saved as CSV", loose, saved(departments)),
        ("merged departments saved as CSV, written out", loose, rewritten(team)),
        ("merged codes saved as CSV", of_codes, rewritten(codes)),
    ):
        yield refused(name, rows, "cells_merged", mend, entries=OF_TEAM)
    name, mend = "merged levels saved as CSV", saved(both_levels)
    yield refused(name, of_levels, "cells_merged", mend, entries=OF_TEAM, job=HR)
    name = "departments written once a group, not merged"
    yield refused(name, loose, "cells_merged", rewritten(team), form=book(), entries=OF_TEAM)


def _blanked(row: list[Any], *columns: int) -> list[Any]:
    return ["" if at in columns else cell for at, cell in enumerate(row)]


def levels() -> Iterator[Sample]:
    yield Sample("levels", LEVELS, job=HR)
    yield refused("levels of a file of members", LEVELS, "header_of_levels", as_company)
    one = rewritten(staff("帐号=id,姓名=name,部门=leaf,手机=mobile"))
    yield refused("levels that become one column", LEVELS, "header_of_levels", one)
    yield Sample("one level alone", staff("帐号=id,姓名=name,二级部门=leaf,手机=mobile"))
    third = [[*row[:4], "", row[4]] for row in LEVELS]
    third[0][4] = "三级部门"
    yield Sample("three levels, the last one blank", third, form=book(), job=HR)
    hole = [[*row] for row in LEVELS]
    hole[1][2:4] = ["", "前端组"]
    yield refused("a level is left out", hole, "level_blank", rewritten(LEVELS), job=HR)
    named = staff("帐号=id,姓名=name,部门=l1,二级部门=l2,手机=mobile")
    yield Sample("部门 and 二级部门", named, job=HR)
    yield refused("部门 and 二级部门 of members", named, "header_of_levels", as_company)
    yield Sample("部门 beside its levels", staff(f"部门=leaf,{OF_LEVELS}"))
    gap = [[*row[:3], "", *row[3:]] for row in LEVELS]
    gap[0][2:5] = ["部门", "备注", "三级部门"]
    yield refused("部门 and 三级部门", gap, "header_level_missing", rewritten(LEVELS), job=HR)


def _together(export: Sample, _: Outcome) -> Sample:
    return Sample(export.name, STAFF, form=book())
