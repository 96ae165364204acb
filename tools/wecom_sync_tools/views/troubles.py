"""Prints rows that need a person as a table: failures, problems and warnings."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rich.text import Text as Styled

from wecom_sync.files.problems import FileRejectedError, line_ranges
from wecom_sync.reporting.documents import problem_document
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.tables import plain_table
from wecom_sync_tools.console.terminal import Prose, Terminal

MAX_ROWS = 20
"""Troubles that are printed; each has as many rows as it has."""
MAX_LISTED = 10
"""Rows of one trouble that are named one by one."""
KINDS: Mapping[str, tuple[Code, Code, int, Code]] = {
    "failed": ("rows_failed_title", "label_code", MAX_ROWS, "and_more"),
    "rejected": ("problems_title", "label_column", MAX_ROWS, "and_more"),
    "problems": ("problems_title", "label_column", MAX_ROWS, "plan_and_more"),
    "warnings": ("plan_warnings_title", "label_column", 10, "plan_and_more"),
}
"""Of each list: its title, what marks a trouble, how many are printed, and what says of the rest
where it is: in the run's report, for rows that failed and for a file that was rejected.
"""
MAX_ID_WIDTH = 24
MAX_NAME_WIDTH = 16


class BadRow(NamedTuple):
    """A row that failed, or a problem. `mark`: WeCom's code or the column."""

    line: str
    id: str
    mark: str
    sentence: str
    name: str = ""
    cell: str = ""


def bad_rows_of(problems: Iterable[Mapping[str, Any]]) -> list[BadRow]:
    """Return problems of a file, which are as JSON has them."""
    fields = ("id", "column", "text", "name", "cell")
    return [
        BadRow(str(problem["line"] or "-"), *(problem.get(name) or "" for name in fields))
        for problem in problems
    ]


def tell_refused(error: FileRejectedError, about: Mapping[str, object], terminal: Terminal) -> None:
    """Print what is wrong with a file that stays here; as JSON with what it is `about`."""
    problems = [problem_document(problem, terminal.language) for problem in error.problems]
    terminal.json({**about, "problems": problems})
    print_troubles(bad_rows_of(problems), "problems", terminal)


def print_troubles(
    rows: Sequence[BadRow], kind: str, terminal: Terminal, limit: int | None = None
) -> None:
    """Print each trouble once, with its rows, and how many more there are; nothing for none."""
    if not rows:
        return
    title, mark, most, more = KINDS[kind]
    limit = limit or most
    table = plain_table()
    table.title, table.title_justify = Styled(terminal.text(title), "bold"), "left"
    table.add_column(terminal.text("label_line"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_id"), no_wrap=True, max_width=MAX_ID_WIDTH)
    has_names = any(row.name for row in rows)
    if has_names:
        table.add_column(terminal.text("label_name"), no_wrap=True, max_width=MAX_NAME_WIDTH)
    table.add_column(terminal.text(mark), max_width=14)
    table.add_column(terminal.text("label_problem"), ratio=1, overflow="fold")
    groups: dict[tuple[str, str], list[BadRow]] = {}
    for row in rows:
        groups.setdefault((row.mark, row.sentence), []).append(row)
    for (mark_text, sentence), alike in [*groups.items()][:limit]:
        lines, *who = _named(alike)
        table.add_row(
            lines,
            *map(Styled, who if has_names else who[:1]),
            Styled(escaped(mark_text) or "-"),
            Prose(escaped(sentence)),
        )
    terminal.out.print(table)
    if left := sum(map(len, [*groups.values()][limit:])):
        terminal.say(more, count=left)


def _named(rows: Sequence[BadRow]) -> tuple[str, str, str]:
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
