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
MAX_WARNINGS = 10
MAX_LISTED = 10
"""Rows of one trouble that are named one by one."""
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


def print_bad_rows(
    rows: Sequence[BadRow], terminal: Terminal, *, rejected: bool, limit: int = MAX_ROWS
) -> None:
    """Print the first rows of a run; the others are in its report."""
    title: Code = "problems_title" if rejected else "rows_failed_title"
    mark: Code = "label_column" if rejected else "label_code"
    _print(rows, terminal, title, mark, limit=limit, more="and_more")


def print_problems(problems: Sequence[Mapping[str, Any]], terminal: Terminal) -> None:
    rows = bad_rows_of(problems)
    _print(rows, terminal, "problems_title", "label_column", limit=MAX_ROWS, more="plan_and_more")


def tell_refused(
    error: FileRejectedError, about: Mapping[str, object], terminal: Terminal, *, as_json: bool
) -> None:
    """Print what is wrong with a file that stays here; as JSON with what it is `about`."""
    problems = [problem_document(problem, terminal.language) for problem in error.problems]
    if as_json:
        terminal.json({**about, "problems": problems})
    else:
        print_problems(problems, terminal)


def print_warnings(warnings: Sequence[Mapping[str, Any]], terminal: Terminal) -> None:
    title: Code = "plan_warnings_title"
    rows = bad_rows_of(warnings)
    _print(rows, terminal, title, "label_column", limit=MAX_WARNINGS, more="plan_and_more")


def _print(
    rows: Sequence[BadRow],
    terminal: Terminal,
    title: Code,
    mark: Code,
    *,
    limit: int,
    more: Code,
) -> None:
    """Print each trouble once, with its rows, and how many more there are; nothing for none."""
    if not rows:
        return
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
