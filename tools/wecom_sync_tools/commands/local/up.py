"""`wecom-sync local up`: the whole product on this machine, until interrupted."""

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text as Styled

from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_home
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.local.corps import known_corp, read_corps
from wecom_sync_tools.local.deploy import read_parameters
from wecom_sync_tools.local.emulator import LOOPBACK
from wecom_sync_tools.local.known_corp import ALIAS
from wecom_sync_tools.local.processes import interrupts_unwind
from wecom_sync_tools.local.stack import LocalStack, Options, local_stack
from wecom_sync_tools.stack.home import Home

MEMBERS = 30
_LOOK_SECONDS = 0.5


def add_arguments(parser: Parser) -> None:
    several: Mapping[str, Any] = {"action": "append", "default": []}
    parser.options.add_argument(
        "--corp", metavar="ALIAS=FILE", help=parser.text("help_up_corp", corp=ALIAS), **several
    )
    parser.option("--wecom-url", metavar="URL", about="help_wecom_url")
    parser.option("--parameter", metavar="NAME=VALUE", about="help_parameter", **several)
    parser.option("--bind", metavar="ADDRESS", about="help_bind", default=LOOPBACK)
    add_home(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    if args.wecom_url is not None and not args.wecom_url.startswith(("http://", "https://")):
        raise UsageError("url_malformed", url=args.wecom_url)
    corps = read_corps(args.corp)
    if not corps and args.wecom_url is None:
        corps = [known_corp(members=MEMBERS)]
    options = Options(
        home=Home.chosen(args.home, os.environ),
        bind=args.bind,
        wecom_url=args.wecom_url and args.wecom_url.rstrip("/"),
        corps=corps,
        parameters={"Language": terminal.language} | read_parameters(args.parameter),
    )
    try:
        with interrupts_unwind(), local_stack(options, terminal.step) as stack:
            if args.json:
                terminal.json(stack.note.document())
            else:
                _show_ready(terminal, stack, options)
            while True:
                time.sleep(_LOOK_SECONDS)
                stack.check()
    except KeyboardInterrupt:
        terminal.note("local_stopped")
    return 0


def _show_ready(terminal: Terminal, stack: LocalStack, options: Options) -> None:
    note = stack.note
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    names = ", ".join(corp.alias for corp in options.corps) or "-"
    facts: Sequence[tuple[Code, str]] = (
        ("label_corps", names),
        ("label_aws", note.aws_endpoint),
        ("label_wecom", note.wecom_url),
        ("label_callbacks", note.callback_base_url),
        ("label_drop_bucket", note.drop_bucket),
        ("label_report_bucket", note.report_bucket),
        ("label_logs", str(options.home.path)),
    )
    for label, value in facts:
        table.add_row(terminal.text(label), Styled(value))
    terminal.out.print()
    terminal.say("local_ready")
    terminal.out.print(table)
    corp = options.corps[0].alias if options.corps else "CORP"
    terminal.say("local_next", corp=corp)
