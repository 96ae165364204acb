"""Whether what starts each function is there and switched on."""

import json
import shlex
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from wecom_sync.adapters.starts import EVERY_FILE, OFF, ON, tells_of_every_file
from wecom_sync_tools.doctor.checkup import Checkup, Finding


def notification(checkup: Checkup) -> Finding:
    """Tell whether the drop bucket tells the submit queue of every file."""
    bucket = checkup.outputs["DropBucketName"]
    url = checkup.target.resources("AWS::SQS::Queue")["SubmitQueue"]
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
