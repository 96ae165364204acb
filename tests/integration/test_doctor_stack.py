"""`wecom-sync doctor`: what starts the functions, what waits for them, and who hears of runs."""

import json
import shlex
from typing import Any

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from integration.test_doctor import CORP, ROBOT, Ward, amiss, deny, stack, ward
from wecom_sync_tools.local.known_corp import DROP_BUCKET

__all__ = ["stack", "ward"]


def test_a_function_that_does_not_get_its_messages(ward: Ward) -> None:
    ward.mappings["PersistFunctionMessages"] = "Disabled"

    checks = ward.checks()

    assert amiss(checks) == {"mappings": "fail"}
    assert "PersistFunctionMessages" in checks["mappings"]["text"]
    assert "--uuid PersistFunctionMessages --enabled" in checks["mappings"]["advice"]


def test_a_mapping_that_somebody_deleted(ward: Ward) -> None:
    ward.gone.add("SubmitFunctionMessages")

    checks = ward.checks()

    assert amiss(checks) == {"mappings": "fail"}
    assert "SubmitFunctionMessages" in checks["mappings"]["text"]
    assert "deleted by hand" in checks["mappings"]["advice"]


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        {"QueueArn": "arn:aws:sqs:us-east-1:123456789012:of-another-stack"},
        {"Events": ["s3:ObjectCreated:Put"]},
        {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "acme/"}]}}},
    ],
)
def test_a_drop_bucket_that_tells_nobody_of_every_file(
    ward: Ward, spoilt: dict[str, Any] | None
) -> None:
    ward.listen(*([] if spoilt is None else [{**ward.rule, **spoilt}]))

    checks = ward.checks()

    assert amiss(checks) == {"notification": "fail"}
    assert DROP_BUCKET in checks["notification"]["text"]
    found = checks["notification"]["advice"]
    assert f"put-bucket-notification-configuration --bucket {DROP_BUCKET} " in found


def test_the_advice_about_the_notification_keeps_the_others(ward: Ward) -> None:
    other = {"QueueArn": ward.rule["QueueArn"], "Events": ["s3:ObjectRemoved:*"]}
    ward.listen(other)

    words = shlex.split(ward.checks()["notification"]["advice"])

    rules = json.loads(words[-1])["QueueConfigurations"]
    ward.listen(*rules)
    assert ward.checks(code=0)["notification"]["status"] == "ok"
    assert [rule["Events"] for rule in rules] == [other["Events"], ward.rule["Events"]]


def test_a_function_that_may_never_run(ward: Ward) -> None:
    ward.reserved["the-submit"] = 0

    checks = ward.checks()

    assert amiss(checks) == {"concurrency": "fail"}
    assert "SubmitFunction" in checks["concurrency"]["text"]
    assert (
        "delete-function-concurrency --function-name the-submit"
        in (checks["concurrency"]["advice"])
    )


def test_the_function_that_is_asked_may_never_run(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.reserved["the-drift"] = 0
    throttled: Any = {"Error": {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}}

    def refuse(*_: object, **__: object) -> None:
        raise ClientError(throttled, "Invoke")

    monkeypatch.setattr(ward, "invoke", refuse)

    checks = ward.checks()

    assert checks["token"]["status"] == "fail"
    assert "DriftFunction" in checks["concurrency"]["text"]
    assert "--function-name the-drift" in checks["concurrency"]["advice"]


def test_a_schedule_that_is_off(ward: Ward) -> None:
    ward.schedule("sweep-schedule", "DISABLED")

    checks = ward.checks()

    assert amiss(checks) == {"schedules": "fail"}
    assert "SweepFunctionEveryFiveMinutes" in checks["schedules"]["text"]
    assert "sweep-schedule" in checks["schedules"]["advice"]


def test_a_schedule_that_somebody_deleted(ward: Ward) -> None:
    boto3.client("scheduler").delete_schedule(Name="drift-schedule")

    checks = ward.checks()

    assert amiss(checks) == {"schedules": "fail"}
    assert "deleted by hand" in checks["schedules"]["advice"]


@pytest.mark.parametrize(
    ("operation", "skipped", "action"),
    [
        ("GetBucketNotificationConfiguration", ["notification"], "s3:GetBucketNotification"),
        ("GetSchedule", ["schedules"], "scheduler:GetSchedule"),
        ("ListSubscriptionsByTopic", ["listeners", "alarms"], "sns:ListSubscriptionsByTopic"),
    ],
)
def test_what_the_caller_may_not_look_at_is_skipped(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, operation: str, skipped: list[str], action: str
) -> None:
    deny(ward, monkeypatch, operation)

    checks = ward.checks()

    assert amiss(checks) == {"rights": "fail", **dict.fromkeys(skipped, "skip")}
    assert action in checks["rights"]["text"]


def test_who_may_not_ask_for_the_concurrency_is_told_so(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        refused: Any = {"Error": {"Code": "AccessDenied", "Message": "no"}}
        raise ClientError(refused, "GetFunctionConcurrency")

    monkeypatch.setattr(ward, "get_function_concurrency", refuse)

    checks = ward.checks()

    assert amiss(checks) == {"rights": "fail", "concurrency": "skip"}
    assert "lambda:GetFunctionConcurrency" in checks["rights"]["text"]


def unsubscribe(ward: Ward, topic: str = "RunTopic") -> None:
    sns = boto3.client("sns")
    (found,) = sns.list_subscriptions_by_topic(TopicArn=ward.stack.names[topic])["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=found["SubscriptionArn"])


def webhook(ward: Ward) -> str:
    return f"{ward.stack.wecom.url}/cgi-bin/webhook/send?key={ROBOT}"


def test_nobody_hears_of_a_hold(ward: Ward) -> None:
    unsubscribe(ward)

    checks = ward.checks(code=0)

    assert amiss(checks) == {"listeners": "warn"}
    assert ward.stack.names["RunTopic"] in checks["listeners"]["advice"]
    assert "the topic of alarms: 1." in checks["alarms"]["text"]


def test_nobody_hears_of_an_alarm(ward: Ward) -> None:
    unsubscribe(ward, "AlarmTopic")

    checks = ward.checks(code=0)

    assert amiss(checks) == {"alarms": "warn"}
    assert ward.stack.names["AlarmTopic"] in checks["alarms"]["advice"]
    assert "the topic: 1." in checks["listeners"]["text"]


def test_a_subscription_that_nobody_confirmed_hears_nothing(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def pending(client: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "ListSubscriptionsByTopic":
            return {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}
        return call(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", pending)

    assert amiss(ward.checks(code=0)) == {"listeners": "warn", "alarms": "warn"}


def test_a_robot_alone_is_enough_and_says_nothing_to_the_group(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsubscribe(ward)
    monkeypatch.setattr("wecom_sync_tools.doctor.of_corp.HOST", ward.stack.wecom.url)
    ward.wecom(robots=[ROBOT])
    ward.secret(robot_webhook=webhook(ward))

    found = ward.checks(code=0)

    assert amiss(found) == {}
    assert "robot" in found["listeners"]["text"]
    assert not ward.stack.wecom.corp(CORP).messages


@pytest.mark.parametrize("has_mail", [True, False])
def test_a_robot_that_wecom_does_not_know(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, has_mail: bool
) -> None:
    if not has_mail:
        unsubscribe(ward)
    monkeypatch.setattr("wecom_sync_tools.doctor.of_corp.HOST", ward.stack.wecom.url)
    ward.secret(robot_webhook=webhook(ward))

    checks = ward.checks(code=0)

    assert amiss(checks) == {"listeners": "warn"}
    assert "93000" in checks["listeners"]["text"]
    assert "robot_webhook" in checks["listeners"]["advice"]
    assert ROBOT not in json.dumps(checks)


def test_a_robot_that_cannot_be_asked(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wecom_sync_tools.doctor.of_corp.HOST", ward.stack.wecom.url)
    ward.wecom(robots=[ROBOT])
    ward.secret(robot_webhook=webhook(ward))
    ward.stack.wecom.fault("http_status", "/cgi-bin/webhook/send", status=503)

    checks = ward.checks(code=0)

    assert amiss(checks) == {"listeners": "warn"}
    assert checks["listeners"]["text"]


def test_messages_are_counted_and_old_ones_a_warning(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    boto3.client("sqs").send_message(QueueUrl=ward.stack.names["DriftQueue"], MessageBody="{}")
    assert "DriftQueue 1" in ward.checks(code=0)["queues"]["text"]
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def old(client: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "GetMetricStatistics":
            assert params["Dimensions"][0]["Value"].find("DriftQueue") > 0
            return {"Datapoints": [{"Timestamp": params["EndTime"], "Maximum": 7200.0}]}
        return call(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", old)

    found = ward.checks(code=0)["queues"]

    assert found["status"] == "warn"
    assert "120 minutes" in found["text"]


def test_dead_letters(ward: Ward) -> None:
    url = ward.stack.names["SubmitDeadLetterQueue"]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}")

    checks = ward.checks()

    assert amiss(checks) == {"dead_letters": "fail"}
    assert "Dead letters: 1" in checks["dead_letters"]["text"]
    assert "wecom-sync redrive --return" in checks["dead_letters"]["advice"]


def test_dead_letters_that_somebody_else_is_reading(ward: Ward) -> None:
    sqs, url = boto3.client("sqs"), ward.stack.names["SubmitDeadLetterQueue"]
    for _ in range(2):
        sqs.send_message(QueueUrl=url, MessageBody="{}")
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=2, VisibilityTimeout=60)
    sqs.send_message(QueueUrl=url, MessageBody="{}")

    checks = ward.checks()

    assert amiss(checks) == {"dead_letters": "fail"}
    assert "Dead letters: 3" in checks["dead_letters"]["text"]
    assert "2 of them" in checks["dead_letters"]["text"]
    assert "wecom-sync redrive --return" in checks["dead_letters"]["advice"]


def test_no_dead_letters_says_what_was_counted(ward: Ward) -> None:
    assert "4 queues" in ward.checks(code=0)["dead_letters"]["text"]
