"""`wecom-sync show`: everything about one run."""

import argparse
import os

from wecom_sync_tools.console.parser import Parser, add_json, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.runs import find_run
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import show_run, whole_document


def add_arguments(parser: Parser) -> None:
    """Add the run and the options."""
    parser.inputs.add_argument("run_id", metavar="RUN", help=parser.text("help_run"))
    add_target(parser)
    add_json(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Show one run."""
    target = target_of(args, os.environ, terminal)
    found = find_run(target.store, args.run_id)
    if not args.json:
        show_run(target, found, terminal)
        return 0
    terminal.json(whole_document(target, found, terminal.language))
    return 0
