"""`wecom-sync show`: everything about one run."""

from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_run, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.browser import open_page
from wecom_sync_tools.views.run import tell_run


def add_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.flag("--open", about="help_open")
    add_target(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    if args.open and args.json:
        raise UsageError("open_with_json")
    target = target_of(args, terminal)
    page = find_run(target.documents, args.run_id, args.corp)
    if not args.open:
        tell_run(target, page, terminal, as_json=args.json)
        return 0
    content = target.documents.get(report_name(page.run, REPORT_PAGE))
    if not content:
        raise CommandError("page_missing", run=target.named(page.run.run_id, page.run.corp))
    open_page(content, REPORT_PAGE, terminal)
    return 0
