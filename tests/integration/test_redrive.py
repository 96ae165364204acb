"""Messages that failed too often, through the real handlers, and the daily look for drift."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from moto.sqs.models import sqs_backends

import submit
from support.books import book_of
from support.console import Capsys
from support.functions import HANDLERS, Context, Functions
from support.meanwhile import fail
from support.world import members, s3_event
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.domain.states import State
from wecom_sync.use_cases.ports import DeadLetter
from wecom_sync.use_cases.sweep import MOST_RETURNS, Redrive
from wecom_sync_tools.local.known_corp import DROP_BUCKET

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


def lying(stack: Functions) -> list[str]:
    """Return what lies in the dead letters, by their queues."""
    sqs = boto3.client("sqs")
    asked: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = {
        name: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]
        for name, url in stack.names.items()
        if name.endswith("DeadLetterQueue")
    }
    return [name for name, it in counts.items() for _ in range(sum(map(int, it.values())))]


def fail_until_dead(stack: Functions, queue: str = "DropQueue") -> None:
    while deliver(stack, queue):
        pass


@pytest.fixture
def repair(stack: Functions, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let a drop become a dead letter, as submit has no table; yield what gives it back."""
    with monkeypatch.context() as broken:
        broken.setenv("TABLE_NAME", "no-such-table")
        submit.use_cases.cache_clear()
        drop(stack, members("a", "b"))
        fail_until_dead(stack)
    yield submit.use_cases.cache_clear
    submit.use_cases.cache_clear()


def sweep(stack: Functions, name: str = "sweep-schedule.json") -> Any:
    """Call the sweep, which hides what it leaves; let that pass."""
    answer = stack.invoke(name)
    for queues in sqs_backends["123456789012"]["us-east-1"].queues.values():
        for message in queues._messages:
            message.change_visibility(0)
    return answer


def test_a_drop_that_was_lost_while_the_table_was_away_ends_by_itself(
    stack: Functions, repair: Callable[[], None]
) -> None:
    assert lying(stack) == ["DropDeadLetterQueue"]
    repair()

    sweep(stack)
    deliver_all(stack)

    assert (stack.run.state, stack.run.result.succeeded) == (State.SUCCEEDED, 2)
    assert lying(stack) == []


def test_a_drop_comes_back_three_times_by_itself_and_then_by_hand(
    stack: Functions, repair: Callable[[], None]
) -> None:
    back = []
    for _ in range(MOST_RETURNS + 1):
        sweep(stack)
        back.append(not lying(stack))
        fail_until_dead(stack)
    assert back == [True, True, True, False]

    repair()
    assert sweep(stack, "sweep-redrive.json") == {"returned": 1, "left": False}
    deliver_all(stack)

    assert stack.run.state is State.SUCCEEDED


TELLING = {"kind": "tell", "channel": "bus", "news": "1", "corp": "acme"}
LETTERS = {
    "a telling": ("PublishDeadLetterQueue", TELLING, 1),
    "a place in the stream": ("PublishDeadLetterQueue", {"DDBStreamBatchInfo": {}}, 0),
    "a test of S3": ("DropDeadLetterQueue", {"Event": "s3:TestEvent"}, 0),
    "no object": ("DropDeadLetterQueue", ["员工张三"], 0),
    "an unknown kind": ("DropDeadLetterQueue", {"kind": "walk"}, 0),
    "a run that the sweep sees": ("ResultsDeadLetterQueue", {"kind": "check", "check": 0}, 0),
}
"""A letter in a queue, and how many go back by hand. By itself none does."""


@pytest.mark.parametrize("name", LETTERS)
def test_what_something_else_sends_again_or_nobody_knows_is_left_to_expire(
    stack: Functions, name: str
) -> None:
    queue, body, returned = LETTERS[name]
    send(stack, queue, json.dumps(body))

    sweep(stack)
    assert lying(stack) == [queue]
    assert sweep(stack, "sweep-redrive.json") == {"returned": returned, "left": False}

    assert lying(stack) == [queue] * (not returned)


def test_a_letter_that_cannot_be_sent_back_is_not_deleted() -> None:
    letters = Mock(take=lambda: [DeadLetter(json.dumps(TELLING), "receipt")])
    source = Mock(send_again=fail)

    with pytest.raises(OSError):  # noqa: PT011
        Redrive(drops=(letters, source), tellings=(letters, source)).redrive(
            lambda: 100, by_hand=True
        )

    letters.delete.assert_not_called()


def test_a_redrive_without_time_says_that_some_are_left() -> None:
    letters = Mock(take=lambda: [DeadLetter(json.dumps(TELLING), "receipt")])

    answer = Redrive(drops=(letters, Mock()), tellings=(letters, Mock())).redrive(
        lambda: 29, by_hand=True
    )

    assert answer == (1, True)


@pytest.mark.parametrize("queue", FUNCTIONS)
def test_poison_keeps_nobody_waiting(stack: Functions, queue: str) -> None:
    send(stack, queue, "员工张三")
    fail_until_dead(stack, queue)
    drop(stack, members("a"))
    deliver_all(stack)

    assert stack.run.state is State.SUCCEEDED
    assert lying(stack) == [f"{queue.removesuffix('Queue')}DeadLetterQueue"]


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
    assert lying(stack) == ["DriftDeadLetterQueue"]


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
