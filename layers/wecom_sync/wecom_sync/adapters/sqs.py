"""SQS at the edge: one queue of JSON messages. A message that names a corp is of its group."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import batched
from typing import TYPE_CHECKING, Any

from wecom_sync.domain.states import MAX_DELAY_SECONDS
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import DeadLetter

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageAttributeValueOutputTypeDef, MessageTypeDef


BATCH = 10
"""The most messages that SQS gives or takes in one call."""
HIDDEN_SECONDS = 60
"""The visibility time-out of received messages."""
RETURNED = "returned"
"""The attribute of a message that says how often it came back from the dead letters."""
NEVER: "MessageAttributeValueOutputTypeDef" = {"DataType": "Number", "StringValue": "0"}
WAIT_SECONDS = 1
"""Long polling: a short poll may miss messages."""


@dataclass(frozen=True, slots=True)
class SqsQueue:
    """One queue of JSON messages; dead letters are any text."""

    client: "SQSClient"
    url: str

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        if delay_seconds <= MAX_DELAY_SECONDS:
            delay = max(0, round(delay_seconds))
            self._send(json.dumps(message), str(message.get("corp", "")), delay)

    def send_all(self, messages: Iterable[Mapping[str, object]]) -> None:
        """Send in batches. What SQS does not take so is sent alone, which raises why."""
        for batch in batched(messages, BATCH, strict=False):
            answer = self.client.send_message_batch(
                QueueUrl=self.url,
                Entries=[
                    {
                        "Id": str(at),
                        "MessageBody": json.dumps(message),
                        "MessageGroupId": str(message["corp"]),
                    }
                    for at, message in enumerate(batch)
                ],
            )
            for failed in answer.get("Failed", ()):
                self.send(batch[int(failed["Id"])])

    def send_again(self, letter: DeadLetter) -> None:
        returned = {"DataType": "Number", "StringValue": str(letter.returned + 1)}
        self._send(letter.body, letter.group, MessageAttributes={RETURNED: returned})

    def _send(self, body: str, group: str, delay_seconds: int = 0, **options: Any) -> None:
        send = partial(self.client.send_message, QueueUrl=self.url, DelaySeconds=delay_seconds)
        send = partial(send, **options)
        if group:
            send = partial(send, MessageGroupId=group)
        send(MessageBody=body)

    def take(self) -> Sequence[DeadLetter]:
        return [
            DeadLetter(
                body=it["Body"],
                receipt=it["ReceiptHandle"],
                group=it["Attributes"].get("MessageGroupId", ""),
                returned=int(it.get("MessageAttributes", {}).get(RETURNED, NEVER)["StringValue"]),
            )
            for it in received(self.client, self.url)
        ]

    def delete(self, letter: DeadLetter) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)


def received(client: "SQSClient", url: str) -> "Sequence[MessageTypeDef]":
    """Receive up to `BATCH` messages of a queue; they are hidden for `HIDDEN_SECONDS`."""
    answer = client.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=BATCH,
        VisibilityTimeout=HIDDEN_SECONDS,
        WaitTimeSeconds=WAIT_SECONDS,
        MessageAttributeNames=[RETURNED],
        MessageSystemAttributeNames=["ApproximateReceiveCount", "MessageGroupId", "SentTimestamp"],
    )
    return answer.get("Messages", [])
