"""SQS at the edge: one queue of JSON messages. A message that names a corp is of its group."""

import json
from collections.abc import Iterable, Mapping, Sequence
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
            self._send(json.dumps(message), str(message.get("corp", "")), DelaySeconds=delay)

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

    def _send(self, body: str, group: str, **options: Any) -> None:
        if group:
            options["MessageGroupId"] = group
        self.client.send_message(QueueUrl=self.url, MessageBody=body, **options)

    def take(self) -> Sequence[DeadLetter]:
        answer = self.client.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=BATCH,
            VisibilityTimeout=HIDDEN_SECONDS,
            WaitTimeSeconds=WAIT_SECONDS,
            MessageAttributeNames=[RETURNED],
            MessageSystemAttributeNames=["MessageGroupId"],
        )
        return [_letter(it) for it in answer.get("Messages", ())]

    def delete(self, letter: DeadLetter) -> None:
        self.client.delete_message(QueueUrl=self.url, ReceiptHandle=letter.receipt)


def _letter(message: "MessageTypeDef") -> DeadLetter:
    """Return a message; one without attributes has no map of them."""
    group = message.get("Attributes", {}).get("MessageGroupId", "")
    returned = message.get("MessageAttributes", {}).get(RETURNED, NEVER)["StringValue"]
    return DeadLetter(message["Body"], message["ReceiptHandle"], group, int(returned))
