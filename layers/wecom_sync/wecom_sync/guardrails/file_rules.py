"""Guard rules about the file: is it complete, is it the first, is it an old one? Pure."""

from datetime import UTC, datetime

from wecom_sync.domain.run import Reason
from wecom_sync.guardrails.case import Case, hold, share_of
from wecom_sync.planning.fingerprints import overlaid
from wecom_sync.planning.plan import FEWEST


def lost_rows(case: Case) -> Reason | None:
    """Hold a full file that is much shorter than the last applied one.

    One or two rows do not count, because in a small company they are always a large share.
    """
    last = case.snapshot.rows.get(case.plan.job, 0)
    if not case.plan.job.is_full or last - case.rows <= FEWEST:
        return None
    lost = share_of(last - case.rows, last)
    if lost <= case.policy.row_loss_percent:
        return None
    limit = case.policy.row_loss_percent
    return Reason("hold_row_loss", {"rows": case.rows, "last": last, "limit": limit})


def first_full_file(case: Case) -> Reason | None:
    """Hold the first full file of a type: there is nothing yet to compare it with."""
    job = case.plan.job
    if not job.is_full or job in case.snapshot.rows or case.policy.first_replace == "apply":
        return None
    return Reason("hold_first", {"job": job.value})


def first_changes(case: Case) -> Reason | None:
    """Hold a file that changes many members of whom we have no row: it cannot be rolled back.

    The first full file is held anyway.
    """
    job, unknown = case.plan.job, case.plan.unknown
    is_first = job.is_full and job not in case.snapshot.rows
    if is_first or case.policy.first_replace == "apply" or not case.is_many(unknown):
        return None
    return hold("hold_unknown", unknown)


def cut_last_line(case: Case) -> Reason | None:
    """Hold a file that ends in the middle of a known value."""
    return hold("hold_cut", case.plan.cut)


def open_end(case: Case) -> Reason | None:
    """Hold a shorter full file without a line break at its end, if the last one had it."""
    job, last = case.plan.job, case.snapshot.rows.get(case.plan.job, 0)
    if not (job.is_full and case.open_ended and job in case.snapshot.ended and case.rows < last):
        return None
    return Reason("hold_open_end", {"rows": case.rows, "last": last})


def seen_before(case: Case) -> Reason | None:
    """Hold a full file that was applied before, if another one was applied after it.

    If it changes only one or two and removes nobody, that is a coincidence.
    """
    plan = case.plan
    dropped = overlaid(case.snapshot, plan.job, case.digest)
    is_harmless = len(plan.touched) <= FEWEST and not (plan.remove or plan.disable)
    if dropped is None or not plan.job.is_full or is_harmless:
        return None
    moment = datetime.fromtimestamp(dropped, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return Reason("hold_again", {"dropped": moment})


def overtaken(case: Case) -> Reason | None:
    """Hold a file that would change rows which come from a newer file."""
    return hold("hold_stale", case.plan.stale)


RULES = (
    lost_rows,
    first_full_file,
    first_changes,
    cut_last_line,
    open_end,
    overtaken,
    seen_before,
)
"""In the order in which their reasons are shown."""
