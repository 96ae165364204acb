"""The event bus and the topic tell of a run, whatever becomes of the other."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from e2e.conftest import LocalStack, eventually

CORP = "quiet"


@contextmanager
def topic_forbidden(stack: LocalStack, names: dict[str, str]) -> Iterator[None]:
    """Keep the publish function from the topic for as long as the block lasts."""
    iam, role = stack.client("iam"), names["PublishFunctionRole"]
    denied = {"Effect": "Deny", "Action": "sns:Publish", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [denied]})
    iam.put_role_policy(RoleName=role, PolicyName="quiet", PolicyDocument=document)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="quiet")


class Listener:
    """Hears a channel through a queue of its own."""

    def __init__(self, stack: LocalStack) -> None:
        self._sqs = stack.client("sqs")
        self._url = self._sqs.create_queue(QueueName=f"ear-{uuid4().hex}")["QueueUrl"]
        self._heard = ""
        policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:*"}]}
        self._sqs.set_queue_attributes(
            QueueUrl=self._url, Attributes={"Policy": json.dumps(policy)}
        )

    @property
    def arn(self) -> str:
        attributes = self._sqs.get_queue_attributes(
            QueueUrl=self._url, AttributeNames=["QueueArn"]
        )["Attributes"]
        return str(attributes["QueueArn"])

    def has_heard(self, run: dict[str, Any]) -> bool:
        """Whether the channel has told of a run."""
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        self._heard += "".join(each["Body"] for each in answer.get("Messages", ()))
        return run["run_id"] in self._heard


def test_a_topic_that_takes_nothing_keeps_nothing_else_from_being_told(stack: LocalStack) -> None:
    names, bad = stack.resources(), "姓名,帐号\n,a b\n"
    bus, letters = Listener(stack), Listener(stack)
    events = stack.client("events")
    events.put_rule(Name="ear", EventPattern='{"source": ["wecom-sync"]}')
    events.put_targets(Rule="ear", Targets=[{"Id": "ear", "Arn": bus.arn}])
    stack.client("sns").subscribe(TopicArn=names["RunTopic"], Protocol="sqs", Endpoint=letters.arn)
    first_run = stack.wait(stack.put(f"{CORP}/syncuser/told.csv", bad))
    for channel in (bus, letters):
        eventually(lambda channel=channel: channel.has_heard(first_run), lambda: first_run)  # type: ignore[misc]

    with topic_forbidden(stack, names):
        runs = [stack.wait(stack.put(f"{CORP}/syncuser/{n}.csv", bad)) for n in range(2)]
        for run in runs:
            eventually(lambda run=run: bus.has_heard(run), lambda run=run: run)  # type: ignore[misc]
        assert not letters.has_heard(runs[0])
    events.remove_targets(Rule="ear", Ids=["ear"])
    events.delete_rule(Name="ear")
