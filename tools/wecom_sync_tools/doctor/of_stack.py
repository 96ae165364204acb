"""Who asks, the stack, what starts its functions, the queues, and who hears of runs."""

import json
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync import __version__
from wecom_sync.adapters.starts import EVERY_FILE, OFF, ON, tells_of_every_file
from wecom_sync.wecom.credentials import MessagesSecret
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.doctor.checkup import Checkup, Finding, Status, UnansweredError
from wecom_sync_tools.doctor.of_corp import secret_name
from wecom_sync_tools.stack.dead_letters import dead_letter_queues, look
from wecom_sync_tools.stack.target import OUTPUTS

OLD_SECONDS = 600
"""A message waits up to five minutes by intention; `SubmitQueueAgeAlarm` and its like as well."""
_COUNT = "ApproximateNumberOfMessages"
"""The beginning of three attributes: messages that wait, are at work, or come later."""


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
        failed = checkup.fail("doctor_stack_broken", "doctor_stack_events", **words)
        return failed._replace(stops=False)
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


def queues(checkup: Checkup) -> Finding:
    dead = {queue.name for queue in dead_letter_queues(checkup.target)}
    urls = checkup.target.resources("AWS::SQS::Queue")
    working = {name: url for name, url in urls.items() if name not in dead}
    counts = {name: _count(checkup, url) for name, url in working.items()}
    ages = {name: _age(checkup, url) for name, url in working.items() if counts[name]}
    waiting = ", ".join(f"{name} {count}" for name, count in counts.items())
    oldest = max(ages.values(), default=0)
    if oldest > OLD_SECONDS:
        minutes = int(oldest // 60)
        return checkup.warn("doctor_queues_old", "doctor_logs_all", queues=waiting, minutes=minutes)
    return checkup.ok("doctor_queues", queues=waiting)


def _count(checkup: Checkup, url: str) -> int:
    answer = checkup.target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    counts = answer["Attributes"].items()
    return sum(int(value) for name, value in counts if name.startswith(_COUNT))


def _age(checkup: Checkup, url: str) -> float:
    """Return how old the oldest message was lately, in seconds; 0 if there are no figures."""
    now = datetime.fromtimestamp(checkup.clock(), UTC)
    points = checkup.target.cloudwatch.get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    newest = max(points, key=lambda point: point["Timestamp"], default=None)
    return newest["Maximum"] if newest else 0


def dead_letters(checkup: Checkup) -> Finding:
    """Read the dead letters, and count those too that somebody else is reading at the moment."""
    queues = dead_letter_queues(checkup.target)
    counted = sum(_count(checkup, queue.url) for queue in queues)
    letters = [letter for queue in queues for letter in look(checkup.target, queue)]
    hidden = max(counted - len(letters), 0)
    if not letters and not hidden:
        return checkup.ok("doctor_letters_none", queues=len(queues))
    # Nothing is known of a letter that is hidden from us.
    age = checkup.clock() - min((letter.sent for letter in letters), default=checkup.clock())
    counts = {"count": len(letters) + hidden, "hidden": hidden, "hours": int(age // 3600)}
    options = "".join(f" {part}" for part in checkup.target.options)
    code: Code = "doctor_letters_hidden" if hidden else "doctor_letters"
    return checkup.fail(code, "doctor_letters_advice", **counts, options=options)


def _subscriptions(checkup: Checkup, topic: str) -> int:
    """Count the confirmed subscriptions of a topic: one that nobody has confirmed has no ARN."""
    pages = checkup.target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    listed = (item["SubscriptionArn"] for page in pages for item in page["Subscriptions"])
    return sum(arn.startswith("arn:") for arn in listed)


def listeners(checkup: Checkup) -> Finding:
    """Tell whether anybody hears of a run that is held, by mail or robot."""
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
    if not (robot or count):
        words = {"topic": topic, "secret": secret}
        return checkup.warn("doctor_listeners_none", "doctor_listeners_advice", **words)
    return checkup.ok("doctor_listeners_robot" if robot else "doctor_listeners", count=count)


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


def notification(checkup: Checkup) -> Finding:
    """Tell whether the drop bucket tells its queue of every file."""
    bucket = checkup.outputs["DropBucketName"]
    url = checkup.target.resources("AWS::SQS::Queue")["DropQueue"]
    answer = checkup.target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    queue = answer["Attributes"]["QueueArn"]
    configured = checkup.target.s3.get_bucket_notification_configuration(Bucket=bucket)
    rules = configured.get("QueueConfigurations", [])
    if any(tells_of_every_file(rule, url.rpartition("/")[2]) for rule in rules):
        return checkup.ok("doctor_notification", bucket=bucket)
    # The call replaces everything, so others' rules are part of it. S3 takes no two for an event.
    others = [rule for rule in rules if not _is_of_creation(rule)]
    whole = {name: value for name, value in configured.items() if name != "ResponseMetadata"}
    whole["QueueConfigurations"] = [*others, {"QueueArn": queue, "Events": [EVERY_FILE]}]
    words = {"bucket": bucket, "rules": shlex.quote(json.dumps(whole))}
    return checkup.fail("doctor_notification_off", "doctor_notification_advice", **words)


def _is_of_creation(rule: Mapping[str, Any]) -> bool:
    return any(event.startswith("s3:ObjectCreated:") for event in rule["Events"])


def mappings(checkup: Checkup) -> Finding:
    ours = checkup.target.resources("AWS::Lambda::EventSourceMapping")
    pages = checkup.target.functions.get_paginator("list_event_source_mappings").paginate()
    states = {
        mapping["UUID"]: mapping["State"]
        for page in pages
        for mapping in page["EventSourceMappings"]
    }
    if gone := [name for name, uuid in ours.items() if uuid not in states]:
        return _gone(checkup, gone)
    off = {name: uuid for name, uuid in ours.items() if states[uuid] in OFF}
    if not off:
        return checkup.ok("doctor_mappings", count=len(ours))
    words = {"names": ", ".join(off), "uuid": next(iter(off.values()))}
    return checkup.fail("doctor_mapping_off", "doctor_mapping_advice", **words)


def schedules(checkup: Checkup) -> Finding:
    ours = checkup.target.resources("AWS::Scheduler::Schedule")
    states = {name: _state(checkup, schedule) for name, schedule in ours.items()}
    if gone := [name for name, state in states.items() if state is None]:
        return _gone(checkup, gone)
    off = [name for name, state in states.items() if state != ON]
    if not off:
        return checkup.ok("doctor_schedules", count=len(ours))
    words = {"names": ", ".join(off), "schedules": ", ".join(ours[name] for name in off)}
    return checkup.fail("doctor_schedule_off", "doctor_schedule_advice", **words)


def _state(checkup: Checkup, schedule: str) -> str | None:
    try:
        return str(checkup.target.scheduler.get_schedule(Name=schedule)["State"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None


def concurrency(checkup: Checkup) -> Finding:
    ask = checkup.target.functions.get_function_concurrency
    off = {
        name: function
        for name, function in checkup.functions.items()
        if ask(FunctionName=function).get("ReservedConcurrentExecutions") == 0
    }
    if not off:
        return checkup.ok("doctor_concurrency", count=len(checkup.functions))
    words = {"names": ", ".join(off), "function": next(iter(off.values()))}
    return checkup.fail("doctor_concurrency_none", "doctor_concurrency_advice", **words)


def _gone(checkup: Checkup, names: list[str]) -> Finding:
    return checkup.fail("doctor_gone", "doctor_gone_advice", names=", ".join(names))
