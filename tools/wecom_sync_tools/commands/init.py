"""`wecom-sync init`: get to know a corp that is in WeCom already, and write files to begin with."""

import argparse
import os
from pathlib import Path

from wecom_sync.domain.drop import INIT
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import reason_text
from wecom_sync.reporting.row_files import DEPARTMENTS, MEMBERS
from wecom_sync_tools.commands.results import fetch, write
from wecom_sync_tools.console.parser import Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.drops import read_drop, upload
from wecom_sync_tools.stack.target import Target, target_of

PATIENCE_SECONDS = 300
"""How long we wait for the functions to read the ids of a large corp."""
NO_EXPORT = "ids.csv"
"""The name of the empty object that brings no export."""


def add_arguments(parser: Parser) -> None:
    add_corp(parser)
    parser.options.add_argument(
        "--from", dest="export", type=Path, metavar="EXPORT", help=parser.text("help_init_from")
    )
    parser.options.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help=parser.text("help_init_output")
    )
    add_target(parser)
    parser.add_hint("help_init_next")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the export, or an empty object, and fetch what comes of it."""
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
