"""`wecom-sync cancel`: end a run of which nothing was posted to WeCom yet."""

import argparse
import os

from wecom_sync.reporting.documents import run_document
from wecom_sync.use_cases.holds import import_place
from wecom_sync_tools.commands.decisions.decision import (
    add_decision_arguments,
    decide_unread,
    note_of,
)
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import Decision, decide, is_cancellable, state_words
from wecom_sync_tools.stack.documents import ReadingRefusedError, find_run
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    parser.add_hint("help_cancel_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    target = target_of(args, os.environ, terminal, changes=True)
    decision = Decision(note_of(args, target))
    try:
        waiting = find_run(target.documents, args.run_id, args.corp).run
    except ReadingRefusedError as refused:
        decide_unread(args, target, refused, decision)
    if waiting.plans_only:
        raise UsageError("decision_of_plan", place=import_place(waiting))
    if not is_cancellable(waiting):
        under_way = waiting.state.holds_lane
        code: Code = "not_cancellable_any_more" if under_way else "not_cancellable"
        raise UsageError(code, run=waiting.run_id, state=state_words(waiting, terminal))
    with terminal.step("cancelling", run_id=waiting.run_id):
        page, step = decide(target, waiting, decision, terminal)
    if args.json:
        terminal.json(run_document(page.run, terminal.language))
    else:
        terminal.say("run_cancelled", by=step.said.by if step.said else "", state=page.run.state)
    return 0
