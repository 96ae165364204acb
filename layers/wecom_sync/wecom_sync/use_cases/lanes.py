"""Wakes a corp's lane, and finds the newer file for which a run gives way."""

from contextlib import suppress
from dataclasses import replace

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.lane import Lane
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Queue, RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    store: RunStore
    submit_queue: Queue

    def wake(self, corp: str) -> None:
        """Send a message to the first run that waits for a corp's lane, if the lane is free."""
        lane = self.store.lane(corp)
        if lane.holder is None and lane.waiting:
            self.submit_queue.send(advance_message(corp, lane.waiting[0].run_id))

    def release(self, ended: Run) -> None:
        """Let the runs that await the departments of a run that has ended wait for the lane."""
        if ended.job is not Job.REPLACE_PARTY or ended.identity.plans_only:
            return
        for run in self.store.open_runs_of(ended.corp, State.QUEUED):
            if run.submission.awaits == ended.run_id and run.ends_as is None:
                with suppress(TransitionRefusedError):
                    self.rejoin(run, ended.next.due)

    def rejoin(self, run: Run, due: float) -> Run:
        """Let a run that awaited departments or its day wait for the lane, in its old place."""
        submission = replace(run.submission, awaits=None, resume=None)
        return self.store.move(run, State.QUEUED, submission=submission, reason=None, due=due)

    def newer(self, run: Run, lane: Lane) -> str | None:
        """Return the run of a newer full file that makes this run pointless, None if there is none.

        Events may arrive in another order, and an older file must never undo a newer one.
        """
        if run.job is None:
            return None
        stages = (lane.applied, lane.planned) if run.is_full else (lane.applied,)
        for came in (stage.get(job) for stage in stages for job in run.yields_to):
            if came is None or came.dropped <= run.identity.dropped:
                continue
            if not run.identity.again.is_due or not self._is_void(came.run_id):
                return came.run_id
        rivals = run.yields_to if run.is_full else ()
        newest = (self._newer_waiting(run, lane, job) for job in rivals)
        return next(filter(None, newest), None)

    def _is_void(self, run_id: str) -> bool:
        """Whether a planned file has come to nothing: then the one before it is still in force."""
        run = self.store.run(run_id)
        return run is None or (run.state.is_final and not run.may_be_applied)

    def _newer_waiting(self, run: Run, lane: Lane, job: Job) -> str | None:
        """Return the run of a newer full file of a job that has been checked and waits."""
        for other in reversed(lane.waiting):
            waiting = self.store.run(other.run_id) if other.job is job else None
            if waiting is None or not waiting.is_full:
                continue
            if waiting.identity.dropped <= run.identity.dropped:
                return None
            if waiting.standing is State.QUEUED:
                return waiting.run_id
        return None
