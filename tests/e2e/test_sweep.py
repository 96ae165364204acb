"""What the schedules start runs in the local stack too, with the rights of its own role."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from e2e.conftest import LocalStack, eventually
from support.events import sqs
from support.world import members, s3_event

CORP = "sweep"


@contextmanager
def hurried(stack: LocalStack, name: str) -> Iterator[None]:
    """Let a schedule come every minute for as long as the block lasts."""
    scheduler = stack.client("scheduler")
    known = scheduler.get_schedule(Name=name)
    same = {part: known[part] for part in ("Name", "Target", "FlexibleTimeWindow")}
    scheduler.update_schedule(**same, ScheduleExpression="rate(1 minute)")
    try:
        yield
    finally:
        scheduler.update_schedule(**same, ScheduleExpression=known["ScheduleExpression"])


def test_a_run_whose_message_is_lost_is_swept_up(stack: LocalStack) -> None:
    names = stack.resources()
    functions, sqs = stack.client("lambda"), stack.client("sqs")
    queue = names["SubmitQueue"]
    key = f"{CORP}/syncuser/team.csv"
    mapping = names["SubmitFunctionMessages"]
    functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        stack.put(key, members("a"))
        run = taken_in(stack, names, key)
        sqs.purge_queue(QueueUrl=queue)
    finally:
        functions.update_event_source_mapping(UUID=mapping, Enabled=True)
    assert run["state"] == "QUEUED"
    overdue(stack, run["run_id"])

    with hurried(stack, names["SweepFunctionEveryFiveMinutes"]):
        eventually(
            lambda: (stack.run_of(key) or {})["state"] == "SUCCEEDED",
            lambda: stack.run_of(key),
        )


def test_an_account_that_was_made_by_hand_is_reported_whatever_is_wrong_with_another_corp(
    stack: LocalStack,
) -> None:
    stack.wait(stack.put("drift/replaceuser/all.csv", members("a")))
    corp_id = stack.corps["drift"]["corp_id"]
    made = {"members": [{"userid": "stranger"}]}
    url = f"{stack.info['wecom_url']}/_control/corps/{corp_id}/members"
    assert requests.post(url, json=made, timeout=10).ok
    token = {"pk": {"S": "TOKEN#drift"}, "sk": {"S": "TOKEN"}}
    stack.client("dynamodb").delete_item(TableName=stack.info["table"], Key=token)

    names, s3 = stack.resources(), stack.client("s3")
    bad = {"Bucket": names["SnapshotBucket"], "Key": "snapshots/bad.json.gz"}
    s3.put_object(**bad, Body=b"no gzip")

    answer = stack.client("lambda").invoke(FunctionName=names["DriftFunction"])

    assert json.loads(answer["Payload"].read())["corps"] >= 2
    eventually(lambda: bool(drift_reports(stack)), lambda: "no report")
    s3.delete_object(**bad)
    ((_, *lines),) = drift_reports(stack)
    assert lines == ["stranger,added by hand"]
    assert "Item" in stack.client("dynamodb").get_item(TableName=stack.info["table"], Key=token)


def drift_reports(stack: LocalStack) -> list[list[str]]:
    """Return the lines of each drift report of the corp `drift`."""
    s3, bucket = stack.client("s3"), stack.info["report_bucket"]
    found = s3.list_objects_v2(Bucket=bucket, Prefix="drift/drift/").get("Contents", [])
    bodies = [s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in found]
    return [body.decode("utf-8-sig").splitlines() for body in bodies]


def taken_in(stack: LocalStack, names: dict[str, str], key: str) -> dict[str, Any]:
    """Let the submit function take a drop in; its next message waits in the queue."""
    head = stack.client("s3").head_object(Bucket=stack.info["drop_bucket"], Key=key)
    event = s3_event(key, head["VersionId"], time.time())
    event["Records"][0]["s3"]["bucket"]["name"] = stack.info["drop_bucket"]  # type: ignore[index]
    stack.client("lambda").invoke(
        FunctionName=names["SubmitFunction"], Payload=json.dumps(sqs("SubmitQueue", event))
    )
    run = stack.run_of(key)
    assert run is not None
    return run


def overdue(stack: LocalStack, run_id: str) -> None:
    """Let a run be overdue."""
    stack.client("dynamodb").update_item(
        TableName=stack.info["table"],
        Key={"pk": {"S": f"RUN#{run_id}"}, "sk": {"S": "RUN"}},
        UpdateExpression="SET due = :past",
        ExpressionAttributeValues={":past": {"N": "1"}},
    )
