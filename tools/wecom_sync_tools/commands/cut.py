"""Cuts the columns of a file that nobody takes, before it leaves this machine."""

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.files.cutting.cut import UNSEEN, UncuttableError, cut
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.roster import Roster, read_roster
from wecom_sync.reporting.documents import problem_text
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target
from wecom_sync_tools.views.troubles import tell_refused

_MOST_NAMED = 10


def sendable(
    args: Arguments, content: bytes, target: Target, terminal: Terminal, *, refused: int = 1
) -> tuple[str, bytes]:
    """Return the name and the content of what is sent of `args.file`; say what stays here.

    Raises `CommandError` with the exit code `refused` for a file of which nothing can be cut.
    """
    if args.as_it_is:
        return args.file.name, content
    try:
        index = target.documents.index(args.corp)
    except (CommandError, BotoCoreError, ClientError):
        raise UsageError("cut_unread") from None
    reading = Policy.from_document(index.settings).reading if index.settings else Reading()
    try:
        try:
            part = cut(args.job, content, reading)
        except UncuttableError:
            # What is wrong with the file itself says more.
            read_roster(args.job, content, reading)
            raise UsageError("cut_unlike") from None
    except FileRejectedError as error:
        file = {"run_id": None, "corp": args.corp, "job": args.job, "file": str(args.file)}
        about = {**file, "verdict": "reject", "plan": None, "holds": []}
        tell_refused(error, about, terminal)
        raise CommandError("cut_refused", exit_code=refused, file=args.file) from None
    if part.content == content:
        return args.file.name, content
    names = terminal.listed(map(shortened, part.others[:_MOST_NAMED])) or terminal.text(
        "value_none"
    )
    names += " …" if len(part.others) > _MOST_NAMED else ""
    terminal.note("cut_sent", sent=len(part.sent), stay=len(part.others), names=names)
    for it in part.read.warnings if isinstance(part.read, Roster) else ():
        if it.code in UNSEEN:
            text = problem_text(it, terminal.language)
            terminal.note("plan_line", who=args.file.name, changes=text)
    return f"{args.file.stem}.csv", part.content
