"""What `approve` and `cancel` share: the arguments, the note, and deciding without reading."""

import getpass
import socket
from argparse import Namespace
from contextlib import suppress
from typing import NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.drop import RUN_ID
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Parser, add_run, add_target
from wecom_sync_tools.stack.decisions import Decision, drop_decision
from wecom_sync_tools.stack.documents import ReadingRefusedError
from wecom_sync_tools.stack.target import Target


def add_decision_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.option("--note", metavar="TEXT", about="help_note")
    add_target(parser)


def note_of(args: Namespace, target: Target) -> str:
    """Return what is noted of a decision: `--note`, else the AWS caller, else this machine's user.

    All callers of a local stack have the same AWS identity, so it is not used.
    """
    if args.note:
        return str(args.note)
    if not target.is_local:
        with suppress(ClientError, BotoCoreError):
            return target.caller_arn()
    user = "?"
    with suppress(OSError):
        user = getpass.getuser()
    return f"{user}@{socket.gethostname()}"


def decide_unread(
    args: Namespace, target: Target, refused: ReadingRefusedError, decision: Decision
) -> NoReturn:
    """Drop a decision of somebody who may not read. Raises `CommandError`: nobody knows the answer.

    Nothing can be looked up, so the corp and the whole id have to be named. Raises `refused` when
    they are not.
    """
    if not args.corp or not RUN_ID.fullmatch(args.run_id):
        raise refused
    drop_decision(target, args.corp, args.run_id, decision)
    raise CommandError("decision_unread", run=args.run_id)
