"""Showing a run, fetching its reports, and how each corp stands; texts are in the transcripts."""

import json
import stat
from pathlib import Path

import pytest

from support.console import Said
from support.runs import data_of
from support.scenes import failed, partial, rejected
from support.stack import FIELDS, Stack
from wecom_sync.domain.states import Job, State
from wecom_sync.reporting.language import Language

PARTS = [slice(None), slice(18), slice(1, None), slice(-12, None), slice(-12, -8)]


@pytest.mark.parametrize("corp", [[], ["--corp", "acme"]])
def test_show_takes_enough_of_an_id(stack: Stack, corp: list[str], output: Said) -> None:
    run = partial(stack)
    stack.run(2, State.QUEUED)
    stack.run(3, State.QUEUED, corp="globex")

    document, *others = (output.json("show", run.run_id[part], *corp) for part in PARTS)

    assert others == [document] * (len(PARTS) - 1)
    assert document.keys() >= FIELDS | {"rows_failed", "timeline", "holds"}
    assert "stored" not in document
    assert (document["run_id"], document["problems"]) == (run.run_id, [])
    (row,) = document["rows_failed"]
    fields = {"line", "userid", "name", "holder", "errcode", "errmsg", "explanation", "advice"}
    assert row.keys() == fields
    assert (row["line"], row["userid"], row["errcode"]) == (3, "lisi", 60104)
    assert "There is no run ." in output.complaint("show", "")


def test_a_damaged_document_is_said_in_a_sentence(stack: Stack, output: Said) -> None:
    run = stack.held()
    key = f"acme/{run.run_id}/run.json"
    whole = json.loads(stack.s3.get_object(Bucket="reports", Key=key)["Body"].read())
    half = json.dumps({"stored": whole["stored"]}).encode()

    for damaged in (b"", b'{"run_id": ', b"[]", b"\xff", b'{"stored": {"state": "?"}}', half):
        stack.s3.put_object(Bucket="reports", Key=key, Body=damaged)
        text = output.complaint("show", run.run_id, "--corp", "acme", "--json", code=1)
        assert f"{key} in the report bucket cannot be read" in text
    stack.s3.put_object(Bucket="reports", Key="acme/index.json", Body=b"{")
    assert "acme/index.json in the report bucket" in output.complaint("status", code=1)


@pytest.mark.parametrize("written", Language)
def test_programs_read_problems_and_holds(stack: Stack, written: Language, output: Said) -> None:
    run, held = rejected(stack, written), stack.held(2)

    for language, text in (("en", "is blank. Fill it in."), ("zh", "「姓名」为空，请填写。")):
        (problem,) = output.json("show", run.run_id, "--lang", language)["problems"]
        assert (problem["code"], text in problem["text"]) == ("cell_missing", True)
    first, second = output.json("show", held.run_id)["holds"]
    assert (first["code"], first["family"]) == ("hold_gone", "leavers")
    assert (second["code"], second["family"]) == ("hold_protected_departments", "named")
    assert first["text"].startswith("The file would remove or disable 60 of 1,260 members")


def test_programs_read_every_link_that_is_in_doubt(stack: Stack, output: Said) -> None:
    states = ["doubtful"] * 20 + ["moved", "certain", "new"]
    blank = {"name": "", "account": "", "evidence": [], "candidates": []}
    links = [{"key": f"{at}", "state": state, **blank} for at, state in enumerate(states)]
    plan = {"counts": {}, "changes": [], "existing": 30, "links": links}
    held = stack.held()
    kept = stack.put_report(held, "plan.json", json.dumps(plan))

    stack.move(held, State.HELD, reports=kept)

    assert output.json("show", held.run_id)["links"] == links[:21]


def test_reports_are_written_beside_what_is_yours(
    stack: Stack, tmp_path: Path, output: Said
) -> None:
    run = rejected(stack)
    mine = tmp_path / "problems.json"
    mine.write_text("mine")

    text = output.complaint("results", run.run_id, "-o", str(tmp_path))

    assert mine.read_text() == "mine"
    assert "Choose another folder, for example -o" in text
    assert "Cannot write to" in output.complaint("results", run.run_id, "-o", str(mine))


@pytest.mark.parametrize("folder", [[], ["-o", "reports of today"]])
def test_the_reports_of_a_run_are_fetched_into_a_folder(
    stack: Stack, tmp_path: Path, folder: list[str], output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = rejected(stack)

    fetched = output.json("results", run.run_id[-12:], *folder)

    path = Path([run.run_id, *folder][-1]) / "problems.json"
    assert fetched == {"run_id": run.run_id, "files": {"problems.json": str(path)}}
    assert "cell_missing" in path.read_text("utf-8")
    assert output("results", run.run_id, *folder) == f"{path}\n"


@pytest.mark.parametrize("screen", ["", ":0"])
def test_the_page_of_a_run_is_opened_or_it_is_said_where_it_is(
    stack: Stack,
    output: Said,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    *,
    browsed: list[str],
    screen: str,
) -> None:
    run = partial(stack)
    monkeypatch.setenv("DISPLAY", screen)

    text = output("show", run.run_id, "--open")

    (path,) = tmp_path.glob("wecom-sync-*/report.html")
    assert str(path) in text
    assert text.startswith("Opened in the browser" if screen else "There is no browser here.")
    assert browsed == ([path.as_uri()] if screen else [])
    assert path.read_bytes().startswith(b"<!doctype html>")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    stack.s3.delete_object(Bucket="reports", Key=f"acme/{run.run_id}/report.html")
    assert "has no page" in output.complaint("show", run.run_id, "--open", code=1)


def test_reports_say_how_to_drop_what_is_mended(stack: Stack, output: Said, tmp_path: Path) -> None:
    run = stack.applied(1, State.PARTIAL)
    run = stack.move(run, State.PARTIAL, reports=stack.put_report(run, "fix.csv", "x"))

    text = output("results", run.run_id, "-o", str(tmp_path), "--stack", "hr")

    path = tmp_path / "fix.csv"
    command = f"wecom-sync drop {path} --corp acme --job syncuser --watch --stack hr\n"
    assert text.endswith(command)


def test_programs_read_of_every_corp_what_needs_a_person(stack: Stack, output: Said) -> None:
    success = stack.applied(1)
    held = stack.held(2)
    stack.applied(3, corp="globex")

    acme, globex = output.json("status")["corps"]

    last = {"run_id": success.run_id, "finished": "2027-01-15T08:00:01.000+00:00"}
    (need,) = acme.pop("attention")
    quiet = {"runs_open": 1, "waiting_since": None}
    assert acme == {"corp": "acme", "last_success": {"syncuser": last}, **quiet}
    assert (need["run_id"], need["state"], "60" in need["text"]) == (held.run_id, "HELD", True)
    assert (globex["corp"], globex["attention"], globex["runs_open"]) == ("globex", [], 0)
    assert output.json("status", "--corp", "globex")["corps"] == [globex]
    assert output.json("status", "--corp", "acne")["corps"][0]["attention"] == []


def test_a_corps_page_is_opened_with_the_reports_that_it_links_to(
    stack: Stack,
    output: Said,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    browsed: list[str],
) -> None:
    run, later = failed(stack, 1), stack.applied(2, job=Job.REPLACE_USER)
    stack.put_report(run, "report.html", "a report")
    stack.s3.delete_object(Bucket="reports", Key=f"acme/{later.run_id}/report.html")
    monkeypatch.setenv("DISPLAY", ":0")

    text = output("status", "--open", "--corp", "acme")

    (page,) = tmp_path.glob("wecom-sync-*/index.html")
    assert browsed == [page.as_uri()]
    assert str(page) in text
    assert data_of(page.read_bytes())["attention"][0]["run_id"] == run.run_id
    assert (page.parent / run.run_id / "report.html").read_text("utf-8") == "a report"
    assert not (page.parent / later.run_id).exists()
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
