"""From a callback or a check to the end of a run: ask, keep the answer, write the rows, end."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Unpack

from wecom_sync.domain.errors import (
    TransitionRefusedError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.messages import advance_message, check_message
from wecom_sync.domain.outcome import JobResult, Kind, Outcome, ReceivedResult
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Move, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import BY_NAME, MOVE, REMOVE, SWITCH, Step, Submission
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason, Wait, reason_of, wecom_refusal
from wecom_sync.domain.values import dataclass
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.planning.memory.operations import applied, creators_of
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.outcomes import (
    Counts,
    labelled,
    match,
    new_sign_ins,
    with_holders,
    without_file,
)
from wecom_sync.use_cases.callbacks import JobEvent
from wecom_sync.use_cases.endings import WRITING_SECONDS, Endings
from wecom_sync.use_cases.ports import MOST_REMOVED, Clock, Queue, RunStore, WeComOf
from wecom_sync.use_cases.records import Records, if_kept
from wecom_sync.use_cases.removal import (
    NO_RESULT,
    asked_by_name,
    company_outcomes,
    step_outcomes,
)
from wecom_sync.wecom.remedies import Call, Remedy, remedy
from wecom_sync.wecom.retry import (
    Retry,
    due_after,
    given_up,
    is_mended_by_people,
    retry_check,
    until,
)

MAX_CHECK_SECONDS = 300

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
                run = self._change(run, lambda it: replace(it, callback_failure=failure))
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
        due, deadline = now + due_after(self.check_seconds), now + self.result_deadline_seconds
        try:
            run = self.store.move(run, State.SUBMITTED, **run.taken(event.job_id, due, deadline))
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
            if run.next.deadline is None or self.clock() < run.next.deadline + WRITING_SECONDS:
                raise
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("given up", extra=extra)  # noqa: TRY400 - its text may quote anything
            return self._give_up(self.store.run(run.run_id) or run, None)

    def _asked(self, run: Run, check: int | None) -> ReceivedResult | Run:
        """Ask WeCom and keep what it says; return the run when there is no result yet."""
        try:
            if run.asks in BY_NAME:
                part = asked_by_name(run, self.records, self.wecom_of)
                received = self.records.archive.put_result(run, ReceivedResult(part))
                return received if received.result.finished else self._next_part(run)
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

    def _next_part(self, run: Run) -> Run:
        """Note how far a step by name is: its next accounts are for the next look."""
        now, done = self.clock(), run.submission.steps[-1].done + MOST_REMOVED
        due, deadline = now + LOOK_AGAIN_SECONDS, now + self.result_deadline_seconds
        run = self._change(run, lambda it: it.with_step(done=done), due=due, deadline=deadline)
        self.results_queue.send(check_message(run.corp, run.run_id, run.submission.checks), 0)
        return run

    def _end(self, run: Run, received: ReceivedResult, check: int | None) -> Run:
        """End a step with WeCom's result: the next one begins, or else the run ends."""
        run = self._noted(run, check)
        sent, failure = if_kept(self.records.sent, run), received.failure
        is_last = run.asks in {REMOVE, run.job}
        if sent and not is_last and not failure:
            is_named = run.asks in BY_NAME
            outcomes = (
                step_outcomes(run, sent, self.records)
                if is_named
                else match(sent.roster, received.result)
            )
            return self._step_ended(run, sent, outcomes)
        sent = self.records.rows_of(run) if sent else None
        outcomes = self._outcomes(run, sent, received.result)
        self._remember(run, sent, outcomes, failure)
        refused = failure if received.result.errcode else None
        reports = self.records.write(run, [*outcomes, *self._freed(run)], sent, refused)
        counts = self._counts(run, sent, outcomes)
        state, reason = _ending(run, counts, failure, outcomes)
        result = replace(
            run.result.counted(counts.succeeded, counts.failed, counts.unreported),
            reports=reports,
            sign_ins=new_sign_ins(sent, outcomes) if sent and not failure else None,
        )
        posted = None if refused else run.submission.posted

        def end(run: Run) -> Run:
            # An import that failed as a whole has changed nothing, as far as WeCom says.
            ended = run.submission.ended(outcomes, failed=state is State.FAILED)
            submission = replace(ended, posted=posted)
            return self.endings.end(run, state, reason, submission=submission, result=result)

        return self._insist(run, end)

    def _outcomes(self, run: Run, sent: Sent | None, result: JobResult) -> list[Outcome]:
        """Return what became of the rows of the run's file, and of whom it removes."""
        if sent is None:
            return without_file(result)
        of_rows = (
            company_outcomes(run, sent, result, self.records)
            if run.in_steps
            else match(sent.roster, result)
        )
        read_book = partial(self.records.archive.snapshot, run.corp)
        return with_holders(labelled(of_rows, sent), sent, read_book)

    def _freed(self, run: Run) -> Iterator[Outcome]:
        """Yield what became of those who went before the rows: no later plan has them."""
        approval, archive = run.proposal.approval, self.records.archive
        users = {*map(str.casefold, approval.removed_early)} if approval else ()
        steps = run.submission.steps if users else ()
        for step in (it for it in steps if it.job == MOVE):
            book = archive.snapshot(run.corp)
            for done in range(0, step.done + 1, MOST_REMOVED):
                part = archive.result(run.at_step(replace(step, done=done)))
                for row in part.result.rows if part else ():
                    if (it := book.person(row.id.casefold())).account in users:
                        name = (it.row or it.former).get(MEMBER_NAME_COLUMN, "")
                        outcome = Outcome(row.id, 0, row.errcode, row.errmsg, name=name)
                        yield outcome._replace(change=Kind.REMOVE, key=it.key)

    def _remember(
        self, run: Run, sent: Sent | None, outcomes: Sequence[Outcome], failure: Reason | None
    ) -> None:
        is_answered = run.is_removal or any(it.line and it.is_known for it in outcomes)
        if sent is None or failure or not is_answered:
            # WeCom may have applied some of the file, and nobody knows what.
            self.records.doubt(run, refused=failure is not None)
        else:
            self.records.change_book(run, applied, sent, outcomes, self.clock())

    def _counts(self, run: Run, sent: Sent | None, outcomes: list[Outcome]) -> Counts:
        spared = {*(sent.spared if sent else ())}
        if run.in_steps:
            spared |= {*creators_of(outcomes)}
        counts = Counts.of(outcomes, run.source.rows or 0, spared)
        if not run.is_removal:
            return counts
        return replace(counts, succeeded=sum(it.errcode == 0 for it in outcomes))

    def _noted(self, run: Run, check: int | None) -> Run:
        """Note once that the result is there, and what brought it: see `brought_by`."""
        if run.submission.received is not None:
            return run
        by, now = run.submission.brought_by, self.clock()
        if run.asks not in BY_NAME:
            by = "callback" if check is None else "check"
        due = now + LOOK_AGAIN_SECONDS
        return self._change(
            run,
            lambda it: replace(it, received=now, brought_by=by),
            due=due,
            deadline=max(run.next.deadline or now, now),
            late_since=None,
        )

    def _step_ended(self, run: Run, sent: Sent, outcomes: list[Outcome]) -> Run:
        """Go on with a company run: with its next import, or with those whom it names."""
        now = self.clock()
        ended, due = run.submission.steps[-1].end(outcomes), now + LOOK_AGAIN_SECONDS
        if run.asks in {Job.SYNC_USER, SWITCH}:
            job = SWITCH if run.asks == Job.SYNC_USER and sent.switches else REMOVE
            named = Step(job, State.SUBMITTED, rows=len(sent.named_in(job)))
            deadline = now + self.result_deadline_seconds
            run = self._change(run, lambda it: it.after(ended, named), deadline=deadline, due=due)
            return self._bring_home(run, run.submission.checks)
        if run.asks != MOVE:
            self.records.change_book(run, applied, sent, outcomes, now)
        if run.asks != MOVE and (refused := self._refused_places(run, outcomes)):
            return self._insist(run, lambda run: self._end_between(run, ended, refused))
        run = self._change(
            run, lambda it: it.after(ended), State.SUBMITTING, deadline=None, due=due
        )
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

    def _end_between(self, run: Run, ended: Step, refused: Sequence[Outcome]) -> Run:
        """End a company run before its members: WeCom would invent departments for them."""
        names = {it.id: it.name for it in refused}
        named = Listing.of(names).named(names.__getitem__)
        codes = [it.errcode for it in refused if it.errcode]
        errcode = {"errcode": codes[0]} if codes else {}
        submission = replace(run.submission, steps=(*run.submission.steps[:-1], ended))
        run = replace(run, submission=submission)
        return self.endings.end_between(run, named, errcode, len(refused))

    def _change(
        self,
        run: Run,
        change: Callable[[Submission], Submission],
        to: State = State.SUBMITTED,
        /,
        **changes: Unpack[Move],
    ) -> Run:
        """Change what is asked of WeCom as it is then: another message may have moved the run."""

        def changed(run: Run) -> Run:
            moved: Move = {**changes, "submission": change(run.submission)}
            return self.store.move(run, to, **moved)

        return self._insist(run, changed)

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
        deadline = run.next.deadline or now + self.result_deadline_seconds
        if error is not None:
            # Whoever cannot ask does not know that the import takes too long.
            deadline = until(deadline, run.next.late_since, now)
        if now >= deadline:
            return self._give_up(run, trouble)
        if check != run.submission.checks:
            return run
        retry = Retry(
            min(self.check_seconds * 1.5 ** min(run.submission.checks, 20), MAX_CHECK_SECONDS), {}
        )
        if error is not None:
            retry = retry_check(error, run.submission.tries, self.check_seconds)
        wait = min(retry.seconds, deadline - now)
        tried = None
        if error is not None:
            tried = Wait(error.path, now + wait, deadline, by_people=is_mended_by_people(error))
        run = self.store.move(
            run,
            State.SUBMITTED,
            submission=replace(run.submission, checks=run.submission.checks + 1, tries=retry.tries),
            reason=trouble,
            due=now + due_after(wait),
            wait=tried,
            # While WeCom imports, nothing is late.
            late_since=None if error is None else run.next.late_since or now,
        )
        self.results_queue.send(check_message(run.corp, run.run_id, run.submission.checks), wait)
        return run

    def _give_up(self, run: Run, reason: Reason | None) -> Run:
        """End a run whose result did not come: nobody knows what became of its rows."""
        try:
            if run.ends_as is not None:
                return self.endings.resume(run)
            if run.asks in BY_NAME:
                # What became of the rows of imports is known.
                return self._end(run, ReceivedResult(NO_RESULT), run.submission.checks)
            over = given_up("result_deadline", self.result_deadline_seconds)
            reason = run.submission.callback_failure or reason or over
            return self.endings.end_without_result(run, State.FAILED, reason)
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run


def _is_of_earlier_step(run: Run, event: JobEvent) -> bool:
    return event.job_id in {step.job_id for step in run.submission.steps[:-1]}


def _ending(
    run: Run, counts: Counts, failure: Reason | None, outcomes: Sequence[Outcome]
) -> tuple[State, Reason | None]:
    """Return how a run ends with its last step, and why."""
    if failure:
        return State.FAILED, failure
    state, reason = counts.end()
    if run.asks == REMOVE and counts.unreported and run.reason:
        # Nobody could be removed until the deadline, and this is why.
        return state, run.reason
    if run.is_removal:
        return state, _of_leavers(counts, outcomes)
    departments = (step for step in run.submission.steps if step.job == Job.REPLACE_PARTY)
    refused_before = sum(step.failed or 0 for step in departments)
    if state is State.SUCCEEDED and refused_before:
        return State.PARTIAL, Reason("departments_left", {"count": refused_before})
    return state, reason


def _of_leavers(counts: Counts, outcomes: Sequence[Outcome]) -> Reason:
    """Name whom WeCom has removed, or those whom it has not."""
    if counts.failed:
        return Reason("leavers_stay", {"failed": counts.failed}, people=counts.refused)
    names = {it.id: it.person for it in outcomes if it.errcode == 0}
    return Reason("leavers_removed", people=Listing.of(names).named(names.__getitem__))
