"""`wecom-sync results`: download a run's reports."""

import shlex
from collections.abc import Mapping
from pathlib import Path

from wecom_sync.domain.run import Run
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.row_files import FIX
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_run, add_target
from wecom_sync_tools.console.styles import state_words
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.documents import find_run
from wecom_sync_tools.stack.target import Target, target_of


def add_arguments(parser: Parser) -> None:
    add_run(parser)
    parser.option("-o", "--output", metavar="DIR", about="help_output", type=Path)
    add_target(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    run = find_run(target.documents, args.run_id, args.corp).run
    reports = fetch(target, run, terminal)
    files = write(reports, args.output or Path(run.run_id))
    if args.json:
        paths = {name: str(path) for name, path in files.items()}
        terminal.json({"run_id": run.run_id, "files": paths})
        return 0
    for path in files.values():
        terminal.line(escaped(str(path)))
    if FIX in files:
        options = "".join(f" {shlex.quote(option)}" for option in target.options)
        file = shlex.quote(str(files[FIX]))
        terminal.say("results_fix", file=file, corp=run.corp, options=options)
    return 0


def fetch(target: Target, run: Run, terminal: Terminal) -> dict[str, bytes]:
    """Return every report of a run that is still kept. Raises `CommandError` without any."""
    if not run.reports:
        state = state_words(run.state, terminal.language)
        raise CommandError("results_none", run=run.run_id, state=state)
    reports = {name: target.documents.report(run, name) for name in run.reports}
    kept = {name: content for name, content in reports.items() if content}
    if not kept:
        raise CommandError("results_gone", run=run.run_id)
    return kept


def write(reports: Mapping[str, bytes], folder: Path) -> dict[str, Path]:
    """Write reports into a folder, all or none. Raises `UsageError` when another file is there."""
    files = {name: folder / Path(name).name for name in reports}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in files.items():
            if path.exists() and path.read_bytes() != reports[name]:
                example = shlex.quote(str(folder / "new"))
                raise UsageError("results_in_the_way", file=path, example=example)
        for name, path in files.items():
            path.write_bytes(reports[name])
    except OSError as error:
        raise UsageError("folder_unusable", folder=folder, problem=error) from error
    return files
