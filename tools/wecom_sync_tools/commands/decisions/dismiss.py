"""`wecom-sync dismiss`: say that an ended run needs nobody any more."""

from wecom_sync.reporting.documents import run_document
from wecom_sync_tools.commands.decisions.decision import (
    add_decision_arguments,
    note_of,
    run_to_decide,
)
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser
from wecom_sync_tools.console.styles import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import DroppedDecision, decide
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    parser.add_hint("help_dismiss_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=True)
    decision = DroppedDecision(note_of(args, target), word="dismiss")
    ended = run_to_decide(args, target, decision)
    state = state_words(ended.state, terminal.language)
    if not ended.state.is_final:
        raise UsageError("not_ended", run=target.named(ended.run_id, ended.corp), state=state)
    with terminal.step("dismissing", run_id=ended.run_id):
        page, step = decide(target, ended, decision, terminal)
    if args.json:
        terminal.json(run_document(page.run, terminal.language))
    else:
        terminal.say("run_dismissed", by=step.said.by if step.said else "", state=state)
    return 0
