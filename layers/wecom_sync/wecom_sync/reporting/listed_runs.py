"""A run as a corp's index lists it: its document, and what tells it again in another language."""

from collections.abc import Mapping, Sequence
from typing import Any

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import (
    failure_text,
    joined,
    moment,
    reason_text,
    run_document,
)
from wecom_sync.reporting.language import Language

SINCE = "since"
STORED = "stored"
_SAME = frozenset({
    "run_id", "corp", "job", "key", "version", "state", "rows", "succeeded", "failed", "unreported",
    "encoding", "job_id", "plan", "plan_digest", "warnings", "principal", "rollback_of", "awaits",
    "revision", "reports",
})  # fmt: skip
"""What the document has just as the table has it."""
_UNTOLD = frozenset({"brought_by", "reading", "tries"})
"""What no text is made from."""


def listed_run(run: Run, language: Language) -> dict[str, Any]:
    """Return a run's document with the time since when it is in its state.

    When the run has a reason, `stored` has what the document lacks of the run: codes, so that the
    reason can be told in another language. Of its timeline that is the last step alone.
    """
    document = {**run_document(run, language), SINCE: moment(_since(run))}
    if run.reason is None and not run.holds:
        return document
    kept = run.to_document()
    kept["timeline"] = kept["timeline"][-1:]
    left = {name: value for name, value in kept.items() if value and name not in _SAME | _UNTOLD}
    return {**document, STORED: left}


def told_run(document: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a listed run's document in a language, as `wecom-sync runs --json` has it."""
    told = {name: value for name, value in document.items() if name not in {SINCE, STORED}}
    reasons = told_reasons(document, language)
    return {**told, "reason": joined(reasons, language) or None}


def told_reasons(document: Mapping[str, Any], language: Language) -> Sequence[str]:
    """Return why a listed run is where it is, each hold by itself.

    What another version listed may not be told anew. Then it is told as that version did.
    """
    as_listed = [document["reason"]] if document["reason"] else []
    if not (stored := document.get(STORED)):
        return as_listed
    same = {name: document[name] for name in _SAME if document.get(name) is not None}
    try:
        return _reasons(Run.from_document({**same, **stored}), language)
    except (KeyError, TypeError):
        return as_listed


def _reasons(run: Run, language: Language) -> Sequence[str]:
    if run.state is not State.HELD:
        return [reason_text(run, language)]
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
