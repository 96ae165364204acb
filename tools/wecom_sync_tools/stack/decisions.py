"""Decisions about a run, dropped and waited for."""

import json
import time
from collections.abc import Callable
from typing import NamedTuple

from wecom_sync.domain.drop import DECIDE
from wecom_sync.domain.run import Reason, Run, State, Step
from wecom_sync.reporting.catalogue import STATES
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


class Decision(NamedTuple):
    """What somebody decides. `plan`: the digest of the plan that is approved, blank to cancel."""

    note: str
    plan: str = ""

    def content(self) -> bytes:
        """Return what the object says."""
        decision = (
            {"decision": "approve", "plan": self.plan} if self.plan else {"decision": "cancel"}
        )
        note = self.note[:MAX_NOTE_CHARS]
        return json.dumps({**decision, "note": note}, ensure_ascii=False).encode()


def await_page(
    target: Target,
    corp: str,
    name: str,
    is_reached: Callable[[RunPage], bool],
    *,
    late: Code = "decision_pending",
    seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> RunPage:
    """Return the page of a run once it is as expected; `name`: the run's id or short id.

    Raises `CommandError` (`late`) after the time.
    """
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


def state_words(run: Run, terminal: Terminal) -> str:
    """Return a run's state, as a code and in words."""
    return f"{run.state} · {STATES[run.state].render(terminal.language)}"


def is_cancellable(run: Run) -> bool:
    """Whether nothing of a run was posted to WeCom yet."""
    waits = run.state in {State.HELD, State.QUEUED}
    return waits or (run.state is State.SUBMITTING and run.posted is None)


def drop_decision(target: Target, corp: str, run_id: str, decision: Decision) -> str:
    """Drop a decision; return the hash of its object version."""
    key = f"{corp}/{DECIDE}/{run_id}.json"
    return put(target, key, decision.content(), kind="application/json").digest


def decide(
    target: Target, run: Run, decision: Decision, terminal: Terminal
) -> tuple[RunPage, Step]:
    """Drop a decision; return the run's page when it was carried out, and what it did.

    Raises `CommandError` with the answer when it was not.
    """
    source = drop_decision(target, run.corp, run.run_id, decision)
    page = await_page(
        target,
        run.corp,
        run.run_id,
        lambda page: page.run.ends_as is None and _step_of(page.run, source) is not None,
    )
    step = _step_of(page.run, source)
    if step is None:
        raise TypeError("the page was awaited with this step")
    if refusal := _refusal(step):
        answer = failure_text(refusal, terminal.language)
        raise CommandError(
            "decision_refused", answer=answer, run=target.named(run.run_id, run.corp)
        )
    return page, step


def _step_of(run: Run, source: str) -> Step | None:
    """Return what the decision did that has this hash, None when it was not taken yet."""
    return next((step for step in run.timeline if step.said and step.said.source == source), None)


def _refusal(step: Step) -> Reason | None:
    """Return why a decision was not carried out, None when it was."""
    return next((why for why in step.why if why.code != "cancelled"), None)
