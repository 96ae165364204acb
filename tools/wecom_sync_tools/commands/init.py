"""`wecom-sync init`: get to know a corp that is in WeCom already, and write files to begin with."""

import argparse
import os
import shlex
from pathlib import Path

from wecom_sync.domain.drop import INIT, SETTINGS
from wecom_sync.domain.run import Run, State
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.reporting.documents import problem_document, reason_text
from wecom_sync.reporting.row_files import DEPARTMENTS, MEMBERS
from wecom_sync_tools.commands.hr_file import departments_csv, settings_toml, starter_of
from wecom_sync_tools.commands.results import fetch, write
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.drops import read_drop, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.troubles import MAX_ROWS, print_problems

PATIENCE_SECONDS = 300
"""How long we wait for the functions to read the ids of a large corp."""
NO_EXPORT = "ids.csv"
"""The name of the empty object that brings no export."""


def add_arguments(parser: Parser) -> None:
    add_corp(parser)
    parser.options.add_argument(
        "--from", dest="export", type=Path, metavar="EXPORT", help=parser.text("help_init_from")
    )
    parser.options.add_argument("--hr", type=Path, metavar="FILE", help=parser.text("help_init_hr"))
    parser.options.add_argument("--company", metavar="NAME", help=parser.text("help_init_company"))
    parser.options.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help=parser.text("help_init_output")
    )
    add_target(parser)
    parser.add_hint("help_init_next")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the export, or an empty object, and fetch what comes of it.

    For an HR file write what it needs, without a stack.
    """
    if args.hr:
        return _for_hr(args, terminal)
    content = read_drop(args.export) if args.export else b""
    name = args.export.name if args.export else NO_EXPORT
    target = target_of(args, os.environ, terminal, changes=True)
    check_corp(target, args.corp)
    with terminal.step("init_step", corp=args.corp):
        found = _answer(target, args.corp, name, content)
    if found.state is not State.SUCCEEDED:
        if args.json:
            terminal.json(_document(found, {}, terminal))
        else:
            terminal.note("init_failed", why=reason_text(found, terminal.language))
        return 1
    reports = fetch(target, found, terminal)
    files = write({each: reports[each] for each in (DEPARTMENTS, MEMBERS)}, args.output or Path())
    if args.json:
        terminal.json(_document(found, files, terminal))
        return 0
    terminal.say("init_known", why=reason_text(found, terminal.language))
    terminal.say("init_files", departments=files[DEPARTMENTS], members=files[MEMBERS])
    terminal.say("init_blank" if args.export else "init_ids_only")
    return 0


def _for_hr(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.export:
        raise UsageError("init_either")
    try:
        starter = starter_of(read_drop(args.hr), args.company or "")
    except FileRejectedError as error:
        problems = [problem_document(each, terminal.language) for each in error.problems]
        if args.json:
            terminal.json({"corp": args.corp, "files": {}, "problems": problems})
        else:
            print_problems(problems, terminal, title="problems_title", limit=MAX_ROWS)
        return 1
    contents = {
        SETTINGS: settings_toml(starter, terminal),
        DEPARTMENTS: departments_csv(starter.departments),
    }
    files = write(contents, args.output or Path())
    if args.json:
        shown = {name: str(path) for name, path in files.items()}
        terminal.json({"corp": args.corp, "files": shown, "left_out": dict(starter.left_out)})
        return 0
    terminal.say("init_hr_written", settings=files[SETTINGS], departments=files[DEPARTMENTS])
    terminal.say(
        "init_hr_next",
        corp=args.corp,
        settings=shlex.quote(str(files[SETTINGS])),
        departments=shlex.quote(str(files[DEPARTMENTS])),
        file=shlex.quote(str(args.hr)),
    )
    return 0


def _answer(target: Target, corp: str, name: str, content: bytes) -> Run:
    dropped = upload(target, f"{corp}/{INIT}/{name}", content)
    page = await_page(
        target,
        corp,
        dropped.run_id,
        lambda page: page.run.state.is_final,
        late="init_pending",
        seconds=PATIENCE_SECONDS,
    )
    return page.run


def _document(found: Run, files: dict[str, Path], terminal: Terminal) -> dict[str, object]:
    return {
        "run_id": found.run_id,
        "corp": found.corp,
        "state": found.state,
        "reason": reason_text(found, terminal.language),
        "files": {name: str(path) for name, path in files.items()},
    }
