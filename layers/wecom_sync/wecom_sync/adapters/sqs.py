"""SQS at the edge: one queue of JSON messages."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from wecom_sync.domain.states import MAX_DELAY_SECONDS
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import DeadLetter

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageTypeDef


BATCH = 10
"""The most messages that SQS gives or takes in one call."""
HIDDEN_SECONDS = 60
"""The visibility time-out of received messages."""
WAIT_SECONDS = 1
"""Long polling: a short poll may miss messages."""


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """One queue of JSON messages; dead letters are any text."""

    client: "SQSClient"
    url: str

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        if delay_seconds <= MAX_DELAY_SECONDS:
            self.send_body(json.dumps(message), max(0, round(delay_seconds)))

    def send_body(self, body: str, delay_seconds: int = 0) -> None:
        self.client.send_message(QueueUrl=self.url, MessageBody=body, DelaySeconds=delay_seconds)

    def take(self) -> Sequence[DeadLetter]:
        messages = received(self.client, self.url)
        return [DeadLetter(message["Body"], message["ReceiptHandle"]) for message in messages]

    def delete(self, letter: DeadLetter) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)


def received(client: "SQSClient", url: str) -> "Sequence[MessageTypeDef]":
    """Receive up to `BATCH` messages of a queue; they are hidden for `HIDDEN_SECONDS`."""
    answer = client.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
    )
    return answer.get("Messages", [])
