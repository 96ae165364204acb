"""Who writes the documents about runs and corps, and tells people and systems: this module alone.

A record of the table's stream is a hint: what is published is read from the table.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from wecom_sync.domain.directory import DriftFound
from wecom_sync.domain.errors import (
    PermanentError,
    RetryableError,
    UnknownOutcomeError,
    WeComError,
)
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.reporting.corp_index import INDEX, NEWEST, CorpIndex
from wecom_sync.reporting.documents import PLAN, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.corp_page import CORP_PAGE, corp_page
from wecom_sync.reporting.pages.report import REPORT_PAGE, report_page
from wecom_sync.reporting.pages.shell import HTML
from wecom_sync.reporting.row_files import PROBLEMS
from wecom_sync.reporting.run_pages import RUN_PAGE, page_bytes, run_page
from wecom_sync.use_cases.ports import Channel, Clock, Documents, Publications, Queue, RunRecords

PAUSE_SECONDS = 60
"""How long a channel is left alone that did not take what it was told."""
TELL_SECONDS = 60
"""How long one call tells channels. The sweep comes back to what is left."""
PAGE_TRIES = 20
"""How often a corp's page is written when others change its index at the same time."""
DAY_SECONDS = 86_400
ASIDE = "aside"
"""Stands among the channels for the dead letters."""
UNANSWERED = "?"
"""Stands before what a channel may have been told: it took the message and did not answer."""

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Errand:
    """What is to be told about one run, or about one corp's drift; `news` is blank for nothing.

    `named` is the run or the corp in logs and dead letters, `subject` where it is noted who was
    told what; `done` notes that everybody was told.
    """

    named: str
    corp: str
    subject: str
    news: str
    tell: Callable[[Channel], None]
    done: Callable[[], None]
    told: Mapping[str, str] = field(default_factory=dict)
    is_left: bool = False
    """Whether somebody was not told; the sweep comes back to it."""


@dataclass(frozen=True, slots=True)
class Written:
    """A run with its answers, and the document made from it.

    The document is blank when somebody wrote a newer one.
    """

    run: Run
    document: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Publishes runs and drift. Doing it twice changes nothing, except that people may hear twice.

    `channels` are told one after the other, the quick ones first; one that fails stops none of the
    others.
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
    _paused: dict[tuple[str, str], float] = field(default_factory=dict)
    """Until when a channel is left alone; by corp, where each corp has its own."""

    def publish(self, run_ids: Iterable[str], corps: Iterable[str]) -> None:
        """Publish runs, and what was found in corps. One that fails stops none of the others.

        It is set aside in the dead letters, and the sweep comes back to it.
        """
        written = [each for run_id in run_ids if (each := self._try(self._write, run_id))]
        found = [drift for corp in corps if (drift := self._try(self._write_drift, corp))]
        changed = (*(each.run.corp for each in written), *(drift.corp for drift in found))
        current = {corp for corp in {*changed} if self._try(self._write_corp_page, corp)}
        about = [errand for each in written if (errand := self._try(self._about_run, each.run))]
        errands = [*about, *map(self._about_drift, found)]
        # Only now, because a channel may be slow: no document waits for it.
        self._tell(errands)
        # Last, because a page may be very long: everybody has been told if the function dies of it.
        shown = {each.run.run_id for each in written if self._try(self._write_report, each)}
        for errand in errands:
            is_shown = errand.named in shown or errand.named == errand.corp
            if is_shown and errand.corp in current and not errand.is_left:
                self._try(lambda each: each.done(), errand)

    def _try[Subject, Found](
        self, act: Callable[[Subject], Found], subject: Subject
    ) -> Found | None:
        try:
            return act(subject)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next record goes on
            name = _named(subject)
            extra = {"run_id": name, "error": type(error).__name__}
            logger.error("not published", extra=extra)  # noqa: TRY400 - its text may quote anything
            self.count("NotPublished")
            self._set_aside(name, error)
            return None

    def _set_aside(self, subject: str, error: Exception, **more: str) -> None:
        """Put a message into the dead letters, once a day."""
        today = str(int(self.clock() // DAY_SECONDS))
        aside = " ".join((ASIDE, *more.values()))
        if self.publications.told(subject).get(aside) != today:
            letter = {"kind": "publish", "subject": subject, "error": type(error).__name__}
            self.aside.send({**letter, **more})
            self._note(subject, aside, today)

    def _write(self, run_id: str) -> Written | None:
        """Write the documents of a run as the table has it."""
        run = self.store.run(run_id)
        if run is None:
            return None
        written = self._write_page(run)
        self._change_index(run.corp, lambda index: index.with_run(run, self.language))
        return written

    def _write_report(self, written: Written) -> bool:
        """Write the page for people; again if the run was moved meanwhile.

        Whoever wrote an older page over a newer one finds another document than the page was made
        from, and writes once more.
        """
        while True:
            run = written.run
            failed, problems = self._rows(run)
            kept = self.documents.get(report_name(run, PLAN)) if PLAN in run.reports else None
            plan = json.loads(kept) if kept else None
            content = report_page(run, plan, failed, problems, self.language)
            self.documents.put(report_name(run, REPORT_PAGE), content, HTML)
            if self.documents.get(report_name(run, RUN_PAGE)) == written.document:
                return True
            now = self.store.run(run.run_id)
            # A table that was restored from a backup is older than its documents, and stays so.
            if now is None or (now.revision == run.revision and not written.document):
                return True
            written = self._write_page(now)

    def _rows(self, run: Run) -> tuple[Sequence[Outcome], Sequence[Mapping[str, Any]]]:
        """Return the rows that WeCom refused, and the problems of a rejected file."""
        failed = self.store.failed_rows(run.run_id) if run.failed else []
        kept = self.documents.get(report_name(run, PROBLEMS)) if PROBLEMS in run.reports else None
        return failed, json.loads(kept)["problems"] if kept else []

    def _write_page(self, run: Run) -> Written:
        written = Written(run, b"")

        def page(before: bytes | None) -> bytes | None:
            nonlocal written
            # Read here, because this is called again when another publisher was faster.
            answered = run.with_answers(self.store.answers(run.run_id))
            written = Written(answered, b"")
            if before and json.loads(before)["revision"] > run.revision:
                return None
            document = page_bytes(run_page(answered, *self._rows(run), self.language))
            written = Written(answered, document)
            return document

        self.documents.change(report_name(run, RUN_PAGE), page, "application/json")
        return written

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
            is_heard = any(channel.reaches(corp) for channel in self.channels.values())
            index = replace(index, is_heard=is_heard)
            return index.to_bytes(self.clock(), self.retention_days)

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
                self._try(lambda each: self._write_report(self._write_page(each)), run)
        return index

    def _write_corp_page(self, corp: str) -> bool:
        """Write a corp's page from its index; return whether it is as new as the index.

        Somebody else may have changed the index and written their page before ours. So the index
        is read again after each write, and the page written again if it is not made from that.
        """
        name = f"{corp}/{INDEX}"
        content = self.documents.get(name)
        for _ in range(PAGE_TRIES):
            page = corp_page(CorpIndex.read(corp, content), self.clock(), self.language)
            self.documents.put(f"{corp}/{CORP_PAGE}", page, HTML)
            before, content = content, self.documents.get(name)
            if content == before:
                return True
        return False

    def _about_run(self, run: Run) -> Errand:
        done = partial(self.publications.published, run)
        names = not run.news or self.store.settings(run.corp).policy.notify_names
        told = run if names else run.unnamed()
        return Errand(
            run.run_id, run.corp, run.run_id, run.news, lambda channel: channel.tell(told), done
        )

    def _about_drift(self, found: DriftFound) -> Errand:
        news = "" if found.report is None else f"{found.at:.3f}"
        subject = f"DRIFT {found.corp}"
        done = partial(self.publications.drift_published, found)
        return Errand(
            found.corp, found.corp, subject, news, lambda channel: channel.tell_drift(found), done
        )

    def _tell(self, errands: Sequence[Errand]) -> None:
        """Let each channel go on all errands before the next one is told anything."""
        until = self.clock() + TELL_SECONDS
        for errand in errands:
            errand.is_left = not self._try(self._begin, errand)
        begun = [errand for errand in errands if not errand.is_left]
        for name in self.channels:
            for errand in begun:
                is_told = self._try(partial(self._tell_one, name, until), errand)
                errand.is_left |= not is_told

    def _begin(self, errand: Errand) -> bool:
        errand.told = self.publications.told(errand.subject) if errand.news else {}
        return True

    def _tell_one(self, name: str, until: float, errand: Errand) -> bool:
        """Tell a channel what it was not told yet; return whether it knows."""
        if not errand.news or errand.told.get(name) == errand.news:
            return True
        channel = self.channels[name]
        pause = name, errand.corp if channel.is_per_corp else ""
        if self.clock() >= until or self.clock() < self._paused.get(pause, 0):
            return False
        try:
            errand.tell(channel)
        except Exception as error:  # noqa: BLE001 - whatever it is, the sweep tries again
            if not self._is_over(name, errand, error):
                if isinstance(error, RetryableError | WeComError):
                    self._paused[pause] = self.clock() + PAUSE_SECONDS
                return False
        self._note(errand.subject, name, errand.news)
        return True

    def _is_over(self, name: str, errand: Errand, error: Exception) -> bool:
        """Log that a channel was not told; return whether it is not to be told any more.

        What a person has to mend first is set aside, and so is what only this errand meets: the
        channel goes on with the others. What may have arrived is repeated once.
        """
        params = getattr(error, "params", {})
        extra = {"channel": name, "corp": errand.corp, "error": type(error).__name__}
        # Its text may quote anything.
        logger.error("not told", extra={**extra, "errcode": params.get("errcode")})
        self.count("NotTold")
        match error:
            case PermanentError():
                self._set_aside(errand.corp, error, channel=name)
                return True
            case UnknownOutcomeError():
                unanswered = f"{UNANSWERED} {errand.news}"
                if errand.told.get(name) == unanswered:
                    return True
                self._note(errand.subject, name, unanswered)
            case RetryableError() | WeComError():
                pass
            case _:
                self._set_aside(errand.named, error, channel=name)
        return False

    def _note(self, subject: str, channel: str, news: str) -> None:
        until = self.clock() + self.retention_days * DAY_SECONDS
        self.publications.note_told(subject, channel, news, until)


def _named(subject: object) -> str:
    """Return the run or the corp that something is about."""
    match subject:
        case Run():
            return subject.run_id
        case Written():
            return subject.run.run_id
        case Errand():
            return subject.named
    return str(subject)
