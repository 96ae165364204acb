"""`wecom-sync approve`: let a held run go on with the plan that was shown."""

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import counts_text, failure_text
from wecom_sync.use_cases.holds import HASH_CHARS, PLAN_NAMED, import_place
from wecom_sync_tools.commands.decisions.decision import (
    add_decision_arguments,
    note_of,
    run_to_decide,
)
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, matched
from wecom_sync_tools.console.styles import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import DroppedDecision, decide
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.plan import print_holds
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import show_plan, tell_run

ENDED_UNAPPLIED = frozenset({State.REJECTED, State.FAILED, State.SUPERSEDED, State.CANCELLED})
"""States in which an approved file was not applied and will not be."""


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    digest = matched(parser, PLAN_NAMED, "plan_hash_wrong", "hash", characters=HASH_CHARS)
    parser.option("--plan", metavar="HASH", about="help_plan_hash", type=digest)
    parser.flag("--yes", about="help_yes")
    parser.flag("--watch", about="help_watch")
    parser.add_hint("help_approve_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal, changes=True)
    note = note_of(args, target)
    held = run_to_decide(args, target, DroppedDecision(note, args.plan) if args.plan else None)
    named = target.named(held.run_id, held.corp)
    check(held, args.plan, terminal, named)
    asks = args.plan is None and not args.yes
    if asks and (args.json or not terminal.can_ask):
        raise UsageError("approve_unseen", run=named)
    if not args.json:
        terminal.out.print(counts_text(held.plan or {}, terminal.language))
        print_holds([failure_text(hold, terminal.language) for hold in held.holds], terminal)
    if asks:
        show_plan(target, held, terminal)
        terminal.out.print()
        if not terminal.ask("approve_question"):
            terminal.note("approve_declined", run=held.run_id)
            return 1
    decision = DroppedDecision(note, held.plan_digest or "")
    with terminal.step("approving", run_id=held.run_id):
        page, step = decide(target, held, decision, terminal)
    if args.watch and page.run.state is not State.HELD:
        track = Track(held.run_id, since=step.at)
        page = follow(target, held.corp, track, terminal, title=held.key, on_stderr=args.json)
    run = page.run
    if args.json or args.watch or run.state is State.HELD:
        tell_run(target, page, terminal, as_json=args.json)
    else:
        by = step.said.by if step.said else ""
        terminal.say("approved", by=by, state=state_words(run.state, terminal.language))
        terminal.say("dropped_next", run=named)
    is_done = is_good(run) if args.watch else run.state is not State.HELD
    return 0 if is_done else 1


def check(held: Run, digest: str | None, terminal: Terminal, named: str) -> None:
    """Raise `CommandError` unless the run waits for approval of a plan whose hash begins so."""
    if held.plans_only:
        raise UsageError("decision_of_plan", place=import_place(held))
    if held.state is not State.HELD:
        gone = held.state in ENDED_UNAPPLIED
        code: Code = "not_held_any_more" if gone else "not_held"
        state = state_words(held.state, terminal.language)
        raise UsageError(code, run=held.run_id, named=named, state=state)
    if digest is not None and not (held.plan_digest or "").startswith(digest):
        raise CommandError("plan_changed", run=named)
