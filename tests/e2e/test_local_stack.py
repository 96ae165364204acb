"""The product whole: template deployed with IAM enforced, files dropped, WeCom simulated."""

import json
from functools import partial
from typing import Any
from uuid import uuid4

import requests

from e2e.conftest import PRINCIPAL, LocalStack, eventually, people
from support.events import verification
from support.world import departments

READY = (
    "aws_endpoint region access_key secret_key drop_bucket report_bucket table callback_base_url "
    "desk_base_url wecom_url stack_name"
)


def test_the_ready_line_says_where_everything_is(stack: LocalStack) -> None:
    assert all(stack.info[name] for name in READY.split())


def test_departments_then_members_of_every_job_type(stack: LocalStack) -> None:
    for job, content, rows in (
        ("replaceparty", departments(4), 4),
        ("replaceuser", people("full", 20), 20),
        ("syncuser", people("some", 5, 13800000000), 5),
    ):
        run = stack.wait(stack.put(f"acme/{job}/all.csv", content))
        assert (run["state"], run["job"]) == ("SUCCEEDED", job), run
        assert (run["rows"], run["succeeded"]) == (rows, rows)
        assert len(stack.report(run)) >= rows + 1
        assert run["rows_failed"] == []

    directory = stack.corp_of_wecom("acme", "directory")
    assert directory["counts"]["members"] == 25
    assert directory["invited"] == []


def test_a_decision_is_an_object_that_any_s3_client_puts(stack: LocalStack) -> None:
    stack.wait(stack.put("decided/syncuser/some.csv", people("d", 20)))
    run = stack.wait(stack.put("decided/replaceuser/all.csv", people("d", 10)), "HELD")
    index = stack.document("decided/index.json")
    assert [each["run_id"] for each in index["attention"]] == [run["run_id"]]

    stack.decide(run, decision="approve", plan="0" * 64, note="wrong digest")
    eventually(lambda: "wrong digest" in notes(stack, run), lambda: stack.timeline(run))
    refused = stack.timeline(run)[-1]
    assert (refused["state"], refused["by"]) == ("HELD", PRINCIPAL)
    assert "not that of the plan that the run is held for" in refused["why"]

    stack.decide(run, decision="approve", plan=run["plan_digest"], note="seen")
    done = stack.wait(run["key"])
    assert (done["state"], done["approval"]["by"]) == ("SUCCEEDED", PRINCIPAL)
    assert "seen" in notes(stack, run)
    assert stack.document("decided/index.json")["attention"] == []
    assert stack.corp_of_wecom("decided", "directory")["counts"]["members"] == 10


def notes(stack: LocalStack, run: dict[str, Any]) -> list[str | None]:
    """Return what was noted beside each decision about a run."""
    return [step.get("note") for step in stack.timeline(run)]


def test_a_callback_url_of_the_console_is_verified(stack: LocalStack) -> None:
    event = verification()
    url, query = stack.info["callback_base_url"] + event["path"], event["queryStringParameters"]
    answer = requests.get(url, params=query, timeout=120)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    forged = {**query, "msg_signature": "0" * 40}
    assert requests.get(url, params=forged, timeout=120).status_code == 403


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
        named = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        return str(named["Attributes"]["QueueArn"])

    def has_heard(self, run: dict[str, Any]) -> bool:
        """Whether the channel has told of a run."""
        answer = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10)
        self._heard += "".join(each["Body"] for each in answer.get("Messages", ()))
        return run["run_id"] in self._heard


def test_the_event_bus_and_the_topic_tell_of_a_run(stack: LocalStack) -> None:
    bus, letters, events = Listener(stack), Listener(stack), stack.client("events")
    events.put_rule(Name="ear", EventPattern='{"source": ["wecom-sync"]}')
    events.put_targets(Rule="ear", Targets=[{"Id": "ear", "Arn": bus.arn}])
    topic = stack.resources()["RunTopic"]
    stack.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=letters.arn)

    run = stack.wait(stack.put("quiet/syncuser/told.csv", "姓名,帐号\n,a b\n"))

    for channel in (bus, letters):
        eventually(partial(channel.has_heard, run), lambda: run)
    events.remove_targets(Rule="ear", Ids=["ear"])
    events.delete_rule(Name="ear")
