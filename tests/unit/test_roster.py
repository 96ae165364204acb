"""From bytes to checked rows: encodings, templates, and every problem at once."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.files.legibility import EDGE_MARKS, illegible
from wecom_sync.files.member_cells import DAMAGED_ID, placeholder
from wecom_sync.files.member_columns import MEMBER_COLUMNS
from wecom_sync.files.roster import (
    MAX_COLUMNS,
    MAX_PROBLEMS,
    MAX_ROWS,
    FileRejectedError,
    Problem,
    Roster,
    Row,
    read_roster,
)
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import rejection_csv

DATA = Path(__file__).parents[1] / "data"
HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"
ROW = "张三,zhangsan,13800000000,,1\n"


def members(text: str, job: Job = Job.SYNC_USER) -> Roster:
    return read_roster(job, text.encode())


def problems(job: Job, content: bytes | str) -> tuple[Problem, ...]:
    data = content.encode() if isinstance(content, str) else content
    with pytest.raises(FileRejectedError) as caught:
        read_roster(job, data)
    return caught.value.problems


def codes(job: Job, content: bytes | str) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.code) for each in problems(job, content)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("separator", "code"), [("\t", "separated_by_tabs"), (";", "separated_by_semicolons")]
)
@pytest.mark.parametrize(
    ("job", "header"),
    [
        (Job.SYNC_USER, HEADER),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID\n"),
        (Job.REPLACE_PARTY, "部门名称,部门ID,父部门ID\n"),
        (Job.SYNC_USER, "我的工号,姓名,手机号,部门\n"),
    ],
)
def test_columns_that_are_separated_otherwise_are_told_as_such(
    job: Job, header: str, separator: str, code: str, encoding: str
) -> None:
    content = (header + ROW).replace(",", separator).encode(encoding)
    own = {"我的工号": "帐号"}

    with pytest.raises(FileRejectedError) as caught:
        read_roster(job, content, Reading(own))

    assert [(found.line, found.code) for found in caught.value.problems] == [(1, code)]


def test_a_cell_with_a_control_character_is_told_what_may_be_in_it() -> None:
    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.SYNC_USER, (HEADER + ROW.replace("张三", "张\x01三")).encode())

    (problem,) = caught.value.problems
    assert "invisible control character" in problem_text(problem, Language.ENGLISH)
    assert "控制字符" in problem_text(problem, Language.CHINESE)


@pytest.mark.parametrize(
    ("name", "job", "encoding", "ids"),
    [
        ("batch_party_sample.csv", Job.REPLACE_PARTY, "UTF-8 with BOM", "1 2 3 4 5 6 7"),
        ("batch_user_cover_sample.csv", Job.REPLACE_USER, "GB18030", "zhangsan lisi wangwu"),
        ("batch_user_update_sample.csv", Job.SYNC_USER, "GB18030", "zhouyi zhaoer wubai"),
        ("legacy_2016_batch_user_sample.csv", Job.SYNC_USER, "UTF-8 with BOM", "zhangsan lisi"),
    ],
)
def test_the_official_templates_are_taken(name: str, job: Job, encoding: str, ids: str) -> None:
    roster = read_roster(job, (DATA / name).read_bytes())

    assert roster.encoding == encoding
    assert [row.id for row in roster.rows] == ids.split()
    assert [row.line for row in roster.rows] == list(range(2, 2 + len(roster.rows)))
    assert roster.warnings == ()


def test_what_goes_to_wecom_is_utf_8_with_bom_and_line_feeds() -> None:
    gbk = (DATA / "batch_user_cover_sample.csv").read_bytes()

    sent = read_roster(Job.REPLACE_USER, gbk).to_csv()

    assert sent.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in sent
    row = sent.decode("utf-8-sig").splitlines()[1]
    assert row.startswith("张三,zhangsan,15913112120,zhangsan@gzmailteam.com,4,产品经理,男,1,10,")


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 with BOM"),
        ("gb18030", "GB18030"),
        ("utf-16", "UTF-16LE"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_and_line_ending_gives_the_same_roster(
    encoding: str, shown: str, newline: str
) -> None:
    text = (HEADER + ROW + "李四,lisi,,li@x.cn,2;3\n").replace("\n", newline)

    roster = read_roster(Job.SYNC_USER, text.encode(encoding))

    assert roster.encoding == shown
    assert [(row.line, row.id, row.cells[0]) for row in roster.rows] == [
        (2, "zhangsan", "张三"), (3, "lisi", "李四"),
    ]  # fmt: skip


def test_big_endian_utf_16_is_named() -> None:
    data = b"\xfe\xff" + (HEADER + ROW).encode("utf-16-be")

    assert read_roster(Job.SYNC_USER, data).encoding == "UTF-16BE"


def test_headers_are_recognised_by_name_in_any_order_with_blanks_and_other_spellings() -> None:
    text = (
        " 所在部门 ,账号,ＥＭＡＩＬ,姓名 ,手机号,年龄\n4；6,zhangsan,,张三,+86 138-0000-0000,33\n"
    )

    roster = members(text)

    assert roster.columns == ("所在部门", "帐号", "邮箱", "姓名", "手机号")
    assert roster.rows[0].cells == ("4;6", "zhangsan", "", "张三", "13800000000")


def test_blank_lines_and_blank_tails_are_passed_over_and_lines_keep_their_number() -> None:
    text = (
        "\n" + HEADER.strip() + ",,\n\n" + ROW.strip() + ",,,\n,,,\n李四,lisi,13800000001,,1\n\n\n"
    )

    roster = members(text)

    assert [(row.line, row.id) for row in roster.rows] == [(4, "zhangsan"), (6, "lisi")]


def test_every_problem_is_reported_at_once() -> None:
    text = HEADER + (
        ",_bad,13800000001,,1\nb,B1,,,0;2\nc,b1,13800000003,,1\nd,d,13800000004,,\n"
        'e,e,13800000005,,1,"surplus"\n"f,f",f,13800000006,,0\n'
    )

    assert codes(Job.SYNC_USER, text) == [
        (2, "姓名", "cell_missing"), (2, "帐号", "user_id_invalid"),
        (3, "所在部门", "department_list_invalid"), (3, "手机号/邮箱", "contact_missing"),
        (4, "帐号", "user_id_duplicate"), (5, "所在部门", "cell_missing"),
        (6, "", "cells_too_many"), (7, "姓名", "cell_unsafe"),
        (7, "所在部门", "department_list_invalid"),
    ]  # fmt: skip


def test_department_problems_are_reported_at_once() -> None:
    text = "部门名称,部门ID,父部门ID,排序\n总部,1,0,1\n,2,1,\n甲,x,1,\n乙,2,-1,\n丙,4294967296,1,\n"

    assert codes(Job.REPLACE_PARTY, text) == [
        (3, "部门名称", "cell_missing"),
        (4, "部门ID", "department_id_invalid"),
        (5, "父部门ID", "department_id_invalid"),
        (5, "部门ID", "department_id_duplicate"),
        (6, "部门ID", "department_id_invalid"),
    ]


@pytest.mark.parametrize(
    ("job", "content", "expected"),
    [
        (Job.SYNC_USER, b"", (0, "", "file_empty")),
        (Job.SYNC_USER, b"\xef\xbb\xbf\r\n\r\n", (0, "", "file_empty")),
        (Job.SYNC_USER, HEADER, (0, "", "file_has_no_rows")),
        (Job.SYNC_USER, HEADER + ",,,,\n\n", (0, "", "file_has_no_rows")),
        (Job.SYNC_USER, "1,2\n3,4\n", (1, "", "header_missing")),
        (Job.SYNC_USER, ROW, (1, "", "header_missing")),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID\n", (1, "", "header_of_departments")),
        (Job.REPLACE_PARTY, HEADER, (1, "", "header_of_members")),
        (Job.SYNC_USER, "姓名,帐号,手机号\n", (1, "所在部门", "column_missing")),
        (Job.SYNC_USER, "姓名,帐号,所在部门\n", (1, "手机号/邮箱", "column_missing")),
        (Job.SYNC_USER, "帐号," + HEADER, (1, "帐号", "header_duplicate")),
        (Job.SYNC_USER, "账号," + HEADER, (1, "帐号", "header_synonyms")),
        (Job.SYNC_USER, "姓名,," + HEADER.partition(",")[2], (1, "", "header_blank")),
        (Job.SYNC_USER, b"PK\x03\x04....", (0, "", "workbook_broken")),
        (Job.SYNC_USER, b"\xd0\xcf\x11\xe0....", (0, "", "file_is_spreadsheet")),
        (Job.SYNC_USER, b"%PDF-1.4", (0, "", "file_is_not_text")),
        (Job.SYNC_USER, HEADER + "a\x00b,c,1,,1", (0, "", "file_is_not_text")),
        (Job.SYNC_USER, (HEADER + ROW).encode()[:-5] + b"\xe5\xbc", (2, "", "encoding_unknown")),
        (Job.SYNC_USER, b"\x81\xff\xfe\x00", (1, "", "encoding_unknown")),
        (Job.SYNC_USER, HEADER + ROW + '"x,y,1,,1\n' + ROW, (3, "", "quotes_unbalanced")),
        (Job.SYNC_USER, b"x" * (20 * 1024 * 1024 + 1), (0, "", "file_too_large")),
    ],
)
def test_a_file_that_is_none_is_rejected_with_its_reason(
    job: Job, content: bytes | str, expected: tuple[int, str, str]
) -> None:
    assert codes(job, content) == [expected]


def test_a_file_that_grows_past_20_mb_in_utf_8_is_rejected() -> None:
    row = "张" * 60 + ",u%d,,%d@x.cn,1\n"
    text = HEADER + "".join(row % (number, number) for number in range(115_000))
    assert len(text.encode("gb18030")) < 20 * 1024 * 1024 < len(text.encode())

    assert codes(Job.SYNC_USER, text.encode("gb18030")) == [(0, "", "file_too_large")]


def test_a_file_with_more_columns_than_anybody_needs_is_rejected_at_its_header() -> None:
    def wide(count: int) -> str:
        attributes = "".join(f",属性{number}" for number in range(count - 5))
        return HEADER.strip() + attributes + "\n" + ROW

    assert len(members(wide(MAX_COLUMNS)).rows) == 1
    (problem,) = problems(Job.SYNC_USER, "\n" + wide(MAX_COLUMNS + 1))
    assert (problem.line, problem.code) == (2, "header_too_wide")
    assert problem.params == {"columns": MAX_COLUMNS + 1, "limit": MAX_COLUMNS}
    transposed = "姓名," + ",".join(f"员工{number}" for number in range(500_000)) + "\n"
    assert codes(Job.REPLACE_USER, transposed) == [(1, "", "header_too_wide")]


def test_a_wide_file_is_rejected_before_its_blank_cells_fill_the_memory() -> None:
    attributes = tuple(f"a{number}" for number in range(195))
    header = HEADER.strip() + "".join(f",{name}" for name in attributes) + "\n"
    rows = "".join(f"a,u{number},,{number}@x.cn,1\n" for number in range(110_000))

    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.SYNC_USER, (header + rows).encode(), Reading(attributes=attributes))

    assert [problem.code for problem in rejected.value.problems] == ["file_too_large"]
    assert len(rejected.value.rows) == 20 * 1024 * 1024 // MAX_COLUMNS + 1


def test_a_rejected_file_still_names_its_rows() -> None:
    with pytest.raises(FileRejectedError) as caught:
        members(HEADER + ROW + ",x,1,,1\n")

    assert [(row.line, row.id) for row in caught.value.rows] == [(2, "zhangsan"), (3, "x")]


def test_latin_text_under_an_english_header_is_not_taken_for_chinese() -> None:
    text = "name,userid,mobile,department\nMüller,m1,1,1\n"

    assert codes(Job.SYNC_USER, text.encode("latin-1")) == [(2, "", "encoding_unknown")]


def test_a_header_in_another_encoding_is_not_taken_for_chinese() -> None:
    text = "name,userid,mobile,department,straße\nM,m1,13800000000,1,x\n"

    assert codes(Job.SYNC_USER, text.encode("latin-1")) == [(1, "", "encoding_unknown")]


def test_big5_is_not_taken_for_gb18030() -> None:
    text = "姓名,帳號,手機號,郵箱,所在部門\n張三,a,1,,1\n"

    with pytest.raises(FileRejectedError):
        read_roster(Job.SYNC_USER, text.encode("big5"))


@pytest.mark.parametrize("mark", ["\x0b", "\x85", "\u2028", "\x1b"])
def test_marks_that_steer_programs_are_rejected_in_cells(mark: str) -> None:
    text = HEADER + f"张{mark}三,a,13800000000,,1\n"

    assert codes(Job.SYNC_USER, text) == [(2, "姓名", "cell_unsafe")]


INVISIBLE = (
    "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2063\u2066\u2069"
    "\u3164\ufeff\uffa0"
)


@pytest.mark.parametrize("mark", INVISIBLE)
def test_a_character_that_nobody_sees_is_rejected_wherever_it_stands(mark: str) -> None:
    edges = (f"{mark}张三", f"张三{mark}", mark)
    for name in (f"张{mark}三", f"Li{mark}Si", *(() if mark in EDGE_MARKS else edges)):
        text = HEADER + f"{name},a,13800000000,,1\n"

        assert codes(Job.SYNC_USER, text) == [(2, "姓名", "cell_invisible")]
    tree = f"部门名称,部门ID,父部门ID\n总部,1,0\n研发,2,1\n研{mark}发,3,1\n"
    assert codes(Job.REPLACE_PARTY, tree) == [(4, "部门名称", "cell_invisible")]
    if mark != "\ufeff":  # what a byte order mark left in a header is taken away
        header = HEADER.replace("邮箱", f"邮{mark}箱")
        assert codes(Job.SYNC_USER, header + ROW) == [(1, f"邮{mark}箱", "header_unreadable")]


@pytest.mark.parametrize("mark", [*EDGE_MARKS, EDGE_MARKS, " \u200b\u3000\ufeff "])
def test_marks_that_copying_leaves_at_the_edges_of_cells_are_taken_away(mark: str) -> None:
    header = HEADER.replace("邮箱", f"{mark}邮箱{mark}")

    roster = members(header + f"{mark}张三{mark},{mark}a,13800000000,{mark},1{mark}\n")

    assert roster.columns == ("姓名", "帐号", "手机号", "邮箱", "所在部门")
    assert roster.rows[0].cells == ("张三", "a", "13800000000", "", "1")


UYGHUR = "\u0626\u0627\u0628\u062f\u06c7{}\u0644\u0644\u0627"


@pytest.mark.parametrize("mark", ["\u200e", "\u200f"])
def test_a_mark_of_direction_belongs_between_arabic_letters_and_nowhere_else(mark: str) -> None:
    name = UYGHUR.format(mark)
    assert members(HEADER + f"{name},a,13800000000,,1\n").rows[0].cells[0] == name

    for other in (f"\u0628{mark}张", f"张{mark}\u0628", f"A{mark}B", f"\u0628{mark}{mark}\u0628"):
        text = HEADER + f"{other},a,13800000000,,1\n"
        assert codes(Job.SYNC_USER, text) == [(2, "姓名", "cell_invisible")]


def test_an_invisible_character_is_named_and_found() -> None:
    (problem,) = problems(Job.SYNC_USER, HEADER + "张\u200b三,a,13800000000,,1\n")

    assert problem.params == {"column": "姓名", "position": 2, "character": "U+200B"}


@pytest.mark.parametrize(
    "name",
    [
        "👩\u200d💻", "👩🏽\u200d🚀 Li", "❤\ufe0f\u200d🔥", "\u09b6\u09cd\u200d\u09b0",
        "\u0d05\u0d35\u0d28\u0d4d\u200d",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "𠮷\U000e0100田", "e\u0301va",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
)  # fmt: skip
def test_what_belongs_to_the_spelling_of_a_name_is_no_invisible_character(name: str) -> None:
    assert members(HEADER + f"{name},a,13800000000,,1\n").rows[0].cells[0] == name


ERRORS = (
    "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!",
    "#n/a", "########",
)  # fmt: skip


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("column", ["姓名", "帐号", "手机号", "邮箱", "所在部门", "职位"])
def test_an_error_of_a_spreadsheet_is_no_value(column: str, error: str) -> None:
    row = {"姓名": "张三", "帐号": "a", "手机号": "13800000000", "邮箱": "a@b.cn", "所在部门": "1",
           "职位": "", "工龄": ""} | {column: error}  # fmt: skip

    text = ",".join(row) + "\n" + ",".join(row.values()) + "\n"

    assert codes(Job.SYNC_USER, text) == [(2, column, "cell_error_value")]


@pytest.mark.parametrize("name", ["#1 组", "#", "##", "C#", "#NAME", "#N/A 组"])
def test_a_hash_alone_is_no_error_of_a_spreadsheet(name: str) -> None:
    assert members(HEADER + f"{name},a,13800000000,,1\n").rows[0].cells[0] == name


def test_a_character_that_was_lost_is_no_character() -> None:
    (problem,) = problems(Job.SYNC_USER, HEADER + "张\ufffd\ufffd,a,13800000000,,1\n")

    assert (problem.code, problem.params) == (
        "cell_character_lost",
        {"column": "姓名", "position": 2},
    )


@pytest.mark.parametrize("name", ["???", "？？", "锟斤拷锟斤拷", "张锟斤拷", "烫烫烫烫"])
def test_what_a_wrong_encoding_leaves_is_no_name(name: str) -> None:
    text = HEADER + f"{name},a,13800000000,,1\n"

    assert codes(Job.SYNC_USER, text) == [(2, "姓名", "cell_garbled")]


@pytest.mark.parametrize("name", ["?", "what??", "??x", "烫烫", "锟"])
def test_question_marks_beside_something_else_are_no_wreckage(name: str) -> None:
    text = f"职位,{HEADER}{name},张三,a,13800000000,,1\n"
    assert members(text).rows[0].cells[0] == name


@pytest.mark.parametrize(
    ("user", "code"),
    [
        ("10001.0", "user_id_damaged"), ("10001.00", "user_id_damaged"),
        ("1.38E+10", "user_id_damaged"), ("1.5e15", "user_id_damaged"),
        ("1e+15", "user_id_damaged"),
        ("2024/3/1", "user_id_damaged"), ("3/1", "user_id_damaged"),
        ("10001.5", ""), ("a1.0", ""), ("10001", ""), ("E10", ""), ("1E5", ""),
        ("1E5a", ""), ("1E", ""),
    ],
)  # fmt: skip
def test_a_user_id_that_a_spreadsheet_made_a_figure_is_rejected(user: str, code: str) -> None:
    text = HEADER + f"张三,{user},13800000000,,1\n"

    if code:
        assert codes(Job.SYNC_USER, text) == [(2, "帐号", code)]
    else:
        assert members(text).rows[0].id == user


def test_problems_of_header_and_rows_are_reported_together() -> None:
    text = "姓名,帐号,手机号\n,a b,13800000000\n"

    assert codes(Job.SYNC_USER, text) == [
        (1, "所在部门", "column_missing"), (2, "姓名", "cell_missing"),
        (2, "帐号", "user_id_invalid"),
    ]  # fmt: skip


def test_countless_problems_are_counted_by_kind() -> None:
    text = HEADER + ",a b,1,x,1\n" * 20_000

    with pytest.raises(FileRejectedError) as caught:
        members(text)

    assert len(caught.value.problems) == MAX_PROBLEMS
    assert caught.value.counts["cell_missing"] == 20_000
    assert caught.value.params == {"problems": 80_000}
    document = rejection_csv(caught.value, Language.ENGLISH).decode("utf-8-sig").splitlines()
    more = [line for line in document if "Further problems of this kind: " in line]
    assert len(more) == 4
    assert document[-4:] == more


def test_a_file_of_endless_rows_is_rejected_before_they_are_read() -> None:
    assert codes(Job.SYNC_USER, HEADER + "a\n" * (MAX_ROWS + 5)) == [
        (MAX_ROWS + 2, "", "file_too_many_rows")
    ]


NAMES = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters=',"?？=＝'),
    min_size=1,
    max_size=64,
).filter(
    lambda name: (
        illegible(name) is None and placeholder(name) is None and re.search("[^0-9０-９]", name)
    )
)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_\-@.]{0,63}", fullmatch=True).filter(
    lambda user: not re.search(DAMAGED_ID, user)
)
ROWS = st.lists(
    st.tuples(NAMES, IDS, st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=5, unique=True)),
    min_size=1, max_size=20, unique_by=lambda row: row[1].casefold(),
)  # fmt: skip


@given(ROWS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]), st.booleans())
def test_what_was_written_is_read_and_reading_it_again_changes_nothing(
    rows: list[tuple[str, str, list[int]]], encoding: str, crlf: bool
) -> None:
    text = HEADER + "".join(
        f"{name},{user},{13800000000 + number},,{';'.join(map(str, departments))}\n"
        for number, (name, user, departments) in enumerate(rows)
    )
    data = (text.replace("\n", "\r\n") if crlf else text).encode(encoding)

    roster = read_roster(Job.REPLACE_USER, data)

    assert [(row.cells[0], row.id) for row in roster.rows] == [(row[0], row[1]) for row in rows]
    again = read_roster(Job.REPLACE_USER, roster.to_csv())
    assert (again.columns, again.rows) == (roster.columns, roster.rows)


@given(st.binary(max_size=400), st.sampled_from(list(Job)))
def test_noise_is_rejected_or_read_and_never_crashes(noise: bytes, job: Job) -> None:
    header = HEADER if job.has_members else "部门名称,部门ID,父部门ID\n"
    for data in (noise, header.encode() + noise, header.encode("gb18030") + noise):
        try:
            roster = read_roster(job, data)
        except FileRejectedError as error:
            found = len(error.problems)
        else:
            found = sum(bool(row.id) for row in roster.rows)
        assert found


def test_every_required_member_column_is_missed() -> None:
    for column in MEMBER_COLUMNS:
        if column.required:
            header = HEADER.replace(column.name + ",", "").replace("," + column.name, "")
            assert codes(Job.SYNC_USER, header) == [(1, column.name, "column_missing")]


def test_headers_of_the_hr_system_are_mapped_but_never_change_wecoms_own() -> None:
    mapped = {" 工号 ": "帐号", "ＮＡＭＥ１": "姓名", "手机号": "座机", "Cell": "mobile"}
    text = "Name1,工号,手机号,部门\n张三,z1,13800000000,1\n"

    roster = read_roster(Job.SYNC_USER, text.encode(), Reading(mapped))

    assert roster.columns == ("姓名", "帐号", "手机号", "所在部门")
    assert roster.rows[0].id == "z1"
    assert roster.warnings == ()


def test_a_mapped_header_beside_wecoms_own_stands_there_twice() -> None:
    text = "工号," + HEADER + "z1," + ROW

    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.SYNC_USER, text.encode(), Reading({"工号": "帐号"}))

    (problem,) = caught.value.problems
    assert (problem.code, problem.params) == (
        "header_synonyms", {"first": "工号", "second": "帐号", "column": "帐号"},
    )  # fmt: skip


def test_mapped_headers_are_proof_of_gb18030() -> None:
    mapped = {"员工": "name", "工号": "userid", "电话": "mobile", "组织": "department"}
    text = "员工,工号,电话,组织\n张三,z1,13800000000,1\n"

    assert read_roster(Job.SYNC_USER, text.encode("gb18030"), Reading(mapped)).encoding == "GB18030"


def test_mapped_headers_count_in_the_files_that_have_their_column() -> None:
    text = "团队,代号,隶属,次序\n总部,A,,9\n"
    own = {"团队": "部门名称", "代号": "部门编码", "隶属": "上级部门编码", "次序": "排序"}

    roster = read_roster(Job.REPLACE_PARTY, text.encode(), Reading({**own, "工号": "帐号"}))

    assert roster.columns == ("部门名称", "部门编码", "上级部门编码", "排序")


@pytest.mark.parametrize("job", [Job.SYNC_USER, Job.REPLACE_PARTY])
def test_a_silenced_column_of_codes_is_left_out_in_files_of_both_kinds(job: Job) -> None:
    text = {
        Job.SYNC_USER: HEADER.strip() + ",部门编码\n" + ROW.strip() + ",x\n",
        Job.REPLACE_PARTY: "部门名称,部门ID,父部门ID,部门编码\n总部,1,0,x\n",
    }

    roster = read_roster(job, text[job].encode(), Reading({"部门编码": ""}))

    assert "部门编码" not in roster.columns
    assert roster.warnings == ()


def test_unknown_columns_are_left_out_and_named_once() -> None:
    text = (
        HEADER.strip()
        + f",年龄,{'长' * 40},禁用项说明:（0-启用；1-禁用）\n"
        + ROW.strip()
        + ",3,,\n"
    )

    roster = members(text)

    (warning,) = roster.warnings
    assert (warning.line, warning.code) == (1, "warning_columns_left_out")
    assert warning.params["columns"] == Listing.of(["年龄", "长" * 29 + "…"])
    assert roster.to_csv().decode("utf-8-sig").splitlines()[0] + "\n" == HEADER


def test_what_hangs_on_nothing_is_written_last_and_nothing_is_lost() -> None:
    ids = {"5": "4", "4": "1", "1": "0", "9": "8", "6": "7", "7": "6", "3": "1"}
    rows = tuple(
        Row(line, number, (f"部{number}", number, parent))
        for line, (number, parent) in enumerate(ids.items(), 2)
    )
    roster = Roster(Job.REPLACE_PARTY, "UTF-8", ("部门名称", "部门ID", "父部门ID"), rows)

    sent = [line.split(",")[1] for line in roster.to_csv().decode("utf-8-sig").splitlines()[1:]]

    assert sent[:4] == ["1", "4", "3", "5"]
    assert sorted(sent[4:]) == ["6", "7", "9"]


def test_a_fix_file_that_is_dropped_as_the_whole_company_is_warned_of() -> None:
    content = (HEADER.strip() + ",wecom-sync：问题\n" + ROW.strip() + ",手机号不正确\n").encode()

    warned = {
        job: [each.code for each in read_roster(job, content).warnings]
        for job in (Job.REPLACE_USER, Job.SYNC_USER)
    }

    assert warned == {Job.REPLACE_USER: ["warning_fix_file"], Job.SYNC_USER: []}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("姓名,帐号,手机号,部门\n,E1,,研发部\n", {"cell_missing", "contact_missing"}),
        ("姓名,帐号,手机号,班组\n张伟,E1,,研发部\n", {"column_unmapped", "contact_missing"}),
        ("姓名,帐号,话机,班组\n张伟,E1,1,研发部\n", {"column_unmapped"}),
        ("姓名,帐号,手机号,部门\n,E1,,\n", {"line_is_no_row"}),
        ("姓名,帐号,手机号,部门\n3,Total,,\n", {"line_is_no_row"}),
    ],
)
def test_a_line_with_an_id_and_one_cell_more_is_a_row(text: str, codes: set[str]) -> None:
    with pytest.raises(FileRejectedError) as caught:
        read_roster(Job.REPLACE_USER, text.encode())

    assert {each.code for each in caught.value.problems} == codes
