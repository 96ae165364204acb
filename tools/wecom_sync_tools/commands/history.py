"""`wecom-sync history`: what happened to a person, the newest first."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.outcome import KINDS
from wecom_sync.domain.run import State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_corp, add_limit, add_target
from wecom_sync_tools.console.prose import Prose
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.history import (
    APPLIED,
    FAILED,
    HELD,
    UNREPORTED,
    Entry,
    accounts_named,
    history_of,
)
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import minute, moment, short_id, timed

DEFAULT_LIMIT = 100
_OUTCOMES: Mapping[str, tuple[Code, State]] = {
    APPLIED: ("outcome_applied", State.SUCCEEDED),
    FAILED: ("outcome_failed", State.FAILED),
    UNREPORTED: ("outcome_unreported", State.PARTIAL),
}
"""What an outcome is called, and as which state it looks."""


def add_arguments(parser: Parser) -> None:
    parser.input("userid", about="help_history_user")
    add_corp(parser)
    add_limit(parser, DEFAULT_LIMIT, "help_history_limit")
    add_target(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Look through the newest runs of a corp for a person."""
    target = target_of(args, os.environ, terminal)
    user, documents = args.userid, target.documents
    history = history_of(documents, args.corp, user, args.limit)
    if not history.runs:
        check_corp(target, args.corp)
    if not history.entries and (users := accounts_named(documents, args.corp, user, args.limit)):
        if len(users) > 1:
            raise UsageError("history_several", name=user, userids=", ".join(users))
        (user,) = users
        history = history_of(documents, args.corp, user, args.limit)
    if args.json:
        terminal.json({"userid": user, "entries": [asdict(entry) for entry in history.entries]})
    elif history.entries:
        terminal.out.print(_table(history.entries, terminal))
    elif history.runs:
        since = moment(_seconds(history.since))
        looked: dict[str, Any] = {"corp": args.corp, "count": history.runs, "moment": since}
        terminal.note("history_none", userid=args.userid, **looked)
    else:
        terminal.note("status_of_nobody", corp=args.corp)
    return 0


def _table(entries: Sequence[Entry], terminal: Terminal) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(timed(terminal.text("label_at")), no_wrap=True)
    table.add_column(terminal.text("label_change"), no_wrap=True)
    table.add_column(terminal.text("label_from_to"), ratio=1, overflow="fold")
    table.add_column(terminal.text("label_outcome"), no_wrap=True)
    table.add_column(terminal.text("label_run"), no_wrap=True)
    for entry in entries:
        table.add_row(
            minute(_seconds(entry.at)),
            Styled(terminal.text(KINDS[entry.change].counted)),
            Prose("\n".join(_told(name, pair, terminal) for name, pair in entry.columns.items())),
            _outcome(entry, terminal),
            short_id(entry.run_id),
        )
    return table


def _told(name: str, pair: Sequence[str | None], terminal: Terminal) -> str:
    """Say from what to what a column changes. Of a value that nobody knows nothing is said."""
    before, after = pair
    if after is None:
        return escaped(name)
    blank = terminal.text("history_blank")
    words = {"column": name, "after": after or blank}
    if before is None:
        return terminal.text("history_to", **words)
    return terminal.text("history_from_to", **words, before=before or blank)


def _outcome(entry: Entry, terminal: Terminal) -> Styled:
    if entry.outcome == HELD:
        state, words = State.HELD, STATES[State.HELD].render(terminal.language)
    else:
        code, state = _OUTCOMES.get(entry.outcome, ("outcome_not_sent", State.CANCELLED))
        words = terminal.text(code)
    mark, style = state_style(state)
    errcode = "" if entry.errcode is None else f" {entry.errcode}"
    return Styled(f"{mark} {words}{errcode}", style)


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()
