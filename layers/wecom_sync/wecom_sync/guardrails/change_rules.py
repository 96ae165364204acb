"""Rules of the verdict about what would become of those who stay, and who would come. Pure."""

from wecom_sync.domain.run import Reason
from wecom_sync.files.problems import shortened, shown_ids
from wecom_sync.guardrails.case import Case, share_of


def too_many_moves(case: Case) -> Reason | None:
    """Hold when a larger share would change departments than `limits.moves_percent`."""
    return _too_large_a_change(case, "hold_moves", case.plan.move, case.policy.moves_percent)


def too_many_renames(case: Case) -> Reason | None:
    """Hold when a larger share would get another name than `limits.renames_percent`.

    That is what a shifted column or a wrong encoding looks like.
    """
    return _too_large_a_change(case, "hold_renames", case.plan.renamed, case.policy.renames_percent)


def one_name_for_many(case: Case) -> Reason | None:
    """Hold when many people would get the same new name: a cell dragged down, a default."""
    alike = case.plan.namesakes
    if len(alike) <= case.few:
        return None
    return Reason("hold_same_name", {"people": len(alike), "named": shown_ids(alike)})


def shuffled_names(case: Case) -> Reason | None:
    """Hold when many would get a name that another gives up: a column sorted alone."""
    shuffled = case.plan.shuffled
    if len(shuffled) <= case.few:
        return None
    code = "hold_shuffled" if case.plan.job.has_members else "hold_shuffled_departments"
    return Reason(code, {"changed": len(shuffled), "named": shown_ids(shuffled)})


def too_many_contacts(case: Case) -> Reason | None:
    """Hold when a larger share would sign in otherwise than `limits.contacts_percent`."""
    contacts, limit = case.plan.contacts, case.policy.contacts_percent
    return _too_large_a_change(case, "hold_contacts", contacts, limit)


def _too_large_a_change(
    case: Case, code: str, changed: tuple[str, ...], limit: int
) -> Reason | None:
    existing = case.plan.existing
    share = share_of(len(changed), existing)
    if len(changed) <= case.few or share <= limit:
        return None
    shown: dict[str, str | int] = {
        "changed": len(changed),
        "existing": existing,
        "limit": limit,
        "named": shown_ids(changed),
    }
    return Reason(code if case.plan.job.has_members else f"{code}_departments", shown)


def too_many_updates(case: Case) -> Reason | None:
    """Hold when in a column a larger share of what is known changes than `updates_percent`.

    A column under another's header, one value dragged down, or a column that went blank.
    """
    limit = case.policy.updates_percent
    found = [
        each
        for each in case.plan.altered
        if len(each.users) > case.few and share_of(len(each.users), each.known) > limit
    ]
    if not found:
        return None
    worst = max(found, key=lambda each: len(each.users))
    columns = dict.fromkeys(shortened(each.column) for each in found)
    shown: dict[str, str | int] = {
        "listed": shown_ids(columns),
        "column": shortened(worst.column),
        "changed": len(worst.users),
        "known": worst.known,
        "limit": limit,
        "named": shown_ids(worst.users),
    }
    return Reason("hold_updates", shown)


def reassigned_accounts(case: Case) -> Reason | None:
    """Hold when an account would get another person: chats and rights would be theirs."""
    given = case.plan.reassigned
    if not given:
        return None
    return Reason("hold_identity", {"people": len(given), "named": shown_ids(given)})


def shuffled_mobiles(case: Case) -> Reason | None:
    """Hold when many would get a mobile or e-mail that another has: a column sorted alone."""
    taken = case.taken
    if len(taken) <= case.few:
        return None
    return Reason("hold_mobiles", {"people": len(taken), "named": shown_ids(taken)})


def renamed_root(case: Case) -> Reason | None:
    """Row 1 of a department file renames the company itself."""
    return Reason("hold_root", {}) if case.plan.renames_root else None


def many_enabled(case: Case) -> Reason | None:
    """Hold when many who may not sign in could again: a column that went blank enables them."""
    enabled = case.plan.enable
    if len(enabled) <= case.few:
        return None
    return Reason("hold_enable", {"people": len(enabled), "named": shown_ids(enabled)})


def too_many_additions(case: Case) -> Reason | None:
    """Hold when a larger share of those who would be there would be new than the limit allows.

    Another corp's people, a test file, everybody under other ids.
    """
    added, existing = case.plan.add, case.plan.existing
    limit = case.policy.additions_percent
    share = share_of(len(added), existing + len(added))
    if not case.plan.job.has_members or len(added) <= case.few or share <= limit:
        return None
    shown: dict[str, str | int] = {
        "added": len(added),
        "existing": existing,
        "limit": limit,
        "named": shown_ids(added),
    }
    return Reason("hold_additions", shown)


def too_many_invitations(case: Case) -> Reason | None:
    """More people would get an SMS or e-mail than `limits.invitations` allows."""
    limit = case.policy.invitations
    if case.plan.invite <= limit:
        return None
    shown: dict[str, str | int] = {
        "invited": case.plan.invite,
        "limit": limit,
        "named": shown_ids(case.plan.add),
    }
    return Reason("hold_invite", shown)


RULES = (
    many_enabled,
    renamed_root,
    too_many_moves,
    too_many_renames,
    one_name_for_many,
    shuffled_names,
    too_many_contacts,
    too_many_updates,
    reassigned_accounts,
    shuffled_mobiles,
    too_many_additions,
    too_many_invitations,
)
"""In the order in which their reasons are shown."""
