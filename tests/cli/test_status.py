"""`status`: what needs a person comes first, and each with what to do about it."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from support.console import Said
from support.fakes import START
from support.runs import data_of
from support.stack import Stack
from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Job, Reason, Run, State
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.views.status import MAX_CORPS, print_corp, print_corps

HOUR = 3_600
LOST = Reason("result_lost")


def failed(stack: Stack, number: int, state: State = State.FAILED, **options: Any) -> Run:
    run = stack.run(number, State.QUEUED, State.SUBMITTING, State.SUBMITTED, **options)
    return stack.move(run, state, finished=START + number, reason=LOST)


def printed(
    stack: Stack, *corps: str, hours: float = 5, language: Language = Language.ENGLISH
) -> str:
    """Return what a person reads so many hours after the first run."""
    out = io.StringIO()
    terminal = Terminal(language, out)
    indexes = [stack.target.documents.index(corp) for corp in corps]
    if len(indexes) == 1:
        print_corp(stack.target, indexes[0], terminal, START + hours * HOUR)
    else:
        print_corps(stack.target, indexes, terminal, START + hours * HOUR)
    return out.getvalue()


def test_programs_read_of_every_corp_what_needs_a_person(stack: Stack, output: Said) -> None:
    success = stack.applied(1)
    held = stack.held(2)
    stack.applied(3, corp="globex")

    acme, globex = output.json("status")["corps"]

    assert acme == {
        "corp": "acme",
        "attention": [
            {"run_id": held.run_id, "state": "HELD", "text": acme["attention"][0]["text"]}
        ],
        "last_success": {
            "syncuser": {"run_id": success.run_id, "finished": "2027-01-15T08:00:01.000+00:00"}
        },
        "runs_open": 1,
    }
    assert "60" in acme["attention"][0]["text"]
    assert (globex["corp"], globex["attention"], globex["runs_open"]) == ("globex", [], 0)
    assert output.json("status", "--corp", "globex")["corps"] == [globex]


def test_a_reason_is_told_in_the_language_of_whoever_asks(stack: Stack, output: Said) -> None:
    run = failed(stack, 1)

    for command in (["status"], ["runs"]):
        english, chinese = (output.json(*command, "--lang", each) for each in ("en", "zh"))
        assert "outcome is unknown" in json.dumps(english)
        assert "结果无从得知" in json.dumps(chinese, ensure_ascii=False)
    assert run.run_id in output("status", "--lang", "zh")


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        (State.PARTIAL, ["wecom-sync results {run}"]),
        (State.FAILED, ["wecom-sync show {run}", "wecom-sync retry {run}"]),
        (State.REJECTED, ["drop it again:  wecom-sync show {run}"]),
    ],
)
def test_trouble_comes_with_advice(
    stack: Stack, output: Said, state: State, steps: list[str]
) -> None:
    run = stack.run(1, state) if state is State.REJECTED else failed(stack, 1, state)

    text = output("status", "--stack", "hr", "--corp", "acme")

    assert "acme needs a person" in text
    assert "acme/syncuser/team.csv" in text
    for step in steps:
        assert step.format(run=f"{run.run_id} --stack hr --corp acme\n") in text


def test_a_corp_is_named_that_has_a_page(stack: Stack, output: Said) -> None:
    stack.run(1)
    stack.run(2, corp="globex")

    assert "There are: acme, globex" in output.complaint("status", "--open")
    assert "--json for programs" in output.complaint("status", "--open", "--json")
    assert "acne has no page yet" in output.complaint("status", "--open", "--corp", "acne", code=1)
    assert "Nothing is known about acne" in output("status", "--corp", "acne")
    assert output.json("status", "--corp", "acne")["corps"][0]["attention"] == []


def test_a_hold_says_what_it_would_do_since_when_and_until_when(stack: Stack) -> None:
    run = stack.held(0)

    text = printed(stack, "acme", hours=1)

    assert "! held for a decision  acme/syncuser/team.csv" in text
    assert "Added 1,200 · Removed 60" in text
    assert "\n  1. Check the filter and the date of the export," in text
    assert "\n  2. The row of department 1 renames" in text
    assert "(60 min ago)" in text
    assert f"then decide:  wecom-sync show {run.run_id} --stack hr --corp acme" in text
    assert "（还有 4 分钟）" in printed(stack, "acme", hours=1 / 60, language=Language.CHINESE)


def test_a_quiet_corp_says_how_old_each_success_is_and_what_goes_on(stack: Stack) -> None:
    stack.applied(1)
    stack.run(2, State.QUEUED, job=Job.REPLACE_PARTY)

    text = printed(stack, "acme", hours=24 * 6)

    assert "acme: nothing needs a person." in text
    assert "Last success of syncuser: 2027-01-15" in text
    assert "(5 days 23 h ago)" in text
    assert "replaceparty has never succeeded" in text
    assert "acme/replaceparty/team.csv: queued since" in text
    assert "最近一次成功" in printed(stack, "acme", language=Language.CHINESE)
    two_days = printed(stack, "acme", hours=48.01, language=Language.CHINESE)
    assert "（2 天前）" in two_days
    almost_three = printed(stack, "acme", hours=71.99, language=Language.CHINESE)
    assert "（2 天 23 小时前）" in almost_three


def test_drift_and_settings_that_guard_less_are_told(stack: Stack) -> None:
    stack.store.put_policy("acme", Policy(removals=60), START)
    stack.store.put_drift(DriftFound(corp="acme", at=START, added=2, report="s3://x"))
    stack.publication.publish((), ["acme"])

    text = printed(stack, "acme")

    assert "2 added, 0 removed, 0 moved" in text
    assert "limits.removals = 60 (default: 50)" in text


def test_files_that_stay_away_and_letters_that_nobody_gets_need_a_person(stack: Stack) -> None:
    stack.publisher.is_heard = False
    for day in range(4):
        stack.applied(day * 86_400, corp="globex")
    stack.publisher.is_heard = True
    stack.applied(1)

    assert "globex: nothing needs a person." in printed(stack, "globex", hours=24 * 4.9)
    silent = printed(stack, "globex", hours=24 * 5)
    assert "Nothing has come since 2027-01-18" in silent
    assert "The longest pause before was 24 h" in silent
    assert "the topic has no confirmed subscription" in silent
    both = printed(stack, "acme", "globex", hours=24 * 5)
    assert "Nothing has come since" in both
    assert "acme" not in both


@pytest.mark.parametrize("screen", [":0", ""])
def test_a_corps_page_is_opened_with_the_reports_that_it_links_to(
    stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    *, browsed: list[str], screen: str,
) -> None:  # fmt: skip
    run, later = failed(stack, 1), stack.applied(2, job=Job.REPLACE_USER)
    stack.put_report(run, "report.html", "a report")
    stack.s3.delete_object(Bucket="reports", Key=f"acme/{later.run_id}/report.html")
    monkeypatch.setenv("DISPLAY", screen)

    text = output("status", "--open", "--corp", "acme")

    (page,) = tmp_path.glob("wecom-sync-*/index.html")
    assert browsed == ([page.as_uri()] if screen else [])
    assert str(page) in text
    assert data_of(page.read_bytes())["attention"][0]["run_id"] == run.run_id
    assert (page.parent / run.run_id / "report.html").read_text("utf-8") == "a report"
    assert not (page.parent / later.run_id).exists()
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


def test_of_many_corps_those_that_need_a_person_are_shown(stack: Stack) -> None:
    needing = [f"c{number}" for number in range(MAX_CORPS + 2)]
    for number, corp in enumerate(needing):
        failed(stack, number, corp=corp)
    held = stack.held(99)
    stack.applied(100, corp="quiet")
    stack.run(101, corp="busy")

    text = printed(stack, *needing, "acme", "quiet", "busy")

    assert text.startswith("acme needs a person")
    assert held.run_id in text
    assert text.count("needs a person") == MAX_CORPS
    assert "3 more corps need a person: " in text
    assert "Corps that need nobody: 2" in text
    assert "Going on: 1 run" in text
    assert "quiet" not in text


def test_a_name_of_a_file_cannot_write_to_the_terminal(stack: Stack) -> None:
    failed(stack, 1)
    content = stack.s3.get_object(Bucket="reports", Key="acme/index.json")["Body"].read()
    hostile = content.replace(b"acme/syncuser/team.csv", b"acme/syncuser/\\u001b[31m.csv")
    stack.s3.put_object(Bucket="reports", Key="acme/index.json", Body=hostile)

    assert "acme/syncuser/\\x1b[31m.csv" in printed(stack, "acme")
