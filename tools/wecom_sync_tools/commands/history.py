"""`wecom-sync history`: what happened to a person, the newest first."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync.domain.outcome import KINDS
from wecom_sync.domain.run import State
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp, add_limit, add_target
from wecom_sync_tools.console.styles import state_label, state_style
from wecom_sync_tools.console.tables import headed_table, minute, moment
from wecom_sync_tools.console.terminal import Prose, Terminal
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
from wecom_sync_tools.views.run import short_id

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


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    user, documents = args.userid, target.documents
    history = history_of(documents, args.corp, user, args.limit)
    if not history.runs:
        target.check_corp(args.corp)
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
        looked: dict[str, Any] = {"count": history.runs, "moment": moment(history.since)}
        terminal.note("history_none", userid=args.userid, corp=args.corp, **looked)
    else:
        terminal.note("status_of_nobody", corp=args.corp)
    return 0


def _table(entries: Sequence[Entry], terminal: Terminal) -> Table:
    first: Mapping[Code, str] = {"label_at": "time", "label_change": "", "label_from_to": "folded"}
    table = headed_table(terminal, {**first, "label_outcome": "", "label_run": ""})
    table.columns[2].ratio = 1
    for entry in entries:
        table.add_row(
            minute(entry.at),
            Styled(terminal.text(KINDS[entry.change].counted)),
            Prose("\n".join(_change(name, pair, terminal) for name, pair in entry.columns.items())),
            _outcome(entry, terminal),
            short_id(entry.run_id),
        )
    return table


def _change(name: str, pair: Sequence[str | None], terminal: Terminal) -> str:
    """Say from what to what a column changes, as far as that is known."""
    before, after = pair
    if after is None:
        return escaped(name)
    blank = terminal.text("value_blank")
    words = {"column": name, "after": after or blank}
    if before is None:
        return terminal.text("history_to", **words)
    return terminal.text("history_from_to", **words, before=before or blank)


def _outcome(entry: Entry, terminal: Terminal) -> Styled:
    if entry.outcome == HELD:
        return state_label(State.HELD, terminal.language)
    code, state = _OUTCOMES.get(entry.outcome, ("outcome_not_sent", State.CANCELLED))
    mark, style = state_style(state)
    errcode = "" if entry.errcode is None else f" {entry.errcode}"
    return Styled(f"{mark} {terminal.text(code)}{errcode}", style)
