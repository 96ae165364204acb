"""Prints rows that need a person as a table: failures, problems and warnings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.files.problems import line_ranges
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.prose import Prose
from wecom_sync_tools.console.terminal import Terminal

MAX_ROWS = 20
"""Troubles that are printed; each has as many rows as it has."""
MAX_WARNINGS = 10
MAX_LISTED = 10
"""Rows of one trouble that are named one by one."""
MAX_ID_WIDTH = 24
MAX_NAME_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that failed, or a problem of a rejected file.

    `mark`: WeCom's code or the column; `cell`: its name in a workbook.
    """

    line: str
    id: str
    mark: str
    sentence: str
    name: str = ""
    cell: str = ""


def troubles_with(problems: Iterable[Mapping[str, Any]]) -> list[Trouble]:
    """Return problems of a file, which are as JSON has them."""
    return [
        Trouble(
            str(each["line"] or "-"),
            each["id"] or "",
            each["column"] or "",
            each["text"],
            each.get("name") or "",
            each.get("cell") or "",
        )
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
    """Print every trouble once, with its rows, and how many more rows there are.

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
    has_names = any(trouble.name for trouble in troubles)
    if has_names:
        table.add_column(terminal.text("label_name"), no_wrap=True, max_width=MAX_NAME_WIDTH)
    table.add_column(terminal.text(mark), max_width=14)
    table.add_column(terminal.text("label_problem"), ratio=1, overflow="fold")
    groups = _together(troubles)
    for (mark_text, sentence), rows in groups[:limit]:
        lines, *who = _named(rows)
        table.add_row(
            lines,
            *map(Styled, who if has_names else who[:1]),
            Styled(escaped(mark_text) or "-"),
            Prose(escaped(sentence)),
        )
    terminal.out.print(table)
    left = sum(len(rows) for _, rows in groups[limit:])
    if left > 0:
        terminal.say(more, count=left)


type _Group = tuple[tuple[str, str], Sequence[Trouble]]


def _together(troubles: Iterable[Trouble]) -> Sequence[_Group]:
    groups: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in troubles:
        groups.setdefault((trouble.mark, trouble.sentence), []).append(trouble)
    return [*groups.items()]


def _named(rows: Sequence[Trouble]) -> tuple[str, str, str]:
    """Return the lines, ids and names of rows: one below the other if they are few."""
    ids = [escaped(row.id) for row in rows]
    names = [escaped(row.name) for row in rows]
    if len(rows) <= MAX_LISTED:
        return "\n".join(row.cell or row.line for row in rows), "\n".join(ids), "\n".join(names)
    numbers = [int(row.line) for row in rows if row.line.isdigit()]
    ranges = line_ranges(numbers) or ["-"]
    return "\n".join(_first(ranges)), "\n".join(_first(ids)), "\n".join(names[:MAX_LISTED])


def _first(names: Sequence[str]) -> Iterable[str]:
    more = len(names) - MAX_LISTED
    return (*names[:MAX_LISTED], f"… +{more:,}") if more > 0 else names
