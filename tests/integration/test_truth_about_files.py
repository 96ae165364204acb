"""What a rejected file is told: the cause first, each mistake once, nothing that nobody knows."""

from dataclasses import replace

import pytest

from support.guarded import DEPARTMENTS, FULL, SOME, apply, people, policy
from support.world import World, departments, members
from wecom_sync.domain.run import Job, State
from wecom_sync.files.problems import line_ranges
from wecom_sync.files.roster import FileRejectedError, read_roster
from wecom_sync.reporting.documents import problem_text, reason_text
from wecom_sync.reporting.language import Language

EN, ZH = Language.ENGLISH, Language.CHINESE


def eighty(*names: str) -> str:
    """Return a member file of 80 rows whose departments are these names in turn."""
    header, *rows = members(*(f"u{number}" for number in range(80))).splitlines()
    placed = [row.removesuffix(",1") + f",{names[at % len(names)]}" for at, row in enumerate(rows)]
    return "\n".join((header, *placed)) + "\n"


def codes(job: Job, content: str) -> list[str]:
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(job, content.encode())
    return [problem.code for problem in rejected.value.problems]


def test_before_any_department_file_nobody_says_that_a_name_is_wrong(world: World) -> None:
    run = apply(world, SOME, eighty("研发", "销售"))

    assert run.state is State.REJECTED
    english, chinese = reason_text(run, EN), reason_text(run, ZH)
    assert english.startswith("Lines 2-81: No department file of this company was applied yet")
    assert "No department is called" not in english
    assert chinese.startswith("第 2-81 行：该企业还没有导入过部门文件")
    assert len(world.results_csv(run)) == 81


def test_ten_names_that_are_missing_in_eighty_rows_are_one_sentence(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    names = [f"新{number}" for number in range(10)]

    run = apply(world, SOME, eighty(*names))

    text = reason_text(run, EN)
    assert text.startswith("Lines 2-81: No department is called 「" + ", ".join(names) + "」")
    assert len(world.results_csv(run)) == 81


def test_different_mistakes_are_counted(world: World) -> None:
    apply(world, DEPARTMENTS, departments())
    bad = members("a", "b").replace("所在部门\n", "所在部门\n王五,li si,13900000000,,1\n")

    run = apply(world, SOME, bad.replace(",,1\n", ",,没有\n", 1))

    assert "Problems found in the file: 2" in reason_text(run, EN)


@pytest.mark.parametrize(
    ("lines", "ranges"),
    [([], []), ([3], ["3"]), ([4, 2, 3], ["2-4"]), ([9, 2, 3, 5], ["2-3", "5", "9"])],
)
def test_lines_are_named_as_ranges(lines: list[int], ranges: list[str]) -> None:
    assert line_ranges(lines) == ranges


@pytest.mark.parametrize("cell", ["部门2，部门3", "部门2、部门3", "部门2|部门3", '"部门2,部门3"'])
def test_departments_between_other_marks_are_several(world: World, cell: str) -> None:
    apply(world, DEPARTMENTS, departments())

    run = apply(world, SOME, members("a").replace(",,1", f",,{cell}"))

    assert run.state is State.SUCCEEDED
    assert world.wecom.members["a"][1] == {2, 3}


def test_values_between_commas_are_advised_semicolons() -> None:
    content = members("a").replace(",,1", ",,2;3").replace("所在部门", "所在部门,排序")
    with pytest.raises(FileRejectedError) as rejected:
        read_roster(Job.SYNC_USER, content.replace("2;3", '2;3,"5,6"').encode())

    (problem,) = rejected.value.problems
    assert "「5;6」" in problem_text(problem, EN)
    assert "「5;6」" in problem_text(problem, ZH)


def test_a_comma_in_another_cell_is_no_list() -> None:
    assert codes(Job.SYNC_USER, members("a").replace("员工1", '"王,五"')) == ["cell_unsafe"]


@pytest.mark.parametrize(
    ("job", "header", "code"),
    [
        (Job.REPLACE_PARTY, "员工姓名,用户ID,手机号码,部门ID", "header_of_members"),
        (Job.REPLACE_PARTY, "姓名,帐号,所在部门", "header_of_members"),
        (Job.REPLACE_PARTY, "姓名,工号,手机,部门", "header_of_members"),
        (Job.SYNC_USER, "部门名称,部门ID,父部门ID", "header_of_departments"),
        (Job.SYNC_USER, "部门名称,父部门ID", "header_of_departments"),
        (Job.SYNC_USER, "姓名,帐号,手机号", "column_missing"),
        (Job.REPLACE_PARTY, "部门名称,部门ID", "column_missing"),
    ],
)
def test_a_file_of_the_other_kind_is_called_that(job: Job, header: str, code: str) -> None:
    assert codes(job, f"{header}\n") == [code]


@pytest.mark.parametrize("language", Language)
def test_after_the_deletion_guard_no_row_is_said_to_be_unreported(
    world: World, language: Language
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
    for row in rows:
        words = " ".join(row)
        assert {Language.ENGLISH: "not applied", Language.CHINESE: "未生效"}[language] in words
        assert {Language.ENGLISH: "deletion guard", Language.CHINESE: "删除保护"}[language] in words
        assert "not reported" not in words
        assert "未返回结果" not in words
        assert "drop the whole file again" not in words


def test_zeros_that_a_spreadsheet_took_are_the_first_reason(world: World) -> None:
    ids = [f"00{number}" for number in range(101, 141)]
    apply(world, DEPARTMENTS, departments())
    apply(world, FULL, members(*ids))
    policy(world, first_replace="hold")

    held = apply(world, FULL, members(*(each.lstrip("0") for each in ids)))

    assert held.state is State.HELD
    assert held.holds[0].code == "hold_second_account"
    assert "only zeros at the start of the id are missing" in reason_text(held, EN)
    assert len(held.holds) == 1


def test_zeros_are_the_first_reason_also_in_a_first_full_file(world: World) -> None:
    ids = [f"00{number}" for number in range(101, 141)]
    world.wecom.hire(*ids)
    policy(world, first_replace="hold")

    held = apply(world, FULL, members(*(each.lstrip("0") for each in ids)))

    assert held.state is State.HELD
    assert held.holds[0].code == "hold_second_account"
    assert {hold.code for hold in held.holds} > {"hold_first"}


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
