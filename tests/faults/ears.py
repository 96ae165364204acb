"""What leaves the functions and does not go to moto: messages, events and texts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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


class Ears:
    """Queues messages in virtual time and remembers what was told.

    Messages of a `forgetful` function never arrive; the next `refused` events are not taken.
    """

    def __init__(self, queues: Mapping[str, Queue], function: Callable[[], str]) -> None:
        self._queues = queues
        self._function = function
        self.told: list[Told] = []
        self.forgetful: frozenset[str] = frozenset()
        self.refused = 0

    @property
    def effects(self) -> dict[str, Effect]:
        """What answers which operation."""
        return {
            "sqs:SendMessage": self._send,
            "events:PutEvents": self._event,
            "sns:Publish": self._letter,
        }

    def _send(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self._function() not in self.forgetful:
            queue = self._queues[parameters["QueueUrl"]]
            queue.send(parameters["MessageBody"], parameters.get("DelaySeconds", 0))
        return TAKEN

    def _event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self.refused:
            self.refused -= 1
            return {"FailedEntryCount": 1, "Entries": []}
        for entry in parameters["Entries"]:
            detail = json.loads(entry["Detail"])
            self.told.append(Told(entry["DetailType"], detail["run_id"], detail["state"]))
        return {"FailedEntryCount": 0, "Entries": []}

    def _letter(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Read a text: its subject ends with the state, its body names the run."""
        state = str(parameters["Subject"]).rpartition(" ")[2]
        self.told.append(Told("topic", str(parameters["Message"]), state))
        return TAKEN
