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
from wecom_sync.domain.run import State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.drop import exit_code_of, show
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


@pytest.mark.parametrize(
    ("verdict", "code", "sentence"),
    [("apply", 0, "直接执行"), ("unchanged", 0, "不会带来"), ("hold", 3, "人工确认"),
     ("reject", 4, "退回"), ("unknown", 1, "无法判断")],
)  # fmt: skip
def test_a_verdict_is_told_and_is_the_exit_code(verdict: str, code: int, sentence: str) -> None:
    answer = {"verdict": verdict, "reason": "WeCom refused."}

    text = words(answer, Language.CHINESE)

    assert exit_code_of(answer) == code
    assert sentence in text
    assert "WeCom refused." in text


ASKED = ("--corp", "acme", "--job", "syncuser")


def lines(answer: dict[str, Any], language: Language = Language.ENGLISH) -> list[str]:
    """Return the lines that people read, with one blank where there are several."""
    out = io.StringIO()
    show(answer, Terminal(language, out))
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def words(answer: dict[str, Any], language: Language = Language.ENGLISH) -> str:
    return " ".join(lines(answer, language))


def change(number: int, kind: str, **columns: list[str | None]) -> dict[str, Any]:
    """Return an entry of `changes`."""
    return {
        "id": f"u{number}", "name": f"员工{number}", "change": kind, "departments": ["研发部"],
        "columns": columns,
    }  # fmt: skip


def test_a_plan_names_the_first_of_every_kind_and_counts_them_all() -> None:
    text = words({"verdict": "hold", "plan": PLAN, "holds": [{"text": "Too \x1b[31mmany."}]})

    for part in (
        "would be held", r"! Too \x1b[31mmany.", "Added 12 new0, new1", "new9 … and 2 more",
        "Updated 1 lisi (姓名, 职位)", "Removed 1,200 gone0",
        "Departments deleted once empty 1 id 77",
    ):  # fmt: skip
        assert part in text
    assert "new10" not in text
    assert "Moved " not in text.partition("Department ")[0]


@pytest.mark.parametrize(
    ("language", "title", "places", "first"),
    [
        (Language.ENGLISH, "Where most", {}, "5"),
        (Language.CHINESE, "变更最多", {"places": {"5": "华南"}}, "华南（5）"),
    ],
)
def test_the_busiest_come_first(
    language: Language, title: str, places: dict[str, object], first: str
) -> None:
    listing = lines({"verdict": "apply", "plan": PLAN | places}, language)

    at = next(number for number, line in enumerate(listing) if title in line)
    assert listing[at + 2 : at + 5] == [
        f"{first} - - - 1,190 -", "6 - 2 - 10 3", "4 12 - - - -",
    ]  # fmt: skip


MANY_UPDATES = {f"u{number}": ["姓名"] for number in range(1200)} | {"z": ["职位", "姓名"]}
GONE = [
    {**change(number, "emptied"), "id": str(number), "name": name, "departments": []}
    for number, name in ((7, "一车间"), (8, "二车间"))
]
ROOT = {"id": "1", "name": "云帆科技", "change": "added", "departments": ["0"], "columns": {}}
BELOW = {
    "id": "2", "name": "研发部", "change": "updated", "departments": [],
    "columns": {"父部门ID": ["0", "云帆科技"]},
}  # fmt: skip
BOTH = {
    "counts": {"update": 3, "move": 2, "enable": 1},
    "update": {"u1": ["职位"], "u2": ["启用"], "u3": ["职位"]},
    "move": ["u1", "u4"], "enable": ["u2"],
    "changes": [change(1, "moved"), change(2, "enabled"), change(3, "updated"), change(4, "moved")],
}  # fmt: skip


@pytest.mark.parametrize(
    ("job", "plan", "line"),
    [
        ("replaceparty", {"counts": {"add": 2, "remove": 1}, "add": ["7", "8"], "remove": ["2"]},
         "Added 2 id 7, 8 Removed 1 id 2"),
        ("replaceparty", {"counts": {"emptied": 2}, "changes": GONE}, "二车间 (8)"),
        ("replaceparty", {"counts": {"add": 1}, "changes": [ROOT]}, "云帆科技 (1): parent (none)"),
        ("replaceparty", {"counts": {"update": 1}, "changes": [BELOW]},
         "研发部 (2): parent (none) → 云帆科技"),
        ("replaceparty", BOTH, "of these 1 also moved"),
        ("replaceuser", BOTH, "Updated 3 of these 1 also moved, 1 also enabled"),
        ("replaceuser", BOTH, "Moved 2 员工1"),
        ("syncuser", {"counts": {"update": 1201}, "update": MANY_UPDATES},
         "Updated 1,201 姓名 1,201, 职位 1 u0 (姓名)"),
    ],
)  # fmt: skip
def test_what_would_change_is_told_in_a_line(job: str, plan: dict[str, Any], line: str) -> None:
    assert line in words({"verdict": "hold", "plan": {"job": job, **plan}})


def test_counts_are_told_in_chinese() -> None:
    text = words({"verdict": "hold", "plan": {"job": "replaceuser", **BOTH}}, Language.CHINESE)

    assert "修改 3 其中 1 人同时计入「调动」、1 人同时计入「启用」" in text


def test_forty_changes_are_told_by_name_one_by_one() -> None:
    moved: dict[str, list[str | None]] = {"所在部门": ["研发部", "销售部"], "职位": ["", "经理"]}
    moves = [change(number, "moved", **moved) for number in range(36)]
    others = [change(36, "removed"), change(37, "added"), change(38, "updated", 姓名=[None, "王"])]
    counts = {"add": 1, "disable": 1, "move": 36, "remove": 1, "update": 1}
    plan = {"counts": counts, "changes": [*others, change(39, "disabled"), *moves]}

    listing = lines({"verdict": "hold", "plan": plan})

    text = " ".join(listing)
    for number in range(36):
        assert f"员工{number} (u{number}): 所在部门 研发部 → 销售部 · 职位 (blank) → 经理" in text
    assert "员工36 (u36): 所在部门 研发部" in text
    assert "员工38 (u38): 姓名 (unknown) → 王" in text
    assert "员工39 (u39): 所在部门 研发部" in text
    assert "more" not in text


def test_of_many_changes_the_first_of_each_kind_are_told() -> None:
    changes = [change(n, "removed") for n in range(70)] + [change(99, "added")]

    text = words(
        {"verdict": "hold", "plan": {"counts": {"add": 1, "remove": 70}, "changes": changes}}
    )

    assert "员工11 (u11)" in text
    assert "员工12 (u12)" not in text
    assert "… and 58 more" in text
    assert "员工99 (u99)" in text


def numbered(count: int) -> list[dict[str, object]]:
    return [{**PROBLEM, "text": f"Odd: {number}."} for number in range(count)]


def test_the_first_problems_and_warnings_are_shown_and_the_others_counted() -> None:
    rejected = words({"verdict": "reject", "problems": numbered(700), "reason": "700 problems."})
    warned = words({"verdict": "unchanged", "plan": PLAN, "warnings": numbered(30)})

    assert "would be rejected" in rejected
    assert (rejected.count("li si"), "… and 680 more" in rejected) == (20, True)
    assert "700 problems" not in rejected
    assert "would change nothing" in warned
    assert "Worth a look" in warned
    assert (warned.count("li si"), "… and 20 more" in warned) == (10, True)


def test_the_same_problem_of_many_rows_is_one_sentence_with_their_lines() -> None:
    problems = [{**PROBLEM, "line": line, "id": f"u{line}"} for line in [*range(2, 82), 90]]
    others = [{**PROBLEM, "line": 85, "text": "Another."}]

    text = words({"verdict": "reject", "problems": [*problems, *others]})

    assert text.count("No such id.") == 1
    for part in ("2-81 u2 ", "90 u3 ", "… +71", "Another."):
        assert part in text
    assert " more" not in text


def test_problems_of_a_workbook_are_shown_with_their_cells_while_they_are_few() -> None:
    problems = [{**PROBLEM, "line": line, "cell": f"B{line}"} for line in range(2, 14)]

    assert "B2 li si" in words({"verdict": "reject", "problems": problems[:1]})
    assert "2-13 li si" in words({"verdict": "reject", "problems": problems})


@pytest.fixture
def team(tmp_path: Path) -> Path:
    """Return a file of one person."""
    path = tmp_path / "team.csv"
    path.write_text(members("zhao"), "utf-8")
    return path


def test_a_plan_is_a_drop_that_ends_planned(stack: Stack, team: Path, output: Said) -> None:
    document = output.json("plan", str(team), *ASKED)

    (run,) = stack.store.runs_by_id.values()
    assert (run.key, run.state) == ("acme/plan/syncuser/team.csv", State.PLANNED)
    assert document.keys() == {
        "run_id", "corp", "job", "file", "verdict", "reason", "plan", "plan_digest", "holds",
        "warnings",
    }  # fmt: skip
    assert (document["run_id"], document["corp"]) == (run.run_id, "acme")
    assert (document["job"], document["file"]) == ("syncuser", str(team))
    assert (document["verdict"], document["plan_digest"]) == ("apply", run.plan_digest)
    assert document["plan"]["add"] == ["zhao"]
    text = output("plan", str(team), *ASKED)
    assert "This file would be applied at once." in text
    assert "Added  1  员工1 (zhao): 所在部门 1" in text
    later = output("show", run.run_id)
    assert "PLANNED · planned only" in later
    assert "Added  1  员工1 (zhao): 所在部门 1" in later
    assert "wecom-sync approve" not in later


def test_a_workbook_is_planned_as_it_is(stack: Stack, tmp_path: Path, output: Said) -> None:
    path = tmp_path / "team.xlsx"
    path.write_bytes(workbook(HEADER, ("张伟", "007", 13800000001, 1)))

    assert output.json("plan", str(path), *ASKED, "--as-it-is")["plan"]["add"] == ["007"]
    head = stack.s3.get_object(Bucket="drops", Key="acme/plan/syncuser/team.xlsx")
    assert head["Body"].read() == path.read_bytes()
    assert head["ContentType"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(("language", "sentence"), [("en", "not allowed"), ("zh", "不符合")])
def test_problems_and_warnings_are_told_in_the_language_of_whoever_asks(
    stack: Stack, team: Path, output: Said, language: str, sentence: str
) -> None:
    team.write_text(members("zhao", "li si"), "utf-8")
    rejected = output.json("plan", str(team), *ASKED, "--lang", language, code=4)
    team.write_text(members("zhao").replace("所在部门", "所在部门,宠物"), "utf-8")
    warned = output.json("plan", str(team), *ASKED, "--as-it-is", "--lang", language)

    assert (rejected["verdict"], rejected["plan"]) == ("reject", None)
    (problem,) = rejected["problems"]
    assert (problem["line"], problem["code"]) == (3, "user_id_invalid")
    assert sentence in problem["text"]
    assert "warnings" not in rejected
    assert [each["code"] for each in warned["warnings"]] == ["warning_columns_left_out"]
    assert "宠物" in warned["warnings"][0]["text"]


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("content", [members("zhao"), members("赵")])
def test_a_corp_that_nobody_knows_comes_before_all_that_is_wrong_with_its_file(
    stack: Stack, team: Path, output: Said, monkeypatch: pytest.MonkeyPatch,
    *, local: bool, content: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(Target, "is_local", local)
    team.write_text(content, "utf-8")
    asked = ("plan", str(team), "--corp", "other", "--job", "syncuser")

    text = output(*asked, code=4)

    assert "There is no secret" in text
    assert "Problems" not in text
    assert ("wecom-sync local up --corp other=other.json" in text) is local
    assert output.json(*asked, code=4)["problems"] == []


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("plan FILE --job syncuser --lang zh", "没有企业 globe，现有：acme, globex。"),
        ("runs", "no corp globe; it has acme, globex"),
        ("status", "no corp globe; it has acme, globex"),
        ("history x", "no corp globe; it has acme, globex"),
        ("settings apply FILE", "no corp globe; it has acme, globex"),
    ],
)
def test_a_local_stack_refuses_a_corp_that_it_does_not_have(
    stack: Stack, team: Path, output: Said, monkeypatch: pytest.MonkeyPatch,
    *, command: str, sentence: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(Target, "is_local", True)
    for name in ("acme", "acme/callback", "globex"):
        boto3.client("secretsmanager").create_secret(Name=f"wecom-sync/{name}", SecretString="{}")
    if "settings" in command:
        team.write_text("[limits]\nremovals = 7\n")

    words = command.replace("FILE", str(team)).split()

    assert sentence in output.complaint(*words, "--corp", "globe")
    assert stack.s3.list_object_versions(Bucket="drops").get("Versions") is None


@pytest.mark.parametrize("command", ["runs", "history x"])
def test_a_corp_without_documents_is_unknown(stack: Stack, output: Said, command: str) -> None:
    stack.run(1)

    text = output.complaint(*command.split(), "--corp", "acmee", code=0)

    assert "Nothing is known about acmee" in text


def test_a_plan_that_does_not_come_is_not_waited_for_for_ever(
    stack: Stack, team: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync_tools.commands.drop.ANSWER_SECONDS", 0)

    text = output.complaint("plan", str(team), *ASKED, code=1)

    assert "There was no plan within 0 s." in text
    assert "wecom-sync show 2" in text
    assert "--corp acme" in text


def test_links_are_shown_and_first_those_that_somebody_decides() -> None:
    links = [{"kind": "certain", "text": f"{at} ↔ u{at}"} for at in range(14)]
    links += [{"kind": "doubtful", "text": "1042 张伟, 研发 ↔ zhangwei2 张伟, 行政, other 手机号"}]

    listing = lines({"verdict": "hold", "plan": {**PLAN, "links": links}})

    at = listing.index("Whose account it is")
    assert listing[at + 1 : at + 3] == [
        "? 1042 张伟, 研发 ↔ zhangwei2 张伟, 行政, other 手机号", "0 ↔ u0",
    ]  # fmt: skip
    assert not any("u12" in line for line in listing)
