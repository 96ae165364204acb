"""Who writes the documents about runs and corps, and tells people and systems: this module alone.

A record of the table's stream is a hint: what is published is read from the table.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wecom_sync.domain.drift import DriftFound
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.reporting.corp_index import INDEX, NEWEST, CorpIndex
from wecom_sync.reporting.documents import PLAN, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.report import REPORT_PAGE, report_page
from wecom_sync.reporting.pages.shell import HTML
from wecom_sync.reporting.row_files import PROBLEMS
from wecom_sync.reporting.run_pages import RUN_PAGE, page_bytes, run_page, short_id_name
from wecom_sync.use_cases.ports import Channel, Clock, Documents, Publications, Queue, RunRecords

PAUSE_SECONDS = 60
"""How long a channel is left alone that did not take what it was told."""
DAY_SECONDS = 86_400
ASIDE = "aside"
"""Stands among the channels for the dead letters."""

logger = logging.getLogger(__name__)


class UntoldError(Exception):
    """A channel was not told; the sweep comes back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Publishes runs and drift. Doing it twice changes nothing, except that people may hear twice.

    `channels` are told one after the other; one that fails stops none of the others.
    """

    store: RunRecords
    publications: Publications
    documents: Documents
    channels: Mapping[str, Channel]
    aside: Queue
    clock: Clock
    language: Language
    retention_days: int
    count: Callable[[str], None]
    _paused: dict[str, float] = field(default_factory=dict)

    def publish(self, run_ids: Iterable[str], corps: Iterable[str]) -> None:
        """Publish runs, and what was found in corps. One that fails stops none of the others.

        It is set aside in the dead letters, and the sweep comes back to it.
        """
        written = [run for run_id in run_ids if (run := self._try(self._write, run_id))]
        found = [drift for corp in corps if (drift := self._try(self._write_drift, corp))]
        # Only now, because a page may be long, and a channel slow: no document waits for them.
        shown = [run for run in written if self._try(self._write_report, run)]
        for run in written:
            if self._try(self._tell, run) and run in shown:
                self._try(self.publications.published, run)
        for drift in found:
            self._try(self._tell_drift, drift)

    def _try[Subject, Found](
        self, act: Callable[[Subject], Found], subject: Subject
    ) -> Found | None:
        try:
            return act(subject)
        except UntoldError:
            return None
        except Exception as error:  # noqa: BLE001 - whatever it is, the next record goes on
            name = _named(subject)
            extra = {"run_id": name, "error": type(error).__name__}
            logger.error("not published", extra=extra)  # noqa: TRY400 - its text may quote anything
            self.count("NotPublished")
            self._set_aside(name, error)
            return None

    def _set_aside(self, subject: str, error: Exception) -> None:
        """Put a message into the dead letters, once a day."""
        today = str(int(self.clock() // DAY_SECONDS))
        if self.publications.told(subject).get(ASIDE) != today:
            self.aside.send({"kind": "publish", "subject": subject, "error": type(error).__name__})
            self._note(subject, ASIDE, today)

    def _write(self, run_id: str) -> Run | None:
        """Write the documents of a run as the table has it."""
        run = self.store.run(run_id)
        if run is None:
            return None
        answered = run.with_answers(self.store.answers(run_id))
        self._write_page(run)
        self._change_index(run.corp, lambda index: index.with_run(run, self.language))
        return answered

    def _write_report(self, run: Run) -> Run:
        """Write the page for people; again if the run was moved meanwhile.

        Whoever wrote an older page over a newer one sees it and writes once more.
        """
        shown = run
        while True:
            failed, problems = self._rows(shown)
            kept = self.documents.get(report_name(run, PLAN)) if PLAN in shown.reports else None
            plan = json.loads(kept) if kept else None
            content = report_page(shown, plan, failed, problems, self.language)
            self.documents.put(report_name(run, REPORT_PAGE), content, HTML)
            now = self.store.run(run.run_id)
            if now is None:
                return run
            now = now.with_answers(self.store.answers(run.run_id))
            if now == shown:
                return run
            shown = now

    def _rows(self, run: Run) -> tuple[Sequence[Outcome], Sequence[Mapping[str, Any]]]:
        """Return the rows that WeCom refused, and the problems of a rejected file."""
        failed = self.store.failed_rows(run.run_id) if run.failed else []
        kept = self.documents.get(report_name(run, PROBLEMS)) if PROBLEMS in run.reports else None
        return failed, json.loads(kept)["problems"] if kept else []

    def _write_page(self, run: Run) -> None:
        self.documents.change(
            report_name(run, RUN_PAGE), lambda before: self._page(run, before), "application/json"
        )

    def _page(self, run: Run, before: bytes | None) -> bytes | None:
        """Return the page of a run, None when the one before is newer."""
        if before is None:
            self.documents.put(short_id_name(run), b"", "text/plain")
        elif json.loads(before)["revision"] > run.revision:
            return None
        # Read here, because this is called again when another publisher was faster.
        run = run.with_answers(self.store.answers(run.run_id))
        return page_bytes(run_page(run, *self._rows(run), self.language))

    def _write_drift(self, corp: str) -> DriftFound | None:
        found = self.publications.drift(corp)
        if found is not None:
            self._change_index(corp, lambda index: index.with_drift(found))
        return found

    def _change_index(self, corp: str, change: Callable[[CorpIndex], CorpIndex]) -> None:
        """Change a corp's index. One that is missing is made from the runs of the table."""

        def changed(before: bytes | None) -> bytes:
            index = CorpIndex.read(corp, before)
            if before is None:
                index = self._anew(index)
            settings = self.store.settings(corp)
            index = change(index).with_settings(settings.policy, settings.dropped)
            return index.to_bytes(self.clock() - self.retention_days * DAY_SECONDS)

        self.documents.change(f"{corp}/{INDEX}", changed, "application/json")

    def _anew(self, index: CorpIndex) -> CorpIndex:
        """Make a corp's index from every run, and write the pages of those that it lists.

        A version without documents may have left them.
        """
        runs = self.store.runs_of_corp(index.corp, None)
        for number, run in reversed([*enumerate(runs)]):
            listed = number < NEWEST or not run.state.is_final
            index = index.with_run(run, self.language) if listed else index.with_older(run)
        lists = {each["run_id"] for applied in index.applied.values() for each in applied}
        for run in runs:
            if run.run_id in lists or run.run_id in index.runs:
                self._try(self._write_page, run)
        return index

    def _tell(self, run: Run) -> Run:
        if run.news:
            names = self.store.settings(run.corp).policy.notify_names
            told = run if names else run.unnamed()
            self._tell_each(run.run_id, run.news, lambda channel: channel.tell(told))
        return run

    def _tell_drift(self, found: DriftFound) -> None:
        if found.report is not None:
            news = f"{found.at:.3f}"
            self._tell_each(f"DRIFT {found.corp}", news, lambda channel: channel.tell_drift(found))
        self.publications.drift_published(found)

    def _tell_each(self, subject: str, news: str, tell: Callable[[Channel], None]) -> None:
        """Tell every channel what it was not told yet. Raises `UntoldError` when one is left."""
        told = self.publications.told(subject)
        left = [name for name in self.channels if told.get(name) != news]
        failed = False
        for name in left:
            if self._tell_one(name, tell):
                self._note(subject, name, news)
            else:
                failed = True
        if failed:
            raise UntoldError

    def _note(self, subject: str, channel: str, news: str) -> None:
        until = self.clock() + self.retention_days * DAY_SECONDS
        self.publications.note_told(subject, channel, news, until)

    def _tell_one(self, name: str, tell: Callable[[Channel], None]) -> bool:
        if self.clock() < self._paused.get(name, 0):
            return False
        try:
            tell(self.channels[name])
        except Exception as error:  # noqa: BLE001 - whatever it is, the sweep tries again
            logger.error("not told", extra={"channel": name, "error": type(error).__name__})  # noqa: TRY400
            self.count("NotTold")
            self._paused[name] = self.clock() + PAUSE_SECONDS
            return False
        return True


def _named(subject: object) -> str:
    """Return the run or the corp that something is about."""
    match subject:
        case Run():
            return subject.run_id
        case DriftFound():
            return subject.corp
    return str(subject)
