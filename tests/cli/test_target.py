"""Which stack a command talks to, and what it says of it."""

import argparse
from contextlib import nullcontext
from pathlib import Path

import pytest

from support.console import Capsys, Said, words
from support.stack import NOTE, Stack, create_stack
from wecom_sync.reporting.language import Language
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.stack.target import Target, target_of

ENVIRONMENT = {
    "hr": {"WECOM_SYNC_STACK": "hr"},
    "buckets": {"WECOM_SYNC_DROP_BUCKET": "d", "WECOM_SYNC_REPORT_BUCKET": "r"},
}
"""What environments may say, by a word for each."""


def chosen(folder: Path, asked: str = "buckets") -> Target:
    """Choose a target by words of the environment and by options.

    `up`: while a local stack is up in a folder, which is the home; `quiet`: to change nothing.
    """
    words = asked.split()
    options = dict(word.split("=") for word in words if "=" in word)
    names = ("home", "stack", "drop_bucket", "report_bucket")
    args = argparse.Namespace(**{name: options.get(name) for name in names})
    environ = {"WECOM_SYNC_HOME": str(folder)}
    environ |= {name: value for name, value in options.items() if name.isupper()}
    for word in words:
        environ |= ENVIRONMENT.get(word, {})
    with (local := Home(folder)).owned() if "up" in words else nullcontext():
        if "up" in words:
            local.write(NOTE)
        terminal, changes = Terminal(Language.ENGLISH), "quiet" not in words
        return target_of(args, terminal, changes=changes, environ=environ)


TWO = "--drop-bucket d --report-bucket r"


@pytest.mark.parametrize(
    ("asked", "bucket", "options", "note"),
    [
        ("buckets", "d", "", "Drop bucket d, region us-east-1"),
        ("buckets drop_bucket=other", "other", TWO.replace("t d", "t other"), "Drop bucket other"),
        ("hr buckets", "drops", "", "Stack hr in AWS"),
        ("buckets up", "of-local", "", f"To use that, add {TWO}"),
        ("hr up", "of-local", "", "To use that, add --stack hr"),
        ("hr up quiet", "of-local", "", ""),
        ("up stack=hr", "drops", "--stack hr", "Stack hr in AWS"),
        ("hr up quiet drop_bucket=d report_bucket=r", "d", TWO, ""),
    ],
)
def test_options_go_before_a_local_stack_that_is_up_and_that_before_the_environment(
    stack: Stack, tmp_path: Path, capsys: Capsys,
    *, asked: str, bucket: str, options: str, note: str,
) -> None:  # fmt: skip
    target = chosen(tmp_path, asked)

    is_local = bucket == NOTE.drop_bucket
    assert (target.drop_bucket, " ".join(target.options)) == (bucket, options)
    assert target.is_local == is_local
    if is_local:
        assert target.s3.meta.endpoint_url == NOTE.aws_endpoint
    if options == TWO:
        assert target.named("1", "acme") == f"1 {TWO} --corp acme"
        assert target.named("1", "-") == f"1 {TWO}"
    printed = words(capsys.readouterr().err)
    assert (note in printed, bool(printed)) == (True, bool(note))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("up home=home stack=hr", "target_twice"),
        ("up home=home report_bucket=r", "target_twice"),
        ("up stack=hr drop_bucket=d", "target_twice"),
        ("report_bucket=r", "buckets_incomplete"),
    ],
)
def test_two_targets_or_half_a_target_are_wrong_use(tmp_path: Path, asked: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        chosen(tmp_path, asked)

    assert caught.value.code == code


def test_an_emulator_is_asked_by_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://emulator.example:4566")
    s3 = chosen(tmp_path).s3

    address = s3.generate_presigned_url("get_object", Params={"Bucket": "d", "Key": "acme/x"})

    assert address.startswith("http://emulator.example:4566/d/acme/x?")


OLD = {"DropBucketName": "d", "ReportBucketName": "gone", "TableName": "t"}


@pytest.mark.parametrize(
    ("name", "outputs", "complaint"),
    [
        ("nowhere", {}, "no stack nowhere"),
        ("blog", {"Url": "x"}, "DropBucketName"),
        ("old", OLD, "There is no such bucket"),
    ],
)
def test_a_stack_is_there_and_ours(
    stack: Stack, output: Said, name: str, outputs: dict[str, str], complaint: str
) -> None:
    if outputs:
        create_stack(name, outputs)

    assert complaint in output.complaint("runs", "--stack", name, code=1 if outputs is OLD else 2)


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_regions_have_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(UsageError) as caught:
        _ = chosen(tmp_path).partition
    assert caught.value.code == "aws_no_region"
    monkeypatch.setenv(name, "cn-north-1")

    target = chosen(tmp_path, f"buckets {name}=cn-north-1")

    assert (target.region, target.partition) == ("cn-north-1", "aws-cn")


@pytest.mark.parametrize("name", ["functions", "secrets", "cloudformation"])
def test_what_needs_a_stack_says_so_when_only_buckets_are_named(tmp_path: Path, name: str) -> None:
    target = chosen(tmp_path)

    with pytest.raises(UsageError) as caught:
        getattr(target, name)

    assert caught.value.code == "stack_needed"
