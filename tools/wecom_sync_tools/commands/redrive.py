"""`wecom-sync redrive`: list dead letters, and send them back once their cause is gone."""

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Arguments, Parser, add_target
from wecom_sync_tools.console.styles import state_style
from wecom_sync_tools.console.tables import headed_table, minute
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.dead_letters import ListedLetter, dead_letter_queues, give_back, look
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import short_id


def add_arguments(parser: Parser) -> None:
    parser.flag("--return", "--yes", about="help_return", dest="give_back")
    add_target(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=args.give_back)
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


def _table(letters: Sequence[ListedLetter], terminal: Terminal) -> Table:
    plain: tuple[Code, ...] = ("label_queue", "label_message", "label_run", "label_state")
    numbers: Mapping[Code, str] = {"label_received": "right", "label_sent": "time"}
    table = headed_table(terminal, {**dict.fromkeys(plain, ""), **numbers})
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
