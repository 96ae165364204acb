"""Reports what somebody changed in WeCom by hand: the live ids against the snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from wecom_sync.domain.errors import PermanentError, RetryableError, WeComError
from wecom_sync.planning.drift import Drift, compare
from wecom_sync.reporting.documents import CSV, drift_csv
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.ports import Archive, Clock, Reports, WeComOf


class DriftPublisher(Protocol):
    """Tells other systems."""

    def publish_drift(self, drift: Drift, report: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftWatch:
    """Looks at every corp that we have a snapshot of."""

    wecom_of: WeComOf
    archive: Archive
    reports: Reports
    publisher: DriftPublisher
    clock: Clock
    language: Language
    count: Callable[[str], None]

    def look(self) -> list[Drift]:
        """Report each corp that drifted. A corp that cannot be read is counted and passed over."""
        found = []
        for corp in self.archive.corps():
            snapshot = self.archive.snapshot(corp)
            if not snapshot.members:
                continue
            try:
                directory = self.wecom_of(corp).directory()
            except (WeComError, RetryableError, PermanentError):
                self.count("DriftUnread")
                continue
            if drift := compare(corp, directory, snapshot):
                self.count("DriftFound")
                self.publisher.publish_drift(drift, self._report(drift))
                found.append(drift)
        return found

    def _report(self, drift: Drift) -> str:
        day = datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%d")
        document = drift_csv(
            {
                "drift_added": drift.added,
                "drift_removed": drift.removed,
                "drift_moved": drift.moved,
            },
            self.language,
        )
        return self.reports.put(f"{drift.corp}/drift/{day}.csv", document, CSV)
