"""`wecom-sync cancel`: end a run of which nothing was posted to WeCom yet."""

import argparse
import os

from wecom_sync.reporting.documents import run_document
from wecom_sync_tools.commands._decision import add_decision_arguments, who
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import cancel, is_cancellable, state_words
from wecom_sync_tools.stack.runs import find_run
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    parser.add_hint("help_cancel_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    target = target_of(args, os.environ, terminal, changes=True)
    waiting = find_run(target.store, args.run_id)
    if not is_cancellable(waiting):
        under_way = waiting.state.holds_lane
        code: Code = "not_cancellable_any_more" if under_way else "not_cancellable"
        raise UsageError(code, run=waiting.run_id, state=state_words(waiting, terminal))
    by = who(args, target)
    with terminal.step("cancelling", run_id=waiting.run_id):
        found = cancel(target, waiting, by, terminal)
    if args.json:
        terminal.json(run_document(found, terminal.language))
    else:
        terminal.say("run_cancelled", by=by, state=found.state)
    return 0
