"""Every rule about a member's row, just inside and just outside its limit."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support import files
from support.cells import BAD_CELLS
from wecom_sync.files.cell_rules import Column
from wecom_sync.files.department_columns import DEPARTMENT_COLUMNS
from wecom_sync.files.member_cells import normal_mobile
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.problems import Problem
from wecom_sync.files.roster import Roster
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

GOOD = {"姓名": "张三", "帐号": "zhangsan", "手机号": "13800000000", "所在部门": "1"}
COLUMN = {column.name: column for column in MEMBER_COLUMNS}


GOOD_CELLS = {
    "姓名": "张" * 64
    + "|"
    + "a|Nan|Nil|Nullmann|零|None Given|N/A 组|张三2|张三２|张三 @ 北京|张=三",
    "帐号": "a" * 64 + "|" + "0-_@.|a|10001.5|a1.0|10001|E10|1E5|1E5a|1E",
    "手机号": (
        "13000000000|19999999999|+6831234|+123456789012345|+85291234567|+8613800000000|"
        "+491711234567|0085291234567"
    ),
    "邮箱": "a" * 59 + "@x.cn" + "|" + "a@b.cn|a.b+c@b-c.d.cn",
    "所在部门": "部" * 64
    + "|"
    + ";".join(map(str, range(1, 101)))
    + "|"
    + "1|总部/研发|研发、测试|1;2|1;2;研发|研发/平台|2.0版",
    "职位": "长" * 128 + "|" + "NULL?",
    "性别": "男|2",
    "是否部门内领导": "1|0",
    "排序": "4294967295|0|10",
    "别名": "a" * 64 + "|" + "10086|what?",
    "地址": "地" * 128,
    "座机": "11111111111111111111111111111111|020-1234|+86-20-1234",
    "禁用": "1|0",
}


@pytest.mark.parametrize("column", BAD_CELLS)
def test_cells_up_to_their_limits(column: str) -> None:
    row = GOOD | ({"邮箱": ""} if column in GOOD else {})

    for cell in GOOD_CELLS[column].split("|"):
        assert codes(row | {column: cell}) == [], cell
    for code, bad in BAD_CELLS[column].items():
        for cell in bad:
            errors = [(it.line, it.column, it.code) for it in problems(row | {column: cell})]
            assert errors == [(2, column, code)], cell


@pytest.mark.parametrize("column", ["是否部门内领导", "排序"])
@pytest.mark.parametrize(
    ("departments", "cell", "taken"),
    [
        ("2;3", "0", False),
        ("2;3", "0;1", True),
        ("2;3", "0 ； 1", True),
        ("2;3", "0;1;1", False),
        ("2;3", "", True),
        ("2", "0;1", False),
    ],
)
def test_lists_beside_departments(column: str, departments: str, cell: str, taken: bool) -> None:
    row = GOOD | {"所在部门": departments, column: cell}

    if taken:
        assert read(row).rows[0].cells[-1] == cell.replace(" ； ", ";")
        return
    (problem,) = problems(row)
    counts = {"count": cell.count(";") + 1, "departments": departments.count(";") + 1}
    assert (problem.code, problem.params) == ("list_not_parallel", {"column": column, **counts})


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([GOOD | {"所在部门": "1;;2", "排序": "1"}], ["department_list_blank"]),
        ([GOOD | {"职位": "总\x07监"}], ["cell_unsafe"]),
        ([GOOD | {"帐号": name, "手机号": "1.38E+10"} for name in "abc"], ["mobile_damaged"] * 3),
        ([GOOD | {"帐号": name, "手机号": "", "邮箱": f"{name}@x.cn"} for name in "ab"], []),
    ],
    ids=["a list beside broken departments", "a control character", "broken mobiles", "no mobiles"],
)
def test_one_mistake_is_told_once(rows: list[dict[str, str]], expected: list[str]) -> None:
    assert codes(*rows) == expected


@pytest.mark.parametrize(
    ("column", "first", "second", "code", "value"),
    [
        ("手机号", "13800000000", "+86 138-0000-0000", "mobile_duplicate", "0000"),
        ("手机号", "+85291234567", "+852 9123 4567", "mobile_duplicate", "4567"),
        ("邮箱", "Zhang@x.cn", "zhang@X.CN", "email_duplicate", "z***@X.CN"),
    ],
)
def test_a_contact_stands_once(column: str, first: str, second: str, code: str, value: str) -> None:
    row = {"姓名": "甲", "帐号": "a", "手机号": "", "邮箱": "", "所在部门": "1"}

    (problem,) = problems(row | {column: first}, row | {"帐号": "b", column: second})

    assert (problem.line, problem.id, problem.column, problem.code) == (3, "b", column, code)
    assert problem.params["first"] == 2
    assert str(problem.params["value"]).endswith(value)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("column", "cell", "value", "hidden"),
    [
        ("姓名", "张" + "三" * 64, "张**", "三三"),
        ("手机号", "138567856789", "138****6789", "5678567"),
        ("手机号", "13812345678.0", "138****78.0", "123456"),
        ("手机号", "1380000000", "1****", "38"),
        ("邮箱", "zhangsan@x", "z***@x", "zhangsan"),
        ("邮箱", "@zhangsan@x.cn", "@***@x.cn", "zhangsan"),
        ("邮箱", "a@x.cn/13800000000", "a***", "138"),
        ("别名", "老" + "三" * 64, "老**", "三三"),
        ("地址", "广" + "州" * 128, "广**", "州州"),
        ("座机", "020-8765432x", "020****432x", "8765"),
        ("帐号", "zhang san", "zhang san", "<none>"),
        ("所在部门", "1;研发:平台", "研发:平台", "<none>"),
        ("职位", "长" * 129, "长" * 29 + "…", "长" * 30),
    ],
)
def test_a_text_masks(column: str, cell: str, value: str, hidden: str, language: Language) -> None:
    (problem,) = problems(GOOD | {column: cell})

    sentence = problem_text(problem, language)

    assert problem.params["value"] == value
    assert value in sentence
    says_so = ("hid" if language is Language.ENGLISH else "隐去") in sentence
    assert says_so or "*" not in value
    assert hidden not in sentence


@example(COLUMN["座机"], "C¸")
@given(st.sampled_from(MEMBER_COLUMNS), st.text(min_size=1))
def test_putting_a_cell_right_twice_changes_nothing_more(column: Column, cell: str) -> None:
    once = column.normal(cell.strip() or "x")

    assert not once or column.normal(once) == once


@given(st.text(st.sampled_from("0123456789 -+\u00a0\u2011\u202d８６１３"), min_size=1, max_size=24))
def test_a_mobile_is_one_of_two_forms_or_untouched(cell: str) -> None:
    normal = normal_mobile(cell)

    taken = all(rule.broken(normal) is None for rule in COLUMN["手机号"].rules)
    assert taken or normal == cell
    if taken:
        assert normal.removeprefix("+").isascii()
        assert normal.removeprefix("+").isdigit()
        assert normal_mobile(normal) == normal


@pytest.mark.parametrize(
    ("cells", "code", "line", "count"),
    [
        (["a", '"b,c"', "d", '"e"""'], "warning_replaced", 3, 2),
        (["a", "#N/A", "王\ufffd", "寮犱紵"], "warning_left_out", 3, 3),
    ],
)
def test_a_warning_counts_rows(cells: list[str], code: str, line: int, count: int) -> None:
    rows = [
        GOOD | {"帐号": f"u{at}", "手机号": f"1380000000{at}", "备注": cell}
        for at, cell in enumerate(cells)
    ]

    warned = read(*rows).warnings

    assert [(each.line, each.column, each.code) for each in warned] == [(line, "备注", code)]
    assert warned[0].params == {"column": "备注", "count": count}


@pytest.mark.parametrize("column", ["姓名", "帐号", "手机号", "邮箱", "所在部门", "别名"])
@pytest.mark.parametrize("mark", [",", '""', "\n"])
def test_what_the_upload_cannot_carry_is_rejected_in_names(column: str, mark: str) -> None:
    row = GOOD | {"邮箱": "a@b.cn", column: f'"张{mark}三"'}

    separates = column == "所在部门" and mark != '""'
    assert [each for each in codes(row) if each != "mobile_invalid"] == (
        [] if separates else ["cell_unsafe"]
    )


@pytest.mark.parametrize("column", ["职位", "备注"])
def test_a_row_that_a_quotation_mark_swallowed_is_not_a_part_of_a_cell(column: str) -> None:
    header = f"姓名,帐号,手机号,所在部门,{column}\n"
    rows = '张三,a,13800000000,1,"总监\n李四,b,13800000001,1,"\n'

    assert files.codes(header + rows) == [(2, "cell_swallowed")]


@given(st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_no_row_is_lost_between_stray_quotes(opened: int, closed: int, is_short: bool) -> None:
    first = ["张三", "a", "13800000000", "1", "", ""]
    second = ["李四", "b", "13800000001", "1", "", ""]
    first[opened] = f'"{first[opened]}'
    second[closed] = f'{second[closed]}"'
    lines = ["姓名,帐号,手机号,所在部门,职位,备注", ",".join(first), ",".join(second)]

    assert files.problems("\n".join(line.rstrip(",") if is_short else line for line in lines))


def test_every_rule_names_its_source() -> None:
    columns = (*MEMBER_COLUMNS, *DEPARTMENT_COLUMNS)

    assert [rule.code for column in columns for rule in column.rules if not rule.source] == []


def text(*rows: dict[str, str]) -> str:
    """Return a file of rows that all have the columns of the first."""
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows)])


def read(*rows: dict[str, str]) -> Roster:
    return files.read(text(*rows), attributes=("备注",))


def problems(*rows: dict[str, str]) -> list[Problem]:
    return files.problems(text(*rows), attributes=("备注",))


def codes(*rows: dict[str, str]) -> list[str]:
    return [problem.code for problem in problems(*rows)]
