"""Prints what happened to a run: each state, when it was reached, by whose word, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text as Styled

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import cause_text
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.styles import state_label
from wecom_sync_tools.console.tables import plain_table, second
from wecom_sync_tools.console.terminal import Prose, Terminal

_IN_VAIN: Mapping[str | None, Code] = {
    "approve": "approve_in_vain",
    "cancel": "cancel_in_vain",
    "dismiss": "decision_in_vain",
    None: "decision_in_vain",
}
"""What an entry is called that answers a decision: what it asked for."""


def print_timeline(
    steps: Sequence[Mapping[str, Any]],
    terminal: Terminal,
    reasons: Collection[str | None],
    *,
    waits: bool,
) -> None:
    """Print a timeline without `reasons` that stand elsewhere. `waits`: another try follows."""
    tried = [step for step in steps if "retry" in step]
    coming = tried[-1] if tried and waits else None
    table = plain_table(header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    before = None
    for step in steps:
        state = State(step["state"])
        label = state_label(state, terminal.language)
        if state is before and step.get("carried_out") is False:
            label = Styled(f"! {terminal.text(_IN_VAIN[step['decision']])}", "yellow")
        elif step.get("decision") == "dismiss":
            label = Styled(terminal.text("dismissed"), "dim")
        before = state
        remarks = _remarks(step, terminal, reasons, waits=step is coming)
        table.add_row(second(step["at"]), label, Prose("\n".join(map(escaped, remarks))))
    if steps:
        terminal.out.print()
        terminal.line(terminal.text("timeline_title"), "bold")
        terminal.out.print(table)


def _remarks(
    step: Mapping[str, Any], terminal: Terminal, reasons: Collection[str | None], *, waits: bool
) -> Iterator[str]:
    if by := step["by"]:
        yield terminal.text("timeline_by", by=by)
    if note := step.get("note"):
        yield terminal.text("timeline_note", note=note)
    if step["why"] and step["why"] not in reasons:
        yield step["why"]
    if retry := step.get("retry"):
        count = retry["count"]
        if waits:
            yield _next_try(count, retry["next"], retry["deadline"], terminal)
        else:
            code: Code = "timeline_once" if count == 1 else "timeline_times"
            yield terminal.text(code, count=count)


def trouble_of(run: Run, terminal: Terminal) -> Sequence[str]:
    """Say what keeps an open run from going on, then when it is tried next; else nothing."""
    reason, again = current_trouble(run) or (None, None)
    if reason is None or again is None:
        return ()
    coming = _next_try(again.count, again.next, again.deadline, terminal)
    return (cause_text(reason, terminal.language), coming)


def _next_try(count: int, at: float | str, deadline: float | str, terminal: Terminal) -> str:
    moments = {"next": second(at), "deadline": second(deadline)}
    return terminal.text("timeline_retry", count=count, **moments)
