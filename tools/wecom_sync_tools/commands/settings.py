"""`wecom-sync settings`: what is wrong with a file, put it in force, and show what is."""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text as Styled

from wecom_sync.adapters.s3 import BASE
from wecom_sync.domain.drop import Word
from wecom_sync.domain.policy import UNTIL, Policy
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.files.problems import FileRejectedError
from wecom_sync.files.settings_file import KEYS, LEFT_OUT, OWN, SECTIONS, read_policy
from wecom_sync.reporting.catalogue import say
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.documents import paragraphs, reason_text
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import await_page, read_file, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.run import tell_ways_to_decide
from wecom_sync_tools.views.troubles import bad_rows_of, print_troubles, tell_refused

REJECTED = 4
"""The exit code of a file that the stack would reject."""
PATIENCE_SECONDS = 60
"""How long we wait for the submit function to take the settings."""
_ORDER = ("limits", "members", "accounts", "departments", "columns", "rows", "desk", "notify")
"""The sections in the order of the documentation."""


def run_check(args: Arguments, terminal: Terminal) -> int:
    if args.file.suffix.lower() == Path(Word.ACCOUNTS).suffix:
        raise UsageError("check_accounts", file=shlex.quote(str(args.file)))
    policy = _checked(read_file(args.file), args, terminal)
    if policy is None:
        return REJECTED
    terminal.json({"good": True, "settings": policy.to_document(), "problems": []})
    terminal.say("settings_good", file=args.file)
    _print_settings(policy, terminal)
    terminal.out.print()
    if policy.locks_desk:
        terminal.line(say(terminal.language, "remark_desk_locked"))
    terminal.say("settings_next", file=shlex.quote(str(args.file)))
    return 0


def _checked(content: bytes, args: Arguments, terminal: Terminal) -> Policy | None:
    """Return what the settings say, None when they are bad, which is then said."""
    try:
        return read_policy(content)
    except FileRejectedError as error:
        terminal.line(
            Styled("✗ ", "bold red") + Styled(terminal.text("settings_bad", file=args.file))
        )
        tell_refused(error, {"good": False, "settings": None}, terminal, "settings")
    return None


def _print_settings(policy: Policy, terminal: Terminal) -> None:
    """Print settings as a file that says the same, with the defaults marked."""
    default = terminal.text("settings_default")
    for line, is_default in settings_lines(policy):
        comment = Styled(f"  # {default}", "dim") if is_default else Styled("")
        terminal.line(Styled(escaped(line)) + comment)


def settings_lines(policy: Policy) -> Iterator[tuple[str, bool]]:
    """Yield a settings file that says the same, line by line, and whether a line is a default."""
    values, defaults = _document(policy), _document(Policy())
    for section in _ORDER:
        yield f"[{section}]", False
        for name, key in SECTIONS.get(section, {}).items():
            value = values[key.name]
            if value == "":
                continue
            yield f"{name} = {toml(value)}", value == defaults[key.name]
        for header, value in values[section].items() if section in OWN else ():
            yield f"{toml(header)} = {toml(value)}", False


def _document(policy: Policy) -> dict[str, Any]:
    """Return settings as a file has them: what `[rows]` leaves out stands beside what it takes."""
    document = policy.to_document()
    left_out = document.pop("left_out")
    rows = document["rows"].items()
    own = {header: [f"{LEFT_OUT}{it}" for it in left_out.get(header, ())] for header, _ in rows}
    people: dict[str, list[str]] = {}
    for principal, user in document.pop("desk_people").items():
        people.setdefault(user, []).append(principal)
    rows = {header: [*values, *own[header]] for header, values in rows}
    return {**document, "rows": rows, "desk_people": people}


def toml(value: Any) -> str:
    """Return a value in TOML: a table on one line, anything else as in JSON, but for DEL."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{toml(name)} = {toml(it)}' for name, it in value.items())}}}"
    written = "until" if value in ([UNTIL], (UNTIL,)) else value
    return json.dumps(written, ensure_ascii=False).replace("\x7f", "\\u007f")


def run_apply(args: Arguments, terminal: Terminal) -> int:
    """Put the file in force; 4, and nothing is dropped, when the stack would reject it."""
    content = read_file(args.file)
    if args.file.suffix.lower() == Path(Word.ACCOUNTS).suffix:
        return _state_accounts(args, content, terminal)
    if args.base:
        raise UsageError("base_of_settings")
    policy = _checked(content, args, terminal)
    if policy is None:
        return REJECTED
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    index = target.documents.index(args.corp)
    before = _in_force(index)
    held = [run_id for run_id, listed in index.runs.items() if listed["state"] == State.HELD]
    with terminal.step("settings_step", corp=args.corp):
        page = await_page(
            target,
            args.corp,
            upload(target, f"{args.corp}/{Word.SETTINGS}", content).run_id,
            lambda page: _has_outcome(page.run) and _is_indexed(target, page.run),
            late="settings_pending",
            seconds=PATIENCE_SECONDS,
        )
    in_force = _in_force(target.documents.index(args.corp))
    is_in_force = tell_applied(page.run, policy, before, in_force, terminal)
    if is_in_force and held:
        terminal.say("settings_replanned", runs=terminal.listed(held), corp=args.corp)
    if page.run.state is State.HELD:
        tell_ways_to_decide(target, page.run, terminal)
    return 0 if is_in_force else 1


def _state_accounts(args: Arguments, content: bytes, terminal: Terminal) -> int:
    """Drop a file that says whose account each is, and tell what became of it."""
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    with terminal.step("accounts_step", corp=args.corp):
        base = {BASE: args.base} if args.base else {}
        run_id = upload(target, f"{args.corp}/{Word.ACCOUNTS}", content, **base).run_id
        late: Mapping[str, Any] = {"late": "settings_pending", "seconds": PATIENCE_SECONDS}
        page = await_page(target, args.corp, run_id, **late)
    problems = page.in_language(terminal.language)["problems"]
    reason = reason_text(page.run, terminal.language)
    is_taken = page.run.state is State.SUCCEEDED
    outcome = {"run_id": run_id, "state": page.run.state, "reason": reason or None}
    terminal.json({"good": is_taken, "in_force": is_taken, "problems": problems, **outcome})
    terminal.line(reason)
    if is_taken and page.run.identity.version:
        terminal.say("accounts_version", version=page.run.identity.version)
    print_troubles(bad_rows_of(problems), "problems", terminal)
    return 0 if is_taken else 1


def _has_outcome(run: Run) -> bool:
    return run.state.is_final or run.state is State.HELD


def _is_indexed(target: Target, run: Run) -> bool:
    """Whether the corp's index, which is written after the run's page, says how the run ended."""
    listed = target.documents.index(run.corp).runs.get(run.run_id)
    return listed is not None and listed["state"] == run.state


def _in_force(index: CorpIndex) -> Policy:
    return Policy.from_document(index.settings or {})


def tell_applied(
    run: Run, wanted: Policy, before: Policy, in_force: Policy, terminal: Terminal
) -> bool:
    """Say what dropped settings change, or why they are not in force; return whether they are."""
    is_in_force = run.state is State.SUCCEEDED and in_force == wanted
    why = reason_text(run, terminal.language)
    settings = {"settings": in_force.to_document(), "problems": []}
    outcome = {"run_id": run.run_id, "state": run.state, "reason": why or None}
    terminal.json({"good": True, "in_force": is_in_force, **settings, **outcome})
    if is_in_force:
        terminal.say("settings_applied", corp=run.corp)
        old, new = _document(before), _document(wanted)
        changed = [name for name in new if new[name] != old[name]]
        for name in changed:
            values = {"old": toml(old[name]), "new": toml(new[name])}
            terminal.say("settings_changed", name=KEYS.get(name, name), **values)
        if not changed:
            terminal.say("settings_unchanged")
        for remark in paragraphs(run.reason, terminal.language)[1:] if run.reason else ():
            terminal.line(remark)
    elif run.state is State.SUCCEEDED:
        terminal.aside("settings_overtaken", corp=run.corp)
    else:
        terminal.aside("settings_refused", corp=run.corp, state=run.state, why=why)
    return is_in_force


def run_in_force(args: Arguments, terminal: Terminal) -> int:
    index = target_of(args, terminal).documents.index(args.corp)
    policy = _in_force(index)
    is_applied = bool(index.settings and index.settings["since"])
    terminal.json({"corp": args.corp, "applied": is_applied, "settings": policy.to_document()})
    heading: Code = "settings_in_force_of"
    if not is_applied:
        heading = "settings_never_applied" if index.runs else "settings_of_nobody"
    terminal.say(heading, corp=args.corp)
    _print_settings(policy, terminal)
    return 0
