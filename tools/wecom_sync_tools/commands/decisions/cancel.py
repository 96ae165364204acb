"""`wecom-sync cancel`: end a run of which nothing was posted to WeCom yet."""

from wecom_sync.reporting.documents import run_document
from wecom_sync.use_cases.holds import import_place
from wecom_sync_tools.commands.decisions.decision import (
    add_decision_arguments,
    note_of,
    run_to_decide,
)
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser
from wecom_sync_tools.console.styles import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import DroppedDecision, decide, is_cancellable
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    parser.add_hint("help_cancel_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=True)
    decision = DroppedDecision(note_of(args, target))
    waiting = run_to_decide(args, target, decision)
    if waiting.plans_only:
        raise UsageError("decision_of_plan", place=import_place(waiting))
    if not is_cancellable(waiting):
        under_way = waiting.state.holds_lane
        code: Code = "not_cancellable_any_more" if under_way else "not_cancellable"
        state = state_words(waiting.state, terminal.language)
        raise UsageError(code, run=waiting.run_id, state=state)
    with terminal.step("cancelling", run_id=waiting.run_id):
        page, step = decide(target, waiting, decision, terminal)
    if args.json:
        terminal.json(run_document(page.run, terminal.language))
    else:
        terminal.say("run_cancelled", by=step.said.by if step.said else "", state=page.run.state)
    return 0
