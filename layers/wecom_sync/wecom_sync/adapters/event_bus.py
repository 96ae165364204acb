"""EventBridge at the edge: what other systems hear."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

    # Its modules are many, and only the drift function has a drift to publish.
    from wecom_sync.planning.drift import Drift

SOURCE = "wecom-sync"


class EventBus:
    """The account's default event bus."""

    def __init__(self, client: "EventBridgeClient") -> None:
        self._client = client

    def put(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Publish one event; `kind` is its detail-type."""
        text = json.dumps(detail, ensure_ascii=False)
        entry = {"Source": SOURCE, "DetailType": kind, "Detail": text}
        if self._client.put_events(Entries=[entry])["FailedEntryCount"]:  # type: ignore[list-item]
            raise RuntimeError("EventBridge did not take the event")

    def publish_drift(self, drift: "Drift", report: str) -> None:
        """Publish `Drift Found`."""
        detail = {"corp": drift.corp, "report": report}
        counts = {name: len(getattr(drift, name)) for name in ("added", "removed", "moved")}
        self.put("Drift Found", {**detail, **counts})
