"""Which stack a command talks to, and what it says of it."""

import argparse
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from support.console import Capsys, Said, words
from support.stack import NOTE, Stack, create_stack
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.stack.target import Target, target_of

HR = {"WECOM_SYNC_STACK": "hr"}
BUCKETS = {"WECOM_SYNC_DROP_BUCKET": "d", "WECOM_SYNC_REPORT_BUCKET": "r"}


def chosen(
    folder: Path, environ: Mapping[str, str], *, up: bool = False, changes: bool = True,
    **options: str,
) -> Target:  # fmt: skip
    """Choose a target. `up`: while a local stack is up in a folder, which is the home."""
    names = ("home", "stack", "drop_bucket", "report_bucket")
    args = argparse.Namespace(**{name: options.get(name) for name in names})
    environ = {"WECOM_SYNC_HOME": str(folder), **environ}
    with (local := Home(folder)).owned() if up else nullcontext():
        if up:
            local.write(NOTE)
        return target_of(args, Terminal(Language.ENGLISH), changes=changes, environ=environ)


TWO = ("--drop-bucket", "d", "--report-bucket", "r")


@pytest.mark.parametrize(
    ("asked", "bucket", "options", "note"),
    [
        ({"environ": BUCKETS}, "d", (), "Drop bucket d, region us-east-1"),
        ({"environ": BUCKETS, "drop_bucket": "other"},
         "other", ("--drop-bucket", "other", *TWO[2:]), "Drop bucket other"),
        ({"environ": HR | BUCKETS}, "drops", (), "Stack hr in AWS"),
        ({"environ": BUCKETS, "up": True}, "of-local", (), f"To use that, add {' '.join(TWO)}"),
        ({"environ": HR, "up": True}, "of-local", (), "To use that, add --stack hr"),
        ({"environ": HR, "up": True, "changes": False}, "of-local", (), ""),
        ({"environ": {}, "up": True, "stack": "hr"}, "drops", ("--stack", "hr"), "Stack hr in AWS"),
        ({"environ": HR, "up": True, "drop_bucket": "d", "report_bucket": "r", "changes": False},
         "d", TWO, ""),
    ],
)  # fmt: skip
def test_options_go_before_a_local_stack_that_is_up_and_that_before_the_environment(
    stack: Stack, tmp_path: Path, capsys: Capsys,
    *, asked: Any, bucket: str, options: tuple[str, ...], note: str,
) -> None:  # fmt: skip
    target = chosen(tmp_path, **asked)

    is_local = bucket == NOTE.drop_bucket
    assert (target.drop_bucket, target.options, target.is_local) == (bucket, options, is_local)
    if is_local:
        assert target.s3.meta.endpoint_url == NOTE.aws_endpoint
    if options == TWO:
        assert target.named("1", "acme") == f"1 {' '.join(TWO)} --corp acme"
        assert target.named("1", "-") == f"1 {' '.join(TWO)}"
    printed = words(capsys.readouterr().err)
    assert (note in printed, bool(printed)) == (True, bool(note))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"up": True, "home": "home", "stack": "hr"}, "target_twice"),
        ({"up": True, "home": "home", "report_bucket": "r"}, "target_twice"),
        ({"up": True, "stack": "hr", "drop_bucket": "d"}, "target_twice"),
        ({"report_bucket": "r"}, "buckets_incomplete"),
    ],
)
def test_two_targets_or_half_a_target_are_wrong_use(tmp_path: Path, asked: Any, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(tmp_path, {}, **asked)

    assert caught.value.code == code


def test_an_emulator_is_asked_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://emulator.example:4566")
    s3 = chosen(tmp_path, BUCKETS).s3

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


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION", ""])
def test_regions_have_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    region = {name: "cn-north-1"} if name else {}
    for variable in region:
        monkeypatch.setenv(variable, "cn-north-1")
    target = chosen(tmp_path, {**region, **BUCKETS})

    if name:
        assert (target.region, target.partition) == ("cn-north-1", "aws-cn")
    else:
        with pytest.raises(UsageError) as caught:
            _ = target.partition
        assert caught.value.code == "aws_no_region"


@pytest.mark.parametrize("name", ["functions", "sqs", "secrets", "cloudformation"])
def test_what_needs_a_stack_says_so_when_only_buckets_are_named(tmp_path: Path, name: str) -> None:
    target = chosen(tmp_path, BUCKETS)

    with pytest.raises(UsageError) as caught:
        getattr(target, name)

    assert caught.value.code == "stack_needed"
