"""`wecom-sync plan`: drop a file to be planned only, and print what it would do."""

import argparse
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.text import Text as Styled

from wecom_sync.domain.drop import PLAN as PLAN_FOLDER
from wecom_sync.domain.run import State
from wecom_sync.reporting.documents import PLAN, problem_in
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.corps import check_corp
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import read_drop, refused_when_unread, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.plan import print_holds, print_plan
from wecom_sync_tools.views.run import tell_corp
from wecom_sync_tools.views.troubles import MAX_ROWS, MAX_WARNINGS, print_problems

HELD = 3
REJECTED = 4
ANSWER_SECONDS = 200
"""How long we wait for a plan, longer than the submit function may take."""
_VERDICTS: Mapping[str, tuple[Code, str, str, int]] = {
    "apply": ("plan_apply", "✓", "bold green", 0),
    "unchanged": ("plan_unchanged", "✓", "bold green", 0),
    "hold": ("plan_hold", "!", "bold yellow", HELD),
    "reject": ("plan_reject", "✗", "bold red", REJECTED),
    "unknown": ("plan_unknown", "✗", "bold red", 1),
}
"""The text, the style and the exit code of each verdict."""


def add_arguments(parser: Parser) -> None:
    parser.input("file", about="help_file", type=Path)
    add_corp_and_job(parser)
    add_target(parser)
    parser.add_hint("help_plan_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Drop the file to be planned, and print what it would do. The exit code is the verdict's."""
    content = read_drop(args.file)
    target = target_of(args, os.environ, terminal)
    check_corp(target, args.corp)
    with terminal.step("plan_step", file=args.file):
        dropped = upload(target, f"{args.corp}/{PLAN_FOLDER}/{args.job}/{args.file.name}", content)
        with refused_when_unread("plan_unread", target.named(dropped.run_id, args.corp)):
            page = await_page(
                target,
                args.corp,
                dropped.run_id,
                lambda page: page.run.state.is_final,
                late="plan_slow",
                seconds=ANSWER_SECONDS,
            )
    answer = answer_of(target, page, terminal.language)
    if args.json:
        about = {"run_id": page.run.run_id, "corp": args.corp, "job": args.job}
        terminal.json({**about, "file": str(args.file), **answer})
    else:
        show(answer, terminal)
        tell_corp(target, page.run, terminal)
    return exit_code_of(answer)


def answer_of(target: Target, page: RunPage, language: Language) -> dict[str, Any]:
    """Return what a file would do: the verdict, and `plan` as `plan.json`, in a language."""
    document = page.in_language(language)
    answer = {name: document[name] for name in ("verdict", "reason", "plan_digest", "holds")}
    if page.run.state is State.REJECTED:
        return {**answer, "plan": None, "problems": document["problems"]}
    kept = target.documents.report(page.run, PLAN)
    plan: dict[str, Any] = json.loads(kept) if kept else {}
    warnings = [problem_in(each, language) for each in plan.pop("warnings", ())]
    return {**answer, "plan": plan or None, "warnings": warnings}


def exit_code_of(answer: Mapping[str, Any]) -> int:
    """Return how the command ends."""
    *_, code = _VERDICTS[answer["verdict"]]
    return code


def show(answer: Mapping[str, Any], terminal: Terminal) -> None:
    """Print what a file would do."""
    text, mark, style, _ = _VERDICTS[answer["verdict"]]
    terminal.out.print(Styled(f"{mark} {terminal.text(text)}", style), soft_wrap=True)
    if (reason := answer.get("reason")) and not answer.get("problems"):
        terminal.out.print(Styled(escaped(reason)), soft_wrap=True)
    if holds := answer.get("holds"):
        terminal.out.print()
        print_holds([each["text"] for each in holds], terminal)
    if plan := answer.get("plan"):
        terminal.out.print()
        print_plan(plan, terminal)
    lists: tuple[tuple[str, Code, int], ...] = (
        ("problems", "problems_title", MAX_ROWS),
        ("warnings", "plan_warnings_title", MAX_WARNINGS),
    )
    for name, title, limit in lists:
        if problems := answer.get(name):
            terminal.out.print()
            print_problems(problems, terminal, title=title, limit=limit)
