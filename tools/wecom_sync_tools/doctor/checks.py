"""The checks in their order: what each needs to make sense, and which rights it takes."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync_tools.console.aws_errors import translated
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.doctor import of_corp, of_desk, of_stack
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status, UnansweredError

_ASK = ("cloudformation:ListStackResources", "lambda:InvokeFunction")
_LIST = "cloudformation:ListStackResources"
_READ = ("s3:GetObject", "s3:ListBucket")


class Check(NamedTuple):
    """One check. `needs`: those that must not have stopped it; `actions`: what it does in AWS."""

    look: Callable[[Checkup], Finding]
    actions: tuple[str, ...] = ()
    needs: tuple[str, ...] = ("stack",)

    @property
    def name(self) -> str:
        return self.look.__name__

    @property
    def title(self) -> Code:
        return cast("Code", f"check_{self.name}")


_IN_WECOM = ("stack", "token", "address")
CHECKS = (
    Check(of_stack.rights, needs=()),
    Check(of_stack.stack, ("cloudformation:DescribeStacks", *_ASK), ("rights",)),
    Check(of_corp.secret, ("secretsmanager:GetSecretValue",)),
    Check(of_corp.token, _ASK),
    Check(of_corp.address, _ASK),
    Check(of_corp.read, _ASK, _IN_WECOM),
    Check(of_corp.write, _ASK, _IN_WECOM),
    Check(of_corp.callback_url, _ASK),
    Check(of_corp.callbacks, _READ),
    Check(
        of_stack.alarm_states,
        (_LIST, "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"),
    ),
    Check(of_stack.listeners, (*_ASK, *_READ, "sns:ListSubscriptionsByTopic")),
    Check(of_stack.alarms, ("sns:ListSubscriptionsByTopic",)),
    Check(of_corp.settings, _READ),
    Check(of_desk.desk, _ASK),
    Check(of_desk.approvers, (*_ASK, *_READ), ("stack", "desk")),
)
_TITLES = {check.name: check.title for check in CHECKS}
_SAME_RIGHT: Mapping[str, str] = {
    "Invoke": "InvokeFunction",
    "ListObjectsV2": "ListBucket",
}
"""Operations that need a right of another name."""


def examined(checkup: Checkup) -> Mapping[str, Finding]:
    """Carry every check out. What the caller may not do is told at the first one."""
    for check in CHECKS:
        stopped = [_TITLES[name] for name in check.needs if checkup.findings[name].stops]
        checkup.findings[check.name] = (
            checkup.needs(stopped[0]) if stopped else _finding(check, checkup)
        )
    if checkup.denied:
        checkup.findings["rights"] = of_stack.denied(checkup)
    return checkup.findings


def _finding(check: Check, checkup: Checkup) -> Finding:
    try:
        return check.look(checkup)
    except UnansweredError as error:
        return checkup.skip("doctor_unanswered", why=error.finding.text)
    except (CommandError, BotoCoreError, ClientError) as error:
        return _failed(check, checkup, error)


def _failed(
    check: Check, checkup: Checkup, error: CommandError | BotoCoreError | ClientError
) -> Finding:
    """Return that AWS did not do what a check asked of it."""
    cause = error.__cause__ if isinstance(error, CommandError) else error
    failure = error if isinstance(error, CommandError) else translated(error)
    if isinstance(cause, ClientError) and translated(cause).code == "aws_denied":
        action = _action(check, cause.operation_name)
        checkup.denied.add(action)
        return checkup.skip("doctor_denied", action=action)
    # These texts say what to do themselves.
    texts = (checkup.text(failure.code, **failure.params), failure.details)
    return Finding(Status.FAIL, " ".join(filter(None, texts)), stops=True)


def _action(check: Check, operation: str) -> str:
    name = _SAME_RIGHT.get(operation, operation)
    return next((action for action in check.actions if action.endswith(f":{name}")), name)
