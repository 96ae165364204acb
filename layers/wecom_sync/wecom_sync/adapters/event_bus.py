"""EventBridge at the edge: what other systems hear."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from wecom_sync.adapters.aws import telling
from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.errors import UnreachableError
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient

SOURCE = "wecom-sync"
_DETAIL_TYPES = {State.HELD: "Run Held", State.REJECTED: "Run Rejected"}


class EventBus:
    """The account's default event bus."""

    is_per_corp = False

    def __init__(self, client: "EventBridgeClient", language: Language) -> None:
        self._client = client
        self._language = language

    def put(self, kind: str, detail: Mapping[str, Any]) -> None:
        """Publish one event; `kind` is its detail-type."""
        text = json.dumps(detail, ensure_ascii=False)
        entry = {"Source": SOURCE, "DetailType": kind, "Detail": text}
        with telling():
            answer = self._client.put_events(Entries=[entry])  # type: ignore[list-item]
        if answer["FailedEntryCount"]:
            raise UnreachableError("EventBridge did not take the event")

    def reaches(self, _corp: str) -> bool:
        """Systems are no people."""
        return False

    def tell(self, run: Run) -> None:
        """Publish `Run Finished`, `Run Held` or `Run Rejected`, and `Settings Weakened` before."""
        if run.weakened:
            told = {"corp": run.corp, "run_id": run.run_id, "principal": run.principal or None}
            changes = [asdict(each) for each in run.weakened]
            self.put("Settings Weakened", {**told, "changes": changes})
        kind = _DETAIL_TYPES.get(run.state, "Run Finished")
        self.put(kind, run_document(run, self._language))

    def tell_drift(self, found: DriftFound) -> None:
        """Publish `Drift Found`."""
        detail = asdict(found)
        del detail["at"]
        self.put("Drift Found", detail)
