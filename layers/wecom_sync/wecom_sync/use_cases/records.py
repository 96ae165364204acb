"""Writes what became of a run: its rows, and the corp's book. No other module does."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from typing import TYPE_CHECKING, Concatenate

from wecom_sync.domain.book import Book
from wecom_sync.domain.errors import (
    PermanentError,
    SnapshotMovedError,
    TransitionRefusedError,
)
from wecom_sync.domain.habit import DAY_SECONDS
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import REMOVE, Step
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import MAX_BYTES, UNTIMED, Stopwatch
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN, USER_COLUMN
from wecom_sync.files.problems import FileRejectedError, Problem
from wecom_sync.files.roster import Roster, read_roster, with_accounts
from wecom_sync.planning.department_names import DepartmentsMissingError
from wecom_sync.planning.leavers import leavers_document
from wecom_sync.planning.memory.operations import doubted
from wecom_sync.planning.memory.sent import Sent, hr_keys_of
from wecom_sync.planning.outcomes import labelled
from wecom_sync.reporting import row_files
from wecom_sync.reporting.documents import LEAVERS_LISTED, PLAN, problem_document, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.link_texts import ACCOUNTS, accounts_csv, links_document, links_in_force
from wecom_sync.reporting.pages.accounts_page import ACCOUNTS_PAGE, accounts_page
from wecom_sync.reporting.pages.shell import HTML
from wecom_sync.use_cases.ports import Archive, Clock, Documents, Drops, RunStore

if TYPE_CHECKING:
    from wecom_sync.use_cases.prepared import Prepared


logger = logging.getLogger(__name__)
JSON = "application/json"
NOBODY = Roster(Job.SYNC_USER, "", (USER_COLUMN, MEMBER_NAME_COLUMN, DEPARTMENTS_COLUMN), ())
"""What a run brings that only removes: rows of nobody."""
TRIES = 3
"""How often the book is changed anew because another run wrote it at the same time."""


def if_kept[Value](read: Callable[[Run], Value], run: Run) -> Value | None:
    """Return what is read of a run, None if its file is gone or cannot be read any more."""
    try:
        return read(run)
    except PermanentError:
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Reads a run's file, and writes what became of it; writing it twice changes nothing."""

    store: RunStore
    drops: Drops
    reports: Documents
    archive: Archive
    language: Language
    processor: Clock
    _newest: dict[object, Roster] = field(default_factory=dict, init=False)
    """The roster that was read last, by all that it was read from."""
    _sent: dict[object, Sent] = field(default_factory=dict, init=False)
    """What went out for the job that was asked about last."""

    def roster(self, run: Run) -> Roster:
        """Return the run's file, read and checked. Raises `ObjectGoneError`, `FileRejectedError`.

        The next step of a run often finds here what the step before has read.
        """
        if run.job is None:
            raise TypeError("a run without a job has no roster")
        if run.is_removal:
            return NOBODY
        source = run.job, *run.identity.file, repr(run.source.reading)
        if source not in self._newest:
            self._newest.clear()
            content = self.drops.content(*run.identity.file)
            # Once it was read in time, a slow minute stops nothing that goes on.
            watch = self.watch() if run.source.encoding is None else UNTIMED
            reading = run.source.reading
            self._newest[source] = read_roster(run.job, content, reading, watch)
        return self._newest[source]

    def watch(self) -> Stopwatch:
        return Stopwatch(self.processor)

    def content(self, run: Run) -> bytes:
        """Return a run's own object. Raises `FileRejectedError` when it is too large."""
        if self.drops.head(*run.identity.own_object).size > MAX_BYTES:
            raise FileRejectedError([Problem(0, "", "file_too_large")])
        return self.drops.content(*run.identity.own_object)

    def sent(self, run: Run) -> Sent:
        """Return what went out for the run; when that is not kept any more, read the file.

        It is read once for a job that WeCom has: nobody writes it any more. Raises as `roster`.
        """
        source = run.run_id, run.brings, run.submission.job_id
        if source in self._sent:
            return self._sent[source]
        sent = self.archive.sent(run) or self._unplanned(run)
        self._sent.clear()
        if run.state is State.SUBMITTED:
            self._sent[source] = sent
        return sent

    def _unplanned(self, run: Run) -> Sent:
        roster = self.roster(run)
        return Sent(roster, hr_keys=hr_keys_of(roster, roster, Book()))

    def rows_of(self, run: Run) -> Sent:
        """Return the rows of the run's own file as they went out: of a company run the members."""
        people = Step(REMOVE, job_id=run.submission.job_id)
        return self.sent(run.at_step(people) if run.in_steps else run)

    def brings(self, run: Run, error: FileRejectedError) -> str | None:
        """Return the run of a department file that waits and brings all that a file lacks.

        Of those that were planned only the newest may still go out, so only that one may be held.
        """
        if not isinstance(error, DepartmentsMissingError):
            return None
        lane = self.store.lane(run.corp)
        planned = lane.planned.get(Job.REPLACE_PARTY)
        ids = [planned.run_id] if planned else []
        ids += [run.run_id for run in lane.waiting if run.job is Job.REPLACE_PARTY]
        for run_id in ids:
            departments = self.store.run(run_id)
            if departments is not None and not departments.state.is_final:
                # A bad file, or one that is gone, brings nothing.
                with suppress(PermanentError):
                    if error.is_mended_by(self.roster(departments)):
                        return run_id
        return None

    def write_plan(self, run: Run, prepared: "Prepared") -> Mapping[str, str]:
        listed = [problem_document(warning, self.language) for warning in prepared.warnings]
        document = {**prepared.document(), "warnings": listed}
        if links := prepared.plan.links:
            departments = prepared.names.departments
            document["links"] = links_document(links, prepared.link_details, departments)
            document["stated"] = {"lines": prepared.lines, "version": prepared.version}
        # Without blanks: of a first file it has a line for everybody.
        return self._put(run, PLAN, json.dumps(document, ensure_ascii=False).encode(), JSON)

    def write(
        self,
        run: Run,
        outcomes: Sequence[Outcome],
        sent: Sent | None = None,
        refused: Reason | None = None,
    ) -> Mapping[str, str]:
        """Write every row's outcome; return the run's reports. `refused`: see `results_csv`."""
        self.store.put_outcomes(run, outcomes)
        mends = any(outcome.needs_mending for outcome in outcomes) and not refused
        content = row_files.results_csv(outcomes, self.language, refused)
        reports = self._put(run, row_files.RESULTS, content)
        if sent is None or not mends:
            return reports
        # As its people know it: with names of departments, not ids.
        file = if_kept(self.roster, run)
        roster = with_accounts(file, sent.roster, run.source.reading.key) if file else sent.roster
        fixed = row_files.fix_csv(outcomes, roster, self.language)
        return {**reports, **self._put(run, row_files.FIX, fixed)} if fixed else reports

    def doubt(self, run: Run, *, refused: bool = False) -> None:
        """Note that nobody knows what WeCom applied. `refused`: it refused the job as a whole."""
        self.change_book(run, doubted, if_kept(self.sent, run), refused=refused)

    def awaited_list(self, corp: str) -> Run | None:
        """Return the newest list of people that HR brought, unless the book knows what it says.

        Nobody is removed meanwhile: who is to go may be in it.
        """
        files = self.archive.snapshot(corp).history.files
        lists = (it.dropped for it in files if it.counts and it.job.lists_people)
        known = max(lists, default=0)
        runs = self.store.runs_of_corp(corp, None, known - DAY_SECONDS)
        awaited = (it for it in runs if it.is_wanted_list and it.identity.dropped > known)
        return next(awaited, None)

    def change_book[**Rest](
        self,
        run: Run,
        operation: Callable[Concatenate[Book, Run, Rest], Book],
        *rest: Rest.args,
        **names: Rest.kwargs,
    ) -> None:
        """Change the book by an operation, as a rule while the run has the lane.

        A slow message may come when another run has written the book: so the run is read after the
        book. A superseded run has no lane, and may meet the run that has it: both try again. Raises
        `TransitionRefusedError` when the run was moved meanwhile.
        """
        before = after = Book()

        def in_turn(book: Book) -> Book:
            nonlocal before, after
            before = book
            now = self.store.run(run.run_id)
            if now is None or now.place != run.place:
                raise TransitionRefusedError("moved meanwhile")
            after = operation(book, run, *rest, **names)
            return after

        for tries_left in reversed(range(TRIES)):
            try:
                self.archive.change_snapshot(run.corp, in_turn)
                break
            except SnapshotMovedError:
                if not tries_left:
                    raise
        self.write_accounts(run.corp, before, after)
        self._list_leavers(run.corp, after)

    def _list_leavers(self, corp: str, book: Book) -> None:
        """List the disabled leavers for the corp's index. It stops no run: the next one does it."""
        leavers = json.dumps(leavers_document(book), ensure_ascii=False).encode()
        try:
            self.reports.put(f"{corp}/{LEAVERS_LISTED}", leavers, JSON)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run goes on
            extra = {"corp": corp, "error": type(error).__name__}
            logger.error("not listed", extra=extra)  # noqa: TRY400 - its text may quote anything

    def write_accounts(self, corp: str, before: Book, book: Book) -> None:
        """Write which account each key has, again if that changed meanwhile.

        The page may be large: it is written when people, departments or statements have changed.
        """
        while book.accounts.value or book.people.by_key:
            links = [*links_in_force(book)]
            content = accounts_csv(book, links, self.language)
            self.reports.put(f"{corp}/{ACCOUNTS}", content, row_files.CSV)
            if _on_page(book) != _on_page(before):
                page = accounts_page(corp, book, links, self.language)
                self.reports.put(f"{corp}/{ACCOUNTS_PAGE}", page, HTML)
            before, book = book, self.archive.snapshot(corp)
            if book == before:
                break

    def write_rejected(self, run: Run, error: FileRejectedError) -> Mapping[str, str]:
        content = row_files.problems_json(error, self.language)
        document = row_files.rejection_csv(error, self.language)
        problems = self._put(run, row_files.PROBLEMS, content, JSON)
        return {**self._put(run, row_files.RESULTS, document), **problems}

    def write_without_result(self, run: Run) -> Mapping[str, str]:
        """Write what became of the rows of a run for which WeCom gave no result.

        A file that is gone leaves nothing to write, and settings have no rows.
        """
        if run.job is None:
            return run.result.reports
        is_unchanged = run.ends_as is State.UNCHANGED
        is_posted = run.submission.posted is not None and not is_unchanged
        read = self.rows_of if is_posted or run.in_steps else self._unplanned
        if (sent := if_kept(read, run)) is None:
            return run.result.reports
        if is_posted:
            return self.write(run, _unreported(sent), sent)
        return self.write_unsent(run, sent, is_unchanged=is_unchanged)

    def write_unsent(
        self, run: Run, sent: Sent | None = None, *, is_unchanged: bool = False
    ) -> Mapping[str, str]:
        rows = _unreported(sent or self.rows_of(run))
        document = row_files.unsent_csv(rows, self.language, is_unchanged=is_unchanged)
        return self._put(run, row_files.RESULTS, document)

    def _put(
        self, run: Run, name: str, document: bytes, content_type: str = row_files.CSV
    ) -> Mapping[str, str]:
        return {
            **run.result.reports,
            name: self.reports.put(report_name(run, name), document, content_type),
        }


def _on_page(book: Book) -> tuple[object, ...]:
    """Return all that the page of links says, as it is stored: comparing people is slow."""
    kinds = [(*it.row, it.linked, it.evidence, it.former) for it in book.people.kinds]
    lines = {it: (key, row, kinds[at]) for it, (key, row, at) in book.people.lines.items()}
    return lines, book.department_rows, book.accounts.value


def _unreported(sent: Sent) -> list[Outcome]:
    own = [Outcome(row.id, row.line, None) for row in sent.roster.rows if row.line > 0]
    return labelled(own, sent)
