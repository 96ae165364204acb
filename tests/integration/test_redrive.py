"""A message that failed too often, through the real handlers: into the dead letters and back."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

import submit
from support.functions import HANDLERS, Context, Functions
from support.world import members, s3_event
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.local.known_corp import DROP_BUCKET
from wecom_sync_tools.stack.dead_letters import dead_letter_queues, look
from wecom_sync_tools.stack.target import Target

FUNCTIONS = {"SubmitQueue": "submit", "ResultsQueue": "persist", "DriftQueue": "drift"}
TRIES = 5
"""The template's maxReceiveCount."""
KEY = "acme/syncuser/team.csv"


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)


def deliver(stack: Functions, queue: str) -> int:
    """Hand a queue's messages to its function, as Lambda does; return how many there were."""
    sqs, url = boto3.client("sqs"), stack.names[queue]
    found = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0, AttributeNames=["All"]
    ).get("Messages", [])
    for message in found:
        record = {
            "messageId": message["MessageId"], "body": message["Body"],
            "attributes": message["Attributes"], "eventSource": "aws:sqs",
        }  # fmt: skip
        answer: Any = HANDLERS[FUNCTIONS[queue]]({"Records": [record]}, Context())
        handle = message["ReceiptHandle"]
        if answer["batchItemFailures"]:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return len(found)


def deliver_all(stack: Functions) -> None:
    """Deliver until nothing moves."""
    while sum([deliver(stack, queue) for queue in FUNCTIONS]):
        stack.wecom.wait_idle()


def drop(stack: Functions, content: str, key: str = KEY) -> None:
    """Drop a file, and send the event that S3 would send."""
    put = boto3.client("s3").put_object(Bucket=DROP_BUCKET, Key=key, Body=content.encode())
    event = s3_event(key, put.get("VersionId", ""), stack.wecom.clock.now())
    event["Records"][0]["s3"]["bucket"]["name"] = DROP_BUCKET  # type: ignore[index]
    send(stack, "SubmitQueue", json.dumps(event))


def send(stack: Functions, queue: str, body: str) -> None:
    boto3.client("sqs").send_message(QueueUrl=stack.names[queue], MessageBody=body)


def target(stack: Functions) -> Target:
    table = stack.names["RunTable"]
    return Target(boto3.Session(), "wecom-sync", DROP_BUCKET, "reports", table)


def lying(stack: Functions) -> list[tuple[str, str | None]]:
    found = target(stack)
    letters = [letter for queue in dead_letter_queues(found) for letter in look(found, queue)]
    return [(letter.subject.kind, letter.subject.run_id) for letter in letters]


def return_all(stack: Functions) -> int:
    answer = stack.invoke("sweep-redrive.json")
    assert not answer["left"]
    return int(answer["returned"])


def only_run(stack: Functions) -> Run:
    (run,) = stack.store.runs(10)
    return run


def test_a_drop_that_was_lost_while_the_table_was_away_ends_after_all(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setenv("TABLE_NAME", "no-such-table")
        submit.use_cases.cache_clear()
        drop(stack, members("a", "b"))
        assert [deliver(stack, "SubmitQueue") for _ in range(TRIES + 1)] == [1] * TRIES + [0]
    submit.use_cases.cache_clear()
    assert stack.store.runs(10) == []
    assert lying(stack) == [("drop", None)]

    assert return_all(stack) == 1
    deliver_all(stack)

    run = only_run(stack)
    assert (run.state, run.succeeded) == (State.SUCCEEDED, 2)
    assert lying(stack) == []


def test_messages_of_a_run_that_has_ended_change_nothing(stack: Functions) -> None:
    drop(stack, members("a", "b"))
    deliver_all(stack)
    ended = only_run(stack)
    assert ended.state is State.SUCCEEDED
    calls = len(stack.wecom.requests)
    run_id = ended.run_id
    event = s3_event(ended.key, ended.version, ended.dropped)
    event["Records"][0]["s3"]["bucket"]["name"] = DROP_BUCKET  # type: ignore[index]
    callback = {
        "corp": "acme", "run_id": run_id, "job_type": "sync_user", "job_id": ended.job_id,
        "errcode": 302005, "errmsg": "",
    }  # fmt: skip
    for queue, message in (
        ("SubmitDeadLetterQueue", event),
        ("SubmitDeadLetterQueue", {"kind": "advance", "run_id": run_id}),
        ("SubmitDeadLetterQueue", {"kind": "expire", "run_id": run_id}),
        ("ResultsDeadLetterQueue", {"kind": "check", "run_id": run_id, "check": 0}),
        ("ResultsDeadLetterQueue", {"kind": "callback", **callback}),
    ):  # fmt: skip
        send(stack, queue, json.dumps(message))

    assert return_all(stack) == 5
    deliver_all(stack)

    assert only_run(stack) == ended
    assert len(stack.wecom.requests) == calls
    assert lying(stack) == []


def test_letters_of_publish_are_deleted_once_their_runs_are_brought_to_it_again(
    stack: Functions,
) -> None:
    drop(stack, members("a"))
    deliver_all(stack)
    key = {"pk": {"S": f"RUN#{only_run(stack).run_id}"}, "sk": {"S": "RUN"}}
    table = stack.names["RunTable"]
    boto3.client("dynamodb").update_item(
        TableName=table,
        Key=key,
        UpdateExpression="SET unpublished = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
    note = {"kind": "publish", "subject": only_run(stack).run_id, "error": "KeyError"}
    send(stack, "PublishDeadLetterQueue", json.dumps(note))
    send(stack, "PublishDeadLetterQueue", json.dumps({"DDBStreamBatchInfo": {}}))

    answer = stack.invoke("sweep-redrive.json")

    assert answer == {"returned": 0, "deleted": 2, "left": False}
    assert "touched" in boto3.client("dynamodb").get_item(TableName=table, Key=key)["Item"]
    assert lying(stack) == []


def test_a_letter_that_cannot_be_sent_back_is_not_deleted(stack: Functions) -> None:
    send(stack, "SubmitDeadLetterQueue", "poison")
    sqs = boto3.client("sqs")
    sqs.delete_queue(QueueUrl=stack.names["SubmitQueue"])

    with pytest.raises(ClientError, match="NonExistentQueue"):
        return_all(stack)

    (count,) = sqs.get_queue_attributes(
        QueueUrl=stack.names["SubmitDeadLetterQueue"],
        AttributeNames=["ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"].values()
    assert count == "1"


def test_when_the_time_is_short_the_rest_is_left_for_the_next_call(
    stack: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(12):
        send(stack, "SubmitDeadLetterQueue", str(number))

    with monkeypatch.context() as late:
        late.setattr(Context, "get_remaining_time_in_millis", lambda _: 29_000)
        answer = stack.invoke("sweep-redrive.json")

    assert answer == {"returned": 10, "deleted": 0, "left": True}
    assert return_all(stack) == 2


@pytest.mark.parametrize("queue", FUNCTIONS)
def test_poison_comes_back_to_the_dead_letters_and_keeps_nobody_waiting(
    stack: Functions, queue: str
) -> None:
    send(stack, queue, "员工张三")
    for _ in range(TRIES + 1):
        deliver(stack, queue)
    assert lying(stack) == [("other", None)]

    assert return_all(stack) == 1
    drop(stack, members("a"))
    for _ in range(TRIES + 1):
        deliver_once(stack)

    assert only_run(stack).state is State.SUCCEEDED
    assert lying(stack) == [("other", None)]


def deliver_once(stack: Functions) -> None:
    for queue in FUNCTIONS:
        deliver(stack, queue)
        stack.wecom.wait_idle()
