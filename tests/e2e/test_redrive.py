"""Dead letters on the deployed stack: they are shown, and the sweep function sends them back."""

import json
from typing import Any

import pytest

from e2e.conftest import LocalStack, eventually
from support.world import members

CORP = "redrive"
QUEUES = ("SubmitQueue", "ResultsQueue")
TRIES = 5
"""The template's maxReceiveCount."""


@pytest.fixture(scope="module")
def urls(stack: LocalStack) -> dict[str, str]:
    return stack.resources()


def exhaust(stack: LocalStack, url: str) -> None:
    """Take every message of a queue as often as it may be taken, and never finish one."""
    sqs = stack.client("sqs")
    for _ in range(TRIES):
        taken: list[Any] = []
        while batch := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30, WaitTimeSeconds=0
        ).get("Messages"):
            taken += batch
        assert taken
        for message in taken:
            handle = message["ReceiptHandle"]
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    # The queue notices at the next look that it may not hand them out any more.
    assert not sqs.receive_message(QueueUrl=url, WaitTimeSeconds=0).get("Messages")


def test_a_lost_drop_ends_and_an_ended_run_stays_as_it_was(
    stack: LocalStack, urls: dict[str, str]
) -> None:
    done = stack.wait(stack.put(f"{CORP}/syncuser/done.csv", members("a", "b")))
    run_id = done["run_id"]
    imports = stack.calls(CORP, "/cgi-bin/batch/syncuser")
    poison = "员工张三 13800000000"
    notice = {"kind": "tell", "channel": "bus", "news": "SUCCEEDED 0"}
    eventually(lambda: not any(stack.waiting(*QUEUES).values()), lambda: stack.waiting(*QUEUES))
    with stack.cut_off("SubmitFunctionMessages"):
        lost = stack.put(f"{CORP}/syncuser/lost.csv", members("a", "b", "c"))
        exhaust(stack, urls["SubmitQueue"])
    for queue, message in (
        ("SubmitDeadLetterQueue", poison),
        ("SubmitDeadLetterQueue", json.dumps({"kind": "advance", "run_id": run_id})),
        (
            "ResultsDeadLetterQueue",
            json.dumps({"kind": "check", "run_id": run_id, "check": 0}),
        ),
        ("PublishDeadLetterQueue", json.dumps({**notice, "run_id": run_id})),
    ):
        stack.set_aside(queue, message)

    seen = stack.command("redrive")
    assert stack.run_of(lost) is None

    letters = {(each["queue"], each["kind"], each["run_id"]) for each in seen["messages"]}
    assert letters == {
        ("SubmitDeadLetterQueue", "drop", None),
        ("SubmitDeadLetterQueue", "other", None),
        ("SubmitDeadLetterQueue", "advance", run_id),
        ("ResultsDeadLetterQueue", "check", run_id),
        ("PublishDeadLetterQueue", "tell", run_id),
    }
    (dropped,) = (each for each in seen["messages"] if each["kind"] == "drop")
    assert dropped["received"] >= TRIES
    assert "张三" not in json.dumps(seen, ensure_ascii=False)

    returned = stack.command("redrive", "--yes")

    assert returned["returned"] == 5
    assert stack.wait(lost)["state"] == "SUCCEEDED"
    assert stack.calls(CORP, "/cgi-bin/batch/syncuser") == imports + 1
    eventually(
        # It comes again after a minute; only then it waits for half an hour.
        lambda: sum("MessagesFailed" in line for line in log(stack, urls, "Submit")) == 1,
        lambda: log(stack, urls, "Submit"),
    )
    eventually(
        # The poison waits for its next try.
        lambda: stack.waiting(*QUEUES) == {"SubmitQueue": 1, "ResultsQueue": 0},
        lambda: stack.waiting(*QUEUES),
    )
    assert stack.command("show", run_id) == done
    assert stack.command("redrive")["messages"] == []


def test_the_sweep_may_look_at_what_starts_the_functions_and_finds_it_in_order(
    stack: LocalStack, urls: dict[str, str]
) -> None:
    stack.client("lambda").invoke(FunctionName=urls["SweepFunction"], Payload=b"{}")

    eventually(
        lambda: any('"broken":[]' in line for line in log(stack, urls, "Sweep")),
        lambda: log(stack, urls, "Sweep"),
    )


def log(stack: LocalStack, urls: dict[str, str], function: str) -> list[str]:
    group = urls[f"{function}LogGroup"]
    events = stack.client("logs").filter_log_events(logGroupName=group)["events"]
    return [each["message"].replace(" ", "") for each in events]
