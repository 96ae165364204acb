"""Ends runs. No other module does."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Unpack

from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Move, Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing, Params, Sentence, TextCode
from wecom_sync.domain.timeline import Reason, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.planning.department_names import DepartmentsMissingError
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.ports import Clock, RunStore
from wecom_sync.use_cases.records import Records

WRITING_SECONDS = 3600
"""How long we try to write what became of the rows. After that the run ends without its reports,
because other runs wait for the lane."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """Ends runs. The last move is conditional: of two messages that end a run, one does."""

    store: RunStore
    records: Records
    lanes: Lanes
    clock: Clock
    count: Callable[[str], None]

    def end(
        self, run: Run, state: State, reason: Reason | None = None, /, **changes: Unpack[Move]
    ) -> Run:
        """Move a run to a final state. Raises `TransitionRefusedError`."""
        now = self.clock()
        result = replace(changes.get("result", run.result), finished=now)
        changes |= {"reason": reason, "result": result, "due": now + LOOK_AGAIN_SECONDS}
        ended = self.store.move(run, state, **changes)
        self.count(f"Runs{state.capitalize()}")
        self.lanes.release(ended)
        self.lanes.wake(ended.corp)
        return ended

    def reject(self, run: Run, error: FileRejectedError) -> Run:
        """End a run with everything that is wrong with its file.

        Between its steps a company run has changed departments already: it ends as PARTIAL. A
        single problem is the reason, also when many rows have it. Raises `TransitionRefusedError`.
        """
        reason = error.common or reason_of(error)
        if isinstance(error, DepartmentsMissingError) and (awaited := _awaited(run)):
            reason = reason.followed_by(Sentence("remark_awaited", {"awaited": awaited}))
        # This raises when another message has moved the run: then no report is written.
        run = self.store.move(run, run.state)
        result = run.result.reported(self.records.write_rejected(run, error))
        source = replace(run.source, rows=len(error.rows) or run.source.rows)
        if run.submission.begun:
            return self.end(run, State.PARTIAL, reason, source=source, result=result.counted())
        return self.end(run, State.REJECTED, reason, source=source, result=result)

    def end_between(
        self,
        run: Run,
        lacking: Listing,
        errcode: Params | None = None,
        failed: int = 0,
    ) -> Run:
        """End a company run before its members: WeCom would invent the departments they lack."""
        reason = Reason(
            "departments_refused", {"named": lacking, "total": lacking.total, **(errcode or {})}
        )
        result = run.result.counted(failed=failed).reported(self.records.write_unsent(run))
        return self.end(run, State.PARTIAL, reason, result=result)

    def end_without_result(
        self, run: Run, state: State, reason: Reason, /, **changes: Unpack[Move]
    ) -> Run:
        """End a run for which WeCom gave no result.

        First the end is decided, and from then on no other message moves the run. So what is
        written about its rows is never about a run that went on. Raises `TransitionRefusedError`.
        """
        return self.resume(self._decide(run, state, reason, **changes))

    def supersede(self, run: Run, newer: str, /, **changes: Unpack[Move]) -> Run:
        """End a run that a newer file makes pointless. Raises `TransitionRefusedError`."""
        return self.resume(self.give_way(run, newer, **changes))

    def give_way(self, run: Run, newer: str, /, **changes: Unpack[Move]) -> Run:
        """Decide that end; the run's next message carries it out, which reads its file."""
        code: TextCode = "superseded" if run.is_full else "superseded_changes"
        return self._decide(run, State.SUPERSEDED, Reason(code, {"run_id": newer}), **changes)

    def _decide(self, run: Run, state: State, reason: Reason, /, **changes: Unpack[Move]) -> Run:
        now = self.clock()
        changes |= {"ends_as": state, "reason": reason}
        changes |= {"deadline": now + WRITING_SECONDS, "due": now + LOOK_AGAIN_SECONDS}
        return self.store.move(run, run.state, **changes)

    def resume(self, run: Run) -> Run:
        """Carry out an end that was decided; doing it again changes nothing."""
        if run.ends_as is None:
            raise ValueError("nobody has decided how this run ends")
        result = run.result
        if run.submission.posted is not None:
            result = result.counted(unreported=run.source.rows)
            # The next plan must not rely on rows that WeCom may have changed.
            self.records.doubt(run)
        result = result.reported(self._written(run))
        return self.end(run, run.ends_as, run.reason, ends_as=None, result=result)

    def _written(self, run: Run) -> Mapping[str, str]:
        try:
            return self.records.write_without_result(run)
        except Exception as error:
            if run.next.deadline is None or self.clock() < run.next.deadline:
                raise
            extra = {"run_id": run.run_id, "error": type(error).__name__}
            logger.error("not written", extra=extra)  # noqa: TRY400 - its text may quote anything
            return run.result.reports


def _awaited(run: Run) -> str:
    """Return the run whose departments a run has waited for last, blank when it never waited."""
    why = (reason for step in reversed(run.timeline) for reason in step.why)
    return next((str(w.params["run_id"]) for w in why if w.code == "awaits_departments"), "")
