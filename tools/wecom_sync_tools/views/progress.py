"""Follows runs: shows when each one reached a state, until it ends or waits for a person."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target, pause_seconds

GOOD = frozenset({State.SUCCEEDED, State.UNCHANGED})


def is_good(run: Run) -> bool:
    """Whether every row of the file is now as it should be."""
    return run.state in GOOD


def is_over(run: Run | None) -> bool:
    """Whether the run has ended or waits for a person, or for departments that do."""
    if run is None:
        return False
    return run.state.is_final or run.state is State.HELD or run.awaits is not None


@dataclass(slots=True)
class Track:
    """One run as it is being followed; `seen` holds each state with the seconds it took."""

    run_id: str
    started: float
    run: Run | None = None
    seen: list[tuple[State, float]] = field(default_factory=list)

    def look(self, run: Run | None, now: float) -> bool:
        """Note the run's state; return whether it is a new one."""
        self.run = run
        if run is None or (self.seen and self.seen[-1][0] is run.state):
            return False
        self.seen.append((run.state, now - self.started))
        return True


def follow(
    target: Target,
    run_id: str,
    terminal: Terminal,
    *,
    title: str,
    on_stderr: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Run:
    """Show each state of a run as it is reached; return the run when it is over.

    Whoever interrupts is told that the run continues.
    """
    console = terminal.err if on_stderr else terminal.out
    track = Track(run_id, time.monotonic())
    console.print(Styled(escaped(title), "bold"), soft_wrap=True)
    live = Live(console=console, refresh_per_second=10) if console.is_terminal else None
    with _told_to_continue(target, run_id, terminal), live or nullcontext():
        while not is_over(track.run):
            news = track.look(target.store.run(run_id), time.monotonic())
            if live is not None:
                live.update(_progress(track, terminal))
            elif news:
                console.print(_line(*track.seen[-1], terminal), soft_wrap=True)
            if not is_over(track.run):
                sleep(pause_seconds(target))
    if track.run is None:
        raise TypeError("only a run that was seen is over")
    return track.run


@contextmanager
def _told_to_continue(target: Target, run_id: str, terminal: Terminal) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        terminal.note("watch_left", run=target.named(run_id))
        raise


def _progress(track: Track, terminal: Terminal) -> Table:
    """Return the states so far, the last one with a spinner unless it is the end."""
    table = Table.grid(padding=(0, 1))
    reached = track.seen if is_over(track.run) else track.seen[:-1]
    for state, seconds in reached:
        table.add_row(*_cells(state, seconds, terminal))
    if not is_over(track.run):
        words = terminal.text("watch_waiting")
        if track.run:
            words = STATES[track.run.state].render(terminal.language)
        elapsed = time.monotonic() - track.started
        table.add_row(
            Spinner("dots", style="cyan"),
            Styled(words),
            Styled(terminal.text("seconds", seconds=elapsed), "dim"),
        )
    return table


def _cells(state: State, seconds: float, terminal: Terminal) -> tuple[Styled, Styled, Styled]:
    mark, style = state_style(state)
    return (
        Styled(mark, style),
        Styled(STATES[state].render(terminal.language)),
        Styled(terminal.text("seconds", seconds=seconds), "dim"),
    )


def _line(state: State, seconds: float, terminal: Terminal) -> Styled:
    return Styled(" ").join(_cells(state, seconds, terminal))
