"""Two buckets are enough: what each role can do with them, and how often S3 is asked."""

import json
from pathlib import Path

import boto3
import pytest
from moto.backends import get_backend

from support.console import Said
from support.rights import only
from support.stack import BUCKETS, Stack
from support.world import members
from wecom_sync.domain.run import State
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.documents import NAMED, ReportBucket, find_run

HERE = ("--corp", "acme", *BUCKETS)
JOB = ("--job", "syncuser")
BOTH = pytest.mark.parametrize("corp", ["acme", "*"])
"""The rights of one corp, and those of every corp."""


def file(folder: Path, content: str = "", name: str = "a.csv") -> str:
    path = folder / name
    path.write_text(content or members("zhao"), "utf-8")
    return str(path)


@BOTH
def test_a_dropper_who_reads_needs_nothing_else(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, corp: str
) -> None:
    path = file(tmp_path)
    calls = only(monkeypatch, "dropper", "reader", corp=corp, free=stack.s3)

    assert said.json("plan", path, *HERE, *JOB)["verdict"] == "apply"
    run = said.json("drop", path, *HERE, *JOB, "--watch")

    assert run["state"] == "SUCCEEDED"
    assert set(calls) == {"PutObject", "HeadObject", "ListObjectsV2", "GetObject"}


@BOTH
def test_an_approver_needs_nothing_else(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch, corp: str
) -> None:
    held, queued = stack.held(1), stack.run(2, State.QUEUED)
    only(monkeypatch, "approver", corp=corp, free=stack.s3)

    assert said.json("approve", held.run_id[-12:], *HERE, "--yes")["state"] == "QUEUED"
    assert said.json("cancel", queued.run_id[-12:], *HERE)["state"] == "CANCELLED"


@BOTH
def test_a_reader_needs_nothing_else(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, corp: str
) -> None:
    run = stack.run(1)
    run = stack.move(run, State.REJECTED, reports=stack.put_report(run, "results.csv", "x"))
    only(monkeypatch, "reader", corp=corp, free=stack.s3)

    for limit in ("1", "101"):
        assert len(said.json("runs", *HERE, "--limit", limit)) == 1
    assert said.json("show", run.run_id, *HERE)["run_id"] == run.run_id
    said("results", run.run_id, *HERE, "-o", str(tmp_path))
    assert said.json("settings", "in-force", *HERE)["applied"] is True


@BOTH
def test_who_changes_settings_needs_nothing_else(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, corp: str
) -> None:
    path = file(tmp_path, "[limits]\nremovals = 7\n", "s.toml")
    only(monkeypatch, "settings", corp=corp, free=stack.s3)

    assert said.json("settings", "apply", path, *HERE)["in_force"] is True


@BOTH
def test_a_rollback_needs_a_dropper_who_reads(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch, corp: str
) -> None:
    first, _ = stack.applied(1), stack.applied(2)
    only(monkeypatch, "dropper", "reader", corp=corp, free=stack.s3)

    assert said.json("rollback", *HERE, *JOB)["rollback_of"] == first.run_id


def test_a_mere_dropper_gets_the_short_id_of_the_run(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        only(patch, "dropper", corp="acme")
        document = said.json("drop", file(tmp_path), *HERE, *JOB)
    stack.work()

    (run,) = stack.store.runs_by_id.values()
    assert document["run_id"] == run.run_id[-12:]
    assert said.json("show", document["run_id"], *HERE)["run_id"] == run.run_id


def test_a_file_that_somebody_has_replaced_already_has_the_short_id_too(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(**_: object) -> None:
        stack.s3.put_object(Bucket="drops", Key="acme/syncuser/a.csv", Body=b"other")

    session = boto3.Session()
    session.events.register("before-call.s3.HeadObject", replaced)
    monkeypatch.setattr(boto3, "Session", lambda **_: session)

    document = said.json("drop", file(tmp_path), *HERE, *JOB)
    stack.work()

    assert document["run_id"] in {run.run_id[-12:] for run in stack.store.runs_by_id.values()}


@pytest.mark.parametrize("command", ["drop --watch", "plan", "plan --lang zh"])
def test_a_mere_dropper_is_told_that_the_file_was_dropped_and_who_may_read_on(
    stack: Stack, tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    name, *options = command.split()
    only(monkeypatch, "dropper", corp="acme", free=stack.s3)

    complaint = said.complaint(name, file(tmp_path), *HERE, *JOB, *options, code=1)

    says = {
        "drop --watch": "The file was dropped, as run",
        "plan": "The file is only planned; nothing is imported.",
        "plan --lang zh": "文件只作预演，不会导入。",
    }
    assert says[command] in complaint
    assert ("reader" if "zh" in options else "the role reader") in complaint
    assert stack.s3.list_objects_v2(Bucket="drops")["KeyCount"] == 1


WHOLE = "0" * 64


@pytest.mark.parametrize(
    ("command", "decision"),
    [
        (["approve", "--plan", WHOLE], {"decision": "approve", "plan": WHOLE, "note": "x"}),
        (["approve", "--plan", "0" * 12], {"decision": "approve", "plan": "0" * 12, "note": "x"}),
        (["cancel"], {"decision": "cancel", "note": "x"}),
    ],
)
def test_a_decision_of_somebody_who_may_not_read_is_dropped_all_the_same(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch,
    command: list[str], decision: dict[str, str],
) -> None:  # fmt: skip
    held = stack.held()
    only(monkeypatch, "approver", corp="acme", free=stack.s3)
    blind(monkeypatch)

    complaint = said.complaint(*command, held.run_id, "--note", "x", *HERE, code=1)

    content, _ = stack.dropped(f"acme/decide/{held.run_id}.json")
    assert json.loads(content) == decision
    assert "You may not read the answer" in complaint


def blind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody read the reports."""
    monkeypatch.setattr("support.rights.ACTIONS", {"PutObject": "s3:PutObject"})


@pytest.mark.parametrize(
    "command",
    [
        "approve {id} --yes", "approve {short} --plan " + WHOLE,
        "cancel {short}", "show {id}", "results {id}", "runs", "settings in-force",
        "rollback --job syncuser",
    ],
)  # fmt: skip
def test_what_has_to_be_read_says_which_role_that_needs(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    run_id = stack.held().run_id
    only(monkeypatch, "dropper", "approver", corp="acme", free=stack.s3)
    blind(monkeypatch)

    arguments = command.format(id=run_id, short=run_id[-12:]).split()
    complaint = said.complaint(*arguments, *HERE, code=1)

    assert "wecom-sync policy reader" in complaint
    assert "Contents" not in stack.s3.list_objects_v2(Bucket="drops")


@pytest.mark.parametrize("command", ["show 0123456789ab", "runs", "cancel 0123456789ab"])
def test_whoever_may_not_list_the_corps_names_one(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    stack.held()
    only(monkeypatch, "approver", corp="acme", free=stack.s3)

    assert "Name yours with --corp or WECOM_SYNC_CORP" in said.complaint(*command.split(), *BUCKETS)
    monkeypatch.setenv("WECOM_SYNC_CORP", "acme")
    assert len(said.json("runs", *BUCKETS)) == 1


def test_an_environment_that_names_no_corp_is_wrong_use(
    stack: Stack, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WECOM_SYNC_CORP", "ACME")

    assert "ACME cannot be a corp's alias" in said.complaint("runs")


@pytest.mark.parametrize("part", [slice(None), slice(20), slice(-12, None), slice(-12, -6)])
def test_a_run_is_found_by_a_part_of_its_id_among_very_many(stack: Stack, part: slice) -> None:
    run = stack.held()
    fill(2_000)

    assert find_run(documents(), run.run_id[part], "acme").run == run


def test_a_name_that_fits_very_many_runs_is_refused(stack: Stack) -> None:
    fill(2_000)

    with pytest.raises(UsageError) as refused:
        find_run(documents(), "0", "acme")

    assert refused.value.code == "run_ambiguous"
    assert str(refused.value.params["runs"]).count(",") == NAMED - 1


def fill(many: int) -> None:
    """Put so many runs into the report bucket."""
    bucket = get_backend("s3")["123456789012"]["aws"]
    for number in range(many):
        bucket.put_object("reports", f"acme/20260102T{number:06}Z-{number:012x}/run.json", b"{}")


def documents() -> ReportBucket:
    return ReportBucket(boto3.client("s3"), "reports")
