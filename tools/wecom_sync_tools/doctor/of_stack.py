"""Who asks, the stack, which of its alarms are on, and who hears of runs and alarms."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync import __version__
from wecom_sync.reporting.documents import joined
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status, UnansweredError
from wecom_sync_tools.doctor.of_corp import secret_name
from wecom_sync_tools.doctor.of_desk import card_readers
from wecom_sync_tools.stack.target import OUTPUTS

FUNCTIONS = ("submit", "persist", "callback", "desk", "publish", "sweep", "drift")
LOOKED_BACK = timedelta(hours=1)


def rights(checkup: Checkup) -> Finding:
    """Say who calls. Rights that are missing show in the other checks."""
    return checkup.ok("doctor_rights", arn=checkup.target.caller_arn())


def denied(checkup: Checkup) -> Finding:
    actions = ", ".join(sorted(checkup.denied))
    return checkup.fail("doctor_rights_missing", "doctor_rights_advice", actions=actions)


def stack(checkup: Checkup) -> Finding:
    name = checkup.target.stack_name
    lacking = [output for output in OUTPUTS if output not in checkup.outputs]
    if lacking:
        return checkup.fail("stack_foreign", "doctor_name_stack", stack=name, output=lacking[0])
    (described,) = checkup.target.cloudformation.describe_stacks(StackName=name)["Stacks"]
    status = described["StackStatus"]
    words = {"stack": name, "status": status}
    if status.endswith("_FAILED") or status in {"ROLLBACK_COMPLETE", "DELETE_IN_PROGRESS"}:
        broken = checkup.warn("doctor_stack_broken", "doctor_stack_events", **words)
        return broken._replace(status=Status.FAIL)
    if status.endswith("_IN_PROGRESS"):
        return checkup.warn("doctor_stack_moving", "doctor_stack_wait", **words)
    if "ROLLBACK" in status:
        return checkup.warn("doctor_stack_undone", "doctor_stack_events", **words)
    return _version(checkup, words)


def _version(checkup: Checkup, stack_words: Mapping[str, str]) -> Finding:
    words = {**stack_words, "here": __version__}
    try:
        version = checkup.answer["version"]
    except UnansweredError as error:
        return error.finding._replace(stops=False)
    except ClientError:
        # Whoever may not ask the function hears of it from the checks that are about its answer.
        return checkup.ok("doctor_stack_complete", **words)
    if version != __version__:
        return checkup.warn("doctor_stack_version", "doctor_deploy", **words, version=version)
    return checkup.ok("doctor_stack", **words)


def alarm_states(checkup: Checkup) -> Finding:
    """Tell which alarms are on: of what starts the functions, of queues, dead letters, all else."""
    names = checkup.target.resources("AWS::CloudWatch::Alarm")
    pages = checkup.target.cloudwatch.get_paginator("describe_alarms")
    alarms = {
        alarm["AlarmName"]: alarm
        for page in pages.paginate(AlarmNames=[*names.values()])
        for alarm in page["MetricAlarms"]
    }
    if gone := [name for name, alarm in names.items() if alarm not in alarms]:
        return checkup.fail("doctor_gone", "doctor_gone_advice", names=", ".join(gone))
    on = {name: alarms[it] for name, it in names.items() if alarms[it]["StateValue"] == "ALARM"}
    if not on:
        return checkup.ok("doctor_no_alarm", count=len(names))
    sections = dict.fromkeys(it["AlarmDescription"].rpartition("#")[2] for it in on.values())
    todo = checkup.listed(checkup.text("doctor_alarm_page", section=it) for it in sections)
    owners = [f"{name}{_owners(checkup, alarm)}" for name, alarm in on.items()]
    return checkup.fail(
        "doctor_alarm_on", "doctor_alarm_advice", names=", ".join(owners), pages=todo
    )


def _owners(checkup: Checkup, alarm: Mapping[str, Any]) -> str:
    """Say whose figures raise an alarm: which queues or functions, of our own figures which."""
    grouped = [it for it in alarm.get("Metrics", ()) if "MetricStat" in it]
    is_ours = alarm.get("Namespace") == checkup.target.stack_name
    figures = grouped or ([_figure(alarm, it) for it in FUNCTIONS] if is_ours else [])
    if not figures:
        return ""
    least, now = alarm["Threshold"] if grouped else 1, datetime.now(UTC)
    answer = checkup.target.cloudwatch.get_metric_data(
        MetricDataQueries=[{**it, "ReturnData": True} for it in figures],
        StartTime=now - LOOKED_BACK,
        EndTime=now,
    )
    owners = [
        it["Id"] for it in answer["MetricDataResults"] if max(it["Values"], default=0) >= least
    ]
    return f" ({', '.join(owners)})" if owners else ""


def _figure(alarm: Mapping[str, Any], function: str) -> dict[str, Any]:
    """Return the query of one of our own figures as one function counts it."""
    of_function = [{"Name": "service", "Value": function}]
    metric = {key: alarm[key] for key in ("Namespace", "MetricName")} | {"Dimensions": of_function}
    return {"Id": function, "MetricStat": {"Metric": metric, "Stat": "Sum", "Period": 300}}


def _subscriptions(checkup: Checkup, topic: str) -> int:
    """Count the confirmed subscriptions of a topic: one that nobody has confirmed has no ARN."""
    pages = checkup.target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    listed = (item["SubscriptionArn"] for page in pages for item in page["Subscriptions"])
    return sum(arn.startswith("arn:") for arn in listed)


def listeners(checkup: Checkup) -> Finding:
    """Tell whether anybody hears of a run that is held, by mail, robot or card."""
    topic = checkup.outputs["RunTopicArn"]
    count = _subscriptions(checkup, topic)
    robot: Mapping[str, Any] | None = checkup.ask("PublishFunction")["robot"]
    failure = robot and robot["failure"]
    secret = secret_name(checkup, MessagesSecret)
    if failure and (code := failure["params"].get("errcode")):
        return checkup.warn(
            "doctor_robot_refused", "doctor_robot_advice", errcode=code, secret=secret
        )
    if failure:
        return checkup.refused(failure, Status.WARN)
    cards = card_readers(checkup)
    if not (robot or count or cards):
        words = {"topic": topic, "secret": secret}
        return checkup.warn("doctor_listeners_none", "doctor_listeners_advice", **words)
    heard = [checkup.text("doctor_listeners", count=count)]
    heard += [checkup.text("doctor_listeners_robot")] if robot else []
    heard += [checkup.text("doctor_listeners_cards", users=checkup.listed(cards))] if cards else []
    return Finding(Status.OK, joined(heard, checkup.language))


def alarms(checkup: Checkup) -> Finding:
    topic = checkup.outputs["AlarmTopicArn"]
    try:
        count = _subscriptions(checkup, topic)
    except ClientError:
        if topic in checkup.target.resources("AWS::SNS::Topic").values():
            raise
        return checkup.ok("doctor_alarms_elsewhere", topic=topic)
    if count:
        return checkup.ok("doctor_alarms", count=count)
    return checkup.warn("doctor_alarms_unheard", "doctor_alarms_advice", topic=topic)
