"""The verdict on a plan: apply it, or hold it because it would hurt. Rules are data. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from wecom_sync.directory import Snapshot
from wecom_sync.plan import Plan
from wecom_sync.policy import Policy
from wecom_sync.run import Reason

FEW = 20
"""So many people may be moved or renamed in a small corp whatever share of it they are ..."""
NEARLY_ALL_PERCENT = 80
FEW_OF_ALL = 9
"""... unless they are nearly all of it."""
NAMED = 10
"""How many people or departments a reason names."""
VANISHED_PERCENT = 20
GUARD_NUMBER = 50
GUARD_LARGE_PERCENT = 20
GUARD_SMALL_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at.

    `rows`: of the file; `taken`: whose mobile is somebody else's; `open_ended`: see `Roster`.
    """

    plan: Plan
    policy: Policy
    snapshot: Snapshot
    rows: int
    taken: tuple[str, ...] = ()
    open_ended: bool = False


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


def shown_ids(ids: Iterable[str]) -> str:
    """Return the first ids, and how many there are besides."""
    listed = list(ids)
    shown = ", ".join(listed[:NAMED])
    return shown + (f" … (+{len(listed) - NAMED})" if len(listed) > NAMED else "")


def _share(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def wecoms_guard(case: Case) -> Reason | None:
    """WeCom aborts the import with 45026 (doc/91131).

    More than 50 and more than 20 % of all members, or fewer than 50 and more than 80 %; exactly
    50 belongs to neither in the text, so to both here.
    """
    plan = case.plan
    removed = len(plan.remove)
    share = _share(removed, plan.existing)
    large = removed >= GUARD_NUMBER and share > GUARD_LARGE_PERCENT
    small = removed <= GUARD_NUMBER and share > GUARD_SMALL_PERCENT
    if not plan.job.has_members or not (large or small):
        return None
    shown: dict[str, str | int] = {
        "removed": removed,
        "existing": plan.existing,
        "named": shown_ids(plan.remove),
    }
    return Reason("hold_wecom_guard", shown)


def _going(plan: Plan) -> tuple[str, ...]:
    """Return who would lose the account, at once or after a grace period."""
    return (*plan.remove, *plan.disable)


def too_many_removals(case: Case) -> Reason | None:
    """Hold when more members would go than `limits.removals`."""
    gone = _going(case.plan)
    removed = len(gone)
    if not case.plan.job.has_members or removed <= case.policy.removals:
        return None
    limit = case.policy.removals
    shown: dict[str, str | int] = {
        "removed": removed,
        "limit": limit,
        "named": shown_ids(gone),
    }
    return Reason("hold_removals", shown)


def too_large_a_share(case: Case) -> Reason | None:
    """Hold when a larger share of members would go than `limits.removal_percent`."""
    gone = _going(case.plan)
    removed = len(gone)
    share = _share(removed, case.plan.existing)
    if not case.plan.job.has_members or share <= case.policy.removal_percent:
        return None
    shown: dict[str, str | int] = {
        "removed": removed,
        "existing": case.plan.existing,
        "limit": case.policy.removal_percent,
        "named": shown_ids(gone),
    }
    return Reason("hold_removal_percent", shown)


def too_many_departments(case: Case) -> Reason | None:
    """More departments would go, now or later, than `limits.department_removals` allows."""
    gone = (*case.plan.remove, *case.plan.condemned)
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


def lost_rows(case: Case) -> Reason | None:
    """Hold a full file that is much shorter than the last one that was applied."""
    last = case.snapshot.rows.get(case.plan.job)
    if not case.plan.job.is_full or not last:
        return None
    lost = _share(last - case.rows, last)
    if lost <= case.policy.row_loss_percent:
        return None
    limit = case.policy.row_loss_percent
    return Reason("hold_row_loss", {"rows": case.rows, "last": last, "limit": limit})


def first_full_file(case: Case) -> Reason | None:
    """Hold the first full file of a type: nobody knows yet what it will do."""
    job = case.plan.job
    if not job.is_full or job in case.snapshot.rows or case.policy.first_replace == "apply":
        return None
    return Reason("hold_first", {"job": job.value})


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
    if len(alike) <= FEW:
        return None
    return Reason("hold_same_name", {"people": len(alike), "named": shown_ids(alike)})


def _too_large_a_change(
    case: Case, code: str, changed: tuple[str, ...], limit: int
) -> Reason | None:
    existing = case.plan.existing
    share = _share(len(changed), existing)
    few = FEW if share <= NEARLY_ALL_PERCENT else FEW_OF_ALL
    if len(changed) <= few or share <= limit:
        return None
    shown: dict[str, str | int] = {
        "changed": len(changed),
        "existing": existing,
        "limit": limit,
        "named": shown_ids(changed),
    }
    return Reason(code if case.plan.job.has_members else f"{code}_departments", shown)


def too_many_contacts(case: Case) -> Reason | None:
    """Hold when a larger share would sign in otherwise than `limits.contacts_percent`."""
    contacts, limit = case.plan.contacts, case.policy.contacts_percent
    return _too_large_a_change(case, "hold_contacts", contacts, limit)


def reassigned_accounts(case: Case) -> Reason | None:
    """Hold when an account would get another person: chats and rights would be theirs."""
    given = case.plan.reassigned
    if not given:
        return None
    return Reason("hold_identity", {"people": len(given), "named": shown_ids(given)})


def vanished_people(case: Case) -> Reason | None:
    """Hold when many would be made again: somebody deleted them, or this is another corp."""
    again = case.plan.recreated
    share = _share(len(again), len(case.snapshot.members))
    if len(again) <= FEW or share <= VANISHED_PERCENT:
        return None
    shown: dict[str, str | int] = {
        "people": len(again),
        "known": len(case.snapshot.members),
        "named": shown_ids(again),
    }
    return Reason("hold_vanished", shown)


def shuffled_mobiles(case: Case) -> Reason | None:
    """Hold when many people would get a mobile that somebody else has: a column sorted alone."""
    taken = case.taken
    if len(taken) <= FEW:
        return None
    return Reason("hold_mobiles", {"people": len(taken), "named": shown_ids(taken)})


def cut_last_line(case: Case) -> Reason | None:
    """Hold a file that ends in the middle of a value that is known."""
    cut = case.plan.cut
    return Reason("hold_cut", {"named": shown_ids(cut)}) if cut else None


def open_end(case: Case) -> Reason | None:
    """Hold a shorter full file without its last line end, when the last one had its own."""
    job, last = case.plan.job, case.snapshot.rows.get(case.plan.job, 0)
    if not (job.is_full and case.open_ended and job in case.snapshot.ended and case.rows < last):
        return None
    return Reason("hold_open_end", {"rows": case.rows, "last": last})


def overtaken(case: Case) -> Reason | None:
    """Hold a file that is older than what was applied since to somebody it would change."""
    stale = case.plan.stale
    return (
        Reason("hold_stale", {"people": len(stale), "named": shown_ids(stale)}) if stale else None
    )


def renamed_root(case: Case) -> Reason | None:
    """Row 1 of a department file renames the company itself."""
    return Reason("hold_root", {}) if case.plan.renames_root else None


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


RULES: tuple[Callable[[Case], Reason | None], ...] = (
    wecoms_guard,
    too_many_removals,
    too_large_a_share,
    too_many_departments,
    protected_accounts,
    leavers_without_a_row,
    lost_rows,
    first_full_file,
    renamed_root,
    too_many_moves,
    too_many_renames,
    one_name_for_many,
    too_many_contacts,
    reassigned_accounts,
    vanished_people,
    shuffled_mobiles,
    cut_last_line,
    open_end,
    overtaken,
    too_many_invitations,
)
"""Every rule that can hold a run."""
