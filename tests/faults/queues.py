"""SQS in virtual time: delay, visibility, receive counts and dead letters as the template says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from support.template import resources

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
    """One queue with its dead letters."""

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
    found = resources("AWS::SQS::Queue")
    return {
        name: _queue(clock, item["Properties"])
        for name, item in found.items()
        if "RedrivePolicy" in item["Properties"]
    }


def _queue(clock: Callable[[], float], properties: dict[str, Any]) -> Queue:
    return Queue(
        clock,
        properties["VisibilityTimeout"],
        properties["RedrivePolicy"]["maxReceiveCount"],
    )
