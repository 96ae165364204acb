"""Before anything goes out: resolve, add leavers, plan against the live directory, judge."""

from collections.abc import Mapping
from dataclasses import dataclass

from wecom_sync.departments import Tree, resolve_departments
from wecom_sync.directory import Directory, Snapshot
from wecom_sync.leavers import with_leavers
from wecom_sync.plan import NAME_COLUMN, Plan, plan_departments, plan_members
from wecom_sync.policy import Policy
from wecom_sync.ports import Archive, Clock, Sent, WeComOf
from wecom_sync.roster import Roster
from wecom_sync.run import Reason, Run
from wecom_sync.verdict import Case, judge


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would go out, what it would change, and every reason to ask a person first."""

    sent: Sent
    plan: Plan
    holds: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans a roster for a corp. Reads WeCom's ids and our snapshot, writes nothing."""

    wecom_of: WeComOf
    archive: Archive
    clock: Clock

    def prepare(self, corp: str, roster: Roster, policy: Policy) -> Prepared:
        """Plan a checked file.

        Raises `FileRejectedError` for departments that nobody knows, and what the WeCom port
        raises.
        """
        directory = self.wecom_of(corp).directory()
        snapshot = self.archive.snapshot(corp)
        rows = len(roster.rows)
        if not roster.job.has_members:
            plan = plan_departments(roster, directory, snapshot)
            return Prepared(Sent(roster), plan, judge(Case(plan, policy, snapshot, rows)))
        resolved = resolve_departments(roster, tree_of(directory, snapshot))
        graced = with_leavers(resolved, directory, snapshot, policy, self.clock())
        plan = plan_members(
            graced.roster,
            directory,
            snapshot,
            invite=policy.invite,
            disable=graced.disable,
            ungraced=graced.ungraced,
        )
        holds = judge(Case(plan, policy, snapshot, rows))
        return Prepared(Sent(graced.roster, graced.disable), plan, holds)


def tree_of(directory: Directory, snapshot: Snapshot) -> Tree:
    """Return the live departments with the names of the last department file."""
    names: Mapping[int, str] = {
        number: cells.get(NAME_COLUMN, "") for number, cells in snapshot.departments.items()
    }
    return Tree(
        {
            number: (names.get(number, ""), department.parent)
            for number, department in directory.departments.items()
        }
    )


GROWING = ("remove", "emptied", "disable", "invite")
"""The counts that must not be larger than what a person approved."""


def still_holds(prepared: Prepared, run: Run) -> tuple[Reason, ...]:
    """Return why a run must wait (again): nothing once its plan was approved and is no worse.

    Worse is a larger count, or a reason that the person who approved was not shown.
    """
    approval = run.approval
    if approval is None or not prepared.holds:
        return prepared.holds
    shown_then = {hold.code for hold in run.holds}
    counts = prepared.plan.counts
    worse = [name for name in GROWING if counts[name] > approval.plan.get(name, 0)]
    if not worse and {hold.code for hold in prepared.holds} <= shown_then:
        return ()
    shown: dict[str, str | int] = {
        "removed": counts["remove"],
        "approved": approval.plan.get("remove", 0),
    }
    return (Reason("hold_worse", shown), *prepared.holds)
