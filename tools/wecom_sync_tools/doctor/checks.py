"""The checks in their order: what each needs to make sense, and which rights it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync_tools.console.aws_errors import translated
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.doctor import of_callbacks, of_corp, of_stack, of_starts
from wecom_sync_tools.doctor.case import Case, Finding, Status, UnansweredError

_ASK = "lambda:InvokeFunction"
_LIST = "cloudformation:ListStackResources"
_READ = ("s3:GetObject", "s3:ListBucket")


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `needs`: those that must not have stopped it; `actions`: what it does in AWS."""

    name: str
    title: Code
    look: Callable[[Case], Finding]
    needs: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()


CHECKS = (
    Check("rights", "check_rights", of_stack.rights),
    Check(
        "stack",
        "check_stack",
        of_stack.stack,
        ("rights",),
        ("cloudformation:DescribeStacks", _LIST, _ASK),
    ),
    Check("secret", "check_secret", of_corp.secret, ("stack",), ("secretsmanager:GetSecretValue",)),
    Check("clock", "check_clock", of_stack.clock, (), (_LIST, _ASK)),
    Check("token", "check_token", of_corp.token, ("stack",), (_LIST, _ASK)),
    Check("address", "check_address", of_corp.address, ("stack",), (_LIST, _ASK)),
    Check("read", "check_read", of_corp.read, ("stack", "token", "address"), (_LIST, _ASK)),
    Check("write", "check_write", of_corp.write, ("stack", "token", "address"), (_LIST, _ASK)),
    Check(
        "callback_url", "check_callback_url", of_callbacks.callback_url, ("stack",), (_LIST, _ASK)
    ),
    Check("callbacks", "check_callbacks", of_callbacks.callbacks, ("stack",), _READ),
    Check(
        "notification",
        "check_notification",
        of_starts.notification,
        ("stack",),
        (_LIST, "sqs:GetQueueAttributes", "s3:GetBucketNotification"),
    ),
    Check(
        "mappings",
        "check_mappings",
        of_starts.mappings,
        ("stack",),
        (_LIST, "lambda:ListEventSourceMappings"),
    ),
    Check(
        "schedules",
        "check_schedules",
        of_starts.schedules,
        ("stack",),
        (_LIST, "scheduler:GetSchedule"),
    ),
    Check(
        "concurrency",
        "check_concurrency",
        of_starts.concurrency,
        ("stack",),
        (_LIST, "lambda:GetFunctionConcurrency"),
    ),
    Check(
        "queues",
        "check_queues",
        of_stack.queues,
        ("stack",),
        (_LIST, "sqs:GetQueueAttributes", "cloudwatch:GetMetricStatistics"),
    ),
    Check(
        "dead_letters",
        "check_dead_letters",
        of_stack.dead_letters,
        ("stack",),
        (
            _LIST,
            "sqs:GetQueueAttributes",
            "sqs:ReceiveMessage",
            "sqs:ChangeMessageVisibility",
            "dynamodb:GetItem",
        ),
    ),
    Check(
        "listeners",
        "check_listeners",
        of_stack.listeners,
        ("stack",),
        (_LIST, _ASK, "sns:ListSubscriptionsByTopic"),
    ),
    Check(
        "alarms",
        "check_alarms",
        of_stack.alarms,
        ("stack",),
        ("sns:ListSubscriptionsByTopic",),
    ),
    Check("settings", "check_settings", of_corp.settings, ("stack",), _READ),
)
_TITLES = {check.name: check.title for check in CHECKS}
_SAME_RIGHT: Mapping[str, str] = {
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "Invoke": "InvokeFunction",
    "ListObjectsV2": "ListBucket",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}
"""Operations that need a right of another name."""


def actions() -> frozenset[str]:
    """Return all that a caller needs. Who one is, one may always ask."""
    return frozenset(action for check in CHECKS for action in check.actions)


def examined(case: Case) -> Mapping[str, Finding]:
    """Carry every check out. What the caller may not do is told at the first one."""
    for check in CHECKS:
        stopped = [_TITLES[name] for name in check.needs if case.found[name].stops]
        case.found[check.name] = case.needs(*stopped[:1]) if stopped else _looked(check, case)
    if case.denied:
        case.found["rights"] = of_stack.denied(case)
    return case.found


def _looked(check: Check, case: Case) -> Finding:
    try:
        return check.look(case)
    except UnansweredError as error:
        return case.skip("doctor_unanswered", why=error.finding.text)
    except (CommandError, BotoCoreError, ClientError) as error:
        return _failed(check, case, error)


def _failed(check: Check, case: Case, error: CommandError | BotoCoreError | ClientError) -> Finding:
    """Return that AWS did not do what a check asked of it."""
    cause = error.__cause__ if isinstance(error, CommandError) else error
    failure = error if isinstance(error, CommandError) else translated(error)
    if isinstance(cause, ClientError) and translated(cause).code == "aws_denied":
        action = _action(check, cause.operation_name)
        case.denied.add(action)
        return case.skip("doctor_denied", action=action)
    # These texts say what to do themselves.
    told = (case.text(failure.code, **failure.params), failure.details)
    return Finding(Status.FAIL, " ".join(filter(None, told)), stops=True)


def _action(check: Check, operation: str) -> str:
    name = _SAME_RIGHT.get(operation, operation)
    return next((each for each in check.actions if each.endswith(f":{name}")), name)
