"""Messages that failed too often, through the real handlers, and the daily look for drift."""

import json
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

import submit
from support.books import book_of
from support.console import Capsys
from support.functions import HANDLERS, Context, Functions
from support.meanwhile import fail
from support.world import members, s3_event
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.domain.states import State
from wecom_sync.use_cases.ports import DeadLetter
from wecom_sync.use_cases.sweep import Redrive
from wecom_sync_tools.local.known_corp import DROP_BUCKET
from wecom_sync_tools.stack.dead_letters import dead_letter_queues, look
from wecom_sync_tools.stack.target import Target

FUNCTIONS = {
    "DropQueue": "submit",
    "SubmitQueue": "submit",
    "ResultsQueue": "persist",
    "DriftQueue": "drift",
    "PublishQueue": "publish",
}
TRIES = 5
"""The template's maxReceiveCount."""
KEY = "acme/syncuser/team.csv"


def deliver(stack: Functions, queue: str) -> int:
    """Hand a queue's messages to its function, as Lambda does; return how many there were."""
    sqs, url = boto3.client("sqs"), stack.names[queue]
    messages = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0, AttributeNames=["All"]
    ).get("Messages", [])
    for message in messages:
        record = {
            "messageId": message["MessageId"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{url.rsplit('/', 1)[-1]}",
            "receiptHandle": message["ReceiptHandle"],
        }
        answer: Any = HANDLERS[FUNCTIONS[queue]]({"Records": [record]}, Context())
        handle = message["ReceiptHandle"]
        if answer["batchItemFailures"]:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return len(messages)


def deliver_all(stack: Functions) -> None:
    """Deliver until nothing moves."""
    while sum([deliver(stack, queue) for queue in FUNCTIONS]):
        stack.wecom.wait_idle()


def drop(stack: Functions, content: str) -> None:
    """Drop a file, and send its event."""
    put = boto3.client("s3").put_object(Bucket=DROP_BUCKET, Key=KEY, Body=content.encode())
    event = s3_event(KEY, put.get("VersionId", ""), stack.wecom.clock.now())
    event["Records"][0]["s3"]["bucket"]["name"] = DROP_BUCKET  # type: ignore[index]
    send(stack, "DropQueue", json.dumps(event))


def send(stack: Functions, queue: str, body: str) -> None:
    boto3.client("sqs").send_message(QueueUrl=stack.names[queue], MessageBody=body)


def lying(stack: Functions) -> list[tuple[str, str | None]]:
    """Return what lies in the dead letters: kinds and runs."""
    target = Target("wecom-sync", DROP_BUCKET, "reports")
    letters = [letter for queue in dead_letter_queues(target) for letter in look(target, queue)]
    return [(letter.subject.kind, letter.subject.run_id) for letter in letters]


def return_all(stack: Functions) -> int:
    answer = stack.invoke("sweep-redrive.json")
    assert not answer["left"]
    return int(answer["returned"])


def test_a_drop_that_was_lost_while_the_table_was_away_ends_after_all(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("TABLE_NAME", "no-such-table")
        submit.use_cases.cache_clear()
        drop(stack, members("a", "b"))
        assert [deliver(stack, "DropQueue") for _ in range(TRIES + 1)] == [1] * TRIES + [0]
    submit.use_cases.cache_clear()
    assert stack.store.runs_of_corp("acme", 10) == []
    assert lying(stack) == [("drop", None)]

    with monkeypatch.context() as late:
        late.setattr(Context, "get_remaining_time_in_millis", lambda _: 29_000)
        assert stack.invoke("sweep-redrive.json") == {"returned": 1, "left": True}
    deliver_all(stack)

    assert (stack.run.state, stack.run.result.succeeded) == (State.SUCCEEDED, 2)
    assert lying(stack) == []


def test_a_letter_that_cannot_be_sent_back_is_not_deleted() -> None:
    letters = Mock(take=lambda: [DeadLetter("poison", "receipt")])
    source = Mock(send_again=fail)

    with pytest.raises(OSError):  # noqa: PT011
        Redrive(queues=[(letters, source)]).redrive(lambda: 100)

    letters.delete.assert_not_called()


@pytest.mark.parametrize("queue", FUNCTIONS)
def test_poison_comes_back_and_keeps_nobody_waiting(stack: Functions, queue: str) -> None:
    send(stack, queue, "员工张三")
    for _ in range(TRIES + 1):
        deliver(stack, queue)
    assert lying(stack) == [("other", None)]

    assert return_all(stack) == 1
    drop(stack, members("a"))
    for _ in range(TRIES + 1):
        for each in FUNCTIONS:
            deliver(stack, each)
            stack.wecom.wait_idle()

    assert stack.run.state is State.SUCCEEDED
    assert lying(stack) == [("other", None)]


CORPS = ("alpha", "beta", "gamma")
SNAPSHOT = "snapshots/alpha.json.gz"


@pytest.fixture
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
    archive.change_snapshot(corp, lambda _: book_of({"anna": {"帐号": "anna"}}))


def start(stack: Functions) -> None:
    assert stack.invoke("drift-schedule.json") == {"corps": len(CORPS)}


def reported() -> list[str]:
    """Return the corps of which a drift report was written."""
    listed = boto3.client("s3").list_objects_v2(Bucket="reports").get("Contents", [])
    return sorted({item["Key"].partition("/drift/")[0] for item in listed})


@pytest.mark.usefixtures("corps")
def test_a_corp_with_a_bad_snapshot_hides_no_other(stack: Functions) -> None:
    boto3.client("s3").put_object(Bucket="snapshots", Key=SNAPSHOT, Body=b"no gzip")
    start(stack)

    taken = [deliver(stack, "DriftQueue") for _ in range(TRIES + 1)]

    assert taken == [len(CORPS), *[1] * (TRIES - 1), 0]
    assert reported() == ["beta", "gamma"]
    assert lying(stack) == [("drift", None)]

    boto3.client("s3").delete_object(Bucket="snapshots", Key=SNAPSHOT)
    remember("alpha")
    assert return_all(stack) == 1
    deliver(stack, "DriftQueue")

    assert reported() == [*CORPS]
    assert lying(stack) == []


@pytest.mark.parametrize("unreadable", ["no secret", "a secret without its fields", "refused"])
@pytest.mark.usefixtures("corps")
def test_a_corp_that_cannot_be_read_is_counted_and_hides_no_other(
    stack: Functions, unreadable: str, capsys: Capsys
) -> None:
    secrets, name = boto3.client("secretsmanager"), "wecom-sync/alpha"
    match unreadable:
        case "no secret":
            secrets.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        case "refused":
            reading = "/cgi-bin/user/list_id"
            stack.wecom.fault("errcode", reading, errcode=60020, corp_id="ww-alpha")
        case _:
            secrets.put_secret_value(SecretId=name, SecretString="{}")
    start(stack)

    assert [deliver(stack, "DriftQueue") for _ in range(2)] == [len(CORPS), 0]

    assert reported() == ["beta", "gamma"]
    log = capsys.readouterr().out.splitlines()
    assert len([line for line in log if "DriftUnread" in line]) == 1
