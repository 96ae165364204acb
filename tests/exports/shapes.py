"""What stands around the people: titles, notes, totals, sheets, merged cells, hidden rows."""

from collections.abc import Iterator
from typing import Any

from exports.export import Export, Outcome, Rows, book, plain, staff
from exports.mends import below, cells, rewritten, saved, without_lines

COLUMNS = "帐号=id,姓名=name,部门=leaf,手机=mobile"
STAFF = staff(COLUMNS)
NUMBERED = staff("序号=#,帐号=id,姓名=name,部门=leaf,手机=mobile,备注=")
LEVELS = staff("帐号=id,姓名=name,一级部门=l1,二级部门=l2,手机=mobile")
TITLE = ["星河科技员工花名册"]
TEAM = (
    ("E0101", "张伟", "13811110001", "", "D11", "3", "研发中心/前端组"),
    ("E0104", "赵敏", "13811110004", "", "D11", "3", "研发中心/前端组"),
    ("E0105", "孙杰", "13811110005", "", "D12", "4", "研发中心/后端组"),
    ("E0102", "李娜", "13811110002", "", "D21", "6", "销售部/华东区"),
    ("E0106", "周洁", "13811110006", "", "D21", "6", "销售部/华东区"),
)
OF_TEAM = {row[0]: (row[1], row[2], row[5]) for row in TEAM}


def around() -> Iterator[Export]:
    """Yield exports with lines that are no people."""
    yield Export(name="title above the header", rows=[TITLE, *STAFF], warns=("warning_titles",))
    yield Export(
        name="two titles and a blank line above the header",
        rows=[TITLE, ["制表日期：2024-03-31"], [], *STAFF],
        warns=("warning_titles",),
    )
    many = [*([f"说明 {n}：请勿修改表头"] for n in range(1, 8)), *STAFF]
    yield Export(
        name="seven notes above the header",
        rows=many,
        refused=("header_below",),
        mend=below(8),
    )
    groups = ["基本信息", "", "部门", "联系方式"]
    yield Export(name="two lines of headers", rows=[groups, *STAFF], warns=("warning_titles",))
    yield Export(
        name="two lines of headers in a workbook",
        rows=[groups, *STAFF],
        form=book(lambda each: each.active.merge_cells("A1:B1")),
        warns=("warning_titles",),
    )
    yield Export(
        name="a line of figures above the header",
        rows=[["人数", "3", "部门", "3"], *STAFF],
        refused=("header_below",),
        mend=below(2),
    )
    yield Export(
        name="a starter file without names",
        rows=[
            [*row[:1], row[1] if at != 2 else "", *row[2:3], row[3] if at != 2 else ""]
            for at, row in enumerate(STAFF)
        ],
        refused=("cell_missing", "contact_missing"),
        mend=rewritten(STAFF),
    )
    notes = {
        "note under the header": ["注：工号为唯一标识，请勿修改"],
        "line under the header that tells what is required": ["必填", "必填", "选填", "必填"],
    }
    for name, note in notes.items():
        yield Export(
            name=name,
            rows=[STAFF[0], note, *STAFF[1:]],
            refused=("line_is_no_row",),
            mend=without_lines,
        )
    feet: dict[str, list[list[str]]] = {
        "footer: total": [["合计", "3"]],
        "footer: how many": [["共 3 人"]],
        "footer: who made it": [["制表人：李娜", "", "审核人：王芳", "日期：2024-03-31"]],
        "footer: three lines": [
            ["", "合计", "3 人"],
            ["填表人：李娜"],
            ["打印时间：2024/3/31 10:00"],
        ],
    }
    for name, feet_lines in feet.items():
        yield Export(
            name=name, rows=[*STAFF, *feet_lines], refused=("line_is_no_row",), mend=without_lines
        )
        yield Export(
            name=f"{name}, in a workbook",
            rows=[*STAFF, *feet_lines],
            form=book(),
            refused=("line_is_no_row",),
            mend=without_lines,
        )
    yield Export(
        name="footer below running numbers",
        rows=[*NUMBERED, ["合计", "", "3 人", "", "", "截至月底"]],
        refused=("line_is_no_row",),
        mend=without_lines,
    )
    yield Export(
        name="header repeated on every page",
        rows=[*STAFF[:2], STAFF[0], *STAFF[2:]],
        refused=("line_is_no_row",),
        mend=without_lines,
    )
    yield Export(
        name="department as a line between its people",
        rows=[STAFF[0], ["研发中心"], STAFF[1], ["销售部（1 人）"], *STAFF[2:]],
        refused=("line_is_no_row",),
        mend=without_lines,
    )
    yield Export(name="blank lines between", rows=[*STAFF[:2], [], ["", "", ""], *STAFF[2:], []])
    yield Export(name="running numbers", rows=NUMBERED)
    yield Export(
        name="running numbers prepared for more people",
        rows=[*NUMBERED, ["4"], ["5"]],
        refused=("line_is_no_row",),
        mend=without_lines,
    )
    yield Export(
        name="a blank column between",
        rows=[[row[0], "", *row[1:]] for row in STAFF],
        refused=("header_blank",),
        mend=rewritten(STAFF),
    )
    yield Export(
        name="a line that tells Excel the separator", rows=[["sep=,"], *STAFF], form=plain()
    )
    yield Export(
        name="columns without a header",
        rows=[[*STAFF[0], "", ""], *([*row, "", "x"] for row in STAFF[1:])],
        refused=("cells_too_many",),
        mend=rewritten(STAFF),
    )


def workbooks() -> Iterator[Export]:
    """Yield workbooks of several sheets, with merged cells and hidden rows."""
    cover: Rows = [["星河科技"], ["员工花名册", "2024 年 3 月"]]

    def covered(each: Any) -> None:
        each.move_sheet("说明", -1)

    yield Export(
        name="cover sheet first",
        rows=STAFF,
        form=book(covered, 说明=cover),
        warns=("warning_sheets_unread",),
    )
    yield Export(
        name="sheet of departments beside the people",
        rows=STAFF,
        form=book(部门=[["部门名称", "部门编码", "上级部门编码"], ["前端组", "D11", "D10"]]),
        warns=("warning_sheets_unread",),
    )
    yield Export(
        name="a sheet a month",
        rows=STAFF,
        form=book(二月=STAFF[:3]),
        refused=("workbook_sheets",),
        mend=saved(book()),
    )

    def hide(each: Any) -> None:
        each["二月"].sheet_state = "hidden"

    yield Export(name="sheets of other months, hidden", rows=STAFF, form=book(hide, 二月=STAFF[:3]))
    yield Export(
        name="a sheet a branch",
        rows=STAFF[:2],
        form=book(上海=[STAFF[0], STAFF[2]], 广州=[STAFF[0], STAFF[3]]),
        refused=("workbook_sheets",),
        mend=_together,
    )
    leave = staff("工号=id,姓名=name,部门=leaf")
    yield Export(
        name="people on leave on a sheet of fewer columns",
        rows=STAFF[:3],
        form=book(停薪留职=[leave[0], *leave[3:]]),
        refused=("workbook_sheets",),
        mend=_together,
    )
    yield Export(
        name="the list goes on without a header on the next sheet",
        rows=STAFF[:3],
        form=book(Sheet2=STAFF[3:]),
        refused=("workbook_sheets",),
        mend=_together,
    )
    yield Export(name="empty sheets behind", rows=STAFF, form=book(Sheet2=[], Sheet3=[]))
    team = staff(COLUMNS, people=TEAM)
    merged = [[*row[:2], "" if at in (2, 5) else row[2], row[3]] for at, row in enumerate(team)]

    def merge(each: Any) -> None:
        each.active.merge_cells("C2:C3")
        each.active.merge_cells("C5:C6")

    yield Export(name="merged departments", rows=merged, form=book(merge), found=OF_TEAM)
    yield Export(
        name="merged departments saved as CSV",
        rows=merged,
        found=OF_TEAM,
        refused=("cells_merged",),
        mend=saved(book(merge)),
    )
    yield Export(
        name="merged departments saved as CSV, written out",
        rows=merged,
        found=OF_TEAM,
        refused=("cells_merged",),
        mend=rewritten(team),
    )
    codes = staff("帐号=id,姓名=name,部门编码=code,手机=mobile", people=TEAM)
    yield Export(
        name="merged codes saved as CSV",
        rows=[[*row[:2], "" if at in (2, 5) else row[2], row[3]] for at, row in enumerate(codes)],
        found=OF_TEAM,
        refused=("cells_merged",),
        mend=rewritten(codes),
    )
    levels = staff("帐号=id,姓名=name,一级部门=l1,二级部门=l2,手机=mobile", people=TEAM)
    loose = [
        [*row[:2], "" if at in (2, 3, 5) else row[2], "" if at in (2, 5) else row[3], row[4]]
        for at, row in enumerate(levels)
    ]

    def merge_levels(each: Any) -> None:
        for place in ("C2:C4", "C5:C6", "D2:D3", "D5:D6"):
            each.active.merge_cells(place)

    yield Export(name="merged levels", rows=loose, form=book(merge_levels), found=OF_TEAM)
    yield Export(
        name="merged levels saved as CSV",
        rows=loose,
        found=OF_TEAM,
        refused=("cells_merged",),
        mend=saved(book(merge_levels)),
    )
    yield Export(
        name="departments written once a group, not merged",
        rows=merged,
        form=book(),
        found=OF_TEAM,
        refused=("cells_merged",),
        mend=rewritten(team),
    )

    def shade(each: Any) -> None:
        each.active.row_dimensions[3].hidden = True

    yield Export(name="hidden row", rows=STAFF, form=book(shade), warns=("warning_rows_hidden",))

    def filtered(each: Any) -> None:
        each.active.auto_filter.ref = "A1:D4"
        each.active.auto_filter.add_filter_column(2, ["前端组"])
        for line in (3, 4):
            each.active.row_dimensions[line].hidden = True

    yield Export(
        name="filtered rows", rows=STAFF, form=book(filtered), warns=("warning_rows_hidden",)
    )
    yield Export(
        name="frozen and coloured",
        rows=STAFF,
        form=book(lambda each: setattr(each.active, "freeze_panes", "A2")),
    )


def levels() -> Iterator[Export]:
    """Yield exports with a column for each level of the departments."""
    yield Export(name="levels", rows=LEVELS)
    third = [[*row[:4], "", row[4]] for row in LEVELS]
    third[0][4] = "三级部门"
    yield Export(name="three levels, the last one blank", rows=third, form=book())
    hole = [[*row] for row in LEVELS]
    hole[1][2:4] = ["", "前端组"]
    yield Export(
        name="a level is left out", rows=hole, refused=("level_blank",), mend=rewritten(LEVELS)
    )
    yield Export(
        name="部门 and 二级部门",
        rows=staff("帐号=id,姓名=name,部门=l1,二级部门=l2,手机=mobile"),
    )
    gap = [[*row[:3], "", *row[3:]] for row in LEVELS]
    gap[0][2:5] = ["部门", "备注", "三级部门"]
    yield Export(
        name="部门 and 三级部门",
        rows=gap,
        refused=("header_level_missing",),
        mend=rewritten(LEVELS),
    )
    wrong = [[*row] for row in LEVELS]
    wrong[1][3] = "测试组"
    yield Export(
        name="a level that is not there",
        rows=wrong,
        form=book(),
        refused=("level_unknown",),
        mend=cells("前端组", "D2"),
    )


def _together(export: Export, _: Outcome) -> Export:
    return Export(name=export.name, rows=STAFF, form=book())
