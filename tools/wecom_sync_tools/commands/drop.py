"""`wecom-sync drop`: upload a file, and follow its run."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from wecom_sync_tools.console.parser import Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.drops import (
    Dropped,
    drop_document,
    read_drop,
    refused_when_unread,
    upload,
)
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import tell_run


def add_arguments(parser: Parser) -> None:
    parser.input("file", about="help_file", type=Path)
    add_corp_and_job(parser)
    parser.flag("--force", about="help_force")
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Upload the file; with `--watch` stay until its run has ended."""
    content = read_drop(args.file)
    target = target_of(args, os.environ, terminal, changes=True)
    check_corp(target, args.corp)
    key = f"{args.corp}/{args.job}/{args.file.name}"
    metadata = {"force": "true"} if args.force else {}
    dropped = upload(target, key, content, metadata=metadata)
    return finish(target, dropped, drop_document(dropped, args.corp, args.job), args, terminal)


def finish(
    target: Target,
    dropped: Dropped,
    document: Mapping[str, str],
    args: argparse.Namespace,
    terminal: Terminal,
) -> int:
    """Print the run of a drop (`document`: as JSON), or with `--watch` follow it to its end."""
    if not args.watch:
        if args.json:
            terminal.json(document)
        else:
            terminal.say("dropped", key=dropped.key)
            terminal.say("dropped_run", run_id=dropped.run_id)
            terminal.say("dropped_next", run=target.named(dropped.run_id, document["corp"]))
        return 0
    track = Track(dropped.run_id)
    with refused_when_unread("dropped_unread", dropped.run_id):
        corp = document["corp"]
        page = follow(target, corp, track, terminal, title=dropped.key, on_stderr=args.json)
    tell_run(target, page, terminal, as_json=args.json)
    return 0 if is_good(page.run) else 1
