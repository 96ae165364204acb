"""Tables on the terminal, the times in them, and how states look and what people call them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.terminal import Prose, Terminal

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STYLES = {
    State.SUCCEEDED: ("✓", "bold green"),
    State.UNCHANGED: ("✓", "bold green"),
    State.PARTIAL: ("!", "bold yellow"),
    State.SHOWN: ("!", "bold yellow"),
    State.HELD: ("!", "bold yellow"),
    State.FAILED: ("✗", "bold red"),
    State.REJECTED: ("✗", "bold red"),
    State.PLANNED: ("-", "bold"),
    State.SUPERSEDED: ("-", "bold"),
    State.CANCELLED: ("-", "bold"),
}


type TableCell = Styled | Prose | str
type Columns[Row] = Iterable[tuple[Code, str, Callable[[Row], TableCell]]]
"""Fields of a table's rows: the heading, the kind of column, and what a row's cell is.

The heading of a column of times has their zone.
"""
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "": {"no_wrap": True},
    "time": {"no_wrap": True},
    "right": {"no_wrap": True, "justify": "right"},
    "dim": {"no_wrap": True, "style": "dim"},
    "id": {"no_wrap": True, "max_width": 24},
    "name": {"no_wrap": True, "max_width": 16},
    "place": {"no_wrap": True, "max_width": 32},
    "narrow": {"max_width": 14},
    "mark": {"width": 1},
    "folded": {"overflow": "fold"},
    "wide": {"overflow": "fold", "ratio": 1},
}
"""How wide a column may be, and what becomes of a cell that is wider."""


def table(rows: Iterable[Iterable[TableCell]], *kinds: str, headings: Sequence[str] = ()) -> Table:
    """Return a table of cells. `kinds`: of its columns."""
    drawn = Table(box=None, padding=(0, 2, 0, 0), show_header=bool(headings))
    for kind, heading in zip_longest(kinds, headings, fillvalue=""):
        drawn.add_column(heading, **_KINDS[kind])
    for row in rows:
        drawn.add_row(*row)
    return drawn


def listed[Row](rows: Iterable[Row], columns: Columns[Row], terminal: Terminal) -> Table:
    labels, kinds, cells = zip(*columns, strict=True)
    zones = [f" {_now().strftime('%:z')}" if kind == "time" else "" for kind in kinds]
    headings = [terminal.text(label) + zone for label, zone in zip(labels, zones, strict=True)]
    return table(([cell(row) for cell in cells] for row in rows), *kinds, headings=headings)


def print_marked(rows: Iterable[tuple[Styled | str, str]], terminal: Terminal) -> None:
    """Print each mark with the text behind it."""
    lines = ((mark, Prose(escaped(text))) for mark, text in rows)
    terminal.out.print(table(lines, "mark", "wide"))


def facts_table(facts: Iterable[tuple[Code, str]], terminal: Terminal) -> Table:
    """Return labels with their values; one that is blank is left out, a label is not repeated."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    last = ""
    for label, value in facts:
        if value:
            grid.add_row("" if label == last else terminal.text(label), Prose(escaped(value)))
            last = label
    return grid


def number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def moment(at: float | str) -> str:
    """Return the local time and its zone. `at`: UTC epoch seconds, or as the documents have it."""
    return _time(at).astimezone().strftime("%Y-%m-%d %H:%M:%S %:z")


def second(at: float | str) -> str:
    return _time(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def minute(at: float | str) -> str:
    """Return a time for a column of times, all in the zone of now."""
    return _time(at).astimezone(_now().tzinfo).strftime("%Y-%m-%d %H:%M")


def _time(at: float | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else datetime.fromtimestamp(at, UTC)


def _now() -> datetime:
    return datetime.now(UTC).astimezone()


def state_style(state: State) -> tuple[str, str]:
    return _STYLES.get(state, ("·", "cyan"))


def state_label(state: State, language: Language) -> Styled:
    """Return a state with its mark, in words."""
    mark, style = state_style(state)
    return Styled(f"{mark} {STATES[state].render(language)}", style)


def age(seconds: float, terminal: Terminal) -> str:
    """Return a span: minutes below two hours, hours below two days, then days and hours."""
    if seconds < 2 * _HOUR:
        return terminal.text("age_minutes", count=int(seconds // _MINUTE))
    if seconds < 2 * _DAY:
        return terminal.text("age_hours", count=int(seconds // _HOUR))
    days, rest = divmod(int(seconds), _DAY)
    if hours := rest // _HOUR:
        return terminal.text("age_days_hours", days=days, hours=hours)
    return terminal.text("age_days", count=days)


def took(seconds: float, terminal: Terminal) -> str:
    """Return how long something took, in seconds as long as these matter."""
    is_short = seconds < 2 * _MINUTE
    return terminal.text("seconds", seconds=seconds) if is_short else age(seconds, terminal)
