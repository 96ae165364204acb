"""Two buckets are enough: what each role can do with them, and how often S3 is asked."""

import json
from pathlib import Path

import pytest
from moto.backends import get_backend

from support.aws import answer
from support.console import Said
from support.rights import only
from support.stack import BUCKETS, Stack
from support.world import members
from wecom_sync.domain.states import State
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.documents import NAMED, ReportBucket, find_run

HERE = ("--corp", "acme", *BUCKETS)
JOB = ("--job", "syncuser")


def file(folder: Path, content: str = "", name: str = "a.csv") -> str:
    path = folder / name
    path.write_text(content or members("zhao"), "utf-8")
    return str(path)


def test_a_file_that_somebody_has_replaced_already_has_the_short_id_too(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(*_: object) -> None:
        stack.s3.put_object(Bucket="drops", Key="acme/syncuser/a.csv", Body=b"other")

    answer(monkeypatch, "HeadObject", replaced)

    document = output.json("drop", file(tmp_path), *HERE, *JOB)
    stack.work()

    assert document["run_id"] in {run.run_id[-12:] for run in stack.store.runs_by_id.values()}


@pytest.mark.parametrize("command", ["show 0123456789ab", "runs", "cancel 0123456789ab", "status"])
def test_whoever_may_not_list_the_corps_names_one(
    stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    stack.held()
    only(monkeypatch, "approver", corp="acme", free=stack.s3)

    assert "Name yours with --corp or WECOM_SYNC_CORP" in output.complaint(
        *command.split(), *BUCKETS
    )
    monkeypatch.setenv("WECOM_SYNC_CORP", "ACME")
    assert "ACME cannot be a corp's alias" in output.complaint("runs", *BUCKETS)
    monkeypatch.setenv("WECOM_SYNC_CORP", "acme")
    assert len(output.json("runs", *BUCKETS)) == 1


ROLES = {
    "dropper reader": "plan {file} {job}; drop {file} {job} --watch; rollback {job}",
    "approver": "approve {held} --yes; cancel {queued}",
    "settings": "settings apply {settings}",
    "reader": "runs --limit 1; runs --limit 101; show {held}; results {rejected} -o {folder}; "
    "settings in-force; status; history zhao",
}
"""What each role does with two buckets alone."""


@pytest.mark.parametrize("corp", ["acme", "*"])
@pytest.mark.parametrize("roles", ROLES)
def test_a_role_needs_nothing_else(
    stack: Stack,
    tmp_path: Path,
    output: Said,
    monkeypatch: pytest.MonkeyPatch,
    *,
    corp: str,
    roles: str,
) -> None:
    stack.applied(1), stack.applied(2)
    held, queued, rejected = stack.held(3), stack.run(4, State.QUEUED), stack.run(5)
    stack.move(rejected, State.REJECTED, reports=stack.put_report(rejected, "results.csv", "x"))
    values = {
        "file": file(tmp_path),
        "job": "--job syncuser",
        "folder": str(tmp_path / "out"),
        "settings": file(tmp_path, "[limits]\nremovals = 7\n", "s.toml"),
        "held": held.run_id,
        "queued": queued.run_id[-12:],
        "rejected": rejected.run_id,
    }
    only(monkeypatch, *roles.split(), corp=corp, free=stack.s3)

    for command in ROLES[roles].split("; "):
        assert output.json(*command.format(**values).split(), *HERE), command


def test_whoever_watches_a_drop_calls_nothing_but_s3(
    stack: Stack, tmp_path: Path, output: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = only(monkeypatch, "dropper", "reader", corp="acme", free=stack.s3)

    assert output.json("drop", file(tmp_path), *HERE, *JOB, "--watch")["state"] == "SUCCEEDED"
    assert set(calls) == {"PutObject", "HeadObject", "ListObjectsV2", "GetObject"}


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("drop {file} --as-it-is --watch", "The file was dropped, as run"),
        ("plan {file} --as-it-is", "The file is only planned; nothing is imported."),
        ("plan {file} --as-it-is --lang zh", "文件只作预演，不会导入。"),
    ],
)
def test_a_mere_dropper_is_told_that_the_file_was_dropped_and_who_may_read_on(
    stack: Stack,
    tmp_path: Path,
    output: Said,
    monkeypatch: pytest.MonkeyPatch,
    *,
    command: str,
    sentence: str,
) -> None:
    only(monkeypatch, "dropper", corp="acme", free=stack.s3)

    complaint = output.complaint(*command.format(file=file(tmp_path)).split(), *HERE, *JOB, code=1)

    assert (sentence in complaint, "reader" in complaint) == (True, True)
    assert stack.s3.list_objects_v2(Bucket="drops")["KeyCount"] == 1


@pytest.fixture
def blind(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody read the reports."""
    only(monkeypatch, "dropper", "approver", corp="acme", free=stack.s3)
    monkeypatch.setattr("support.rights.ACTIONS", {"PutObject": "s3:PutObject"})


@pytest.mark.parametrize(
    "command", [f"approve --plan {'0' * 64}", f"approve --plan {'0' * 12}", "cancel", "dismiss"]
)
@pytest.mark.usefixtures("blind")
def test_a_decision_of_somebody_who_may_not_read_is_dropped_all_the_same(
    stack: Stack, output: Said, command: str
) -> None:
    held = stack.held()
    decision, _, plan = command.partition(" --plan ")

    complaint = output.complaint(*command.split(), held.run_id, "--note", "x", *HERE, code=1)

    content, _ = stack.dropped(f"acme/decide/{held.run_id}.json")
    kept = {"decision": decision, "plan": plan, "note": "x"}
    assert json.loads(content) == {name: value for name, value in kept.items() if value}
    assert "You may not read the answer" in complaint


READING = (
    "approve {id} --yes; approve {short} --plan {plan}; cancel {short}; show {id}; results {id}; "
    "runs; settings in-force; rollback --job syncuser"
)


@pytest.mark.usefixtures("blind")
def test_what_is_read_says_which_role_that_needs(stack: Stack, output: Said) -> None:
    run_id = stack.held().run_id

    for command in READING.format(id=run_id, short=run_id[-12:], plan="0" * 64).split("; "):
        complaint = output.complaint(*command.split(), *HERE, code=1)
        assert "wecom-sync policy reader" in complaint, command
    assert "Contents" not in stack.s3.list_objects_v2(Bucket="drops")


def test_a_run_is_found_by_a_part_of_its_id_among_very_many(stack: Stack) -> None:
    run = stack.held()
    bucket = get_backend("s3")["123456789012"]["aws"]
    for number in range(2_000):
        bucket.put_object("reports", f"acme/20260102T{number:06}Z-{number:012x}/run.json", b"{}")
    documents = ReportBucket(stack.s3, "reports")

    for part in (slice(None), slice(20), slice(-12, None), slice(-12, -6)):
        assert find_run(documents, run.run_id[part], "acme").run == run
    with pytest.raises(UsageError) as refused:
        find_run(documents, "0", "acme")
    assert refused.value.code == "run_ambiguous"
    assert str(refused.value.params["runs"]).count(",") == NAMED - 1
