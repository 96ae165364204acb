"""`wecom-sync policy`: print the rights of a role as an IAM policy."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wecom_sync.domain.drop import ACCOUNTS, DECIDE, INIT, PLAN, SETTINGS
from wecom_sync.domain.run import Job
from wecom_sync.reporting.row_files import FIX, RESULTS
from wecom_sync_tools.console.parser import Arguments, Parser, add_corp, add_target
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target, target_of

ANY_CORP = "*"
WRITES: Mapping[str, tuple[str, Sequence[str]]] = {
    "dropper": ("DropFilesAndPlans", [*(f"{job}/*" for job in Job), f"{PLAN}/*"]),
    "approver": ("DecideAboutRuns", [f"{DECIDE}/*"]),
    "reader": ("", ()),
    "settings": ("ChangeSettings", [SETTINGS, ACCOUNTS, f"{INIT}/*"]),
}
"""What each role may put under a corp's prefix of the drop bucket, and what a policy calls that.

A star also stands for slashes. So what a role may do for every corp also fits keys that only look
like its own, for example `acme/decide/syncuser/x`. Such a key has too many parts, or a name that
does not belong there, and is rejected: no role says with it what another role may say.
"""

_READS = ("*.json", "*.html", f"*/{RESULTS}", f"*/{FIX}", "drift/*")
"""What people read of a corp's reports. The files that `init` writes are none of these: they have
everybody's mobile and e-mail, and only `settings`, which brings the export, reads them."""


def add_arguments(parser: Parser) -> None:
    parser.input("role", about="help_role", choices=tuple(WRITES))
    add_corp(parser, "help_policy_corp", default=None)
    add_target(parser)


def run(args: Arguments, terminal: Terminal) -> int:
    target = target_of(args, terminal)
    document = policy(args.role, args.corp or ANY_CORP, target)
    if args.json:
        terminal.json(document)
    else:
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
