"""`wecom-sync retry`: drop the file of a run again, in the same version."""

from wecom_sync.adapters.s3 import RETRY_OF
from wecom_sync.domain.run import RETRIED, Job, Run, State
from wecom_sync_tools.commands.drop import finish
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_run, add_target
from wecom_sync_tools.console.styles import state_words, states_listed
from wecom_sync_tools.console.tables import moment
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.drops import upload
from wecom_sync_tools.stack.target import target_of


def add_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    """Drop an empty object whose metadata name the run that is tried again."""
    target = target_of(args, terminal, changes=True)
    earlier = find_run(target.documents, args.run_id, args.corp).run
    job = _job_of(earlier, terminal)
    dropped = upload(target, earlier.key, b"", **{RETRY_OF: earlier.run_id})
    if not args.json:
        dropped_at = moment(earlier.dropped)
        terminal.say("retried", earlier=earlier.run_id, moment=dropped_at, key=earlier.key)
        terminal.say("retry_asks")
    document = dropped.document(earlier.corp, job) | {"retry_of": earlier.run_id}
    return finish(target, document, args, terminal)


def _job_of(earlier: Run, terminal: Terminal) -> Job:
    """Return the job of a run whose file may be tried again. Raises `UsageError`."""
    if earlier.job is None:
        raise UsageError("retry_no_file", run=earlier.run_id, key=earlier.key)
    if not earlier.may_be_retried:
        state = state_words(earlier.state, terminal.language)
        states = states_listed([it for it in State if it in RETRIED], terminal.language)
        raise UsageError("retry_state", run=earlier.run_id, state=state, states=states)
    return earlier.job
