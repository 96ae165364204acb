"""Plans a file that is only to be planned: the same checks, plan and verdict, and nothing else."""

from dataclasses import dataclass

from wecom_sync.domain.errors import PermanentError, RetryableError, WeComError
from wecom_sync.domain.run import Reason, Run, RunChanges, State
from wecom_sync.files.roster import FileRejectedError, Roster
from wecom_sync.planning.department_names import DepartmentsMissingError
from wecom_sync.reporting.wecom_refusal import reason_of
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.planner import Planner, digest_of
from wecom_sync.use_cases.ports import RunStore
from wecom_sync.use_cases.records import Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Ends a run as PLANNED, REJECTED, or FAILED when nobody can say what the file would do."""

    store: RunStore
    records: Records
    planner: Planner
    endings: Endings

    def rehearse(self, run: Run, roster: Roster, found: RunChanges) -> Run:
        """Plan a checked file; `found` is what checking it found.

        Raises `TransitionRefusedError` when another message has done it.
        """
        try:
            policy = self.store.policy(run.corp)
            prepared = self.planner.prepare(run.corp, roster, policy, run.dropped)
        except FileRejectedError as error:
            awaits = self.records.brings(run, error)
            if not isinstance(error, DepartmentsMissingError) or awaits is None:
                return self.endings.reject(run, error)
            reason = Reason("awaits_departments", {"run_id": awaits})
            return self.endings.end(run, State.FAILED, reason, **found)
        except (PermanentError, RetryableError, WeComError) as error:
            return self.endings.end(run, State.FAILED, reason_of(error), **found)
        plan = prepared.plan
        verdict = "hold" if prepared.holds else "apply"
        changes: RunChanges = {
            **found,
            "holds": prepared.holds,
            "plan": plan.counts,
            "plan_digest": digest_of(plan, prepared.holds),
            "reports": self.records.write_plan(run, prepared),
            "verdict": "unchanged" if plan.changes_nothing else verdict,
            "warnings": len(prepared.warnings),
        }
        return self.endings.end(run, State.PLANNED, **changes)
