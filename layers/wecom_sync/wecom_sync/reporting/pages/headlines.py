"""The headline of a run, the colour of its page, and what a reader may do now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import Job, State
from wecom_sync.reporting.documents import joined
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.shell import PAGE_TEXTS, in_both
from wecom_sync.reporting.row_files import FIX

type Tone = Literal["good", "warn", "bad", "info", "calm"]

_TONES: Mapping[State, Tone] = {
    State.SHOWN: "warn",
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


class Headline(NamedTuple):
    """What is said of runs in a state, and what a reader may do."""

    state: State
    text: str
    step: str = ""
    when: Callable[[Run], object] | None = None


def _begun(run: Run) -> bool:
    return run.reason is not None and run.reason.code == "begun"


def _is_postponed(run: Run) -> bool:
    return run.reason is not None and run.reason.code == "leavers_postponed"


def _changes_nothing(run: Run) -> bool:
    return run.proposal.verdict == "unchanged"


def _is_between(run: Run) -> bool:
    """Whether a company run ended after its departments, before its members."""
    begun = {step.job for step in run.submission.begun}
    return run.in_steps and not run.result.succeeded and begun == {Job.REPLACE_PARTY}


def left_out(run: Run) -> int:
    """Return how many rows of the file an import that has ended did not send."""
    sent = run.reason.params.get("rows") if run.reason else run.result.succeeded
    has_ended = run.job is not None and run.state in {State.SUCCEEDED, State.PARTIAL}
    return max(0, (run.source.rows or 0) - sent) if has_ended and isinstance(sent, int) else 0


def _has_all_members(run: Run) -> bool:
    return not run.result.failed and not run.result.unreported


HEADLINES: Sequence[Headline] = (
    *(
        Headline(state, "headline_waits", "step_mend", lambda run: run.waits)
        for state in (State.RECEIVED, State.QUEUED, State.SUBMITTING, State.SUBMITTED)
    ),
    Headline(State.RECEIVED, "headline_refused", "", lambda run: run.counts_refused),
    Headline(State.RECEIVED, "headline_received", "step_wait"),
    Headline(State.REJECTED, "headline_refused", "", lambda run: run.counts_refused),
    Headline(State.REJECTED, "headline_rejected", "step_correct"),
    Headline(State.SHOWN, "headline_shown", "step_send"),
    Headline(State.HELD, "headline_held_settings", "step_decide", lambda run: run.job is None),
    Headline(State.HELD, "headline_held_leavers", "step_decide", lambda run: run.is_removal),
    Headline(State.HELD, "headline_held", "step_decide"),
    Headline(
        State.QUEUED, "headline_queued_awaits", "step_awaits", lambda run: run.submission.awaits
    ),
    Headline(State.QUEUED, "headline_postponed", "step_due", _is_postponed),
    Headline(State.QUEUED, "headline_queued_day", "step_due", lambda run: run.awaits_day),
    Headline(
        State.QUEUED, "headline_queued_approved", "step_wait", lambda run: run.proposal.approval
    ),
    Headline(State.QUEUED, "headline_queued", "step_wait"),
    Headline(State.SUBMITTING, "headline_submitting", "step_wait"),
    Headline(State.SUBMITTED, "headline_submitted", "step_wait"),
    Headline(State.SUCCEEDED, "headline_removed", "step_nothing", lambda run: run.is_removal),
    Headline(State.SUCCEEDED, "headline_begun", "step_nothing", _begun),
    Headline(State.SUCCEEDED, "headline_settings", "step_nothing", lambda run: run.job is None),
    Headline(State.SUCCEEDED, "headline_succeeded_left", "step_nothing", left_out),
    Headline(State.SUCCEEDED, "headline_succeeded", "step_nothing"),
    Headline(State.PARTIAL, "headline_removed_partly", "step_results", lambda run: run.is_removal),
    Headline(State.PARTIAL, "headline_partial_between", "step_retry", _is_between),
    Headline(State.PARTIAL, "headline_partial_departments", "step_retry", _has_all_members),
    Headline(
        State.PARTIAL,
        "headline_partial_unreported",
        "step_unreported",
        lambda run: not run.result.failed,
    ),
    Headline(
        State.PARTIAL, "headline_partial_both", "step_results", lambda run: run.result.unreported
    ),
    Headline(State.PARTIAL, "headline_partial", "step_results"),
    Headline(
        State.FAILED,
        "headline_planned_unknown",
        "step_plan_again",
        lambda run: run.identity.plans_only,
    ),
    Headline(State.FAILED, "headline_failed", "", lambda run: run.job is None),
    Headline(
        State.FAILED, "headline_failed_refused", "step_retry", lambda run: run.was_refused_whole
    ),
    Headline(
        State.FAILED,
        "headline_failed_unknown",
        "step_unreported",
        lambda run: run.submission.posted,
    ),
    Headline(State.FAILED, "headline_failed", "step_retry"),
    Headline(State.UNCHANGED, "headline_kept", "step_nothing", lambda run: run.is_removal),
    Headline(State.UNCHANGED, "headline_unchanged", "step_nothing"),
    Headline(
        State.PLANNED,
        "headline_planned_hold",
        "step_apply",
        lambda run: run.proposal.verdict == "hold",
    ),
    Headline(State.PLANNED, "headline_planned_unchanged", "step_nothing", _changes_nothing),
    Headline(State.PLANNED, "headline_planned_apply", "step_apply"),
    Headline(State.SUPERSEDED, "headline_superseded", "step_superseded"),
    Headline(State.CANCELLED, "headline_cancelled", "", lambda run: run.job is None),
    Headline(State.CANCELLED, "headline_cancelled", "step_drop_again"),
)
"""The first that fits counts."""


def tone_of(run: Run) -> Tone:
    if run.state is State.PLANNED:
        return _VERDICTS.get(run.proposal.verdict, "info")
    return _TONES.get(run.state, "info")


def _of(run: Run) -> Headline:
    fitting = (it for it in HEADLINES if it.state is run.state)
    return next(it for it in fitting if it.when is None or it.when(run))


def headline_of(run: Run) -> dict[str, str]:
    counts = {
        "rows": f"{run.source.rows or 0:,}",
        "applied": f"{run.result.succeeded or 0:,}",
        "failed": f"{run.result.failed or 0:,}",
        "unreported": f"{run.result.unreported or 0:,}",
        "day": str(run.reason.params.get("day", "")) if run.reason else "",
    }
    headline = PAGE_TEXTS[_of(run).text]
    texts = in_both(headline, **{name: counts[name] for name in headline.blanks})
    if not (left := left_out(run)):
        return texts
    more = in_both(PAGE_TEXTS["headline_left"], left=f"{left:,}")
    return {it: joined((texts[it], more[it]), Language(it)) for it in texts}


def next_steps(run: Run) -> list[dict[str, object]]:
    """Say what a reader may do now: codes of the page's texts, some with a command."""
    steps = [_of(run).step, "step_fix" if FIX in run.result.reports else ""]
    commands = _commands(run)
    return [{"code": step, "command": commands.get(step)} for step in filter(None, steps)]


def _commands(run: Run) -> dict[str, str | None]:
    same = f"{run.run_id} --corp {run.corp}"
    file = f"FILE --corp {run.corp} --job {run.job}"
    # Where `results` puts it.
    mended = f"{run.run_id}/{FIX} --corp {run.corp} --job {Job.SYNC_USER} --watch"
    again = f"wecom-sync {'plan' if run.identity.plans_only else 'drop'} {file}"
    return {
        "step_send": f"wecom-sync approve {same}",
        "step_wait": f"wecom-sync show {same}",
        "step_mend": f"wecom-sync show {same}",
        "step_awaits": f"wecom-sync show {run.submission.awaits} --corp {run.corp}",
        "step_results": f"wecom-sync results {same}",
        "step_unreported": f"wecom-sync results {same}",
        "step_retry": f"wecom-sync retry {same}",
        "step_plan_again": again,
        "step_drop_again": again,
        "step_apply": f"wecom-sync drop {file}",
        "step_correct": again if run.job else None,
        "step_fix": f"wecom-sync drop {mended}",
    }
