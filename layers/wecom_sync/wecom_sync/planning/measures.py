"""How much a plan changes, by kind and column: what a company's files are compared by. Pure."""

from collections.abc import Collection, Mapping

from wecom_sync.domain.outcome import Kind
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.planning.changes import Evidence, ids
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.plan import Plan

GONE, ADDED, CONTACTS, PLACED = "gone", "added", "contacts", "placed"
"""What is measured and is no column: who goes, who comes, who gets other mobiles and e-mails, and
who stands below a department that gets another name or place, or goes."""


def measured(plan: Plan) -> Mapping[str, Collection[str]]:
    """Return who or what a plan changes, by what is measured.

    Who moves because a department was left out was counted with the department file.
    """
    if not plan.job.has_members:
        return {PLACED: plan.replaced}
    # The first people of a new corp come all at once.
    newcomers = plan.of(Kind.ADD) if plan.existing > MAKERS else []
    moves = [it.subject for it in plan.of(Kind.MOVE) if not it.has(Evidence.EVICTED)]
    return {
        GONE: plan.leaving,
        ADDED: ids(newcomers),
        CONTACTS: plan.contacts,
        **{name: ids(plan.changing(name)) for name in plan.columns},
        DEPARTMENTS_COLUMN: moves,
    }


def amounts(plan: Plan) -> dict[str, int]:
    """Return how many a plan changes, without what it does not change."""
    amounts = {name: len(subjects) for name, subjects in measured(plan).items()}
    if PLACED in amounts:
        amounts[PLACED] = plan.below.get("replaced", 0)
    return {name: amount for name, amount in amounts.items() if amount}
