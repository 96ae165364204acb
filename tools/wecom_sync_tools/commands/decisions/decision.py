"""What `approve`, `cancel` and `dismiss` share: the arguments, the note, and which run is meant."""

import getpass
import socket
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.drop import RUN_ID
from wecom_sync.domain.run import Run
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments, Parser, add_run, add_target
from wecom_sync_tools.stack.decisions import DroppedDecision, drop_decision
from wecom_sync_tools.stack.documents import ReadingRefusedError, find_run
from wecom_sync_tools.stack.target import Target


def add_decision_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.option("--note", metavar="TEXT", about="help_note")
    add_target(parser)


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


def run_to_decide(args: Arguments, target: Target, unread: DroppedDecision | None) -> Run:
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
