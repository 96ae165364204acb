"""Planning a file: what is asked, what is told, and the exit codes."""

import base64
import gzip
import io
import json
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ReadTimeoutError

from support.console import Capsys, Said
from wecom_sync.reporting.language import Language
from wecom_sync_tools.commands.plan import exit_code_of, packed, rehearse, show
from wecom_sync_tools.console.errors import CommandError
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


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))


def shown(answer: dict[str, Any], language: Language = Language.ENGLISH) -> str:
    out = io.StringIO()
    show(answer, Terminal(language, out))
    return out.getvalue()


def answering(answer: object, **response: object) -> tuple[Target, list[dict[str, Any]]]:
    requests: list[dict[str, Any]] = []

    def invoke(**request: Any) -> dict[str, object]:
        requests.append(request)
        if isinstance(answer, Exception):
            raise answer
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **response}

    return cast("Target", SimpleNamespace(submit_function=SimpleNamespace(invoke=invoke))), requests


def test_the_submit_function_is_asked_what_the_file_would_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("姓名".encode())
    target, requests = answering({"verdict": "apply", "plan": PLAN})

    answer = rehearse(target, "submit", {"corp": "acme", "content": packed(path)})

    assert answer["plan"] == PLAN
    (request,) = requests
    assert request["FunctionName"] == "submit"
    content = json.loads(request["Payload"])["rehearse"]["content"]
    assert gzip.decompress(base64.b64decode(content)).decode() == "姓名"


@pytest.mark.parametrize(
    ("answer", "response", "code"),
    [
        ({"errorType": "MemoryError"}, {"FunctionError": "Unhandled"}, "plan_failed"),
        ({"batchItemFailures": []}, {}, "plan_failed"),
        (None, {}, "plan_failed"),
        (
            {"errorType": "Function.ResponseSizeTooLarge"},
            {"FunctionError": "Unhandled"},
            "plan_answer_too_large",
        ),
        (ReadTimeoutError(endpoint_url="x"), {}, "plan_slow"),
    ],
)
def test_an_answer_that_is_none_could_not_be_told(
    answer: object, response: dict[str, object], code: str
) -> None:
    target, _ = answering(answer, **response)

    with pytest.raises(CommandError) as failed:
        rehearse(target, "submit", {})

    assert (failed.value.code, failed.value.exit_code) == (code, 1)


@pytest.mark.parametrize(
    ("verdict", "code"),
    [("apply", 0), ("unchanged", 0), ("hold", 3), ("reject", 4), ("unknown", 1)],
)
def test_the_exit_code_is_the_verdict(verdict: str, code: int) -> None:
    assert exit_code_of({"verdict": verdict}) == code


def test_a_file_that_does_not_fit_into_a_request_is_wrong_use(tmp_path: Path, said: Said) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(random.Random(1).randbytes(4_200_000))

    assert "too large to be planned" in said.complaint(
        "plan", str(path), "--corp", "acme", "--job", "syncuser"
    )


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


def test_what_a_cut_list_leaves_out_is_counted() -> None:
    cut = {
        "cut": True,
        "counts": {"remove": 100_000, "update": 30_000, "invite": 12},
        "remove": [f"gone{number}" for number in range(1000)],
        "update": {f"lisi{number}": ["姓名"] for number in range(1000)},
    }

    text = " ".join(shown({"verdict": "hold", "plan": cut}).split())

    assert "Removed 100,000 gone0, gone1" in text
    assert "gone9 … and 99,990 more" in text
    assert "lisi9 (姓名) … and 29,990 more" in text
    assert text.endswith("Invited 12")


def test_the_busiest_departments_come_first() -> None:
    text = shown({"verdict": "apply", "plan": PLAN})

    table = [line.split() for line in text.partition("Where most")[2].splitlines()[2:5]]
    assert table == [
        ["5", "-", "-", "-", "1,190", "-"],
        ["6", "-", "2", "-", "10", "3"],
        ["4", "12", "-", "-", "-", "-"],
    ]


def test_departments_are_named_as_far_as_their_names_are_known() -> None:
    text = shown({"verdict": "apply", "plan": PLAN, "places": {"5": "华南"}}, Language.CHINESE)

    table = [line.split()[0] for line in text.partition("变更最多")[2].splitlines()[2:5]]
    assert table == ["华南（5）", "6", "4"]


def test_ids_of_departments_are_not_taken_for_numbers_of_them() -> None:
    plan = {"job": "replaceparty", "counts": {"add": 2, "remove": 1}, "add": ["7", "8"]}

    words = " ".join(shown({"verdict": "hold", "plan": plan | {"remove": ["2"]}}).split())

    assert "Added 2 id 7, 8 Removed 1 id 2" in words


@pytest.mark.parametrize("cut", [False, True])
def test_updates_are_counted_by_column(cut: bool) -> None:
    update = {f"u{number}": ["姓名"] for number in range(1200)} | {"z": ["职位", "姓名"]}
    answer: dict[str, Any] = {"verdict": "apply", "plan": {"counts": {"update": 1201}}}
    if cut:
        answer["update_columns"] = {"职位": 1, "姓名": 1201}
        update = {"u0": ["姓名"]}
    answer["plan"]["update"] = update

    assert "Updated 1,201 姓名 1,201, 职位 1 u0 (姓名)" in " ".join(shown(answer).split())


@pytest.mark.parametrize("local", [False, True])
def test_a_corp_that_nobody_knows_is_rejected_with_the_way_to_it(
    tmp_path: Path, local: bool, capsys: Capsys
) -> None:
    told = {"verdict": "reject", "code": "corp_unknown", "reason": "No secret.", "problems": []}

    show(told, Terminal(Language.ENGLISH), local_corp="other" if local else None)

    out = capsys.readouterr().out
    assert "No secret." in out
    assert ("wecom-sync local up --corp other=other.json" in out) is local
    assert exit_code_of(told) == 4


def test_the_problems_of_a_file_are_shown_and_how_many_more_there_are() -> None:
    text = shown({"verdict": "reject", "problems": [PROBLEM] * 30, "problem_count": 700})

    assert "would be rejected" in text
    assert text.count("li si") == 20
    assert "… and 680 more" in text
    assert "results.csv" not in text


def test_warnings_do_not_reject_a_file() -> None:
    warning = {**PROBLEM, "line": None, "id": None, "column": None}

    text = shown({"verdict": "unchanged", "plan": PLAN, "holds": [], "warnings": [warning]})

    assert "would change nothing" in text
    assert "Worth a look" in text
    assert "No such id." in text


@pytest.mark.parametrize(("listed", "count"), [(30, {}), (15, {"warning_count": 30})])
def test_only_the_first_warnings_are_shown_and_the_others_counted(
    listed: int, count: dict[str, int]
) -> None:
    text = shown({"verdict": "apply", "plan": PLAN, "warnings": [PROBLEM] * listed, **count})

    assert text.count("li si") == 10
    assert "… and 20 more" in text


def test_what_could_not_be_told_says_why() -> None:
    text = shown({"verdict": "unknown", "reason": "WeCom refused."}, Language.CHINESE)

    assert "无法判断" in text
    assert "WeCom refused." in text
