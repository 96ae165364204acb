"""The drop bucket on moto, whose events come in virtual time."""

import json
from urllib.parse import quote_plus

import boto3

from faults.queues import Queue
from support.fakes import moment
from wecom_simulator import Clock
from wecom_sync.adapters.s3 import ROLLBACK_OF

CORP = "acme"


class DropBucket:
    """Takes files of one corp and remembers in which order they came."""

    def __init__(self, bucket: str, clock: Clock, queue: Queue) -> None:
        self._client = boto3.client("s3")
        self._bucket = bucket
        self._clock = clock
        self._queue = queue
        self.dropped: list[tuple[str, str]] = []

    def put(self, name: str, content: str, *, rollback_of: str = "") -> None:
        """Put an object there; its event is on its way."""
        key = f"{CORP}/{name}"
        metadata = {ROLLBACK_OF: rollback_of} if rollback_of else {}
        put = self._client.put_object(
            Bucket=self._bucket, Key=key, Body=content.encode(), Metadata=metadata
        )
        self.dropped.append((key, put["VersionId"]))
        # Two drops never have the same time.
        self._clock.advance(0.25)
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": moment(self._clock.now()).isoformat(timespec="milliseconds"),
            "s3": {
                "bucket": {"name": self._bucket},
                "object": {"key": quote_plus(key, safe="/"), "versionId": put["VersionId"]},
            },
        }
        self._queue.send(json.dumps({"Records": [record]}))
