"""`wecom-sync plan`: drop a file to be planned only, and print what it would do."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wecom_sync.domain.drop import PLAN as PLAN_FOLDER
from wecom_sync.domain.run import Job, State
from wecom_sync.reporting.documents import PLAN, problem_in
from wecom_sync.reporting.language import Language, escaped
from wecom_sync_tools.commands.cut import add_as_it_is, sendable
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.decisions import await_page
from wecom_sync_tools.stack.documents import RunPage
from wecom_sync_tools.stack.drops import read_drop, refused_when_unread, upload
from wecom_sync_tools.stack.target import Target, target_of
from wecom_sync_tools.views.plan import print_holds, print_plan
from wecom_sync_tools.views.run import tell_corp
from wecom_sync_tools.views.troubles import print_problems, print_warnings

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
    add_corp_and_job(parser, Job.COMPANY)
    add_as_it_is(parser)
    add_target(parser)
    parser.add_hint("help_plan_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    content = read_drop(args.file)
    target = target_of(args, terminal)
    target.check_corp(args.corp)
    part = sendable(args, content, target, terminal)
    with terminal.step("plan_step", file=args.file):
        key = f"{args.corp}/{PLAN_FOLDER}/{args.job}/{part.name}"
        dropped = upload(target, key, part.content, **part.metadata)
        with refused_when_unread("plan_unread", target.named(dropped.run_id, args.corp)):
            late: Mapping[str, Any] = {"late": "plan_slow", "seconds": ANSWER_SECONDS}
            page = await_page(target, args.corp, dropped.run_id, **late)
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
    warnings = [problem_in(warning, language) for warning in plan.pop("warnings", ())]
    return {**answer, "plan": plan or None, "warnings": warnings}


def exit_code_of(answer: Mapping[str, Any]) -> int:
    *_, code = _VERDICTS[answer["verdict"]]
    return code


def show(answer: Mapping[str, Any], terminal: Terminal) -> None:
    text, mark, style, _ = _VERDICTS[answer["verdict"]]
    terminal.line(f"{mark} {terminal.text(text)}", style)
    if (reason := answer.get("reason")) and not answer.get("problems"):
        terminal.line(escaped(reason))
    if holds := answer.get("holds"):
        terminal.out.print()
        print_holds([hold["text"] for hold in holds], terminal)
    if plan := answer.get("plan"):
        terminal.out.print()
        print_plan(plan, terminal)
    for name, print_list in (("problems", print_problems), ("warnings", print_warnings)):
        if problems := answer.get(name):
            terminal.out.print()
            print_list(problems, terminal)
