"""Decisions about a run, dropped and waited for."""

import json
import time
from collections.abc import Callable
from typing import NamedTuple

from wecom_sync.domain.drop import DECIDE
from wecom_sync.domain.run import Run, State, TimelineEntry
from wecom_sync.reporting.documents import failure_text
from wecom_sync.use_cases.holds import MAX_NOTE_CHARS
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import put
from wecom_sync_tools.stack.target import Target, pause_seconds

PATIENCE_SECONDS = 120
"""How long a decision may take: the submit function may be busy with another file."""


class DroppedDecision(NamedTuple):
    """What somebody decides. `plan`: the digest of the plan that is approved, else blank."""

    note: str
    plan: str = ""
    word: str = "cancel"

    def content(self) -> bytes:
        approval = {"decision": "approve", "plan": self.plan}
        decision = approval if self.plan else {"decision": self.word}
        decision["note"] = self.note[:MAX_NOTE_CHARS]
        return json.dumps(decision, ensure_ascii=False).encode()


def has_ended(page: RunPage) -> bool:
    return page.run.state.is_final


def await_page(
    target: Target,
    corp: str,
    name: str,
    is_reached: Callable[[RunPage], bool] = has_ended,
    *,
    late: Code = "decision_pending",
    seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> RunPage:
    """Return the page of a run once it is as expected. Raises `CommandError` (`late`)."""
    deadline = clock() + seconds
    while True:
        page = target.documents.page(corp, name)
        if page is not None:
            if is_reached(page):
                return page
            name = page.run.run_id
        if clock() >= deadline:
            raise CommandError(late, run=target.named(name, corp), seconds=seconds)
        sleep(pause_seconds(target))


def is_cancellable(run: Run) -> bool:
    """Whether nothing of a run was posted to WeCom yet."""
    waits = run.state in {State.HELD, State.QUEUED}
    return waits or (run.state is State.SUBMITTING and run.posted is None)


def drop_decision(target: Target, corp: str, run_id: str, decision: DroppedDecision) -> str:
    """Drop a decision; return the hash of its object version."""
    return put(target, f"{corp}/{DECIDE}/{run_id}.json", decision.content()).digest


def decide(
    target: Target, run: Run, decision: DroppedDecision, terminal: Terminal
) -> tuple[RunPage, TimelineEntry]:
    """Drop a decision; return the page and what it did. Raises `CommandError` if refused."""
    source = drop_decision(target, run.corp, run.run_id, decision)

    def steps(run: Run) -> list[TimelineEntry]:
        """Return what the decision did, nothing when it was not taken yet."""
        return [step for step in run.timeline if step.said and step.said.source == source]

    page = await_page(
        target,
        run.corp,
        run.run_id,
        lambda page: page.run.ends_as is None and bool(steps(page.run)),
    )
    step = steps(page.run)[0]
    for why in step.why:
        if why.code != "cancelled":
            answer = failure_text(why, terminal.language)
            named = target.named(run.run_id, run.corp)
            raise CommandError("decision_refused", answer=answer, run=named)
    return page, step
