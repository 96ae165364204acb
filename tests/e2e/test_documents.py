"""What the report bucket says agrees with the table, whoever else can be told or not."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

from e2e.conftest import PRINCIPAL, LocalStack, eventually, people
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run

CORP, QUIET = "pages", "quiet"
APPLIED = ["RECEIVED", "QUEUED", "SUBMITTING", "SUBMITTED", "SUCCEEDED"]


def in_table(stack: LocalStack, run_id: str) -> Run:
    store = DynamoStore(stack.client("dynamodb"), stack.info["table"], time.time, 1)
    run = store.run(run_id)
    assert run is not None
    return run


def listed(stack: LocalStack, run: dict[str, Any]) -> dict[str, Any]:
    """Return a run as its corp's index lists it."""
    index = stack.document(f"{run['corp']}/index.json")
    (entry,) = [each for each in index["runs"] if each["run_id"] == run["run_id"]]
    return dict(entry)


def assert_documents_agree(stack: LocalStack, run_id: str) -> dict[str, Any]:
    """See that page and index say what the table has; return the page."""
    run = in_table(stack, run_id)
    page = stack.document(f"{run.corp}/{run_id}/run.json")
    assert page["stored"] == json.loads(json.dumps(run.to_document()))
    assert (page["state"], page["revision"]) == (run.state, run.revision)
    eventually(
        lambda: bool(listed(stack, page)["revision"] == run.revision), lambda: listed(stack, page)
    )
    entry = listed(stack, page)
    of_list = {"since", "reasons", "superseded_by"}
    fields = {name: value for name, value in entry.items() if name not in of_list}
    assert fields == {name: page[name] for name in fields}
    assert stack.document(f"{run.corp}/index.json")["corp"] == run.corp
    return dict(page)


def test_the_documents_of_a_held_file_ask_for_a_person_until_it_is_decided(
    stack: LocalStack,
) -> None:
    applied = stack.wait(stack.put(f"{CORP}/syncuser/more.csv", people(CORP, 20)))
    page = assert_documents_agree(stack, applied["run_id"])
    assert [step["state"] for step in page["timeline"]] == APPLIED
    assert page["timeline"][0]["by"] == page["principal"] == PRINCIPAL
    held = stack.wait(stack.put(f"{CORP}/replaceuser/all.csv", people(CORP, 10)), "HELD")
    assert_documents_agree(stack, held["run_id"])
    index = stack.document(f"{CORP}/index.json")
    assert [each["run_id"] for each in index["attention"]] == [held["run_id"]]
    assert index["runs_open"] == 1

    stack.decide(held, decision="approve", plan=held["plan_digest"])
    stack.wait(held["key"])

    page = assert_documents_agree(stack, held["run_id"])
    states = [step["state"] for step in page["timeline"]]
    assert states == ["RECEIVED", "QUEUED", "SUBMITTING", "HELD", *APPLIED[1:]]
    index = stack.document(f"{CORP}/index.json")
    assert (index["attention"], index["runs_open"]) == ([], 0)


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
    first_run = stack.wait(stack.put(f"{QUIET}/syncuser/told.csv", bad))
    for channel in (bus, letters):
        eventually(lambda channel=channel: channel.has_heard(first_run), lambda: first_run)  # type: ignore[misc]

    with topic_forbidden(stack, names):
        runs = [stack.wait(stack.put(f"{QUIET}/syncuser/{n}.csv", bad)) for n in range(2)]
        for run in runs:
            eventually(lambda run=run: bus.has_heard(run), lambda run=run: run)  # type: ignore[misc]
            page = assert_documents_agree(stack, run["run_id"])
            assert [step["state"] for step in page["timeline"]] == ["RECEIVED", "REJECTED"]
        assert not letters.has_heard(runs[0])
    events.remove_targets(Rule="ear", Ids=["ear"])
    events.delete_rule(Name="ear")
