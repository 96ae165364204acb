"""SQS, the table's stream, the drop bucket and who is told, all in virtual time."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from faults.containers import Effect
from support.template import resources
from support.world import BOSS, SWEEP, s3_event
from wecom_simulator import SimulatedClock
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED
from wecom_sync.domain.drop import AGAIN, ASKED

MAX_DELAY_SECONDS = 900


@dataclass(slots=True)
class Message:
    """One message; it is seen from `visible_at` on. Times are in epoch seconds."""

    body: str
    sent: float
    visible_at: float
    received: int = 0


@dataclass(slots=True)
class Queue:
    clock: Callable[[], float]
    visibility_seconds: int
    max_receives: int
    messages: list[Message] = field(default_factory=list)
    dead: list[Message] = field(default_factory=list)

    def send(self, body: str, delay_seconds: int = 0) -> None:
        if not 0 <= delay_seconds <= MAX_DELAY_SECONDS:
            raise ValueError(f"SQS does not take a delay of {delay_seconds} seconds")
        now = self.clock()
        self.messages.append(Message(body, now, now + delay_seconds))

    def next_time(self) -> float | None:
        return min((message.visible_at for message in self.messages), default=None)

    def receive(self) -> Message | None:
        """Hide the next message and return it; None when it went to the dead letters."""
        message = min(self.messages, key=lambda each: each.visible_at)
        if message.received >= self.max_receives:
            self.messages.remove(message)
            self.dead.append(message)
            return None
        message.received += 1
        message.visible_at = self.clock() + self.visibility_seconds
        return message

    def delete(self, message: Message) -> None:
        self.messages = [each for each in self.messages if each is not message]


def queues_of_template(clock: Callable[[], float]) -> dict[str, Queue]:
    """Return the queues that functions read, by logical id."""
    queues: dict[str, Queue] = {}
    for name, item in resources("AWS::SQS::Queue").items():
        has = item["Properties"]
        if "RedrivePolicy" in has:
            most = has["RedrivePolicy"]["maxReceiveCount"]
            queues[name] = Queue(clock, has["VisibilityTimeout"], most)
    return queues


Key = tuple[str, str]


class Stream:
    """Records of items that are to be published; a batch that failed comes again, in order.

    `records` are the keys of what was changed and not yet handled, the oldest first.
    """

    def __init__(
        self, clock: Callable[[], float], items: Callable[[], Iterable[Mapping[str, Any]]]
    ) -> None:
        self._clock = clock
        self._items = items
        self._seen: dict[Key, tuple[object, ...]] = {}
        properties = resources("AWS::Lambda::Function")["PublishFunction"]["Properties"]
        self._timeout_seconds = properties["Timeout"]
        self.records: list[Key] = []
        self.visible_at = 0.0

    def look(self) -> None:
        """Note what was changed since the last look and is not published."""
        marks: dict[Key, tuple[object, ...]] = {
            (item["pk"], item["sk"]): (item[UNPUBLISHED], item.get("touched"), item.get("revision"))
            for item in self._items()
            if UNPUBLISHED in item
        }
        self.records += [key for key, mark in marks.items() if self._seen.get(key) != mark]
        self._seen = marks

    def lose(self) -> None:
        """Forget what was changed so far: no record of it arrives."""
        self.look()
        self.records.clear()

    def next_time(self) -> float | None:
        return self.visible_at if self.records else None

    def deliver(self, handle: Callable[[dict[str, Any]], bool]) -> None:
        """Hand a batch over. A function that dies keeps it until its time is out."""
        batch = len(self.records)
        records = [
            {"dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}}} for pk, sk in self.records
        ]
        if handle({"Records": records}):
            del self.records[:batch]
        else:
            self.visible_at = self._clock() + self._timeout_seconds


TAKEN = {"MessageId": "1"}


@dataclass(frozen=True, slots=True)
class Told:
    """One notification: an event's detail type or the topic, what names the run, its state."""

    where: str
    about: str
    state: str


@dataclass
class Ears:
    """Queues messages in virtual time and remembers what was told.

    Messages of a `forgetful` function never arrive. `refusals`: how much the bus and the topic do
    not take from now on.
    """

    queues: Mapping[str, Queue]
    function: Callable[[], str]
    notices: list[Told] = field(default_factory=list)
    forgetful: frozenset[str] = frozenset()
    refusals: Counter[str] = field(default_factory=Counter)

    @property
    def effects(self) -> dict[str, Effect]:
        return {
            "sqs:SendMessage": self._send,
            "sqs:SendMessageBatch": self._send_all,
            "events:PutEvents": self._event,
            "sns:Publish": self._letter,
        }

    def _send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self.function() not in self.forgetful:
            queue = self.queues[parameters["QueueUrl"]]
            queue.send(parameters["MessageBody"], parameters.get("DelaySeconds", 0))
        return TAKEN

    def _send_all(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        for entry in parameters["Entries"]:
            self._send({"QueueUrl": parameters["QueueUrl"], **entry})
        return {"Successful": [], "Failed": []}

    def _event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self._refuses("bus"):
            return {"FailedEntryCount": 1, "Entries": []}
        for entry in parameters["Entries"]:
            detail = json.loads(entry["Detail"])
            self._hear(entry["DetailType"], detail["run_id"], detail.get("state", ""))
        return {"FailedEntryCount": 0, "Entries": []}

    def _letter(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Read a text: its subject ends with the state, its body names the run."""
        if self._refuses("topic"):
            return {"Error": {"Code": "InternalError", "Message": "down"}}
        state = str(parameters["Subject"]).rpartition(" ")[2]
        self._hear("topic", str(parameters["Message"]), state)
        return TAKEN

    def _refuses(self, channel: str) -> bool:
        refuses = self.refusals[channel] > 0
        self.refusals[channel] -= refuses
        return refuses

    def _hear(self, where: str, about: str, state: str) -> None:
        self.notices.append(Told(where, about, state))


CORP = "acme"


@dataclass
class DropBucket:
    """Takes files and decisions of one corp; `dropped` are the files in the order they came.

    A file that the sweep has put has no version there.
    """

    client: Any
    bucket: str
    clock: SimulatedClock
    queue: Queue
    dropped: list[tuple[str, str]] = field(default_factory=list)
    versions: set[str] = field(default_factory=set)

    def put(self, name: str, content: str) -> None:
        self.dropped.append(self._put(name, content, {}))

    def roll_back(self, name: str, earlier: str) -> None:
        """Bring the file of an earlier run back, as the command line does."""
        asked = self.modified().isoformat()
        self.dropped.append(self._put(name, "", {AGAIN: f"rollback {earlier}", ASKED: asked}))

    def modified(self) -> datetime:
        """Return the time of what is put now, without a zone, as S3 is played here."""
        return datetime.fromtimestamp(self.clock.now(), UTC).replace(tzinfo=None)

    def hear(self) -> None:
        """Let the events of what the sweep has put be on their way: all of a key are one drop."""
        listed = self.client.list_object_versions(Bucket=self.bucket).get("Versions", ())
        for key, version in ((it["Key"], it["VersionId"]) for it in listed):
            if version not in self.versions:
                self._send(key, version, SWEEP)
                self.dropped += [] if (key, "") in self.dropped else [(key, "")]

    def decide(self, run_id: str, decision: Mapping[str, str]) -> None:
        self._put(f"decide/{run_id}.json", json.dumps(decision), {})

    def _put(self, name: str, content: str, metadata: Mapping[str, str]) -> tuple[str, str]:
        """Put an object there; its event is on its way. Return its key and version."""
        key = f"{CORP}/{name}"
        put = self.client.put_object(
            Bucket=self.bucket, Key=key, Body=content.encode(), Metadata=metadata
        )
        # Two drops never have the same time.
        self.clock.advance(0.25)
        self._send(key, put["VersionId"], BOSS)
        return key, put["VersionId"]

    def _send(self, key: str, version: str, by: str) -> None:
        self.versions.add(version)
        self.queue.send(json.dumps(s3_event(key, version, self.clock.now(), by)))
