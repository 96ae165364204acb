"""What the schedules start runs in the local stack too, with the rights of its own role."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import requests

from e2e.conftest import LocalStack, eventually
from support.world import members
from wecom_sync_tools.local.deploy import (
    TEMPLATE,
    Build,
    api_id,
    patch_of,
    patched,
    stack_parameters,
)
from wecom_sync_tools.local.processes import SAM, run, sam_environment
from wecom_sync_tools.stack.home import ROOT, Home
from wecom_sync_tools.stack.target import stack_outputs

CORP = "sweep"
SECOND = "wecom-sync-test"
"""The name of a stack beside the first one, and the prefix of its secrets."""
SCHEDULES = {
    "SweepFunctionEveryFiveMinutes": "SweepFunction",
    "DriftFunctionEveryDay": "DriftFunction",
}


@contextmanager
def hurried(stack: LocalStack, name: str) -> Iterator[None]:
    """Let a schedule come every minute for as long as the block lasts."""
    scheduler = stack.client("scheduler")
    schedule = scheduler.get_schedule(Name=name)
    same = {part: schedule[part] for part in ("Name", "Target", "FlexibleTimeWindow")}
    scheduler.update_schedule(**same, ScheduleExpression="rate(1 minute)")
    try:
        yield
    finally:
        scheduler.update_schedule(**same, ScheduleExpression=schedule["ScheduleExpression"])


@pytest.fixture(scope="module")
def second(stack: LocalStack, tmp_path_factory: pytest.TempPathFactory) -> LocalStack:
    """Let `sam deploy` bring a second stack, as people deploy, with a corp of the same alias."""
    info, home = stack.info, Home(tmp_path_factory.mktemp("second"))
    with Build(ROOT, home.log("build")).current() as build:
        own_values = {"DropBucketName": "", "SecretPrefix": SECOND}
        endpoint, wecom_url = info["aws_endpoint"], info["wecom_url"]
        values = stack_parameters(endpoint, own_values, SECOND)
        template = (build / TEMPLATE).read_text("utf-8")
        patch = patch_of(endpoint, wecom_url, {})
        (build / f"{SECOND}.yaml").write_text(patched(template, patch), "utf-8")
        run(
            [
                *(SAM, "deploy", "--template-file", f"{SECOND}.yaml", "--stack-name", SECOND),
                *("--resolve-s3", "--no-confirm-changeset", "--capabilities", "CAPABILITY_IAM"),
                *("--tags", f"ms-custom-id={api_id(SECOND)}", "--parameter-overrides"),
                *(f'{name}="{value}"' for name, value in values.items()),
            ],
            log=home.log("deploy"),
            env=sam_environment(AWS_ENDPOINT_URL=info["aws_endpoint"]),
            cwd=build,
        )
    secret = json.dumps(stack.corps[CORP])
    stack.client("secretsmanager").create_secret(Name=f"{SECOND}/{CORP}", SecretString=secret)
    outputs = stack_outputs(stack.client("cloudformation"), SECOND)
    own = {"stack_name": SECOND, "drop_bucket": outputs["DropBucketName"]}
    variables = stack.environment(WECOM_SYNC_STACK=SECOND)
    own["table"], own["report_bucket"] = outputs["TableName"], outputs["ReportBucketName"]
    return replace(stack, home=home.path, info=info | own, variables=variables)


def test_a_run_whose_message_is_lost_is_swept_up(stack: LocalStack) -> None:
    key = f"{CORP}/syncuser/team.csv"
    lose(stack, key)

    with hurried(stack, stack.resources()["SweepFunctionEveryFiveMinutes"]):
        eventually(
            lambda: (stack.run_of(key) or {})["state"] == "SUCCEEDED",
            lambda: stack.run_of(key),
        )


def test_two_stacks_side_by_side_have_schedules_of_their_own_and_sweep_their_own_runs(
    stack: LocalStack, second: LocalStack
) -> None:
    scheduler, targets = stack.client("scheduler"), []
    for names in (stack.resources(), second.resources()):
        for name, target in SCHEDULES.items():
            schedule = scheduler.get_schedule(Name=names[name])
            assert schedule["Target"]["Arn"].endswith(f":{names[target]}")
            targets.append(schedule["Target"]["Arn"])
    assert len(set(targets)) == 2 * len(SCHEDULES)
    key = f"{CORP}/syncuser/second.csv"
    lose(second, key)

    assert sweep(stack).get("RECEIVED", 0) == 0
    assert (second.run_of(key) or {})["state"] == "RECEIVED"
    assert sweep(second)["RECEIVED"] == 1

    assert second.wait(key)["state"] == "SUCCEEDED"
    assert stack.run_of(key) is None


def sweep(stack: LocalStack) -> dict[str, int]:
    answer = stack.client("lambda").invoke(FunctionName=stack.resources()["SweepFunction"])
    swept: dict[str, int] = json.loads(answer["Payload"].read())
    return swept


def lose(stack: LocalStack, key: str) -> None:
    """Drop a file, lose the message of its run, and let the run be overdue."""
    with stack.cut_off("SubmitFunctionMessages"):
        stack.put(key, members("a"))
        run = stack.wait(key, "RECEIVED")
        eventually(lambda: stack.waiting("SubmitQueue")["SubmitQueue"] > 0, lambda: run)
        stack.client("sqs").purge_queue(QueueUrl=stack.resources()["SubmitQueue"])
    overdue(stack, run["run_id"])


def test_an_account_that_was_made_by_hand_is_reported(stack: LocalStack) -> None:
    stack.wait(stack.put("drift/replaceuser/all.csv", members("a")))
    corp_id = stack.corps["drift"]["corp_id"]
    made = {"members": [{"userid": "stranger"}]}
    url = f"{stack.info['wecom_url']}/_control/corps/{corp_id}/members"
    assert requests.post(url, json=made, timeout=10).ok
    token = {"pk": {"S": "TOKEN#drift"}, "sk": {"S": "TOKEN"}}
    tokens = {"TableName": stack.resources()["TokenTable"], "Key": token}
    stack.client("dynamodb").delete_item(**tokens)

    answer = stack.client("lambda").invoke(FunctionName=stack.resources()["DriftFunction"])

    assert json.loads(answer["Payload"].read())["corps"] >= 1
    eventually(lambda: bool(drift_reports(stack)), lambda: "no report")
    ((_, *lines),) = drift_reports(stack)
    assert lines == ["stranger,added by hand"]
    assert "Item" in stack.client("dynamodb").get_item(**tokens)


def drift_reports(stack: LocalStack) -> list[list[str]]:
    """Return the lines of each drift report of the corp `drift`."""
    s3, bucket = stack.client("s3"), stack.info["report_bucket"]
    objects = s3.list_objects_v2(Bucket=bucket, Prefix="drift/drift/").get("Contents", [])
    bodies = [s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in objects]
    return [body.decode("utf-8-sig").splitlines() for body in bodies]


def overdue(stack: LocalStack, run_id: str) -> None:
    stack.client("dynamodb").update_item(
        TableName=stack.info["table"],
        Key={"pk": {"S": f"RUN#{run_id}"}, "sk": {"S": "RUN"}},
        UpdateExpression="SET #next.due = :past",
        ExpressionAttributeNames={"#next": "next"},
        ExpressionAttributeValues={":past": {"N": str(time.time() - 1)}},
    )
