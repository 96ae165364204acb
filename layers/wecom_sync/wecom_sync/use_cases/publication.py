"""Writes the documents about runs and corps, and has people and systems told.

A record of the table's stream is a hint: what is published is read from the table. What is to be
told goes into a queue, a message a channel: SQS tries each again until that channel took it.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.errors import SecretUnreadableError, UnknownOutcomeError
from wecom_sync.domain.last_day import Calendar
from wecom_sync.domain.messages import tell_message
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.corp_index import CORP_PAGE, INDEX, NEWEST, CorpIndex
from wecom_sync.reporting.documents import LEAVERS_LISTED, PLAN, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import corp_page
from wecom_sync.reporting.pages.report import report_page
from wecom_sync.reporting.pages.shell import HTML
from wecom_sync.reporting.row_files import PROBLEMS
from wecom_sync.reporting.run_pages import REPORT_PAGE, RUN_PAGE, page_bytes, run_page
from wecom_sync.use_cases.ports import Channel, Clock, Documents, Publications, Queue, RunRecords

PAGE_TRIES = 20
"""How often a corp's page is written when others change its index at the same time."""
DAY_SECONDS = 86_400

logger = logging.getLogger(__name__)


class Written(NamedTuple):
    """A run with its answers, and its document, blank when somebody wrote a newer one."""

    run: Run
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Publishes runs and drift. Doing it twice changes nothing, except that people may hear twice.

    What fails stops nothing else. It stays unpublished, and the sweep comes back to it.
    """

    store: RunRecords
    publications: Publications
    reports: Documents
    channels: Mapping[str, Channel]
    alarms: Channel
    """What CloudWatch tells: here it is only asked whom it reaches."""
    desk: Callable[[str], str | None]
    """Returns the address of a corp's desk, None where it has none."""
    queue: Queue
    clock: Clock
    calendar: Calendar
    language: Language
    retention_days: int
    count: Callable[[str], None]

    def publish(self, run_ids: Iterable[str], corps: Iterable[str]) -> None:
        """Write the documents and have people told. A corp's index is written once for all."""
        pages = [page for name in run_ids if (page := self._try(name, self._write, name))]
        read = self.publications.drift
        looked = [drift for name in corps if (drift := self._try(name, read, name))]
        changed = dict.fromkeys([*(it.run.corp for it in pages), *(it.corp for it in looked)])
        indexed = {
            corp
            for corp in changed
            if self._try(corp, lambda corp: self._index(corp, pages, looked), corp)
        }
        runs = [
            it
            for it in pages
            if it.run.corp in indexed
            and self._tell(it.run.run_id, it.run.news, corp=it.run.corp, run_id=it.run.run_id)
        ]
        drifts = [
            it
            for it in looked
            if it.corp in indexed and self._tell(f"DRIFT {it.corp}", it.news, corp=it.corp)
        ]
        changed = dict.fromkeys([*(it.run.corp for it in runs), *(it.corp for it in drifts)])
        current = {corp for corp in changed if self._try(corp, self._write_corp_page, corp)}
        for drift in drifts:
            if drift.corp in current:
                self._try(drift.corp, self.publications.drift_published, drift)
        for it in runs:
            # Last, because a page may be very long: everybody has been told if the function dies.
            if self._try(it.run.run_id, self._write_report, it) and it.run.corp in current:
                self._try(it.run.run_id, self.publications.published, it.run)

    def _try[Subject, Result](
        self, name: str, act: Callable[[Subject], Result], subject: Subject
    ) -> Result | None:
        try:
            return act(subject)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next record goes on
            extra = {"run_id": name, "error": type(error).__name__}
            logger.error("not published", extra=extra)  # noqa: TRY400 - its text may quote anything
            self.count("NotPublished")
            return None

    def _write(self, run_id: str) -> Written | None:
        run = self.store.run(run_id)
        return None if run is None else self._write_page(run)

    def _index(self, corp: str, runs: Iterable[Written], drifts: Iterable[DriftFound]) -> bool:
        def changed(index: CorpIndex) -> CorpIndex:
            for it in runs:
                index = index.with_run(it.run, self.language) if it.run.corp == corp else index
            for drift in drifts:
                index = index.with_drift(drift) if drift.corp == corp else index
            if any(it.run.corp == corp and it.run.state.is_final for it in runs):
                # The book changes before a run ends.
                index = replace(index, leavers=self._leavers(corp))
            return index

        self._change_index(corp, changed)
        return True

    def _leavers(self, corp: str) -> Mapping[str, Any]:
        """Return the disabled leavers, with the day since which they are, and what they await."""
        day = self.calendar.day
        listed = self.reports.get(f"{corp}/{LEAVERS_LISTED}") or b"{}"
        leavers: dict[str, Any] = json.loads(listed)
        for it in leavers.get("first", ()):
            it["day"] = day(it["since"])
            it["awaits_file"] = day(it["lacked"]) <= it["day"]
        return leavers

    def _tell(self, subject: str, news: str, **about: str) -> bool:
        """Have people told; return whether that could be done."""

        def announced(subject: str) -> bool:
            self._announce(subject, news, **about)
            return True

        return bool(self._try(subject, announced, subject))

    def _write_report(self, written: Written) -> bool:
        """Write the page for people, again if another document is there than it was made from."""
        while True:
            run = written.run
            failed, problems = self._rows(run)
            plan = self._document(run, PLAN)
            content = report_page(run, plan, failed, problems, self.language)
            self.reports.put(report_name(run, REPORT_PAGE), content, HTML)
            if self.reports.get(report_name(run, RUN_PAGE)) == written.document:
                return True
            now = self.store.run(run.run_id)
            # A table that was restored from a backup is older than its documents, and stays so.
            if now is None or (now.revision == run.revision and not written.document):
                return True
            written = self._write_page(now)

    def _rows(self, run: Run) -> tuple[Sequence[Outcome], Sequence[Mapping[str, Any]]]:
        failed = self.store.failed_rows(run.run_id) if run.result.failed else []
        return failed, (self._document(run, PROBLEMS) or {}).get("problems", [])

    def _document(self, run: Run, name: str) -> dict[str, Any] | None:
        kept = self.reports.get(report_name(run, name)) if name in run.result.reports else None
        document: dict[str, Any] | None = json.loads(kept) if kept else None
        return document

    def _write_page(self, run: Run) -> Written:
        written = Written(run, b"")

        def page(before: bytes | None) -> bytes | None:
            nonlocal written
            # Read here, because this is called again when another publisher was faster.
            answered = run.with_answers(self.store.answers(run.run_id))
            written = Written(answered, b"")
            if before and json.loads(before)["revision"] > run.revision:
                return None
            about = (*self._rows(run), self.language)
            document = page_bytes(run_page(answered, *about))
            written = Written(answered, document)
            return document

        self.reports.change(report_name(run, RUN_PAGE), page, "application/json")
        return written

    def _change_index(self, corp: str, change: Callable[[CorpIndex], CorpIndex]) -> None:
        """Change a corp's index. One that is missing is made from the runs of the table."""

        def changed(before: bytes | None) -> bytes:
            index = CorpIndex.read(corp, before)
            if before is None:
                index = self._anew(index)
            settings = self.store.settings(corp)
            heard = any(channel.reaches(corp) for channel in self.channels.values())
            index = change(index).with_settings(settings.policy, settings.dropped)
            index = replace(index, heard=heard, alarms_heard=self.alarms.reaches(corp))
            with suppress(SecretUnreadableError):
                index = replace(index, desk=self.desk(corp) or "")
            return index.to_bytes(self.clock(), self.retention_days)

        self.reports.change(f"{corp}/{INDEX}", changed, "application/json")

    def _anew(self, index: CorpIndex) -> CorpIndex:
        """Make a corp's index from every run, and write the pages of those that it lists."""
        runs = self.store.runs_of_corp(index.corp, None)
        for number, run in reversed([*enumerate(runs)]):
            listed = number < NEWEST or not run.state.is_final
            index = index.with_run(run, self.language) if listed else index.with_older(run)
        lists = {run["run_id"] for applied in index.applied.values() for run in applied}
        for run in runs:
            if run.run_id in lists or run.run_id in index.runs:
                self._try(run.run_id, lambda run: self._write_report(self._write_page(run)), run)
        return index

    def _write_corp_page(self, corp: str) -> bool:
        """Write a corp's page from its index; return whether it is as new as the index.

        Somebody else may have changed the index and written their page before ours, so the index
        is read again after each write.
        """
        name = f"{corp}/{INDEX}"
        content = self.reports.get(name)
        for _ in range(PAGE_TRIES):
            page = corp_page(CorpIndex.read(corp, content), self.clock(), self.language)
            self.reports.put(f"{corp}/{CORP_PAGE}", page, HTML)
            before, content = content, self.reports.get(name)
            if content == before:
                return True
        return False

    def _announce(self, subject: str, news: str, **about: str) -> None:
        if not news or self.publications.announced(subject) == news:
            return
        for channel in self.channels:
            self.queue.send(tell_message(channel, news, **about))
        until = self.clock() + self.retention_days * DAY_SECONDS
        self.publications.note_announced(subject, news, until)

    def tell(self, message: Mapping[str, Any]) -> None:
        """Tell a channel what a message of the queue names, if it is still so.

        What the channel raises lets SQS try again. What may have arrived is repeated once.
        """
        channel = self.channels[message["channel"]]
        subject: Run | DriftFound | None = (
            self.store.run(message["run_id"])
            if "run_id" in message
            else self.publications.drift(message["corp"])
        )
        if subject is None or not subject.news or subject.news != message["news"]:
            return
        try:
            if isinstance(subject, DriftFound):
                channel.tell_drift(subject)
            else:
                policy = self.store.settings(subject.corp).policy
                run = subject
                if not policy.notify_contacts:
                    run = replace(run, result=replace(run.result, sign_ins=None))
                unreached = channel.tell(run if policy.notify_names else run.unnamed())
                if unreached is not None:
                    self._note_unreached(run.corp, unreached)
        except Exception as error:
            self._log_untold(message, subject.corp, error)
            if not isinstance(error, UnknownOutcomeError):
                raise
            if "again" not in message:
                self.queue.send({**message, "again": True})

    def _note_unreached(self, corp: str, user_ids: tuple[str, ...]) -> None:
        """Let the others see on the corp's page whom no card reaches."""
        index = CorpIndex.read(corp, self.reports.get(f"{corp}/{INDEX}"))
        if index.unreached != user_ids:
            self._change_index(corp, lambda index: replace(index, unreached=user_ids))
            self._write_corp_page(corp)

    def _log_untold(self, message: Mapping[str, Any], corp: str, error: Exception) -> None:
        code = getattr(error, "params", {}).get("errcode")
        extra = {"channel": message["channel"], "corp": corp, "errcode": code}
        logger.error("not told", extra={**extra, "error": type(error).__name__})
