"""The drop bucket on moto, whose events come in virtual time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from faults.queues import Queue
from support.world import s3_event
from wecom_simulator import Clock
from wecom_sync.adapters.s3 import ASKED, ROLLBACK_OF

CORP = "acme"


@dataclass
class DropBucket:
    """Takes files and decisions of one corp; `dropped` are the files in the order they came."""

    client: Any
    bucket: str
    clock: Clock
    queue: Queue
    dropped: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, content: str) -> None:
        self.dropped.append(self._put(name, content, {}))

    def roll_back(self, name: str, earlier: str) -> None:
        """Bring the file of an earlier run back, as the command line does."""
        now = datetime.now(UTC).isoformat()
        self.dropped.append(self._put(name, "", {ROLLBACK_OF: earlier, ASKED: now}))

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
        self.queue.send(json.dumps(s3_event(key, put["VersionId"], self.clock.now())))
        return key, put["VersionId"]
