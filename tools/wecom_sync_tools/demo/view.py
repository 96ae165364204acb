"""What the demonstration looks like."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.corp_index import CORP_PAGE
from wecom_sync.reporting.documents import counts_text, failure_text
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.styles import state_label, state_style
from wecom_sync_tools.console.tables import headed_table, number
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.demo.drops import DemoDrop
from wecom_sync_tools.views.plan import print_holds
from wecom_sync_tools.views.progress import Track
from wecom_sync_tools.views.troubles import BadRow, print_bad_rows

MAX_TROUBLES = 6


@dataclass(frozen=True, slots=True)
class Story:
    """One file of the demonstration: its run as it was followed, and its bad rows."""

    drop: DemoDrop
    track: Track
    troubles: Sequence[BadRow]

    def differences(self) -> list[Code]:
        """Return codes of `messages` for everything that is not as expected."""
        run, expected = self.track.run, self.drop.expected
        if run is None or run.state is not expected.state:
            return ["demo_wrong_state"]
        marks = {row.line: row.mark if row.mark.isdigit() else "" for row in self.troubles}
        wanted = {str(line): code for line, code in expected.troubles.items()}
        if (run.rows, marks) != (expected.rows, wanted):
            return ["demo_wrong_rows"]
        planned = run.plan or {}
        same = all(planned.get(kind) == count for kind, count in expected.plan.items())
        return [] if same else ["demo_wrong_plan"]


class DemoView:
    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._out = terminal.out
        self._printed: Counter[str] = Counter()

    def introduce(self, drops: Sequence[DemoDrop]) -> None:
        self._say("demo_title", "bold")
        self._say("demo_intro")
        self._list(drops)
        self._out.print()

    def announce(self, drop: DemoDrop) -> None:
        self._out.print()
        self._say("demo_then")
        self._list([drop])

    def begin(self, title: Code) -> None:
        """Say that files were dropped; `tell_news` says what becomes of them."""
        self._out.print()
        self._say(title, "bold")
        self._printed.clear()

    def tell_news(self, drops: Sequence[DemoDrop], tracks: Sequence[Track]) -> None:
        """Write a line for each state that a file has reached since the last call."""
        for drop, track in zip(drops, tracks, strict=True):
            for state, seconds in track.seen[self._printed[drop.name] :]:
                mark, style = state_style(state)
                took = self._terminal.text("seconds", seconds=seconds)
                words = Styled(f"{drop.name}  {state}  {took}")
                self._terminal.line(Styled(f"{mark} ", style) + words)
            self._printed[drop.name] = len(track.seen)

    def show_outcomes(self, stories: Sequence[Story]) -> None:
        self._out.print()
        self._out.print(self._outcomes(stories))
        for story in stories:
            if rows := story.troubles:
                self._out.print()
                self._out.print(Rule(story.drop.name, style="dim", align="left"))
                rejected = story.drop.expected.state is State.REJECTED
                print_bad_rows(rows, self._terminal, rejected=rejected, limit=MAX_TROUBLES)

    def show_held(self, story: Story) -> None:
        run = story.track.run
        if run is None:
            return
        self._out.print()
        counts = Styled(counts_text(run.plan or {}, self._terminal.language))
        label = Styled(f"{self._terminal.text('label_plan')}  ", "bold")
        self._terminal.line(label + counts)
        holds = [failure_text(hold, self._terminal.language) for hold in run.holds]
        print_holds(holds, self._terminal)

    def show_cancelled(self, run: Run | None) -> None:
        if run is not None and run.state is State.CANCELLED:
            self._say("run_cancelled", by=self._terminal.text("demo_title"), state=run.state)

    def conclude(
        self,
        members: int,
        home: Path,
        held_page: Path,
        differences: Sequence[tuple[str, Code]],
        seconds: float,
    ) -> None:
        """Say whether everything is as it should be and where to read on."""
        self._out.print()
        self._say("demo_members", members=f"{members:,}")
        self._say("demo_files", folder=home / "files")
        self._say("demo_reports", folder=home / "reports")
        self._say("demo_page_held", page=held_page)
        self._say("demo_page_corp", page=home / "pages" / CORP_PAGE)
        self._out.print()
        for name, code in differences:
            self._say(code, "bold red", name=name)
        if differences:
            self._say("demo_bad", "bold red")
        else:
            self._say("demo_good", "bold green", seconds=seconds)
            self._say("demo_next")

    def _list(self, drops: Sequence[DemoDrop]) -> None:
        grid = Table.grid(padding=(0, 2))
        for drop in drops:
            grid.add_row(
                Styled(f"  {drop.name}", "bold"),
                Styled(drop.job, "cyan"),
                Prose(self._terminal.text(drop.about)),
            )
        self._out.print(grid)

    def _outcomes(self, stories: Sequence[Story]) -> Table:
        counts: tuple[Code, ...] = ("label_rows", "label_applied", "label_failed", "label_took")
        words: Mapping[Code, str] = {"label_file": "", "label_state": "folded"}
        table = headed_table(self._terminal, {**words, **dict.fromkeys(counts, "right")})
        for story in stories:
            if run := story.track.run:
                state = state_label(run.state, self._terminal.language, coded=True)
                took = (run.finished or run.updated) - run.created
                numbers = map(number, (run.rows, run.succeeded, run.failed))
                seconds = self._terminal.text("seconds", seconds=took)
                table.add_row(story.drop.name, state, *numbers, seconds)
        return table

    def _say(self, code: Code, style: str = "", **params: object) -> None:
        self._terminal.line(self._terminal.text(code, **params), style)
