"""SQS at the edge: one queue of JSON messages."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


MAX_DELAY_SECONDS = 900
"""SQS delays a message by 15 minutes at the most."""


class SqsQueue:
    """One queue of JSON messages."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, object], delay_seconds: float = 0) -> None:
        """Send a message; a delay is cut to SQS's 15 minutes."""
        delay = min(max(0, round(delay_seconds)), MAX_DELAY_SECONDS)
        self._client.send_message(
            QueueUrl=self._url,
            MessageBody=json.dumps(message),
            DelaySeconds=delay,
        )
