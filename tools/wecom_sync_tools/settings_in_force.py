"""`wecom-sync settings in-force`: the settings that a corp's next run goes by."""

import argparse
import os

from wecom_sync_tools.parsing import Parser, add_corp, add_json, add_target
from wecom_sync_tools.settings_check import print_settings
from wecom_sync_tools.target import target_of
from wecom_sync_tools.terminal import Terminal


def add_arguments(parser: Parser) -> None:
    """Add the options."""
    add_corp(parser)
    add_target(parser)
    add_json(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Show the settings; a corp that has none goes by the defaults."""
    policy = target_of(args, os.environ, terminal).store.policy(args.corp)
    if args.json:
        terminal.json({"corp": args.corp, "settings": policy.to_document()})
        return 0
    terminal.say("settings_in_force_of", corp=args.corp)
    print_settings(policy, terminal)
    return 0
