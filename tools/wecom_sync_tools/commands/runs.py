"""`wecom-sync runs`: the runs, the newest first."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.run import State
from wecom_sync.reporting.corp_index import NEWEST, run_in
from wecom_sync.reporting.documents import run_document
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import (
    Arguments,
    Parser,
    add_corp_or_all,
    add_limit,
    add_target,
    value_type,
)
from wecom_sync_tools.console.styles import state_called, state_label, states_listed
from wecom_sync_tools.console.tables import headed_table, minute, number
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReportBucket
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import short_id

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


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    states = frozenset[State]().union(*args.state)
    runs = find_runs(target.documents, args.corp, states, args.limit, terminal.language)
    if args.corp and not runs:
        target.check_corp(args.corp)
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
    documents: ReportBucket,
    corp: str | None,
    states: Collection[State],
    limit: int,
    language: Language,
) -> Sequence[Mapping[str, Any]]:
    """Return the newest runs as JSON: from the corps' indexes, and more of them from pages."""
    corps = [corp] if corp else documents.corps()
    by_id = {
        run_id: run_in(run, language)
        for corp in corps
        for run_id, run in documents.index(corp).runs.items()
    }
    if limit > NEWEST:
        pages = documents.newest(corps, limit)
        by_id |= {page.run.run_id: run_document(page.run, language) for page in pages}
    runs = sorted(by_id.values(), key=lambda run: str(run["run_id"]), reverse=True)
    return [run for run in runs if not states or run["state"] in states][:limit]


def _table(runs: Sequence[Mapping[str, Any]], terminal: Terminal) -> Table:
    first: Mapping[Code, str] = {"label_run": "", "label_created": "time", "label_state": ""}
    last: Mapping[Code, str] = {"label_rows": "right", "label_failed": "right"}
    table = headed_table(terminal, {**first, **last, "label_file": "folded"})
    for run in runs:
        table.add_row(
            short_id(run["run_id"]),
            minute(run["created"]),
            state_label(State(run["state"]), terminal.language),
            number(run["rows"]),
            number(run["failed"]),
            Styled(escaped(run["key"])),
        )
    return table
