"""Which stack a command talks to, and what it says of it."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from support.console import Capsys, Said
from support.stack import Stack, create_stack
from wecom_sync.reporting.language import Language
from wecom_sync_tools.cli import main
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.home import Home, StackNote
from wecom_sync_tools.stack.target import Target, target_of

NOTE = StackNote(
    aws_endpoint="http://127.0.0.1:4566", region="us-east-1", access_key="test", secret_key="test",
    drop_bucket="drops", report_bucket="reports", table="runs", callback_base_url="http://x",
    wecom_url="http://y", stack_name="wecom-sync",
)  # fmt: skip


def arguments(**options: str | None) -> argparse.Namespace:
    names = ("home", "stack", "drop_bucket", "report_bucket")
    return argparse.Namespace(**{name: options.get(name) for name in names})


def chosen(tmp_path: Path, *, home: bool = False, changes: bool = False, **options: str) -> Target:
    """Choose a stack while a local one is up and WECOM_SYNC_STACK names another."""
    local = Home(tmp_path / "home")
    args = arguments(home=str(local.path) if home else None, **options)
    environ = {"WECOM_SYNC_HOME": str(local.path), "WECOM_SYNC_STACK": "hr"}
    with local.owned():
        local.write(replace(NOTE, stack_name="hr"))
        return target_of(args, Terminal(Language.ENGLISH), changes=changes, environ=environ)


BUCKETS = {"WECOM_SYNC_DROP_BUCKET": "d", "WECOM_SYNC_REPORT_BUCKET": "r"}


def of_environment(tmp_path: Path, environ: dict[str, str], **options: str) -> Target:
    """Choose a target while no local stack is up."""
    environ = {"WECOM_SYNC_HOME": str(tmp_path), **environ}
    terminal = Terminal(Language.ENGLISH)
    return target_of(arguments(**options), terminal, changes=True, environ=environ)


def test_buckets_of_the_environment_come_last(stack: Stack, tmp_path: Path, capsys: Capsys) -> None:
    assert of_environment(tmp_path, BUCKETS).drop_bucket == "d"
    assert "Drop bucket d, region us-east-1" in capsys.readouterr().err
    assert of_environment(tmp_path, BUCKETS).options == ()
    assert of_environment(tmp_path, {"WECOM_SYNC_STACK": "hr", **BUCKETS}).drop_bucket == "drops"


def test_a_local_stack_goes_before_the_buckets_of_all(tmp_path: Path, capsys: Capsys) -> None:
    with (home := Home(tmp_path)).owned():
        home.write(NOTE)
        assert of_environment(tmp_path, BUCKETS).is_local

    text = " ".join(capsys.readouterr().err.split())
    assert "To use that, add --drop-bucket d --report-bucket r" in text


def test_an_emulator_is_asked_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://emulator.example:4566")
    s3 = of_environment(tmp_path, BUCKETS).s3

    address = s3.generate_presigned_url("get_object", Params={"Bucket": "d", "Key": "acme/x"})

    assert address.startswith("http://emulator.example:4566/d/acme/x?")


@pytest.mark.parametrize(
    ("name", "outputs", "complaint", "code"),
    [
        ("nowhere", {}, "no stack nowhere", 2),
        ("blog", {"Url": "x"}, "DropBucketName", 2),
        ("old", {"DropBucketName": "d", "ReportBucketName": "gone", "TableName": "t"},
         "There is no such bucket", 1),
    ],
)  # fmt: skip
def test_a_stack_is_there_and_ours(
    stack: Stack, output: Said, name: str, outputs: dict[str, str], *, complaint: str, code: int
) -> None:
    if outputs:
        create_stack(name, outputs)

    assert complaint in output.complaint("runs", "--stack", name, code=code)


@pytest.mark.parametrize(
    ("options", "changes", "is_local", "advice"),
    [
        ({}, True, True, "To use that, add --stack hr"), ({}, False, True, ""),
        ({"stack": "hr"}, True, False, ""),
        ({"drop_bucket": "d", "report_bucket": "r"}, False, False, ""),
    ],
)  # fmt: skip
def test_a_local_stack_that_is_up_goes_before_the_environments_but_not_before_options(
    stack: Stack, tmp_path: Path, capsys: Capsys,
    *, options: dict[str, Any], changes: bool, is_local: bool, advice: str,
) -> None:  # fmt: skip
    target = chosen(tmp_path, changes=changes, **options)

    assert target.is_local is is_local
    if is_local:
        assert (target.s3.meta.endpoint_url, target.table) == (NOTE.aws_endpoint, NOTE.table)
        printed = capsys.readouterr().err
        assert (advice in printed, bool(printed)) == (True, bool(advice))
    elif "stack" in options:
        assert (target.stack_name, target.options) == ("hr", ("--stack", "hr"))
    else:
        assert (target.stack_name, target.drop_bucket, target.report_bucket) == ("", "d", "r")
        assert target.named("1", "acme") == "1 --drop-bucket d --report-bucket r --corp acme"
        assert target.named("1", "-") == "1 --drop-bucket d --report-bucket r"


@pytest.mark.parametrize(
    "options",
    [
        {"home": True, "stack": "hr"}, {"home": True, "report_bucket": "r"},
        {"stack": "hr", "drop_bucket": "d"},
    ],
)  # fmt: skip
def test_two_targets_are_wrong_use(stack: Stack, tmp_path: Path, options: dict[str, Any]) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(tmp_path, **options)

    assert caught.value.code == "target_twice"


def test_an_option_and_the_environment_may_name_a_bucket_each(tmp_path: Path) -> None:
    target = of_environment(tmp_path, BUCKETS, drop_bucket="other")

    assert target.options == ("--drop-bucket", "other", "--report-bucket", "r")
    with pytest.raises(UsageError) as caught:
        of_environment(tmp_path, {}, report_bucket="r")
    assert caught.value.code == "buckets_incomplete"


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION", ""])
def test_regions_have_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    region = {name: "cn-north-1"} if name else {}
    for variable in region:
        monkeypatch.setenv(variable, "cn-north-1")
    target = of_environment(tmp_path, {**region, **BUCKETS})

    if name:
        assert (target.region, target.partition) == ("cn-north-1", "aws-cn")
    else:
        with pytest.raises(UsageError) as caught:
            _ = target.partition
        assert caught.value.code == "aws_no_region"


@pytest.mark.parametrize("name", ["store", "functions", "sqs", "secrets", "cloudformation"])
def test_what_needs_a_stack_says_so_when_only_buckets_are_named(tmp_path: Path, name: str) -> None:
    target = of_environment(tmp_path, BUCKETS)

    with pytest.raises(UsageError) as caught:
        getattr(target, name)

    assert caught.value.code == "stack_needed"


@pytest.mark.parametrize(
    ("command", "says_where"),
    [
        ("drop {file} --corp acme --job syncuser", True), ("approve {run} --yes", True),
        ("cancel {run}", True), ("rollback --corp acme --job syncuser", True),
        ("settings apply {settings} --corp acme", True), ("runs", False), ("show {run}", False),
        ("results {run}", False), ("settings in-force --corp acme", False),
    ],
)  # fmt: skip
def test_what_changes_something_in_aws_says_where_and_nothing_else_does(
    stack: Stack, tmp_path: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch,
    *, command: str, says_where: bool,
) -> None:  # fmt: skip
    monkeypatch.setattr("wecom_sync_tools.commands.settings.apply.PATIENCE_SECONDS", 0)
    file, settings = tmp_path / "a.csv", tmp_path / "s.toml"
    for path in (file, settings):
        path.write_bytes(b"")

    main(command.format(file=file, settings=settings, run=stack.run(1).run_id).split())

    assert ("Stack hr in AWS, region us-east-1" in capsys.readouterr().err) is says_where
