"""Reports what somebody changed in WeCom by hand: the live ids against the snapshot."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.errors import PermanentError, RetryableError, WeComError
from wecom_sync.domain.messages import drift_message
from wecom_sync.planning.drift import Drift, compare
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import CSV, drift_csv
from wecom_sync.use_cases.ports import Archive, Clock, DriftRecords, Queue, Reports, WeComOf


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftWatch:
    """Looks at every corp that we have a snapshot of, each with a message of its own."""

    wecom_of: WeComOf
    archive: Archive
    queue: Queue
    reports: Reports
    records: DriftRecords
    clock: Clock
    language: Language
    count: Callable[[str], None]

    def start(self) -> int:
        """Send a message for each corp; return how many there are."""
        corps = self.archive.corps()
        for corp in corps:
            self.queue.send(drift_message(corp))
        return len(corps)

    def look(self, corp: str) -> None:
        """Keep what drifted, and count one that WeCom or its secret does not let us read.

        Any other error is the message's: it is tried again, and then lies in the dead letters.
        """
        snapshot = self.archive.snapshot(corp)
        if not snapshot.members:
            return
        try:
            directory = self.wecom_of(corp).directory()
        except (WeComError, RetryableError, PermanentError):
            self.count("DriftUnread")
            return
        drift = compare(corp, directory, snapshot)
        if drift:
            self.count("DriftFound")
        self.records.put_drift(
            DriftFound(
                corp=corp,
                at=self.clock(),
                added=len(drift.added),
                removed=len(drift.removed),
                moved=len(drift.moved),
                report=self._report(drift) if drift else None,
            )
        )

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
