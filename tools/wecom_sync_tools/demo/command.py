"""`wecom-sync demo`: the product at work, from nothing to an outcome for every row."""

import html
import io
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from wecom_sync.domain.drop import SETTINGS as SETTINGS_NAME
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.corp_index import CORP_PAGE
from wecom_sync.reporting.documents import PLAN, report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.pages.headlines import headline_of
from wecom_sync.reporting.row_files import FIX, PROBLEMS, RESULTS
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments, Parser, add_json
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.demo.drops import (
    SETTINGS,
    DemoDrop,
    company,
    demo_drops,
    members_afterwards,
    truncated_drop,
)
from wecom_sync_tools.demo.view import DemoView, Story
from wecom_sync_tools.local.corps import known_corp
from wecom_sync_tools.local.known_corp import ALIAS
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import DroppedDecision, await_page, decide, upload
from wecom_sync_tools.stack.home import ROOT, Home
from wecom_sync_tools.stack.target import LOCAL_POLL_SECONDS, Target
from wecom_sync_tools.views.progress import Track, is_over
from wecom_sync_tools.views.run import bad_rows

DEMO_HOME = ROOT / ".build" / "demo"
PATIENCE_SECONDS = 90
PAGE_SECONDS = 10
PARAMETERS = {"SettleSeconds": "1", "CheckSeconds": "2"}
SWITCHES = {"job_base_seconds": 1.0}
"""So long that a person sees an import running."""


def add_arguments(parser: Parser) -> None:
    parser.option("--home", metavar="DIR", about="help_demo_home", type=Path, default=DEMO_HOME)
    add_json(parser)


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
        _put_settings_in_force(stack)
    stories = _followed(stack, drops, "demo_dropped", view, terminal)
    view.show_outcomes(stories)
    broken_off = truncated_drop()
    view.announce(broken_off)
    (held,) = _followed(stack, [broken_off], "demo_dropped_late", view, terminal)
    view.show_held(held)
    runs = [story.track.run for story in (*stories, held) if story.track.run]
    pages = {run.run_id: _page(stack, run, terminal.language) for run in runs}
    cancelled = _cancel(stack.target, held, terminal)
    view.show_cancelled(cancelled.run if cancelled else None)
    _keep(home, stack.target, (*stories, held))
    if cancelled is not None:
        # The company's page is written before that of a run.
        _page(stack, cancelled.run, terminal.language)
    _keep_pages(home, stack, pages)
    members = _members(stack)
    differences = [(it.drop.name, code) for it in (*stories, held) for code in it.differences()]
    if cancelled is None or cancelled.run.state is not State.CANCELLED:
        differences.append((broken_off.name, "demo_wrong_state"))
    if members != members_afterwards():
        differences.append((ALIAS, "demo_wrong_members"))
    ended = [page for page in (*(it.track.page for it in stories), cancelled) if page is not None]
    return Ending(ended, held.track.name, members, differences)


def _put_settings_in_force(stack: LocalStack) -> None:
    key = f"{ALIAS}/{SETTINGS_NAME}"
    run_id = upload(stack.target, key, SETTINGS.encode()).run_id
    if await_page(stack.target, ALIAS, run_id).run.state is not State.SUCCEEDED:
        raise CommandError("demo_no_settings")


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


def _members(stack: LocalStack) -> int:
    if stack.simulator is None:
        raise TypeError("the demonstration has a simulator of its own")
    return stack.simulator.corp(ALIAS).counts()["members"]
