"""`wecom-sync rollback`: drop an earlier file again, in the version that was applied."""

import argparse
import os

from botocore.exceptions import ClientError

from wecom_sync.adapters.s3 import ROLLBACK_OF
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Job, Run
from wecom_sync_tools.commands.drop import finish
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.applied_files import APPLIED, GONE, file_before
from wecom_sync_tools.stack.decisions import state_words
from wecom_sync_tools.stack.drops import drop_document, dropped
from wecom_sync_tools.stack.runs import find_run
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.run import moment


def add_arguments(parser: Parser) -> None:
    add_corp_and_job(parser)
    parser.options.add_argument("--to", metavar="RUN", help=parser.text("help_to"))
    parser.options.add_argument("--watch", action="store_true", help=parser.text("help_watch"))
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the earlier file once more; with `--watch` stay until its run has ended."""
    target = target_of(args, os.environ, terminal, changes=True)
    if args.to is None:
        earlier = file_before(target, args.corp, args.job)
    else:
        earlier = find_run(target.store, args.to)
        _check(earlier, args.corp, args.job, terminal)
    drop = copy_again(target, earlier)
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
    document = drop_document(drop, args.corp, args.job) | {"rollback_of": earlier.run_id}
    return finish(target, drop, document, args, terminal)


def _check(earlier: Run, corp: str, job: Job, terminal: Terminal) -> None:
    if (earlier.corp, earlier.job) != (corp, job):
        raise UsageError(
            "rollback_other",
            run=earlier.run_id,
            found=earlier.job or "-",
            found_corp=earlier.corp,
            corp=corp,
            job=job,
        )
    if earlier.state not in APPLIED:
        raise UsageError(
            "rollback_not_applied", run=earlier.run_id, state=state_words(earlier, terminal)
        )


def copy_again(target: Target, earlier: Run) -> Drop:
    """Copy the run's object version onto its key. Raises `UsageError` when it is gone."""
    if not earlier.version:
        raise UsageError("rollback_gone", run=earlier.run_id, key=earlier.key)
    try:
        copied = target.s3.copy_object(
            Bucket=earlier.bucket,
            Key=earlier.key,
            CopySource={"Bucket": earlier.bucket, "Key": earlier.key, "VersionId": earlier.version},
            MetadataDirective="REPLACE",
            Metadata={ROLLBACK_OF: earlier.run_id},
            ContentType="text/csv",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in GONE:
            raise
        raise UsageError("rollback_gone", run=earlier.run_id, key=earlier.key) from error
    return dropped(target, earlier.bucket, earlier.key, copied.get("VersionId", ""))
