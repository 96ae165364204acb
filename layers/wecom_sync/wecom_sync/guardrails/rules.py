"""The verdict on a plan: apply it, or hold it and say why. Pure."""

from collections.abc import Callable
from dataclasses import replace

from wecom_sync.domain.run import Reason
from wecom_sync.domain.texts import Listing
from wecom_sync.guardrails import change_rules, file_rules, removal_rules
from wecom_sync.guardrails.case import Case


def judge(case: Case) -> tuple[Reason, ...]:
    """Return every reason to hold, none to apply. The same people are named only once."""
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
    *removal_rules.RULES,
    *file_rules.RULES,
    *change_rules.RULES,
)
"""Every rule that can hold a run."""
