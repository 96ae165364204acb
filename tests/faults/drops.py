"""The drop bucket on moto, whose events come in virtual time."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote_plus

import boto3

from faults.queues import Queue
from support.fakes import moment
from wecom_simulator import SimulatedClock
from wecom_sync.adapters.s3 import ASKED, ROLLBACK_OF

CORP = "acme"
BOSS = "AWS:AROAEXAMPLE:boss"
"""Who puts every object, as S3 says it."""


class DropBucket:
    """Takes files and decisions of one corp; `dropped` are the files in the order they came."""

    def __init__(self, bucket: str, clock: SimulatedClock, queue: Queue) -> None:
        self._client = boto3.client("s3")
        self._bucket = bucket
        self._clock = clock
        self._queue = queue
        self.dropped: list[tuple[str, str]] = []

    def put(self, name: str, content: str) -> None:
        """Drop a file."""
        self.dropped.append(self._put(name, content, {}))

    def roll_back(self, name: str, earlier: str) -> None:
        """Bring the file of an earlier run back, as the command line does."""
        now = datetime.now(UTC).isoformat()
        self.dropped.append(self._put(name, "", {ROLLBACK_OF: earlier, ASKED: now}))

    def decide(self, run_id: str, decision: Mapping[str, str]) -> None:
        """Drop a decision about a run."""
        self._put(f"decide/{run_id}.json", json.dumps(decision), {})

    def _put(self, name: str, content: str, metadata: Mapping[str, str]) -> tuple[str, str]:
        """Put an object there; its event is on its way. Return its key and version."""
        key = f"{CORP}/{name}"
        put = self._client.put_object(
            Bucket=self._bucket, Key=key, Body=content.encode(), Metadata=metadata
        )
        # Two drops never have the same time.
        self._clock.advance(0.25)
        record = {
            "eventName": "ObjectCreated:Put",
            "eventTime": moment(self._clock.now()).isoformat(timespec="milliseconds"),
            "userIdentity": {"principalId": BOSS},
            "s3": {
                "bucket": {"name": self._bucket},
                "object": {"key": quote_plus(key, safe="/"), "versionId": put["VersionId"]},
            },
        }
        self._queue.send(json.dumps({"Records": [record]}))
        return key, put["VersionId"]
