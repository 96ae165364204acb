"""What a rejected file is told: the cause first, each mistake once, nothing that nobody knows."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from support.company import people, table
from support.guarded import DEPARTMENTS, FULL, SOME, apply, policy
from support.runs import chinese, english, page, report
from support.workbooks import HEADER, workbook
from support.world import World, departments, members
from wecom_sync.domain.run import Job, State
from wecom_sync.files.problems import line_ranges
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.reporting.documents import problem_text
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases import records

EN, ZH = Language.ENGLISH, Language.CHINESE


def eighty(*names: str) -> str:
    """Return a member file of 80 rows whose departments are these names in turn."""
    header, *rows = people(80).splitlines()
    placed = [row.removesuffix("1") + names[at % len(names)] for at, row in enumerate(rows)]
    return table(header, *placed)


def codes(job: Job, content: str) -> list[str]:
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(job, content.encode())
    return [problem.code for problem in rejected.value.problems]


def test_a_file_is_read_and_checked_once_a_run(world: World) -> None:
    with patch.object(records, "read_roster", wraps=read_roster) as read:
        run = apply(world, FULL, people(9))

    assert run.state is State.SUCCEEDED
    assert read.call_count == 1


def test_before_any_department_file_nobody_says_that_a_name_is_wrong(world: World) -> None:
    run = apply(world, SOME, eighty("研发", "销售"))

    assert run.state is State.REJECTED
    text = "Lines 2-81: No department file of this company was applied yet"
    assert english(run).startswith(text)
    assert "No department is called" not in english(run)
    assert chinese(run).startswith("第 2-81 行：该企业还没有导入过部门文件")
    assert len(world.results_csv(run)) == 81


def test_ten_names_that_are_missing_in_eighty_rows_are_one_sentence(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    names = [f"新{number}" for number in range(10)]

    run = apply(world, SOME, eighty(*names))

    text = f"Lines 2-81: No department is called 「{', '.join(names)}」"
    assert english(run).startswith(text)
    assert len(world.results_csv(run)) == 81


@pytest.mark.parametrize(
    ("lines", "ranges"),
    [([], []), ([3], ["3"]), ([4, 2, 3], ["2-4"]), ([9, 2, 3, 5], ["2-3", "5", "9"])],
)
def test_lines_are_named_as_ranges(lines: list[int], ranges: list[str]) -> None:
    assert line_ranges(lines) == ranges


@pytest.mark.parametrize(
    ("language", "words"), [(EN, ("not applied", "deletion guard")), (ZH, ("未生效", "删除保护"))]
)
def test_after_the_deletion_guard_no_row_is_said_to_be_unreported(
    world: World, language: Language, words: tuple[str, ...]
) -> None:
    records = replace(world.results.records, language=language)
    world.results = replace(world.results, records=records)
    apply(world, DEPARTMENTS, departments())
    world.wecom.job_errcode = 45026
    world.wecom.left_out = {f"u{number}" for number in range(6)}

    run = apply(world, FULL, people(6))

    assert run.state is State.FAILED
    _, *rows = world.results_csv(run)
    assert len(rows) == 6
    for row in map(" ".join, rows):
        assert all(word in row for word in words)
        for word in ("not reported", "未返回结果", "drop the whole file again"):
            assert word not in row


@pytest.mark.parametrize("is_first", [False, True])
def test_zeros_that_a_spreadsheet_took_are_the_first_reason(world: World, is_first: bool) -> None:
    ids = [f"00{number}" for number in range(101, 141)]
    if is_first:
        world.wecom.hire(*ids)
    else:
        apply(world, FULL, members(*ids))
    policy(world, first_replace="hold")

    held = apply(world, FULL, members(*(each.lstrip("0") for each in ids)))

    assert held.holds[0].code == "hold_second_account"
    assert len(held.holds) == 1 or is_first
    assert ("only zeros at the start of the id are missing" in english(held)) or is_first
    assert ("hold_first" in {hold.code for hold in held.holds}) is is_first


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("姓名", "王" * 65), ("姓名", "王?五"), ("姓名", "12345"), ("手机号", "1380000"),
        ("手机号", "1.38E+10"),
        ("邮箱", "a" * 70 + "@example.com"), ("座机", "call me"),
    ],
)  # fmt: skip
def test_a_value_that_is_masked_is_said_to_be(column: str, cell: str, language: Language) -> None:
    row = {"姓名": "王五", "帐号": "wu", "手机号": "13800000001", "所在部门": "1", column: cell}
    content = f"{','.join(row)}\n{','.join(row.values())}\n"
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.SYNC_USER, content.encode())

    (problem,) = rejected.value.problems
    text = problem_text(problem, language)
    assert "*" in str(problem.params["value"])
    assert {Language.ENGLISH: "hid", Language.CHINESE: "隐去"}[language] in text


KEY = "acme/syncuser/员工花名册.xlsx"
PEOPLE = (HEADER, ("张伟", "007", 13800000001, 1), ("李娜", "ln", 13800000002, 1))
BAD = (*PEOPLE, ("王芳", "w f", 13800000003, 1), ("赵六", "z", 139, 1))


@pytest.mark.parametrize("key", [KEY, "acme/syncuser/M.XLSX", "acme/syncuser/m.csv"])
def test_wecom_gets_a_csv_of_a_workbook(world: World, key: str) -> None:
    run = apply(world, key, workbook(*PEOPLE))

    assert (run.state, run.rows, run.encoding) == (State.SUCCEEDED, 2, "XLSX")
    (content,) = world.wecom.media.values()
    assert content.decode("utf-8-sig") == (
        "姓名,帐号,手机号,所在部门\n张伟,007,13800000001,1\n李娜,ln,13800000002,1\n"
    )
    assert [row[1] for row in world.results_csv(run)[1:]] == ["007", "ln"]


def test_every_report_of_a_refused_workbook_names_the_cells(world: World) -> None:
    run = apply(world, KEY, workbook(*BAD))

    assert run.state is State.REJECTED
    sentences = [row[8] for row in world.results_csv(run)[1:] if row[7]]
    assert [sentence[:8] for sentence in sentences] == ["Cell B4:", "Cell C5:"]
    problems = page(world, run, "problems.json")["problems"]
    assert [(problem["cell"], problem["line"]) for problem in problems] == [("B4", 4), ("C5", 5)]
    groups = report(world, run)["problems"]
    assert sorted(group["rows"][0][0] for group in groups) == ["B4", "C5"]
