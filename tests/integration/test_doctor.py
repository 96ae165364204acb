"""`wecom-sync doctor`: each failure is made to happen, and is told with what to do."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest

from support.ward import DEAD_LETTERS, NAME, Ward, amiss
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET

NO_WECOM = {"address": "skip", "read": "skip", "write": "skip"}


@dataclass(frozen=True)
class Case:
    """What is spoilt, what `doctor` says of the check that names it, and how others end."""

    spoil: Callable[[Ward], object]
    check: str
    text: str = ""
    advice: str = ""
    status: str = "fail"
    others: dict[str, str] | None = None
    """How others end; None: whatever they say."""


def of_another_stack(ward: Ward) -> None:
    ward.listen({**ward.rule, "QueueArn": "arn:aws:sqs:us-east-1:123456789012:of-another-stack"})


def puts_only(ward: Ward) -> None:
    ward.listen({**ward.rule, "Events": ["s3:ObjectCreated:Put"]})


def one_corp_only(ward: Ward) -> None:
    rules = {"Key": {"FilterRules": [{"Name": "prefix", "Value": "acme/"}]}}
    ward.listen({**ward.rule, "Filter": rules})


def secret_of_an_app(ward: Ward) -> None:
    ward.wecom(other_secrets=["of-an-app"])
    ward.secret(contact_secret="of-an-app")


def odd_corp_id(ward: Ward) -> None:
    ward.stack.wecom.add_corp("my-company", SECRET["contact_secret"])
    ward.secret(corp_id="my-company")


def letters_that_are_read(ward: Ward) -> None:
    ward.send(DEAD_LETTERS, 2)
    url = ward.stack.names[DEAD_LETTERS]
    boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=2, VisibilityTimeout=60)
    ward.send(DEAD_LETTERS)


def fault(kind: str, call: str, **options: int) -> Callable[[Ward], object]:
    return lambda ward: ward.stack.wecom.fault(kind, f"/cgi-bin/{call}", **options)


def callback_answers(status: int, body: str) -> Callable[[Ward], object]:
    return lambda ward: setattr(ward.gateway, "answer", (status, body))


def drift_answers(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Ward], object]:
    return lambda ward: setattr(ward, "answers", change)


def stack_is(status: str) -> Callable[[Ward], object]:
    return lambda ward: setattr(ward, "stack_status", status)


def without_schedule(_: Ward) -> None:
    boto3.client("scheduler").delete_schedule(Name="drift-schedule")


NOTIFY = f"put-bucket-notification-configuration --bucket {DROP_BUCKET} "
PUT_SECRET = f"put-secret-value --secret-id {NAME}"
CASES = {
    "a secret that WeCom does not take": Case(
        lambda ward: ward.wecom(contact_secret="made anew"),
        "token", "40001", "not tried again before", others=NO_WECOM,
    ),
    "a corp id that WeCom does not know": Case(
        lambda ward: ward.secret(corp_id="ww0000000000000000"), "token", "40013", "企业ID"
    ),
    "an address that is not trusted, at once": Case(
        lambda ward: ward.wecom(allowed_ips=["10.0.0.0/8"], ip_check_on_gettoken=True),
        "address", "127.0.0.1", "企业可信IP",
        others={"token": "skip", "read": "skip", "write": "skip"},
    ),
    "an address that is not trusted, later": Case(
        lambda ward: ward.wecom(allowed_ips=["10.0.0.0/8"], ip_check_on_gettoken=False),
        "address", "127.0.0.1", "企业可信IP", others={"read": "skip", "write": "skip"},
    ),
    "a secret that may not write": Case(
        lambda ward: ward.wecom(contact_may_write=False),
        "write", "48002", "API编辑通讯录", others={},
    ),
    "the secret of an app": Case(secret_of_an_app, "read", others={"write": "fail"}),
    "a busy WeCom": Case(
        fault("errcode", "batch/syncuser", errcode=45009), "write", status="warn", others={}
    ),
    "a WeCom that is down": Case(
        fault("http_status", "gettoken", status=503),
        "token", "HTTP 503", "WeComBaseUrl", others=NO_WECOM,
    ),
    "no contact secret": Case(
        lambda ward: ward.secret(contact_secret=None),
        "secret", "contact_secret is missing", PUT_SECRET,
    ),
    "a blank corp id": Case(
        lambda ward: ward.secret(corp_id="  "), "secret", "corp_id is missing", PUT_SECRET
    ),
    "a key that is none": Case(
        lambda ward: ward.secret(callback_aes_key="short"),
        "secret", "callback_aes_key is malformed", PUT_SECRET, others={},
    ),
    "no callback token": Case(
        lambda ward: ward.secret(callback_token=None),
        "secret", "callback_token is missing", PUT_SECRET,
    ),
    "a webhook elsewhere": Case(
        lambda ward: ward.secret(robot_webhook="https://example.com/hook"),
        "secret", "robot_webhook is malformed", PUT_SECRET,
    ),
    "a secret that is no JSON": Case(
        lambda ward: ward.put_secret("corp_id=ww"), "secret", others={"token": "skip", **NO_WECOM}
    ),
    "a secret of messages that is no JSON": Case(
        lambda ward: ward.put_secret("corp_id=ww", f"{NAME}/messages"),
        "secret", "is not a JSON object", f"{NAME}/messages",
    ),
    "a secret of messages of another corp": Case(
        lambda ward: ward.put_secret('{"corp_id": "ww0000000000000000"}', f"{NAME}/messages"),
        "secret", "corp_id is not the one in wecom-sync/acme", f"{NAME}/messages",
    ),
    "a corp id of an odd shape": Case(odd_corp_id, "secret", status="warn", others={}),
    "a gateway that forbids": Case(
        callback_answers(403, '{"message": "Forbidden"}'), "callback_url", "HTTP 403", others={}
    ),
    "a callback that knows no signature": Case(
        callback_answers(403, "forbidden"), "callback_url", "does not know the signature",
        others={},
    ),
    "a gateway without a function": Case(
        callback_answers(502, ""), "callback_url", "HTTP 502", others={}
    ),
    "another site": Case(
        callback_answers(200, "<html>welcome</html>"),
        "callback_url", "not with what was asked for", others={},
    ),
    "a callback where nobody listens": Case(
        lambda ward: setattr(ward, "url", "http://127.0.0.1:9/callback/"),
        "callback_url", "the connection was refused", others={},
    ),
    "imports that no callback ended": Case(
        lambda ward: ward.import_members(),
        "callbacks", "1 results came by asking, 0 by a callback", status="warn",
    ),
    "a stack that is being updated": Case(
        stack_is("UPDATE_IN_PROGRESS"), "stack", "UPDATE_IN_PROGRESS", status="warn", others={}
    ),
    "a stack that was rolled back": Case(
        stack_is("UPDATE_ROLLBACK_COMPLETE"), "stack", "COMPLETE", status="warn", others={}
    ),
    "a stack that is broken": Case(
        stack_is("UPDATE_ROLLBACK_FAILED"), "stack", "UPDATE_ROLLBACK_FAILED", others={}
    ),
    "functions of another version": Case(
        drift_answers(lambda answer: {**answer, "version": "0.0.1"}), "stack", status="warn",
        others={},
    ),
    "a function that fails": Case(
        drift_answers(lambda _: {"errorType": "Runtime.ImportModuleError"}),
        "stack", "Runtime.ImportModuleError", others={"token": "skip", **NO_WECOM},
    ),
    "a function that gets no messages": Case(
        lambda ward: ward.mappings.update(PersistFunctionMessages="Disabled"),
        "mappings", "PersistFunctionMessages", "--uuid PersistFunctionMessages --enabled",
        others={},
    ),
    "a mapping that somebody deleted": Case(
        lambda ward: ward.gone.add("SubmitFunctionMessages"),
        "mappings", "SubmitFunctionMessages", "deleted by hand", others={},
    ),
    "a bucket that tells nobody": Case(
        lambda ward: ward.listen(), "notification", DROP_BUCKET, NOTIFY, others={}
    ),
    "a bucket that tells another stack": Case(
        of_another_stack, "notification", DROP_BUCKET, NOTIFY, others={}
    ),
    "a bucket that tells of some puts": Case(
        puts_only, "notification", DROP_BUCKET, NOTIFY, others={}
    ),
    "a bucket that tells of one corp": Case(
        one_corp_only, "notification", DROP_BUCKET, NOTIFY, others={}
    ),
    "a function that may never run": Case(
        lambda ward: ward.reserved.update({"the-submit": 0}),
        "concurrency", "SubmitFunction",
        "delete-function-concurrency --function-name the-submit", others={},
    ),
    "a schedule that is off": Case(
        lambda ward: ward.schedule("sweep-schedule", "DISABLED"),
        "schedules", "SweepFunctionEveryFiveMinutes", "sweep-schedule", others={},
    ),
    "a schedule that somebody deleted": Case(
        without_schedule, "schedules", advice="deleted by hand", others={}
    ),
    "nobody hears of a hold": Case(
        lambda ward: ward.unsubscribe(), "listeners", advice="RunTopic", status="warn", others={}
    ),
    "nobody hears of an alarm": Case(
        lambda ward: ward.unsubscribe("AlarmTopic"),
        "alarms", advice="AlarmTopic", status="warn", others={},
    ),
    "a dead letter": Case(
        lambda ward: ward.send(DEAD_LETTERS),
        "dead_letters", "Dead letters: 1", "wecom-sync redrive --return", others={},
    ),
    "dead letters that somebody else is reading": Case(
        letters_that_are_read, "dead_letters", "Dead letters: 3", others={}
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_failure_is_told_with_what_to_do(ward: Ward, case: Case) -> None:
    case.spoil(ward)

    checks = ward.checks(code=int(case.status == "fail"))

    check = checks[case.check]
    assert check["status"] == case.status
    assert case.text in check["text"]
    assert case.advice in check["advice"] != ""
    assert "drop the file" not in check["advice"]
    if case.others is not None:
        assert amiss(checks) == {case.check: case.status, **case.others}
