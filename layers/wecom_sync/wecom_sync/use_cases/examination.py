"""Looks at a corp's WeCom and changes nothing: what drifted, and whether it can be used."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from wecom_sync import __version__
from wecom_sync.domain.directory import Directory, DriftFound
from wecom_sync.domain.errors import PermanentError, RetryableError, WeComError
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.values import dataclass
from wecom_sync.planning.drift import Drift, compare
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import CSV, drift_csv
from wecom_sync.reporting.wecom_refusal import reason_of
from wecom_sync.use_cases.ports import (
    Archive,
    Clock,
    CorpSecrets,
    DriftRecords,
    Queue,
    Reports,
    WeComOf,
)

_FAILURES = (WeComError, RetryableError, PermanentError)


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
        book = self.archive.snapshot(corp)
        if not book.listed:
            return
        try:
            directory = self.wecom_of(corp).directory()
        except _FAILURES:
            self.count("DriftUnread")
            return
        drift = compare(corp, directory, book)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Tries what an import needs of WeCom, from where imports go out; judges nothing.

    Everything is told as codes and numbers. A failure is a `Reason`'s document, None without one.
    """

    secrets: CorpSecrets
    wecom_of: WeComOf

    def examine(self, corp: str) -> dict[str, Any]:
        """Return how each call of WeCom went."""
        answers: dict[str, Any] = {"corp": corp, "version": __version__, "secret": None}
        try:
            self.secrets.as_it_is(corp)
        except _FAILURES as error:
            answers["secret"] = reason_of(error).to_document()
        else:
            answers |= self._calls(corp)
        return answers

    def _calls(self, corp: str) -> dict[str, Any]:
        """Try each call; without a token, only that one."""
        wecom = self.wecom_of(corp)
        directories: list[Directory] = []
        answers: dict[str, Any] = {"token": _failure(wecom.sign_in)}
        if answers["token"] is None:
            answers["read"] = _failure(lambda: directories.append(wecom.directory()))
            answers["write"] = _failure(wecom.try_write)
        for directory in directories:
            answers["members"] = len(directory.members)
            answers["departments"] = len(directory.departments)
        return answers


def _failure(call: Callable[[], object]) -> dict[str, Any] | None:
    try:
        call()
    except _FAILURES as error:
        return reason_of(error).to_document()
    return None
