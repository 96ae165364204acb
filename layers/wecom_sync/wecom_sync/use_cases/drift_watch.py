"""Reports what somebody changed in WeCom by hand: the live ids against the snapshot."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from wecom_sync.domain.errors import PermanentError, RetryableError, WeComError
from wecom_sync.planning.drift import Drift, compare
from wecom_sync.reporting.catalogue import text
from wecom_sync.reporting.documents import CSV
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
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        titles = ("column_id", "column_outcome")
        writer.writerow([text(title).render(self.language) for title in titles])
        for word, users in (
            ("drift_added", drift.added),
            ("drift_removed", drift.removed),
            ("drift_moved", drift.moved),
        ):
            writer.writerows([user, text(word).render(self.language)] for user in users)
        name = f"{drift.corp}/drift/{day}.csv"
        return self.reports.put(name, out.getvalue().encode("utf-8-sig"), CSV)
