"""`status`: what needs a person comes first, and each with what to do about it."""

import json
import stat
from pathlib import Path

import pytest

from support.console import Said
from support.runs import data_of
from support.scenes import failed
from support.stack import Stack
from wecom_sync.domain.run import Job


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
    failed(stack, 1)

    for command in (["status"], ["runs"]):
        english, chinese = (output.json(*command, "--lang", each) for each in ("en", "zh"))
        assert "outcome is unknown" in json.dumps(english)
        assert "结果无从得知" in json.dumps(chinese, ensure_ascii=False)


def test_a_corp_is_named_that_has_a_page(stack: Stack, output: Said) -> None:
    stack.run(1)
    stack.run(2, corp="globex")

    assert "There are: acme, globex" in output.complaint("status", "--open")
    assert "--json for programs" in output.complaint("status", "--open", "--json")
    assert "acne has no page yet" in output.complaint("status", "--open", "--corp", "acne", code=1)
    assert output.json("status", "--corp", "acne")["corps"][0]["attention"] == []


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
