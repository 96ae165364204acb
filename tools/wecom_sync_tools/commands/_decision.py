"""A person's decision about a run: who takes it, and what became of it."""

import getpass
import socket
import time
from argparse import Namespace
from collections.abc import Callable
from contextlib import suppress

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.run import Run
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Parser, add_json, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target
from wecom_sync_tools.views.progress import pause_seconds

PATIENCE_SECONDS = 120
"""How long a decision may take: the submit function may be busy with another file."""


def add_decision_arguments(parser: Parser) -> None:
    """Add the run and who decides."""
    parser.inputs.add_argument("run_id", metavar="RUN", help=parser.text("help_run"))
    parser.options.add_argument("--by", metavar="NAME", help=parser.text("help_by"))
    add_target(parser)
    add_json(parser)


def who(args: Namespace, target: Target) -> str:
    """Return who decides: as they say, else the AWS caller, else the user of this machine.

    The identity in a local stack is everybody's, so it names nobody.
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


def await_decision(
    target: Target,
    run_id: str,
    is_decided: Callable[[Run], bool],
    *,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Run:
    """Return the run once it is decided about. Raises `CommandError` when nothing happens."""
    deadline = clock() + PATIENCE_SECONDS
    while True:
        run = target.store.run(run_id)
        if run is None:
            raise UsageError("run_unknown", run=run_id)
        if is_decided(run):
            return run
        if clock() >= deadline:
            raise CommandError("decision_pending", run=run_id, seconds=PATIENCE_SECONDS)
        sleep(pause_seconds(target))


def state_words(run: Run, terminal: Terminal) -> str:
    """Return a run's state, as programs and as people call it."""
    return f"{run.state} · {terminal.text(f'state_{run.state}')}"
