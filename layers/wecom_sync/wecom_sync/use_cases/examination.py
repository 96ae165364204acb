"""Looks at a corp's WeCom and changes nothing: what drifted, and whether it can be used."""

from collections.abc import Callable
from typing import Any

from wecom_sync import __version__
from wecom_sync.domain.directory import Directory, DriftFound
from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.timeline import day_of, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.planning.drift import Drift, compare
from wecom_sync.planning.night import without_account
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.row_files import CSV, drift_csv
from wecom_sync.use_cases.ports import (
    Archive,
    Clock,
    CorpSecrets,
    Documents,
    Publications,
    Queue,
    WeComOf,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftWatch:
    """Looks at every corp that we have a snapshot of, each with a message of its own."""

    wecom_of: WeComOf
    archive: Archive
    queue: Queue
    reports: Documents
    publications: Publications
    clock: Clock
    language: Language
    count: Callable[[str], None]

    def start(self) -> int:
        corps = self.archive.corps()
        self.queue.send_all(map(drift_message, corps))
        return len(corps)

    def look(self, corp: str) -> None:
        """Keep what drifted, and count one that WeCom or its secret does not let us read."""
        book = self.archive.snapshot(corp)
        if not book.listed:
            return
        try:
            directory = self.wecom_of(corp).directory()
        except WecomSyncError:
            self.count("DriftUnread")
            return
        drift = compare(corp, directory, book)
        if drift:
            self.count("DriftFound")
        self.publications.put_drift(
            DriftFound(
                corp=corp,
                at=self.clock(),
                added=len(drift.added),
                removed=len(drift.removed),
                moved=len(drift.moved),
                report=self._report(drift) if drift else None,
                absent=without_account(book.unmanaged.value.desk, directory, book),
            )
        )

    def _report(self, drift: Drift) -> str:
        document = drift_csv(
            {
                "drift_added": drift.added,
                "drift_removed": drift.removed,
                "drift_moved": drift.moved,
            },
            self.language,
        )
        return self.reports.put(f"{drift.corp}/drift/{day_of(self.clock())}.csv", document, CSV)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Tries what an import needs of WeCom, from where imports go out; judges nothing.

    A failure is a `Reason`'s document, None without one.
    """

    secrets: CorpSecrets
    wecom_of: WeComOf
    archive: Archive

    def examine(self, corp: str) -> dict[str, Any]:
        answers: dict[str, Any] = {"corp": corp, "version": __version__}
        answers["secret"] = _failure(lambda: self.secrets.as_it_is(corp))
        if answers["secret"] is None:
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
            book = self.archive.snapshot(corp)
            answers["absent"] = without_account(book.unmanaged.value.desk, directory, book)
        return answers


def _failure(call: Callable[[], object]) -> dict[str, Any] | None:
    try:
        call()
    except WecomSyncError as error:
        return reason_of(error).to_document()
    return None
