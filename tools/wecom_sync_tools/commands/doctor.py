"""`wecom-sync doctor`: check whether all that a corp's imports need works."""

from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError
from rich.cells import cell_len
from rich.text import Text as Styled

from wecom_sync.reporting.language import escaped
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.doctor.checks import CHECKS, examined
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status
from wecom_sync_tools.stack.target import Target, stack_by_name, target_of

MARKS: Mapping[Status, tuple[str, str]] = {
    Status.OK: ("✓", "bold green"),
    Status.WARN: ("!", "bold yellow"),
    Status.FAIL: ("✗", "bold red"),
    Status.SKIP: ("–", "dim"),
}


def add_arguments(parser: Parser) -> None:
    add_corp(parser)
    add_target(parser)
    parser.add_hint("help_doctor_exit")


def run(args: Arguments, terminal: Terminal) -> int:
    checkup = Checkup(_target(args, terminal), args.corp, terminal.language)
    with terminal.step("doctor_step", corp=args.corp):
        findings = examined(checkup)
    if args.json:
        checks = [
            {"name": name, "status": it.status, "text": it.text, "advice": it.advice}
            for name, it in findings.items()
        ]
        terminal.json({"corp": args.corp, "checks": checks})
    else:
        _show(findings, terminal)
    return int(any(finding.status is Status.FAIL for finding in findings.values()))


def _target(args: Arguments, terminal: Terminal) -> Target:
    """Return the stack; one that is missing or may not be looked at is for the checks to tell."""
    try:
        target = target_of(args, terminal)
    except (UsageError, BotoCoreError, ClientError) as error:
        if isinstance(error, UsageError) and error.code not in {"stack_missing", "stack_foreign"}:
            raise
        return stack_by_name(args)
    if not target.stack_name:
        raise UsageError("stack_needed")
    return target


def _show(findings: Mapping[str, Finding], terminal: Terminal) -> None:
    """Print a line a check. Lines are not broken, because advice has commands to copy."""
    titles = {check.name: terminal.text(check.title) for check in CHECKS}
    width = max(map(cell_len, titles.values()))
    for name, finding in findings.items():
        mark, style = MARKS[finding.status]
        title = titles[name] + " " * (width - cell_len(titles[name]))
        terminal.line(Styled(f"{mark} ", style) + Styled(f"{title}  {escaped(finding.text)}"))
        if finding.advice:
            terminal.line(f"  → {escaped(finding.advice)}")
