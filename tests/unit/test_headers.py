"""First lines as exports have them: habits of spelling, titles, hints, and what is missing."""

import pytest

from support.files import problems, read
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.files.decoding import MAX_CELL
from wecom_sync.files.settings_file import read_policy
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
ROW = "张伟,zhangwei,13800000000,,1\n"


SPELT = {
    "姓名": "员工姓名、姓 名",
    "帐号": "帳號、用户ID、用户 ID、员工帐号、User ID",
    "手机号": "手机号码、移动电话、手機",
    "邮箱": "電子郵件、邮箱地址、电子邮件、Email、E-mail",
    "所在部门": "部门ID、部门 Id、部門",
}


@pytest.mark.parametrize(
    ("column", "spelt"), [(name, it) for name, all_of in SPELT.items() for it in all_of.split("、")]
)
def test_headers_that_people_write_mean_their_column(column: str, spelt: str) -> None:
    roster = read(HEADER.replace(column, spelt) + ROW)

    assert roster.columns == ("姓名", "帐号", "手机号", "邮箱", "所在部门")
    assert roster.warnings == ()


@pytest.mark.parametrize("other", ["企业邮箱", "对外职务", "电话", "直属上级"])
def test_another_field_of_wecoms_is_never_taken_for_a_column(other: str) -> None:
    roster = read(HEADER.strip() + f",{other}\n" + ROW)

    assert other not in roster.columns
    (warning,) = roster.warnings
    assert (warning.code, warning.params["columns"]) == (
        "warning_columns_left_out",
        Listing.of([other]),
    )


@pytest.mark.parametrize(
    ("header", "columns", "mapped"),
    [
        ("所在部门,移动电话", "所在部门,座机", {"移动电话": "座机"}),
        ("职位,部门编号", "职位,所在部门", {"部门编号": "所在部门"}),
        ("职位,部门编码", "职位,所在部门", {"部门编码": "所在部门"}),
        ("组织名称,部门编码", "部门编码", {}),
        ("所在部门,部门编码", "所在部门", {"部门编码": ""}),
    ],
    ids=["before a habit", "numbers as 编号", "numbers as 编码", "a company", "silenced"],
)
def test_settings_go_before_habits(header: str, columns: str, mapped: dict[str, str]) -> None:
    roster = read(f"姓名,帐号,手机号,{header}\n张伟,zhangwei,13800000000,1,1\n", columns=mapped)

    assert ",".join(roster.columns[3:]) == columns


def test_a_habit_beside_the_column_itself_is_left_out_like_any_other() -> None:
    roster = read(HEADER.strip() + ",部门ID,职位,职务\n" + ROW.strip() + ",9,总监,专家\n")

    assert roster.columns[-1] == "职位"
    (warning,) = roster.warnings
    assert warning.params["columns"] == Listing.of(["部门ID", "职务"])


@pytest.mark.parametrize(
    "above", ["1,2,3\n说明", ROW.strip(), "Basic,,部门,Contact", "说明\n李娜,a,,,1"]
)
def test_a_line_above_the_header_that_may_be_a_person_is_told(above: str) -> None:
    (problem,) = problems(f"{above}\n{HEADER}{ROW}")

    assert problem.code == "header_below"
    assert problem.params == {"found": above.count("\n") + 2}


def test_names_in_a_file_without_a_header_are_masked() -> None:
    (problem,) = problems("张伟,zhangwei,研发,男\n李娜,lina,市场,女\n")

    assert problem.params["unknown"] == "张***, z***, 研***, ***"


@pytest.mark.parametrize(
    ("header", "column", "names"),
    [
        ("姓名,登录名,工号,手机号,部门", "帐号", ["工号", "登录名"]),
        ("姓名,帐号,手机号,所属组织,主部门", "所在部门", ["主部门", "所属组织"]),
        ("姓名,帐号,手机号,主部门,兼职部门", "所在部门", ["主部门", "兼职部门"]),
        ("姓名,帐号,手机号,机构,单位", "所在部门", ["机构", "单位"]),
        ("姓名,帐号,公司邮箱,企业邮箱,部门", "邮箱", ["企业邮箱", "公司邮箱"]),
    ],
)
def test_all_candidates_are_named_in_order(header: str, column: str, names: list[str]) -> None:
    row = "张伟,a,b,c,d\n"
    (problem,) = [each for each in problems(f"{header}\n{row}") if each.line == 1]

    assert (problem.code, problem.params) == (
        "column_candidates",
        {"column": column, "header": names[0], "headers": Listing.of(names)},
    )
    line = f'"{names[0]}" = "{column}"'
    assert all(line in problem_text(problem, language) for language in Language)
    mapped = read_policy(f"[columns]\n{line}\n".encode()).columns
    complaints = problems(f"{header}\n,,,,\n{row}", columns=mapped)
    assert not [each for each in complaints if each.line == 1]


@pytest.mark.parametrize(
    ("header", "row", "place"),
    [
        ("任职部门,所属组织", "前端组,星河科技", "前端组"),
        ("二级部门,部门", "前端组,研发中心", "研发中心>前端组"),
        ("部门,二级部门", "研发中心,", "研发中心"),
        ("部门,所属部门,二级部门", "研发中心,x,前端组", "研发中心>前端组"),
        ("组织,二级组织", "星河科技,研发中心", "星河科技>研发中心"),
        ("公司,二级部门,部门全路径", "星河科技,前端组,研发中心/前端组", "研发中心>前端组"),
        ("部门,一级部门,二级部门", "前端组,研发中心,前端组", "研发中心>前端组"),
        ("所在部门,二级部门", "3,前端组", "3"),
        ("部門,二級部門", "研发中心,前端组", "研发中心>前端组"),
    ],
)
def test_a_company_never_goes_before_a_department(header: str, row: str, place: str) -> None:
    content = f"姓名,帐号,手机号,{header}\n张伟,zhangwei,13800000000,{row}\n"
    roster = read(content, Job.COMPANY)

    assert roster.rows[0].cells[roster.columns.index("所在部门")] == place


@pytest.mark.parametrize("first", [ROW, "1,2,3,4\n", "<1>,a,b,c\n", '{"error":1},a,b,c\n'])
def test_a_line_of_data_is_no_header(first: str) -> None:
    assert "header_missing" in {each.code for each in problems(first.replace('"', "") + ROW)}


def test_a_huge_cell_is_not_a_quotation_mark_too_many() -> None:
    header = HEADER.strip() + ",备注\n"
    for length in (MAX_CELL + 1, 140_000):
        (problem,) = problems(header + ROW.strip() + f",{'x' * length}\n")
        assert (problem.line, problem.code) == (2, "cell_huge")

    assert read(header + ROW.strip() + f",{'x' * MAX_CELL}\n").rows
    (problem,) = problems(header + ROW.strip() + ',"x\n' + ROW * 6_000)
    assert (problem.line, problem.code) == (2, "quotes_unbalanced")


@pytest.mark.parametrize("department", ["1", "研发部", "产品中心"])
def test_chinese_below_english_headers_is_gb18030(department: str) -> None:
    content = f"name,userid,mobile,department\n张伟,zw1,13911110001,{department}\n"

    assert read(content.encode("gb18030")).rows[0].cells[0] == "张伟"


def test_german_beside_a_name_that_gb18030_may_be_is_not_chinese() -> None:
    content = "name,userid,mobile,department,straße\nM,m1,13911110001,1,x\n"

    assert [each.code for each in problems(content.encode("latin-1"))] == ["encoding_unknown"]


def test_a_header_that_lost_a_character_is_refused_and_not_left_out() -> None:
    (problem,) = problems("姓名,帐号,手机号,所在部门,状态\ufffd\n张三,a,13800000001,1,在职\n")

    assert (problem.line, problem.code) == (1, "cell_garbled")


def test_a_column_without_a_name_is_told_by_its_place() -> None:
    (problem,) = problems("姓名,帐号,,手机号,所在部门\n张三,a,,13800000001,1\n")

    assert (problem.code, problem.params) == ("header_blank", {"position": 3})
