"""`wecom-sync doctor` on the deployed stack: all is well, and what is broken is found."""

import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from e2e.conftest import LocalStack, eventually
from e2e.test_local_stack import people
from e2e.test_permissions import of_user
from wecom_sync_tools.doctor.checks import CHECKS, actions

CORP = "ailing"
OF_EMULATOR = "lambda:PutFunctionConcurrency"
POISON = '{"kind": "nothing that a function knows"}'


def checks(stack: LocalStack, code: int = 0) -> dict[str, dict[str, str]]:
    found = stack.command("doctor", "--corp", CORP, check=code)
    return {each["name"]: each for each in found["checks"]}


def amiss(found: dict[str, dict[str, str]]) -> dict[str, str]:
    return {name: each["status"] for name, each in found.items() if each["status"] != "ok"}


def jobs(stack: LocalStack) -> Any:
    return stack.corp_of_wecom(CORP, "directory")["counts"]["jobs"]


@contextmanager
def changed(stack: LocalStack, before: dict[str, Any], **after: Any) -> Iterator[None]:
    """Let WeCom treat the corp in another way for a while."""
    url = f"{stack.info['wecom_url']}/_control/corps/{stack.corps[CORP]['corp_id']}"
    assert requests.patch(url, json=after, timeout=120).ok
    try:
        yield
    finally:
        assert requests.patch(url, json=before, timeout=120).ok


@pytest.fixture(scope="module", autouse=True)
def imported(stack: LocalStack) -> None:
    run = stack.wait(stack.put(f"{CORP}/syncuser/all.csv", people(CORP, 3)))
    assert run["state"] == "SUCCEEDED"


def test_all_is_well_and_nothing_is_changed(stack: LocalStack) -> None:
    before = jobs(stack)

    found = checks(stack)

    assert [*found] == [check.name for check in CHECKS]
    # A function that starts may be slower than the first question, nobody listens to the topic,
    # and these settings are lax.
    assert amiss(found).keys() <= {"callbacks", "listeners", "settings"}
    assert "3 members" in found["read"]["text"]
    assert f"/callback/{CORP}" in found["callback_url"]["text"]
    assert jobs(stack) == before


def test_nothing_of_a_secret_is_told(stack: LocalStack) -> None:
    said = stack.said("doctor", "--corp", CORP) + json.dumps(checks(stack))

    secret = stack.corps[CORP]
    assert [name for name, value in secret.items() if name != "corp_id" and value in said] == []


def test_an_address_that_wecom_does_not_trust(stack: LocalStack) -> None:
    with changed(stack, {"allowed_ips": None}, allowed_ips=["10.0.0.0/8"]):
        found = checks(stack, code=1)

    assert found["address"]["status"] == "fail"
    assert "127.0.0.1" in found["address"]["text"]


def test_a_secret_without_the_right_to_write(stack: LocalStack) -> None:
    with changed(stack, {"contact_may_write": True}, contact_may_write=False):
        found = checks(stack, code=1)

    assert found["write"]["status"] == "fail"
    assert "48002" in found["write"]["text"]


def test_a_function_that_is_cut_off_from_its_queue(stack: LocalStack) -> None:
    client, mapping = stack.client("lambda"), stack.resources()["DriftFunctionMessages"]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        found = checks(stack, code=1)
    finally:
        client.update_event_source_mapping(UUID=mapping, Enabled=True)

    assert found["mappings"]["status"] == "fail"
    assert "DriftFunctionMessages" in found["mappings"]["text"]
    assert f"--uuid {mapping} --enabled" in found["mappings"]["advice"]


def test_a_bucket_that_tells_of_no_file(stack: LocalStack) -> None:
    s3, bucket = stack.client("s3"), stack.info["drop_bucket"]
    before = s3.get_bucket_notification_configuration(Bucket=bucket)
    del before["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        found = checks(stack, code=1)
        advised = json.loads(shlex.split(found["notification"]["advice"])[-1])
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=advised)
        assert checks(stack)["notification"]["status"] == "ok"
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)

    assert found["notification"]["status"] == "fail"


def test_a_function_that_may_never_run(stack: LocalStack) -> None:
    client, function = stack.client("lambda"), stack.resources()["SubmitFunction"]
    client.put_function_concurrency(FunctionName=function, ReservedConcurrentExecutions=0)
    try:
        found = checks(stack, code=1)
    finally:
        client.delete_function_concurrency(FunctionName=function)

    assert found["concurrency"]["status"] == "fail"
    assert f"--function-name {function}" in found["concurrency"]["advice"]


def test_a_schedule_that_is_off(stack: LocalStack) -> None:
    client, name = stack.client("scheduler"), stack.resources()["SweepFunctionEveryFiveMinutes"]
    before = client.get_schedule(Name=name)
    fields = {each: before[each] for each in ("ScheduleExpression", "FlexibleTimeWindow", "Target")}
    client.update_schedule(Name=name, State="DISABLED", **fields)
    try:
        found = checks(stack, code=1)
    finally:
        client.update_schedule(Name=name, State="ENABLED", **fields)

    assert found["schedules"]["status"] == "fail"
    assert name in found["schedules"]["advice"]


def test_dead_letters(stack: LocalStack) -> None:
    sqs, url = stack.client("sqs"), stack.resources()["ResultsDeadLetterQueue"]
    stack.set_aside("ResultsDeadLetterQueue", POISON)
    try:
        found = checks(stack, code=1)
    finally:
        sqs.purge_queue(QueueUrl=url)

    assert found["dead_letters"]["status"] == "fail"
    assert "wecom-sync redrive" in found["dead_letters"]["advice"]
    eventually(lambda: checks(stack)["dead_letters"]["status"] == "ok", lambda: checks(stack))


def somebody(stack: LocalStack, home: Path, *allowed: str) -> LocalStack:
    """Return the command line of a user who may do these actions.

    The emulator takes the question for a function's concurrency as the right to change it.
    """
    statement = {"Effect": "Allow", "Action": [*allowed, OF_EMULATOR], "Resource": "*"}
    keys = of_user(stack, json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    variables = {
        "AWS_ENDPOINT_URL": stack.info["aws_endpoint"],
        "AWS_DEFAULT_REGION": stack.info["region"],
        "WECOM_SYNC_STACK": stack.info["stack_name"],
        **{name.upper(): value for name, value in keys.items()},
    }
    return replace(stack, home=home, variables=variables)


def test_the_rights_that_the_page_lists_are_enough(stack: LocalStack, tmp_path: Path) -> None:
    found = checks(somebody(stack, tmp_path, *actions()))

    assert found["rights"]["status"] == "ok"
    assert {found[name]["status"] for name in ("secret", "token", "queues", "dead_letters")} == {
        "ok"
    }


@pytest.mark.parametrize(
    ("lacking", "skipped"),
    [
        ("secretsmanager:GetSecretValue", "secret"),
        ("lambda:InvokeFunction", "token"),
        ("s3:ListBucket", "callbacks"),
        ("sqs:ReceiveMessage", "dead_letters"),
        ("s3:GetBucketNotification", "notification"),
        ("scheduler:GetSchedule", "schedules"),
    ],
)
def test_a_right_that_is_lacking_is_named(
    stack: LocalStack, tmp_path: Path, lacking: str, skipped: str
) -> None:
    """The emulator lets everybody list subscriptions: for those see `test_doctor_answers`."""
    others = actions() - {lacking}

    found = checks(somebody(stack, tmp_path, *others), code=1)

    assert found["rights"]["status"] == "fail"
    assert lacking in found["rights"]["text"]
    assert found[skipped]["status"] == "skip"
    assert found["stack"]["status"] == "ok"


def test_a_stack_that_is_not_there(stack: LocalStack, tmp_path: Path) -> None:
    nobody = somebody(stack, tmp_path, *actions())
    nobody.variables["WECOM_SYNC_STACK"] = "elsewhere"

    found = checks(nobody, code=1)

    assert found["stack"]["status"] == "fail"
    assert found["queues"]["status"] == "skip"
