"""`wecom-sync approve`, `cancel` and `dismiss`: decide about a run."""

import getpass
import socket
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.drop import RUN_ID, Word
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import TimelineEntry
from wecom_sync.planning.memory.accounts import read_accounts
from wecom_sync.reporting.documents import (
    counts_text,
    hold_text,
    run_document,
)
from wecom_sync.use_cases.drops.decisions import import_place
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.states import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReadingRefusedError, find_run
from wecom_sync_tools.stack.drops import (
    DroppedDecision,
    decide,
    drop_decision,
    is_cancellable,
    read_file,
)
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.plan import print_holds
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import tell_run
from wecom_sync_tools.views.troubles import refusing

ENDED_UNAPPLIED = frozenset({State.REJECTED, State.FAILED, State.SUPERSEDED, State.CANCELLED})
"""States in which an approved file was not applied and will not be."""


def run_approve(args: Arguments, terminal: Terminal) -> int:
    """Let a held run go on with the plan that was shown, or send a file that was only shown."""
    target = target_of(args, terminal, changes=True)
    note = note_of(args, target)
    accounts = _accounts(args, terminal)
    decision = DroppedDecision(note, args.plan or "", "", args.without, accounts, args.remove)
    held = _run_to_decide(args, target, decision if args.plan else None)
    named = target.named(held.run_id, held.corp)
    _check_held(held, args.plan, terminal, named)
    asks = args.plan is None and not args.yes
    if asks and not terminal.can_ask:
        raise UsageError("approve_unseen", run=named)
    if held.proposal.counts is not None:
        terminal.out.print(counts_text(held.proposal.counts, terminal.language))
    if held.proposal.holds:
        print_holds([hold_text(hold, terminal.language) for hold in held.proposal.holds], terminal)
    if asks:
        terminal.say("decide_look", run=named)
        if not terminal.ask("approve_question"):
            terminal.note("approve_declined", run=held.run_id)
            return 1
    decision = decision._replace(plan=held.proposal.digest or "")
    if held.state is State.SHOWN:
        decision = decision._replace(word=Word.SEND)
    with terminal.step("approving", run_id=held.run_id):
        page, step = decide(target, held, decision, terminal)
    if args.watch and page.run.state not in {State.SHOWN, State.HELD}:
        track = Track(held.run_id, since=step.at)
        page = follow(target, held.corp, track, terminal, title=held.file)
    run = page.run
    terminal.json({**page.in_language(terminal.language), "dropped": decision.document()})
    if not terminal.as_json and (args.watch or run.state is State.HELD):
        tell_run(target, page, terminal)
    else:
        terminal.say("approved", by=_by(step), state=state_words(run.state, terminal.language))
        terminal.say("dropped_next", run=named)
    is_done = is_good(run) if args.watch else run.state is not State.HELD
    return 0 if is_done else 1


def _accounts(args: Arguments, terminal: Terminal) -> dict[str, str] | None:
    """Return the accounts that the file states, None without one. Raises `UsageError`."""
    if args.accounts is None:
        return None
    accounts: dict[str, str] = {}
    with refusing("accounts_unreadable", args.accounts, terminal):
        read_accounts(read_file(args.accounts), accounts)
    return accounts


def run_cancel(args: Arguments, terminal: Terminal) -> int:
    """End a run of which nothing was posted to WeCom yet."""
    target = target_of(args, terminal, changes=True)
    decision = DroppedDecision(note_of(args, target))
    waiting = _run_to_decide(args, target, decision)
    if waiting.identity.plans_only:
        raise UsageError("decision_of_plan", place=import_place(waiting))
    if not is_cancellable(waiting):
        under_way = waiting.state.holds_lane
        code: Code = "not_cancellable_any_more" if under_way else "not_cancellable"
        state = state_words(waiting.state, terminal.language)
        raise UsageError(code, run=waiting.run_id, state=state)
    with terminal.step("cancelling", run_id=waiting.run_id):
        page, step = decide(target, waiting, decision, terminal)
    terminal.json(run_document(page.run, terminal.language))
    terminal.say("run_cancelled", by=_by(step), state=page.run.state)
    return 0


def run_dismiss(args: Arguments, terminal: Terminal) -> int:
    """Say that an ended run needs nobody any more."""
    target = target_of(args, terminal, changes=True)
    decision = DroppedDecision(note_of(args, target), word="dismiss")
    ended = _run_to_decide(args, target, decision)
    state = state_words(ended.state, terminal.language)
    if not ended.state.is_final:
        run = target.named(ended.run_id, ended.corp)
        raise UsageError("not_ended", run_id=ended.run_id, run=run, state=state)
    if ended.state in {State.SUCCEEDED, State.UNCHANGED}:
        raise UsageError("needs_nobody", run=ended.run_id, state=state)
    with terminal.step("dismissing", run_id=ended.run_id):
        page, step = decide(target, ended, decision, terminal)
    terminal.json(run_document(page.run, terminal.language))
    terminal.say("run_dismissed", by=_by(step), state=state)
    return 0


def note_of(args: Arguments, target: Target) -> str:
    """Return the note of a decision: `--note`, else the AWS caller, else this machine's user."""
    if args.note:
        return str(args.note)
    # All callers of a local stack have the same identity.
    if not target.is_local:
        with suppress(ClientError, BotoCoreError):
            return target.caller_arn()
    user = "?"
    with suppress(OSError):
        user = getpass.getuser()
    return f"{user}@{socket.gethostname()}"


def _run_to_decide(args: Arguments, target: Target, unread: DroppedDecision | None) -> Run:
    """Return the run that is to be decided about.

    `unread`: the decision to drop if whoever asks may not read the run; that takes the corp and the
    whole id. Then `CommandError` is raised, because nobody knows the answer.
    """
    try:
        return find_run(target.documents, args.run_id, args.corp).run
    except ReadingRefusedError:
        if unread is None or not args.corp or not RUN_ID.fullmatch(args.run_id):
            raise
    drop_decision(target, args.corp, args.run_id, unread)
    raise CommandError("decision_unread", run=args.run_id)


def _check_held(held: Run, digest: str | None, terminal: Terminal, named: str) -> None:
    """Raise `CommandError` unless the run waits for approval of a plan whose hash begins so."""
    if held.identity.plans_only:
        raise UsageError("decision_of_plan", place=import_place(held))
    if held.state not in {State.SHOWN, State.HELD}:
        gone = held.state in ENDED_UNAPPLIED
        code: Code = "not_held_any_more" if gone else "not_held"
        state = state_words(held.state, terminal.language)
        raise UsageError(code, run=held.run_id, named=named, state=state)
    if digest is not None and not (held.proposal.digest or "").startswith(digest):
        raise CommandError("plan_changed", run=named)


def _by(step: TimelineEntry) -> str:
    return step.instruction.by if step.instruction else ""
