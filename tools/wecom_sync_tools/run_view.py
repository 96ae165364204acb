"""One run for a person: everything about it, and the rows that need somebody."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError
from rich.panel import Panel
from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.catalogue import text
from wecom_sync.reports import RESULTS, failure_text, reason_text, row_text
from wecom_sync.run import Run, State
from wecom_sync.texts import Language
from wecom_sync_tools.plan_view import counts_line
from wecom_sync_tools.prose import Prose
from wecom_sync_tools.styles import state_style
from wecom_sync_tools.target import Target
from wecom_sync_tools.terminal import Terminal, printable

MAX_ROWS = 20
MAX_ID_WIDTH = 24


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that failed, or a problem of a rejected file. `mark`: WeCom's code or the column."""

    line: str
    id: str
    mark: str
    sentence: str


def show_run(target: Target, run: Run, terminal: Terminal) -> None:
    """Print a run with its failed rows or its file's problems, or with the ways to decide."""
    terminal.out.print(run_panel(run, terminal))
    for name, where in run.reports.items():
        # Outside the panel, so that the address can be copied whole.
        terminal.out.print(Styled(f"{name}  ", "dim") + Styled(printable(where)), soft_wrap=True)
    troubles = troubles_of(target, run, terminal.language)
    if troubles:
        rejected = run.state is State.REJECTED
        print_run_troubles(terminal, troubles, rejected=rejected, limit=MAX_ROWS)
    if run.state is State.HELD:
        terminal.say("decide_next", run_id=run.run_id)
        terminal.say("decide_or", run_id=run.run_id)


def run_panel(run: Run, terminal: Terminal) -> Panel:
    """Return everything about a run."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in _facts(run, terminal):
        if value:
            grid.add_row(terminal.text(label), Prose(printable(value)))
    mark, style = state_style(run.state)
    words = terminal.text(f"state_{run.state}")
    title = Styled(f" {mark} {run.state} · {words} ", style)
    return Panel(grid, title=title, title_align="left", border_style=style, padding=(0, 1))


def _facts(run: Run, terminal: Terminal) -> Iterable[tuple[str, str]]:
    yield "label_run", run.run_id
    yield "label_corp", run.corp
    yield "label_job", run.job or ""
    yield "label_file", run.key
    if run.state is not State.HELD:
        yield "label_why", reason_text(run, terminal.language)
    yield "label_held", "\n".join(failure_text(hold, terminal.language) for hold in run.holds)
    if run.plan is not None:
        yield "label_plan", counts_line(run.plan, terminal)
    if run.approval is not None:
        when = moment(run.approval.at)
        yield "label_approved", terminal.text("approved_by", by=run.approval.by, moment=when)
    yield "label_rows", _number(run.rows)
    yield "label_applied", _number(run.succeeded)
    yield "label_failed", _number(run.failed)
    yield "label_unreported", _number(run.unreported or None)
    yield "label_encoding", run.encoding or ""
    yield "label_wecom_job", run.job_id or ""
    yield "label_created", moment(run.created)
    if run.finished is not None:
        yield "label_finished", moment(run.finished)
        yield "label_took", terminal.text("seconds", seconds=run.finished - run.created)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def moment(seconds: float) -> str:
    """Return a time as a clock on the wall shows it here."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def troubles_of(target: Target, run: Run, language: Language) -> list[Trouble]:
    """Return the rows WeCom refused, or what is wrong with a file that was rejected."""
    if run.state is State.REJECTED:
        return _problems(report_of(target, run))
    between = "" if language is Language.CHINESE else " "
    troubles = []
    for row in target.store.failed_rows(run.run_id):
        sentence = between.join(part for part in row_text(row, language) if part)
        line = str(row.line or "-")
        troubles.append(Trouble(line, row.id, str(row.errcode or "-"), sentence))
    return troubles


def report_of(target: Target, run: Run, name: str = RESULTS) -> bytes:
    """Return a report of the run; empty when it has none, or it has expired."""
    where = run.reports.get(name)
    if where is None:
        return b""
    bucket, _, key = where.removeprefix("s3://").partition("/")
    try:
        return target.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return b""
        raise


def _problems(report: bytes) -> list[Trouble]:
    """Read the problems back from a rejected file's report, whatever its language."""
    rejected = {text("outcome_rejected").render(language) for language in Language}
    lines = csv.reader(io.StringIO(report.decode("utf-8-sig"), newline=""))
    return [
        Trouble(line or "-", row_id, column, sentence)
        for line, row_id, outcome, _, _, column, sentence, *_ in lines
        if outcome in rejected
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


def print_troubles(
    terminal: Terminal,
    troubles: Sequence[Trouble],
    *,
    title: str,
    mark: str,
    limit: int,
    more: str,
    total: int | None = None,
) -> None:
    """Print the first rows, those with the same trouble together, and how many more there are.

    `title`, `mark`, `more`: texts for the table, its column of marks, and the rest; `total`: how
    many there are, if not all of them are here.
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
        ids = "\n".join(printable(row.id).replace("\n", " ") for row in rows)
        table.add_row(
            lines, Styled(ids), Styled(printable(shown) or "-"), Prose(printable(sentence))
        )
    terminal.out.print(table)
    left = (len(troubles) if total is None else total) - min(limit, len(troubles))
    if left > 0:
        terminal.say(more, count=left)


def _together(troubles: Iterable[Trouble]) -> dict[tuple[str, str], list[Trouble]]:
    groups: dict[tuple[str, str], list[Trouble]] = {}
    for trouble in troubles:
        groups.setdefault((trouble.mark, trouble.sentence), []).append(trouble)
    return groups
