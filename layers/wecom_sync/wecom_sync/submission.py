"""From a queued run to a WeCom job: settling, the lane, upload and submit."""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.ending import Ending, advance_message, check_message, refusal
from wecom_sync.envelope import job_credentials
from wecom_sync.errcodes import Remedy, errcode
from wecom_sync.errors import (
    ObjectGoneError,
    PermanentError,
    RetryableError,
    TransitionRefusedError,
    UnknownOutcomeError,
    WeComError,
)
from wecom_sync.ports import (
    Callback,
    Clock,
    CorpSecrets,
    Lane,
    Queue,
    RunStore,
    WeComOf,
)
from wecom_sync.records import Records
from wecom_sync.run import Reason, Run, State

MAX_RETRY_SECONDS = 900
SLACK_SECONDS = 300
"""How long after its expected message the sweep looks after a run."""
_HOUR = 3600

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a submission is; everything in seconds."""

    settle: int
    check: int
    retry: int
    unknown_outcome: int
    submit_deadline: int
    result_deadline: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Moves a run from QUEUED to SUBMITTED; every step may be repeated or cut short."""

    store: RunStore
    records: Records
    secrets_of: CorpSecrets
    wecom_of: WeComOf
    submit_queue: Queue
    results_queue: Queue
    ending: Ending
    master: Callable[[], bytes]
    callback_base_url: str
    timing: Timing
    clock: Clock

    def advance(self, run: Run) -> Run:
        """Do what a QUEUED or SUBMITTING run can do now; any other state is left alone."""
        try:
            if run.state is State.QUEUED:
                return self._take_lane(run)
            if run.state is State.SUBMITTING:
                return self._resume(run)
        except TransitionRefusedError:
            # Somebody else moved it in the meantime, and went on with it.
            return self.store.run(run.run_id) or run
        return run

    def _take_lane(self, run: Run) -> Run:
        """Members wait until files dropped together have arrived; then the order decides."""
        settled = run.created + (self.timing.settle if run.job and run.job.has_members else 0)
        if (wait := settled - self.clock()) > 0:
            self.submit_queue.send(advance_message(run.run_id), wait + 1)
            return run
        lane = self.store.lane(run.corp)
        if newer := self._newer(run, lane):
            reason = Reason("superseded", {"run_id": newer.run_id})
            return self._end(run, State.SUPERSEDED, reason)
        if lane.holder is not None:
            return run
        if lane.waiting and lane.waiting[0].run_id != run.run_id:
            self.ending.wake(run.corp)
            return run
        now = self.clock()
        run = self.store.move(
            run,
            State.SUBMITTING,
            deadline=now + self.timing.submit_deadline,
            due=now + SLACK_SECONDS,
        )
        return self._submit(run)

    def _newer(self, run: Run, lane: Lane) -> Run | None:
        """Return a checked full file of the same type that was dropped later and also waits."""
        if run.job is None or not run.job.is_full:
            return None
        others = [other for other in lane.waiting if other.job is run.job]
        for other in reversed(others):
            if other.run_id == run.run_id:
                return None
            found = self.store.run(other.run_id)
            if found is not None and found.state is State.QUEUED:
                return found
        return None

    def _resume(self, run: Run) -> Run:
        """Go on with a submission that was cut short.

        When it had been posted, its outcome is unknown: the callback may still name the job. Only
        after that is it posted again, and WeCom refuses while an import is under way (302008).
        """
        if run.posted is not None:
            wait = run.posted + self.timing.unknown_outcome - self.clock()
            if wait > 0:
                self.submit_queue.send(advance_message(run.run_id), wait + 1)
                return run
        return self._submit(run)

    def _submit(self, run: Run) -> Run:
        try:
            return self._post(run, self._upload(run))
        except (ObjectGoneError, PermanentError) as error:
            return self._end(run, State.FAILED, Reason(error.code, dict(error.params)))
        except (WeComError, RetryableError) as error:
            return self._refused(run, error)

    def _upload(self, run: Run) -> str:
        content = self.records.roster(run).to_csv()
        return self.wecom_of(run.corp).upload(f"{run.run_id}.csv", content)

    def _post(self, run: Run, media_id: str) -> Run:
        """Mark, post, record: a crash between any two leaves a run that `_resume` understands."""
        if run.job is None:
            raise TypeError("only a run with a job is queued")
        receiver = self.secrets_of.of(run.corp).corp_id
        callback = Callback(
            url=f"{self.callback_base_url}/callback/{run.corp}/{run.run_id}",
            credentials=job_credentials(self.master(), run.corp, run.run_id, receiver),
        )
        wecom = self.wecom_of(run.corp)
        now = self.clock()
        marked = self.store.move(
            run,
            State.SUBMITTING,
            posted=now,
            attempts=run.attempts + 1,
            due=now + self.timing.unknown_outcome + SLACK_SECONDS,
        )
        try:
            job_id = wecom.submit(run.job, media_id, callback)
        except UnknownOutcomeError:
            self.submit_queue.send(advance_message(run.run_id), self.timing.unknown_outcome + 1)
            return marked
        except (WeComError, RetryableError) as error:
            return self._refused(marked, error)
        return self._submitted(marked, job_id)

    def _submitted(self, run: Run, job_id: str) -> Run:
        now = self.clock()
        try:
            run = self.store.move(
                run,
                State.SUBMITTED,
                job_id=job_id,
                deadline=now + self.timing.result_deadline,
                due=now + self.timing.check + SLACK_SECONDS,
            )
        except TransitionRefusedError:
            # The callback was faster than this answer and has named the job.
            return self.store.run(run.run_id) or run
        self.results_queue.send(check_message(run.run_id, run.checks), self.timing.check)
        return run

    def _refused(self, run: Run, error: WeComError | RetryableError) -> Run:
        """Try again later when that can help and there is time, else the run has failed."""
        reason = Reason(error.code)
        if isinstance(error, WeComError):
            reason = refusal(error.errcode, error.errmsg)
            remedy = errcode(error.errcode).remedy
            if remedy in {Remedy.PERMANENT, Remedy.REFRESH_TOKEN}:
                return self._end(run, State.FAILED, reason)
        now = self.clock()
        if run.deadline is not None and now >= run.deadline:
            if not isinstance(error, WeComError):
                hours = max(1, self.timing.submit_deadline // _HOUR)
                reason = Reason("submit_deadline", {"hours": hours})
            return self._end(run, State.FAILED, reason)
        delay = self._delay(run.attempts)
        run = self.store.move(
            run,
            State.SUBMITTING,
            posted=None,
            attempts=run.attempts + 1,
            due=now + delay + SLACK_SECONDS,
            reason=reason,
        )
        logger.warning("try again", extra={"run_id": run.run_id, "delay_seconds": delay})
        self.submit_queue.send(advance_message(run.run_id), delay)
        return run

    def _end(self, run: Run, state: State, reason: Reason) -> Run:
        return self.ending.end(run, state, reason, reports=self.records.keep_unsent(run))

    def _delay(self, attempts: int) -> float:
        """Double with every attempt, up to SQS's limit, spread by a quarter."""
        delay = min(self.timing.retry * 2 ** min(attempts, 10), MAX_RETRY_SECONDS)
        return float(delay * (1 - secrets.randbelow(250) / 1000))
