"""`wecom-sync rollback`: drop an earlier file again, in the version that was applied."""

from collections.abc import Mapping
from typing import Any

from wecom_sync.adapters.s3 import ROLLBACK_OF
from wecom_sync.domain.run import Job, Run
from wecom_sync.reporting.corp_index import APPLIED, CorpIndex
from wecom_sync_tools.commands.drop import finish
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.styles import state_words
from wecom_sync_tools.console.tables import moment
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.drops import upload
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_corp_and_job(parser)
    parser.option("--to", metavar="RUN", about="help_to")
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    """Drop an empty object whose metadata name the run whose file comes back."""
    target = target_of(args, terminal, changes=True)
    run_id = args.to or _file_before(target.documents.index(args.corp), args.job)
    earlier = find_run(target.documents, run_id, args.corp).run
    _check(earlier, args.job, terminal)
    dropped = upload(target, earlier.key, b"", **{ROLLBACK_OF: earlier.run_id})
    if not args.json:
        details = {"moment": moment(earlier.dropped), "key": earlier.key}
        terminal.say("rolled_back", earlier=earlier.run_id, rows=earlier.rows or 0, **details)
        if args.job.has_members:
            terminal.say("rollback_asks")
    document = dropped.document(args.corp, args.job) | {"rollback_of": earlier.run_id}
    return finish(target, document, args, terminal)


def _check(earlier: Run, job: Job, terminal: Terminal) -> None:
    if earlier.job is not job:
        raise UsageError("rollback_other", run=earlier.run_id, other=earlier.job or "-", job=job)
    if earlier.state not in APPLIED:
        state = state_words(earlier.state, terminal.language)
        raise UsageError("rollback_not_applied", run=earlier.run_id, state=state)


def _file_before(index: CorpIndex, job: Job) -> str:
    """Return the run whose file was applied before the one in force.

    After a rollback, the file that it brought back is in force. So a second rollback goes further
    back, and does not return to the file that the first one took back. Raises `UsageError`.
    """
    files = index.applied.get(job, ())
    applied = [str(file["run_id"]) for file in files if file["state"] in APPLIED]
    if not applied:
        raise UsageError("rollback_none", corp=index.corp, job=job)
    first = _origin(files[-1], {file["run_id"]: file for file in files})
    if first not in applied:
        raise UsageError("rollback_unknown", run=first, corp=index.corp, job=job)
    if first == applied[0]:
        raise UsageError("rollback_oldest", run=first, corp=index.corp, job=job)
    return applied[applied.index(first) - 1]


def _origin(file: Mapping[str, Any], files: Mapping[str, Mapping[str, Any]]) -> str:
    """Follow a rollback, and the rollback of a rollback, to the run they all go back to.

    Of a file that was tried again it is the first run that applied some of it: a retry counts as
    dropped when its file was.
    """
    while earlier := file["rollback_of"]:
        if earlier not in files:
            return str(earlier)
        file = files[earlier]
    for other in files.values():
        is_same = (other["key"], other["dropped"]) == (file["key"], file["dropped"])
        if is_same and other["state"] in APPLIED:
            return str(other["run_id"])
    return str(file["run_id"])
