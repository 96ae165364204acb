"""Decisions are objects under `decide/`, whoever puts them there; and nothing else decides."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from e2e.conftest import PRINCIPAL, LocalStack, allowing, eventually, people
from support.events import moved, sqs

CORP, UNDECIDED = "decided", "undecided"
NOBODY = "20260102T030405Z-0123456789ab"
FUNCTIONS = ("Submit", "Persist", "Callback", "Publish", "Sweep", "Drift")
QUEUES = ("SubmitQueue", "ResultsQueue", "DriftQueue")
Run = dict[str, Any]


def hold(stack: LocalStack, corp: str) -> Run:
    """Let a corp have 20 people, and drop a full file that half of them are missing from."""
    stack.wait(stack.put(f"{corp}/syncuser/some.csv", people(corp, 20)))
    return stack.wait(stack.put(f"{corp}/replaceuser/all.csv", people(corp, 10)), "HELD")


def answered(stack: LocalStack, run: Mapping[str, Any], note: str) -> dict[str, Any]:
    """Return what a run's document says of the decision with a note."""
    steps: list[dict[str, Any]] = []

    def there() -> bool:
        steps[:] = [step for step in stack.timeline(run) if step.get("note") == note]
        return bool(steps)

    eventually(there, lambda: stack.timeline(run))
    (step,) = steps
    return step


def test_a_decision_is_an_object_that_any_s3_client_puts(stack: LocalStack) -> None:
    run = hold(stack, CORP)
    digest = run["plan_digest"]

    stack.decide(run, decision="approve", plan="0" * 64, note="wrong digest")
    refused = answered(stack, run, "wrong digest")
    assert (refused["state"], refused["by"]) == ("HELD", PRINCIPAL)
    assert "not that of the plan that the run is held for" in refused["why"]

    stack.decide({**run, "corp": UNDECIDED}, decision="approve", plan=digest)
    other = stack.wait(f"{UNDECIDED}/decide/{run['run_id']}.json")
    assert other["state"] == "REJECTED"
    assert "no run with the id" in other["reason"]

    stack.put(f"{CORP}/decide/{run['run_id']}.json", "approve it, please")
    eventually(
        lambda: any("is not a decision" in (step["why"] or "") for step in stack.timeline(run)),
        lambda: stack.timeline(run),
    )
    assert stack.timeline(run)[-1]["state"] == "HELD"

    stack.decide(run, decision="approve", plan=digest, note="seen")
    approved = answered(stack, run, "seen")
    assert (approved["state"], approved["by"], approved["why"]) == ("QUEUED", PRINCIPAL, None)
    done = stack.wait(run["key"])
    assert (done["state"], done["approval"]["by"]) == ("SUCCEEDED", PRINCIPAL)
    assert stack.corp_of_wecom(CORP, "directory")["counts"]["members"] == 10

    stack.decide(run, decision="cancel", note="too late")
    late = answered(stack, run, "too late")
    assert late["state"] == "SUCCEEDED"
    assert "too late" in late["why"]


def test_a_decision_about_a_run_that_does_not_exist_is_answered(stack: LocalStack) -> None:
    key = stack.decide({"corp": CORP, "run_id": NOBODY}, decision="cancel")

    run = stack.wait(key)

    assert run["state"] == "REJECTED"
    assert "no run with the id" in run["reason"]
    assert stack.document(f"{CORP}/{run['run_id']}/run.json")["reason"] == run["reason"]
    assert stack.document(f"{CORP}/{NOBODY}/run.json") is None


@pytest.fixture(scope="module")
def undecided(stack: LocalStack) -> Run:
    return hold(stack, UNDECIDED)


@pytest.fixture(scope="module")
def own_bucket(stack: LocalStack, undecided: Run) -> str:
    """Return a bucket of somebody's own, with an approval that would do in the drop bucket."""
    s3, bucket = stack.client("s3"), f"own-{uuid4().hex}"
    s3.create_bucket(Bucket=bucket)
    decision = {"decision": "approve", "plan": undecided["plan_digest"]}
    s3.put_object(Bucket=bucket, Key=decision_key(undecided), Body=json.dumps(decision))
    return bucket


def test_where_everybody_has_one_principal_nobody_is_a_second_person(
    stack: LocalStack, undecided: Run
) -> None:
    before = len(stack.timeline(undecided))
    stack.wait(stack.put(f"{UNDECIDED}/settings.toml", "[limits]\nsecond_person = true\n"))
    eventually(
        lambda: [step["state"] for step in stack.timeline(undecided)[before:]][-1:] == ["HELD"],
        lambda: stack.timeline(undecided),
    )
    plan = stack.command("show", undecided["run_id"])["plan_digest"]

    stack.decide(undecided, decision="approve", plan=plan, note="alone")

    alone = answered(stack, undecided, "alone")
    assert (alone["state"], alone["by"]) == ("HELD", PRINCIPAL)
    assert "needs a second person" in alone["why"]


def decision_key(run: Mapping[str, Any]) -> str:
    return f"{run['corp']}/decide/{run['run_id']}.json"


def messages(stack: LocalStack, run: Run, own: str) -> Iterator[dict[str, Any]]:
    """Yield every message that decides or did so once, and those that only functions send."""
    run_id = run["run_id"]
    words = {"run_id": run_id, "by": "boss", "plan_digest": run["plan_digest"]}
    words |= {"plan": run["plan_digest"], "decision": "approve", "note": "forged", "check": 0}
    for kind in ("approve", "cancel", "decide", "decision", "expire", "advance", "check", "drift"):
        yield {"kind": kind, "sent": time.time(), "corp": run["corp"], **words}
    job = {"job_type": "replace_user", "job_id": "3_1_1", "errcode": 0, "errmsg": "ok"}
    yield {"kind": "callback", "corp": run["corp"], "run_id": run_id, **job}
    for bucket in (own, stack.info["drop_bucket"]):
        for version in (uuid4().hex, ""):
            yield stack.event(decision_key(run), version, bucket)


def payloads(stack: LocalStack, run: Run, own: str) -> Iterator[dict[str, Any]]:
    """Yield what somebody may invoke a function with."""
    for message in messages(stack, run, own):
        yield message
        yield sqs("SubmitQueue", message)
    yield {"rehearse": {"corp": run["corp"], "job": "replaceuser", "run_id": run["run_id"]}}
    yield moved(run["run_id"])
    request = {"httpMethod": "POST", "path": f"/callback/{run['corp']}/{run['run_id']}"}
    yield {**request, "body": json.dumps({"decision": "approve", "plan": run["plan_digest"]})}


def invoke(stack: LocalStack, run: Run, own: str) -> None:
    keys, names = stack.of_user(allowing("lambda:InvokeFunction")), stack.resources()
    functions = stack.client("lambda", keys)
    for payload in payloads(stack, run, own):
        for name in FUNCTIONS:
            functions.invoke(FunctionName=names[f"{name}Function"], Payload=json.dumps(payload))


def send(stack: LocalStack, run: Run, own: str) -> None:
    """Send everything to every queue, and see that what arrives is taken."""
    keys, names = stack.of_user(allowing("sqs:SendMessage")), stack.resources()
    queues = stack.client("sqs", keys)
    for message in messages(stack, run, own):
        for name in QUEUES:
            with suppress(ClientError):
                queues.send_message(QueueUrl=names[name], MessageBody=json.dumps(message))
    eventually(lambda: not any(stack.waiting(*QUEUES).values()), lambda: stack.waiting(*QUEUES))
    # What is dropped now comes after it.
    stack.decide(run, decision="approve", plan="0" * 64, note="the last word")
    answered(stack, run, "the last word")
    for name in QUEUES:
        stack.client("sqs").purge_queue(QueueUrl=names[name])


@pytest.mark.parametrize("attempt", [invoke, send])
def test_whoever_may_only_invoke_or_send_decides_nothing(
    stack: LocalStack,
    undecided: Run,
    own_bucket: str,
    attempt: Callable[[LocalStack, Run, str], None],
) -> None:
    before = stack.timeline(undecided)
    plan = stack.command("show", undecided["run_id"])["plan_digest"]

    attempt(stack, undecided, own_bucket)

    answers = stack.timeline(undecided)[len(before) :]
    assert {(step["state"], bool(step["why"])) for step in answers} <= {("HELD", True)}
    document = stack.command("show", undecided["run_id"])
    assert (document["state"], document["approval"]) == ("HELD", None)
    assert document["plan_digest"] == plan
    assert stack.corp_of_wecom(UNDECIDED, "directory")["counts"]["members"] == 20
