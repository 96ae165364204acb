"""From a callback or a check to the end of a run: ask, keep the answer, write the rows, end."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import batched
from typing import Unpack

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.errors import (
    TransitionRefusedError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.messages import advance_message, check_message
from wecom_sync.domain.outcome import LEFT, JobResult, Outcome, ReceivedResult, ResultRow
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Move, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import REMOVE, Step
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Again, Reason, reason_of, wecom_refusal
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.planning.memory.operations import applied, creators_of
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.outcomes import (
    Counts,
    labelled,
    match,
    namesakes,
    new_sign_ins,
    without_file,
)
from wecom_sync.planning.unmanaged import unmanaged_accounts
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.use_cases.endings import WRITING_SECONDS, Endings
from wecom_sync.use_cases.ports import MOST_REMOVED, Clock, Queue, RunStore, WeCom, WeComOf
from wecom_sync.use_cases.records import Records, if_kept
from wecom_sync.wecom.remedies import Call, Remedy, is_of_account, remedy
from wecom_sync.wecom.retry import Retry, due_after, given_up, retry_check

MAX_CHECK_SECONDS = 300
NOT_THERE = 60111
"""WeCom has no such account."""
NO_RESULT = JobResult(True, 0, "", ())
_ROWS = frozenset({Job.SYNC_USER, REMOVE})
"""The steps of a company run whose rows are counted as the run's."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Ends runs with their results. Steps may be repeated, and two messages may come at once."""

    store: RunStore
    records: Records
    endings: Endings
    wecom_of: WeComOf
    results_queue: Queue
    clock: Clock
    check_seconds: int
    result_deadline_seconds: int
    count: Callable[[str], None]

    def hear(self, event: JobEvent) -> Run | None:
        """Handle the callback that a job has ended: ask for the result at once.

        It also names the job of a submit that was never answered, and only it may say that a job
        failed as a whole.
        """
        if (run := self._run_of(event)) is None:
            self.count("CallbackUnmatched")
            logger.warning("callback for no run", extra={"corp": event.corp})
            return None
        if _is_of_earlier_step(run, event):
            # WeCom says once more that it has ended.
            return run
        try:
            run = self._with_job(run, event)
            if run.state is State.SUBMITTED and run.submission.job_id != event.job_id:
                logger.warning("callback for another job", extra={"run_id": run.run_id})
            elif run.state is State.SUBMITTED and event.errcode:
                failure = wecom_refusal(event.errcode, event.errmsg)
                run = self._change(run, callback_failure=failure)
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run
        return self._bring_home(run, None)

    def check(self, run_id: str, check: int) -> Run | None:
        """Ask for a run's result; `check` is the count of checks the message was sent with."""
        run = self.store.run(run_id)
        return run and self._bring_home(run, check)

    def _run_of(self, event: JobEvent) -> Run | None:
        job = event.corp, event.job_id
        run = self.store.run(event.run_id) if event.run_id else self.store.run_of_job(*job)
        if run is None or run.corp != event.corp:
            return None
        is_current = run.asks in Job and Job(run.asks).wecom_type == event.job_type
        return run if is_current or _is_of_earlier_step(run, event) else None

    def _with_job(self, run: Run, event: JobEvent) -> Run:
        """Take over the job of a submit that was never answered.

        Only the run's own URL proves whose job it is, and a job that another run has is not.
        """
        is_unanswered = run.standing is State.SUBMITTING and run.submission.posted is not None
        if not is_unanswered or not event.run_id:
            return run
        now = self.clock()
        try:
            run = self.store.move(
                run,
                State.SUBMITTED,
                job_id=event.job_id,
                steps=run.with_step(state=State.SUBMITTED, job_id=event.job_id),
                reason=None,
                deadline=now + self.result_deadline_seconds,
                due=now + due_after(self.check_seconds),
            )
        except TransitionRefusedError:
            # The submit's own answer arrived at the same time, or the job is another run's.
            return self.store.run(run.run_id) or run
        self.results_queue.send(
            check_message(run.corp, run.run_id, run.submission.checks), self.check_seconds
        )
        return run

    def _bring_home(self, run: Run, check: int | None) -> Run:
        if run.state is not State.SUBMITTED:
            return run
        try:
            if run.ends_as is not None:
                return self.endings.resume(run)
            kept = None if run.submission.received is None else self.records.archive.result(run)
            received = kept or self._asked(run, check)
            return received if isinstance(received, Run) else self._end(run, received, check)
        except TransitionRefusedError:
            # Another message of this run was faster, and goes on with it.
            return self.store.run(run.run_id) or run
        except Exception as error:
            if run.deadline is None or self.clock() < run.deadline + WRITING_SECONDS:
                raise
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("given up", extra=extra)  # noqa: TRY400 - its text may quote anything
            return self._give_up(self.store.run(run.run_id) or run, None)

    def _asked(self, run: Run, check: int | None) -> ReceivedResult | Run:
        """Ask WeCom and keep what it says; return the run when there is no result yet."""
        try:
            if run.asks == REMOVE:
                return self.records.archive.put_result(run, ReceivedResult(self._removed(run)))
            result = self.wecom_of(run.corp).result(run.submission.job_id or "")
        except WecomSyncError as error:
            code = error.errcode if isinstance(error, WeComError) else 0
            if code and remedy(Call.of(error.path), code) is Remedy.LOST:
                return self._give_up(run, Reason("result_lost"))
            # Also after a permanent error: a person may put a secret right meanwhile.
            return self._later(run, check, error)
        if not result.finished:
            return self._later(run, check, None)
        failure = (
            wecom_refusal(result.errcode, result.errmsg)
            if result.errcode
            else run.submission.callback_failure
        )
        # WeCom may not say it again, so it is kept before anything is made of it.
        return self.records.archive.put_result(run, ReceivedResult(result, failure))

    def _removed(self, run: Run) -> JobResult:
        """Remove whom the plan names and who is there just before: so it may be repeated."""
        sent = self.records.sent(run)
        if not sent.removed:
            return NO_RESULT
        wecom = self.wecom_of(run.corp)
        directory = wecom.directory()
        spelt = directory.user_ids
        removed = sent.removed - self._spared_by_now(run, sent, directory)
        gone = [ResultRow(key, 0, "") for key in sorted(removed - spelt.keys())]
        there = [spelt[key] for key in sorted(removed & spelt.keys())]
        for accounts in batched(there, MOST_REMOVED, strict=False):
            gone += self._refusals(wecom, accounts)
        return JobResult(True, 0, "", tuple(gone))

    def _spared_by_now(self, run: Run, sent: Sent, directory: Directory) -> frozenset[str]:
        """Return who was to go and stays after all: a later file asks about them again.

        That is who is unmanaged by now or protected by newer settings, and who may be somebody
        whose own row WeCom refused: its name or a contact may be the reason.
        """
        settings, book = self.store.settings(run.corp), self.records.archive.snapshot(run.corp)
        spared = {*unmanaged_accounts(directory, book, settings.policy)}
        if (settings.dropped or 0) > min(run.proposal.grounds or (0,)):
            spared |= {key for key in sent.removed if settings.policy.protects(key)}
        refused = [it for it in self._of_company(run, sent, NO_RESULT) if it.needs_mending]
        spared |= {*namesakes(sent, refused, book)}
        return frozenset(spared)

    def _refusals(self, wecom: WeCom, accounts: Sequence[str]) -> list[ResultRow]:
        """Remove accounts; where one of them refuses the whole call, one by one."""
        try:
            wecom.remove(accounts)
        except WeComError as error:
            if not is_of_account(Call.of(error.path), error.errcode):
                raise
            if len(accounts) == 1:
                # Somebody else was faster.
                code = 0 if error.errcode == NOT_THERE else error.errcode
                return [ResultRow(accounts[0], code, error.errmsg)]
            return [row for it in accounts for row in self._refusals(wecom, (it,))]
        return [ResultRow(account, 0, "") for account in accounts]

    def _end(self, run: Run, received: ReceivedResult, check: int | None) -> Run:
        """Write what became of the rows, in the snapshot and in the reports; then end the run."""
        now = self.clock()
        run = self._noted(run, check, now)
        result, failure = received.result, received.failure
        sent = if_kept(self.records.sent, run)
        outcomes = without_file(result)
        if sent and run.asks != REMOVE:
            outcomes = match(sent.roster, result)
        if sent and run.asks not in {REMOVE, run.job} and not failure:
            return self._step_ended(run, sent, outcomes)
        if sent and run.submission.steps:
            sent = self.records.rows_of(run)
            outcomes = self._of_company(run, sent, result)
        if sent:
            outcomes = labelled(outcomes, sent)
        if sent is None or failure or not any(it.line and it.is_known for it in outcomes):
            # WeCom may have applied some of the file, and nobody knows what.
            self.records.doubt(run, refused=failure is not None)
        else:
            self.records.change_book(run, applied, sent, outcomes, now)
        refused = failure if result.errcode else None
        reports = self.records.write(run, outcomes, sent, refused)
        spared = {
            *(sent.spared if sent else ()),
            *(creators_of(outcomes) if run.submission.steps else ()),
        }
        counts = Counts.of(outcomes, run.source.rows or 0, spared)
        state, reason = (State.FAILED, failure) if failure else counts.end()
        if run.asks == REMOVE and counts.unreported and run.reason:
            # Nobody could be removed until the deadline, and this is why.
            reason = run.reason
        refused_before = sum(
            step.failed or 0 for step in run.submission.steps if step.job not in _ROWS
        )
        if state is State.SUCCEEDED and refused_before:
            state, reason = State.PARTIAL, Reason("departments_left", {"count": refused_before})
        changes: Move = {
            # An import that failed as a whole has changed nothing, as far as WeCom says.
            "posted": None if result.errcode else run.submission.posted,
            "succeeded": counts.succeeded,
            "failed": counts.failed,
            "unreported": counts.unreported,
            "reports": reports,
            "sign_ins": new_sign_ins(sent, outcomes) if sent and not failure else None,
            "steps": tuple(step for step in _ended(run, state, outcomes) if step.rows),
        }
        return self._insist(run, lambda run: self.endings.end(run, state, reason, **changes))

    def _noted(self, run: Run, check: int | None, now: float) -> Run:
        """Note once that the result is there, and what brought it: see `Run.brought_by`."""
        if run.submission.received is not None:
            return run
        by = run.submission.brought_by
        if run.asks != REMOVE:
            by = "callback" if check is None else "check"
        due = now + LOOK_AGAIN_SECONDS
        return self._change(run, received=now, brought_by=by, due=due, late_since=None)

    def _of_company(self, run: Run, sent: Sent, result: JobResult) -> list[Outcome]:
        """Return what became of a company file's rows, those no import had to change included."""
        imported = next((step for step in run.submission.steps if step.job == Job.SYNC_USER), None)
        if run.asks != REMOVE:
            return [Outcome(row.id, row.line, None) for row in sent.roster.rows]
        gone = {key: Outcome(key, 0, None) for key in sorted(sent.removed)}
        for row in result.rows:
            gone[row.id.casefold()] = Outcome(row.id, 0, row.errcode, row.errmsg)
        if imported is None:
            return [*(Outcome(row.id, row.line, 0) for row in sent.roster.rows), *gone.values()]
        earlier = replace(run, steps=(imported,), job_id=imported.job_id)
        kept = self.records.archive.result(earlier)
        rows = kept.result if kept else replace(result, rows=())
        return [*match(sent.roster, rows), *gone.values()]

    def _step_ended(self, run: Run, sent: Sent, outcomes: list[Outcome]) -> Run:
        steps = _counted(run, outcomes)
        now = self.clock()
        following: Move = {
            "steps": steps,
            "received": None,
            "callback_failure": None,
            "tries": {},
            "checks": run.submission.checks + 1,
            "due": now + LOOK_AGAIN_SECONDS,
        }
        if run.asks == Job.SYNC_USER:
            removal = Step(REMOVE, State.SUBMITTED, rows=len(sent.removed))
            following["steps"] = (*steps, removal)
            following["deadline"] = now + self.result_deadline_seconds
            run = self._change(run, **following)
            return self._bring_home(run, run.submission.checks)
        self.records.change_book(run, applied, sent, outcomes, now)
        if refused := self._refused_places(run, outcomes):
            return self._insist(run, lambda run: self._end_between(run, steps, refused))
        following |= {"posted": None, "resume": None, "deadline": None}
        run = self._insist(run, lambda run: self.store.move(run, State.SUBMITTING, **following))
        self.endings.lanes.submit_queue.send(advance_message(run.corp, run.run_id))
        return run

    def _refused_places(self, run: Run, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """Return the departments that WeCom refused, if people are to go to any of them."""
        refused = [it for it in outcomes if it.errcode != 0]
        if not refused:
            return []
        roster = self.records.rows_of(run).roster
        at = roster.columns.index(DEPARTMENTS_COLUMN)
        places = {place for row in roster.rows for place in row.cells[at].split(";")}
        return refused if any(it.id in places for it in refused) else []

    def _end_between(self, run: Run, steps: tuple[Step, ...], refused: Sequence[Outcome]) -> Run:
        """End a company run before its members: WeCom would invent departments for them."""
        names = {it.id: it.name for it in refused}
        named = Listing.of(names).named(names.__getitem__)
        codes = [it.errcode for it in refused if it.errcode]
        errcode = {"errcode": codes[0]} if codes else {}
        return self.endings.end_between(run, named, errcode, steps=steps, failed=len(refused))

    def _change(self, run: Run, **changes: Unpack[Move]) -> Run:
        return self._insist(run, lambda run: self.store.move(run, State.SUBMITTED, **changes))

    def _insist(self, run: Run, act: Callable[[Run], Run]) -> Run:
        """Move a run, also when another message has changed it that left it in its place."""
        while True:
            try:
                return act(run)
            except TransitionRefusedError:
                moved = self.store.run(run.run_id)
                if moved is None or moved.revision == run.revision:
                    raise
                if moved.place != run.place or moved.ends_as is not None:
                    raise
                run = moved

    def _later(self, run: Run, check: int | None, error: WecomSyncError | None) -> Run:
        """Plan the next check after the newest one. At the deadline the run ends."""
        now = self.clock()
        trouble = None if error is None else reason_of(error)
        if run.deadline is not None and now >= run.deadline:
            return self._give_up(run, trouble)
        if check != run.submission.checks:
            return run
        retry = Retry(
            min(self.check_seconds * 1.5 ** min(run.submission.checks, 20), MAX_CHECK_SECONDS), {}
        )
        if error is not None:
            retry = retry_check(error, run.submission.tries, self.check_seconds)
        wait = retry.seconds if run.deadline is None else min(retry.seconds, run.deadline - now)
        until = run.deadline or now + wait
        again = None if error is None else Again(error.path, now + wait, until)
        run = self.store.move(
            run,
            State.SUBMITTED,
            checks=run.submission.checks + 1,
            tries=retry.tries,
            reason=trouble,
            due=now + due_after(wait),
            again=again,
            # While WeCom imports, nothing is late.
            late_since=None if error is None else run.late_since or now,
        )
        self.results_queue.send(check_message(run.corp, run.run_id, run.submission.checks), wait)
        return run

    def _give_up(self, run: Run, reason: Reason | None) -> Run:
        """End a run whose result did not come: nobody knows what became of its rows."""
        try:
            if run.ends_as is not None:
                return self.endings.resume(run)
            if run.asks == REMOVE:
                # The imports are done, and what became of their rows is known.
                return self._end(run, ReceivedResult(NO_RESULT), run.submission.checks)
            over = given_up("result_deadline", self.result_deadline_seconds)
            reason = run.submission.callback_failure or reason or over
            return self.endings.end_without_result(run, State.FAILED, reason)
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run


def _is_of_earlier_step(run: Run, event: JobEvent) -> bool:
    return event.job_id in {step.job_id for step in run.submission.steps[:-1]}


def _ended(run: Run, state: State, outcomes: Sequence[Outcome]) -> tuple[Step, ...]:
    rows = [it for it in outcomes if it.change != LEFT and (not it.line) is (run.asks == REMOVE)]
    return _counted(run, rows, state if state is State.FAILED else None)


def _counted(run: Run, rows: Sequence[Outcome], state: State | None = None) -> tuple[Step, ...]:
    succeeded = sum(it.errcode == 0 for it in rows)
    ended = State.SUCCEEDED if succeeded == len(rows) else State.PARTIAL
    failed = sum(it.failed for it in rows)
    return run.with_step(state=state or ended, succeeded=succeeded, failed=failed)
