"""A planned file: what goes out, what it changes, and what an approval of it covers."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import field, replace
from functools import cached_property
from typing import Any

from wecom_sync.domain.link import NOBODY, LinkDetails, keyed
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.run import Run, Statement
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import row_key
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
)
from wecom_sync.files.problems import Problem
from wecom_sync.guardrails.other_changes import Line, paragraphs
from wecom_sync.guardrails.rules import ALWAYS, LINKING
from wecom_sync.planning.memory.sent import Sent, row_digest
from wecom_sync.planning.names import Names, documents
from wecom_sync.planning.plan import Plan
from wecom_sync.planning.stakes import ANSWERED, GOING, VALUES, Stake


@dataclass(frozen=True)
class Prepared:
    """What would go out, what it would change, and why a person has to be asked first."""

    sent: Sent
    plan: Plan
    holds: tuple[Reason, ...]
    warnings: tuple[Problem, ...]
    names: Names
    other_changes: tuple[Line, ...] = ()
    """What it would change that no reason names."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """See `Numbered`, as `stated`."""
    file_labels: frozenset[str] = frozenset()
    departments: "Prepared | None" = None
    """Of a company file: what it changes of the departments."""
    grounds: tuple[float, ...] = (0, 0)
    """When the links were stated, and the export came, that the plan rests on."""
    statements: tuple[Statement, ...] = ()
    """By which somebody gets an account that no applied plan gave them."""
    concerned: tuple[str, ...] = ()
    """As of a `Proposal`, and the `others`."""
    others: tuple[str, ...] = ()
    link_details: LinkDetails = field(default_factory=dict)
    """What is shown of people and accounts beside their links."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """The lines of accounts.csv in force that state something, by key."""
    version: str = ""
    """Its version."""
    speakers: Mapping[str, str] = field(default_factory=dict)
    """As `Proposal` has them, and the next."""
    departed: tuple[str, ...] = ()
    leavers: Mapping[str, int] = field(default_factory=dict)
    """How many who were disabled on an earlier day are removed after which day."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """What is planned: of a company file for its people, and for its departments."""
        return (self.plan,) if self.departments is None else (self.plan, self.departments.plan)

    @cached_property
    def stakes(self) -> list[Stake]:
        """Who and what an approval of this plan covers, with the values that go out for them."""
        parts = (self,) if self.departments is None else (self, self.departments)
        return [stake for part in parts for stake in (*part.plan.at_stake, *part.values)]

    @property
    def values(self) -> Iterator[Stake]:
        """Yield what the file says of whoever has a change: the plan itself has no values."""
        roster, scope = self.sent.roster, self.plan.scope
        rows = dict(zip(self.sent.keys, roster.rows, strict=True))
        for change in self.plan.changes:
            row = rows.get(row_key(self.plan.job, change.subject)) if change.acts else None
            if row is not None and row.line:
                values = row_digest(roster, row, is_new=False)
                yield Stake(scope, VALUES, change.subject, values)

    @property
    def counts(self) -> dict[str, Any]:
        if self.departments is None:
            return self.plan.counts
        of_tree = self.departments.plan.counts
        names = (kind.field for kind in (Kind.ADD, Kind.UPDATE, Kind.MOVE, Kind.REMOVE))
        return {**self.plan.counts, "departments": {name: of_tree[name] for name in names}}

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing has to be sent or asked. Links are asked about all the same."""
        changes_nothing = all(plan.changes_nothing for plan in self.plans)
        return changes_nothing and not any(hold.family in LINKING for hold in self.holds)

    @property
    def lacks_names(self) -> bool:
        """Whether WeCom needs names of departments that nobody knows: no approval helps."""
        return any(plan.unnamed for plan in self.plans)

    @property
    def lacking_places(self) -> Listing | None:
        """Departments that people are to go to and that are still to be made, None if none are."""
        if self.departments is None:
            return None
        at = self.sent.roster.columns.index(DEPARTMENTS_COLUMN)
        places = {place for row in self.sent.roster.rows for place in row.cells[at].split(";")}
        new = {it.subject: it.name for it in self.departments.plan.of(Kind.ADD)}
        names = {number: name for number, name in new.items() if number in places}
        return Listing.of(names).named(names.__getitem__) if names else None

    @property
    def steps(self) -> tuple[Job, ...]:
        """The imports of a company file that change something, in their order."""
        parts = {Job.REPLACE_PARTY: self.departments, Job.SYNC_USER: self}
        return tuple(job for job, part in parts.items() if part and part.imports_something)

    @property
    def imports_something(self) -> bool:
        """Whether an import changes something: of a company file it changes who is in it.

        Who only has to be enabled, or is not in the file, is named in other steps.
        """
        is_import = self.plan.job is not Job.COMPANY
        return any(it.acts and (is_import or it.is_imported) for it in self.plan.changes)

    def of_step(self, job: str) -> "Prepared":
        """Return what goes out for a step of a company run, of any other run what goes out."""
        return (job == Job.REPLACE_PARTY and self.departments) or self

    def with_other_changes(self) -> "Prepared":
        """Return it with all that a held file changes told beside the last reason."""
        if not self.holds:
            return self
        *others, last = self.holds
        return replace(
            self, holds=(*others, replace(last, other_changes=paragraphs(self.other_changes)))
        )

    def uninvited(self) -> "Prepared":
        return replace(self, plan=replace(self.plan, invites=False))

    def document(self) -> dict[str, Any]:
        """Return the plan as `plan.json` has it, but for its warnings."""
        names = self.names.departments
        places = {place: names[place] for place in self.plan.by_department if names.get(place)}
        changes = documents(self.plan.changes, self.names)
        plan = {**self.plan.to_document(), "places": places, "changes": changes}
        plan |= {"postponed": sorted(self.sent.postponed)} if self.sent.postponed else {}
        plan |= {"disabled": sorted(self.sent.disable)} if self.sent.disable else {}
        return plan | ({"departments": self.departments.document()} if self.departments else {})


def beyond(prepared: Prepared, covered: Collection[Stake]) -> tuple[str, ...]:
    """Return who and what is at stake and not covered by an approval.

    Whose account it has stated is covered whatever the file says of them, unless they would go.
    """
    own = _answered(prepared, covered)
    others = [
        stake
        for stake in prepared.stakes
        if stake not in covered
        and (stake.scope != "people" or stake.kind in GOING or stake.id.casefold() not in own)
    ]
    return tuple(dict.fromkeys(stake.id for stake in others if stake.graver not in covered))


def _answered(prepared: Prepared, covered: Collection[Stake]) -> Collection[str]:
    """Return the keys and accounts, in lower case, that an approval is about by what it states."""
    stated = {it.id: it.detail for it in covered if it.kind == ANSWERED}
    links = [it for it in prepared.plan.links if it.key in stated] if stated else []
    by_link = (part for it in links for part in (it.account, it.sides))
    return {it.casefold() for it in (*stated, *stated.values(), *by_link)} - {"", NOBODY}


def still_holds(
    prepared: Prepared, run: Run, covered: Collection[Stake] | None
) -> tuple[Reason, ...]:
    """Return why a run must wait, or wait again: nothing if its approval covers the plan.

    `covered`: what the approval covers, None without an approval.
    """
    if covered is None or not prepared.holds or prepared.lacks_names:
        return prepared.holds
    if others := beyond(prepared, covered):
        names = {it.subject: it.name for plan in prepared.plans for it in plan.changes}
        key_of = prepared.names.key_of
        people = Listing.of(others).named(lambda it: keyed(names.get(it, ""), key_of(it), it))
        return (Reason("hold_worse", people=people), *prepared.holds)
    own = _answered(prepared, covered)
    return (Reason("hold_new_reason"), *prepared.holds) if unasked(prepared, run, own) else ()


def unasked(prepared: Prepared, run: Run, own: Collection[str] = ()) -> list[Reason]:
    """Return the reasons that have to be asked by name, and that nobody was asked about.

    `own`: the keys and accounts that an approval has stated; who of them is protected is asked.
    All others only say that something else is at stake: what was approved is covered, even if
    another family explains it by now, because the run's own departments have numbers.
    """
    asked = {hold.family for hold in run.proposal.holds}
    return [
        hold
        for hold in prepared.holds
        if hold.family in ALWAYS and (hold.family not in asked or _names(hold, own))
    ]


def _names(hold: Reason, own: Collection[str]) -> bool:
    """Whether a hold is about somebody whose account its approval has stated."""
    people = hold.people.first if hold.people else ()
    return any(it.casefold() in own for it in people)


def digest_of(prepared: Prepared, holds: Iterable[Reason]) -> str:
    """Return the hash of what a person approves: the plan, its values, and why it was held."""
    families = sorted({hold.family for hold in holds})
    plans = (plan.digest for plan in prepared.plans)
    values = sorted(":".join(stake) for stake in prepared.stakes if stake.kind == VALUES)
    return hashlib.sha256("\n".join((*plans, ",".join(families), *values)).encode()).hexdigest()
