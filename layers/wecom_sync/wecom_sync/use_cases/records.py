"""What is kept of a run's rows: pages and failed rows in the table, `results.csv` for people."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from wecom_sync.domain.errors import PermanentError, SnapshotMovedError
from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.files.roster import FileRejectedError, Problem, Roster, read_roster
from wecom_sync.planning.plan import Plan
from wecom_sync.planning.sent import Sent
from wecom_sync.planning.snapshot_update import confirm, doubt, doubt_everything, remember
from wecom_sync.reporting.documents import (
    CSV,
    PLAN,
    PROBLEMS,
    RESULTS,
    problem_document,
    problems_json,
    rejection_csv,
    report_name,
    results_csv,
    unchanged_csv,
    unsent_csv,
)
from wecom_sync.reporting.language import Language
from wecom_sync.use_cases.ports import Archive, Drops, Reports, RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Reads a run's file and keeps what became of its rows; keeping it twice changes nothing."""

    store: RunStore
    drops: Drops
    reports: Reports
    archive: Archive
    language: Language

    def roster(self, run: Run) -> Roster:
        """Read the run's file again: the same version, so the same roster.

        Raises `ObjectGoneError` and `FileRejectedError`.
        """
        if run.job is None:
            raise TypeError("a run without a job has no roster")
        content = self.drops.content(run.bucket, run.key, run.version)
        return read_roster(run.job, content, run.columns)

    def sent(self, run: Run) -> Sent:
        """Return what went out for the run, as far as it is still kept; else read the file.

        Raises as `roster`.
        """
        return self.archive.sent(run) or Sent(self.roster(run))

    def keep_plan(self, run: Run, plan: Plan, warnings: Sequence[Problem]) -> Mapping[str, str]:
        """Write `plan.json`; return the run's reports."""
        listed = [problem_document(each, self.language) for each in warnings]
        document = {**plan.to_document(), "warnings": listed}
        content = json.dumps(document, ensure_ascii=False, indent=1).encode()
        where = self.reports.put(report_name(run, PLAN), content, "application/json")
        return {**run.reports, PLAN: where}

    def keep_unchanged(self, run: Run) -> Mapping[str, str]:
        """Report a run that would have changed nothing."""
        try:
            rows = self.roster(run).rows
        except PermanentError:
            return run.reports
        return self._put(run, unchanged_csv(rows, self.language))

    def remember(self, run: Run, sent: Sent, outcomes: Sequence[Outcome], now: float) -> None:
        """Bring the corp's snapshot up to what WeCom has applied."""
        self._change_snapshot(
            run,
            lambda snapshot: remember(
                snapshot,
                sent,
                outcomes,
                dropped=run.dropped,
                now=now,
                approved=run.approval is not None,
            ),
        )

    def confirm(self, run: Run, sent: Sent, now: float) -> None:
        """Bring the corp's snapshot up to a file that changes nothing."""
        self._change_snapshot(
            run, lambda snapshot: confirm(snapshot, sent, dropped=run.dropped, now=now)
        )

    def doubt(self, run: Run, *, refused: bool = False) -> None:
        """Note in the corp's snapshot that nobody knows whether WeCom applied the run's file.

        `refused`: it said that the job failed as a whole.
        """
        if run.job is None:
            raise TypeError("only a run with a job is posted")
        job = run.job
        try:
            sent = self.sent(run)
        except PermanentError:
            self._change_snapshot(run, lambda snapshot: doubt_everything(snapshot, job))
        else:
            self._change_snapshot(
                run,
                lambda snapshot: doubt(
                    snapshot,
                    sent,
                    dropped=run.dropped,
                    approved=run.approval is not None,
                    refused=refused,
                ),
            )

    def _change_snapshot(self, run: Run, change: Callable[[Snapshot], Snapshot]) -> None:
        """Change the corp's snapshot while the run has the lane.

        A slow message may come when the run has ended and the snapshot is the next one's. So the
        state is read after the snapshot: whoever writes later than that moves the snapshot.
        Raises `SnapshotMovedError`.
        """

        def in_turn(snapshot: Snapshot) -> Snapshot:
            current = self.store.run(run.run_id)
            if current is None or current.state is not run.state:
                raise SnapshotMovedError
            return change(snapshot)

        self.archive.change_snapshot(run.corp, in_turn)

    def keep(
        self, run: Run, outcomes: Sequence[Outcome], leavers: Collection[str] = frozenset()
    ) -> Mapping[str, str]:
        """Keep every row's outcome; return the run's reports. `leavers`: see `results_csv`."""
        self.store.put_outcomes(run, outcomes)
        return self._put(run, results_csv(outcomes, self.language, leavers))

    def keep_rejected(self, run: Run, error: FileRejectedError) -> Mapping[str, str]:
        """Report a file that never went out: its problems, and the rows that had none."""
        content = problems_json(error, self.language)
        where = self.reports.put(report_name(run, PROBLEMS), content, "application/json")
        return {**self._put(run, rejection_csv(error, self.language)), PROBLEMS: where}

    def keep_unsent(self, run: Run) -> Mapping[str, str]:
        """Report a run that ended before WeCom took it: no row went out."""
        try:
            rows = self.roster(run).rows
        except PermanentError:
            return run.reports
        return self._put(run, unsent_csv(rows, self.language))

    def keep_unknown(self, run: Run) -> Mapping[str, str]:
        """Report a run of which nobody knows whether WeCom took it."""
        try:
            roster = self.sent(run).roster
        except PermanentError:
            return run.reports
        own = [row for row in roster.rows if row.line > 0]
        return self.keep(run, [Outcome(row.id, row.line, None) for row in own])

    def _put(self, run: Run, document: bytes) -> Mapping[str, str]:
        where = self.reports.put(report_name(run, RESULTS), document, CSV)
        return {**run.reports, RESULTS: where}
