"""`wecom-sync rollback`: drop an earlier file again, in the version that was applied."""

import argparse
import os

from wecom_sync.adapters.s3 import ROLLBACK_OF
from wecom_sync.domain.run import Job, Run
from wecom_sync.reporting.corp_index import APPLIED
from wecom_sync_tools.commands.drop import finish
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.applied_files import file_before
from wecom_sync_tools.stack.decisions import state_words
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.drops import drop_document, upload
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import moment


def add_arguments(parser: Parser) -> None:
    add_corp_and_job(parser)
    parser.option("--to", metavar="RUN", about="help_to")
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the earlier file once more; with `--watch` stay until its run has ended.

    What is dropped is empty: the content is that of the run that its metadata name.
    """
    target = target_of(args, os.environ, terminal, changes=True)
    run_id = args.to or file_before(target.documents.index(args.corp), args.job)
    earlier = find_run(target.documents, run_id, args.corp).run
    _check(earlier, args.job, terminal)
    dropped = upload(target, earlier.key, b"", metadata={ROLLBACK_OF: earlier.run_id})
    if not args.json:
        terminal.say(
            "rolled_back",
            earlier=earlier.run_id,
            moment=moment(earlier.dropped),
            rows=earlier.rows or 0,
            key=earlier.key,
        )
        if args.job.has_members:
            terminal.say("rollback_asks")
    document = drop_document(dropped, args.corp, args.job) | {"rollback_of": earlier.run_id}
    return finish(target, dropped, document, args, terminal)


def _check(earlier: Run, job: Job, terminal: Terminal) -> None:
    if earlier.job is not job:
        raise UsageError("rollback_other", run=earlier.run_id, found=earlier.job or "-", job=job)
    if earlier.state not in APPLIED:
        raise UsageError(
            "rollback_not_applied", run=earlier.run_id, state=state_words(earlier, terminal)
        )
