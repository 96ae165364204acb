"""From bytes to checked rows: encodings, templates, and every problem at once."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.book import departments, members
from support.damage import damaged
from support.files import codes, problems, read, refusal
from wecom_simulator import AddressBook
from wecom_simulator.imports.fields import CsvTable, parse
from wecom_simulator.imports.member_import import MemberImport
from wecom_simulator.imports.party_import import PartyImport
from wecom_sync.domain.states import Job
from wecom_sync.files.decoding import MAX_COLUMNS, MAX_ROWS
from wecom_sync.files.legibility import EDGE_MARKS
from wecom_sync.files.problems import MAX_PROBLEMS, FileRejectedError, Row
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import rejection_csv

DATA = Path(__file__).parents[1] / "data"

HEADER = "姓名,帐号,手机号,邮箱,所在部门\n"

ROW = "张三,zhangsan,13800000000,,1\n"


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


@pytest.mark.parametrize(
    ("mark", "encoding", "label"),
    [
        (b"", "utf-8", "UTF-8"),
        (b"", "utf-8-sig", "UTF-8 with BOM"),
        (b"", "gb18030", "GB18030"),
        (b"", "utf-16", "UTF-16LE"),
        (b"\xfe\xff", "utf-16-be", "UTF-16BE"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_encoding_and_newline(mark: bytes, encoding: str, label: str, newline: str) -> None:
    text = (HEADER + ROW + "李四,lisi,,li@x.cn,2;3\n").replace("\n", newline)

    roster = read(mark + text.encode(encoding))

    assert roster.encoding == label
    assert [(row.line, row.id, row.cells[0]) for row in roster.rows] == [
        (2, "zhangsan", "张三"),
        (3, "lisi", "李四"),
    ]


def test_blank_lines_and_blank_tails_are_passed_over_and_lines_keep_their_number() -> None:
    header, row = HEADER.strip(), ROW.strip()

    roster = read(f"\n{header},,\n\n{row},,,\n,,,\n李四,lisi,13800000001,,1\n\n\n")

    assert [(row.line, row.id) for row in roster.rows] == [(4, "zhangsan"), (6, "lisi")]


def test_every_problem_is_reported_at_once() -> None:
    text = HEADER + (
        ",_bad,13800000001,,1\nb,B1,,,0;2\nc,b1,13800000003,,1\nd,d,13800000004,,\n"
        'e,e,13800000005,,1,"surplus"\n"f,f",f,13800000006,,0\n'
    )

    assert columns_and_codes(text, Job.SYNC_USER) == [
        (2, "姓名", "cell_missing"),
        (2, "帐号", "user_id_invalid"),
        (3, "所在部门", "department_list_invalid"),
        (3, "手机号/邮箱", "contact_missing"),
        (4, "帐号", "user_id_duplicate"),
        (5, "所在部门", "cell_missing"),
        (6, "", "cells_too_many"),
        (7, "姓名", "cell_unsafe"),
        (7, "所在部门", "department_list_invalid"),
    ]
    assert [(row.line, row.id) for row in refusal(text).rows][:2] == [(2, "_bad"), (3, "B1")]


def test_a_page_that_came_twice_is_told_as_such() -> None:
    people = "".join(f"员{n},u{n},1380000000{n},,1\n" for n in range(5))
    page = "".join(people.splitlines(keepends=True)[1:4])

    assert columns_and_codes(HEADER + people + page, Job.SYNC_USER) == [(7, "", "rows_twice")]
    assert refusal(HEADER + people + page).problems[0].params["count"] == 3


@pytest.mark.parametrize(
    ("job", "content", "expected"),
    [
        (Job.SYNC_USER, b"", (0, "", "file_empty")),
        (Job.SYNC_USER, b"\xef\xbb\xbf\r\n\r\n", (0, "", "file_empty")),
        (Job.SYNC_USER, HEADER, (0, "", "file_has_no_rows")),
        (Job.REPLACE_PARTY, "部门名称\t部门ID\t父部门ID\n", (1, "", "separated_by_tabs")),
        (Job.SYNC_USER, HEADER + ",,,,\n\n", (0, "", "file_has_no_rows")),
        (Job.SYNC_USER, "1,2\n3,4\n", (1, "", "header_missing")),
        (Job.SYNC_USER, ROW, (1, "", "header_missing")),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID\n", (1, "", "header_of_departments")),
        (Job.REPLACE_PARTY, HEADER, (1, "", "header_of_members")),
        (
            Job.SYNC_USER,
            "姓名,帐号,手机号\n,b c,1\n制表人：张三",
            (1, "所在部门", "column_missing"),
        ),
        (Job.SYNC_USER, "姓名,帐号,所在部门\n", (1, "手机号/邮箱", "column_missing")),
        (Job.SYNC_USER, "帐号," + HEADER, (1, "帐号", "header_synonyms")),
        (Job.SYNC_USER, "账号," + HEADER, (1, "帐号", "header_synonyms")),
        (Job.SYNC_USER, "姓名,," + HEADER.partition(",")[2], (1, "", "header_blank")),
        (Job.SYNC_USER, b"PK\x03\x04....", (0, "", "workbook_broken")),
        (Job.SYNC_USER, b"\xd0\xcf\x11\xe0....", (0, "", "file_is_spreadsheet")),
        (Job.SYNC_USER, b"%PDF-1.4", (0, "", "file_is_not_text")),
        (Job.SYNC_USER, HEADER + "a\x00b,c,1,,1", (0, "", "file_is_not_text")),
        (Job.SYNC_USER, (HEADER + ROW).encode()[:-5] + b"\xe5\xbc", (2, "", "encoding_unknown")),
        (Job.SYNC_USER, b"\x81\xff\xfe\x00", (1, "", "encoding_unknown")),
        (Job.SYNC_USER, (HEADER + ROW).encode("gbk") + b"\xaa\xa1", (3, "", "encoding_unknown")),
        (Job.SYNC_USER, HEADER + ROW + '"x,y,1,,1\n' + ROW, (3, "", "quotes_unbalanced")),
        (Job.SYNC_USER, b"x" * (20 * 1024 * 1024 + 1), (0, "", "file_too_large")),
        (Job.SYNC_USER, HEADER + "a\n" * (MAX_ROWS + 5), (MAX_ROWS + 2, "", "file_too_many_rows")),
    ],
)
def test_what_is_no_file(job: Job, content: bytes | str, expected: tuple[int, str, str]) -> None:
    assert columns_and_codes(content, job) == [expected]


def test_a_file_that_grows_past_20_mb_in_utf_8_is_rejected() -> None:
    row = "张" * 60 + ",u%d,,%d@x.cn,1\n"
    text = HEADER + "".join(row % (number, number) for number in range(115_000))
    assert len(text.encode("gb18030")) < 20 * 1024 * 1024 < len(text.encode())

    assert codes(text.encode("gb18030")) == [(0, "file_too_large")]


def test_a_file_with_more_columns_than_anybody_needs_is_rejected_at_its_header() -> None:
    def wide(count: int) -> str:
        attributes = "".join(f",属性{number}" for number in range(count - 5))
        return HEADER.strip() + attributes + "\n" + ROW

    assert len(read(wide(MAX_COLUMNS)).rows) == 1
    (problem,) = problems("\n" + wide(MAX_COLUMNS + 1))
    assert (problem.line, problem.code) == (2, "header_too_wide")
    assert problem.params == {"columns": MAX_COLUMNS + 1, "limit": MAX_COLUMNS}
    transposed = "姓名," + ",".join(f"员工{number}" for number in range(500_000)) + "\n"
    assert codes(transposed, Job.REPLACE_USER) == [(1, "header_too_wide")]


def test_a_wide_file_is_rejected_before_its_blank_cells_fill_the_memory() -> None:
    attributes = tuple(f"a{number}" for number in range(195))
    header = HEADER.strip() + "".join(f",{name}" for name in attributes) + "\n"
    rows = "".join(f"a,u{number},,{number}@x.cn,1\n" for number in range(110_000))

    error = refusal(header + rows, attributes=attributes)

    assert [problem.code for problem in error.problems] == ["file_too_large"]
    assert len(error.rows) == 20 * 1024 * 1024 // MAX_COLUMNS + 1


INVISIBLE = (
    "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2063\u2066\u2069"
    "\u3164\ufeff\uffa0"
)


@pytest.mark.parametrize("mark", INVISIBLE)
def test_a_character_that_nobody_sees_is_rejected_wherever_it_stands(mark: str) -> None:
    edges = (f"{mark}张三", f"张三{mark}", mark)
    for name in (f"张{mark}三", f"Li{mark}Si", *(() if mark in EDGE_MARKS else edges)):
        assert codes(HEADER + f"{name},a,13800000000,,1\n") == [(2, "cell_invisible")]
    tree = f"部门名称,部门ID,父部门ID\n总部,1,0\n研发,2,1\n研{mark}发,3,1\n"
    assert codes(tree, Job.REPLACE_PARTY) == [(4, "cell_invisible")]
    assert codes(HEADER.replace("邮箱", f"邮{mark}箱") + ROW) == []


@pytest.mark.parametrize("mark", [*EDGE_MARKS, EDGE_MARKS, " \u200b\u3000\ufeff "])
def test_marks_that_copying_leaves_at_the_edges_of_cells_are_taken_away(mark: str) -> None:
    header = HEADER.replace("邮箱", f"{mark}邮箱{mark}")

    roster = read(header + f"{mark}张三{mark},{mark}a,13800000000,{mark},1{mark}\n")

    assert roster.columns == ("姓名", "帐号", "手机号", "邮箱", "所在部门")
    assert roster.rows[0].cells == ("张三", "a", "13800000000", "", "1")


ODD_NAMES = (
    "𠮷\U000e0100田|e\u0301va|🏴\U000e0067\U000e0062\U000e007f|#1 组|#|##|C#|#NAME|#N/A 组|烫烫|锟"
)
ERRORS = "N/A REF! VALUE! NAME? DIV/0! NULL! NUM! SPILL! CALC! n/a #######"
"""What spreadsheets write behind a # where there is no value."""


@pytest.mark.parametrize("name", ODD_NAMES.split("|"))
def test_a_name_may_be_spelt_like_that(name: str) -> None:
    assert read(HEADER + f"{name},a,13800000000,,1\n").rows[0].cells[0] == name


@pytest.mark.parametrize(
    ("name", "code", "params"),
    [
        ("张\u200b三", "cell_invisible", {"position": 2, "character": "U+200B"}),
        ("张\ufffd\ufffd", "cell_garbled", {"value": "\ufffd"}),
        *[(name, "cell_garbled", {}) for name in ("???", "？？", "锟斤拷" * 2, "烫烫烫烫")],
        *[(f"张{mark}三", "cell_unsafe", {}) for mark in "\x0b\x85\u2028\x1b"],
        *[(f"#{error}", "cell_error_value", {}) for error in ERRORS.split()],
    ],
)
def test_an_illegible_name_is_refused(name: str, code: str, params: dict[str, object]) -> None:
    (problem,) = problems(HEADER + f"{name},a,13800000000,,1\n")

    assert (problem.line, problem.column, problem.code) == (2, "姓名", code)
    assert problem.params.items() >= params.items()


def test_countless_problems_are_counted_by_kind() -> None:
    error = refusal(HEADER + ",a b,1,x,1\n" * 20_000)

    assert len(error.problems) == MAX_PROBLEMS
    assert error.counts["cell_missing"] == 20_000
    assert error.params == {"problems": 80_000}
    report = rejection_csv(error, Language.ENGLISH).decode("utf-8-sig").splitlines()
    assert ["Further problems of this kind: " in line for line in report[-5:]] == [False] + [
        True
    ] * 4


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_headers_of_the_hr_system_are_mapped_but_never_change_wecoms_own(encoding: str) -> None:
    mapped = {" 工号 ": "帐号", "ＮＡＭＥ１": "姓名", "手机号": "座机", "Cell": "mobile"}
    text = "Name1,工号,手机号,部门\n张三,z1,13800000000,1\n"

    roster = read(text.encode(encoding), columns=mapped)

    assert roster.columns == ("姓名", "帐号", "手机号", "所在部门")
    assert roster.rows[0].id == "z1"
    assert roster.warnings == ()
    (problem,) = problems("工号," + HEADER + "z1," + ROW, columns={"工号": "帐号"})
    assert (problem.code, problem.params) == (
        "header_synonyms",
        {"first": "工号", "second": "帐号", "column": "帐号"},
    )
    own = {"团队": "部门名称", "代号": "部门编码", "隶属": "上级部门编码", "工号": "帐号"}
    tree = read("团队,代号,隶属\n总部,A,\n", Job.REPLACE_PARTY, columns=own)
    assert tree.columns == ("部门名称", "部门编码", "上级部门编码")


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


@pytest.mark.parametrize(
    ("job", "warned"), [("replaceuser", ["warning_fix_file"]), ("syncuser", [])]
)
def test_a_fix_file_that_is_dropped_as_all_is_warned_of(job: str, warned: list[str]) -> None:
    content = HEADER.strip() + ",wecom-sync：问题\n" + ROW.strip() + ",手机号不正确\n"

    assert [each.code for each in read(content, Job(job)).warnings] == warned


def columns_and_codes(content: bytes | str, job: Job) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.code) for each in problems(content, job)]


GOOD = {
    Job.SYNC_USER: HEADER + ROW + "李四,lisi,+16502530000,li@x.cn,2;3\n王五,wangwu,,w@x.cn,2\n",
    Job.REPLACE_USER: members(5).text(),
    Job.REPLACE_PARTY: departments().less(30).text(),
}


def taken_or_refused(job: Job, content: bytes) -> Roster | FileRejectedError:
    try:
        return read_roster(job, content)
    except FileRejectedError as error:
        return error


@pytest.mark.parametrize("job", GOOD)
@given(data=st.data())
def test_a_damaged_file_is_refused_with_reasons_or_wecom_takes_every_row(
    job: Job, data: st.DataObject
) -> None:
    content = data.draw(damaged(GOOD[job]))
    roster = taken_or_refused(job, content)

    if isinstance(roster, FileRejectedError):
        lines = [problem.line for problem in roster.problems]
        assert 0 < len(lines) <= MAX_PROBLEMS
        assert lines == sorted(lines)
        assert [*shown(roster, [*contacts(job, content)])] == []
        return
    table = parse(roster.to_csv())
    assert [row for row in rows_of_wecom(job, table) if row["errcode"]] == []
    again = read_roster(job, roster.to_csv())
    assert again.columns == roster.columns
    assert sorted(row.cells for row in again.rows) == sorted(row.cells for row in roster.rows)


def rows_of_wecom(job: Job, table: CsvTable) -> list[dict[str, Any]]:
    """Return what WeCom says of the rows, but for names of departments, which become numbers."""
    if job is Job.REPLACE_PARTY:
        wecom: PartyImport | MemberImport = PartyImport(table, AddressBook())
    else:
        numbered = [row for row in table.rows if set(row["所在部门"]) <= {*"0123456789;"}]
        numbers = table._replace(rows=numbered)
        wecom = MemberImport(numbers, AddressBook(), replaces=job.is_full, invites=False)
    wecom.check()
    return wecom.apply()[0]


def contacts(job: Job, content: bytes) -> Iterator[str]:
    """Yield the mobiles and addresses of rows that were not damaged."""
    lines = content.decode(errors="replace").removeprefix("\ufeff").splitlines()
    header, *rows = GOOD[job].splitlines()
    for row in {*rows} & {*lines} if lines[:1] == [header] and b'"' not in content else ():
        yield from (cell for cell in row.split(",")[2:4] if len(cell) > 7)


def shown(error: FileRejectedError, private: list[str]) -> Iterator[str]:
    """Yield what people see of it although it is nobody's business."""
    for language in Language:
        texts = [problem_text(problem, language) for problem in error.problems]
        report = rejection_csv(error, language).decode("utf-8-sig")
        assert len({len(line) for line in csv.reader(io.StringIO(report, newline=""))}) == 1
        yield from (cell for cell in private if any(cell in text for text in (*texts, report)))
