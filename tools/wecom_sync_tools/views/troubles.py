"""Prints rows that need a person as a table: failures, problems and warnings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.prose import Prose
from wecom_sync_tools.console.terminal import Terminal

MAX_ROWS = 20
MAX_WARNINGS = 10
MAX_ID_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that failed, or a problem of a rejected file. `mark`: WeCom's code or the column."""

    line: str
    id: str
    mark: str
    sentence: str


def troubles_with(problems: Iterable[Mapping[str, Any]]) -> list[Trouble]:
    """Return problems of a file, which are as JSON has them."""
    return [
        Trouble(str(each["line"] or "-"), each["id"] or "", each["column"] or "", each["text"])
        for each in problems
    ]


def print_run_troubles(
    terminal: Terminal, troubles: Sequence[Trouble], *, rejected: bool, limit: int
) -> None:
    """Print the first rows of a run; the others are in its report."""
    print_troubles(
        terminal,
        troubles,
        title="problems_title" if rejected else "rows_failed_title",
        mark="label_column" if rejected else "label_code",
        limit=limit,
        more="and_more",
    )


def print_problems(
    problems: Sequence[Mapping[str, Any]],
    terminal: Terminal,
    *,
    title: Code,
    limit: int,
) -> None:
    """Print problems or warnings as JSON has them."""
    print_troubles(
        terminal,
        troubles_with(problems),
        title=title,
        mark="label_column",
        limit=limit,
        more="plan_and_more",
    )


def print_troubles(
    terminal: Terminal,
    troubles: Sequence[Trouble],
    *,
    title: Code,
    mark: Code,
    limit: int,
    more: Code,
) -> None:
    """Print the first rows, grouped by their trouble, and how many more there are.

    `title`, `mark`, `more`: texts for the table, its column of marks, and the rest.
    """
    table = Table(
        title=Styled(terminal.text(title), "bold"),
        title_justify="left",
        box=None,
        padding=(0, 2, 0, 0),
    )
    table.add_column(terminal.text("label_line"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_id"), no_wrap=True, max_width=MAX_ID_WIDTH)
    table.add_column(terminal.text(mark), max_width=14)
    table.add_column(terminal.text("label_problem"), ratio=1, overflow="fold")
    for (shown, sentence), rows in _together(troubles[:limit]).items():
        lines = "\n".join(row.line for row in rows)
        ids = "\n".join(escaped(row.id) for row in rows)
        table.add_row(lines, Styled(ids), Styled(escaped(shown) or "-"), Prose(escaped(sentence)))
    terminal.out.print(table)
    left = len(troubles) - limit
    if left > 0:
        terminal.say(more, count=left)


def _together(troubles: Iterable[Trouble]) -> dict[tuple[str, str], list[Trouble]]:
    groups: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in troubles:
        groups.setdefault((trouble.mark, trouble.sentence), []).append(trouble)
    return groups
