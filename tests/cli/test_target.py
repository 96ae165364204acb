"""Which stack a command talks to, and what it says of it."""

import argparse
from dataclasses import replace
from pathlib import Path

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


def test_a_table_that_is_gone_is_no_wrong_use(stack: Stack, said: Said) -> None:
    create_stack("old", {"DropBucketName": "d", "ReportBucketName": "r", "TableName": "gone"})

    assert "AWS did not do it" in said.complaint("runs", "--stack", "old", code=1)


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


@pytest.mark.parametrize(
    ("changes", "told"), [(True, "takes precedence over WECOM_SYNC_STACK"), (False, "")]
)
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


def test_two_stacks_at_once_are_wrong_use(stack: Stack, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(tmp_path, home=True, stack="hr")

    assert caught.value.code == "stack_twice"


@pytest.mark.parametrize(
    "command",
    [
        "drop {file} --corp acme --job syncuser", "approve {run} --yes", "cancel {run}",
        "rollback --corp acme --job syncuser", "redrive --return",
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


@pytest.mark.parametrize("command", ["runs", "show {run}", "redrive"])
def test_what_changes_nothing_says_nothing_of_its_target(
    stack: Stack, command: str, capsys: Capsys
) -> None:
    main(command.format(run=stack.run(1).run_id).split())

    assert "Stack hr" not in capsys.readouterr().err
