"""`wecom-sync local down`: stop a running local stack."""

import os
import signal
import time
from collections.abc import Callable

from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments, Parser, add_home
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.home import Home

PATIENCE_SECONDS = 60
"""A busy machine may need this long to end every process of the stack."""


def add_arguments(parser: Parser) -> None:
    add_home(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    home = Home.chosen(args.home, os.environ)
    owner = home.owner()
    if owner is not None:
        stop(home, owner)
    if args.json:
        terminal.json({"stopped": owner is not None})
    elif owner is None:
        terminal.note("local_not_up", home=home.path)
    else:
        terminal.note("local_stopped")
    return 0


def stop(
    home: Home,
    owner: int,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """End the process that owns the home. Raises `CommandError` when that takes too long."""
    os.kill(owner, signal.SIGTERM)
    deadline = clock() + PATIENCE_SECONDS
    while home.owner() == owner:
        if clock() > deadline:
            raise CommandError("local_stays_up", pid=owner, seconds=PATIENCE_SECONDS)
        sleep(0.05)
