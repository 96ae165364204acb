"""`wecom-sync runs`: the runs, the newest first."""

import argparse
import os
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import escaped
from wecom_sync.use_cases.ports import FOREVER
from wecom_sync_tools.console.parser import Parser, add_target, corp_alias, value_type
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import ALL_RUNS, target_of
from wecom_sync_tools.views.run import minute, short_id, timed

DEFAULT_LIMIT = 20


def add_arguments(parser: Parser) -> None:
    parser.options.add_argument(
        "--corp", type=corp_alias(parser), metavar="CORP", help=parser.text("help_runs_corp")
    )
    parser.options.add_argument(
        "--state",
        type=value_type(
            parser,
            lambda text: State(text.upper()) if text.upper() in State else None,
            "state_unknown",
            "state",
            states=", ".join(State),
        ),
        metavar="STATE",
        help=parser.text("help_runs_state"),
    )
    parser.options.add_argument(
        "--limit",
        type=value_type(
            parser,
            lambda text: (int(text) or None) if text.isdecimal() else None,
            "number_wrong",
            "value",
        ),
        default=DEFAULT_LIMIT,
        metavar="N",
        help=parser.text("help_limit"),
    )
    add_target(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    store = target_of(args, os.environ, terminal).store
    runs = find_runs(store, args.corp, args.state, args.limit)
    if args.json:
        terminal.json([run_document(found, terminal.language) for found in runs])
    elif runs:
        terminal.out.print(_table(runs, terminal))
        if args.state is State.HELD:
            terminal.say("runs_held_next")
    else:
        terminal.note("no_runs_match" if args.corp or args.state else "no_runs")
    return 0


def find_runs(
    store: DynamoStore, corp: str | None, state: State | None, limit: int
) -> Sequence[Run]:
    """Return the newest runs of a corp, of a state, of both, or of all.

    An index by state holds the open runs. To find others, all runs are read.
    """
    if state is None:
        return store.runs_of_corp(corp, limit) if corp else store.runs(limit)
    if state.is_final:
        found = store.runs_of_corp(corp, ALL_RUNS) if corp else store.runs(ALL_RUNS)
    else:
        found = sorted(store.due(state, FOREVER), key=lambda run: run.run_id, reverse=True)
    return [run for run in found if run.state is state and corp in {None, run.corp}][:limit]


def _table(runs: Sequence[Run], terminal: Terminal) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(terminal.text("label_run"), no_wrap=True)
    table.add_column(timed(terminal.text("label_created")), no_wrap=True)
    table.add_column(terminal.text("label_state"), no_wrap=True)
    table.add_column(terminal.text("label_rows"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_failed"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_file"), overflow="fold")
    for run in runs:
        mark, style = state_style(run.state)
        table.add_row(
            short_id(run.run_id),
            minute(run.created),
            Styled(f"{mark} {run.state}", style),
            "-" if run.rows is None else f"{run.rows:,}",
            "-" if run.failed is None else f"{run.failed:,}",
            Styled(escaped(run.key)),
        )
    return table
