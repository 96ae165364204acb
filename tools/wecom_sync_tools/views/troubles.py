"""Prints rows that need a person as a table: failures, problems and warnings."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from rich.text import Text as Styled

from wecom_sync.files.problems import FileRejectedError, line_ranges
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.documents import joined, person_in, problem_document
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.tables import TableCell, listed
from wecom_sync_tools.console.terminal import Prose, Terminal

MAX_ROWS = 20
"""Troubles that are printed; each has as many rows as it has."""
MAX_LISTED = 10
"""Rows of one trouble that are named one by one."""
KINDS: Mapping[str, tuple[Code | None, Code, int, Code]] = {
    "failed": ("rows_failed_title", "label_code", MAX_ROWS, "and_more"),
    "rejected": ("problems_title", "label_column", MAX_ROWS, "and_more"),
    "problems": ("problems_title", "label_column", MAX_ROWS, "plan_and_more"),
    "settings": (None, "label_setting", 1_000, "plan_and_more"),
    "warnings": ("plan_warnings_title", "label_column", 10, "plan_and_more"),
}
"""Of each list: its title, what marks a trouble, how many are printed, and what says of the rest
where it is: in the run's report, for rows that failed and for a file that was rejected.
"""


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
        BadRow(str(row["line"] or "-"), *(row.get(name) or "" for name in fields))
        for row in ({**problem, "name": person_in(problem)} for problem in problems)
    ]


def tell_refused(
    error: FileRejectedError,
    about: Mapping[str, object],
    terminal: Terminal,
    kind: str = "problems",
) -> None:
    """Print what is wrong with a file that stays here; as JSON with what it is `about`."""
    problems = [problem_document(problem, terminal.language) for problem in error.problems]
    terminal.json({**about, "problems": problems})
    print_troubles(bad_rows_of(problems), kind, terminal)


@contextmanager
def refusing(code: Code, file: Path, terminal: Terminal) -> Iterator[None]:
    """Raise `UsageError` with every problem of a file that stays here."""
    try:
        yield
    except FileRejectedError as error:
        problems = (problem_document(problem, terminal.language) for problem in error.problems)
        lines = "\n".join(problem_line(problem, terminal) for problem in problems)
        raise UsageError(code, lines, file=file) from error


def problem_line(problem: Mapping[str, Any], terminal: Terminal) -> str:
    line, sentence = problem["line"], str(problem["text"])
    if problem["column"]:
        sentence = terminal.text("plan_line", who=problem["column"], changes=sentence)
    place = [say(terminal.language, "line_prefix", line=line)] if line else []
    return joined((*place, sentence), terminal.language)


def print_troubles(rows: Sequence[BadRow], kind: str, terminal: Terminal) -> None:
    """Print each trouble once, with its rows, and how many more there are; nothing for none."""
    if not rows:
        return
    title, mark, limit, more = KINDS[kind]
    groups: dict[tuple[str, str], list[BadRow]] = {}
    for row in rows:
        groups.setdefault((row.mark, row.sentence), []).append(row)
    columns: list[tuple[Code, str, Callable[[list[BadRow]], TableCell]]] = [
        ("label_line", "right", _lines),
        ("label_id", "id", lambda alike: _names([row.id for row in alike])),
        ("label_name", "name", lambda alike: _names([row.name for row in alike], more=False)),
        (mark, "narrow" if title else "", lambda alike: Styled(escaped(alike[0].mark) or "-")),
        ("label_problem", "wide", lambda alike: Prose(escaped(alike[0].sentence))),
    ]
    if not any(row.name for row in rows):
        del columns[2]
    if title is None:
        del columns[1]
    table = listed([*groups.values()][:limit], columns, terminal)
    if title is not None:
        table.title, table.title_justify = Styled(terminal.text(title), "bold"), "left"
    terminal.out.print(table)
    if left := sum(map(len, [*groups.values()][limit:])):
        terminal.say(more, count=left)


def _lines(rows: Sequence[BadRow]) -> str:
    """Return the lines of rows: one below the other if they are few."""
    if len(rows) <= MAX_LISTED:
        return "\n".join(row.cell or row.line for row in rows)
    numbers = [int(row.line) for row in rows if row.line.isdigit()]
    return "\n".join(_first(line_ranges(numbers) or ["-"]))


def _names(names: Sequence[str], *, more: bool = True) -> Styled:
    escaped_names = [*map(escaped, names)]
    return Styled("\n".join(_first(escaped_names) if more else escaped_names[:MAX_LISTED]))


def _first(names: Sequence[str]) -> Iterable[str]:
    more = len(names) - MAX_LISTED
    return (*names[:MAX_LISTED], f"… +{more:,}") if more > 0 else names
