"""`wecom-sync status`: what needs a person, and how each corp stands."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from wecom_sync.reporting.corp_index import CORP_PAGE, CorpIndex, run_in
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.run_pages import REPORT_PAGE
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp_or_all, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import ReportBucket, at_once
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.browser import open_page
from wecom_sync_tools.views.status import print_corp, print_corps

LINKED = 15
"""Reports of the newest runs that are fetched with a corp's page: those that it shows at first."""


def add_arguments(parser: Parser) -> None:
    add_corp_or_all(parser, "help_status_corp")
    parser.flag("--open", about="help_open")
    add_target(parser)
    parser.add_hint("help_status_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    if args.open and args.json:
        raise UsageError("open_with_json")
    target = target_of(args, terminal)
    corps = [args.corp] if args.corp else target.documents.corps()
    indexes = at_once(target.documents.index, corps)
    if args.corp and not indexes[0].runs:
        target.check_corp(args.corp)
    if args.open:
        _open(target.documents, indexes, terminal)
    elif args.json:
        terminal.json({"corps": [status_of(index, terminal.language) for index in indexes]})
    elif len(indexes) == 1:
        print_corp(target, indexes[0], terminal, time.time())
    elif indexes:
        print_corps(target, indexes, terminal, time.time())
    else:
        terminal.note("no_runs")
    return 0


def _open(documents: ReportBucket, indexes: Sequence[CorpIndex], terminal: Terminal) -> None:
    """Open the page of the corp, with the reports that it links to first."""
    if len(indexes) != 1:
        raise UsageError("status_open_one", corps=", ".join(index.corp for index in indexes))
    (index,) = indexes
    page = documents.get(f"{index.corp}/{CORP_PAGE}")
    if page is None:
        raise CommandError("status_no_page", corp=index.corp)
    linked = [*index.attention, *index.newest[:LINKED]]
    links = dict.fromkeys(f"{run['run_id']}/{REPORT_PAGE}" for run in linked)
    reports = at_once(documents.get, (f"{index.corp}/{link}" for link in links))
    beside = {link: report for link, report in zip(links, reports, strict=True) if report}
    open_page(page, CORP_PAGE, terminal, beside)


def status_of(index: CorpIndex, language: Language) -> Mapping[str, Any]:
    """Return how a corp stands, for programs."""
    return {
        "corp": index.corp,
        "attention": [_attention(run, language) for run in index.attention],
        "last_success": index.last_success,
        "runs_open": index.runs_open,
    }


def _attention(run: Mapping[str, Any], language: Language) -> Mapping[str, Any]:
    text = run_in(run, language)["reason"]
    return {"run_id": run["run_id"], "state": run["state"], "text": text}
