"""What the report bucket holds about a run: `run.json`, written again after every move."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from wecom_sync.domain.outcome import Outcome
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import TimelineEntry
from wecom_sync.reporting import documents
from wecom_sync.reporting.language import Language

RUN_PAGE = "run.json"
REPORT_PAGE = "report.html"
"""The same for people: `pages/report.py`."""
STORED = "stored"
"""The run as the table keeps it. Every text beside it is made from it, and can be made again in
another language."""


def run_page(
    run: Run,
    failed: Sequence[Outcome],
    problems: Sequence[Mapping[str, Any]],
    language: Language,
) -> dict[str, Any]:
    """Return everything about a run: what `show --json` prints.

    `failed`: rows that WeCom refused; `problems`: of a rejected file, as `problems.json` has them.
    """
    return documents.run_document(run, language) | {
        "holds": [documents.hold_document(hold, language) for hold in run.proposal.holds],
        "timeline": [_step_document(step, run, language) for step in run.timeline],
        "rows_failed": [documents.failed_row_document(run, row, language) for row in failed],
        "problems": [documents.problem_in(problem, language) for problem in problems],
        "speakers": _speakers(run),
        STORED: run.to_document(),
    }


def run_of_page(page: Mapping[str, Any]) -> Run:
    return Run.from_document(page[STORED])


def page_in(page: Mapping[str, Any], language: Language) -> dict[str, Any]:
    failed = [
        Outcome(
            row.get("userid") or row.get("party_id"),
            row["line"] or 0,
            row["errcode"],
            row["errmsg"],
            name=row.get("name", ""),
            key=row.get("key", ""),
            holder=row.get("holder", ""),
        )
        for row in page["rows_failed"]
    ]
    about = failed, page["problems"], language
    return run_page(run_of_page(page), *about)


def page_bytes(page: Mapping[str, Any]) -> bytes:
    return json.dumps(page, ensure_ascii=False, indent=1).encode()


def _speakers(run: Run) -> dict[str, str]:
    """Return the names of those who spoke at the desk, as far as the plan has them."""
    principals = (
        run.identity.principal,
        *(step.instruction.by for step in run.timeline if step.instruction),
    )
    names = run.proposal.speakers
    return {it: names[it.casefold()] for it in principals if it.casefold() in names}


def _step_document(step: TimelineEntry, run: Run, language: Language) -> dict[str, Any]:
    document: dict[str, Any] = {
        "state": step.state,
        "at": documents.moment(step.at),
        "by": (step.instruction and step.instruction.by) or None,
        "why": _why(step, run, language) or None,
    }
    if step.instruction and step.is_decision:
        document["decision"] = step.instruction.asked or None
        document["carried_out"] = not step.was_in_vain
    if step.instruction and step.instruction.note:
        document["note"] = step.instruction.note
    if step.wait:
        times = {name: documents.moment(getattr(step.wait, name)) for name in ("next", "deadline")}
        document["retry"] = {"call": step.wait.call, "count": step.wait.count, **times}
    return document


def _why(step: TimelineEntry, run: Run, language: Language) -> str:
    """Say why it happened. How a run ended is told as its reason is, so that it reads the same."""
    if step.state is run.state and step.state.is_final and step.why == (run.reason,):
        return documents.reason_text(run, language)
    goes_on = step.wait or step.state.holds_lane
    text_of = documents.cause_text if goes_on else documents.failure_text
    if step.state is State.HELD:
        text_of = documents.headline_text
    word, approval = step.instruction, run.proposal.approval
    is_approval = word and approval and (word.asked, word.by) == ("approve", approval.by)
    alone = documents.approval_text(run, language) if is_approval and not step.why else ""
    reasons = (text_of(why, language) for why in step.why)
    return documents.joined(filter(None, (*reasons, alone)), language)
