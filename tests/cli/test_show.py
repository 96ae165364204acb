"""Showing a run and fetching its reports: what people and programs read of it."""

import json
import re
from pathlib import Path

import pytest

from support.console import Said, words
from support.fakes import START
from support.stack import DIGEST, FIELDS, Stack
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Again, Approval, Reason, Run, State, TimelineEntry
from wecom_sync.domain.run import Said as Word
from wecom_sync.domain.texts import Listing
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import problems_json
from wecom_sync_tools.console.tables import moment


def partial(stack: Stack) -> Run:
    run = stack.run(1, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
    stack.store.put_outcomes(
        run, [Outcome("lisi", 3, 60104, "mobile existed", name="李四"), Outcome("wangwu", 2, 0)]
    )
    return stack.move(
        run, State.PARTIAL, reason=Reason("rows_failed", {"failed": 1, "rows": 3}),
        succeeded=2, failed=1, finished=START + 9,
        reports={"results.csv": f"s3://reports/acme/{run.run_id}/results.csv"},
    )  # fmt: skip


@pytest.mark.parametrize("part", [slice(None), slice(18), slice(1, None), slice(-12, None),
                                  slice(-12, -8)])  # fmt: skip
@pytest.mark.parametrize("corp", [[], ["--corp", "acme"]])
def test_show_takes_enough_of_an_id(
    stack: Stack, part: slice, corp: list[str], output: Said
) -> None:
    run = partial(stack)
    stack.run(2, State.QUEUED)
    stack.run(3, State.QUEUED, corp="globex")

    document = output.json("show", run.run_id[part], *corp)

    assert document.keys() >= FIELDS | {"rows_failed", "timeline", "holds"}
    assert "stored" not in document
    assert (document["run_id"], document["problems"]) == (run.run_id, [])
    (row,) = document["rows_failed"]
    assert row.keys() == {"line", "userid", "name", "errcode", "errmsg", "explanation", "advice"}
    assert (row["line"], row["userid"], row["errcode"]) == (3, "lisi", 60104)


def test_what_to_do_about_each_failed_row_is_shown(stack: Stack, output: Said) -> None:
    run = partial(stack)

    text = output("show", run.run_id, "--stack", "hr")

    assert "PARTIAL" in text
    assert re.search(r"3 +lisi +李四 +60104", text)
    assert text.count("belongs to another member") == 1
    assert text.count(run.reports["results.csv"]) == 1
    assert f"wecom-sync results {run.run_id} --stack hr --corp acme\n" in text


@pytest.mark.parametrize(("posted", "line"), [(None, "Not applied 3"), (START, "Not reported 3")])
def test_a_refused_import(stack: Stack, posted: float | None, line: str, output: Said) -> None:
    run = stack.run(1, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
    reason = Reason("wecom_refused", {"errcode": 45026, "errmsg": "too many"})
    run = stack.move(run, State.FAILED, reason=reason, posted=posted, unreported=3)

    assert line in words(output("show", run.run_id))


@pytest.mark.parametrize("written", Language)
def test_problems_are_told_in_both_languages(stack: Stack, written: Language, output: Said) -> None:
    run = rejected(stack, written)

    for language, text in (("en", "is blank. Fill it in."), ("zh", "「姓名」为空，请填写。")):
        assert text in output("show", run.run_id, "--lang", language)
        (problem,) = output.json("show", run.run_id, "--lang", language)["problems"]
        assert (problem["code"], text in problem["text"]) == ("cell_missing", True)


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


def test_a_run_without_reports_says_so(stack: Stack, output: Said) -> None:
    queued, reported = stack.run(2, State.QUEUED), partial(stack)

    assert "has no reports: it is QUEUED" in output.complaint("results", queued.run_id, code=1)
    assert "are no longer kept" in output.complaint("results", reported.run_id, code=1)


@pytest.mark.parametrize("options", [[], ["--stack", "hr"]])
def test_a_hold_says_why_and_how_to_decide(stack: Stack, output: Said, options: list[str]) -> None:
    run = stack.held(1)

    printed = output("show", run.run_id, *options)

    text = words(printed)
    assert "1. Check the filter and the date of the export, and whether it" in text
    assert text.count("would remove or disable") == 1
    assert "Affected: a, b and others, 60 in all." in text
    assert "2. The row of department 1 renames the company's root department." in text
    assert text.count("Held because") == 1
    assert "Added 1,200 · Removed 60" in text
    named = " ".join([run.run_id, *options, "--corp acme"])
    assert f"wecom-sync approve {named} --plan {DIGEST[:12]}\n" in printed
    assert f"wecom-sync cancel {named}\n" in printed
    assert f"Decide by {moment(START + 300)}; after that the run is cancelled" in text
    holds = output.json("show", run.run_id)["holds"]
    assert [(hold["code"], hold["family"]) for hold in holds] == [
        ("hold_gone", "leavers"), ("hold_protected_departments", "named")
    ]  # fmt: skip
    assert holds[0]["text"].startswith("Check the filter and the date of the export")


def rejected(stack: Stack, language: Language = Language.ENGLISH) -> Run:
    """Make a rejected run; `language`: of its report."""
    run = stack.run(1)
    error = FileRejectedError([Problem(2, "姓名", "cell_missing", {"column": "姓名"}, "lisi")])
    reports = stack.put_report(run, "problems.json", problems_json(error, language))
    return stack.move(run, State.REJECTED, finished=START + 1, reports=reports)


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


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("zzz", "no run zzz"), ("", "no run "), ("0123456789ab", "no run 0"),
        ("20270115T080001Z-0123456789ab", "no run 2"), ("20270115", "more than one"),
    ],
)  # fmt: skip
def test_a_name_of_no_single_run(stack: Stack, name: str, complaint: str, output: Said) -> None:
    stack.run(1, State.QUEUED)
    stack.run(2, State.QUEUED)

    assert complaint in output.complaint("show", name)


def test_a_held_run_names_whom_its_plan_concerns(stack: Stack, output: Said) -> None:
    run = stack.held(1)
    notice = {"code": "warning_mobile_taken", "params": {"owner": "zhao"}, "text": "已被占用。"}
    warning = {"line": 3, "id": "lisi", "column": "手机号", "value": None, **notice}
    plan = {
        "counts": run.plan,
        "existing": 90,
        "remove": ["zhaoliu", *map(str, range(59))],
        "warnings": [warning] * 12,
        "changes": [],
    }
    reports = stack.put_report(run, "plan.json", json.dumps(plan))
    stack.move(run, State.HELD, reports=reports, warnings=1200)

    text = output("show", run.run_id)

    assert f"plan.json  {reports['plan.json']}\n" in text
    assert "Removed 60 zhaoliu, 0, 1, 2, 3, 4, 5, 6, 7, 8 … and 50 more" in words(text)
    assert text.count("「zhao」 had this mobile") == 1
    assert text.count("lisi") == 10
    assert "… +2" in text
    assert "Warnings 1,200, listed in plan.json" in words(text)
    places = [text.index(part) for part in ("zhaoliu", "being planned", "s3://", "wecom-sync app")]
    assert places == sorted(places)


@pytest.mark.parametrize("screen", ["", ":0"])
def test_the_page_of_a_run_is_opened_or_it_is_said_where_it_is(
    stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    *, browsed: list[str], screen: str,
) -> None:  # fmt: skip
    run = partial(stack)
    monkeypatch.setenv("DISPLAY", screen)

    text = output("show", run.run_id, "--open")

    (path,) = tmp_path.glob("wecom-sync-*/report.html")
    assert str(path) in text
    assert text.startswith("Opened in the browser" if screen else "There is no browser here.")
    assert browsed == ([path.as_uri()] if screen else [])
    assert path.read_bytes().startswith(b"<!doctype html>")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert "--json" in output.complaint("show", run.run_id, "--open", "--json")
    stack.s3.delete_object(Bucket="reports", Key=f"acme/{run.run_id}/report.html")
    assert "has no page" in output.complaint("show", run.run_id, "--open", code=1)


def test_reports_say_how_to_drop_what_is_mended(stack: Stack, output: Said, tmp_path: Path) -> None:
    run = stack.applied(1, State.PARTIAL)
    run = stack.move(run, State.PARTIAL, reports=stack.put_report(run, "fix.csv", "x"))

    text = output("results", run.run_id, "-o", str(tmp_path), "--stack", "hr")

    path = tmp_path / "fix.csv"
    command = f"wecom-sync drop {path} --corp acme --job syncuser --watch --stack hr\n"
    assert text.endswith(command)


def test_an_approval_of_another_plan_is_shown_with_the_answer(stack: Stack, output: Said) -> None:
    run = stack.held(1)
    approval = Approval("lisi", START + 5, "d0")
    word = Word("wangwu", note="as agreed", source="x")
    stack.move(run, State.HELD, approval=approval, said=word, answer=Reason("approval_outdated"))

    text = words(output("show", run.run_id))

    assert "by wangwu note: as agreed The hash is not that of the plan" in text
    assert "! decision not carried out by wangwu" in text
    assert text.count("held for a decision") == 2  # the title, and the moment it was held
    assert "by lisi, 20" in text
    assert "; no longer valid, because the plan has become worse since" in text


def test_a_person_sees_what_happened_and_by_whose_word(stack: Stack, output: Said) -> None:
    run = stack.run(
        1, principal="AWS:li\x1b[31msi",
        timeline=(TimelineEntry(State.RECEIVED, START, said=Word("AWS:lisi")),),
    )  # fmt: skip
    run = stack.move(run, State.QUEUED)
    again = Again("/cgi-bin/media/upload", START + 60, START + 3600, 3)
    stack.clock.now += 5
    about = {"call": again.call, "how": "how_refused"}
    stack.move(run, State.SUBMITTING, reason=Reason("wecom_unreachable", about), again=again)

    text = output("show", run.run_id)

    assert r"AWS:li\x1b[31msi" in text
    lines = [" ".join(line.split()) for line in text.partition("What happened")[2].splitlines()]
    at = [moment(START + seconds)[:19] for seconds in (0, 5, 60, 3600)]
    assert lines[1:3] == [f"{at[0]} · received by AWS:lisi", f"{at[0]} · queued"]
    assert lines[3].startswith(f"{at[1]} · being planned and sent ")
    failure = " ".join(lines[3:])
    assert "Could not upload the file (media/upload): the connection was refused." in failure
    assert f"failed so far: 3; next try at {at[2]}, given up at {at[3]}" in failure


def test_who_approved_a_run_is_shown_as_long_as_the_run(stack: Stack, output: Said) -> None:
    run = stack.held(1, principal="LI\x1b[31msi")
    approval = Approval("li\x1b[31msi", START + 5, "d1")
    stack.move(run, State.QUEUED, approval=approval)

    text = output("show", run.run_id)

    assert r"by li\x1b[31msi, 20" in text
    assert r"The same person dropped and approved it: li\x1b[31msi." in text
    assert "wecom-sync approve" not in text


@pytest.mark.parametrize(
    ("language", "prompt"),
    [
        ("en", "To approve it, as somebody other than AWS:AIDAHR, AWS:AIDAADMIN:  "),
        ("zh", "批准（须由 AWS:AIDAHR、AWS:AIDAADMIN 以外的人执行）："),
    ],
)
def test_a_hold_says_who_cannot_approve(
    stack: Stack, output: Said, language: str, prompt: str
) -> None:
    run = stack.held(1)
    authors = Listing.of(("AWS:AIDAHR", "AWS:AIDAADMIN"), most=None)
    needed = Reason("second_person_needed", {"authors": authors})
    stack.move(run, State.HELD, holds=(*run.holds, needed))

    text = output("show", run.run_id, "--lang", language)

    assert f"\n{prompt}wecom-sync approve {run.run_id} --corp acme --plan" in text
