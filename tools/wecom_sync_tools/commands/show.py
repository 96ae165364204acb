"""`wecom-sync show`: everything about one run."""

import argparse
import os

from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_json, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import ALL_RUNS, target_of
from wecom_sync_tools.views.run import show_run, whole_document

NAMED = 5
"""Runs that the complaint about an ambiguous id names."""


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


def find_run(store: DynamoStore, name: str) -> Run:
    """Return the run of that id, or the only one whose id starts or ends so.

    Raises `UsageError`.
    """
    if exact := store.run(name):
        return exact
    fitting = [
        run
        for run in store.runs(ALL_RUNS)
        if run.run_id.startswith(name) or run.run_id.endswith(name)
    ]
    if not name or not fitting:
        raise UsageError("run_unknown", run=name)
    if len(fitting) > 1:
        names = ", ".join(run.run_id for run in fitting[:NAMED])
        raise UsageError("run_ambiguous", run=name, runs=names)
    return fitting[0]
