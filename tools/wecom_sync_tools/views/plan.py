"""Prints a plan in numbers, and why a person has to look at it; the rest is on the run's page."""

from collections.abc import Iterable, Mapping
from typing import Any

from rich.text import Text as Styled

from wecom_sync.reporting.documents import counts_text
from wecom_sync_tools.console.tables import print_marked
from wecom_sync_tools.console.terminal import Terminal


def print_counts(counts: Mapping[str, Any], terminal: Terminal) -> None:
    label = Styled(f"{terminal.text('label_plan')}  ", "bold")
    terminal.line(label + Styled(counts_text(counts, terminal.language)))


def print_holds(holds: Iterable[str], terminal: Terminal) -> None:
    terminal.line(terminal.text("holds_title"), "bold")
    mark = Styled("!", "bold yellow")
    lines = ((at, line) for hold in holds for at, line in enumerate(hold.split("\n")))
    print_marked(((mark if at == 0 else "", line) for at, line in lines), terminal)
