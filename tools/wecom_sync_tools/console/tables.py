"""Tables on the terminal, the times in them, and how states look and what people call them."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.console.terminal import Prose, Terminal

_STYLES = {
    State.SUCCEEDED: ("✓", "bold green"),
    State.UNCHANGED: ("✓", "bold green"),
    State.PARTIAL: ("!", "bold yellow"),
    State.HELD: ("!", "bold yellow"),
    State.FAILED: ("✗", "bold red"),
    State.REJECTED: ("✗", "bold red"),
    State.PLANNED: ("-", "bold"),
    State.SUPERSEDED: ("-", "bold"),
    State.CANCELLED: ("-", "bold"),
}


def plain_table(*, header: bool = True) -> Table:
    return Table(box=None, padding=(0, 2, 0, 0), show_header=header)


type Columns[Row] = Iterable[tuple[Code, str, Callable[[Row], Styled | Prose | str]]]
"""Fields of a table's rows: the heading, the kind of column, and what a row's cell is.

A column is `right` (of numbers), `time` (headed with the zone), `folded` (its cells are broken
where the terminal ends), or blank.
"""


def listed[Row](rows: Iterable[Row], columns: Columns[Row], terminal: Terminal) -> Table:
    table, fields = plain_table(), [*columns]
    for label, kind, _ in fields:
        zone = f" {_now().strftime('%:z')}" if kind == "time" else ""
        table.add_column(
            f"{terminal.text(label)}{zone}",
            justify="right" if kind == "right" else "left",
            no_wrap=kind != "folded",
            overflow="fold" if kind == "folded" else "ellipsis",
        )
    for row in rows:
        table.add_row(*(cell(row) for _, _, cell in fields))
    return table


def print_marked(rows: Iterable[tuple[Styled | str, str]], terminal: Terminal) -> None:
    """Print each mark with the text behind it."""
    table = plain_table(header=False)
    table.add_column(width=1)
    table.add_column(ratio=1)
    for mark, text in rows:
        table.add_row(mark, Prose(escaped(text)))
    terminal.out.print(table)


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


def state_label(state: State, language: Language, *, coded: bool = False) -> Styled:
    """Return a state with its mark, in words, and as a code if that is wanted."""
    mark, style = state_style(state)
    words = state_words(state, language) if coded else STATES[state].render(language)
    return Styled(f"{mark} {words}", style)


def state_words(state: State, language: Language) -> str:
    return f"{state} · {STATES[state].render(language)}"


def states_listed(states: Iterable[State], language: Language) -> str:
    """Return a list of states for a sentence: their codes, and what they are called."""
    names = (
        message("state_told").render(language, state=state, words=STATES[state].render(language))
        for state in states
    )
    return message("list_comma").render(language).join(names)


def state_called(word: str) -> State | None:
    """Return the state with this code, or of this name in either language."""
    name = word.strip().casefold()
    for state in State:
        words = STATES[state]
        if name in map(str.casefold, (state, words.en, words.zh)):
            return state
    return None
