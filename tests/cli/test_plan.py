"""Planning a file: what is dropped, what is told, and the exit codes."""

import io
from pathlib import Path
from typing import Any

import boto3
import pytest

from support.console import Said
from support.stack import Stack
from support.workbooks import HEADER, workbook
from support.world import members
from wecom_sync.domain.errors import WeComError
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.plan import exit_code_of, show
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target

PLAN = {
    "job": "replaceuser",
    "counts": {"add": 12, "update": 1, "move": 0, "remove": 1200, "unchanged": 3, "emptied": 1},
    "add": [f"new{number}" for number in range(12)],
    "update": {"lisi": ["姓名", "职位"]},
    "move": [],
    "remove": [f"gone{number}" for number in range(1200)],
    "emptied": ["77"],
    "by_department": {
        "4": {"add": 12}, "5": {"remove": 1190}, "6": {"remove": 10, "move_in": 2, "disable": 3},
    },
}  # fmt: skip
PROBLEM = {
    "line": 3, "id": "li si", "column": "帐号", "code": "user_id_invalid", "text": "No such id.",
}  # fmt: skip


pytestmark = pytest.mark.usefixtures("command_environment")


def shown(answer: dict[str, Any], language: Language = Language.ENGLISH) -> str:
    out = io.StringIO()
    show(answer, Terminal(language, out))
    return out.getvalue()


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("apply", 0), ("unchanged", 0), ("hold", 3), ("reject", 4), ("unknown", 1)],
)
def test_the_exit_code_is_the_verdict(verdict: str, code: int) -> None:
    assert exit_code_of({"verdict": verdict}) == code


def test_a_plan_names_the_first_of_every_kind_and_counts_them_all() -> None:
    text = shown({"verdict": "hold", "plan": PLAN, "holds": [{"text": "Too \x1b[31mmany."}]})

    assert "would be held" in text
    assert r"!  Too \x1b[31mmany." in text
    words = " ".join(text.split())
    assert "Added 12 new0, new1" in words
    assert "new9 … and 2 more" in words
    assert "new10" not in text
    assert "Updated 1 lisi (姓名, 职位)" in words
    assert "Removed 1,200 gone0" in words
    assert "Departments deleted once empty 1 id 77" in words
    assert "Moved " not in text.partition("Department  ")[0]


def test_the_busiest_departments_come_first() -> None:
    text = shown({"verdict": "apply", "plan": PLAN})

    table = [line.split() for line in text.partition("Where most")[2].splitlines()[2:5]]
    assert table == [
        ["5", "-", "-", "-", "1,190", "-"],
        ["6", "-", "2", "-", "10", "3"],
        ["4", "12", "-", "-", "-", "-"],
    ]


def test_departments_are_named_as_far_as_their_names_are_known() -> None:
    text = shown({"verdict": "apply", "plan": PLAN | {"places": {"5": "华南"}}}, Language.CHINESE)

    table = [line.split()[0] for line in text.partition("变更最多")[2].splitlines()[2:5]]
    assert table == ["华南（5）", "6", "4"]


def test_ids_of_departments_are_not_taken_for_numbers_of_them() -> None:
    plan = {"job": "replaceparty", "counts": {"add": 2, "remove": 1}, "add": ["7", "8"]}

    words = " ".join(shown({"verdict": "hold", "plan": plan | {"remove": ["2"]}}).split())

    assert "Added 2 id 7, 8 Removed 1 id 2" in words


def test_departments_to_be_deleted_stand_each_on_a_line_by_their_names() -> None:
    changes = [
        {"change": "emptied", "id": number, "name": name, "columns": {}, "departments": []}
        for number, name in (("7", "一车间"), ("8", "二车间"))
    ]
    plan = {"job": "replaceparty", "counts": {"emptied": 2}, "emptied": ["7", "8"]}

    text = shown({"verdict": "hold", "plan": plan | {"changes": changes}})

    lines = [line.split() for line in text.splitlines()]
    assert ["二车间", "(8)"] in lines
    assert "id " not in text


def test_updates_are_counted_by_column() -> None:
    update = {f"u{number}": ["姓名"] for number in range(1200)} | {"z": ["职位", "姓名"]}
    plan = {"counts": {"update": 1201}, "update": update}

    assert "Updated 1,201 姓名 1,201, 职位 1 u0 (姓名)" in " ".join(
        shown({"verdict": "apply", "plan": plan}).split()
    )


def test_the_problems_of_a_file_are_shown_and_how_many_more_there_are() -> None:
    problems = [{**PROBLEM, "text": f"Wrong: {number}."} for number in range(700)]

    text = shown({"verdict": "reject", "problems": problems, "reason": "700 problems."})

    assert "would be rejected" in text
    assert text.count("li si") == 20
    assert "… and 680 more" in text
    assert "results.csv" not in text
    assert "700 problems" not in text


def test_the_same_problem_of_many_rows_is_one_sentence_with_their_lines() -> None:
    problems = [{**PROBLEM, "line": line, "id": f"u{line}"} for line in [*range(2, 82), 90]]
    others = [{**PROBLEM, "line": 85, "text": "Another."}]

    text = shown({"verdict": "reject", "problems": [*problems, *others]})

    assert text.count("No such id.") == 1
    assert "2-81  u2 " in text
    assert "90  u3 " in text
    assert "… +71" in text
    assert "Another." in text
    assert " more" not in text


def test_problems_of_a_workbook_are_shown_with_their_cells_while_they_are_few() -> None:
    problems = [{**PROBLEM, "line": line, "cell": f"B{line}"} for line in range(2, 14)]

    assert "B2  li si" in shown({"verdict": "reject", "problems": problems[:1]})
    assert "2-13  li si" in shown({"verdict": "reject", "problems": problems})


def test_warnings_do_not_reject_a_file() -> None:
    warning = {**PROBLEM, "line": None, "id": None, "column": None}

    text = shown({"verdict": "unchanged", "plan": PLAN, "holds": [], "warnings": [warning]})

    assert "would change nothing" in text
    assert "Worth a look" in text
    assert "No such id." in text


def test_only_the_first_warnings_are_shown_and_the_others_counted() -> None:
    warnings = [{**PROBLEM, "text": f"Odd: {number}."} for number in range(30)]

    text = shown({"verdict": "apply", "plan": PLAN, "warnings": warnings})

    assert text.count("li si") == 10
    assert "… and 20 more" in text


def test_what_could_not_be_told_says_why() -> None:
    text = shown({"verdict": "unknown", "reason": "WeCom refused."}, Language.CHINESE)

    assert "无法判断" in text
    assert "WeCom refused." in text


ASKED = ("--corp", "acme", "--job", "syncuser")


def file(folder: Path, content: str) -> str:
    path = folder / "team.csv"
    path.write_text(content, "utf-8")
    return str(path)


def test_a_plan_is_a_drop_that_ends_planned(stack: Stack, tmp_path: Path, said: Said) -> None:
    path = file(tmp_path, members("zhao", "qian"))

    document = said.json("plan", path, *ASKED)

    (run,) = stack.store.runs_by_id.values()
    assert (run.key, run.state) == ("acme/plan/syncuser/team.csv", State.PLANNED)
    assert document.keys() == {
        "run_id", "corp", "job", "file", "verdict", "reason", "plan", "plan_digest", "holds",
        "warnings",
    }  # fmt: skip
    assert (document["run_id"], document["corp"]) == (run.run_id, "acme")
    assert (document["job"], document["file"]) == ("syncuser", path)
    assert (document["verdict"], document["plan_digest"]) == ("apply", run.plan_digest)
    assert document["plan"]["add"] == ["zhao", "qian"]
    assert document["plan"]["counts"]["add"] == 2


def test_a_workbook_is_planned_as_it_is(stack: Stack, tmp_path: Path, said: Said) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(workbook(HEADER, ("张伟", "007", 13800000001, 1)))

    document = said.json("plan", str(path), *ASKED)

    assert document["plan"]["add"] == ["007"]
    head = stack.target.s3.get_object(
        Bucket=stack.target.drop_bucket, Key="acme/plan/syncuser/team.xlsx"
    )
    assert head["Body"].read() == path.read_bytes()
    assert head["ContentType"].endswith("spreadsheetml.sheet")


def test_a_person_reads_what_a_file_would_do(stack: Stack, tmp_path: Path, said: Said) -> None:
    shown = said("plan", file(tmp_path, members("zhao")), *ASKED)

    assert "This file would be applied at once." in shown
    assert "Added  1  员工1 (zhao): 所在部门 1" in shown


def test_a_file_that_would_be_held_says_why(stack: Stack, tmp_path: Path, said: Said) -> None:
    stack.store.put_policy("acme", Policy(), 1)
    stack.wecom.hire(*(f"u{number}" for number in range(20)))
    path = file(tmp_path, members("u1"))

    document = said.json("plan", path, "--corp", "acme", "--job", "replaceuser", code=3)

    assert document["verdict"] == "hold"
    assert [hold["code"] for hold in document["holds"]] == ["hold_first", "hold_gone"]
    assert document["plan"]["counts"]["remove"] == 19


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_file_that_would_be_rejected_comes_with_its_problems(
    stack: Stack, tmp_path: Path, said: Said, language: str
) -> None:
    path = file(tmp_path, members("zhao", "li si"))

    document = said.json("plan", path, *ASKED, "--lang", language, code=4)

    assert (document["verdict"], document["plan"]) == ("reject", None)
    (problem,) = document["problems"]
    assert (problem["line"], problem["code"]) == (3, "user_id_invalid")
    assert ("not allowed" in problem["text"]) is (language == "en")
    assert "warnings" not in document


def test_warnings_are_told_in_the_language_of_whoever_asks(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    path = file(tmp_path, members("zhao").replace("所在部门", "所在部门,宠物"))

    document = said.json("plan", path, *ASKED, "--lang", "zh")

    assert [each["code"] for each in document["warnings"]] == ["warning_columns_left_out"]
    assert "宠物" in document["warnings"][0]["text"]
    assert "warnings" not in document["plan"]


def test_what_wecom_does_not_answer_is_unknown(stack: Stack, tmp_path: Path, said: Said) -> None:
    stack.wecom.fail("directory", WeComError(60020, "no", "user/list_id"))

    document = said.json("plan", file(tmp_path, members("zhao")), *ASKED, code=1)

    assert document["verdict"] == "unknown"
    assert "60020" in document["reason"]


@pytest.mark.parametrize("local", [False, True])
def test_a_corp_that_nobody_knows_is_rejected_with_the_way_to_it(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, local: bool
) -> None:
    monkeypatch.setattr(Target, "is_local", local)

    path = file(tmp_path, members("zhao"))
    told = said("plan", path, "--corp", "other", "--job", "syncuser", code=4)

    assert "would be rejected" in told
    assert "There is no secret" in told
    assert ("wecom-sync local up --corp other=other.json" in told) is local


def test_a_corp_that_nobody_knows_comes_before_everything_that_is_wrong_with_its_file(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    path = file(tmp_path, "nonsense\n")

    told = said("plan", path, "--corp", "other", "--job", "syncuser", code=4)
    document = said.json("plan", path, "--corp", "other", "--job", "syncuser", code=4)

    assert "There is no secret" in told
    assert "Problems" not in told
    assert document["problems"] == []


def test_a_local_stack_refuses_a_corp_that_it_does_not_have_before_anything_is_dropped(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Target, "is_local", True)
    secrets = boto3.client("secretsmanager")
    for name in ("acme", "acme/callback", "globex"):
        secrets.create_secret(Name=f"wecom-sync/{name}", SecretString="{}")

    path = file(tmp_path, "nonsense\n")
    asked = ("plan", path, "--corp", "globe", "--job", "syncuser", "--lang", "zh")
    complaint = said.complaint(*asked)

    assert "没有企业 globe，现有：acme, globex。" in complaint
    assert not stack.store.runs_by_id


@pytest.mark.parametrize(
    "command", [("runs",), ("status",), ("history", "x"), ("settings", "apply", "FILE")]
)
def test_a_corp_that_a_local_stack_does_not_have_is_never_just_empty(
    stack: Stack,
    tmp_path: Path,
    said: Said,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    monkeypatch.setattr(Target, "is_local", True)
    for name in ("acme", "globex"):
        boto3.client("secretsmanager").create_secret(Name=f"wecom-sync/{name}", SecretString="{}")
    path = tmp_path / "settings.toml"
    path.write_text("[limits]\nremovals = 7\n")

    words = [str(path) if word == "FILE" else word for word in command]

    assert "no corp globe; it has acme, globex" in said.complaint(*words, "--corp", "globe")
    assert stack.s3.list_object_versions(Bucket="drops").get("Versions") is None


@pytest.mark.parametrize("command", [("runs",), ("history", "x")])
def test_of_a_corp_without_documents_it_is_said_that_nothing_is_known(
    stack: Stack, said: Said, command: tuple[str, ...]
) -> None:
    stack.run(1)

    assert "Nothing is known about acmee" in said.complaint(*command, "--corp", "acmee", code=0)


def test_a_plan_that_does_not_come_is_not_waited_for_for_ever(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync_tools.commands.plan.ANSWER_SECONDS", 0)

    told = said.complaint("plan", file(tmp_path, members("zhao")), *ASKED, code=1)

    assert "There was no plan within 0 s." in told
    assert "wecom-sync show 2" in told
    assert "--corp acme" in told


def change(number: int, kind: str, **columns: list[str | None]) -> dict[str, object]:
    """Return an entry of `changes`."""
    return {
        "id": f"u{number}", "name": f"员工{number}", "change": kind, "departments": ["研发部"],
        "columns": columns,
    }  # fmt: skip


def test_forty_changes_are_told_by_name_one_by_one() -> None:
    moves = [
        change(n, "moved", 所在部门=["研发部", "销售部"], 职位=["", "经理"]) for n in range(36)
    ]
    others = [change(36, "removed"), change(37, "added"), change(38, "updated", 姓名=[None, "王"])]
    counts = {"add": 1, "move": 36, "remove": 1, "update": 1}
    plan = {"counts": counts, "changes": [*others, change(39, "disabled"), *moves]}

    text = shown({"verdict": "hold", "plan": {**plan, "counts": {**counts, "disable": 1}}})

    for number in range(36):
        assert f"员工{number} (u{number}): 所在部门 研发部 → 销售部 · 职位 (blank) → 经理" in text
    assert "员工36 (u36): 所在部门 研发部" in text
    assert "员工38 (u38): 姓名 (unknown) → 王" in text
    assert "员工39 (u39): 所在部门 研发部" in text
    assert "more" not in text


def test_a_count_says_how_many_of_it_are_listed_elsewhere() -> None:
    people = ("u1", "u2", "u3", "u4")
    kinds = ("moved", "enabled", "updated", "moved")
    plan = {
        "job": "replaceuser",
        "counts": {"update": 3, "move": 2, "enable": 1},
        "update": {"u1": ["职位"], "u2": ["启用"], "u3": ["职位"]},
        "move": ["u1", "u4"],
        "enable": ["u2"],
        "changes": [
            {**change(0, kind), "id": who} for who, kind in zip(people, kinds, strict=True)
        ],
    }

    english, chinese = (
        " ".join(shown({"verdict": "hold", "plan": plan}, each).split()) for each in Language
    )

    assert "Updated 3 of these 1 also moved, 1 also enabled" in english
    assert "修改 3 其中 1 人同时计入「调动」、1 人同时计入「启用」" in chinese
    assert "Moved 2 员工0" in english
    of_departments = shown({"verdict": "hold", "plan": {**plan, "job": "replaceparty"}})
    assert "of these 1 also moved" in of_departments


def test_of_many_changes_the_first_of_each_kind_are_told() -> None:
    changes = [change(n, "removed") for n in range(70)] + [change(99, "added")]

    text = shown(
        {"verdict": "hold", "plan": {"counts": {"add": 1, "remove": 70}, "changes": changes}}
    )

    assert "员工11 (u11)" in text
    assert "员工12 (u12)" not in text
    assert "… and 58 more" in text
    assert "员工99 (u99)" in text


def test_the_parent_of_a_department_is_told_as_such() -> None:
    root = {
        "id": "1", "name": "云帆科技", "change": "added", "departments": ["0"], "columns": {},
    }  # fmt: skip
    below = {
        "id": "2", "name": "研发部", "change": "updated", "departments": [],
        "columns": {"父部门ID": ["0", "云帆科技"]},
    }  # fmt: skip
    plan = {"job": "replaceparty", "counts": {"add": 1, "update": 1}, "changes": [root, below]}

    text = shown({"verdict": "apply", "plan": plan})

    assert "云帆科技 (1): parent (none)" in text
    assert "研发部 (2): parent (none) → 云帆科技" in text
