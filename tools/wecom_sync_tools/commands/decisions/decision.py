"""What `approve` and `cancel` share: the arguments and the note."""

import getpass
import socket
from argparse import Namespace
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync_tools.console.parser import Parser, add_run, add_target
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
