"""Nothing decides but objects under `decide/`: no message, and no call of a function."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from e2e.conftest import LocalStack, allowing, eventually, people
from support.events import moved, sqs

UNDECIDED = "decided"
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
