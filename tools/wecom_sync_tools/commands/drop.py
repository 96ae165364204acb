"""`wecom-sync drop`: upload a file, and follow its run."""

from collections.abc import Mapping
from pathlib import Path

from wecom_sync.domain.run import Job
from wecom_sync_tools.commands.cut import add_as_it_is, sendable
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import read_drop, refused_when_unread, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.progress import Track, follow, is_good
from wecom_sync_tools.views.run import tell_run


def add_arguments(parser: Parser) -> None:
    parser.input("file", about="help_file", type=Path)
    add_corp_and_job(parser, Job.COMPANY)
    add_as_it_is(parser)
    parser.flag("--force", about="help_force")
    parser.flag("--watch", about="help_watch")
    add_target(parser)
    parser.add_hint("help_drop_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    content = read_drop(args.file)
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    part = sendable(args, content, target, terminal)
    key = f"{args.corp}/{args.job}/{part.name}"
    metadata = {"force": "true"} if args.force else {}
    dropped = upload(target, key, part.content, **metadata, **part.metadata)
    return finish(target, dropped.document(args.corp, args.job), args, terminal)


def finish(target: Target, drop: Mapping[str, str], args: Arguments, terminal: Terminal) -> int:
    """Print the run of a drop, or with `--watch` follow it to its end. `drop`: as JSON."""
    run_id, corp = drop["run_id"], drop["corp"]
    if args.watch:
        with refused_when_unread("dropped_unread", run_id):
            track = Track(run_id)
            page = follow(target, corp, track, terminal, title=drop["key"], on_stderr=args.json)
        tell_run(target, page, terminal, as_json=args.json)
        return 0 if is_good(page.run) else 1
    if args.json:
        terminal.json(drop)
    else:
        terminal.say("dropped", key=drop["key"])
        terminal.say("dropped_run", run_id=run_id)
        terminal.say("dropped_next", run=target.named(run_id, corp))
    return 0
