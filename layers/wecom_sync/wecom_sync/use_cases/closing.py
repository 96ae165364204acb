"""How a run ends that WeCom did not take: decided first, then written down, then ended."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from wecom_sync.domain.errors import SnapshotMovedError
from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.use_cases.ending import Ending
from wecom_sync.use_cases.ports import Clock, RunStore
from wecom_sync.use_cases.records import Records

LOOK_AGAIN_SECONDS = 300
WRITING_SECONDS = 3600
"""How long it is tried to write down what became of the rows: then whoever waits goes on."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Ends runs. From the decision on nobody else moves the run, whatever they saw before.

    So what is written, in places where it would stay, is never about a run that went on.
    """

    store: RunStore
    records: Records
    ending: Ending
    clock: Clock

    def close(self, run: Run, state: State, reason: Reason, **changes: object) -> Run:
        """Decide that a run ends, and end it. Raises `TransitionRefusedError`."""
        now = self.clock()
        decided = self.store.move(
            run,
            run.state,
            closing=state,
            reason=reason,
            deadline=now + WRITING_SECONDS,
            due=now + LOOK_AGAIN_SECONDS,
            **changes,
        )
        return self.finish(decided)

    def finish(self, run: Run) -> Run:
        """Carry out what was decided; doing it again changes nothing."""
        if run.closing is None:
            raise ValueError("nobody has decided how this run ends")
        unknown: dict[str, object] = {}
        if run.posted is not None:
            unknown = {"succeeded": 0, "failed": 0, "unreported": run.rows}
            try:
                # Without it the next plan would take what nobody knows for known.
                self.records.doubt(run)
            except SnapshotMovedError:
                # Another message of this run was faster, and goes on with it.
                return self.store.run(run.run_id) or run
        reports = self._written(run)
        return self.ending.end(
            run, run.closing, run.reason, closing=None, reports=reports, **unknown
        )

    def _written(self, run: Run) -> Mapping[str, str]:
        try:
            return self._keep(run)
        except Exception as error:
            if run.deadline is None or self.clock() < run.deadline:
                raise
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("not written down", extra=extra)  # noqa: TRY400 - it may quote anything
            return run.reports

    def _keep(self, run: Run) -> Mapping[str, str]:
        if run.closing is State.UNCHANGED:
            keep = self.records.keep_unchanged
        elif run.posted is None:
            keep = self.records.keep_unsent
        else:
            keep = self.records.keep_unknown
        return keep(run)
