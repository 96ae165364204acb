"""`wecom-sync redrive`: list dead letters, and send them back once their cause is gone."""

import argparse
import os
from collections.abc import Sequence

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync_tools.console.parser import Parser, add_target
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.dead_letters import DeadLetter, dead_letter_queues, give_back, look
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import minute, short_id, timed


def add_arguments(parser: Parser) -> None:
    parser.flag("--return", "--yes", about="help_return", dest="give_back")
    add_target(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Show the dead letters, or return them to the queues they came from."""
    target = target_of(args, os.environ, terminal, changes=args.give_back)
    with terminal.step("redrive_look"):
        queues = dead_letter_queues(target)
        letters = [letter for queue in queues for letter in look(target, queue)]
    returned = 0
    if args.give_back:
        with terminal.step("redrive_return"):
            returned = give_back(target)
    if args.json:
        messages = [letter.document() for letter in letters]
        terminal.json({"messages": messages, "returned": returned})
        return 0
    if letters:
        terminal.out.print(_table(letters, terminal))
    if args.give_back:
        terminal.say("redrive_returned", count=returned)
    elif letters:
        options = "".join(f" {part}" for part in target.options)
        terminal.say("redrive_next", count=len(letters), options=options)
    else:
        terminal.say("redrive_none")
    return 0


def _table(letters: Sequence[DeadLetter], terminal: Terminal) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for label in ("label_queue", "label_message", "label_run", "label_state"):
        table.add_column(terminal.text(label), no_wrap=True)
    table.add_column(terminal.text("label_received"), justify="right", no_wrap=True)
    table.add_column(timed(terminal.text("label_sent")), no_wrap=True)
    for letter in letters:
        subject = letter.subject
        mark, style = state_style(subject.state) if subject.state else ("", "")
        table.add_row(
            letter.queue.source,
            subject.kind,
            short_id(subject.run_id or "-"),
            Styled(f"{mark} {subject.state}", style) if subject.state else "-",
            str(letter.received),
            minute(letter.sent),
        )
    return table
