"""`wecom-sync settings in-force`: show the settings of a corp's next run."""

from wecom_sync.domain.policy import Policy
from wecom_sync_tools.commands.settings.check import print_settings
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_corp(parser)
    add_target(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    index = target_of(args, terminal).documents.index(args.corp)
    policy = Policy.from_document(index.settings or {})
    is_applied = bool(index.settings and index.settings["since"])
    if args.json:
        terminal.json({"corp": args.corp, "applied": is_applied, "settings": policy.to_document()})
        return 0
    heading: Code = "settings_in_force_of"
    if not is_applied:
        heading = "settings_never_applied" if index.runs else "settings_of_nobody"
    terminal.say(heading, corp=args.corp)
    print_settings(policy, terminal)
    return 0
