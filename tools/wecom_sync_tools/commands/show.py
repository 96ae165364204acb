"""`wecom-sync show`: everything about one run."""

import argparse
import os

from wecom_sync_tools.console.parser import Parser, add_run, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import tell_run


def add_arguments(parser: Parser) -> None:
    add_run(parser)
    add_target(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    target = target_of(args, os.environ, terminal)
    page = find_run(target.documents, args.run_id, args.corp)
    tell_run(target, page, terminal, as_json=args.json)
    return 0
