"""Prints what happened to a run: each state, when it was reached, by whose word, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import escaped
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
    steps: Sequence[Mapping[str, Any]], terminal: Terminal, known: Collection[str | None]
) -> None:
    """Print a timeline as a page has it. `known`: reasons that are told elsewhere."""
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
        told = "\n".join(escaped(part) for part in _told(step, terminal, known))
        table.add_row(_clock(step["at"]), Styled(f"{mark} {words}", style), Prose(told))
    if steps:
        terminal.out.print()
        terminal.out.print(Styled(terminal.text("timeline_title"), "bold"), soft_wrap=True)
        terminal.out.print(table)


def _told(
    step: Mapping[str, Any], terminal: Terminal, known: Collection[str | None]
) -> Iterator[str]:
    if by := step["by"]:
        yield terminal.text("timeline_by", by=by)
    if note := step.get("note"):
        yield terminal.text("timeline_note", note=note)
    if step["why"] and step["why"] not in known:
        yield step["why"]
    if retry := step.get("retry"):
        yield terminal.text(
            "timeline_retry",
            call=retry["call"],
            count=retry["count"],
            next=_clock(retry["next"]),
            deadline=_clock(retry["deadline"]),
        )


def _clock(moment: str) -> str:
    """Return a time of a page as the clock here shows it."""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
