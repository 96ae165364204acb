"""Rules of the verdict about who and what would go. Pure."""

from wecom_sync.domain.run import Reason
from wecom_sync.files.problems import shown_ids
from wecom_sync.guardrails.case import Case, share_of
from wecom_sync.planning.plan import Plan

VANISHED_PERCENT = 20
GUARD_NUMBER = 50
GUARD_LARGE_PERCENT = 20
GUARD_SMALL_PERCENT = 80
GUARD_FEW = 5
"""So many accounts a new corp may have, its creator's and those of who sets it up."""


def wecoms_guard(case: Case) -> Reason | None:
    """WeCom aborts the import with 45026 (doc/91131).

    More than 50 and more than 20 % of all members, or fewer than 50 and more than 80 %; exactly
    50 belongs to neither in the text, so to both here.
    """
    plan = case.plan
    removed = len(plan.remove)
    if not plan.job.has_members or not _is_guarded(removed, plan.existing):
        return None
    shown: dict[str, str | int] = {
        "removed": removed,
        "existing": plan.existing,
        "named": shown_ids(plan.remove),
    }
    # A new corp, where approving helps as little: there it goes in two steps.
    helps = plan.existing <= GUARD_FEW and not _is_guarded(removed, plan.existing + len(plan.add))
    return Reason("hold_wecom_guard_few" if helps else "hold_wecom_guard", shown)


def _is_guarded(removed: int, existing: int) -> bool:
    share = share_of(removed, existing)
    large = removed >= GUARD_NUMBER and share > GUARD_LARGE_PERCENT
    return large or (removed <= GUARD_NUMBER and share > GUARD_SMALL_PERCENT)


def going(plan: Plan) -> tuple[str, ...]:
    """Return who would lose the account, at once or after a grace period."""
    return (*plan.remove, *plan.disable)


def too_many_removals(case: Case) -> Reason | None:
    """Hold when more members would go than `limits.removals`, within 20 hours."""
    gone = going(case.plan)
    removed, recent, limit = len(gone), len(case.recent), case.policy.removals
    if not gone or not case.plan.job.has_members or removed + recent <= limit:
        return None
    named = shown_ids(gone)
    if removed > limit:
        return Reason("hold_removals", {"removed": removed, "limit": limit, "named": named})
    return Reason(
        "hold_removals_day",
        {"removed": removed, "recent": recent, "limit": limit, "named": named},
    )


def too_large_a_share(case: Case) -> Reason | None:
    """Hold when a larger share would go than `limits.removal_percent`, lately.

    One person is no share: of nine it would be too many every time that somebody leaves.
    """
    gone, existing = going(case.plan), case.plan.existing
    removed, recent, limit = len(gone), len(case.recent), case.policy.removal_percent
    if not gone or removed + recent <= 1 or not case.plan.job.has_members:
        return None
    named = shown_ids(gone)
    if removed > 1 and share_of(removed, existing) > limit:
        shown: dict[str, str | int] = {
            "removed": removed,
            "existing": existing,
            "limit": limit,
            "named": named,
        }
        return Reason("hold_removal_percent", shown)
    # Of those who went some are still there, disabled, and known.
    before = existing + len(case.recent - case.snapshot.members.keys())
    if share_of(removed + recent, before) <= limit:
        return None
    by_day: dict[str, str | int] = {
        "removed": removed,
        "recent": recent,
        "existing": before,
        "limit": limit,
        "named": named,
    }
    return Reason("hold_removal_percent_day", by_day)


def too_many_departments(case: Case) -> Reason | None:
    """More departments would go, now or later, than `limits.department_removals` allows.

    Those that an earlier file left out were counted then, though they go only now.
    """
    before = {str(number) for number in case.snapshot.condemned}
    now = tuple(each for each in case.plan.remove if each not in before)
    gone = (*now, *case.plan.condemned)
    if case.plan.job.has_members:
        gone = case.plan.emptied
    if len(gone) <= case.policy.department_removals:
        return None
    limit = case.policy.department_removals
    return Reason(
        "hold_departments", {"removed": len(gone), "limit": limit, "named": shown_ids(gone)}
    )


def protected_accounts(case: Case) -> Reason | None:
    """Somebody whom `members.protected` names would go."""
    if not case.plan.job.has_members:
        return None
    gone = [user for user in case.plan.remove if case.policy.protects(user)]
    gone += [user for user in case.plan.disable if case.policy.protects(user)]
    return Reason("hold_protected", {"named": shown_ids(gone)}) if gone else None


def leavers_without_a_row(case: Case) -> Reason | None:
    """People who should be disabled first would go at once: their last row is not known."""
    gone = case.plan.ungraced
    return Reason("hold_leavers", {"named": shown_ids(gone)}) if gone else None


def rekeyed_people(case: Case) -> Reason | None:
    """Hold when somebody's account would be given up for a new one: ids without their zeros."""
    pairs = case.plan.rekeyed
    if not pairs:
        return None
    named = shown_ids(f"{old} → {new}" for old, new in pairs.items())
    return Reason("hold_rekeyed", {"people": len(pairs), "named": named})


def vanished_people(case: Case) -> Reason | None:
    """Hold when many would be made again: somebody deleted them, or this is another corp."""
    again = case.plan.recreated
    share = share_of(len(again), len(case.snapshot.members))
    is_many = share > VANISHED_PERCENT or len(again) > case.policy.removals
    if len(again) <= case.few or not is_many:
        return None
    shown: dict[str, str | int] = {
        "people": len(again),
        "known": len(case.snapshot.members),
        "named": shown_ids(again),
    }
    return Reason("hold_vanished", shown)


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
