"""`wecom-sync simulator`: WeCom's stand-in alone, in the foreground."""

from wecom_simulator.__main__ import parse_corp, parse_switch
from wecom_simulator.__main__ import run as serve
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal

__all__ = ["parse_corp", "parse_switch", "run"]


def run(args: Arguments, _terminal: Terminal) -> int:
    return serve(args)
