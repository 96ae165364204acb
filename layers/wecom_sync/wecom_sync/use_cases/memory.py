"""Who changes a corp's snapshot: this module and no other."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from wecom_sync.domain.errors import PermanentError, SnapshotMovedError
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.planning.department_codes import promise
from wecom_sync.planning.memory.fingerprints import content_digest, passed_over
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.memory.snapshot_update import (
    confirm,
    doubt,
    doubt_everything,
    remember,
)
from wecom_sync.use_cases.ports import RunStore
from wecom_sync.use_cases.records import Records

TRIES = 3
"""How often the snapshot is changed anew because another run wrote it at the same time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Keeps the snapshot true. All raise `SnapshotMovedError` when the run was moved meanwhile."""

    store: RunStore
    records: Records

    def remember(self, run: Run, sent: Sent, outcomes: Sequence[Outcome], now: float) -> None:
        """Take over the rows that WeCom has applied."""
        approved = run.approval is not None
        self.change(
            run,
            lambda snapshot: remember(
                snapshot,
                sent,
                outcomes,
                dropped=run.dropped,
                came=run.came,
                now=now,
                key=run.key,
                approved=approved,
                attributes=run.reading.attributes,
                run_id=run.run_id,
            ),
        )

    def confirm(self, run: Run, sent: Sent, now: float) -> None:
        """Take over a file that changes nothing."""
        self.change(
            run,
            lambda snapshot: confirm(
                snapshot,
                sent,
                dropped=run.dropped,
                came=run.came,
                now=now,
                key=run.key,
                attributes=run.reading.attributes,
                run_id=run.run_id,
            ),
        )

    def promise(self, run: Run, numbers: Mapping[str, int], stated: Collection[str]) -> None:
        """Keep the numbers that a run's departments are planned with."""
        self.change(run, lambda snapshot: promise(snapshot, run.run_id, numbers, stated))

    def doubt(self, run: Run, *, refused: bool = False) -> None:
        """Note that nobody knows whether WeCom applied the run's file.

        `refused`: WeCom said that the job failed as a whole.
        """
        if run.job is None:
            raise TypeError("only a run with a job is posted")
        job, approved = run.job, run.approval is not None
        try:
            sent = self.records.sent(run)
        except PermanentError:
            self.change(run, lambda snapshot: doubt_everything(snapshot, job))
        else:
            self.change(
                run,
                lambda snapshot: doubt(
                    snapshot,
                    sent,
                    dropped=run.dropped,
                    came=run.came,
                    key=run.key,
                    approved=approved,
                    refused=refused,
                    run_id=run.run_id,
                ),
            )

    def pass_over(self, run: Run) -> None:
        """Note what a full file said for which a newer one came first."""
        if run.job is None or not run.job.is_full:
            return
        try:
            digest = content_digest(self.records.roster(run))
        except PermanentError:
            return
        job, dropped, key = run.job, run.dropped, run.key
        self.change(run, lambda snapshot: passed_over(snapshot, job, digest, dropped, key))

    def change(self, run: Run, change: Callable[[Snapshot], Snapshot]) -> None:
        """Change the snapshot, as a rule while the run has the lane.

        A slow message may come when the run has ended and another run has written the snapshot.
        So the run is read after the snapshot: if the snapshot is written after that, our own
        write of it is refused. A superseded run has no lane, so it may meet the run that has it:
        both try again.
        """

        def in_turn(snapshot: Snapshot) -> Snapshot:
            found = self.store.run(run.run_id)
            if found is None or _place(found) != _place(run):
                raise SnapshotMovedError
            return change(snapshot)

        for _ in range(TRIES - 1):
            with suppress(SnapshotMovedError):
                return self.records.archive.change_snapshot(run.corp, in_turn)
        return self.records.archive.change_snapshot(run.corp, in_turn)


def _place(run: Run) -> tuple[object, ...]:
    return run.state, run.job_id, run.ends_as
