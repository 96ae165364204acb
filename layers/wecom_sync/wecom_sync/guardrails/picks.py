"""Whom each guard rule picks from a plan. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from wecom_sync.domain.texts import Listing, TextCode
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.case import Case, Picked, share_of
from wecom_sync.planning.identity import MAKERS
from wecom_sync.planning.memory.fingerprints import overlaid
from wecom_sync.planning.plan import Plan, few_of

FEW_NEWCOMERS = 6
"""So many may join even a company of eight."""
FEW_CHANGES = 5
"""So many may found a department even in a company of a dozen, or be as they were before."""
BLANK = '""'
"""How `[rows]` names the value of a blank cell."""
GUARD_NUMBER = 50
GUARD_LARGE_PERCENT = 20
GUARD_SMALL_PERCENT = 80


def second_accounts(case: Case) -> Iterator[Picked]:
    """Pick newcomers who evidently have an account, and departments under new numbers."""
    pairs = case.plan.rekeyed | case.plan.doubled
    arrows = [f"{old} → {new}" for old, new in pairs.items()]
    yield Picked(ids=arrows, people={*pairs, *pairs.values()})


def other_people(case: Case) -> Iterator[Picked]:
    """Pick accounts that somebody else would get, with their chats and rights.

    An id that was cut off names somebody else as well, but the file is incomplete then.
    """
    yield Picked(ids=[each for each in case.plan.reassigned if each not in case.plan.cut])


def incomplete(case: Case) -> Iterator[Picked]:
    """Pick whom a file that is not whole leaves out or cuts off."""
    yield Picked(ids=dict.fromkeys((*case.plan.cut, *case.plan.torn)), of=case.plan.existing)


def left_out(case: Case) -> Iterator[Picked]:
    """Pick values for which rows are left out, and which nobody was asked about.

    None if somebody would go for one of them: see `left_accounts`.
    """
    if not _left_unasked(case):
        yield Picked(ids=_new_values(case))


def left_accounts(case: Case) -> Iterator[Picked]:
    """Pick people who would go because their rows are left out, for a value that is new."""
    yield Picked(ids=_left_unasked(case), shown={"values": Listing.of(_new_values(case))})


def _left_unasked(case: Case) -> list[str]:
    return [
        user
        for user, (header, value) in case.plan.left_people.items()
        if not value or _is_new(case, header, value)
    ]


def _new_values(case: Case) -> list[str]:
    """Return the new values as they stand in `[rows]`, and a blank by which people would go."""
    blanks = {header for header, value in case.plan.left_people.values() if not value}
    return [
        f"{header}: {value or BLANK} ({count})"
        for header, found in case.plan.left_out.items()
        for value, count in found.items()
        if _is_new(case, header, value) or (not value and header in blanks)
    ]


def _is_new(case: Case, header: str, value: str) -> bool:
    """Whether nobody was asked about a value. A date of leaving is always another one."""
    asked = case.snapshot.left_out
    if case.policy.reading.takes_blanks_only(header):
        return header not in asked
    return value not in asked.get(header, ())


def older(case: Case) -> Iterator[Picked]:
    """Pick whom a file takes back that is older than what was applied since.

    A file that repeats an earlier one shows it only if it changes more than a few: a temp who
    joined and left leaves the same file behind.
    """
    plan = case.plan
    reordered = {each for each in plan.update if plan.update[each] == (DEPARTMENTS_COLUMN,)}
    changed = plan.touched - plan.graced - plan.mended - (reordered - frozenset(plan.move))
    repeats = (
        plan.job.is_full
        and len(changed) > max(plan.few, FEW_CHANGES)
        and overlaid(case.snapshot, plan.job, case.digest) is not None
    )
    yield Picked(ids=sorted(changed) if repeats else plan.stale)


def gone(case: Case) -> Iterator[Picked]:
    """Pick who would be removed or disabled, and departments that would go.

    Who is at the end of a grace period was counted when it began. One person is always a few,
    because in a company of nine every leaver would be too large a share. Beyond a few, half of the
    share is enough: colleagues leave one by one.
    """
    plan = case.plan
    ids = [each for each in plan.gone if each not in plan.graced]
    if not plan.job.has_members:
        yield Picked(ids=ids, of=plan.existing, few=plan.existing)
        return
    # Members who were disabled are still there, so they are in `existing` already.
    before = len(case.recent - case.snapshot.members.keys())
    leaving = Picked(
        ids=ids,
        of=plan.existing + before,
        before=len(case.recent),
        shown={"recent": len(case.recent)},
        remark="remark_recent" if case.recent else None,
    )
    yield leaving
    limit = -(-case.policy.removal_percent // 2)
    yield replace(leaving, few=plan.few, part=2, shown={**leaving.shown, "limit": limit})


def wecoms_guard(plan: Plan) -> TextCode | None:
    """Tell when WeCom would refuse the import itself, with 45026 (doc/91131).

    It does for more than 50 removals that are more than 20 % of all members, and for fewer than 50
    that are more than 80 %. The text leaves exactly 50 out, so both conditions include it here.
    In a new corp it helps to import the people first, with a file of some.
    """
    removed = len(plan.remove) if plan.job.has_members else 0
    if not removed or not _is_guarded(removed, plan.existing):
        return None
    helps = plan.existing <= MAKERS and not _is_guarded(removed, plan.existing + len(plan.add))
    return "remark_guard_few" if helps else "remark_guard"


def _is_guarded(removed: int, existing: int) -> bool:
    share = share_of(removed, existing)
    large = removed >= GUARD_NUMBER and share > GUARD_LARGE_PERCENT
    return large or (removed <= GUARD_NUMBER and share > GUARD_SMALL_PERCENT)


def came_back(case: Case) -> Iterator[Picked]:
    """Pick people who had left: removed by a file or by hand, or disabled.

    Who left before our first file is not known to us, so among many newcomers three are enough, in
    a small company two.
    """
    plan = case.plan
    is_crowd = len(plan.add) > plan.few
    yield Picked(ids=plan.returned, few=max(1, plan.few // 10) if is_crowd else plan.few)


def renamed(case: Case) -> Iterator[Picked]:
    """Pick who or what gets another name: a shifted column or a wrong encoding looks like this."""
    yield Picked(ids=case.plan.renamed, of=case.plan.existing)


def contacts(case: Case) -> Iterator[Picked]:
    """Pick whose mobile or e-mail changes: people sign in with these."""
    yield Picked(ids=case.plan.contacts, of=case.plan.existing)


def moved(case: Case) -> Iterator[Picked]:
    """Pick who or what moves to another place. With a department move all people below it."""
    plan = case.plan
    shown = {"people": plan.relocated}
    if plan.job.has_members:
        # Who must leave a department was asked about with the file that left it out.
        movers = [each for each in plan.move if each not in plan.evicted]
        yield Picked(ids=movers, of=plan.existing, few=max(plan.few, FEW_CHANGES))
        settled = [each for each in movers if each not in plan.settling]
        yield Picked(ids=settled, of=plan.existing)
    else:
        yield Picked(ids=plan.move, of=plan.existing, shown=shown)
        yield Picked(
            ids=plan.move,
            of=plan.people,
            few=few_of(plan.people),
            weight=plan.relocated,
            part=3,
            shown=shown,
        )


def columns(case: Case) -> Iterator[Picked]:
    """Pick whose value changes, for each other column: of the known values, and of everybody."""
    for name, change in case.plan.other_columns.items():
        shown = {"column": shortened(name)}
        yield Picked(ids=change.users, of=case.plan.existing, shown=shown)
        yield Picked(ids=change.of_known, of=change.known, shown=shown)


def added(case: Case) -> Iterator[Picked]:
    """Pick newcomers, of all members afterwards.

    The first people of a new corp are no crowd.
    """
    plan = case.plan
    if plan.existing > MAKERS or case.snapshot.members:
        few = max(plan.few, FEW_NEWCOMERS)
        yield Picked(ids=plan.add, of=plan.existing + len(plan.add), few=few)


def invited(case: Case) -> Iterator[Picked]:
    """Pick who would get an SMS or an e-mail."""
    yield Picked(ids=case.plan.add if case.plan.invite else ())


def protected(case: Case) -> Iterator[Picked]:
    """Pick what the settings keep from going at once, and the root, whose name is the company's."""
    plan = case.plan
    if not plan.job.has_members:
        yield Picked(ids=("1",) if plan.renames_root else ())
        return
    going = (*plan.remove, *plan.disable) if case.policy.protected else ()
    kept = [each for each in going if case.policy.protects(each)]
    ungraced = [each for each in plan.ungraced if each not in plan.rekeyed]
    yield Picked(ids=dict.fromkeys((*kept, *ungraced)))
