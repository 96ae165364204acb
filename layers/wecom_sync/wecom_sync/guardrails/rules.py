"""The verdict on a plan: apply it, or hold it because it would hurt. Rules are data. Pure."""

from collections.abc import Callable
from dataclasses import replace

from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import Listing
from wecom_sync.guardrails.case import Case
from wecom_sync.guardrails.change_rules import (
    many_enabled,
    one_name_for_many,
    reassigned_accounts,
    renamed_root,
    shuffled_mobiles,
    shuffled_names,
    too_many_additions,
    too_many_contacts,
    too_many_invitations,
    too_many_moves,
    too_many_renames,
    too_many_updates,
)
from wecom_sync.guardrails.file_rules import (
    cut_last_line,
    first_changes,
    first_full_file,
    lost_rows,
    open_end,
    overtaken,
    seen_before,
)
from wecom_sync.guardrails.removal_rules import (
    leavers_without_a_row,
    protected_accounts,
    rekeyed_people,
    too_large_a_share,
    too_many_departments,
    too_many_removals,
    vanished_people,
    wecoms_guard,
)


def judge(case: Case) -> tuple[Reason, ...]:
    """Return every reason to hold, none to apply; the same people are named once."""
    holds: list[Reason] = []
    named: set[Listing] = set()
    for hold in filter(None, (rule(case) for rule in RULES)):
        names, params = hold.params.get("named"), hold.params
        if isinstance(names, Listing):
            params = {**params, "named": replace(names, first=())} if names in named else params
            named.add(names)
        holds.append(replace(hold, params=params))
    return tuple(holds)


RULES: tuple[Callable[[Case], Reason | None], ...] = (
    wecoms_guard,
    too_many_removals,
    too_large_a_share,
    too_many_departments,
    protected_accounts,
    leavers_without_a_row,
    many_enabled,
    lost_rows,
    first_full_file,
    first_changes,
    renamed_root,
    too_many_moves,
    too_many_renames,
    one_name_for_many,
    shuffled_names,
    too_many_contacts,
    too_many_updates,
    reassigned_accounts,
    rekeyed_people,
    vanished_people,
    shuffled_mobiles,
    too_many_additions,
    cut_last_line,
    open_end,
    overtaken,
    seen_before,
    too_many_invitations,
)
"""Every rule that can hold a run."""
