"""Files that name people by HR's own keys."""

import json

import pytest

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.files.member_columns import KEY_COLUMN
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.reporting.documents import problem_document, problem_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import problems_json

READING = Reading(key="工号")


def read(
    *rows: str, header: str = "工号,姓名,手机号,所在部门", reading: Reading = READING
) -> Roster:
    return read_roster(Job.REPLACE_USER, "\n".join((header, *rows, "")).encode(), reading)


def problems(*rows: str, header: str = "工号,姓名,手机号,所在部门") -> list[tuple[int, str]]:
    with pytest.raises(FileRejectedError) as rejected:
        read(*rows, header=header)
    return [(problem.line, problem.code) for problem in rejected.value.problems]


def test_each_row_needs_a_key_or_an_account() -> None:
    keyed = read("０042 ,张伟,13800000001,2")
    assert keyed.columns == (KEY_COLUMN, "姓名", "手机号", "所在部门")
    assert keyed.rows[0].cells[0] == keyed.rows[0].id == "0042"
    named = read("zhangwei,张伟,13800000001,2", header="帐号,姓名,手机号,所在部门")
    assert named.columns[0] == "帐号"
    header = "工号,帐号,姓名,手机号,所在部门"
    rows = ("1,a,张伟,13800000001,2", ",b,李娜,13800000002,2")

    both = read(*rows, "3,,王芳,13800000003,2", header=header)
    assert [row.id for row in both.rows] == ["a", "b", "3"]
    assert problems(*rows, ",,王芳,13800000003,2", header=header) == [(4, "cell_missing")]


def test_problems_of_a_key_have_its_own_header_and_the_name_of_the_person() -> None:
    with pytest.raises(FileRejectedError) as rejected:
        read("7,张伟,13800000001,2", "7,李娜,13800000001,2", ",王芳,13800000003,2")

    problems = json.loads(problems_json(rejected.value, Language.CHINESE))["problems"]
    named = [(it["column"], it["name"], it["text"][:4]) for it in problems]
    assert named == [("工号", "李娜", "「工号」"), ("工号", "王芳", "「工号」")]


@pytest.mark.parametrize(
    ("header", "key", "code"),
    [
        ("工号", "", "column_key_or_account"),
        ("职员代码", "", "column_key_unmapped"),
        ("职员代码", "工号", "column_key_absent"),
        ("员工编号", "工号", "column_key_absent"),
    ],
)
def test_a_company_file_without_accounts_or_its_key_is_sent_to_init(
    header: str, key: str, code: str
) -> None:
    content = f"{header},姓名,手机号,部门\n1,张伟,13800000001,研发\n".encode()

    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.COMPANY, content, Reading(key=key))

    (problem,) = rejected.value.problems
    assert problem.code == code
    assert "wecom-sync init --hr" in problem_document(problem, Language.CHINESE)["text"]


def test_a_wrong_row_without_an_account_is_named_by_its_key() -> None:
    with pytest.raises(FileRejectedError) as rejected:
        read(",A7,张伟,1,2", header="帐号,工号,姓名,手机号,所在部门")

    assert {problem.id for problem in rejected.value.problems} == {"A7"}


def test_without_the_setting_no_header_means_a_key() -> None:
    for name in ("工号", KEY_COLUMN):
        with pytest.raises(FileRejectedError):
            read("1,张伟,13800000001,2", header=f"{name},姓名,手机号,所在部门", reading=Reading())


@pytest.mark.parametrize("key", ["1E+05", "1042.0", "1.2E+10", "2024/3/1"])
def test_a_key_that_a_spreadsheet_has_changed_is_refused(key: str) -> None:
    assert problems(f"{key},张伟,13800000001,2") == [(2, "key_damaged")]


ODD = "12E007,张伟,13800000001,2"


def test_a_key_that_may_be_a_number_is_refused_where_most_others_look_otherwise() -> None:
    assert problems(ODD, "7,李娜,13800000002,2", "8,王芳,13800000003,2") == [(2, "key_damaged")]


@pytest.mark.parametrize("others", [[], ["12A007"], ["2026E00001", "7"], ["12b1", "7", "12E009"]])
def test_keys_with_letters_between_digits_are_taken_where_that_is_usual(others: list[str]) -> None:
    rows = [f"{key},李娜,1380000001{at},2" for at, key in enumerate(others)]

    assert [row.id for row in read(ODD, *rows).rows] == ["12E007", *others]


HEADER = "工号,姓名,手机号,所在部门,排序"
FIRST = "7,张伟,13800000001,2,"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("7,张伟,13800000001,3;4,", "2;3;4"),
        (FIRST, "2"),
        ("7,张伟,13800000001,3,5", None),
        ("7,张伟,13800000002,3,", None),
        ("7,张伟,13800000001,2;3,", None),
    ],
)
def test_two_posts_are_one_person(second: str, expected: str | None) -> None:
    if expected is None:
        assert problems(FIRST, second, header=HEADER) == [(3, "key_twice")]
        return

    roster = read(FIRST, second, header=HEADER)

    assert [row.cells[3] for row in roster.rows] == [expected]


def test_more_posts_than_wecom_has_departments_for_are_refused() -> None:
    posts = [f"7,张伟,13800000001,{number}," for number in range(1, 103)]

    assert len(read(*posts[:100], header=HEADER).rows) == 1
    lines = [(line, "departments_of_member_too_many") for line in (102, 103)]
    assert problems(*posts, header=HEADER) == lines


def test_a_page_that_came_twice_is_told_and_single_rows_are_not() -> None:
    rows = [f"{key},张伟,1380000000{key},2," for key in range(8)]

    page = read(*rows, *rows[2:5], header=HEADER)
    contracts = read(*(row for row in rows for _ in range(2)), header=HEADER)

    (warning,) = page.warnings
    assert (warning.code, warning.line) == ("warning_page_twice", 10)
    sides = [warning.params[it] for it in ("lines", "firsts")]
    assert sides == [Listing.of(["10-12"]), Listing.of(["4-6"])]
    assert contracts.warnings == ()
    assert len(page.rows) == len(contracts.rows) == len(rows)


@pytest.mark.parametrize("language", Language)
def test_two_posts_with_orders_are_told_what_keeps_them_apart(language: Language) -> None:
    with pytest.raises(FileRejectedError) as rejected:
        read(f"{FIRST}1", "7,张伟,13800000001,3,1", header=HEADER)

    assert "「排序」" in problem_text(rejected.value.problems[0], language)


def test_people_without_a_row_are_known_by_key() -> None:
    reading = Reading(key="工号", rows={"状态": ("在职",)})
    rows = ("A1,张伟,13800000001,2,在职", "A2,李娜,13800000002,2,离职")

    roster = read(*rows, header="工号,姓名,手机号,所在部门,状态", reading=reading)

    assert roster.left_out.people == {"a2": ("状态", "离职")}
    assert roster.left_out.names == frozenset({"李娜"})
