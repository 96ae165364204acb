"""From a submitted run to an outcome for every row: callbacks and checks both end here."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from wecom_sync.domain.errors import (
    PermanentError,
    RetryableError,
    SnapshotMovedError,
    TransitionRefusedError,
    WeComError,
)
from wecom_sync.domain.outcome import JobResult, Outcome, ResultRow, Verdict
from wecom_sync.domain.run import Job, Reason, Run, State
from wecom_sync.files.roster import Roster, row_key
from wecom_sync.planning.sent import Sent
from wecom_sync.reporting.wecom_refusal import refusal
from wecom_sync.use_cases.closing import WRITING_SECONDS, Closing
from wecom_sync.use_cases.ending import Ending, check_message
from wecom_sync.use_cases.ports import Clock, Queue, RunStore, WeComOf
from wecom_sync.use_cases.records import Records
from wecom_sync.use_cases.submission import SLACK_SECONDS
from wecom_sync.wecom.remedies import Call, Remedy, remedy
from wecom_sync.wecom.retry import Retry, retry_check

MAX_CHECK_SECONDS = 300
_HOUR = 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobEvent:
    """What a callback said. `run_id` is blank when it came to the corp's fixed URL."""

    corp: str
    run_id: str
    job_type: str
    job_id: str
    errcode: int
    errmsg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Asks WeCom for results, keeps every row's outcome, ends the run."""

    store: RunStore
    records: Records
    wecom_of: WeComOf
    results_queue: Queue
    ending: Ending
    closing: Closing
    clock: Clock
    check_seconds: int
    result_deadline_seconds: int
    count: Callable[[str], None]

    def hear(self, event: JobEvent) -> Run | None:
        """Take a callback: a hint to look at once.

        It also names the job of a run whose submit was never answered, and may be the only one to
        say that a job failed as a whole. An event for no run of ours is counted and dropped.
        """
        run = self._run_of(event)
        if run is None:
            self.count("CallbackUnmatched")
            logger.warning("callback for no run", extra={"corp": event.corp})
            return None
        unanswered = run.state is State.SUBMITTING and run.posted is not None
        if unanswered and run.closing is None and event.run_id:
            # Only a run's own URL proves whose job it is.
            run = self._adopt(run, event.job_id)
        if run.state is not State.SUBMITTED:
            return run
        if run.job_id != event.job_id:
            logger.warning("callback for another job", extra={"run_id": run.run_id})
        elif event.errcode:
            run = self._note(run, refusal(event.errcode, event.errmsg))
        return self._collect(run, None)

    def check(self, run_id: str, check: int) -> Run | None:
        """Ask for a run's result; `check` is the count of checks the message was sent with."""
        run = self.store.run(run_id)
        return None if run is None else self._collect(run, check)

    def _run_of(self, event: JobEvent) -> Run | None:
        if event.run_id:
            run = self.store.run(event.run_id)
        else:
            run = self.store.run_of_job(event.corp, event.job_id)
        if run is None or run.job is None or run.corp != event.corp:
            return None
        return run if run.job.wecom_type == event.job_type else None

    def _adopt(self, run: Run, job_id: str) -> Run:
        now = self.clock()
        try:
            run = self.store.move(
                run,
                State.SUBMITTED,
                job_id=job_id,
                reason=None,
                deadline=now + self.result_deadline_seconds,
                due=now + self.check_seconds + SLACK_SECONDS,
            )
        except TransitionRefusedError:
            # The submit's own answer arrived at the same time.
            return self.store.run(run.run_id) or run
        self.results_queue.send(check_message(run.run_id, run.checks), self.check_seconds)
        return run

    def _note(self, run: Run, heard: Reason) -> Run:
        """Keep what a callback says is wrong with a job; raises when others move the run."""
        try:
            return self.store.move(run, State.SUBMITTED, heard=heard)
        except TransitionRefusedError:
            if (found := self._still(run)) is None:
                return self.store.run(run.run_id) or run
            return self.store.move(found, State.SUBMITTED, heard=heard)

    def _collect(self, run: Run, check: int | None) -> Run:
        if run.state is not State.SUBMITTED:
            return run
        if run.closing is not None:
            return self._give_up(run, self._over())
        try:
            if run.received is not None and (verdict := self.records.archive.verdict(run)):
                return self._keep(run, verdict)
            return self._ask(run, check)
        except Exception as error:
            if run.deadline is None or self.clock() < run.deadline + WRITING_SECONDS:
                raise
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("given up", extra=extra)  # noqa: TRY400 - its text may quote anything
            return self._give_up(self.store.run(run.run_id) or run, self._over())

    def _ask(self, run: Run, check: int | None) -> Run:
        try:
            result = self.wecom_of(run.corp).result(run.job_id or "")
        except WeComError as error:
            if remedy(Call.of(error.path), error.errcode) is not Remedy.LOST:
                return self._later(run, check, error)
            return self._give_up(run, Reason("result_lost"))
        except (RetryableError, PermanentError) as error:
            # A secret that is gone may come back as well.
            return self._later(run, check, error)
        if not result.finished:
            return self._later(run, check, None)
        failure = refusal(result.errcode, result.errmsg) if result.errcode else run.heard
        return self._receive(run, Verdict(result, failure))

    def _over(self) -> Reason:
        hours = max(1, self.result_deadline_seconds // _HOUR)
        return Reason("result_deadline", {"hours": hours})

    def _give_up(self, run: Run, reason: Reason) -> Run:
        """End a run whose result never came: nobody knows what became of its rows."""
        try:
            if run.closing is not None:
                return self.closing.finish(run)
            return self.closing.close(run, State.FAILED, run.heard or reason)
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run

    def _receive(self, run: Run, verdict: Verdict) -> Run:
        """Keep what WeCom said before anything is made of it, so that it is said once."""
        verdict = self.records.archive.put_verdict(run, verdict)
        now = self.clock()
        try:
            run = self.store.move(run, State.SUBMITTED, received=now, due=now + SLACK_SECONDS)
        except TransitionRefusedError:
            # A callback and a check came together: the other one goes on, and so may this one.
            if (found := self._still(run)) is None:
                return self.store.run(run.run_id) or run
            run = found
        return self._keep(run, verdict)

    def _still(self, run: Run) -> Run | None:
        """Return the run as it is now, None when it no longer waits for this job's result."""
        found = self.store.run(run.run_id)
        if found is None or found.state is not State.SUBMITTED or found.closing is not None:
            return None
        return found if found.job_id == run.job_id else None

    def _keep(self, run: Run, verdict: Verdict) -> Run:
        """Write pages, failed rows and results.csv, then end: all of it may be repeated.

        With a `failure` the run as a whole has failed, whatever single rows say.
        """
        result, failure = verdict.result, verdict.failure
        if self._still(run) is None:
            # Somebody else was faster; the snapshot may be the next run's by now.
            return self.store.run(run.run_id) or run
        leavers: Collection[str] = frozenset()
        sent: Sent | None = None
        try:
            sent = self.records.sent(run)
        except PermanentError:
            # Nobody knows the file any more: the outcomes are kept all the same, without lines.
            key = _key_of(Job.SYNC_USER)
            worst_last = sorted(result.rows, key=lambda row: row.errcode != 0)
            outcomes = [*{key(row.id): _outcome(row, None) for row in worst_last}.values()]
        else:
            outcomes, leavers = match(sent.roster, result), sent.disable
        try:
            self._remember(run, sent, outcomes, verdict)
        except SnapshotMovedError:
            # Another message of this run was faster, and goes on with it.
            return self.store.run(run.run_id) or run
        reports = self.records.keep(run, outcomes, leavers)
        counts = Counts.of(outcomes, run.rows or 0, sent.spared if sent else ())
        state, reason = (State.FAILED, failure) if failure else counts.verdict()
        return self._end(
            run,
            state,
            reason,
            # An import that failed as a whole has changed nothing, as far as WeCom says.
            posted=None if result.errcode else run.posted,
            succeeded=counts.succeeded,
            failed=counts.failed,
            unreported=counts.unreported,
            reports=reports,
        )

    def _remember(
        self, run: Run, sent: Sent | None, outcomes: Sequence[Outcome], verdict: Verdict
    ) -> None:
        is_known = any(each.line and each.errcode is not None for each in outcomes)
        if sent is None or verdict.failure or not is_known:
            # Whatever was the reason: nobody can say that nothing of it was done.
            self.records.doubt(run, refused=verdict.failure is not None)
        else:
            self.records.remember(run, sent, outcomes, self.clock())

    def _end(self, run: Run, state: State, reason: Reason | None, **changes: object) -> Run:
        try:
            return self.ending.end(run, state, reason, **changes)
        except TransitionRefusedError:
            # A callback and a check came together; the other one ended it with the same result,
            # or only counted a check: then the next check finds it. Or a later post was answered,
            # and that job's result counts.
            if found := self._still(run):
                return self.ending.end(found, state, reason, **changes)
            return self.store.run(run.run_id) or run

    def _later(
        self,
        run: Run,
        check: int | None,
        error: WeComError | RetryableError | PermanentError | None,
    ) -> Run:
        """Plan the next check; a callback that came early leaves that to the check under way.

        `error` is why the last question was not answered: at the deadline it is the reason.
        """
        now = self.clock()
        trouble = None if error is None else _reason(error)
        if run.deadline is not None and now >= run.deadline:
            return self._give_up(run, trouble or self._over())
        if check != run.checks:
            return run
        delay = min(self.check_seconds * 1.5 ** min(run.checks, 20), MAX_CHECK_SECONDS)
        retry = (
            Retry(delay, {}) if error is None else retry_check(error, run.tries, self.check_seconds)
        )
        wait = retry.seconds if run.deadline is None else min(retry.seconds, run.deadline - now)
        try:
            run = self.store.move(
                run,
                State.SUBMITTED,
                checks=run.checks + 1,
                tries=retry.tries,
                reason=trouble,
                due=now + wait + (SLACK_SECONDS if retry.by_message else 0),
            )
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run
        if retry.by_message:
            self.results_queue.send(check_message(run.run_id, run.checks), wait)
        return run


def _reason(error: WeComError | RetryableError | PermanentError) -> Reason:
    if isinstance(error, WeComError):
        return refusal(error.errcode, error.errmsg)
    return Reason(error.code, dict(error.params))


def match(roster: Roster, result: JobResult) -> list[Outcome]:
    """Give every row of the file its outcome, then the people who are not in the file.

    WeCom's `total` is not trusted: a row it does not name has no outcome; a person it names
    twice has the worse one.
    """
    key = _key_of(roster.job)
    reported: dict[str, ResultRow] = {}
    for row in result.rows:
        known = reported.get(key(row.id))
        if known is None or known.errcode == 0:
            reported[key(row.id)] = row
    outcomes = []
    for entry in roster.rows:
        found = reported.pop(key(entry.id), None)
        outcomes.append(
            Outcome(entry.id, entry.line, None)
            if found is None
            else replace(_outcome(found, entry.line), id=entry.id)
        )
    return [*outcomes, *(_outcome(row, 0) for row in reported.values())]


def _outcome(row: ResultRow, line: int | None) -> Outcome:
    return Outcome(row.id, line, row.errcode, row.errmsg, row.action)


def _key_of(job: Job) -> Callable[[str], str]:
    return lambda row_id: row_key(job, row_id)


@dataclass(frozen=True, slots=True)
class Counts:
    """A job in numbers. `failed` includes people who are not in the file."""

    rows: int
    succeeded: int
    failed: int
    unreported: int

    @classmethod
    def of(
        cls, outcomes: list[Outcome], rows: int, spared: Collection[str] = frozenset()
    ) -> "Counts":
        """Count: only rows of the file succeed, for a removal that went well is no row of it.

        `spared`: whose removal WeCom is known to refuse; that is no news.
        """
        outcomes = [row for row in outcomes if row.line != 0 or row.id.casefold() not in spared]
        succeeded = sum(row.errcode == 0 and row.line != 0 for row in outcomes)
        refused = sum(row.failed and row.line != 0 for row in outcomes)
        return cls(
            rows=rows,
            succeeded=succeeded,
            failed=sum(row.failed for row in outcomes),
            unreported=max(0, rows - succeeded - refused),
        )

    def verdict(self) -> tuple[State, Reason | None]:
        """SUCCEEDED only when WeCom confirmed every row and refused nobody."""
        if not self.failed and not self.unreported:
            return State.SUCCEEDED, None
        if self.unreported == self.rows and not self.failed:
            return State.PARTIAL, Reason("nothing_reported", {"rows": self.rows})
        if not self.unreported:
            return State.PARTIAL, Reason("rows_failed", {"failed": self.failed, "rows": self.rows})
        if not self.failed:
            shown = {"unreported": self.unreported, "rows": self.rows}
            return State.PARTIAL, Reason("rows_unreported", shown)
        shown = {"failed": self.failed, "unreported": self.unreported, "rows": self.rows}
        return State.PARTIAL, Reason("rows_failed_and_unreported", shown)
