"""Dead letters: messages that no function could handle, and the queues they came from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.drop import (
    CORP,
    NO_CORP,
    RUN_ID,
    Drop,
    S3Object,
    place_of,
    s3_objects,
)
from wecom_sync.domain.run import State
from wecom_sync_tools.stack.target import Target

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

BATCH = 10
"""The most messages that SQS gives or takes in one call."""
HIDDEN_SECONDS = 60
"""The visibility time-out while we look at messages."""
WAIT_SECONDS = 1
"""Long polling: a short poll may miss messages."""
KINDS = frozenset({"advance", "approve", "cancel", "expire", "callback", "check", "drift"})
"""The messages that our functions send."""


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """A dead letter queue and its source queue, by their names in the template."""

    name: str
    url: str
    source: str
    source_url: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a message is about. It shows nothing of a file or of a person.

    `kind` is ours, "drop" for S3's notification, "other" for what no function understands.
    """

    kind: str = "other"
    corp: str | None = None
    run_id: str | None = None
    state: State | None = None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One message; `sent` is in epoch seconds."""

    queue: DeadLetterQueue
    subject: Subject
    received: int
    sent: float

    def document(self) -> dict[str, Any]:
        return {
            "queue": self.queue.name,
            "returns_to": self.queue.source,
            "kind": self.subject.kind,
            "corp": self.subject.corp,
            "run_id": self.subject.run_id,
            "state": self.subject.state,
            "received": self.received,
            "sent": datetime.fromtimestamp(self.sent, UTC).isoformat(timespec="milliseconds"),
        }


def dead_letter_queues(target: Target) -> list[DeadLetterQueue]:
    """Return a stack's queues of dead letters, by name."""
    urls = target.resources("AWS::SQS::Queue")
    attributes = {
        name: target.sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["QueueArn", "RedrivePolicy"]
        )["Attributes"]
        for name, url in urls.items()
    }
    names = {found["QueueArn"]: name for name, found in attributes.items()}
    feeds = {
        names[json.loads(found["RedrivePolicy"])["deadLetterTargetArn"]]: source
        for source, found in attributes.items()
        if "RedrivePolicy" in found
    }
    return [
        DeadLetterQueue(name, urls[name], feeds[name], urls[feeds[name]]) for name in sorted(feeds)
    ]


def look(target: Target, queue: DeadLetterQueue) -> list[DeadLetter]:
    """Describe everything that lies in a queue, and leave it there."""
    found = []
    for batch in list(_batches(target.sqs, queue)):
        entries = [
            {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
            for number, message in enumerate(batch)
        ]
        target.sqs.change_message_visibility_batch(QueueUrl=queue.url, Entries=entries)  # type: ignore[arg-type]
        found += [_described(queue, message, target.store) for message in batch]
    return found


def give_back(target: Target, queue: DeadLetterQueue) -> Iterator[DeadLetter]:
    """Send everything back to where it came from; yield what was sent.

    A message is sent before it is deleted. After an interruption it is there twice, which is
    harmless.
    """
    for batch in _batches(target.sqs, queue):
        for message in batch:
            target.sqs.send_message(QueueUrl=queue.source_url, MessageBody=_dated(message))
            target.sqs.delete_message(QueueUrl=queue.url, ReceiptHandle=message["ReceiptHandle"])
            yield _described(queue, message, target.store)


def _dated(message: "MessageTypeDef") -> str:
    """Return the body. A cancellation keeps its time, so that it does not undo a later approval."""
    try:
        found = json.loads(message["Body"])
        if found["kind"] != "cancel":
            return message["Body"]
    except (ValueError, TypeError, KeyError):
        return message["Body"]
    return json.dumps({"sent": int(message["Attributes"]["SentTimestamp"]) / 1000, **found})


def _batches(client: "SQSClient", queue: DeadLetterQueue) -> Iterator[Sequence["MessageTypeDef"]]:
    """Yield what is in a queue, each message once, although SQS may show some again."""
    seen: set[str] = set()
    while True:
        answer = client.receive_message(
            QueueUrl=queue.url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
        )
        fresh = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        if not fresh:
            return
        seen |= {each["MessageId"] for each in fresh}
        yield fresh


def _described(queue: DeadLetterQueue, message: "MessageTypeDef", store: DynamoStore) -> DeadLetter:
    attributes = message["Attributes"]
    return DeadLetter(
        queue,
        subject_of(message["Body"], store),
        int(attributes["ApproximateReceiveCount"]),
        int(attributes["SentTimestamp"]) / 1000,
    )


def subject_of(body: str, store: DynamoStore) -> Subject:
    """Describe a message of unknown form."""
    try:
        message = json.loads(body)
        if message.get("kind") is None:
            found = next(s3_objects(message), None)
            return _of_drop(found, store) if found else Subject()
    except (ValueError, TypeError, KeyError, AttributeError):
        return Subject()
    return _of_ours(message, store)


def _of_drop(found: S3Object, store: DynamoStore) -> Subject:
    drop = Drop(found.bucket, found.key, found.version, found.time, found.time)
    run = store.run_of_drop(drop.digest)
    if run is None:
        corp = place_of(found.key).corp
        return Subject("drop", None if corp == NO_CORP else corp)
    return Subject("drop", run.corp, run.run_id, run.state)


def _of_ours(message: Mapping[str, Any], store: DynamoStore) -> Subject:
    """Describe a message of ours. A callback to a corp's fixed URL names only the job."""
    kind, corp, run_id = (message.get(name) for name in ("kind", "corp", "run_id"))
    if not isinstance(kind, str) or kind not in KINDS:
        return Subject()
    known_corp = corp if isinstance(corp, str) and CORP.fullmatch(corp) else None
    if isinstance(run_id, str) and RUN_ID.fullmatch(run_id):
        run = store.run(run_id)
        if run is None:
            return Subject(kind, known_corp, run_id)
    else:
        run = store.run_of_job(known_corp or "-", str(message.get("job_id")))
        if run is None:
            return Subject(kind, known_corp)
    return Subject(kind, run.corp, run.run_id, run.state)
