"""`wecom-sync retry`: drop the file of a run again, in the same version."""

import argparse
import os

from wecom_sync.adapters.s3 import RETRY_OF
from wecom_sync.domain.run import RETRIED, Job, Run, State
from wecom_sync_tools.commands.drop import finish
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Parser, add_run, add_target
from wecom_sync_tools.console.styles import states_listed
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import state_words
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.drops import drop_document, upload
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.run import moment


def add_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the file of a run again; with `--watch` stay until its new run has ended.

    What is dropped is empty: the content is that of the run that its metadata name.
    """
    target = target_of(args, os.environ, terminal, changes=True)
    earlier = find_run(target.documents, args.run_id, args.corp).run
    job = _job_of(earlier, terminal)
    dropped = upload(target, earlier.key, b"", metadata={RETRY_OF: earlier.run_id})
    if not args.json:
        when = moment(earlier.dropped)
        terminal.say("retried", earlier=earlier.run_id, moment=when, key=earlier.key)
        terminal.say("retry_asks")
    document = drop_document(dropped, earlier.corp, job) | {"retry_of": earlier.run_id}
    return finish(target, dropped, document, args, terminal)


def _job_of(earlier: Run, terminal: Terminal) -> Job:
    """Return the job of a run whose file may be tried again. Raises `UsageError`."""
    if earlier.job is None:
        raise UsageError("retry_no_file", run=earlier.run_id, key=earlier.key)
    if not earlier.may_be_retried:
        ends = [state for state in State if state in RETRIED]
        raise UsageError(
            "retry_state",
            run=earlier.run_id,
            state=state_words(earlier, terminal),
            states=states_listed(ends, terminal.language),
        )
    return earlier.job
