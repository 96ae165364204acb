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


def test_a_stack_that_does_not_exist_is_wrong_use(stack: Stack, said: Said) -> None:
    assert "no stack nowhere" in said.complaint("runs", "--stack", "nowhere")


def test_a_stack_of_somebody_else_is_wrong_use(stack: Stack, said: Said) -> None:
    create_stack("blog", {"Url": "x"})

    assert "DropBucketName" in said.complaint("runs", "--stack", "blog")


def test_a_bucket_that_is_gone_is_no_wrong_use(stack: Stack, said: Said) -> None:
    create_stack("old", {"DropBucketName": "d", "ReportBucketName": "gone", "TableName": "t"})

    assert "There is no such bucket" in said.complaint("runs", "--stack", "old", code=1)


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


@pytest.mark.parametrize(("changes", "told"), [(True, "To use that, add --stack hr"), (False, "")])
def test_a_local_stack_that_is_up_goes_before_the_environments(
    stack: Stack, tmp_path: Path, changes: bool, told: str, capsys: Capsys
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


@pytest.mark.parametrize(
    "options",
    [
        {"home": True, "stack": "hr"},
        {"home": True, "report_bucket": "r"},
        {"stack": "hr", "drop_bucket": "d"},
    ],
)
def test_two_targets_at_once_are_wrong_use(
    stack: Stack, tmp_path: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(tmp_path, **options)

    assert caught.value.code == "target_twice"


def test_buckets_that_options_name_go_before_every_stack(tmp_path: Path) -> None:
    target = chosen(tmp_path, drop_bucket="d", report_bucket="r")

    assert (target.stack_name, target.drop_bucket, target.report_bucket) == ("", "d", "r")
    assert target.named("1", "acme") == "1 --drop-bucket d --report-bucket r --corp acme"
    assert target.named("1", "-") == "1 --drop-bucket d --report-bucket r"


BUCKETS = {"WECOM_SYNC_DROP_BUCKET": "d", "WECOM_SYNC_REPORT_BUCKET": "r"}


def of_environment(tmp_path: Path, environ: dict[str, str], **options: str) -> Target:
    """Choose a target while no local stack is up."""
    environ = {"WECOM_SYNC_HOME": str(tmp_path), **environ}
    terminal = Terminal(Language.ENGLISH)
    return target_of(arguments(**options), terminal, changes=True, environ=environ)


def test_buckets_of_the_environment_are_used_when_nothing_else_is_named(
    stack: Stack, tmp_path: Path, capsys: Capsys
) -> None:
    assert of_environment(tmp_path, BUCKETS).drop_bucket == "d"
    assert "Drop bucket d, region us-east-1" in capsys.readouterr().err
    assert of_environment(tmp_path, BUCKETS).options == ()
    assert of_environment(tmp_path, {"WECOM_SYNC_STACK": "hr", **BUCKETS}).drop_bucket == "drops"


def test_a_local_stack_that_is_up_goes_before_the_buckets_of_the_environment(
    tmp_path: Path, capsys: Capsys
) -> None:
    with (home := Home(tmp_path)).owned():
        home.write(NOTE)
        assert of_environment(tmp_path, BUCKETS).is_local

    told = " ".join(capsys.readouterr().err.split())
    assert "To use that, add --drop-bucket d --report-bucket r" in told


def test_an_option_and_the_environment_may_name_a_bucket_each(tmp_path: Path) -> None:
    target = of_environment(tmp_path, BUCKETS, drop_bucket="other")

    assert target.options == ("--drop-bucket", "other", "--report-bucket", "r")


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_both_names_of_the_region_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv(name, "cn-north-1")

    target = of_environment(tmp_path, {name: "cn-north-1", **BUCKETS})

    assert (target.session.region_name, target.partition) == ("cn-north-1", "aws-cn")


def test_without_a_region_nobody_guesses_the_partition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    with pytest.raises(UsageError) as caught:
        _ = of_environment(tmp_path, BUCKETS).partition

    assert caught.value.code == "aws_no_region"


def test_one_bucket_alone_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        of_environment(tmp_path, {}, report_bucket="r")

    assert caught.value.code == "buckets_incomplete"


@pytest.mark.parametrize(
    "name",
    ["store", "functions", "sqs", "secrets", "cloudformation"],
)
def test_what_needs_a_stack_says_so_when_only_buckets_are_named(tmp_path: Path, name: str) -> None:
    target = of_environment(tmp_path, BUCKETS)

    with pytest.raises(UsageError) as caught:
        getattr(target, name)

    assert caught.value.code == "stack_needed"


@pytest.mark.parametrize(
    ("language", "told"), [("en", "This command needs a stack"), ("zh", "需要访问整个堆栈")]
)
def test_a_command_that_needs_a_stack_is_wrong_use_of_two_buckets(
    stack: Stack, said: Said, language: str, told: str
) -> None:
    assert told in said.complaint(
        "redrive", "--drop-bucket", "d", "--report-bucket", "r", "--lang", language
    )


def test_an_emulator_that_the_environment_names_is_asked_by_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://emulator.example:4566")
    s3 = of_environment(tmp_path, BUCKETS).s3

    address = s3.generate_presigned_url("get_object", Params={"Bucket": "d", "Key": "acme/x"})

    assert address.startswith("http://emulator.example:4566/d/acme/x?")


@pytest.mark.parametrize(
    "command",
    [
        "drop {file} --corp acme --job syncuser", "approve {run} --yes", "cancel {run}",
        "rollback --corp acme --job syncuser",
        "settings apply {settings} --corp acme",
    ],
)  # fmt: skip
def test_what_changes_something_in_aws_says_where(
    stack: Stack, tmp_path: Path, command: str, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync_tools.commands.settings.apply.PATIENCE_SECONDS", 0)
    names = {
        "file": tmp_path / "a.csv", "settings": tmp_path / "s.toml", "run": stack.run(1).run_id,
    }  # fmt: skip
    for name in ("file", "settings"):
        Path(str(names[name])).write_bytes(b"")

    main(command.format(**names).split())

    assert "Stack hr in AWS, region us-east-1" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["runs", "show {run}", "results {run}", "settings in-force --corp acme"]
)
def test_what_changes_nothing_says_nothing_of_its_target(
    stack: Stack, command: str, capsys: Capsys
) -> None:
    main(command.format(run=stack.run(1).run_id).split())

    assert "Stack hr" not in capsys.readouterr().err
