"""The verdict on a plan: apply it, or hold it because it would hurt. Rules are data. Pure."""

from collections.abc import Callable
from dataclasses import replace

from wecom_sync.domain.run import Reason
from wecom_sync.files.problems import shown_ids
from wecom_sync.guardrails import change_rules, file_rules, removal_rules
from wecom_sync.guardrails.case import Case

__all__ = ["RULES", "Case", "judge", "shown_ids"]


def judge(case: Case) -> tuple[Reason, ...]:
    """Return every reason to hold, none to apply; the same people are named once."""
    holds: list[Reason] = []
    named: set[object] = set()
    for rule in RULES:
        if (hold := rule(case)) is None:
            continue
        names = hold.params.get("named", "")
        if names in named:
            hold = replace(hold, params={**hold.params, "named": ""})
        named.add(names)
        holds.append(hold)
    return tuple(holds)


RULES: tuple[Callable[[Case], Reason | None], ...] = (
    *removal_rules.RULES,
    *file_rules.RULES,
    *change_rules.RULES,
)
"""Every rule that can hold a run."""
