"""`wecom-sync approve`: let a held run go on with the plan that was shown."""

import argparse
import os

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.documents import counts_text, failure_text
from wecom_sync.use_cases.holds import HASH_CHARS, PLAN_NAMED, import_place
from wecom_sync_tools.commands.decisions.decision import (
    add_decision_arguments,
    decide_unread,
    note_of,
)
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Parser, value_type
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import Decision, decide, state_words
from wecom_sync_tools.stack.documents import ReadingRefusedError, find_run
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.plan import print_holds
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import show_plan, tell_run

ENDED_UNAPPLIED = frozenset({State.REJECTED, State.FAILED, State.SUPERSEDED, State.CANCELLED})
"""States in which an approved file was not applied and will not be."""


def add_arguments(parser: Parser) -> None:
    add_decision_arguments(parser)
    named = value_type(
        parser,
        lambda text: text if PLAN_NAMED.fullmatch(text) else None,
        "plan_hash_wrong", "hash", characters=HASH_CHARS,
    )  # fmt: skip
    parser.option("--plan", metavar="HASH", about="help_plan_hash", type=named)
    parser.flag("--yes", about="help_yes")
    parser.flag("--watch", about="help_watch")
    parser.add_hint("help_approve_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Approve the run's plan; with `--watch` stay until the run has ended."""
    target = target_of(args, os.environ, terminal, changes=True)
    try:
        held = find_run(target.documents, args.run_id, args.corp).run
    except ReadingRefusedError as refused:
        if args.plan is None:
            raise
        decide_unread(args, target, refused, Decision(note_of(args, target), args.plan))
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
    decision = Decision(note_of(args, target), held.plan_digest or "")
    with terminal.step("approving", run_id=held.run_id):
        page, step = decide(target, held, decision, terminal)
    if args.watch and page.run.state is not State.HELD:
        track = Track(held.run_id, since=step.at)
        page = follow(target, held.corp, track, terminal, title=held.key, on_stderr=args.json)
    found = page.run
    if args.json or args.watch or found.state is State.HELD:
        tell_run(target, page, terminal, as_json=args.json)
    else:
        by = step.said.by if step.said else ""
        terminal.say("approved", by=by, state=state_words(found, terminal))
        terminal.say("dropped_next", run=named)
    if args.watch:
        return 0 if is_good(found) else 1
    return 1 if found.state is State.HELD else 0


def check(held: Run, digest: str | None, terminal: Terminal, named: str) -> None:
    """Check that the run waits for an approval of the plan that the person has seen.

    `digest`: the beginning of that plan's hash. `named`: the run for a command to copy. Raises
    `CommandError`.
    """
    if held.plans_only:
        raise UsageError("decision_of_plan", place=import_place(held))
    if held.state is not State.HELD:
        gone = held.state in ENDED_UNAPPLIED
        code: Code = "not_held_any_more" if gone else "not_held"
        raise UsageError(code, run=held.run_id, named=named, state=state_words(held, terminal))
    if digest is not None and not (held.plan_digest or "").startswith(digest):
        raise CommandError("plan_changed", run=named)
