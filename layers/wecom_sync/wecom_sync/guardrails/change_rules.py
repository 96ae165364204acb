"""Guard rules about changes of members and departments that stay, and about new ones. Pure."""

from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import Listing, TextCode
from wecom_sync.files.problems import shortened
from wecom_sync.guardrails.case import Case, hold, share_of


def too_many_moves(case: Case) -> Reason | None:
    """Hold when a larger share would move to other departments than `limits.moves_percent`."""
    code: TextCode = "hold_moves" if case.plan.job.has_members else "hold_moves_departments"
    return _too_large_a_change(case, code, case.plan.move, case.policy.moves_percent)


def too_many_renames(case: Case) -> Reason | None:
    """Hold when a larger share would get another name than `limits.renames_percent`.

    A shifted column or a wrong encoding looks like this.
    """
    code: TextCode = "hold_renames" if case.plan.job.has_members else "hold_renames_departments"
    return _too_large_a_change(case, code, case.plan.renamed, case.policy.renames_percent)


def one_name_for_many(case: Case) -> Reason | None:
    """Hold when many people would get the same new name: a cell filled down, or a default."""
    return _many(case, "hold_same_name", case.plan.namesakes)


def shuffled_names(case: Case) -> Reason | None:
    """Hold when many would get a name that another one gives up: a column sorted alone."""
    code: TextCode = "hold_shuffled" if case.plan.job.has_members else "hold_shuffled_departments"
    return _many(case, code, case.plan.shuffled)


def too_many_contacts(case: Case) -> Reason | None:
    """Hold when a larger share would get other contacts than `limits.contacts_percent`."""
    contacts, limit = case.plan.contacts, case.policy.contacts_percent
    return _too_large_a_change(case, "hold_contacts", contacts, limit)


def _many(case: Case, code: TextCode, changed: tuple[str, ...]) -> Reason | None:
    return hold(code, changed) if case.is_many(changed) else None


def _too_large_a_change(
    case: Case, code: TextCode, changed: tuple[str, ...], limit: int
) -> Reason | None:
    existing = case.plan.existing
    if not case.is_many(changed) or share_of(len(changed), existing) <= limit:
        return None
    return hold(code, changed, existing=existing, limit=limit)


def too_many_updates(case: Case) -> Reason | None:
    """Hold when a larger share of a column's known values would change than `updates_percent`.

    A column under a wrong header, one value filled down, or a column that became blank.
    """
    limit = case.policy.updates_percent
    found = [
        each
        for each in case.plan.altered
        if case.is_many(each.users) and share_of(len(each.users), each.known) > limit
    ]
    if not found:
        return None
    worst = max(found, key=lambda each: len(each.users))
    return hold(
        "hold_updates",
        worst.users,
        listed=Listing.of(dict.fromkeys(shortened(each.column) for each in found)),
        column=shortened(worst.column),
        known=worst.known,
        limit=limit,
    )


def reassigned_accounts(case: Case) -> Reason | None:
    """Hold when somebody else would get an account, with its chats and rights."""
    return hold("hold_identity", case.plan.reassigned)


def shuffled_mobiles(case: Case) -> Reason | None:
    """Hold when many would get a mobile or e-mail of somebody else: a column sorted alone."""
    return _many(case, "hold_mobiles", case.taken)


def renamed_root(case: Case) -> Reason | None:
    """Hold when the root's row would rename the company itself."""
    return Reason("hold_root") if case.plan.renames_root else None


def many_enabled(case: Case) -> Reason | None:
    """Hold when many disabled members would be enabled: a column that became blank does that."""
    return _many(case, "hold_enable", case.plan.enable)


def too_many_additions(case: Case) -> Reason | None:
    """Hold when a larger share of all members afterwards would be new than the limit.

    The people of another corp, a test file, or everybody under other ids.
    """
    added, existing = case.plan.add, case.plan.existing
    limit = case.policy.additions_percent
    share = share_of(len(added), existing + len(added))
    if not case.plan.job.has_members or not case.is_many(added) or share <= limit:
        return None
    return hold("hold_additions", added, existing=existing, limit=limit)


def too_many_invitations(case: Case) -> Reason | None:
    """Hold when more people would get an SMS or e-mail than `limits.invitations`."""
    limit, invited = case.policy.invitations, case.plan.invite
    if invited <= limit:
        return None
    return hold("hold_invite", case.plan.add, invited=invited, limit=limit)


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
