"""`wecom-sync show`: everything about one run."""

import argparse
import os

from wecom_sync_tools.console.parser import Parser, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.runs import find_run
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import tell_run


def add_arguments(parser: Parser) -> None:
    parser.inputs.add_argument("run_id", metavar="RUN", help=parser.text("help_run"))
    add_target(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    target = target_of(args, os.environ, terminal)
    found = find_run(target.store, args.run_id)
    tell_run(target, found, terminal, as_json=args.json)
    return 0
