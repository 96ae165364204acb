"""Plans a roster: finds the departments, adds leavers, compares with WeCom, gives the verdict."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Reason, Run
from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Listing, with_names
from wecom_sync.files.department_cells import NAME_COLUMN
from wecom_sync.files.roster import Problem, Roster, row_key
from wecom_sync.guardrails.case import Case
from wecom_sync.guardrails.rules import judge
from wecom_sync.planning.department_codes import live_codes, number_departments
from wecom_sync.planning.department_names import Tree, resolve_departments
from wecom_sync.planning.departments import plan_departments
from wecom_sync.planning.differences import Difference, Names, differences
from wecom_sync.planning.leavers import with_leavers
from wecom_sync.planning.members import plan_members
from wecom_sync.planning.memory.fingerprints import content_digest
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.memory.snapshot_update import mistakenly_gone, recently_gone
from wecom_sync.planning.plan import Plan, Stakes
from wecom_sync.planning.truncation import cut_departments, cut_members
from wecom_sync.planning.warnings import (
    blanked_columns,
    columns_gone,
    respelt_ids,
    spared_people,
    taken_contacts,
)
from wecom_sync.use_cases.ports import Archive, Clock, WeComOf


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would go out, what it would change, and why a person has to be asked first.

    `warnings`: what a person should know although nothing is wrong. `places`: names of the plan's
    departments by their ids, where we know them.
    """

    sent: Sent
    plan: Plan
    holds: tuple[Reason, ...]
    warnings: tuple[Problem, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    differences: tuple[Difference, ...] = ()
    """What changes for each person or department."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """The numbers of departments that the file names by code or path (see `Snapshot`)."""
    stated: frozenset[str] = frozenset()
    """Those of `numbers` that the file itself says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """Plans a roster for a corp. It reads WeCom's ids and our snapshot, and writes nothing."""

    wecom_of: WeComOf
    archive: Archive
    clock: Clock

    def prepare(
        self,
        corp: str,
        roster: Roster,
        policy: Policy,
        dropped: float,
        undoes: float | None = None,
        *,
        run: Run | None = None,
    ) -> Prepared:
        """Plan a checked file that was dropped at a time.

        `undoes`: for a rollback, when the file that it undoes was dropped; `run`: which gets the
        numbers of departments that it was promised. Raises `FileRejectedError` for departments that
        nobody knows, and what the WeCom port raises.
        """
        directory = self.wecom_of(corp).directory()
        snapshot = self.archive.snapshot(corp)
        digest = content_digest(roster)
        is_meant = undoes is not None or (run is not None and run.retry_of is not None)
        told = "" if is_meant else digest
        if not roster.job.has_members:
            numbered = number_departments(
                roster,
                tree_of(directory, snapshot).nodes,
                snapshot,
                snapshot.promised.get(run.run_id) if run else None,
                posted=run is not None and run.posted is not None,
            )
            cut = cut_departments(numbered.read, directory, snapshot)
            plan = plan_departments(numbered.roster, directory, snapshot, cut)
            holds = judge(Case(plan, policy, snapshot, digest=told))
            condemned = frozenset(int(each) for each in (*plan.emptied, *plan.remove))
            sent = Sent(numbered.roster, condemned=condemned, digest=digest)
            prepared = Prepared(
                sent,
                plan,
                holds,
                roster.warnings,
                numbers=numbered.numbers,
                stated=numbered.stated,
            )
            return _by_name(prepared, directory, snapshot)
        tree = tree_of(directory, snapshot)
        resolved = resolve_departments(roster, tree)
        graced = with_leavers(resolved, directory, snapshot, policy, self.clock())
        plan = plan_members(
            graced.roster,
            directory,
            snapshot,
            dropped=dropped,
            undoes=undoes,
            invite=policy.invite,
            graced=graced,
            cut=cut_members(roster, resolved, directory, snapshot, tree),
            mistaken=mistakenly_gone(snapshot, self.clock()),
        )
        leaving = (*plan.remove, *plan.disable)
        why = {user: roster.left_people.get(user.casefold()) for user in leaving}
        plan = replace(
            plan,
            left_out=roster.left_out,
            left_people={user: found for user, found in why.items() if found},
        )
        taken = tuple(taken_contacts(resolved, plan, directory, snapshot))
        takers = tuple(dict.fromkeys(each.id for each in taken))
        spared = frozenset(user.casefold() for user in plan.spared)
        going = frozenset(map(str.casefold, leaving))
        holds = judge(
            Case(
                plan,
                policy,
                snapshot,
                taken=takers,
                digest=told,
                recent=recently_gone(snapshot, self.clock()) - going,
            )
        )
        blanks = blanked_columns(graced.roster, plan, snapshot)
        warnings = (
            *resolved.warnings,
            *taken,
            *respelt_ids(roster, plan, directory),
            *blanks,
            *spared_people(plan),
            *columns_gone(resolved, plan, directory, snapshot),
        )
        added = frozenset(user.casefold() for user in plan.add)
        sent = Sent(
            graced.roster,
            graced.disable,
            add=added,
            digest=digest,
            gone=going,
            spared=spared,
            left_out={
                header: () if policy.reading.takes_blanks_only(header) else [*found]
                for header, found in roster.left_out.items()
            },
        )
        return _by_name(Prepared(sent, plan, holds, warnings), directory, snapshot)


def _by_name(prepared: Prepared, directory: Directory, snapshot: Snapshot) -> Prepared:
    """Name everybody and every department that the plan, its holds and its warnings are about."""
    sent, plan = prepared.sent, prepared.plan
    names = Names.of(sent.roster, snapshot)
    found = tuple(differences(plan, sent.roster, directory, snapshot, names))
    own = {row.id for row in sent.roster.rows}
    key = partial(row_key, plan.job)
    return replace(
        prepared,
        sent=replace(
            sent,
            changes={key(each.id): each.change for each in found},
            names={key(each.id): each.name for each in found if each.id not in own and each.name},
        ),
        holds=tuple(hold.named(names.of_id) for hold in prepared.holds),
        warnings=tuple(
            replace(each, params=with_names(each.params, names.of_id)) for each in prepared.warnings
        ),
        places={
            place: name for place in plan.by_department if (name := names.departments.get(place))
        },
        differences=found,
    )


def tree_of(directory: Directory, snapshot: Snapshot) -> Tree:
    """Return the live departments with the names of the last department file."""
    names: Mapping[int, str] = {
        number: cells.get(NAME_COLUMN, "") for number, cells in snapshot.departments.items()
    }
    nodes = {
        number: (names.get(number, ""), department.parent)
        for number, department in directory.departments.items()
    }
    return Tree(nodes, live_codes(nodes, snapshot), snapshot)


def beyond(plan: Plan, covered: Stakes) -> tuple[str, ...]:
    """Return who and what is at stake in a plan and not covered by an approval.

    An approval to remove somebody also covers disabling them. An approval to add somebody covers
    that they are there by now. An approval for a department to go later covers that it goes now.
    """
    milder = {"disable": "remove", "unknown": "add"}
    if not plan.job.has_members:
        milder |= {"remove": "emptied", "emptied": "remove"}
    others = [
        each
        for kind, stakes in plan.at_stake.items()
        for each, becomes in stakes.items()
        if becomes not in (covered.get(like, {}).get(each) for like in (kind, milder.get(kind, "")))
    ]
    return tuple(dict.fromkeys(others))


def still_holds(prepared: Prepared, run: Run, covered: Stakes | None) -> tuple[Reason, ...]:
    """Return why a run must wait, or wait again: nothing if its approval covers the plan.

    `covered`: the people and departments that the approval covers, None without an approval. It
    does not cover anybody else, nor a family of rules that the approver was not shown. What an
    earlier version held has no families: then only who is covered counts.
    """
    if covered is None or not prepared.holds:
        return prepared.holds
    if others := beyond(prepared.plan, covered):
        worse = Reason("hold_worse", {"named": Listing.of(others)})
        names = {each.id: each.name for each in prepared.differences}
        return (worse.named(lambda row_id: names.get(row_id, "")), *prepared.holds)
    shown = {hold.family for hold in run.holds if hold.family}
    if not shown or {hold.family for hold in prepared.holds} <= shown:
        return ()
    return (Reason("hold_new_reason"), *prepared.holds)


def digest_of(plan: Plan, holds: Iterable[Reason]) -> str:
    """Return the hash of what a person approves: the plan, and why it was held."""
    families = ",".join(sorted({hold.family for hold in holds}))
    return hashlib.sha256(f"{plan.digest}\n{families}".encode()).hexdigest()
