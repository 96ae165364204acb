"""Dropping, listing and showing, on moto: what goes up, and what programs and people read."""

import argparse
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import boto3
import pytest
from moto import mock_aws

from support.fakes import START, FakeClock
from support.template import create_on_moto
from wecom_sync.ports import Outcome
from wecom_sync.run import Approval, Drop, Job, Reason, Run, State
from wecom_sync.store import DynamoStore
from wecom_sync.texts import Language
from wecom_sync_tools.cli import main
from wecom_sync_tools.drop import finish
from wecom_sync_tools.errors import UsageError
from wecom_sync_tools.home import Home, StackNote
from wecom_sync_tools.run_view import moment
from wecom_sync_tools.runs import find_runs
from wecom_sync_tools.target import Target, target_of
from wecom_sync_tools.terminal import Terminal
from wecom_sync_tools.watch import follow

FIELDS = {
    "run_id", "corp", "job", "key", "version", "state", "reason", "rows", "succeeded", "failed",
    "job_id", "created", "finished", "plan", "reports",
}  # fmt: skip
NOTE = StackNote(
    aws_endpoint="http://127.0.0.1:4566", region="us-east-1", access_key="test", secret_key="test",
    drop_bucket="drops", report_bucket="reports", table="runs", callback_base_url="http://x",
    wecom_url="http://y", stack_name="wecom-sync",
)  # fmt: skip


@dataclass
class Stack:
    """A stack of that name in AWS, as far as moto goes."""

    store: DynamoStore

    def run(self, number: int, state: State = State.QUEUED, corp: str = "acme") -> Run:
        moment = datetime.fromtimestamp(START + number, UTC)
        drop = Drop("drops", f"{corp}/syncuser/{number}.csv", "v1", moment, moment)
        created = self.store.create(
            Run(
                run_id=drop.run_id, corp=corp, job=Job.SYNC_USER, bucket="drops", key=drop.key,
                version="v1", state=State.RECEIVED, dropped=START, created=START, updated=START,
                due=START + 300,
            ),
            drop,
        )  # fmt: skip
        return created if state is State.RECEIVED else self.store.move(created, state, rows=3)

    def held(self, number: int) -> Run:
        """Make a run that waits for a person."""
        taken = self.store.move(self.run(number), State.SUBMITTING)
        holds = (
            Reason("hold_removals", {"removed": 60, "limit": 50, "named": "a, b"}),
            Reason("hold_root"),
        )
        plan = {"add": 1200, "update": 0, "remove": 60}
        return self.store.move(
            taken, State.HELD, plan=plan, plan_digest="d1", holds=holds, deadline=START + 300
        )


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WECOM_SYNC_STACK", "hr")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "100")
    with mock_aws():
        table = create_on_moto()["RunTable"]
        s3 = boto3.client("s3")
        for bucket in ("drops", "reports"):
            s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
        create_stack(
            "hr", {"DropBucketName": "drops", "ReportBucketName": "reports", "TableName": table}
        )
        yield Stack(DynamoStore(boto3.client("dynamodb"), table, FakeClock(), 40_000))


def create_stack(name: str, outputs: dict[str, str]) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in outputs.items()},
    }
    boto3.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def printed(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_drop_names_the_run_that_its_event_will_make(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "新员工 1.csv"
    path.write_bytes(b"content")

    code = main(["drop", str(path), "--corp", "acme", "--job", "syncuser", "--json"])

    assert code == 0
    document = printed(capsys)
    (version,) = boto3.client("s3").list_object_versions(Bucket="drops")["Versions"]
    assert version["Key"] == "acme/syncuser/新员工 1.csv"
    moment = version["LastModified"]
    drop = Drop("drops", version["Key"], version["VersionId"], moment, moment)
    assert document == {
        "run_id": drop.run_id, "corp": "acme", "job": "syncuser", "bucket": "drops",
        "key": version["Key"], "version": version["VersionId"],
    }  # fmt: skip
    content = boto3.client("s3").get_object(Bucket="drops", Key=version["Key"])
    assert content["Body"].read() == b"content"


@pytest.mark.parametrize(("option", "metadata"), [([], {}), (["--force"], {"force": "true"})])
def test_only_a_forced_drop_says_so_to_the_stack(
    stack: Stack, tmp_path: Path, option: list[str], metadata: dict[str, str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"x")

    main(["drop", str(path), "--corp", "acme", "--job", "syncuser", *option])

    head = boto3.client("s3").head_object(Bucket="drops", Key="acme/syncuser/a.csv")
    assert head["Metadata"] == metadata


def test_a_drop_tells_a_person_its_run(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a\x1b[31m.csv"
    path.write_bytes(b"x")

    assert main(["drop", str(path), "--corp", "acme", "--job", "replaceuser"]) == 0

    shown = capsys.readouterr().out
    assert "acme/replaceuser/a\ufffd[31m.csv" in shown
    assert "wecom-sync show 20" in shown


def test_runs_are_an_array_the_newest_first(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = stack.run(1), stack.run(2, corp="globex")

    code = main(["runs", "--json"])

    assert code == 0
    documents = printed(capsys)
    assert [document["run_id"] for document in documents] == [second.run_id, first.run_id]
    assert documents[0].keys() >= FIELDS


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        (["--corp", "acme"], [3, 1]),
        (["--state", "received"], [3]),
        (["--state", "QUEUED", "--corp", "acme"], [1]),
        (["--limit", "1"], [3]),
        (["--corp", "nobody"], []),
    ],
)
def test_runs_can_be_narrowed(
    stack: Stack, options: list[str], numbers: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {1: stack.run(1), 2: stack.run(2, corp="globex"), 3: stack.run(3, State.RECEIVED)}

    main(["runs", "--json", *options])

    assert [found["run_id"] for found in printed(capsys)] == [runs[n].run_id for n in numbers]


def test_a_person_reads_runs_as_a_table(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    run = stack.run(1)

    assert main(["runs"]) == 0

    (shown,) = capsys.readouterr().out.splitlines()[1:]
    taken = moment(run.created).split()
    assert shown.split() == [
        run.run_id[-12:], taken[0], taken[1][:5], "·", "QUEUED", "3", "-", "acme/syncuser/1.csv",
    ]  # fmt: skip


def test_a_time_names_its_clock() -> None:
    said = moment(START)

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d", said)
    assert datetime.fromisoformat(said.replace(" ", "T", 1).replace(" ", "")).timestamp() == START


def test_held_runs_come_with_the_way_to_decide(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    held = stack.held(1)

    assert main(["runs", "--state", "held"]) == 0

    shown = capsys.readouterr().out
    assert held.run_id[-12:] in shown
    assert "wecom-sync show RUN" in shown


def test_runs_that_are_open_are_found_without_reading_those_that_have_ended(stack: Stack) -> None:
    held = [stack.held(number) for number in (1, 2, 3)]
    other = stack.run(4, corp="globex")
    only_the_index = cast("DynamoStore", SimpleNamespace(due=stack.store.due))

    assert find_runs(only_the_index, None, State.HELD, 2) == [held[2], held[1]]
    assert find_runs(only_the_index, "acme", State.HELD, 20) == held[::-1]
    assert find_runs(only_the_index, "globex", State.HELD, 20) == []
    assert find_runs(only_the_index, "globex", State.QUEUED, 20) == [other]


@pytest.mark.parametrize("corp", [None, "acme"])
def test_runs_that_have_ended_are_found_by_state_as_well(stack: Stack, corp: str | None) -> None:
    rejected = stack.store.move(stack.run(1, State.RECEIVED), State.REJECTED)
    stack.store.settle(rejected)
    stack.run(2)

    assert find_runs(stack.store, corp, State.REJECTED, 20) == [rejected]


def test_no_runs_is_an_empty_array(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["runs", "--json"]) == 0
    assert printed(capsys) == []


def partial(stack: Stack) -> Run:
    run = stack.store.move(stack.run(1), State.SUBMITTING)
    run = stack.store.move(run, State.SUBMITTED, job_id="3_1_1")
    stack.store.put_outcomes(
        run,
        [Outcome("lisi", 3, 60104, "mobile existed"), Outcome("wangwu", 2, 0)],
    )
    reason = Reason("rows_failed", {"failed": 1, "rows": 3})
    return stack.store.move(
        run,
        State.PARTIAL,
        reason=reason,
        succeeded=2,
        failed=1,
        finished=START + 9,
        reports={"results.csv": f"s3://reports/acme/{run.run_id}/results.csv"},
    )


@pytest.mark.parametrize("name", ["{}", "{:.18}", "...{}"])
def test_show_takes_an_id_or_enough_of_it(
    stack: Stack, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = partial(stack)
    stack.run(2)

    code = main(["show", name.format(run.run_id).replace("...2", "")[-29:], "--json"])

    assert code == 0
    document = printed(capsys)
    assert document.keys() >= FIELDS | {"rows_failed"}
    assert document["run_id"] == run.run_id
    (row,) = document["rows_failed"]
    assert row.keys() == {"line", "userid", "errcode", "errmsg", "explanation", "advice"}
    assert (row["line"], row["userid"], row["errcode"]) == (3, "lisi", 60104)


def test_a_person_sees_what_to_do_about_each_failed_row(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = partial(stack)

    assert main(["show", run.run_id]) == 0

    shown = capsys.readouterr().out
    assert "PARTIAL" in shown
    assert "60104" in shown
    assert shown.count("belongs to another member") == 1
    assert shown.count(run.reports["results.csv"]) == 1


def rejected(stack: Stack) -> Run:
    run = stack.run(1, State.RECEIVED)
    report = (
        "\ufeff行号,帐号或部门 ID,结果,错误码,企业微信返回信息,列,说明,处理建议\r\n"
        "2,lisi,不合格,,,手机号,手机号不正确。,\r\n"
        "3,wangwu,未发送,,,,这一行没有问题。,\r\n"
        ",,不合格,,,,同类问题还有 7 处。,\r\n"
    )
    where = f"acme/{run.run_id}/results.csv"
    boto3.client("s3").put_object(Bucket="reports", Key=where, Body=report.encode())
    return stack.store.move(
        run, State.REJECTED, finished=START + 1, reports={"results.csv": f"s3://reports/{where}"}
    )


def test_programs_get_what_is_wrong_with_a_rejected_file(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = rejected(stack)

    main(["show", run.run_id, "--json"])

    assert printed(capsys)["problems"] == [
        {"line": 2, "id": "lisi", "column": "手机号", "text": "手机号不正确。"},
        {"line": None, "id": None, "column": None, "text": "同类问题还有 7 处。"},
    ]


def test_a_run_whose_file_was_good_has_no_problems(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["show", partial(stack).run_id, "--json"])

    assert printed(capsys)["problems"] == []


def test_whoever_watched_a_file_fail_gets_its_problems_as_well(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = rejected(stack)
    moment = datetime.fromtimestamp(START + 1, UTC)
    drop = Drop("drops", run.key, "v1", moment, moment)
    args = argparse.Namespace(watch=True, json=True)
    terminal = Terminal(Language.ENGLISH)
    target = target_of(argparse.Namespace(home=None, stack="hr"), {}, terminal)

    assert finish(target, drop, {}, args, terminal) == 1

    assert [each["line"] for each in printed(capsys)["problems"]] == [2, None]


@pytest.mark.parametrize("folder", [[], ["-o", "reports of today"]])
def test_the_reports_of_a_run_are_fetched_into_a_folder(
    stack: Stack,
    tmp_path: Path,
    folder: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    run = rejected(stack)

    assert main(["results", run.run_id[-12:], "--json", *folder]) == 0

    path = Path([run.run_id, *folder][-1]) / "results.csv"
    assert printed(capsys) == {"run_id": run.run_id, "files": {"results.csv": str(path)}}
    assert "手机号不正确" in path.read_text("utf-8-sig")
    assert main(["results", run.run_id, *folder]) == 0
    assert capsys.readouterr().out == f"{path}\n"


def test_a_report_overwrites_nothing_of_yours(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "results.csv"
    mine.write_text("mine")

    assert main(["results", rejected(stack).run_id, "-o", str(tmp_path)]) == 2

    assert mine.read_text() == "mine"
    assert "Choose another folder with -o" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_wrong_use(
    stack: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")

    assert main(["results", rejected(stack).run_id, "-o", str(tmp_path / "file")]) == 2

    assert "Cannot write to" in capsys.readouterr().err


@pytest.mark.parametrize("had", [False, True])
def test_a_run_without_reports_says_so(
    stack: Stack, had: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    run = partial(stack) if had else stack.run(1)

    assert main(["results", run.run_id]) == 1

    said = "are no longer kept" if had else "has no reports: it is QUEUED"
    assert said in capsys.readouterr().err


def test_a_run_with_reports_comes_with_the_way_to_read_them(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = partial(stack)

    main(["show", run.run_id, "--stack", "hr"])

    assert f"wecom-sync results {run.run_id} --stack hr\n" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "complaint"), [("zzz", "no run zzz"), ("2", "more than one")])
def test_a_name_that_fits_no_single_run_is_wrong_use(
    stack: Stack, name: str, complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.run(1)
    stack.run(2)

    assert main(["show", name]) == 2
    assert complaint in capsys.readouterr().err


def test_a_held_run_says_why_what_it_would_do_and_how_to_decide_until_when(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)

    assert main(["show", run.run_id]) == 0

    shown = capsys.readouterr().out
    text = " ".join(shown.replace("│", " ").split())
    assert "1. 60 members would be removed or disabled; more than 50 need approval." in text
    assert "Affected: a, b." in text
    assert "2. The row of department 1 renames the company's root department." in text
    assert text.count("Held because") == 1
    assert "Added 1,200 · Removed 60" in text
    assert f"wecom-sync approve {run.run_id} --plan d1\n" in shown
    assert f"wecom-sync cancel {run.run_id}\n" in shown
    assert f"Decide by {moment(START + 300)}; after that the run is cancelled" in text


def test_the_ways_to_decide_lead_to_the_same_stack(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)

    assert main(["show", run.run_id, "--stack", "hr"]) == 0

    shown = capsys.readouterr().out
    assert f"wecom-sync approve {run.run_id} --stack hr --plan d1\n" in shown
    assert f"wecom-sync cancel {run.run_id} --stack hr\n" in shown


def test_a_held_run_names_whom_its_plan_concerns_and_what_deserves_a_look(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)
    warning = {"line": 3, "id": "lisi", "column": "手机号", "text": "Taken."}
    plan = {"counts": run.plan, "remove": ["zhaoliu"], "warnings": [warning] * 12}
    where = f"acme/{run.run_id}/plan.json"
    boto3.client("s3").put_object(Bucket="reports", Key=where, Body=json.dumps(plan))
    stack.store.move(run, State.HELD, reports={"plan.json": f"s3://reports/{where}"})

    assert main(["show", run.run_id]) == 0

    shown = capsys.readouterr().out
    assert f"plan.json  s3://reports/{where}\n" in shown
    assert "Removed 60 zhaoliu … and 59 more" in " ".join(shown.split())
    assert shown.count("Taken.") == 1
    assert shown.count("lisi") == 10
    assert "… and 2 more" in shown


def test_a_run_counts_its_warnings_and_says_where_they_are(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.store.move(stack.run(1), State.SUBMITTING, warnings=1200)

    main(["show", run.run_id])

    assert "Warnings  1,200, listed in plan.json" in capsys.readouterr().out


def test_an_approval_that_was_refused_is_shown_with_the_reason(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)
    approval = Approval("lisi", START + 5, "d0", {"remove": 6})
    reason = Reason("approval_outdated", {"by": "wangwu"})
    stack.store.move(run, State.HELD, approval=approval, reason=reason)

    main(["show", run.run_id])

    text = " ".join(capsys.readouterr().out.replace("│", " ").split())
    assert "Why wangwu approved an earlier plan; this one has not been approved." in text
    assert "by lisi, 20" in text
    assert "; no longer counts, because the plan has become worse since" in text


def test_programs_get_every_hold_of_its_own(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)

    main(["show", run.run_id, "--json"])

    document = printed(capsys)
    assert [hold[:10] for hold in document["holds"]] == ["60 members", "The row of"]
    assert document["plan"]["remove"] == 60


def test_who_approved_a_run_is_shown_as_long_as_the_run(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    run = stack.held(1)
    approval = Approval("li\x1b[31msi", START + 5, "d1", {"remove": 60})
    stack.store.move(run, State.QUEUED, approval=approval)

    main(["show", run.run_id])

    shown = capsys.readouterr().out
    assert "by li\ufffd[31msi, 20" in shown
    assert "wecom-sync approve" not in shown


def test_a_stack_that_does_not_exist_is_wrong_use(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["runs", "--stack", "nowhere"]) == 2
    assert "no stack nowhere" in capsys.readouterr().err


def test_a_stack_of_somebody_else_is_wrong_use(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    create_stack("blog", {"Url": "x"})

    assert main(["runs", "--stack", "blog"]) == 2
    assert "DropBucketName" in capsys.readouterr().err


def test_a_table_that_is_gone_is_no_wrong_use(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    create_stack("old", {"DropBucketName": "d", "ReportBucketName": "r", "TableName": "gone"})

    assert main(["runs", "--stack", "old"]) == 1
    assert "AWS refused" in capsys.readouterr().err


def chosen(
    tmp_path: Path, *, home: bool = False, stack: str | None = None, changes: bool = False
) -> Target:
    """Choose a stack while a local one is up and WECOM_SYNC_STACK names another."""
    local = Home(tmp_path / "home")
    args = argparse.Namespace(home=str(local.path) if home else None, stack=stack)
    environ = {"WECOM_SYNC_HOME": str(local.path), "WECOM_SYNC_STACK": "hr"}
    with local.owned():
        local.write(replace(NOTE, stack_name="hr"))
        return target_of(args, environ, Terminal(Language.ENGLISH), changes=changes)


@pytest.mark.parametrize(("changes", "told"), [(True, "goes before WECOM_SYNC_STACK"), (False, "")])
def test_a_local_stack_that_is_up_goes_before_the_environments(
    stack: Stack, tmp_path: Path, changes: bool, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = chosen(tmp_path, changes=changes)

    assert target.is_local
    assert target.s3.meta.endpoint_url == NOTE.aws_endpoint
    assert target.table == NOTE.table
    said = capsys.readouterr().err
    assert told in said
    assert bool(told) == bool(said)


def test_a_stack_that_is_named_outright_is_the_one_in_aws_even_if_the_local_one_is_called_so(
    stack: Stack, tmp_path: Path
) -> None:
    target = chosen(tmp_path, stack="hr")

    assert not target.is_local
    assert target.stack_name == "hr"
    assert target.options == ("--stack", "hr")


def test_two_stacks_at_once_are_wrong_use(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(tmp_path, home=True, stack="hr")

    assert refused.value.code == "stack_twice"


@pytest.mark.parametrize(
    "command",
    [
        "drop {file} --corp acme --job syncuser",
        "approve {run} --yes",
        "cancel {run}",
        "rollback --corp acme --job syncuser",
        "redrive --return",
        "settings apply {settings} --corp acme",
    ],
)
def test_what_changes_something_in_aws_says_where(
    stack: Stack,
    tmp_path: Path,
    command: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("wecom_sync_tools.settings_apply.PATIENCE_SECONDS", 0)
    names = {
        "file": tmp_path / "a.csv",
        "settings": tmp_path / "s.toml",
        "run": stack.run(1).run_id,
    }
    for name in ("file", "settings"):
        Path(str(names[name])).write_bytes(b"")

    main(command.format(**names).split())

    assert "Stack hr in AWS, region us-east-1" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["runs", "show {run}", "redrive"])
def test_what_changes_nothing_says_nothing_of_its_target(
    stack: Stack, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(command.format(run=stack.run(1).run_id).split())

    assert "Stack hr" not in capsys.readouterr().err


def test_watching_shows_each_state_once_and_ends_with_the_run(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    received = stack.run(1, State.RECEIVED)
    queued = stack.store.move(received, State.QUEUED)
    rejected = stack.store.move(stack.run(2, State.RECEIVED), State.REJECTED)
    seen: Iterator[Run | None] = iter([None, received, received, queued, rejected])
    target = SimpleNamespace(is_local=True, store=SimpleNamespace(run=lambda _: next(seen)))
    pauses: list[float] = []

    final = follow(
        cast("Target", target), received.run_id, Terminal(Language.ENGLISH),
        title="acme/syncuser/\x1b[31m1.csv", sleep=pauses.append,
    )  # fmt: skip

    assert final is rejected
    assert len(pauses) == 4
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "acme/syncuser/\ufffd[31m1.csv"
    assert [line.rpartition(" 0.0")[0] for line in lines[1:]] == [
        "· received", "· queued", "✗ file rejected",
    ]  # fmt: skip


def test_watching_a_held_run_ends_because_a_person_has_to_decide(stack: Stack) -> None:
    held = stack.held(1)
    target = SimpleNamespace(is_local=False, store=SimpleNamespace(run=lambda _: held))

    final = follow(
        cast("Target", target), held.run_id, Terminal(Language.ENGLISH), title="x",
        sleep=lambda _: pytest.fail("nothing to wait for"),
    )  # fmt: skip

    assert final.state is State.HELD
