"""`wecom-sync doctor` and `policy`: for those who have rights on a stack."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.cells import cell_len
from rich.text import Text as Styled

from wecom_sync.domain.drop import Word
from wecom_sync.domain.states import Job
from wecom_sync.reporting.language import escaped
from wecom_sync.reporting.row_files import FIX, RESULTS
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.console.parser import Arguments
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
ANY_CORP = "*"
WRITES: Mapping[str, tuple[str, Sequence[str]]] = {
    "dropper": (
        "DropFilesAndPlans",
        [*(f"{job}/*" for job in Job), f"{Word.PLAN}/*", f"{Word.SEND}/*"],
    ),
    "approver": ("DecideAboutRuns", [f"{Word.DECISION}/*"]),
    "approver --accounts": ("DecideAndAnswer", [f"{Word.DECISION}/*", f"{Word.ANSWER}/*"]),
    "reader": ("", ()),
    "settings": ("ChangeSettings", [Word.SETTINGS, Word.ACCOUNTS, f"{Word.EXPORT}/*"]),
}
"""What each role may put under a corp's prefix of the drop bucket, and what a policy calls that.

A star also stands for slashes. So what a role may do for every corp also fits keys that only look
like its own, for example `acme/decide/syncuser/x`. Such a key has too many parts, or a name that
does not belong there, and is rejected: no role says with it what another role may say.
"""

_READS = ("*.json", "*.html", f"*/{RESULTS}", f"*/{FIX}", "drift/*")
"""What people read of a corp's reports. The files that `init` writes are none of these: they have
everybody's mobile and e-mail, and only `settings`, which brings the export, reads them."""


def run_doctor(args: Arguments, terminal: Terminal) -> int:
    if not args.corp and not args.all:
        raise UsageError("doctor_whom")
    if args.card and not args.corp:
        raise UsageError("doctor_card_whose")
    target = _examined_stack(args, terminal)
    corps = target.documents.corps() if args.all else [args.corp]
    return max((_examine(target, corp, args.card, terminal) for corp in corps), default=0)


def _examine(target: Target, corp: str, card: str, terminal: Terminal) -> int:
    checkup = Checkup(target, corp, terminal.language, card=card)
    with terminal.step("doctor_step", corp=corp):
        findings = examined(checkup)
    checks = [
        {"name": name, "status": it.status, "text": it.text, "advice": it.advice}
        for name, it in findings.items()
    ]
    terminal.json({"corp": corp, "checks": checks})
    _show_findings(findings, terminal)
    return int(any(finding.status is Status.FAIL for finding in findings.values()))


def _examined_stack(args: Arguments, terminal: Terminal) -> Target:
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


def _show_findings(findings: Mapping[str, Finding], terminal: Terminal) -> None:
    """Print a line a check. Lines are not broken, because advice has commands to copy."""
    titles = {check.name: terminal.text(check.title) for check in CHECKS}
    width = max(map(cell_len, titles.values()))
    for name, finding in findings.items():
        mark, style = MARKS[finding.status]
        title = titles[name] + " " * (width - cell_len(titles[name]))
        terminal.line(Styled(f"{mark} ", style) + Styled(f"{title}  {escaped(finding.text)}"))
        if finding.advice:
            terminal.line(f"  → {escaped(finding.advice)}")


def run_policy(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    role = f"{args.role} --accounts" if args.accounts else args.role
    if role not in WRITES:
        raise UsageError("policy_accounts", role=args.role)
    document = policy(role, args.corp or ANY_CORP, target)
    terminal.json(document)
    if not terminal.as_json:
        terminal.out.file.write(f"{json.dumps(document, indent=2)}\n")
    return 0


def policy(role: str, corp: str, target: Target) -> dict[str, Any]:
    drops, reports = (
        f"arn:{target.partition}:s3:::{bucket}"
        for bucket in (target.drop_bucket, target.report_bucket)
    )
    sid, keys = WRITES[role]
    statements = []
    if keys:
        statements.append(_allow(sid, "s3:PutObject", (f"{drops}/{corp}/{key}" for key in keys)))
    if role != "dropper":
        listed = _allow("ListReports", "s3:ListBucket", [reports])
        if corp != ANY_CORP:
            listed["Condition"] = {"StringLike": {"s3:prefix": f"{corp}/*"}}
        read = ["*"] if role == "settings" else _READS
        reports_read = (f"{reports}/{corp}/{key}" for key in read)
        statements += [_allow("ReadReports", "s3:GetObject", reports_read), listed]
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(sid: str, action: str, resources: Iterable[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": [*resources]}
