"""`wecom-sync simulator`: WeCom's stand-in alone, in the foreground."""

from typing import cast

from wecom_simulator.__main__ import HELPS
from wecom_simulator.__main__ import add_arguments as add_simulator_arguments
from wecom_simulator.__main__ import run as serve
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Arguments, Parser
from wecom_sync_tools.console.terminal import Terminal


def add_arguments(parser: Parser) -> None:
    helps = {name: parser.text(cast("Code", f"help_simulated_{name}")) for name in HELPS}
    add_simulator_arguments(parser.options, helps)


def run(args: Arguments, _terminal: Terminal) -> int:
    return serve(args)
