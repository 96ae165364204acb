"""`wecom-sync demo`: the product at work, from nothing to an outcome for every row."""

import html
import io
import shutil
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.drop import SETTINGS as SETTINGS_NAME
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.corp_index import CORP_PAGE
from wecom_sync.reporting.documents import PLAN, counts_text, failure_text, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.row_files import FIX, PROBLEMS, RESULTS
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments, Parser
from wecom_sync_tools.console.tables import headed_table, number, state_label, state_style
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.demo.drops import (
    SETTINGS,
    DemoDrop,
    company,
    demo_drops,
    members_afterwards,
    truncated_drop,
)
from wecom_sync_tools.local.corps import known_corp
from wecom_sync_tools.local.known_corp import ALIAS
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import DroppedDecision, await_page, decide, upload
from wecom_sync_tools.stack.home import ROOT, Home
from wecom_sync_tools.stack.target import LOCAL_POLL_SECONDS, Target
from wecom_sync_tools.views.plan import print_holds
from wecom_sync_tools.views.progress import Track, is_over
from wecom_sync_tools.views.run import bad_rows
from wecom_sync_tools.views.troubles import BadRow, print_bad_rows

DEMO_HOME = ROOT / ".build" / "demo"
PATIENCE_SECONDS = 90
PAGE_SECONDS = 10
PARAMETERS = {"SettleSeconds": "1", "CheckSeconds": "2"}
SWITCHES = {"job_base_seconds": 1.0}
"""So long that a person sees an import running."""
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
        self.say("demo_title", "bold")
        self.say("demo_intro")
        self._list(drops)
        self._out.print()

    def announce(self, drop: DemoDrop) -> None:
        self._out.print()
        self.say("demo_then")
        self._list([drop])

    def begin(self, title: Code) -> None:
        """Say that files were dropped; `tell_news` says what becomes of them."""
        self._out.print()
        self.say(title, "bold")
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
        self.say("demo_members", members=f"{members:,}")
        self.say("demo_files", folder=home / "files")
        self.say("demo_reports", folder=home / "reports")
        self.say("demo_page_held", page=held_page)
        self.say("demo_page_corp", page=home / "pages" / CORP_PAGE)
        self._out.print()
        for name, code in differences:
            self.say(code, "bold red", name=name)
        if differences:
            self.say("demo_bad", "bold red")
        else:
            self.say("demo_good", "bold green", seconds=seconds)
            self.say("demo_next")

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

    def say(self, code: Code, style: str = "", **params: object) -> None:
        self._terminal.line(self._terminal.text(code, **params), style)


def add_arguments(parser: Parser) -> None:
    parser.option("--home", metavar="DIR", about="help_demo_home", type=Path, default=DEMO_HOME)
    parser.add_json()


def run(args: Arguments, terminal: Terminal) -> int:
    """Show the product at work; 0 if and only if everything came out as it should."""
    started = time.monotonic()
    view = DemoView(Terminal(terminal.language, io.StringIO()) if args.json else terminal)
    options = Options(
        home=Home(args.home),
        corps=[known_corp(**company())],
        parameters={"Language": terminal.language, **PARAMETERS},
        switches=SWITCHES,
    )
    try:
        drops = demo_drops()
        view.introduce(drops)
        with interrupts_unwind(), local_stack(options, terminal.step) as stack:
            ending = _play(stack, drops, args.home, view, terminal)
    except KeyboardInterrupt:
        terminal.note("demo_interrupted")
        return 1
    seconds = time.monotonic() - started
    if args.json:
        folders = {name: str(args.home / name) for name in ("files", "reports", "pages")}
        runs = [page.in_language(terminal.language) for page in ending.pages]
        numbers = {"ok": not ending.differences, "seconds": round(seconds, 1), "runs": runs}
        terminal.json({**numbers, **folders})
    else:
        held_page = args.home / "pages" / ending.held / REPORT_PAGE
        view.conclude(ending.members, args.home, held_page, ending.differences, seconds)
    return 1 if ending.differences else 0


class Ending(NamedTuple):
    """What the demonstration came to. `held`: the run that was held; `pages`: of every run."""

    pages: Sequence[RunPage]
    held: str
    members: int
    differences: Sequence[tuple[str, Code]]


def _play(
    stack: LocalStack, drops: Sequence[DemoDrop], home: Path, view: DemoView, terminal: Terminal
) -> Ending:
    with terminal.step("demo_step_settings"):
        dropped = upload(stack.target, f"{ALIAS}/{SETTINGS_NAME}", SETTINGS.encode())
        if await_page(stack.target, ALIAS, dropped.run_id).run.state is not State.SUCCEEDED:
            raise CommandError("demo_no_settings")
    stories = _followed(stack, drops, "demo_dropped", view, terminal)
    view.show_outcomes(stories)
    broken_off = truncated_drop()
    view.announce(broken_off)
    (held,) = _followed(stack, [broken_off], "demo_dropped_late", view, terminal)
    view.show_held(held)
    runs = [story.track.run for story in (*stories, held) if story.track.run]
    pages = {run.run_id: _page(stack, run, terminal.language) for run in runs}
    cancelled = _cancel(stack.target, held, terminal)
    is_cancelled = cancelled is not None and cancelled.run.state is State.CANCELLED
    if is_cancelled:
        view.say("run_cancelled", by=terminal.text("demo_title"), state=State.CANCELLED)
    _keep(home, stack.target, (*stories, held))
    if cancelled is not None:
        # The company's page is written before that of a run.
        _page(stack, cancelled.run, terminal.language)
    _keep_pages(home, stack, pages)
    members = stack.simulator.corp(ALIAS).counts()["members"] if stack.simulator else 0
    differences = [(it.drop.name, code) for it in (*stories, held) for code in it.differences()]
    if not is_cancelled:
        differences.append((broken_off.name, "demo_wrong_state"))
    if members != members_afterwards():
        differences.append((ALIAS, "demo_wrong_members"))
    ended = [page for page in (*(it.track.page for it in stories), cancelled) if page is not None]
    return Ending(ended, held.track.name, members, differences)


def _followed(
    stack: LocalStack, drops: Sequence[DemoDrop], title: Code, view: DemoView, terminal: Terminal
) -> list[Story]:
    keys = {drop.name: f"{ALIAS}/{drop.job}/{drop.name}" for drop in drops}
    tracks = [Track(upload(stack.target, keys[drop.name], drop.content).run_id) for drop in drops]
    view.begin(title)
    _follow(stack, tracks, lambda: view.tell_news(drops, tracks))
    rows = [bad_rows(track.page, terminal.language) if track.page else [] for track in tracks]
    return [*map(Story, drops, tracks, rows)]


def _follow(stack: LocalStack, tracks: Sequence[Track], refresh: Callable[[], None]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not all(is_over(track.run) for track in tracks):
        stack.check()
        if time.monotonic() > deadline:
            raise CommandError("demo_too_slow", seconds=PATIENCE_SECONDS)
        for track in tracks:
            if not is_over(track.run):
                track.look(stack.target, ALIAS)
        refresh()
        time.sleep(LOCAL_POLL_SECONDS)


def _cancel(target: Target, held: Story, terminal: Terminal) -> RunPage | None:
    """Cancel a held run as a person would; one that is not held is left as it is."""
    run = held.track.run
    if run is None or run.state is not State.HELD:
        return held.track.page
    return decide(target, run, DroppedDecision(terminal.text("demo_title")), terminal)[0]


def _keep(home: Path, target: Target, stories: Sequence[Story]) -> None:
    """Keep the dropped files and their reports where a person can open them."""
    for story in stories:
        files = {home / "files" / story.drop.name: story.drop.content}
        if run := story.track.run:
            reports = home / "reports" / Path(story.drop.name).stem
            names = [name for name in (RESULTS, FIX, PLAN, PROBLEMS) if name in run.reports]
            files |= {reports / name: target.documents.report(run, name) for name in names}
        _write(files)


def _write(files: Mapping[Path, bytes]) -> None:
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _page(stack: LocalStack, run: Run, language: Language) -> bytes:
    """Return the page of a run as it is now. It is written a moment after the other documents."""
    headline = html.escape(headline_of(run)[language]).encode()
    deadline = time.monotonic() + PAGE_SECONDS
    while True:
        content = stack.target.documents.get(report_name(run, REPORT_PAGE)) or b""
        if headline in content or time.monotonic() > deadline:
            return content
        time.sleep(LOCAL_POLL_SECONDS)


def _keep_pages(home: Path, stack: LocalStack, pages: Mapping[str, bytes]) -> None:
    """Keep the page of the company and those of its runs; of the held one as it was then."""
    files = {home / "pages" / name / REPORT_PAGE: content for name, content in pages.items()}
    files[home / "pages" / CORP_PAGE] = stack.target.documents.get(f"{ALIAS}/{CORP_PAGE}") or b""
    shutil.rmtree(home / "pages", ignore_errors=True)
    _write(files)
