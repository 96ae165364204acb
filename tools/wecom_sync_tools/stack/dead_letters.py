"""Dead letters: messages that no function could handle, and the queues they came from."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from wecom_sync.adapters.sqs import received
from wecom_sync.domain.drop import NO_CORP, RUN_ID, Drop, place_of, s3_objects
from wecom_sync.domain.states import CORP, State
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.stack.documents import ReportBucket, RunPage
from wecom_sync_tools.stack.drops import SHORT
from wecom_sync_tools.stack.target import Target

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

type RunsOf = Callable[[str], Mapping[str, str]]
"""Gives the runs of a corp by their short ids."""
KINDS = frozenset({"advance", "expire", "callback", "check", "drift", "tell"})
"""The messages that our functions send."""


class DeadLetterQueue(NamedTuple):
    """A dead letter queue and its source queue, by their names in the template."""

    name: str
    url: str
    source: str


class Subject(NamedTuple):
    """What a message is about. `kind`: ours, "drop" for S3's, "other" for any other."""

    kind: str = "other"
    corp: str | None = None
    run_id: str | None = None
    state: State | None = None


class ListedLetter(NamedTuple):
    """One message; `sent` is in epoch seconds."""

    queue: DeadLetterQueue
    subject: Subject
    received: int
    sent: float

    def document(self) -> dict[str, Any]:
        sent = datetime.fromtimestamp(self.sent, UTC).isoformat(timespec="milliseconds")
        queue = {"queue": self.queue.name, "returns_to": self.queue.source}
        return {**queue, **self.subject._asdict(), "received": self.received, "sent": sent}


def dead_letter_queues(target: Target) -> list[DeadLetterQueue]:
    urls = target.resources("AWS::SQS::Queue")
    attributes = {
        name: target.sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["QueueArn", "RedrivePolicy"]
        )["Attributes"]
        for name, url in urls.items()
    }
    names = {values["QueueArn"]: name for name, values in attributes.items()}
    policies = {name: json.loads(it.get("RedrivePolicy", "{}")) for name, it in attributes.items()}
    feeds = {
        names[policy["deadLetterTargetArn"]]: source
        for source, policy in policies.items()
        if policy
    }
    dead = sorted(name for name, policy in policies.items() if not policy)
    return [DeadLetterQueue(name, urls[name], feeds[name]) for name in dead]


def look(target: Target, queue: DeadLetterQueue) -> list[ListedLetter]:
    """Describe everything that lies in a queue, and leave it there."""
    letters = []
    # A bad day leaves thousands of one corp's drops.
    runs = cache(lambda corp: _run_ids(target.documents, corp))
    for batch in list(_batches(target.sqs, queue)):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, message in enumerate(batch)
        ]
        target.sqs.change_message_visibility_batch(QueueUrl=queue.url, Entries=entries)  # type: ignore[arg-type]
        for message in batch:
            subject = subject_of(message["Body"], target.documents, runs)
            attributes = message["Attributes"]
            count = int(attributes["ApproximateReceiveCount"])
            sent = int(attributes["SentTimestamp"]) / 1000
            letters.append(ListedLetter(queue, subject, count, sent))
    return letters


def give_back(target: Target) -> int:
    """Let the sweep function, which alone may send, empty the dead letters; return how many."""
    name = target.resources("AWS::Lambda::Function")["SweepFunction"]
    returned, left = 0, True
    while left:
        response = target.functions.invoke(FunctionName=name, Payload=json.dumps({"redrive": True}))
        answer = json.load(response["Payload"])
        if "left" not in answer:
            problem = f"{name}: {answer.get('errorType', '?')}"
            raise CommandError("aws_failed", details=problem)
        left = answer["left"]
        returned += answer["returned"]
    return returned


def _batches(client: "SQSClient", queue: DeadLetterQueue) -> Iterator[Sequence["MessageTypeDef"]]:
    """Yield what is in a queue, each message once, although SQS may show some again."""
    seen: set[str] = set()
    while fresh := [it for it in received(client, queue.url) if it["MessageId"] not in seen]:
        seen |= {message["MessageId"] for message in fresh}
        yield fresh


def subject_of(body: str, documents: ReportBucket, runs: RunsOf) -> Subject:
    try:
        message = json.loads(body)
        if "DDBStreamBatchInfo" in message:
            return Subject("publish")
        if message.get("kind") is None:
            dropped = next(s3_objects(message), None)
            return _of_drop(dropped, documents, runs) if dropped else Subject()
    except (ValueError, TypeError, KeyError, AttributeError):
        return Subject()
    return _of_ours(message, documents)


def _page(documents: ReportBucket, corp: str, name: str) -> RunPage | None:
    """Return a run's page, None where it cannot be read: letters are returned all the same."""
    with suppress(CommandError):
        return documents.page(corp, name)
    return None


def _run_ids(documents: ReportBucket, corp: str) -> Mapping[str, str]:
    """Return the runs of a corp by their short ids, none where they cannot be listed."""
    with suppress(CommandError):
        return {run_id[-SHORT:]: run_id for run_id in documents.all_run_ids(corp)}
    return {}


def _of_drop(drop: Drop, documents: ReportBucket, runs: RunsOf) -> Subject:
    corp = place_of(drop.key).corp
    if corp == NO_CORP:
        return Subject("drop")
    run_id = runs(corp).get(drop.digest[:SHORT])
    page = _page(documents, corp, run_id) if run_id else None
    return Subject("drop", corp, run_id, page.run.state if page else None)


def _of_ours(message: Mapping[str, Any], documents: ReportBucket) -> Subject:
    """Describe a message of ours. A callback to a corp's fixed URL names its run to WeCom alone."""
    kind, *names = (message.get(name) for name in ("kind", "corp", "run_id"))
    if not isinstance(kind, str) or kind not in KINDS:
        return Subject()
    corp, run_id = (
        name if isinstance(name, str) and form.fullmatch(name) else None
        for name, form in zip(names, (CORP, RUN_ID), strict=True)
    )
    page = _page(documents, corp, run_id) if corp and run_id else None
    return Subject(kind, corp, run_id, page.run.state if page else None)
