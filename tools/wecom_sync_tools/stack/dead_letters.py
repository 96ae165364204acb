"""Dead letters: messages that no function could handle, and the queues they came from."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import received
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
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.stack.target import Target

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef

KINDS = frozenset({"advance", "expire", "callback", "check", "drift", "tell"})
"""The messages that our functions send."""


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """A dead letter queue and its source queue, by their names in the template."""

    name: str
    url: str
    source: str


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
        DeadLetterQueue(name, urls[name], feeds[name])
        for name, found in sorted(attributes.items())
        if "RedrivePolicy" not in found
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


def give_back(target: Target) -> int:
    """Let the sweep function, since nobody else may send, empty the dead letters.

    Return how many letters it sent back.
    """
    name = target.resources("AWS::Lambda::Function")["SweepFunction"]
    returned = 0
    left = True
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
    while True:
        found = received(client, queue.url)
        fresh = [each for each in found if each["MessageId"] not in seen]
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
        if "DDBStreamBatchInfo" in message:
            return Subject("publish")
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
    """Describe a message of ours. A callback to a corp's fixed URL names its run to WeCom alone."""
    kind, corp, run_id = (message.get(name) for name in ("kind", "corp", "run_id"))
    if not isinstance(kind, str) or kind not in KINDS:
        return Subject()
    known_corp = corp if isinstance(corp, str) and CORP.fullmatch(corp) else None
    if isinstance(run_id, str) and RUN_ID.fullmatch(run_id):
        run = store.run(run_id)
        if run is None:
            return Subject(kind, known_corp, run_id)
    else:
        return Subject(kind, known_corp)
    return Subject(kind, run.corp, run.run_id, run.state)
