"""What `approve` and `cancel` share: the run, and who decides."""

import getpass
import socket
from argparse import Namespace
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync_tools.console.parser import Parser, add_target
from wecom_sync_tools.stack.target import Target


def add_decision_arguments(parser: Parser) -> None:
    parser.inputs.add_argument("run_id", metavar="RUN", help=parser.text("help_run"))
    parser.options.add_argument("--by", metavar="NAME", help=parser.text("help_by"))
    add_target(parser)


def who(args: Namespace, target: Target) -> str:
    """Return who decides: `--by`, else the AWS caller, else the user of this machine.

    All callers of a local stack have the same AWS identity, so it is not used.
    """
    if args.by:
        return str(args.by)
    if not target.is_local:
        with suppress(ClientError, BotoCoreError):
            return target.caller_arn()
    user = "?"
    with suppress(OSError):
        user = getpass.getuser()
    return f"{user}@{socket.gethostname()}"
