"""Dead letters on the deployed stack: the sweep function sends back what was dropped."""

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


def test_a_lost_drop_ends_after_all_and_poison_is_left(
    stack: LocalStack, urls: dict[str, str]
) -> None:
    eventually(lambda: not any(stack.waiting(*QUEUES).values()), lambda: stack.waiting(*QUEUES))
    with stack.cut_off("SubmitFunctionDrops"):
        lost = stack.put(f"{CORP}/syncuser/lost.csv", members("a", "b", "c"))
        exhaust(stack, urls["DropQueue"])
    stack.set_aside("DropDeadLetterQueue", "员工张三 13800000000")
    assert stack.run_of(lost) is None

    stack.client("lambda").invoke(FunctionName=urls["SweepFunction"], Payload=b"{}")

    assert stack.wait(lost)["state"] == "SUCCEEDED"
    left = stack.waiting("DropDeadLetterQueue")
    assert left == {"DropDeadLetterQueue": 1}


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
