"""`wecom-sync doctor` on the deployed stack: all is well, and what is broken is found."""

import json
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
    # A function that starts may be slower than the first question, and these settings are lax.
    assert amiss(found).keys() <= {"callbacks", "settings"}
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


def test_a_callback_url_that_the_stack_does_not_know(stack: LocalStack) -> None:
    """A key of the corp's secret is changed; the callback function still has the earlier one."""
    secrets, name = stack.client("secretsmanager"), f"wecom-sync/{CORP}"
    before = secrets.get_secret_value(SecretId=name)["SecretString"]
    other = json.dumps({**stack.corps[CORP], "callback_token": "AnotherToken"})
    checks(stack)
    secrets.put_secret_value(SecretId=name, SecretString=other)
    try:
        found = checks(stack, code=1)
    finally:
        secrets.put_secret_value(SecretId=name, SecretString=before)

    assert found["callback_url"]["status"] == "fail"
    assert "wait five minutes" in found["callback_url"]["advice"]


def test_a_function_that_is_cut_off_from_its_queue(stack: LocalStack) -> None:
    client, mapping = stack.client("lambda"), stack.resources()["DriftFunctionMessages"]
    client.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        found = checks(stack, code=1)
    finally:
        client.update_event_source_mapping(UUID=mapping, Enabled=True)

    assert found["queues"]["status"] == "fail"
    assert "DriftFunctionMessages" in found["queues"]["text"]
    assert f"--uuid {mapping} --enabled" in found["queues"]["advice"]


def test_dead_letters(stack: LocalStack) -> None:
    sqs, url = stack.client("sqs"), stack.resources()["ResultsDeadLetterQueue"]
    sqs.send_message(QueueUrl=url, MessageBody=POISON)
    try:
        found = checks(stack, code=1)
    finally:
        sqs.purge_queue(QueueUrl=url)

    assert found["dead_letters"]["status"] == "fail"
    assert "wecom-sync redrive" in found["dead_letters"]["advice"]
    eventually(lambda: checks(stack)["dead_letters"]["status"] == "ok", lambda: checks(stack))


def somebody(stack: LocalStack, home: Path, *allowed: str) -> LocalStack:
    """Return the command line of a user who may do these actions."""
    statement = {"Effect": "Allow", "Action": [*allowed], "Resource": "*"}
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
    ],
)
def test_a_right_that_is_lacking_is_named(
    stack: LocalStack, tmp_path: Path, lacking: str, skipped: str
) -> None:
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
