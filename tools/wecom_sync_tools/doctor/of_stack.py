"""Who asks, the stack, the clocks, the queues and what lies in them, and who hears of runs."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync import __version__
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.doctor.case import Case, Finding, Status, UnansweredError
from wecom_sync_tools.doctor.of_corp import secret_name
from wecom_sync_tools.stack.dead_letters import dead_letter_queues, look
from wecom_sync_tools.stack.target import OUTPUTS

CLOCK_WARN_SECONDS, CLOCK_FAIL_SECONDS = 60, 300
"""AWS refuses a request that was signed with a clock five minutes off."""
OLD_SECONDS = 1800
"""A message waits up to 15 minutes by intention, and a failed one is tried again after 30."""
_COUNT = "ApproximateNumberOfMessages"
"""The beginning of three attributes: messages that wait, are at work, or come later."""


def rights(case: Case) -> Finding:
    """Say who asks. What that one may not do shows when it is tried."""
    try:
        found = case.target.identity()
    except ClientError as error:
        # A refusal tells the time as well: a wrong clock may be why.
        case.note_time("here", error.response["ResponseMetadata"], case.clock())
        raise
    case.note_time("here", found["ResponseMetadata"], case.clock())
    return case.ok("doctor_rights", arn=found["Arn"])


def denied(case: Case) -> Finding:
    """Say what the caller would need as well."""
    actions = ", ".join(sorted(case.denied))
    return case.fail("doctor_rights_missing", "doctor_rights_advice", actions=actions)


def stack(case: Case) -> Finding:
    name = case.target.stack_name
    lacking = [output for output in OUTPUTS if output not in case.outputs]
    if lacking:
        return case.fail("stack_foreign", "doctor_name_stack", stack=name, output=lacking[0])
    (described,) = case.target.cloudformation.describe_stacks(StackName=name)["Stacks"]
    status = described["StackStatus"]
    told = {"stack": name, "status": status}
    if status.endswith("_FAILED") or status in {"ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS"}:
        failed = case.fail("doctor_stack_broken", "doctor_stack_events", **told)
        return Finding(failed.status, failed.text, failed.advice)
    if status.endswith("_IN_PROGRESS"):
        return case.warn("doctor_stack_moving", "doctor_stack_wait", **told)
    if "ROLLBACK" in status:
        return case.warn("doctor_stack_undone", "doctor_stack_events", **told)
    return _version(case, name, status)


def _version(case: Case, name: str, status: str) -> Finding:
    """Compare the functions' version with the command line's."""
    told = {"stack": name, "status": status, "here": __version__}
    try:
        version = case.answer["version"]
    except UnansweredError as error:
        found = error.finding
        return Finding(found.status, found.text, found.advice)
    except ClientError:
        # Whoever may not ask the function hears of it from the checks that are about its answer.
        return case.ok("doctor_stack_complete", **told)
    if version != __version__:
        return case.warn("doctor_stack_version", "doctor_deploy", **told, version=version)
    return case.ok("doctor_stack", **told)


def clock(case: Case) -> Finding:
    if not case.found["stack"].stops:
        with suppress(ClientError, UnansweredError):
            _ = case.answer
    codes: dict[str, Code] = {"here": "doctor_clock_here", "there": "doctor_clock_there"}
    known = [name for name in codes if name in case.skews]
    if not known:
        return case.skip("doctor_clock_unknown")
    text = case.text("list_comma").join(
        case.text(codes[name], seconds=f"{case.skews[name]:+.0f}") for name in known
    )
    worst = max(abs(case.skews[name]) for name in known)
    if worst > CLOCK_FAIL_SECONDS:
        return case.fail("doctor_clock_wrong", "doctor_clock_advice", clocks=text)
    if worst > CLOCK_WARN_SECONDS:
        return case.warn("doctor_clock_wrong", "doctor_clock_advice", clocks=text)
    return case.ok("doctor_clock", clocks=text)


def queues(case: Case) -> Finding:
    dead = {queue.name for queue in dead_letter_queues(case.target)}
    urls = case.target.resources("AWS::SQS::Queue")
    working = {name: url for name, url in urls.items() if name not in dead}
    counts = {name: _count(case, url) for name, url in working.items()}
    ages = {name: _age(case, url) for name, url in working.items() if counts[name]}
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    oldest = max(ages.values(), default=0)
    if oldest > OLD_SECONDS:
        minutes = int(oldest // 60)
        return case.warn("doctor_queues_old", "doctor_logs_all", queues=told, minutes=minutes)
    return case.ok("doctor_queues", queues=told)


def _count(case: Case, url: str) -> int:
    answer = case.target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    counts = answer["Attributes"].items()
    return sum(int(value) for name, value in counts if name.startswith(_COUNT))


def _age(case: Case, url: str) -> float:
    """Return how old the oldest message was lately, in seconds; 0 if there are no figures."""
    now = datetime.fromtimestamp(case.clock(), UTC)
    found = case.target.cloudwatch.get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(found, key=lambda each: each["Timestamp"], default=None)
    return newest["Maximum"] if newest else 0


def dead_letters(case: Case) -> Finding:
    """Read the dead letters, and count those too that somebody else is reading at the moment."""
    queues = dead_letter_queues(case.target)
    counted = sum(_count(case, queue.url) for queue in queues)
    letters = [letter for queue in queues for letter in look(case.target, queue)]
    hidden = max(counted - len(letters), 0)
    if not letters and not hidden:
        return case.ok("doctor_letters_none", queues=len(queues))
    # Nothing is known of a letter that is hidden from us.
    age = case.clock() - min((letter.sent for letter in letters), default=case.clock())
    told = {"count": len(letters) + hidden, "hidden": hidden, "hours": int(age // 3600)}
    options = "".join(f" {part}" for part in case.target.options)
    code: Code = "doctor_letters_hidden" if hidden else "doctor_letters"
    return case.fail(code, "doctor_letters_advice", **told, options=options)


def _subscriptions(case: Case, topic: str) -> int:
    """Count the confirmed subscriptions of a topic: one that nobody has confirmed has no ARN."""
    pages = case.target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    listed = (each["SubscriptionArn"] for page in pages for each in page["Subscriptions"])
    return sum(arn.startswith("arn:") for arn in listed)


def listeners(case: Case) -> Finding:
    """Tell whether anybody hears of a run that is held, by mail or robot."""
    topic = case.outputs["RunTopicArn"]
    count = _subscriptions(case, topic)
    robot: Mapping[str, Any] | None = case.ask("PublishFunction")["robot"]
    failure = robot and robot["failure"]
    secret = secret_name(case, MessagesSecret)
    if failure and (code := failure["params"].get("errcode")):
        return case.warn("doctor_robot_refused", "doctor_robot_advice", errcode=code, secret=secret)
    if failure:
        return case.refused(failure, Status.WARN)
    if not (robot or count):
        return case.warn(
            "doctor_listeners_none", "doctor_listeners_advice", topic=topic, secret=secret
        )
    return case.ok("doctor_listeners_robot" if robot else "doctor_listeners", count=count)


def alarms(case: Case) -> Finding:
    topic = case.outputs["AlarmTopicArn"]
    if count := _subscriptions(case, topic):
        return case.ok("doctor_alarms", count=count)
    return case.warn("doctor_alarms_unheard", "doctor_alarms_advice", topic=topic)
