"""Planning a file: what is dropped, what is told, and the exit codes."""

import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest

from support.console import Said, assert_current
from support.stack import Stack
from support.workbooks import HEADER, workbook
from support.world import members
from wecom_sync.domain.states import State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.drop import exit_code_of, show
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target

pytestmark = pytest.mark.usefixtures("command_environment")
ASKED = ("--corp", "acme", "--job", "syncuser")
COUNTS = {"add": 12, "update": 1, "move": 0, "remove": 1200, "unchanged": 3, "emptied": 1}
PLAN = {"counts": COUNTS, "departments": {"counts": {"add": 3, "remove": 1}}}


def problems(lines: Iterable[int], text: str = "No such id.", cell: str = "") -> list[Any]:
    about = {"column": "帐号", "code": "user_id_invalid", "text": text}
    cells = {"cell": cell} if cell else {}
    return [{**about, "line": line, "id": f"u{line}", **cells} for line in lines]


def numbered(count: int) -> list[dict[str, Any]]:
    return [{**problems([3], f"Odd: {number}.")[0], "id": "li si"} for number in range(count)]


ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "hold": {"verdict": "hold", "plan": PLAN, "holds": [{"text": "Too \x1b[31mmany."}]},
    "reject": {"verdict": "reject", "problems": numbered(25), "reason": "25 problems."},
    "reject for the same": {
        "verdict": "reject",
        "problems": [*problems([*range(2, 82), 90]), *problems([85], "Another.")],
    },
    "reject one cell": {"verdict": "reject", "problems": problems([2], cell="B2")},
    "reject many cells": {
        "verdict": "reject",
        "problems": [it for n in range(2, 14) for it in problems([n], cell=f"B{n}")],
    },
    "unchanged": {"verdict": "unchanged", "warnings": numbered(12)},
    "unknown": {"verdict": "unknown", "reason": "WeCom refused."},
}
CODES = {"hold": 3, "reject": 4, "unknown": 1}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_told_and_its_verdict_is_the_exit_code(name: str) -> None:
    answer, out = ANSWERS[name], io.StringIO()

    for language in Language:
        show(answer, Terminal(language, out))

    assert_current(f"plan {name}", out.getvalue())
    assert exit_code_of(answer) == CODES.get(answer["verdict"], 0)


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
    assert (document["verdict"], document["plan_digest"]) == ("apply", run.proposal.digest)
    assert document["plan"]["add"] == ["zhao"]
    text = output("plan", str(team), *ASKED)
    assert "This file would be applied at once." in text
    assert "Plan  Added 1" in text
    later = output("show", run.run_id)
    assert "PLANNED · planned only" in later
    assert re.search("Plan +Added 1 ", later)
    assert "wecom-sync approve" not in later


def test_a_fix_file_is_not_taken_for_the_whole_company(
    stack: Stack, team: Path, output: Said
) -> None:
    team.write_text(members("zhao").replace("\n", ",wecom-sync: 原因\n", 1), "utf-8")

    complaint = output.complaint("drop", str(team), "--corp", "acme")

    assert f"wecom-sync drop {team} --corp acme --job syncuser" in complaint
    assert not stack.store.runs_by_id


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
    stack: Stack,
    team: Path,
    output: Said,
    monkeypatch: pytest.MonkeyPatch,
    *,
    local: bool,
    content: str,
) -> None:
    monkeypatch.setattr(Target, "is_local", local)
    team.write_text(content, "utf-8")
    asked = ("plan", str(team), "--corp", "other", "--job", "syncuser")

    text = output(*asked, code=4)

    assert ("There is no secret" in text, "Problems" in text) == (True, False)
    assert ("wecom-sync local up --corp other=other.json" in text) is local
    assert output.json(*asked, code=4)["problems"] == []


def test_a_local_stack_refuses_a_corp_that_it_does_not_have(
    stack: Stack, team: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Target, "is_local", True)
    for name in ("acme", "acme/callback", "globex"):
        boto3.client("secretsmanager").create_secret(Name=f"wecom-sync/{name}", SecretString="{}")
    good = team.with_suffix(".toml")
    good.write_text("[limits]\nremovals = 7\n")

    for line in (f"plan {team} --job syncuser", "runs", "status", "history x"):
        refused = output.complaint(*line.split(), "--corp", "globe")
        assert "no corp globe; it has acme, globex" in refused
    refused = output.complaint("settings", "apply", str(good), "--corp", "globe", "--lang", "zh")
    assert "没有企业 globe，现有：acme, globex。" in refused
    assert stack.s3.list_object_versions(Bucket="drops").get("Versions") is None


def test_a_plan_that_does_not_come_is_not_waited_for_for_ever(
    stack: Stack, team: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync_tools.commands.drop.ANSWER_SECONDS", 0)

    text = output.complaint("plan", str(team), *ASKED, code=1)

    assert "There was no plan within 0 s." in text
    assert "wecom-sync show 2" in text
    assert "--corp acme" in text
