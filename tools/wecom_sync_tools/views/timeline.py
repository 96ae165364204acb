"""Prints what happened to a run: each state, when it was reached, by whose word, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.documents import cause_text
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.trouble import current_trouble
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.prose import Prose
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.terminal import Terminal

_IN_VAIN: Mapping[str | None, Code] = {
    "approve": "approve_in_vain",
    "cancel": "cancel_in_vain",
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
    """Print a timeline as a page has it.

    `reasons`: those that stand elsewhere; `waits`: whether another try follows the newest one.
    """
    tried = [step for step in steps if "retry" in step]
    coming = tried[-1] if tried and waits else None
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    before = None
    for step in steps:
        state = State(step["state"])
        mark, style = state_style(state)
        words = STATES[state].render(terminal.language)
        if state is before and step.get("carried_out") is False:
            mark, style = "!", "yellow"
            words = terminal.text(_IN_VAIN[step["decision"]])
        before = state
        parts = _remarks(step, terminal, reasons, waits=step is coming)
        remarks = "\n".join(map(escaped, parts))
        table.add_row(_here(_time(step["at"])), Styled(f"{mark} {words}", style), Prose(remarks))
    if steps:
        terminal.out.print()
        terminal.out.print(Styled(terminal.text("timeline_title"), "bold"), soft_wrap=True)
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
            yield _next_try(count, _time(retry["next"]), _time(retry["deadline"]), terminal)
        else:
            code: Code = "timeline_once" if count == 1 else "timeline_times"
            yield terminal.text(code, count=count)


def trouble_of(run: Run, terminal: Terminal) -> Sequence[str]:
    """Say what keeps an open run from going on, and when it is tried next; nothing if all is well.

    The last is when it is tried next.
    """
    reason, again = current_trouble(run) or (None, None)
    if reason is None or again is None:
        return ()
    soonest, deadline = (datetime.fromtimestamp(each, UTC) for each in (again.next, again.deadline))
    coming = _next_try(again.count, soonest, deadline, terminal)
    return (cause_text(reason, terminal.language), coming)


def _next_try(count: int, soonest: datetime, deadline: datetime, terminal: Terminal) -> str:
    """Say how often something failed, when it is tried next and until when."""
    moments = {"next": _here(soonest), "deadline": _here(deadline)}
    return terminal.text("timeline_retry", count=count, **moments)


def _time(moment: str) -> datetime:
    """Return a time of a page."""
    return datetime.fromisoformat(moment)


def _here(moment: datetime) -> str:
    """Return a time as the clock here shows it."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
