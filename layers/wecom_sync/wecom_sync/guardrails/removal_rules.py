"""Guard rules about members and departments that would go. Pure."""

from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import TextCode
from wecom_sync.guardrails.case import Case, hold, share_of
from wecom_sync.planning.plan import Plan

VANISHED_PERCENT = 20
GUARD_NUMBER = 50
GUARD_LARGE_PERCENT = 20
GUARD_SMALL_PERCENT = 80
GUARD_FEW = 5
"""The most accounts of a new corp: its creator's, and those of the people who set it up."""


def wecoms_guard(case: Case) -> Reason | None:
    """Hold when WeCom would abort the import with 45026 (doc/91131).

    It does for more than 50 removals that are more than 20 % of all members, and for fewer than 50
    that are more than 80 %. The text leaves exactly 50 out, so both conditions include it here.
    """
    plan = case.plan
    removed = len(plan.remove)
    if not plan.job.has_members or not _is_guarded(removed, plan.existing):
        return None
    # In a new corp an approval does not help either, but doing it in two steps does.
    helps = plan.existing <= GUARD_FEW and not _is_guarded(removed, plan.existing + len(plan.add))
    code: TextCode = "hold_wecom_guard_few" if helps else "hold_wecom_guard"
    return hold(code, plan.remove, existing=plan.existing)


def _is_guarded(removed: int, existing: int) -> bool:
    share = share_of(removed, existing)
    large = removed >= GUARD_NUMBER and share > GUARD_LARGE_PERCENT
    return large or (removed <= GUARD_NUMBER and share > GUARD_SMALL_PERCENT)


def going(plan: Plan) -> tuple[str, ...]:
    """Return who would be removed or disabled."""
    return (*plan.remove, *plan.disable)


def too_many_removals(case: Case) -> Reason | None:
    """Hold when more members would go than `limits.removals`, within 20 hours."""
    gone = going(case.plan)
    removed, recent, limit = len(gone), len(case.recent), case.policy.removals
    if not gone or not case.plan.job.has_members or removed + recent <= limit:
        return None
    if removed > limit:
        return hold("hold_removals", gone, limit=limit)
    return hold("hold_removals_day", gone, recent=recent, limit=limit)


def too_large_a_share(case: Case) -> Reason | None:
    """Hold when more than `limits.removal_percent` of the members would go within 20 hours.

    One person never counts, because in a company of nine every leaver would be too large a share.
    """
    gone, existing = going(case.plan), case.plan.existing
    removed, recent, limit = len(gone), len(case.recent), case.policy.removal_percent
    if not gone or removed + recent <= 1 or not case.plan.job.has_members:
        return None
    if removed > 1 and share_of(removed, existing) > limit:
        return hold("hold_removal_percent", gone, existing=existing, limit=limit)
    # Members who were disabled are still there, so they are in `existing` already.
    before = existing + len(case.recent - case.snapshot.members.keys())
    if share_of(removed + recent, before) <= limit:
        return None
    return hold("hold_removal_percent_day", gone, recent=recent, existing=before, limit=limit)


def too_many_departments(case: Case) -> Reason | None:
    """Hold when more departments would go, now or later, than `limits.department_removals`.

    Departments that an earlier file left out were counted then.
    """
    before = {str(number) for number in case.snapshot.condemned}
    now = tuple(each for each in case.plan.remove if each not in before)
    gone = (*now, *case.plan.condemned)
    if case.plan.job.has_members:
        gone = case.plan.emptied
    limit = case.policy.department_removals
    return hold("hold_departments", gone, limit=limit) if len(gone) > limit else None


def protected_accounts(case: Case) -> Reason | None:
    """Hold when somebody would go whom `members.protected` names."""
    if not case.plan.job.has_members:
        return None
    return hold("hold_protected", [each for each in going(case.plan) if case.policy.protects(each)])


def leavers_without_a_row(case: Case) -> Reason | None:
    """Hold when people would go at once who should be disabled first: we have no row of theirs."""
    return hold("hold_leavers", case.plan.ungraced)


def rekeyed_people(case: Case) -> Reason | None:
    """Hold when somebody would get a new account in place of the old one: ids without zeros."""
    return hold("hold_rekeyed", [f"{old} → {new}" for old, new in case.plan.rekeyed.items()])


def vanished_people(case: Case) -> Reason | None:
    """Hold when many would be added again: somebody deleted them, or this is another corp."""
    again = case.plan.recreated
    share = share_of(len(again), len(case.snapshot.members))
    is_large = share > VANISHED_PERCENT or len(again) > case.policy.removals
    if not case.is_many(again) or not is_large:
        return None
    return hold("hold_vanished", again, known=len(case.snapshot.members))


RULES = (
    wecoms_guard,
    too_many_removals,
    too_large_a_share,
    too_many_departments,
    protected_accounts,
    leavers_without_a_row,
    rekeyed_people,
    vanished_people,
)
"""In the order in which their reasons are shown."""
