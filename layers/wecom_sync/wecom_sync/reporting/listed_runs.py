"""A run as a corp's index lists it: its document, and why it is where it is in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import failure_text, joined, moment, reason_text, run_document
from wecom_sync.reporting.language import Language

SINCE = "since"
REASONS = "reasons"
SUPERSEDED_BY = "superseded_by"
_ONLY_LISTED = frozenset({SINCE, REASONS, SUPERSEDED_BY})


def listed_run(run: Run, language: Language) -> dict[str, Any]:
    """Return a run's document, with what only an index has.

    `since`: when it reached its state; `reasons`: why it is there, by language, each hold by
    itself; `superseded_by`: the run that took its place.
    """
    superseded = run.reason if run.state is State.SUPERSEDED else None
    return {
        **run_document(run, language),
        SINCE: moment(_since(run)),
        REASONS: {language: _reasons(run, language) for language in Language},
        SUPERSEDED_BY: superseded and superseded.params.get("run_id"),
    }


def run_in(document: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a listed run's document in a language, as `wecom-sync runs --json` has it."""
    fields = {name: value for name, value in document.items() if name not in _ONLY_LISTED}
    return {**fields, "reason": joined(document[REASONS][language], language) or None}


def _reasons(run: Run, language: Language) -> Sequence[str]:
    if run.state is not State.HELD:
        reason = reason_text(run, language)
        return [reason] if reason else []
    reasons = (*run.holds, *([run.reason] if run.reason else []))
    return [failure_text(reason, language) for reason in reasons]


def _since(run: Run) -> float:
    """Return when a run reached its state (UTC epoch seconds)."""
    since = run.updated
    for step in reversed(run.timeline):
        if step.state is not run.state:
            break
        since = step.at
    return since
