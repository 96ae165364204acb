"""What leaves the functions and does not go to moto: messages, events and texts."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faults.queues import Queue
from faults.tap import Effect

TAKEN = {"MessageId": "1"}


@dataclass(frozen=True, slots=True)
class Told:
    """One notification: an event's detail type or the topic, what names the run, its state."""

    where: str
    about: str
    state: str
    at: float


@dataclass
class Ears:
    """Queues messages in virtual time and remembers what was told.

    Messages of a `forgetful` function never arrive. `refusals`: how much the bus and the topic do
    not take from now on. `aside` are the dead letters that a function itself wrote.
    """

    queues: Mapping[str, Queue]
    function: Callable[[], str]
    clock: Callable[[], float]
    told: list[Told] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    forgetful: frozenset[str] = frozenset()
    refusals: Counter[str] = field(default_factory=Counter)

    @property
    def effects(self) -> dict[str, Effect]:
        return {
            "sqs:SendMessage": self._send,
            "events:PutEvents": self._event,
            "sns:Publish": self._letter,
        }

    def _send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        queue = self.queues.get(parameters["QueueUrl"])
        if queue is None:
            self.aside.append(parameters["MessageBody"])
        elif self.function() not in self.forgetful:
            queue.send(parameters["MessageBody"], parameters.get("DelaySeconds", 0))
        return TAKEN

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
        self.told.append(Told(where, about, state, self.clock()))
