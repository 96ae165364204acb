"""How company files say the departments: each form gives the same paths."""

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from support import files
from wecom_sync.domain.states import Job
from wecom_sync.files.roster import Roster

type Path = tuple[str, ...]


def company(header: str, *departments: str) -> Roster:
    rows = [f"甲{at},u{at},138{at:08},{cells}" for at, cells in enumerate(departments)]
    return files.read("\n".join((f"姓名,帐号,手机号,{header}", *rows)) + "\n", Job.COMPANY)


def paths(roster: Roster) -> list[str]:
    return [row.cells[3] for row in roster.rows]


@pytest.mark.parametrize(
    ("mark", "cells", "expected"),
    [
        ("-", "公司-研发-平台 公司-研发-T-Mobile组", "公司>研发>平台 公司>研发>T-Mobile组"),
        ("_", "公司_研发_平台 公司_行政", "公司>研发>平台 公司>行政"),
        ("/", "公司/研发-平台/甲 公司/行政", "公司>研发-平台>甲 公司>行政"),
        ("/", "研发/平台 研发 行政;研发", "研发>平台 研发 行政;研发"),
        (
            "-",
            "研发-平台，行政-人事 研发-算法 行政-人事",
            "研发>平台;行政>人事 研发>算法 行政>人事",
        ),
        ("-", "研发-平台、算法 研发-测试 研发", "研发>平台、算法 研发>测试 研发"),
        ("-", "公司-法务/合规-甲 公司-法务/合规-乙", "公司>法务/合规>甲 公司>法务/合规>乙"),
        ("\\", "公司\\研发 公司\\研发\\平台", "公司>研发 公司>研发>平台"),
        ("-", "公司－研发 公司－行政", "公司>研发 公司>行政"),
        ("/", "公司/研发/甲 公司／研发／乙 公司/行政", "公司>研发>甲 公司>研发>乙 公司>行政"),
        (">", "公司>研发", "公司>研发"),
        ("-", "Co-RD-Web Co-RD-App Co-HR", "Co>RD>Web Co>RD>App Co>HR"),
        ("-", "公-T-Mobile-甲 公-T-Mobile-乙 公-丙", "公>T-Mobile>甲 公>T-Mobile>乙 公>丙"),
        ("", "T-Mobile组 E-commerce部 研发 行政", "T-Mobile组 E-commerce部 研发 行政"),
        ("", "法务/合规部 研发 行政 财务", "法务/合规部 研发 行政 财务"),
        ("", "华东-一组 华东-二组 甲 乙 丙 丁 戊", "华东-一组 华东-二组 甲 乙 丙 丁 戊"),
    ],
)
def test_the_separator_is_what_makes_a_tree_of_the_column(
    mark: str, cells: str, expected: str
) -> None:
    roster = company("部门", *cells.split())

    assert paths(roster) == expected.split()
    assert (roster.separator, roster.is_whole) == (mark, mark != "")


def test_blanks_around_a_separator_keep_it_from_names_that_have_it() -> None:
    for header, cells, expected in (
        ("部门", ["公司 - T-移动组", "公司 - 研发"], ["公司>T-移动组", "公司>研发"]),
        ("部门", ["公司 / 研发/平台", "公司/行政"], ["公司>研发>平台", "公司>行政"]),
        ("一级部门,二级部门", ["公司,法务 / 合规"], ["公司>法务 / 合规"]),
    ):
        assert paths(company(header, *cells)) == expected


@pytest.mark.parametrize(
    ("header", "cells", "expected", "is_whole"),
    [
        ("一级部门,二级部门", "公,法务/合规 公, 公,研", "公>法务/合规 公 公>研", True),
        ("部门,部门全路径", "平台,公司/平台 公司,公司", "公司>平台 公司", True),
        ("一级部门,二级部门,部门", "公司,研发,平台 公司,研,研", "公司>研发>平台 公司>研", True),
        ("部门,上级部门", "平台,研发 研发,公司 公司,", "公司>研发>平台 公司>研发 公司", True),
        ("部门,上级部门", "平台,研发 研发,公司", "公司>研发>平台 公司>研发", True),
        ("部门,上级部门", "平台,研发 行政,", "研发>平台 行政", False),
        ("部门,上级部门", "平台,公司/研发 行政,公司", "公司>研发>平台 公司>行政", True),
        ("部门,部门编码,上级部门编码", "甲,2,1 总,1, 甲,3,2", "总>甲 总 总>甲>甲", True),
        ("部门", "1 2;3", "1 2;3", True),
    ],
)
def test_levels_parents_and_codes_say_where_a_department_is(
    header: str, cells: str, expected: str, is_whole: bool
) -> None:
    roster = company(header, *cells.split())

    assert (paths(roster), roster.is_whole) == (expected.split(), is_whole)
    assert {*roster.columns} <= {"姓名", "帐号", "手机号", "所在部门", "部门编码"}


MISSING = "path_name_missing"


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        ("部门,上级部门", "甲,乙 乙,甲", [(2, "department_too_deep"), (3, "department_too_deep")]),
        ("部门,上级部门", "甲,乙 乙,丙 乙,丁", [(2, "parent_ambiguous")]),
        ("部门", f"公/{'长' * 65} 公/a:b", [*enumerate(["department_list_invalid"] * 2, 2)]),
        ("部门", "公司/研发 1.0 公司/行政", [(3, "department_damaged")]),
        ("部门", "公司/研发 公司/ 公司/行政 公司/行政//甲", [(3, MISSING), (5, MISSING)]),
        ("部门", "公司/研发/甲 公司/研发/乙 公司-研发-丙", [(4, "path_separator")]),
        ("部门", "公司/研发/甲 公司/研发/乙 公司-行政", [(4, "path_separator")]),
        ("部门", "公司/研发/甲 公司/研发/乙 公司/研发-丙 对外-合作", []),
        ("部门", "华东/一组 华东/二组 华北/三组 华东-销售", []),
    ],
)
def test_what_cannot_be_a_path_is_a_problem_of_its_line(
    header: str, cells: str, expected: list[tuple[int, str]]
) -> None:
    rows = [f"甲{at},u{at},138{at:08},{it}" for at, it in enumerate(cells.split())]

    content = "\n".join((f"姓名,帐号,手机号,{header}", *rows)) + "\n"

    assert files.codes(content, Job.COMPANY) == expected


def test_departments_that_are_all_below_each_other_are_told_at_once() -> None:
    pairs = [f"{one},{other}" for one in "甲乙丙丁" for other in "甲乙丙丁" if one != other]
    rows = [f"员工,u{at},138{at:08},{pair}" for at, pair in enumerate(pairs)]

    codes = files.codes("\n".join(("姓名,帐号,手机号,部门,上级部门", *rows)), Job.COMPANY)

    assert {code for _, code in codes} == {"parent_ambiguous", "department_too_deep"}


NAMES = st.sampled_from(["研发", "平台组", "行政部", "市场", "一组", "华东", "财务", "Web"])
TREES = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), min_size=4, max_size=12)


@example([("研发", "研发"), ("平台组", "研发"), ("行政部", "研发"), ("研发", "研发")], "-")
@given(TREES, st.sampled_from(["/", " / ", "-", " - ", "_", "－", "\\", ">"]))
def test_any_tree_reads_the_same_in_every_form(tree: Sequence[Path], between: str) -> None:
    tree = [("公司", *path) for path in dict.fromkeys(tree)] + [("公司", "甲"), ("公司", "乙")]
    width = max(map(len, tree))
    numbers = {
        path[:end]: str(at)
        for at, (path, end) in enumerate(
            dict.fromkeys((path, end) for path in tree for end in range(1, len(path) + 1)), 1
        )
    }

    levels = [",".join((*path, *[""] * (width - len(path)))) for path in tree]
    coded = [f"{path[-1]},{numbers[path]},{numbers.get(path[:-1], '')}" for path in numbers]
    header = ",".join(f"{'一二三四'[at]}级部门" for at in range(width))

    expected = [">".join(path) for path in tree]
    assert paths(company("部门", *(between.join(path) for path in tree))) == expected
    assert paths(company(header, *levels)) == expected
    assert {*expected} <= {*paths(company("部门,部门编码,上级部门编码", *coded))}
