"""`wecom-sync runs`, `show` and `results`: the runs, everything about one, and its reports."""

import os
import shlex
import sys
import tempfile
import webbrowser
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.row_files import FIX
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console import tables
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.states import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.run import short_id, tell_run

_SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
"""Without one of these, a Unix machine may only have a browser that takes over the terminal."""


def run_runs(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    states = frozenset[State]().union(*args.state)
    corps = [args.corp] if args.corp else target.documents.corps()
    newest = target.documents.newest_runs(corps, args.limit, terminal.language)
    runs = [run for run in newest if not states or run["state"] in states][: args.limit]
    if args.corp and not runs:
        target.check_corp(args.corp)
    terminal.json(runs)
    if runs:
        terminal.out.print(_table(runs, terminal))
        held = {run["corp"] for run in runs if run["state"] == State.HELD}
        if State.HELD in states and held:
            terminal.say("runs_held_next", corp=held.pop() if len(held) == 1 else "CORP")
    elif args.corp and not target.documents.index(args.corp).runs:
        terminal.aside("status_of_nobody", corp=args.corp)
    else:
        terminal.aside("no_runs_match" if args.corp or states else "no_runs")
    return 0


def run_show(args: Arguments, terminal: Terminal) -> int:
    """Print everything about one run, or open its page."""
    if args.open and args.json:
        raise UsageError("open_with_json")
    target = target_of(args, terminal)
    page = find_run(target.documents, args.run_id, args.corp)
    if not args.open:
        tell_run(target, page, terminal)
        return 0
    content = target.documents.get(report_name(page.run, REPORT_PAGE))
    if not content:
        raise CommandError("page_missing", run=target.named(page.run.run_id, page.run.corp))
    open_page(content, REPORT_PAGE, terminal)
    return 0


def run_results(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    run = find_run(target.documents, args.run_id, args.corp).run
    reports = fetch(target, run, terminal)
    files = write(reports, args.output or Path(run.run_id))
    terminal.json({"run_id": run.run_id, "files": {it: str(files[it]) for it in files}})
    for path in files.values():
        terminal.line(escaped(str(path)))
    if FIX in files:
        options = "".join(f" {shlex.quote(option)}" for option in target.options)
        file = shlex.quote(str(files[FIX]))
        terminal.say("results_fix", file=file, corp=run.corp, options=options)
    return 0


def _table(runs: Sequence[Mapping[str, Any]], terminal: Terminal) -> Table:
    columns: tables.Columns[Mapping[str, Any]] = (
        ("label_run", "", lambda it: short_id(it["run_id"])),
        ("label_created", "time", lambda it: tables.minute(it["created"])),
        ("label_state", "", lambda it: tables.state_label(State(it["state"]), terminal.language)),
        ("label_rows", "right", lambda it: tables.number(it["rows"])),
        ("label_file", "folded", lambda it: Styled(escaped(it["file"]))),
    )
    return tables.listed(runs, columns, terminal)


def fetch(target: Target, run: Run, terminal: Terminal) -> dict[str, bytes]:
    """Return every report of a run that is still kept. Raises `CommandError` without any."""
    if not run.result.reports:
        state = state_words(run.state, terminal.language)
        raise CommandError("results_none", run=run.run_id, state=state)
    reports = {name: target.documents.report(run, name) for name in run.result.reports}
    kept = {name: content for name, content in reports.items() if content}
    if not kept:
        raise CommandError("results_gone", run=run.run_id)
    return kept


def write(reports: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Write reports into a folder, all or none. Raises `UsageError` when another file is there."""
    files = {name: folder / Path(name).name for name in reports}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            if path.exists() and path.read_bytes() != reports[name]:
                example = shlex.quote(str(folder / "new"))
                raise UsageError("results_in_the_way", file=path, example=example)
        for name, path in files.items():
            path.write_bytes(reports[name])
    except OSError as error:
        raise UsageError("folder_unusable", folder=folder, problem=error) from error
    return files


def open_page(
    content: bytes,
    name: str,
    terminal: Terminal,
    beside: Mapping[str, bytes] = MappingProxyType({}),
) -> None:
    """Keep a page where nobody else may read it, open it, and say where it is.

    `beside`: what it links to, by the link. The files stay: the browser may read them again, or
    only when this command has ended.
    """
    folder = Path(tempfile.mkdtemp(prefix="wecom-sync-"))
    path = folder / name
    for each, data in {**beside, name: content}.items():
        (folder / each).parent.mkdir(exist_ok=True)
        (folder / each).touch(0o600)
        (folder / each).write_bytes(data)
    has_screen = sys.platform in {"darwin", "win32"} or any(map(os.environ.get, _SCREENS))
    opened = has_screen and webbrowser.open(path.as_uri())
    terminal.say("page_opened" if opened else "page_kept", path=path)
