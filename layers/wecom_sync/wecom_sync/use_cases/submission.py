"""From a queued run to a WeCom job: settling, the lane, upload and submit."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from wecom_sync.domain.drop import Why
from wecom_sync.domain.errors import (
    PermanentError,
    RetryableError,
    TransitionRefusedError,
    UnknownOutcomeError,
    UnsafeToRepeatError,
    WeComError,
    WecomSyncError,
)
from wecom_sync.domain.last_day import NOTICE_SECONDS, Calendar
from wecom_sync.domain.messages import advance_message, check_message
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.policy import Policy, SettingsInForce
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Result, Run, Source
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.submission import BY_NAME, MOVE, REMOVE, SWITCH, Step, Submission
from wecom_sync.domain.texts import Listing, TextCode
from wecom_sync.domain.timeline import Reason, Wait, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import ids
from wecom_sync.planning.memory.operations import confirmed, promised
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.holds import Holds
from wecom_sync.use_cases.planner import Planner
from wecom_sync.use_cases.ports import Clock, CorpSecrets, Queue, RunStore, WeComOf
from wecom_sync.use_cases.prepared import Prepared, beyond, digest_of, still_holds, unasked
from wecom_sync.use_cases.records import Records
from wecom_sync.wecom.credentials import Callback, job_credentials
from wecom_sync.wecom.retry import (
    FAULT_SECONDS,
    HOUR_SECONDS,
    Retry,
    due_after,
    given_up,
    is_mended_by_people,
    retry_submit,
    until,
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a submission waits for things, in seconds."""

    settle: int
    check: int
    retry: int
    unknown_outcome: int
    result_deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submissions:
    """Moves a run from QUEUED to SUBMITTED. Every step may be interrupted and repeated."""

    store: RunStore
    records: Records
    planner: Planner
    secrets_of: CorpSecrets
    wecom_of: WeComOf
    submit_queue: Queue
    results_queue: Queue
    holds: Holds
    endings: Endings
    master: Callable[[], bytes]
    callback_base_url: str
    timing: Timing
    calendar: Calendar
    clock: Clock

    def as_of_now(self, source: Source) -> Source:
        """Return how a file is read today: until the first step, each plan is as of its day."""
        today = self.calendar.day(self.clock())
        return replace(source, reading=source.reading.as_of(today))

    def enqueue(self, run: Run) -> Run:
        """Start a run that has just been checked, or send a message for when it may start."""
        if (wait := self._settled(run) - self.clock()) > 0:
            self.submit_queue.send(advance_message(run.corp, run.run_id), wait + 1)
            return run
        return self.advance(run)

    def _supersede_older(self, run: Run, *states: State) -> None:
        """End runs of older files that this full file makes pointless."""
        if run.job is None or not run.is_full:
            return
        for older in self.store.open_runs_of(run.corp, *states):
            if older.gives_way_to(run.job, run.identity.dropped):
                with suppress(TransitionRefusedError):
                    self.endings.supersede(older, run.run_id)

    def advance(self, run: Run) -> Run:
        """Do the next step of a QUEUED or SUBMITTING run, or carry out an end that was decided."""
        try:
            if run.ends_as is not None:
                return self.endings.resume(run)
            if run.state is State.QUEUED:
                return self._take_lane(run) if run.has_place else self._await(run)
            if run.state is State.SUBMITTING:
                return self._resume(run)
            if run.state is State.HELD:
                return self.holds.replan(run)
        except TransitionRefusedError:
            # Another message of this run was faster, and goes on with it.
            return self.store.run(run.run_id) or run
        return run

    def _settled(self, run: Run) -> float:
        """Return when a run may start. Members wait a little for departments dropped with them."""
        waits = run.job is not None and run.job.has_members and run.job is not Job.COMPANY
        return run.identity.created + (self.timing.settle if waits else 0)

    def _take_lane(self, run: Run) -> Run:
        now = self.clock()
        lane = self.store.lane(run.corp)
        if newer := self.endings.lanes.newer(run, lane):
            return self.endings.supersede(run, newer)
        if now < self._settled(run) or lane.holder is not None:
            return run
        if lane.waiting and lane.waiting[0].run_id != run.run_id:
            self.endings.lanes.wake(run.corp)
            return run
        run = self.store.move(
            run,
            State.SUBMITTING,
            deadline=now + FAULT_SECONDS,
            due=now + LOOK_AGAIN_SECONDS,
        )
        return self._submit(run)

    def _resume(self, run: Run) -> Run:
        """Go on with a submission that was interrupted, when its time has come.

        After a post without an answer we first wait for a callback that names the job. Then we
        post again. That is safe, because WeCom refuses a post while an import runs (302008).
        """
        if run.next.deadline is not None and self.clock() >= run.next.deadline:
            trouble = current_trouble(run)
            over = given_up("submit_deadline", FAULT_SECONDS)
            reason = trouble[0] if trouble else over
            return self.endings.end_without_result(run, State.FAILED, reason)
        untouched = run.submission.posted is None and not run.submission.begun
        if untouched and (newer := self.endings.lanes.newer(run, self.store.lane(run.corp))):
            return self.endings.supersede(run, newer)
        if run.submission.resume is not None and self.clock() < run.submission.resume:
            return run
        return self._submit(run)

    def _submit(self, run: Run) -> Run:
        settings = self.store.settings(run.corp)
        try:
            if sent := self._still_planned(run, settings.policy):
                submission = run.submission.beginning(Job.SYNC_USER, len(sent.roster.rows), None)
                run = self._begun(run, submission)
            else:
                run, sent = self._planned_anew(run, settings)
            if run.state is not State.SUBMITTING:
                return run
            content = sent.roster.to_csv()
            media_id = self.wecom_of(run.corp).upload(f"{run.run_id}.csv", content)
            return self._post(run, media_id, settings.policy)
        except (PermanentError, RetryableError, WeComError) as error:
            if isinstance(error, FileRejectedError) and run.submission.posted is None:
                awaits = self.records.brings(run, error)
                return self._put_off(run, awaits) if awaits else self.endings.reject(run, error)
            return self._refused(run, error, run.submission.posted)

    def _still_planned(self, run: Run, policy: Policy) -> Sent | None:
        """Return the people of a company run whose departments are made, if they stand as planned.

        None where anybody has touched anything since: then they are planned anew.
        """
        begun = run.submission.begun
        if run.submission.posted is not None or not begun or begun[-1].job != Job.REPLACE_PARTY:
            return None
        people = self.records.archive.sent(run.at_step(Step(REMOVE)))
        stands = people and people.basis and self.planner.stands(run, people, policy)
        return people if stands else None

    def _planned_anew(self, run: Run, settings: SettingsInForce) -> tuple[Run, Sent]:
        """Plan a run, and begin what comes next unless it has to wait; return what goes out."""
        policy = settings.policy
        if run.submission.posted is None and not run.submission.begun:
            run = replace(run, source=self.as_of_now(run.source))
        roster = self.records.roster(run)
        undoes = self._undoes(run)
        prepared = self.planner.prepare(run.corp, roster, policy, run.written, undoes, run=run)
        if run.submission.posted is not None:
            self._refuse_more(run, prepared)
            # Its `due` stays: a post that is tried again is as late as before.
            run = self.store.move(run, State.SUBMITTING)
        elif run.submission.begun:
            run = self._gone_on(run, prepared, settings)
        else:
            grounds = (settings.dropped or 0, *prepared.grounds)
            run = self._planned(run, prepared, roster, grounds)
            run = self._judged(run, prepared, policy)
        if run.state is State.SUBMITTING and run.submission.posted is None:
            run = self._next_step(run, prepared)
        sent = prepared.of_step(run.asks).sent
        return run, self._kept(run, sent) if run.state is State.SUBMITTING else sent

    def _gone_on(self, run: Run, prepared: Prepared, settings: SettingsInForce) -> Run:
        """Hold what a company run has not done yet, if that is more than may be done.

        So it is when settings of meanwhile ask for a reason that nobody was asked about. Where
        departments have vanished since their step, no approval can help: the run ends.
        """
        departments_done = Job.REPLACE_PARTY in {step.job for step in run.submission.begun}
        if departments_done and (lacking := prepared.lacking_places):
            return self.endings.end_between(run, lacking)
        covered = self.records.archive.stakes(run, run.submission.plan or "") or ()
        holds = unasked(prepared, run)
        if others := beyond(prepared, covered):
            holds.insert(0, Reason("hold_worse", family="named", people=Listing.of(others)))
        if not holds:
            return run
        digest = digest_of(prepared, holds)
        self.records.archive.put_stakes(run, digest, prepared.stakes)
        proposal = replace(
            run.proposal,
            digest=digest,
            grounds=(settings.dropped or 0, *prepared.grounds),
            statements=self.holds.statements(run, prepared.statements),
            concerned=prepared.concerned,
            others=prepared.others,
            holds=tuple(holds),
        )
        result = run.result.reported(self.records.write_plan(run, prepared))
        return self.holds.hold(run, settings.policy, proposal, result=result)

    def _next_step(self, run: Run, prepared: Prepared) -> Run:
        """Begin the next step: of a company run the next one that changes something.

        After its imports accounts are switched and removed by name. That ends the run, also when
        there is nobody to remove; the results go on with it.
        """
        digest = run.proposal.digest
        if run.job is not Job.COMPANY:
            rows = len(prepared.sent.roster.rows)
            return replace(run, submission=run.submission.beginning(run.asks, rows, digest))
        done, people = {step.job for step in run.submission.begun}, prepared.sent
        forced = (Job.SYNC_USER,) if run.identity.again.forced and not done else ()
        imports = [job for job in prepared.steps or forced if job not in done]
        last = SWITCH if people.switches else REMOVE
        job = MOVE if people.named_in(MOVE) and not done else (*imports, last)[0]
        sent = prepared.of_step(job).sent
        rows = len(sent.named_in(job) if job in BY_NAME else sent.roster.rows)
        submission = run.submission.beginning(job, rows, digest)
        if job != Job.SYNC_USER:
            # What goes out now is kept in any case.
            self.records.archive.put_sent(run.at_step(Step(REMOVE)), people)
        if job not in BY_NAME:
            return self._begun(run, submission)
        return self._submitted(replace(run, submission=submission), submission.job_id)

    def _begun(self, run: Run, submission: Submission) -> Run:
        due = self.clock() + LOOK_AGAIN_SECONDS
        return self.store.move(run, State.SUBMITTING, submission=submission, due=due)

    def _undoes(self, run: Run) -> float | None:
        """For a rollback, return the time at which the file that it undoes was dropped."""
        if Why.ROLLBACK not in run.identity.again.of or run.job is None:
            return None
        last = self.store.lane(run.corp).applied.get(run.job)
        return run.identity.dropped if last is None else last.changed

    def _put_off(self, run: Run, awaits: str) -> Run:
        """Give the lane back until a department file is decided and, if approved, applied."""
        run = self.store.move(
            run,
            State.QUEUED,
            submission=replace(run.submission, awaits=awaits),
            reason=Reason("awaits_departments", {"run_id": awaits}),
            due=self.clock() + LOOK_AGAIN_SECONDS,
        )
        self.endings.lanes.wake(run.corp)
        self._supersede_older(run, State.QUEUED)
        return run

    def _removal_time(self, run: Run) -> float:
        """Return when leavers may be removed: when their days are over, a day after the notice."""
        start = run.identity.created + NOTICE_SECONDS
        if self.records.awaited_list(run.corp):
            start = self.clock() + NOTICE_SECONDS
        return max(self.calendar.over(run.identity.again.day), start)

    def _wait_for_day(self, run: Run, prepared: Prepared, result: Result) -> Run:
        """Give the lane back until leavers may be removed, whom people are told of now."""
        start = self._removal_time(run)
        named = Listing.of(ids(prepared.plan.of(Kind.REMOVE))).named(prepared.names.of_id)
        day = self.calendar.day(start)
        reason = Reason("leavers_due", {"day": day}, people=named)
        if file := self.records.awaited_list(run.corp):
            about = {"day": day, "file": file.file, "run_id": file.run_id}
            reason = Reason("leavers_postponed", about, people=named)
        submission = replace(run.submission, resume=start)
        run = self.store.move(
            run, State.QUEUED, submission=submission, reason=reason, due=start, result=result
        )
        self.endings.lanes.wake(run.corp)
        return run

    def _await(self, run: Run) -> Run:
        """Plan a run when its departments are decided, or its day is there, in its turn."""
        if self.clock() < (run.submission.resume or 0):
            return run
        departments = self.store.run(run.submission.awaits or "")
        if departments is None or departments.state.is_final:
            return self._take_lane(
                self.endings.lanes.rejoin(run, self.clock() + LOOK_AGAIN_SECONDS)
            )
        return run

    def _refuse_more(self, run: Run, prepared: Prepared) -> None:
        """After a post without an answer, refuse to post more than was planned then."""
        posted = self.records.archive.stakes(run, run.submission.plan or "") or ()
        # The first plan has decided whether people are invited.
        if others := beyond(prepared.uninvited(), posted):
            raise UnsafeToRepeatError(Listing.of(others))

    def _planned(
        self, run: Run, prepared: Prepared, roster: Roster, grounds: tuple[float, ...]
    ) -> Run:
        """Keep the plan. That changes the revision, so no older message can move the run."""
        if prepared.numbers:
            # Before anything of the plan is kept: the same numbers belong to its hash.
            self.records.change_book(run, promised, prepared.numbers, prepared.file_labels)
        digest = digest_of(prepared, prepared.holds)
        self.records.archive.put_stakes(run, digest, prepared.stakes)
        proposal = replace(
            run.proposal,
            counts=prepared.counts,
            digest=digest,
            warnings=len(prepared.warnings),
            grounds=grounds,
            statements=self.holds.statements(run, prepared.statements),
            speakers=prepared.speakers,
            departed=prepared.departed,
            concerned=prepared.concerned,
            others=prepared.others,
        )
        last_day = self.calendar.first_of(roster.last_days)
        source = replace(
            run.source,
            rows=None if run.is_removal else len(roster.rows),
            last_day=last_day,
            leavers=self.calendar.first_of(prepared.leavers),
        )
        return self.store.move(run, State.SUBMITTING, source=source, proposal=proposal)

    def _judged(self, run: Run, prepared: Prepared, policy: Policy) -> Run:
        result = run.result.reported(self.records.write_plan(run, prepared))
        if self._is_other(run):
            proposal = replace(run.proposal, sending=None, holds=prepared.holds)
            reason = Reason("shown_anew")
            return self.holds.show(run, proposal=proposal, result=result, reason=reason)
        self._supersede_older(run, State.HELD, State.QUEUED, State.SHOWN)
        archive = self.records.archive
        approval = self.holds.approval_of(run)
        covered = archive.stakes(run, approval.digest) if approval else None
        holds = still_holds(prepared, run, covered)
        if replace(prepared, holds=holds).is_unchanged and not run.identity.again.forced:
            self.records.change_book(run, confirmed, prepared.sent, self.clock())
            linked = [link for link in prepared.plan.links if link.account]
            but_links = Reason("unchanged_but_links", {"count": len(linked)})
            unchanged: TextCode = "leavers_kept" if run.is_removal else "unchanged"
            reason = but_links if linked else Reason(unchanged)
            return self.endings.end_without_result(run, State.UNCHANGED, reason, result=result)
        if holds or self.holds.rests_on_own_word(run):
            proposal = replace(run.proposal, holds=holds)
            return self.holds.replan(self.holds.hold(run, policy, proposal, result=result))
        if run.is_removal and self.clock() < self._removal_time(run):
            return self._wait_for_day(run, prepared, result)
        return replace(run, result=result)

    def _is_other(self, run: Run) -> bool:
        """Whether a file would do something else than who sent it has seen, and nobody was asked.

        Steps that have begun go on as they were planned.
        """
        sending, submission = run.proposal.sending, run.submission
        is_first = submission.posted is None and not submission.begun
        was_held = any(step.state is State.HELD for step in run.timeline)
        if sending is None or not is_first or was_held:
            return False
        return sending.digest != run.proposal.digest

    def _kept(self, run: Run, sent: Sent) -> Sent:
        """Keep what goes out, before it does."""
        if run.submission.posted is not None and (earlier := self.records.archive.sent(run)):
            # An earlier post may have added or removed people: the plan does not show them.
            sent = replace(
                sent,
                add=sent.add | earlier.add,
                gone=sent.gone | earlier.gone,
                changes={**sent.changes, **earlier.changes},
            )
        self.records.archive.put_sent(run, sent)
        return sent

    def _post(self, run: Run, media_id: str, policy: Policy) -> Run:
        """Mark the run as posted, post, and keep the job id. `_resume` goes on after a crash.

        The mark stays until an answer of WeCom says that the post did nothing.
        """
        receiver = self.secrets_of.of(run.corp).corp_id
        callback = Callback(
            url=f"{self.callback_base_url}/callback/{run.corp}/{run.run_id}",
            credentials=job_credentials(self.master(), run.corp, run.run_id, receiver),
        )
        # Invite only if both the plan and the settings of this moment say so.
        invite = policy.invite and bool(run.proposal.counts and run.proposal.counts["invite"])
        # What cannot be opened refuses before the mark, which only an answer of WeCom takes away.
        wecom, now = self.wecom_of(run.corp), self.clock()
        wait = self.timing.unknown_outcome + 1
        submission = replace(
            run.submission,
            posted=run.submission.posted or now,
            resume=now + self.timing.unknown_outcome,
        )
        due = now + due_after(wait)
        marked = self.store.move(run, State.SUBMITTING, submission=submission, due=due)
        try:
            job_id = wecom.submit(Job(run.asks), media_id, callback, invite=invite)
        except UnknownOutcomeError as error:
            self.submit_queue.send(advance_message(run.corp, run.run_id), wait)
            deadline = until(marked.next.deadline, marked.next.late_since, now)
            tried = Wait(error.path, now + wait, deadline)
            return self.store.move(
                marked, State.SUBMITTING, deadline=deadline, answer=reason_of(error), wait=tried
            )
        except (WeComError, RetryableError) as error:
            # This post did nothing, but an earlier one without an answer may have.
            return self._refused(marked, error, run.submission.posted)
        return self._submitted(marked, job_id)

    def _submitted(self, run: Run, job_id: str | None) -> Run:
        now = self.clock()
        due, deadline = now + due_after(self.timing.check), now + self.timing.result_deadline
        try:
            run = self.store.move(run, State.SUBMITTED, **run.taken(job_id, due, deadline))
        except TransitionRefusedError:
            # A callback was faster than this answer. If it named the job of an earlier post, the
            # result of this post counts, because it came later.
            run = self.store.run(run.run_id) or run
            if run.state is not State.SUBMITTED or run.submission.job_id == job_id:
                return run
            run = self.store.move(run, State.SUBMITTED, **run.taken(job_id, due, deadline))
        wait = 0 if run.asks in BY_NAME else self.timing.check
        self.results_queue.send(check_message(run.corp, run.run_id, run.submission.checks), wait)
        return run

    def _refused(self, run: Run, error: WecomSyncError, posted: float | None) -> Run:
        """Wait if that can help (see `wecom.remedies`), else end the run as FAILED.

        When no waiting can help, and WeCom may be importing its file, the run keeps the lane:
        nothing else may be planned during an import. It waits for the callback for some hours,
        since others wait behind it, and tries again from time to time.
        """
        reason = reason_of(error)
        retry = retry_submit(error, run.submission.tries, self.timing.retry)
        if retry is None and posted is None:
            submission = replace(run.submission, posted=None)
            return self.endings.end_without_result(run, State.FAILED, reason, submission=submission)
        now = self.clock()
        deadline = until(run.next.deadline, run.next.late_since, now)
        if retry is None:
            deadline = min(deadline, (run.next.late_since or now) + FAULT_SECONDS)
            retry = Retry(HOUR_SECONDS, run.submission.tries)
        resume = min(now + retry.seconds, deadline)
        wait = resume - now + 1
        run = self.store.move(
            run,
            State.SUBMITTING,
            submission=replace(run.submission, posted=posted, resume=resume, tries=retry.tries),
            deadline=deadline,
            due=now + due_after(wait),
            reason=reason,
            wait=Wait(error.path, resume, deadline, by_people=is_mended_by_people(error)),
            # Whoever waits for an import of somebody else is not late.
            late_since=(run.next.late_since or now) if retry.is_late else None,
        )
        extra = {"run_id": run.run_id, "delay_seconds": resume - now}
        logger.warning("try again", extra=extra)
        self.submit_queue.send(advance_message(run.corp, run.run_id), wait)
        return run
