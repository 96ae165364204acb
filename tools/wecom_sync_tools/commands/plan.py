"""`wecom-sync plan`: ask the stack what a file would do. Nothing is written."""

import argparse
import base64
import gzip
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ReadTimeoutError
from rich.text import Text as Styled

from wecom_sync.domain.errors import UnknownCorpError
from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError, UsageError
from wecom_sync_tools.console.parser import Parser, add_corp_and_job, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.drops import read_csv
from wecom_sync_tools.stack.target import ANSWER_SECONDS, Target, target_of
from wecom_sync_tools.views.plan import print_holds, print_plan
from wecom_sync_tools.views.troubles import MAX_ROWS, MAX_WARNINGS, print_problems

HELD = 3
REJECTED = 4
MAX_CHARS = 5_500_000
"""Bytes of base64: Lambda limits a whole request to 6 MB."""
_MILLION = 1_000_000
_VERDICTS: Mapping[str, tuple[Code, str, str, int]] = {
    "apply": ("plan_apply", "✓", "bold green", 0),
    "unchanged": ("plan_unchanged", "✓", "bold green", 0),
    "hold": ("plan_hold", "!", "bold yellow", HELD),
    "reject": ("plan_reject", "✗", "bold red", REJECTED),
    "unknown": ("plan_unknown", "✗", "bold red", 1),
}
"""The text, the style and the exit code of each verdict."""


def add_arguments(parser: Parser) -> None:
    parser.inputs.add_argument("file", type=Path, metavar="FILE", help=parser.text("help_file"))
    add_corp_and_job(parser)
    add_target(parser)
    parser.add_hint("help_plan_exit")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Ask what the file would do, and print it. The exit code is the verdict's."""
    content = packed(args.file)
    target = target_of(args, os.environ, terminal)
    name = target.output("SubmitFunctionName")
    with terminal.step("plan_step", stack=target.stack_name):
        answer = rehearse(
            target,
            name,
            {"corp": args.corp, "job": args.job, "content": content, "language": terminal.language},
        )
    if args.json:
        terminal.json({"corp": args.corp, "job": args.job, "file": str(args.file), **answer})
    else:
        show(answer, terminal, local_corp=args.corp if target.is_local else None)
    return exit_code_of(answer)


def exit_code_of(answer: Mapping[str, Any]) -> int:
    """Return how the command ends."""
    *_, code = _VERDICTS[answer["verdict"]]
    return code


def rehearse(target: Target, function: str, request: Mapping[str, str]) -> dict[str, Any]:
    """Invoke the submit function. `request`: as `Rehearsal` takes it. Raises `CommandError`."""
    try:
        response = target.submit_function.invoke(
            FunctionName=function, Payload=json.dumps({"rehearse": request})
        )
    except ReadTimeoutError as error:
        raise CommandError("plan_slow", seconds=ANSWER_SECONDS) from error
    found = json.loads(response["Payload"].read())
    answer: dict[str, Any] = found if isinstance(found, dict) else {}
    if answer.get("verdict") in _VERDICTS:
        return answer
    kind = str(answer.get("errorType", "?"))
    if kind == "Function.ResponseSizeTooLarge":
        raise CommandError("plan_answer_too_large")
    raise CommandError("plan_failed", problem=kind)


def packed(path: Path) -> str:
    """Return a file's content as the function takes it. Raises `UsageError`."""
    packed = base64.b64encode(gzip.compress(read_csv(path), mtime=0)).decode()
    if len(packed) > MAX_CHARS:
        raise UsageError(
            "plan_too_large",
            file=path,
            megabytes=len(packed) / _MILLION,
            limit=MAX_CHARS / _MILLION,
        )
    return packed


def show(answer: Mapping[str, Any], terminal: Terminal, *, local_corp: str | None = None) -> None:
    """Print what the function said. `local_corp`: the corp, when it was asked on a local stack."""
    text, mark, style, _ = _VERDICTS[answer["verdict"]]
    terminal.out.print(Styled(f"{mark} {terminal.text(text)}", style), soft_wrap=True)
    if reason := answer.get("reason"):
        terminal.out.print(Styled(escaped(reason)), soft_wrap=True)
    if local_corp and answer.get("code") == UnknownCorpError.code:
        terminal.say("plan_local_corp", corp=local_corp)
    if holds := answer.get("holds"):
        terminal.out.print()
        print_holds([each["text"] for each in holds], terminal)
    if plan := answer.get("plan"):
        terminal.out.print()
        columns, places = answer.get("update_columns"), answer.get("places")
        print_plan(plan, terminal, columns=columns, places=places)
    lists: tuple[tuple[str, Code, int], ...] = (
        ("problem", "problems_title", MAX_ROWS),
        ("warning", "plan_warnings_title", MAX_WARNINGS),
    )
    for name, title, limit in lists:
        if found := answer.get(f"{name}s"):
            terminal.out.print()
            print_problems(
                found, terminal, title=title, limit=limit, total=answer.get(f"{name}_count", 0)
            )
