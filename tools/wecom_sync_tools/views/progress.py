"""Follows runs: shows when each one reached a state, until it ends or waits for a person."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from rich.text import Text as Styled

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.messages import message
from wecom_sync_tools.console.tables import state_style
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.target import Target, pause_seconds
from wecom_sync_tools.views.run import trouble_of

GOOD = frozenset({State.SUCCEEDED, State.UNCHANGED})
GOOD_PLANS = frozenset({"apply", "unchanged"})


def is_good(run: Run) -> bool:
    """Whether every row of the file is now as it should be, or could be, if it is only planned."""
    return run.state in GOOD or run.proposal.verdict in GOOD_PLANS


def is_over(run: Run | None) -> bool:
    """Whether the run has ended or waits: for a person, for departments that do, for WeCom."""
    if run is None:
        return False
    waits = run.state in {State.SHOWN, State.HELD} or run.waits or run.submission.awaits is not None
    return run.state.is_final or waits


@dataclass(slots=True)
class Track:
    """One run as it is being followed.

    `since`: what happened before is not shown, and the seconds count from there (UTC epoch
    seconds); None: since the drop.
    """

    name: str
    since: float | None = None
    page: RunPage | None = None
    seen: Sequence[tuple[State, float]] = ()
    started: float = field(default_factory=time.monotonic)

    @property
    def run(self) -> Run | None:
        return self.page.run if self.page else None

    def look(self, target: Target, corp: str) -> Sequence[tuple[State, float]]:
        """Read the run; return each state that it has reached since, with the seconds it took."""
        self.page = target.documents.page(corp, self.name)
        if self.page is None:
            return []
        run = self.page.run
        self.name, printed = run.run_id, len(self.seen)
        since = run.arrived if self.since is None else self.since
        steps = [step for step in run.timeline if self.since is None or step.at >= since]
        by_state = groupby(steps, attrgetter("state"))
        self.seen = [(state, max(0.0, next(alike).at - since)) for state, alike in by_state]
        return self.seen[printed:]


def follow(
    target: Target,
    corp: str,
    track: Track,
    terminal: Terminal,
    *,
    title: str,
    sleep: Callable[[float], None] = time.sleep,
) -> RunPage:
    """Show each state of a run as it is reached; return the run's page when it is over."""
    console = terminal.progress
    console.print(Styled(escaped(title), "bold"), soft_wrap=True)
    last_trouble: Sequence[str] = ()
    with _leaving(target, corp, track, terminal), console.status("", spinner="dots") as status:
        while True:
            for state, seconds in track.look(target, corp):
                words = STATES[state].render(terminal.language)
                took = Styled(terminal.text("seconds", seconds=seconds), "dim")
                line = Styled(" ").join((Styled(*state_style(state)), Styled(words), took))
                console.print(line, soft_wrap=True)
            trouble = trouble_of(track.run, terminal) if track.run else ()
            if trouble != last_trouble:
                for words in trouble:
                    console.print(Styled(f"  {escaped(words)}"), soft_wrap=True)
            last_trouble = trouble
            if track.page is not None and is_over(track.page.run):
                return track.page
            elapsed = terminal.text("seconds", seconds=time.monotonic() - track.started)
            waits = STATES[track.run.state] if track.run else message("watch_waiting")
            doing = waits.render(terminal.language)
            status.update(Styled(doing) + Styled(f"  {elapsed}", "dim"))
            sleep(pause_seconds(target))


@contextmanager
def _leaving(target: Target, corp: str, track: Track, terminal: Terminal) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        terminal.note("watch_left", run=target.named(track.name, corp))
        raise
