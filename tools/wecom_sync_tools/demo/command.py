"""`wecom-sync demo`: the product at work, from nothing to an outcome for every row."""

import html
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.corp_index import CORP_PAGE
from wecom_sync.reporting.documents import hold_text, report_name
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.tables import Columns, listed, number, state_label, state_style
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.demo.drops import (
    DROPS,
    MEMBERS_AFTERWARDS,
    SETTINGS,
    TRUNCATED,
    DemoDrop,
    company,
)
from wecom_sync_tools.local.corps import known_corp
from wecom_sync_tools.local.known_corp import ALIAS
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import DroppedDecision, decide, upload
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.stack.target import LOCAL_POLL_SECONDS
from wecom_sync_tools.views.plan import print_counts, print_holds
from wecom_sync_tools.views.progress import Track, is_over
from wecom_sync_tools.views.run import bad_rows
from wecom_sync_tools.views.troubles import BadRow, print_troubles

PATIENCE_SECONDS = 90
PAGE_SECONDS = 10
PARAMETERS = {"SETTLE_SECONDS": "1", "CHECK_SECONDS": "2"}
SWITCHES = {"job_base_seconds": 1.0}
"""So long that a person sees an import running."""
MAX_TROUBLES = 6


@dataclass(frozen=True, slots=True)
class Story:
    """One file of the demonstration: its run's page when it was over, and its bad rows."""

    drop: DemoDrop
    page: RunPage
    troubles: Sequence[BadRow]

    @property
    def is_as_expected(self) -> bool:
        run, expected, planned = self.page.run, self.drop, self.page.run.proposal.counts or {}
        marks = {row.line: row.mark if row.mark.isdigit() else "" for row in self.troubles}
        wanted = {str(line): code for line, code in expected.troubles.items()}
        outcome = (
            run.state,
            run.source.rows,
            marks,
            {kind: planned.get(kind) for kind in expected.plan},
        )
        return outcome == (expected.state, expected.rows, wanted, expected.plan)


def run(args: Arguments, terminal: Terminal) -> int:
    """Show the product at work; 0 if and only if everything came out as it should."""
    started = time.monotonic()
    options = Options(
        home=Home(args.home),
        corps=[known_corp(SETTINGS, **company())],
        parameters={"Language": terminal.language, **PARAMETERS},
        switches=SWITCHES,
    )
    try:
        _say(terminal, "demo_title", "bold")
        _introduce(terminal, "demo_intro", DROPS)
        terminal.out.print()
        with interrupts_unwind(), local_stack(options, terminal.step) as stack:
            demo = Demo(stack, args.home, terminal)
            demo.play()
    except KeyboardInterrupt:
        terminal.note("demo_interrupted")
        return 1
    seconds = time.monotonic() - started
    folders = {name: str(args.home / name) for name in ("files", "reports", "pages")}
    runs = [page.in_language(terminal.language) for page in demo.ended]
    numbers = {"ok": not demo.differences, "seconds": round(seconds, 1), "runs": runs}
    terminal.json({**numbers, **folders})
    demo.conclude(seconds)
    return 1 if demo.differences else 0


def _say(terminal: Terminal, code: Code, style: str, **params: object) -> None:
    terminal.line(terminal.text(code, **params), style)


def _introduce(terminal: Terminal, title: Code, drops: Sequence[DemoDrop]) -> None:
    terminal.say(title)
    grid = Table.grid(padding=(0, 2))
    for drop in drops:
        about = Prose(terminal.text(drop.about))
        grid.add_row(Styled(f"  {drop.name}", "bold"), Styled(drop.job, "cyan"), about)
    terminal.out.print(grid)


class Demo:
    """The demonstration on a stack; what was dropped and what came of it is kept in `home`.

    `ended`: the page of every run; `differences`: what is not as it should be, with whose it is.
    """

    def __init__(self, stack: LocalStack, home: Path, terminal: Terminal) -> None:
        self._stack = stack
        self._target = stack.target
        self._home = home
        self._terminal = terminal
        self._held = ""
        self._members = 0
        self.ended: list[RunPage] = []
        self.differences: list[tuple[str, Code]] = []

    def play(self) -> None:
        desk = f"{self._stack.note.desk_base_url}/desk/{ALIAS}"
        self._terminal.say("demo_desk", desk=desk)
        stories = self._followed(DROPS, "demo_dropped")
        self._print_outcomes(stories)
        self._terminal.out.print()
        _introduce(self._terminal, "demo_then", [TRUNCATED])
        (held,) = self._followed([TRUNCATED], "demo_dropped_late")
        self._print_held(held.page.run)
        self._held = held.page.run.run_id
        runs = [story.page.run for story in (*stories, held)]
        # The page of the held run is kept as it is before somebody decides.
        files = {f"pages/{run.run_id}/{REPORT_PAGE}": self._page(run) for run in runs}
        odd = [story.drop.name for story in (*stories, held) if not story.is_as_expected]
        self.differences += [(name, "demo_wrong") for name in odd]
        self.ended = [*(story.page for story in stories), self._cancelled(held)]
        if self._stack.simulator:
            self._members = self._stack.simulator.corp(ALIAS).counts()["members"]
        if self._members != MEMBERS_AFTERWARDS:
            self.differences.append((ALIAS, "demo_wrong_members"))
        files[f"pages/{CORP_PAGE}"] = self._target.documents.get(f"{ALIAS}/{CORP_PAGE}") or b""
        self._keep(files, (*stories, held))

    def conclude(self, seconds: float) -> None:
        """Say whether everything is as it should be and where to read on."""
        terminal, pages = self._terminal, self._home / "pages"
        terminal.out.print()
        terminal.say("demo_members", members=f"{self._members:,}")
        terminal.say("demo_files", folder=self._home / "files")
        terminal.say("demo_reports", folder=self._home / "reports")
        terminal.say("demo_page_held", page=pages / self._held / REPORT_PAGE)
        terminal.say("demo_page_corp", page=pages / CORP_PAGE)
        terminal.out.print()
        for name, code in self.differences:
            _say(terminal, code, "bold red", name=name)
        if self.differences:
            _say(terminal, "demo_bad", "bold red")
        else:
            _say(terminal, "demo_good", "bold green", seconds=seconds)
            terminal.say("demo_next")

    def _followed(self, drops: Sequence[DemoDrop], title: Code) -> list[Story]:
        """Drop files, and write a line for each state that one reaches, until all are over."""
        tracks = [
            Track(upload(self._target, f"{ALIAS}/{drop.job}/{drop.name}", drop.content).run_id)
            for drop in drops
        ]
        self._terminal.out.print()
        _say(self._terminal, title, "bold")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not all(is_over(track.run) for track in tracks):
            self._stack.check()
            if time.monotonic() > deadline:
                raise CommandError("demo_too_slow", seconds=PATIENCE_SECONDS)
            for drop, track in zip(drops, tracks, strict=True):
                news = () if is_over(track.run) else track.look(self._target, ALIAS)
                for state, seconds in news:
                    mark, style = state_style(state)
                    took = self._terminal.text("seconds", seconds=seconds)
                    words = Styled(f"{drop.name}  {state}  {took}")
                    self._terminal.line(Styled(f"{mark} ", style) + words)
            time.sleep(LOCAL_POLL_SECONDS)
        return [
            Story(drop, track.page, bad_rows(track.page, self._terminal.language))
            for drop, track in zip(drops, tracks, strict=True)
            if track.page
        ]

    def _print_outcomes(self, stories: Sequence[Story]) -> None:
        terminal, language = self._terminal, self._terminal.language

        def took(run: Run) -> str:
            return terminal.text(
                "seconds", seconds=(run.result.finished or run.updated) - run.identity.created
            )

        columns: Columns[Run] = (
            ("label_file", "", lambda it: it.key.rpartition("/")[2]),
            ("label_state", "folded", lambda it: state_label(it.state, language, coded=True)),
            ("label_rows", "right", lambda it: number(it.source.rows)),
            ("label_applied", "right", lambda it: number(it.result.succeeded)),
            ("label_failed", "right", lambda it: number(it.result.failed)),
            ("label_took", "right", took),
        )
        terminal.out.print()
        terminal.out.print(listed([story.page.run for story in stories], columns, terminal))
        for story in stories:
            if rows := story.troubles:
                terminal.out.print()
                terminal.out.print(Rule(story.drop.name, style="dim", align="left"))
                kind = "rejected" if story.drop.state is State.REJECTED else "failed"
                print_troubles(rows, kind, terminal, MAX_TROUBLES)

    def _print_held(self, run: Run) -> None:
        terminal = self._terminal
        terminal.out.print()
        print_counts(run.proposal.counts or {}, terminal)
        print_holds([hold_text(it, terminal.language) for it in run.proposal.holds], terminal)

    def _cancelled(self, held: Story) -> RunPage:
        """Cancel the held run as a person would; one that is not held is left as it is."""
        if held.page.run.state is not State.HELD:
            return held.page
        by = self._terminal.text("demo_title")
        page, _ = decide(self._target, held.page.run, DroppedDecision(by), self._terminal)
        if page.run.state is State.CANCELLED:
            self._terminal.say("run_cancelled", by=by, state=State.CANCELLED)
        else:
            self.differences.append((held.drop.name, "demo_wrong"))
        # The company's page is written before that of a run.
        self._page(page.run)
        return page

    def _page(self, run: Run) -> bytes:
        """Return the page of a run as it is now. It is written after the other documents."""
        headline = html.escape(headline_of(run)[self._terminal.language]).encode()
        deadline = time.monotonic() + PAGE_SECONDS
        while True:
            content = self._target.documents.get(report_name(run, REPORT_PAGE)) or b""
            if headline in content or time.monotonic() > deadline:
                return content
            time.sleep(LOCAL_POLL_SECONDS)

    def _keep(self, files: dict[str, bytes], stories: Sequence[Story]) -> None:
        """Keep pages, the dropped files and their reports where a person can open them."""
        for drop, run in ((story.drop, story.page.run) for story in stories):
            files[f"files/{drop.name}"] = drop.content
            for name in run.result.reports:
                report = self._target.documents.report(run, name)
                files[f"reports/{Path(drop.name).stem}/{name}"] = report
        shutil.rmtree(self._home / "pages", ignore_errors=True)
        for name, content in files.items():
            path = self._home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
