"""`wecom-sync settings apply`: check a settings file, drop it, and say if it is in force."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from wecom_sync.domain.drop import ACCOUNTS, SETTINGS
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import Run, State
from wecom_sync.files.settings_file import SECTIONS
from wecom_sync.reporting.corp_index import CorpIndex
from wecom_sync.reporting.documents import reason_text
from wecom_sync_tools.commands.settings.check import REJECTED, checked
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.drops import read_file, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.troubles import print_problems

PATIENCE_SECONDS = 60
"""How long we wait for the submit function to take the settings."""
_KEYS: Mapping[str, str] = {
    key.name: f"{section}.{name}"
    for section, keys in SECTIONS.items()
    for name, key in keys.items()
}
"""What the file calls a setting."""


def add_arguments(parser: Parser) -> None:
    parser.input("file", about="help_settings_file", type=Path)
    add_corp(parser)
    add_target(parser)
    parser.add_hint("help_apply_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    """Put the file in force; 4, and nothing is dropped, when the stack would reject it."""
    content = read_file(args.file)
    if args.file.suffix.lower() == Path(ACCOUNTS).suffix:
        return _state_accounts(args, content, terminal)
    policy = checked(content, args, terminal)
    if policy is None:
        return REJECTED
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    with terminal.step("settings_step", corp=args.corp):
        applied = put_in_force(target, args.corp, content, policy)
    tell(applied, terminal, as_json=args.json)
    return 0 if applied.is_in_force else 1


def _state_accounts(args: Arguments, content: bytes, terminal: Terminal) -> int:
    """Drop a file that says whose account each is, and tell what became of it."""
    target = target_of(args, terminal, changes=True)
    target.check_corp(args.corp)
    with terminal.step("accounts_step", corp=args.corp):
        run_id = upload(target, f"{args.corp}/{ACCOUNTS}", content).run_id
        late: Mapping[str, Any] = {"late": "settings_pending", "seconds": PATIENCE_SECONDS}
        page = await_page(target, args.corp, run_id, **late)
    problems = page.in_language(terminal.language)["problems"]
    reason = reason_text(page.run, terminal.language)
    is_taken = page.run.state is State.SUCCEEDED
    if args.json:
        outcome = {"run_id": run_id, "state": page.run.state, "reason": reason or None}
        terminal.json({"good": is_taken, "in_force": is_taken, "problems": problems, **outcome})
        return 0 if is_taken else 1
    terminal.line(reason)
    if problems:
        print_problems(problems, terminal)
    return 0 if is_taken else 1


class AppliedSettings(NamedTuple):
    """What became of dropped settings: their run, and the settings before and after."""

    corp: str
    wanted: Policy
    before: Policy
    in_force: Policy
    run: Run

    @property
    def is_in_force(self) -> bool:
        return self.run.state is State.SUCCEEDED and self.in_force == self.wanted


def put_in_force(
    target: Target,
    corp: str,
    content: bytes,
    policy: Policy,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> AppliedSettings:
    """Drop settings and wait for what comes of them. `policy`: what `content` says."""
    before = _in_force(target.documents.index(corp))
    dropped = upload(target, f"{corp}/{SETTINGS}", content)
    page = await_page(
        target,
        corp,
        dropped.run_id,
        lambda page: page.run.state.is_final and _is_indexed(target, page.run),
        late="settings_pending",
        seconds=PATIENCE_SECONDS,
        sleep=sleep,
    )
    return AppliedSettings(corp, policy, before, _in_force(target.documents.index(corp)), page.run)


def _is_indexed(target: Target, run: Run) -> bool:
    """Whether the corp's index, which is written after the run's page, says how the run ended."""
    listed = target.documents.index(run.corp).runs.get(run.run_id)
    return listed is not None and listed["state"] == run.state


def _in_force(index: CorpIndex) -> Policy:
    return Policy.from_document(index.settings or {})


def tell(applied: AppliedSettings, terminal: Terminal, *, as_json: bool) -> None:
    """Say whether the settings are in force: what they change, or why they are not."""
    run = applied.run
    why = reason_text(run, terminal.language)
    if as_json:
        settings = {"settings": applied.in_force.to_document(), "problems": []}
        outcome = {"run_id": run.run_id, "state": run.state, "reason": why or None}
        terminal.json({"good": True, "in_force": applied.is_in_force, **settings, **outcome})
    elif applied.is_in_force:
        terminal.say("settings_applied", corp=applied.corp)
        _say_changes(applied, terminal)
    elif run.state is State.SUCCEEDED:
        terminal.note("settings_overtaken", corp=applied.corp)
    else:
        terminal.note("settings_refused", corp=applied.corp, state=run.state, why=why)


def _say_changes(applied: AppliedSettings, terminal: Terminal) -> None:
    old, new = applied.before.to_document(), applied.wanted.to_document()
    changed = [name for name in new if new[name] != old[name]]
    for name in changed:
        values = {"old": _json(old[name]), "new": _json(new[name])}
        terminal.say("settings_changed", name=_KEYS.get(name, name), **values)
    if not changed:
        terminal.say("settings_unchanged")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
