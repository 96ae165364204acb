"""A message that failed too often, through the real handlers: into the dead letters and back."""

import json
import time
from typing import Any

import boto3
import pytest

import submit
from integration.test_functions import HANDLERS, Context, Stack, stack
from support.world import members, s3_event
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.local.known_corp import DROP_BUCKET
from wecom_sync_tools.stack.dead_letters import dead_letter_queues, give_back, look
from wecom_sync_tools.stack.target import Target

__all__ = ["stack"]
FUNCTIONS = {"SubmitQueue": "submit", "ResultsQueue": "persist", "DriftQueue": "drift"}
TRIES = 5
"""The template's maxReceiveCount."""
KEY = "acme/syncuser/team.csv"


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wecom_sync_tools.stack.dead_letters.WAIT_SECONDS", 0)


def deliver(stack: Stack, queue: str) -> int:
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


def deliver_all(stack: Stack) -> None:
    """Deliver until nothing moves."""
    while sum([deliver(stack, queue) for queue in FUNCTIONS]):
        stack.wecom.wait_idle()


def drop(stack: Stack, content: str, key: str = KEY) -> None:
    """Drop a file, and send the event that S3 would send."""
    put = boto3.client("s3").put_object(Bucket=DROP_BUCKET, Key=key, Body=content.encode())
    event = s3_event(key, put.get("VersionId", ""), stack.wecom.clock.now())
    event["Records"][0]["s3"]["bucket"]["name"] = DROP_BUCKET  # type: ignore[index]
    send(stack, "SubmitQueue", json.dumps(event))


def send(stack: Stack, queue: str, body: str) -> None:
    boto3.client("sqs").send_message(QueueUrl=stack.names[queue], MessageBody=body)


def target(stack: Stack) -> Target:
    table = stack.names["RunTable"]
    return Target(boto3.Session(), "wecom-sync", DROP_BUCKET, "reports", table)


def lying(stack: Stack) -> list[tuple[str, str | None]]:
    found = target(stack)
    letters = [letter for queue in dead_letter_queues(found) for letter in look(found, queue)]
    return [(letter.subject.kind, letter.subject.run_id) for letter in letters]


def return_all(stack: Stack) -> int:
    found = target(stack)
    return sum(len(list(give_back(found, queue))) for queue in dead_letter_queues(found))


def only_run(stack: Stack) -> Run:
    (run,) = stack.store.runs(10)
    return run


def test_a_drop_that_was_lost_while_the_table_was_away_ends_after_all(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
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


def test_messages_of_a_run_that_has_ended_change_nothing(stack: Stack) -> None:
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
    decision = {"by": "x", "plan_digest": "d"}
    for queue, message in (
        ("SubmitDeadLetterQueue", event),
        ("SubmitDeadLetterQueue", {"kind": "advance", "run_id": run_id}),
        ("SubmitDeadLetterQueue", {"kind": "cancel", "run_id": run_id, "by": "x"}),
        ("SubmitDeadLetterQueue", {"kind": "approve", "run_id": run_id, **decision}),
        ("ResultsDeadLetterQueue", {"kind": "check", "run_id": run_id, "check": 0}),
        ("ResultsDeadLetterQueue", {"kind": "callback", **callback}),
    ):  # fmt: skip
        send(stack, queue, json.dumps(message))

    assert return_all(stack) == 6
    deliver_all(stack)

    assert only_run(stack) == ended
    assert len(stack.wecom.requests) == calls
    assert lying(stack) == []


def test_a_cancellation_that_comes_back_says_when_it_was_sent_first(stack: Stack) -> None:
    cancellation = json.dumps({"kind": "cancel", "run_id": "20270115T080000Z-000000000000"})
    send(stack, "SubmitDeadLetterQueue", cancellation)
    send(stack, "SubmitDeadLetterQueue", "poison")
    before = time.time()

    assert return_all(stack) == 2

    found = boto3.client("sqs").receive_message(
        QueueUrl=stack.names["SubmitQueue"], MaxNumberOfMessages=10, AttributeNames=["All"]
    )["Messages"]
    bodies = [message["Body"] for message in found]
    assert "poison" in bodies
    (body,) = [json.loads(body) for body in bodies if body != "poison"]
    assert body.items() >= json.loads(cancellation).items()
    assert 0 <= before - body["sent"] < 60


@pytest.mark.parametrize("queue", FUNCTIONS)
def test_poison_comes_back_to_the_dead_letters_and_keeps_nobody_waiting(
    stack: Stack, queue: str
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


def deliver_once(stack: Stack) -> None:
    for queue in FUNCTIONS:
        deliver(stack, queue)
        stack.wecom.wait_idle()
