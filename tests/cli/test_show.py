"""Showing a run and fetching its reports: what people and programs read of it."""

import json
import os
import re
import tempfile
import webbrowser
from pathlib import Path

import pytest

from support.console import Said
from support.fakes import START
from support.stack import DIGEST, FIELDS, Stack
from support.world import members
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Again, Approval, Reason, Run, State, Step
from wecom_sync.domain.run import Said as Word
from wecom_sync.domain.texts import Listing
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import problems_json
from wecom_sync_tools.console.tables import moment


def partial(stack: Stack) -> Run:
    run = stack.move(stack.run(1, State.QUEUED), State.SUBMITTING)
    run = stack.move(run, State.SUBMITTED, job_id="3_1_1")
    stack.store.put_outcomes(
        run, [Outcome("lisi", 3, 60104, "mobile existed", name="李四"), Outcome("wangwu", 2, 0)]
    )
    reason = Reason("rows_failed", {"failed": 1, "rows": 3})
    return stack.move(
        run,
        State.PARTIAL,
        reason=reason,
        succeeded=2,
        failed=1,
        finished=START + 9,
        reports={"results.csv": f"s3://reports/acme/{run.run_id}/results.csv"},
    )


@pytest.mark.parametrize("part", [slice(None), slice(18), slice(1, None), slice(-12, None),
                                  slice(-12, -8)])  # fmt: skip
@pytest.mark.parametrize("corp", [[], ["--corp", "acme"]])
def test_show_takes_an_id_or_enough_of_it(
    stack: Stack, part: slice, corp: list[str], said: Said
) -> None:
    run = partial(stack)
    stack.run(2, State.QUEUED)
    stack.run(3, State.QUEUED, corp="globex")

    document = said.json("show", run.run_id[part], *corp)

    assert document.keys() >= FIELDS | {"rows_failed", "timeline", "holds"}
    assert "stored" not in document
    assert document["run_id"] == run.run_id
    (row,) = document["rows_failed"]
    assert row.keys() == {"line", "userid", "name", "errcode", "errmsg", "explanation", "advice"}
    assert (row["line"], row["userid"], row["errcode"]) == (3, "lisi", 60104)


def test_a_person_sees_what_to_do_about_each_failed_row(stack: Stack, said: Said) -> None:
    run = partial(stack)

    shown = said("show", run.run_id)

    assert "PARTIAL" in shown
    assert re.search(r"3 +lisi +李四 +60104", shown)
    assert shown.count("belongs to another member") == 1
    assert shown.count(run.reports["results.csv"]) == 1


@pytest.mark.parametrize(("posted", "shown"), [(None, "Not applied 3"), (START, "Not reported 3")])
def test_an_import_that_wecom_refused_as_a_whole_applied_nothing(
    stack: Stack, posted: float | None, shown: str, said: Said
) -> None:
    run = stack.move(stack.run(1, State.QUEUED), State.SUBMITTING)
    run = stack.move(run, State.SUBMITTED, job_id="3_1_1", posted=START)
    reason = Reason("wecom_refused", {"errcode": 45026, "errmsg": "too many"})
    run = stack.move(run, State.FAILED, reason=reason, posted=posted, unreported=3)

    assert shown in " ".join(said("show", run.run_id).split())


def rejected(stack: Stack, language: Language = Language.ENGLISH) -> Run:
    """Make a rejected run; `language`: of its report."""
    run = stack.run(1)
    error = FileRejectedError([Problem(2, "姓名", "cell_missing", {"column": "姓名"}, "lisi")])
    reports = stack.put_report(run, "problems.json", problems_json(error, language))
    return stack.move(run, State.REJECTED, finished=START + 1, reports=reports)


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "is blank. Fill it in."), ("zh", "「姓名」为空，请填写。")]
)
@pytest.mark.parametrize("written", Language)
def test_the_problems_of_a_file_are_told_in_the_language_of_whoever_asks(
    stack: Stack, written: Language, language: str, shown: str, said: Said
) -> None:
    run = rejected(stack, written)

    assert shown in said("show", run.run_id, "--lang", language)
    (problem,) = said.json("show", run.run_id, "--lang", language)["problems"]
    assert shown in problem["text"]
    assert problem["code"] == "cell_missing"


def test_a_run_whose_file_was_good_has_no_problems(stack: Stack, said: Said) -> None:
    assert said.json("show", partial(stack).run_id)["problems"] == []


def test_whoever_watched_a_file_fail_gets_its_problems_as_well(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(members("li si"), "utf-8")

    run = said.json("drop", str(path), "--corp", "acme", "--job", "syncuser", "--watch", code=1)

    assert [each["line"] for each in run["problems"]] == [2]


@pytest.mark.parametrize("folder", [[], ["-o", "reports of today"]])
def test_the_reports_of_a_run_are_fetched_into_a_folder(
    stack: Stack, tmp_path: Path, folder: list[str], said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = rejected(stack)

    fetched = said.json("results", run.run_id[-12:], *folder)

    path = Path([run.run_id, *folder][-1]) / "problems.json"
    assert fetched == {"run_id": run.run_id, "files": {"problems.json": str(path)}}
    assert "cell_missing" in path.read_text("utf-8")
    assert said("results", run.run_id, *folder) == f"{path}\n"


def test_a_report_overwrites_nothing_of_yours(stack: Stack, tmp_path: Path, said: Said) -> None:
    mine = tmp_path / "problems.json"
    mine.write_text("mine")

    told = said.complaint("results", rejected(stack).run_id, "-o", str(tmp_path))

    assert mine.read_text() == "mine"
    assert "Choose another folder, for example -o" in told


def test_a_folder_that_cannot_be_written_is_wrong_use(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    (tmp_path / "file").write_text("")

    assert "Cannot write to" in said.complaint(
        "results", rejected(stack).run_id, "-o", str(tmp_path / "file")
    )


@pytest.mark.parametrize("had", [False, True])
def test_a_run_without_reports_says_so(stack: Stack, had: bool, said: Said) -> None:
    run = partial(stack) if had else stack.run(1, State.QUEUED)

    why = "are no longer kept" if had else "has no reports: it is QUEUED"
    assert why in said.complaint("results", run.run_id, code=1)


def test_a_run_with_reports_comes_with_the_way_to_read_them(stack: Stack, said: Said) -> None:
    run = partial(stack)

    assert f"wecom-sync results {run.run_id} --stack hr --corp acme\n" in said(
        "show", run.run_id, "--stack", "hr"
    )


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("zzz", "no run zzz"), ("", "no run "), ("0123456789ab", "no run 0"),
        ("20270115T080001Z-0123456789ab", "no run 2"), ("20270115", "more than one"),
    ],
)  # fmt: skip
def test_a_name_that_fits_no_single_run_is_wrong_use(
    stack: Stack, name: str, complaint: str, said: Said
) -> None:
    stack.run(1, State.QUEUED)
    stack.run(2, State.QUEUED)

    assert complaint in said.complaint("show", name)


def test_a_held_run_says_why_what_it_would_do_and_how_to_decide_until_when(
    stack: Stack, said: Said
) -> None:
    run = stack.held(1)

    shown = said("show", run.run_id)

    text = " ".join(shown.replace("│", " ").split())
    assert "1. This file would remove or disable 60 of 1,260 members; more than" in text
    assert "Affected: a, b and others, 60 in all." in text
    assert "2. The row of department 1 renames the company's root department." in text
    assert text.count("Held because") == 1
    assert "Added 1,200 · Removed 60" in text
    assert f"wecom-sync approve {run.run_id} --corp acme --plan {DIGEST[:12]}\n" in shown
    assert f"wecom-sync cancel {run.run_id} --corp acme\n" in shown
    assert f"Decide by {moment(START + 300)}; after that the run is cancelled" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "To approve it, as somebody other than AWS:AIDAHR, AWS:AIDAADMIN:  "),
        ("zh", "批准（须由 AWS:AIDAHR、AWS:AIDAADMIN 以外的人执行）："),
    ],
)
def test_a_hold_that_needs_a_second_person_says_who_cannot_approve(
    stack: Stack, said: Said, language: str, words: str
) -> None:
    run = stack.held(1)
    authors = Listing.of(("AWS:AIDAHR", "AWS:AIDAADMIN"), most=None)
    needed = Reason("second_person_needed", {"authors": authors})
    stack.move(run, State.HELD, holds=(*run.holds, needed))

    shown = said("show", run.run_id, "--lang", language)

    assert f"\n{words}wecom-sync approve {run.run_id} --corp acme --plan" in shown


def test_the_ways_to_decide_lead_to_the_same_stack(stack: Stack, said: Said) -> None:
    run = stack.held(1)

    shown = said("show", run.run_id, "--stack", "hr")

    assert f"wecom-sync approve {run.run_id} --stack hr --corp acme --plan {DIGEST[:12]}\n" in shown
    assert f"wecom-sync cancel {run.run_id} --stack hr --corp acme\n" in shown


def test_a_held_run_names_whom_its_plan_concerns_and_what_deserves_a_look(
    stack: Stack, said: Said
) -> None:
    run = stack.held(1)
    told = {"code": "warning_mobile_taken", "params": {"owner": "zhao"}, "text": "已被占用。"}
    warning = {"line": 3, "id": "lisi", "column": "手机号", "value": None, **told}
    plan = {
        "counts": run.plan,
        "remove": ["zhaoliu", *map(str, range(59))],
        "warnings": [warning] * 12,
    }
    reports = stack.put_report(run, "plan.json", json.dumps(plan))
    stack.move(run, State.HELD, reports=reports)

    shown = said("show", run.run_id)

    assert f"plan.json  {reports['plan.json']}\n" in shown
    assert "Removed 60 zhaoliu, 0, 1, 2, 3, 4, 5, 6, 7, 8 … and 50 more" in " ".join(shown.split())
    assert shown.count("「zhao」 had this mobile") == 1
    assert shown.count("lisi") == 10
    assert "… +2" in shown


def test_a_run_counts_its_warnings_and_says_where_they_are(stack: Stack, said: Said) -> None:
    run = stack.move(stack.run(1, State.QUEUED), State.SUBMITTING, warnings=1200)

    assert "Warnings  1,200, listed in plan.json" in said("show", run.run_id)


def test_an_approval_that_is_not_for_this_plan_is_shown_with_the_answer(
    stack: Stack, said: Said
) -> None:
    run = stack.held(1)
    approval = Approval("lisi", START + 5, "d0")
    word = Word("wangwu", note="as agreed", source="x")
    stack.move(run, State.HELD, approval=approval, said=word, answer=Reason("approval_outdated"))

    text = " ".join(said("show", run.run_id).replace("│", " ").split())

    assert "by wangwu note: as agreed The hash is not that of the plan" in text
    assert "! decision not carried out by wangwu" in text
    assert text.count("held for a decision") == 2  # the title, and the moment it was held
    assert "by lisi, 20" in text
    assert "; no longer valid, because the plan has become worse since" in text


def test_a_person_sees_what_happened_and_by_whose_word(stack: Stack, said: Said) -> None:
    run = stack.run(
        1, principal="AWS:li\x1b[31msi",
        timeline=(Step(State.RECEIVED, START, said=Word("AWS:lisi")),),
    )  # fmt: skip
    run = stack.move(run, State.QUEUED)
    again = Again("/cgi-bin/media/upload", START + 60, START + 3600, 3)
    stack.clock.now += 5
    about = {"call": again.call, "how": "how_refused"}
    stack.move(run, State.SUBMITTING, reason=Reason("wecom_unreachable", about), again=again)

    shown = said("show", run.run_id)

    assert r"AWS:li\x1b[31msi" in shown
    lines = [" ".join(line.split()) for line in shown.partition("What happened")[2].splitlines()]
    at = [moment(START + seconds)[:19] for seconds in (0, 5, 60, 3600)]
    assert lines[1:3] == [f"{at[0]} · received by AWS:lisi", f"{at[0]} · queued"]
    assert lines[3].startswith(f"{at[1]} · being planned and sent ")
    told = " ".join(lines[3:])
    assert "Could not upload the file (media/upload): the connection was refused." in told
    assert f"failed so far: 3; next try at {at[2]}, given up at {at[3]}" in told


def test_what_is_told_above_is_not_told_again_among_what_happened(stack: Stack, said: Said) -> None:
    shown = said("show", stack.held(1).run_id)

    assert shown.count("would remove or disable") == 1


def test_a_file_that_was_only_planned_shows_its_plan(
    stack: Stack, tmp_path: Path, said: Said
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(members("zhao"), "utf-8")
    run_id = said.json("plan", str(path), "--corp", "acme", "--job", "syncuser")["run_id"]

    shown = said("show", run_id)

    assert "PLANNED · planned only" in shown
    assert "Added  1  员工1 (zhao): 所在部门 1" in shown
    assert "wecom-sync approve" not in shown


def test_programs_get_every_hold_of_its_own(stack: Stack, said: Said) -> None:
    run = stack.held(1)

    document = said.json("show", run.run_id)

    assert [(hold["code"], hold["family"]) for hold in document["holds"]] == [
        ("hold_gone", "leavers"), ("hold_protected_departments", "named")
    ]  # fmt: skip
    assert document["holds"][0]["text"].startswith(
        "This file would remove or disable 60 of 1,260 members"
    )
    assert document["plan"]["remove"] == 60


def test_who_approved_a_run_is_shown_as_long_as_the_run(stack: Stack, said: Said) -> None:
    run = stack.held(1, principal="LI\x1b[31msi")
    approval = Approval("li\x1b[31msi", START + 5, "d1")
    stack.move(run, State.QUEUED, approval=approval)

    shown = said("show", run.run_id)

    assert r"by li\x1b[31msi, 20" in shown
    assert r"The same person dropped and approved it: li\x1b[31msi." in shown
    assert "wecom-sync approve" not in shown


@pytest.mark.parametrize("screen", ["", ":0"])
def test_the_page_of_a_run_is_opened_or_it_is_said_where_it_is(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, screen: str
) -> None:
    run = partial(stack)
    opened: list[str] = []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def browse(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    monkeypatch.setattr(os, "environ", {**os.environ, "DISPLAY": screen})

    told = said("show", run.run_id, "--open")

    (path,) = tmp_path.glob("wecom-sync-*/report.html")
    assert str(path) in told
    assert told.startswith("Opened in the browser" if screen else "There is no browser here.")
    assert opened == ([path.as_uri()] if screen else [])
    assert path.read_bytes().startswith(b"<!doctype html>")
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_page_is_for_people(stack: Stack, said: Said) -> None:
    run = partial(stack)

    assert "--json" in said.complaint("show", run.run_id, "--open", "--json")


def test_a_run_whose_page_is_gone_is_still_told_without_it(stack: Stack, said: Said) -> None:
    run = partial(stack)
    stack.s3.delete_object(Bucket="reports", Key=f"acme/{run.run_id}/report.html")

    assert "has no page" in said.complaint("show", run.run_id, "--open", code=1)


def test_the_reports_end_with_how_to_drop_the_rows_that_were_mended(
    stack: Stack, said: Said, tmp_path: Path
) -> None:
    run = stack.run(1, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
    reports = stack.put_report(run, "fix.csv", "x")
    run = stack.move(run, State.PARTIAL, failed=1, reports=reports, finished=run.dropped)

    shown = said("results", run.run_id, "-o", str(tmp_path), "--stack", "hr")

    path = tmp_path / "fix.csv"
    command = f"wecom-sync drop {path} --corp acme --job syncuser --watch --stack hr\n"
    assert shown.endswith(command)


def test_what_would_change_is_shown_before_the_timeline_and_the_addresses(
    stack: Stack, said: Said
) -> None:
    run = stack.held()
    plan = {"counts": {"remove": 60}, "remove": ["u1"]}
    reports = stack.put_report(run, "plan.json", json.dumps(plan))
    run = stack.move(run, State.QUEUED, reports=reports)
    run = stack.move(run, State.SUBMITTING)
    run = stack.move(run, State.HELD, reports=reports)

    shown = said("show", run.run_id)

    places = [
        shown.index(words) for words in ("u1", "being planned", "s3://", "wecom-sync approve")
    ]
    assert places == sorted(places)
