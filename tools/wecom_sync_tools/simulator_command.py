"""`wecom-sync simulator`: WeCom's stand-in alone, in the foreground."""

import argparse

from wecom_sync_tools.simulator.__main__ import add_arguments
from wecom_sync_tools.simulator.__main__ import run as serve
from wecom_sync_tools.terminal import Terminal

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace, _terminal: Terminal) -> int:
    """Serve until interrupted."""
    return serve(args)
