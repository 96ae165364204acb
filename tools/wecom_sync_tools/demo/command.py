"""`wecom-sync demo`: the product at work, from nothing to an outcome for every row."""

import html
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.corp_index import CORP_PAGE
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments
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
from wecom_sync_tools.stack.drops import (
    PATIENCE_SECONDS,
    DroppedDecision,
    await_page,
    decide,
    upload,
)
from wecom_sync_tools.stack.home import Home
from wecom_sync_tools.views.progress import Track, follow
from wecom_sync_tools.views.run import bad_rows, tell_run
from wecom_sync_tools.views.troubles import BadRow

PARAMETERS = {"SETTLE_SECONDS": "1", "CHECK_SECONDS": "2"}
SWITCHES = {"job_base_seconds": 1.0}
"""So long that a person sees an import running."""


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
    folders = {name: str(args.home / name) for name in ("reports", "pages")}
    numbers = {"ok": not demo.differences, "seconds": round(seconds, 1)}
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
    """The demonstration on a stack; what came of what was dropped is kept in `home`.

    `differences`: what is not as it should be, with whose it is.
    """

    def __init__(self, stack: LocalStack, home: Path, terminal: Terminal) -> None:
        self._stack = stack
        self._target = stack.target
        self._home = home
        self._terminal = terminal
        self._held = ""
        self._members = 0
        self._deadline = 0.0
        self.differences: list[tuple[str, Code]] = []

    def play(self) -> None:
        desk = f"{self._stack.note.desk_base_url}/desk/{ALIAS}"
        self._terminal.say("demo_desk", desk=desk)
        stories = self._followed(DROPS)
        self._terminal.out.print()
        _introduce(self._terminal, "demo_then", [TRUNCATED])
        (held,) = self._followed([TRUNCATED])
        self._held = held.page.run.run_id
        runs = [story.page.run for story in (*stories, held)]
        # The page of the held run is kept as it is before somebody decides.
        files = {f"pages/{run.run_id}/{REPORT_PAGE}": self._page(run) for run in runs}
        odd = [story.drop.name for story in (*stories, held) if not story.is_as_expected]
        self.differences += [(name, "demo_wrong") for name in odd]
        if held.is_as_expected:
            self._cancel(held.page.run)
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

    def _followed(self, drops: Sequence[DemoDrop]) -> list[Story]:
        """Drop files together, then follow and tell each run as `drop --watch` does."""
        keys = [f"{ALIAS}/{drop.job}/{drop.name}" for drop in drops]
        tracks = [
            Track(upload(self._target, key, drop.content).run_id)
            for key, drop in zip(keys, drops, strict=True)
        ]
        stories = []
        self._deadline = time.monotonic() + PATIENCE_SECONDS
        for key, drop, track in zip(keys, drops, tracks, strict=True):
            terminal = self._terminal
            terminal.out.print()
            page = follow(self._target, ALIAS, track, terminal, title=key, sleep=self._wait)
            tell_run(self._target, page, terminal)
            stories.append(Story(drop, page, bad_rows(page, terminal.language)))
        return stories

    def _wait(self, seconds: float) -> None:
        self._stack.check()
        if time.monotonic() > self._deadline:
            raise CommandError("demo_too_slow", seconds=PATIENCE_SECONDS)
        time.sleep(seconds)

    def _cancel(self, run: Run) -> None:
        """Cancel the held run as a person would."""
        by = self._terminal.text("demo_title")
        page, _ = decide(self._target, run, DroppedDecision(by), self._terminal)
        self._terminal.say("run_cancelled", by=by, state=State.CANCELLED)
        # The company's page is written before that of a run.
        self._page(page.run)

    def _page(self, run: Run) -> bytes:
        """Return the page of a run as it is now. It is written after the other documents."""
        headline = html.escape(headline_of(run)[self._terminal.language]).encode()
        name = report_name(run, REPORT_PAGE)

        def is_written(_: RunPage) -> bool:
            return headline in (self._target.documents.get(name) or b"")

        await_page(self._target, ALIAS, run.run_id, is_written, late="demo_too_slow")
        return self._target.documents.get(name) or b""

    def _keep(self, files: dict[str, bytes], stories: Sequence[Story]) -> None:
        """Keep pages and reports where a person can open them."""
        for drop, run in ((story.drop, story.page.run) for story in stories):
            for name in run.result.reports:
                report = self._target.documents.report(run, name)
                files[f"reports/{Path(drop.name).stem}/{name}"] = report
        shutil.rmtree(self._home / "pages", ignore_errors=True)
        for name, content in files.items():
            path = self._home / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
