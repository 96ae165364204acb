"""The daily look at what was changed by hand: a message a corp, so that no corp hides another."""

import json

import boto3
import pytest

from integration.test_redrive import TRIES, deliver, lying, nobody_waits, return_all
from support.console import Capsys
from support.functions import Functions
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.domain.snapshot import Snapshot

__all__ = ["nobody_waits"]
FIRST, NEXT, LAST = CORPS = ("alpha", "beta", "gamma")
READING = "/cgi-bin/user/list_id"


@pytest.fixture(autouse=True)
def corps(stack: Functions) -> None:
    """Let each corp have an account in its snapshot that is no longer in WeCom."""
    secrets = boto3.client("secretsmanager")
    for corp in CORPS:
        secret = {"corp_id": f"ww-{corp}", "contact_secret": corp}
        secrets.create_secret(Name=f"wecom-sync/{corp}", SecretString=json.dumps(secret))
        stack.wecom.add_corp(secret["corp_id"], secret["contact_secret"])
        remember(corp)


def remember(corp: str) -> None:
    """Keep a snapshot."""
    archive = S3Archive(boto3.client("s3"), "snapshots")
    archive.change_snapshot(corp, lambda _: Snapshot({"anna": {"帐号": "anna"}}))


def spoil(corp: str) -> str:
    """Make a corp's snapshot unreadable; return where it is."""
    key = f"snapshots/{corp}.json.gz"
    boto3.client("s3").put_object(Bucket="snapshots", Key=key, Body=b"no gzip")
    return key


def start(stack: Functions) -> None:
    assert stack.invoke("drift-schedule.json") == {"corps": len(CORPS)}


def reported() -> set[str]:
    """Return the corps of which a drift report was written."""
    found = boto3.client("s3").list_objects_v2(Bucket="reports").get("Contents", [])
    return {item["Key"].partition("/drift/")[0] for item in found}


def test_the_schedule_sends_a_message_for_each_corp_with_a_snapshot(stack: Functions) -> None:
    start(stack)

    sent = stack.messages("DriftQueue")
    assert sent == [{"kind": "drift", "corp": corp} for corp in CORPS]
    assert reported() == set()


def test_a_corp_with_a_bad_snapshot_hides_no_other_and_lies_in_the_dead_letters(
    stack: Functions,
) -> None:
    key = spoil(FIRST)
    start(stack)

    taken = [deliver(stack, "DriftQueue") for _ in range(TRIES + 1)]

    assert taken == [len(CORPS), *[1] * (TRIES - 1), 0]
    assert reported() == {NEXT, LAST}
    assert lying(stack) == [("drift", None)]

    boto3.client("s3").delete_object(Bucket="snapshots", Key=key)
    remember(FIRST)
    assert return_all(stack) == 1
    deliver(stack, "DriftQueue")

    assert reported() == set(CORPS)
    assert lying(stack) == []


@pytest.mark.parametrize("unreadable", ["no secret", "a secret without its fields", "refused"])
def test_a_corp_that_cannot_be_read_is_counted_and_hides_no_other(
    stack: Functions, unreadable: str, capsys: Capsys
) -> None:
    secrets, name = boto3.client("secretsmanager"), f"wecom-sync/{FIRST}"
    match unreadable:
        case "no secret":
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        case "refused":
            stack.wecom.fault("errcode", READING, errcode=60020, corp_id=f"ww-{FIRST}")
        case _:
            secrets.put_secret_value(SecretId=name, SecretString="{}")
    start(stack)

    assert [deliver(stack, "DriftQueue") for _ in range(2)] == [len(CORPS), 0]

    assert reported() == {NEXT, LAST}
    counted = [line for line in capsys.readouterr().out.splitlines() if "DriftUnread" in line]
    assert len(counted) == 1
