"""`wecom-sync settings check`: what is wrong with a settings file, or what it puts in force."""

import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.text import Text as Styled

from wecom_sync.domain.drop import ACCOUNTS
from wecom_sync.domain.policy import Policy
from wecom_sync.files.roster import FileRejectedError
from wecom_sync.files.settings_file import LEFT_OUT, OWN, SECTIONS, read_policy
from wecom_sync.reporting.documents import problem_document, problem_text
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_json
from wecom_sync_tools.console.tables import headed_table
from wecom_sync_tools.console.terminal import Prose, Terminal
from wecom_sync_tools.stack.drops import read_file

REJECTED = 4
_ORDER = ("limits", "members", "accounts", "departments", "columns", "rows", "notify")
"""The sections in the order of the documentation."""


def add_arguments(parser: Parser) -> None:
    parser.input("file", about="help_settings_file", type=Path)
    add_json(parser)
    parser.add_hint("help_check_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    if args.file.suffix.lower() == Path(ACCOUNTS).suffix:
        raise UsageError("check_accounts", file=shlex.quote(str(args.file)))
    policy = checked(read_file(args.file), args, terminal)
    if policy is None:
        return REJECTED
    if args.json:
        terminal.json({"good": True, "settings": policy.to_document(), "problems": []})
        return 0
    terminal.say("settings_good", file=args.file)
    print_settings(policy, terminal)
    terminal.out.print()
    terminal.say("settings_next", file=shlex.quote(str(args.file)))
    return 0


def checked(content: bytes, args: Arguments, terminal: Terminal) -> Policy | None:
    """Return what the settings say, None when they are bad, which is then said."""
    try:
        return read_policy(content)
    except FileRejectedError as error:
        _refuse(args, error, terminal)
        return None


def print_settings(policy: Policy, terminal: Terminal) -> None:
    """Print settings as a file that says the same, with the defaults marked."""
    default = terminal.text("settings_default")
    for line, is_default in settings_lines(policy):
        comment = Styled(f"  # {default}", "dim") if is_default else Styled("")
        terminal.line(Styled(escaped(line)) + comment)


def settings_lines(policy: Policy) -> Iterator[tuple[str, bool]]:
    """Yield a settings file that says the same, line by line, and whether a line is a default."""
    values, defaults = policy.to_document(), Policy().to_document()
    for section in _ORDER:
        yield f"[{section}]", False
        for name, key in SECTIONS.get(section, {}).items():
            value = values[key.name]
            if value == "":
                continue
            yield f"{name} = {toml(value)}", value == defaults[key.name]
        for header, value in values[section].items() if section in OWN else ():
            if section == "rows":
                value = [*value, *(f"{LEFT_OUT}{it}" for it in policy.left_out.get(header, ()))]
            yield f"{toml(header)} = {toml(value)}", False


def toml(value: Any) -> str:
    """Return a number, a truth, a text or a list of texts in TOML: as in JSON, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _refuse(args: Arguments, error: FileRejectedError, terminal: Terminal) -> None:
    if args.json:
        problems = [problem_document(problem, terminal.language) for problem in error.problems]
        terminal.json({"good": False, "settings": None, "problems": problems})
        return
    sentence = Styled(terminal.text("settings_bad", file=args.file))
    terminal.line(Styled("✗ ", "bold red") + sentence)
    folded: Mapping[Code, str] = {"label_setting": "folded", "label_problem": "folded"}
    table = headed_table(terminal, {"label_line": "right", **folded})
    for problem in error.problems:
        column = Styled(escaped(problem.column) or "-")
        words = Prose(problem_text(problem, terminal.language))
        table.add_row(str(problem.line or "-"), column, words)
    terminal.out.print(table)
