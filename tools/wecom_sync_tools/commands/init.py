"""`wecom-sync init`: get to know a corp, and how its HR file is to be read; write a beginning."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.domain.drop import Word
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import State
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.documents import hold_text, problem_document, reason_text
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.row_files import DEPARTMENTS, MEMBERS
from wecom_sync_tools.commands import hr_file, hr_matching
from wecom_sync_tools.commands.hr_file import Draft, Sections, Starter
from wecom_sync_tools.commands.hr_matching import Matching
from wecom_sync_tools.commands.runs import fetch, write
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import await_page, read_drop, upload
from wecom_sync_tools.stack.target import target_of
from wecom_sync_tools.views.troubles import bad_rows_of, print_troubles, tell_refused

PATIENCE_SECONDS = 300
"""How long we wait for the functions to read the ids of a large corp."""
NO_EXPORT = "ids.csv"
"""The name of the empty object that brings no export."""


def run(args: Arguments, terminal: Terminal) -> int:
    """Drop the export, or an empty object, and fetch the ids; an HR file is read here."""
    if args.hr:
        return _for_hr(args, terminal)
    return _begin(args, read_drop(args.export) if args.export else b"", terminal)


def _begin(args: Arguments, content: bytes, terminal: Terminal) -> int:
    """Let the functions look at a corp. Beside an HR file no other file is written."""
    name = args.export.name if args.export else NO_EXPORT
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    with terminal.step("init_step", corp=args.corp):
        run_id = upload(target, f"{args.corp}/{Word.EXPORT}/{name}", content).run_id
        late: Mapping[str, Any] = {"late": "init_pending", "seconds": PATIENCE_SECONDS}
        page = await_page(target, args.corp, run_id, **late)
    run, reason = page.run, reason_text(page.run, terminal.language)
    about = {"run_id": run.run_id, "corp": run.corp, "state": run.state, "reason": reason}
    if run.state is not State.SUCCEEDED:
        problems = page.in_language(terminal.language)["problems"]
        terminal.json({**about, "files": {}, "problems": problems})
        terminal.aside("init_failed", why=reason, run=target.named(run.run_id, run.corp))
        print_troubles(bad_rows_of(problems), "problems", terminal)
        return 1
    if args.hr:
        terminal.line(reason)
        return 0
    reports = fetch(target, run, terminal)
    files = write({name: reports[name] for name in (DEPARTMENTS, MEMBERS)}, args.output or Path())
    terminal.json({**about, "files": {name: str(path) for name, path in files.items()}})
    terminal.line(reason)
    terminal.say("init_files", departments=files[DEPARTMENTS], members=files[MEMBERS])
    terminal.say("init_blank" if args.export else "init_ids_only")
    return 0


def _for_hr(args: Arguments, terminal: Terminal) -> int:
    content, company = read_drop(args.hr), args.company or ""
    export = read_drop(args.export) if args.export else None
    index = _index(args, terminal)
    own = index.settings if index and index.settings and index.settings["since"] else None
    in_force = Policy.from_document(own or {})
    draft = None
    try:
        draft = hr_file.draft_of(content, in_force, args.key, terminal)
        exported = "" if export is None else hr_matching.company_of(export)
        starter = hr_file.starter_of(content, draft, company, exported)
        matching = None if export is None else hr_matching.matched(export, starter)
    except FileRejectedError as error:
        return _refused(error, draft, args, terminal)
    added = _added(starter, matching)
    proposed: Sections = matching.proposed if matching else {}
    contents = _settings(args, draft, added, proposed, terminal)
    if matching and matching.open:
        contents[Word.ACCOUNTS] = matching.accounts_csv(terminal)
    files = write(contents, args.output or Path())
    terminal.json(_hr_document(args.corp, starter, matching, files, terminal))
    paths = {name.partition(".")[0]: shlex.quote(str(path)) for name, path in files.items()}
    _tell_settings(args, draft, added, paths, terminal)
    _tell_reading(starter, terminal)
    if matching:
        _tell_matching(matching, paths, terminal)
    elif draft.is_first:
        terminal.say("init_hr_alone")
    if index is None:
        terminal.say("init_hr_replaces", corp=args.corp, **paths)
    if any(added.values()):
        paths = {"settings": Word.SETTINGS, **paths}
    _tell_next(args, paths, terminal)
    return _begin(args, export, terminal) if export is not None else 0


def _added(starter: Starter, matching: Matching | None) -> Sections:
    """Return what settings lack that the file needs."""
    before, after = starter.draft.in_force, starter.policy
    added = dict(starter.draft.added)
    if after.company != before.company:
        added["departments"] = {"company": after.company}
    if matching and matching.newcomers not in {"", before.newcomers}:
        added["accounts"] = {**added["accounts"], "newcomers": matching.newcomers}
    return added


def _settings(
    args: Arguments, draft: Draft, added: Sections, proposed: Sections, terminal: Terminal
) -> dict[str, bytes]:
    """Return the settings to write: where some are in force only on demand, with all of them."""
    if draft.is_first or (args.output and any(added.values())):
        text = hr_file.settings_toml(draft.in_force, added, proposed, draft, terminal)
        return {Word.SETTINGS: text.encode()}
    return {}


def _refused(
    error: FileRejectedError, draft: Draft | None, args: Arguments, terminal: Terminal
) -> int:
    """Tell why a file is refused, and write the settings of which that speaks."""
    files: dict[str, Path] = {}
    texts = [problem_document(problem, terminal.language)["text"] for problem in error.problems]
    if draft and any(Word.SETTINGS in text for text in texts):
        added = dict(draft.added)
        # What nobody takes yet may be what is missing.
        added["columns"] = {header: name for header, name in added["columns"].items() if name}
        contents = _settings(args, draft, added, {}, terminal)
        files = write(contents, args.output or Path())
    about = {"corp": args.corp, "files": {name: str(path) for name, path in files.items()}}
    tell_refused(error, about, terminal)
    for path in files.values():
        terminal.say("init_hr_begun", corp=args.corp, settings=shlex.quote(str(path)))
    return 1


def _tell_settings(
    args: Arguments,
    draft: Draft,
    added: Sections,
    paths: Mapping[str, str],
    terminal: Terminal,
) -> None:
    """Say what the settings are, or what the file would add to those in force."""
    if draft.is_first:
        terminal.say("init_hr_written", **paths)
        return
    terminal.say("init_hr_in_force", corp=args.corp)
    if any(added.values()):
        terminal.say("init_hr_adds")
        for line in hr_file.settings_toml(Policy(), added, {}, draft, terminal).splitlines():
            terminal.line(escaped(line))
        code: Code = "init_hr_added" if "settings" in paths else "init_hr_output"
        terminal.say(code, **paths)


def _tell_matching(matching: Matching, paths: Mapping[str, str], terminal: Terminal) -> None:
    if slip := matching.slip:
        terminal.line(hold_text(Reason(slip.code, slip.blanks), terminal.language))
    certain, new = matching.of("certain", "moved"), matching.of("new")
    counts = {"certain": len(certain), "new": len(new), "open": len(matching.open)}
    terminal.say("init_links", **counts)
    for line in matching.lines(certain, terminal):
        terminal.line(line)
    if new:
        terminal.say("init_links_new", count=len(new))
        for line in matching.lines(new, terminal):
            terminal.line(line)
    if rule := matching.newcomers:
        terminal.say("init_newcomers_ask" if rule == "ask" else "init_newcomers", rule=rule)
    if matching.strangers:
        named = terminal.listed(f"{name} ({user})" for user, name in matching.strangers.items())
        terminal.say("init_strangers", count=len(matching.strangers), named=named)
    if matching.branches:
        paths_of = (f"{path} ({len(users)})" for path, users in matching.branches.items())
        terminal.say("init_branches", named=terminal.listed(paths_of))
    if matching.open:
        terminal.say("init_links_open", count=len(matching.open), **paths)
        for line in matching.lines(matching.open, terminal):
            terminal.line(line)


def _tell_next(args: Arguments, paths: Mapping[str, str], terminal: Terminal) -> None:
    terminal.say("init_hr_next")
    for path in paths.values():
        terminal.say("init_hr_next_settings", corp=args.corp, settings=path)
    terminal.say("init_hr_next_files", corp=args.corp, file=shlex.quote(str(args.hr)))


def _index(args: Arguments, terminal: Terminal) -> CorpIndex | None:
    """Return the index of the corp; None if no stack was named and none can be asked."""
    is_named = any((args.home, args.stack, args.drop_bucket, args.report_bucket))
    try:
        return target_of(args, terminal).documents.index(args.corp)
    except (CommandError, BotoCoreError, ClientError):
        if is_named:
            raise
        return None


def _tell_reading(starter: Starter, terminal: Terminal) -> None:
    draft = starter.draft
    for lines in (hr_file.guess_lines, hr_file.selection_lines):
        for line in lines(draft, terminal):
            terminal.line(line)
    if draft.is_first and not draft.selected:
        terminal.say("init_hr_everybody")
    if draft.unclear:
        named = terminal.listed(draft.unclear)
        terminal.say("init_hr_unclear", headers=named)
    print_troubles(bad_rows_of(_warnings(starter, terminal)), "warnings", terminal)
    terminal.say("init_hr_tree")
    for line in hr_file.tree_lines(starter):
        terminal.line(escaped(line))


def _warnings(starter: Starter, terminal: Terminal) -> list[dict[str, Any]]:
    return [problem_document(warning, terminal.language) for warning in starter.roster.warnings]


def _hr_document(
    corp: str,
    starter: Starter,
    matching: Matching | None,
    files: dict[str, Path],
    terminal: Terminal,
) -> dict[str, object]:
    links, draft = matching.documents if matching else [], starter.draft
    people = hr_file.paths_of(starter.roster)
    return {
        "corp": corp,
        "key": starter.policy.key or None,
        "newcomers": matching.newcomers if matching else "",
        "branches": matching.branches if matching else {},
        "links": links,
        "strangers": [*matching.strangers] if matching else [],
        "departments": {"/".join(path): count for path, count in people.items()},
        "files": {name: str(path) for name, path in files.items()},
        "columns": {guess.header: guess.column for guess in draft.guesses},
        "taken": {column.header: dict(column.taken) for column in draft.selected},
        "left_out": {column.header: dict(column.left_out) for column in draft.selected},
        "unknown": {column.header: [*column.unknown] for column in draft.selected},
        "unclear": [*draft.unclear],
        "warnings": _warnings(starter, terminal),
    }
