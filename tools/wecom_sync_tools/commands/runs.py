"""`wecom-sync runs`: the runs, the newest first."""

import argparse
import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.corp_index import NEWEST
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language, escaped
from wecom_sync.reporting.listed_runs import run_in
from wecom_sync_tools.console.parser import (
    Parser,
    add_corp_or_all,
    add_limit,
    add_target,
    value_type,
)
from wecom_sync_tools.console.styles import state_called, state_style, states_listed
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.documents import Documents
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import minute, short_id, timed

DEFAULT_LIMIT = 20
_COMMA = re.compile("[,，、]")


def add_arguments(parser: Parser) -> None:
    add_corp_or_all(parser, "help_runs_corp")
    chosen: Mapping[str, Any] = {"action": "append", "type": _states(parser), "default": []}
    parser.option("--state", metavar="STATE", about="help_runs_state", **chosen)
    add_limit(parser, DEFAULT_LIMIT, "help_limit")
    add_target(parser)


def _states(parser: Parser) -> Callable[[str], frozenset[State]]:
    """Return the type of `--state`: words with commas between them."""
    read = value_type(
        parser,
        state_called,
        "state_unknown",
        "state",
        states=states_listed(State, parser.language),
    )
    return lambda words: frozenset(map(read, _COMMA.split(words)))


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    target = target_of(args, os.environ, terminal)
    states = frozenset[State]().union(*args.state)
    runs = find_runs(target.documents, args.corp, states, args.limit, terminal.language)
    if args.corp and not runs:
        check_corp(target, args.corp)
    if args.json:
        terminal.json(runs)
    elif runs:
        terminal.out.print(_table(runs, terminal))
        held = {run["corp"] for run in runs if run["state"] == State.HELD}
        if State.HELD in states and held:
            terminal.say("runs_held_next", corp=held.pop() if len(held) == 1 else "CORP")
    elif args.corp and not target.documents.index(args.corp).runs:
        terminal.note("status_of_nobody", corp=args.corp)
    else:
        terminal.note("no_runs_match" if args.corp or states else "no_runs")
    return 0


def find_runs(
    documents: Documents,
    corp: str | None,
    states: Collection[State],
    limit: int,
    language: Language,
) -> Sequence[Mapping[str, Any]]:
    """Return the newest runs of a corp, or of all, as JSON; only those in some states, if any.

    A corp's index has the newest ones and all that are open. Beyond these, pages are read.
    """
    corps = [corp] if corp else documents.corps()
    by_id = {
        run_id: run_in(run, language)
        for each in corps
        for run_id, run in documents.index(each).runs.items()
    }
    if limit > NEWEST:
        pages = documents.newest(corps, limit)
        by_id |= {page.run.run_id: run_document(page.run, language) for page in pages}
    runs = sorted(by_id.values(), key=lambda run: str(run["run_id"]), reverse=True)
    return [run for run in runs if not states or run["state"] in states][:limit]


def _table(runs: Sequence[Mapping[str, Any]], terminal: Terminal) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(terminal.text("label_run"), no_wrap=True)
    table.add_column(timed(terminal.text("label_created")), no_wrap=True)
    table.add_column(terminal.text("label_state"), no_wrap=True)
    table.add_column(terminal.text("label_rows"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_failed"), justify="right", no_wrap=True)
    table.add_column(terminal.text("label_file"), overflow="fold")
    for run in runs:
        state = State(run["state"])
        mark, style = state_style(state)
        table.add_row(
            short_id(run["run_id"]),
            minute(datetime.fromisoformat(run["created"]).timestamp()),
            Styled(f"{mark} {STATES[state].render(terminal.language)}", style),
            "-" if run["rows"] is None else f"{run['rows']:,}",
            "-" if run["failed"] is None else f"{run['failed']:,}",
            Styled(escaped(run["key"])),
        )
    return table
