"""Whether what starts each function is there and switched on."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync.adapters.starts import EVERY_FILE, OFF, ON, tells_of_every_file
from wecom_sync_tools.doctor.case import Case, Finding


def notification(case: Case) -> Finding:
    """Tell whether the drop bucket tells the submit queue of every file."""
    bucket = case.outputs["DropBucketName"]
    url = case.target.resources("AWS::SQS::Queue")["SubmitQueue"]
    asked = case.target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    queue = asked["Attributes"]["QueueArn"]
    found = case.target.s3.get_bucket_notification_configuration(Bucket=bucket)
    rules = found.get("QueueConfigurations", [])
    if any(tells_of_every_file(rule, url.rpartition("/")[2]) for rule in rules):
        return case.ok("doctor_notification", bucket=bucket)
    # The call replaces everything, so others' rules are part of it. S3 takes no two for an event.
    others = [rule for rule in rules if not _is_of_creation(rule)]
    whole = {name: value for name, value in found.items() if name != "ResponseMetadata"}
    whole["QueueConfigurations"] = [*others, {"QueueArn": queue, "Events": [EVERY_FILE]}]
    return case.fail(
        "doctor_notification_off",
        "doctor_notification_advice",
        bucket=bucket,
        rules=shlex.quote(json.dumps(whole)),
    )


def _is_of_creation(rule: Mapping[str, Any]) -> bool:
    return any(event.startswith("s3:ObjectCreated:") for event in rule["Events"])


def mappings(case: Case) -> Finding:
    """Tell whether each function gets its messages."""
    ours = case.target.resources("AWS::Lambda::EventSourceMapping")
    pages = case.target.functions.get_paginator("list_event_source_mappings").paginate()
    states = {each["UUID"]: each["State"] for page in pages for each in page["EventSourceMappings"]}
    if gone := [name for name, uuid in ours.items() if uuid not in states]:
        return _gone(case, gone)
    off = {name: uuid for name, uuid in ours.items() if states[uuid] in OFF}
    if not off:
        return case.ok("doctor_mappings", count=len(ours))
    first = next(iter(off.values()))
    return case.fail(
        "doctor_mapping_off", "doctor_mapping_advice", names=", ".join(off), uuid=first
    )


def schedules(case: Case) -> Finding:
    """Tell whether the schedules that start functions are on."""
    ours = case.target.resources("AWS::Scheduler::Schedule")
    states = {name: _state(case, schedule) for name, schedule in ours.items()}
    if gone := [name for name, state in states.items() if state is None]:
        return _gone(case, gone)
    off = [name for name, state in states.items() if state != ON]
    if not off:
        return case.ok("doctor_schedules", count=len(ours))
    return case.fail(
        "doctor_schedule_off",
        "doctor_schedule_advice",
        names=", ".join(off),
        schedules=", ".join(ours[name] for name in off),
    )


def _state(case: Case, schedule: str) -> str | None:
    """Return a schedule's state, None when it is not there."""
    try:
        found = case.target.scheduler.get_schedule(Name=schedule)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return None
    return str(found["State"])


def concurrency(case: Case) -> Finding:
    """Tell whether each function may run at all."""
    off = {}
    for name, function in case.functions.items():
        found = case.target.functions.get_function_concurrency(FunctionName=function)
        if found.get("ReservedConcurrentExecutions") == 0:
            off[name] = function
    if not off:
        return case.ok("doctor_concurrency", count=len(case.functions))
    return case.fail(
        "doctor_concurrency_none",
        "doctor_concurrency_advice",
        names=", ".join(off),
        function=next(iter(off.values())),
    )


def _gone(case: Case, names: list[str]) -> Finding:
    return case.fail("doctor_gone", "doctor_gone_advice", names=", ".join(names))
