"""What happened to a run in one sentence, how that is meant, and what a reader may do now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from wecom_sync.domain.run import Job, Run, State
from wecom_sync.reporting.pages.shell import in_both
from wecom_sync.reporting.pages.texts import PAGE_TEXTS
from wecom_sync.reporting.row_files import FIX

type Tone = Literal["good", "warn", "bad", "info", "calm"]

_TONES: Mapping[State, Tone] = {
    State.HELD: "warn",
    State.REJECTED: "bad",
    State.PARTIAL: "warn",
    State.FAILED: "bad",
    State.SUCCEEDED: "good",
    State.UNCHANGED: "good",
    State.SUPERSEDED: "calm",
    State.CANCELLED: "calm",
}
_VERDICTS: Mapping[str | None, Tone] = {"apply": "good", "unchanged": "good", "hold": "warn"}


class Case(NamedTuple):
    """What is said of runs in a state for which something holds.

    `steps`: what a reader may do, each with a command that may be copied, or none.
    """

    state: State
    holds: Callable[[Run], object]
    headline: str
    steps: Sequence[tuple[str, str]] = ()


def _always(_run: Run) -> bool:
    return True


_NOTHING = (("step_nothing", ""),)
_WAIT = (("step_wait", "show {run}"),)
_AGAIN = (("step_drop_again", "drop {file}"),)
_RESULTS = ("step_results", "results {run}")
_RETRY = (("step_retry", "retry {run}"),)
_APPLY = (("step_apply", "drop {file}"),)
CASES: Sequence[Case] = (
    Case(State.RECEIVED, _always, "headline_received", _WAIT),
    Case(
        State.REJECTED,
        lambda run: run.job is None,
        "headline_rejected",
        (("step_correct", ""),),
    ),
    Case(
        State.REJECTED,
        lambda run: run.plans_only,
        "headline_rejected",
        (("step_correct", "plan {file}"),),
    ),
    Case(State.REJECTED, _always, "headline_rejected", (("step_correct", "drop {file}"),)),
    Case(State.HELD, _always, "headline_held", (("step_decide", ""),)),
    Case(
        State.QUEUED,
        lambda run: run.awaits,
        "headline_queued_awaits",
        (("step_awaits", "show {awaits}"),),
    ),
    Case(State.QUEUED, lambda run: run.approval, "headline_queued_approved", _WAIT),
    Case(State.QUEUED, _always, "headline_queued", _WAIT),
    Case(State.SUBMITTING, _always, "headline_submitting", _WAIT),
    Case(State.SUBMITTED, _always, "headline_submitted", _WAIT),
    Case(
        State.SUCCEEDED,
        lambda run: run.reason and run.reason.code == "begun",
        "headline_begun",
        _NOTHING,
    ),
    Case(State.SUCCEEDED, lambda run: run.job is None, "headline_settings", _NOTHING),
    Case(State.SUCCEEDED, _always, "headline_succeeded", _NOTHING),
    Case(
        State.PARTIAL,
        lambda run: run.failed and run.unreported,
        "headline_partial_both",
        (_RESULTS,),
    ),
    Case(State.PARTIAL, lambda run: run.failed, "headline_partial", (_RESULTS,)),
    Case(
        State.PARTIAL,
        _always,
        "headline_partial_unreported",
        (("step_unreported", "results {run}"),),
    ),
    Case(
        State.FAILED,
        lambda run: run.plans_only,
        "headline_planned_unknown",
        (("step_plan_again", "plan {file}"),),
    ),
    Case(State.FAILED, lambda run: run.job is None, "headline_failed", ()),
    Case(State.FAILED, lambda run: run.was_refused_whole, "headline_failed_refused", _RETRY),
    Case(
        State.FAILED,
        lambda run: run.posted is not None,
        "headline_failed_unknown",
        (("step_unreported", "results {run}"),),
    ),
    Case(State.FAILED, _always, "headline_failed", _RETRY),
    Case(State.UNCHANGED, _always, "headline_unchanged", _NOTHING),
    Case(State.PLANNED, lambda run: run.verdict == "hold", "headline_planned_hold", _APPLY),
    Case(
        State.PLANNED,
        lambda run: run.verdict == "unchanged",
        "headline_planned_unchanged",
        _NOTHING,
    ),
    Case(State.PLANNED, _always, "headline_planned_apply", _APPLY),
    Case(State.SUPERSEDED, _always, "headline_superseded", (("step_superseded", ""),)),
    Case(State.CANCELLED, _always, "headline_cancelled", _AGAIN),
)
"""The first that fits counts."""


def tone_of(run: Run) -> Tone:
    """Return the colour of a run's page."""
    if run.state is State.PLANNED:
        return _VERDICTS.get(run.verdict, "info")
    return _TONES.get(run.state, "info")


def _case_of(run: Run) -> Case:
    return next(case for case in CASES if case.state is run.state and case.holds(run))


def headline_of(run: Run) -> dict[str, str]:
    """Say in one sentence what happened, in each language."""
    counts = {
        "rows": f"{run.rows or 0:,}",
        "applied": f"{run.succeeded or 0:,}",
        "failed": f"{run.failed or 0:,}",
        "unreported": f"{run.unreported or 0:,}",
    }
    headline = PAGE_TEXTS[_case_of(run).headline]
    return in_both(headline, **{name: counts[name] for name in headline.blanks})


def next_steps(run: Run) -> list[dict[str, object]]:
    """Say what a reader may do now: sentences in each language, some with a command."""
    steps = [*_case_of(run).steps]
    if FIX in run.reports:
        steps.append(("step_fix", "drop {fix}"))
    blanks = {
        "run": f"{run.run_id} --corp {run.corp}",
        "awaits": f"{run.awaits} --corp {run.corp}",
        # Where `results` puts it.
        "fix": f"{run.run_id}/{FIX} --corp {run.corp} --job {Job.SYNC_USER} --watch",
        "file": f"FILE --corp {run.corp} --job {run.job}",
    }
    return [
        {
            "text": in_both(PAGE_TEXTS[code]),
            "command": f"wecom-sync {command.format_map(blanks)}" if command else None,
        }
        for code, command in steps
    ]
