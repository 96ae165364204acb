"""`wecom-sync doctor`: what it says when all is well, what it may not see, and finer points."""

import json
import shlex
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from support import events
from support.aws import answer, refuse
from support.ward import CORP, NAME, ROBOT, Ward, amiss, deny
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.local.known_corp import SECRET

"""The same in UTC epoch seconds."""


def test_all_is_well(ward: Ward) -> None:
    ward.import_members(by_callback=True)
    jobs = len(ward.stack.wecom.corp(CORP).jobs.listed())

    checks = ward.checks(code=0)

    assert [*checks] == [check.name for check in CHECKS]
    assert {check["status"] for check in checks.values()} == {"ok"}
    assert {check["advice"] for check in checks.values()} == {""}
    assert "1 members, 1 departments" in checks["read"]["text"]
    assert "4 queues" in checks["dead_letters"]["text"]
    assert len(ward.stack.wecom.corp(CORP).jobs.listed()) == jobs


def test_a_person_reads_a_line_a_check_and_what_to_do(ward: Ward) -> None:
    ward.wecom(contact_secret="made anew")

    lines = ward.report().splitlines()

    assert [line[0] for line in lines if line[0] != " "] == [*"✓✓✓✗–––✓–✓✓✓✓✓✓✓✓✓"]
    token = next(at for at, line in enumerate(lines) if line.startswith("✗"))
    assert "does not accept the corp's contact-sync Secret" in lines[token]
    assert lines[token + 1].startswith("  → Copy the Secret from 「管理后台")


def test_it_speaks_chinese(ward: Ward) -> None:
    ward.wecom(allowed_ips=[])

    text = ward.report("--lang", "zh")

    assert "企业微信看到的来源 IP 是 127.0.0.1，不在可信 IP 之列（60020）。" in text
    assert "「企业可信IP」" in text


def test_no_value_of_a_secret_is_told(ward: Ward) -> None:
    ward.secret(callback_token="not!a!token")

    text = ward.report() + json.dumps(ward.checks())

    values = [value for name, value in SECRET.items() if name != "corp_id"]
    assert [value for value in (*values, "not!a!token") if value in text] == []


def test_a_secret_that_was_spoilt_or_mended_counts_at_once(ward: Ward) -> None:
    assert ward.checks(code=0)["token"]["status"] == "ok"
    ward.secret(contact_secret="mistyped")
    assert ward.checks()["token"]["status"] == "fail"

    ward.secret()

    assert ward.checks(code=0)["token"]["status"] == "ok"


@pytest.mark.parametrize(
    ("call", "code", "check"),
    [
        *(("gettoken", code, "token") for code in (40001, 40013, 41002, 45009)),
        *(("user/list_id", code, "read") for code in (40014, 45033)),
        ("user/list_id", 60020, "address"),
        *(("batch/syncuser", code, "write") for code in (48006, 50003, 60031, 301002)),
    ],
)
def test_nobody_is_told_to_drop_a_file(ward: Ward, call: str, code: int, check: str) -> None:
    ward.stack.wecom.fault("errcode", f"/cgi-bin/{call}", errcode=code, times=None)

    text = ward.report("--lang", "en") + ward.report("--lang", "zh")

    assert "file again" not in text
    assert "提交文件" not in text
    assert ward.checks()[check]["advice"]


@pytest.mark.parametrize("content", [None, "corp_id=ww", '{"corp_id": "ww"}'])
def test_a_secret_that_only_the_functions_may_read_is_told_with_what_to_do(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is None:
        secrets = boto3.client("secretsmanager")
        secrets.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    else:
        ward.put_secret(content)
    deny(ward, monkeypatch, "GetSecretValue")

    check = ward.checks()["token"]

    assert check["status"] == "fail"
    assert NAME in check["text"]
    assert "drop" not in check["text"]
    assert f"{NAME} --secret-string" in check["advice"].replace("--name ", "")


def test_an_import_that_runs_leaves_the_right_to_write_open(ward: Ward) -> None:
    ward.stack.wecom.fault("errcode", "/cgi-bin/batch/syncuser", errcode=302008)

    check = ward.checks(code=0)["write"]

    assert check["status"] == "skip"
    assert "an import is running" in check["text"]


def test_a_corp_without_a_secret(ward: Ward) -> None:
    check = ward.checks(corp="nobody")["secret"]

    assert check["status"] == "fail"
    assert "wecom-sync/nobody" in check["text"]


def test_a_corp_without_callback_keys_is_tried_at_the_url_of_a_run(ward: Ward) -> None:
    ward.secret(callback_token=None, callback_aes_key=None)

    checks = ward.checks(code=0)

    assert "URL of a run" in checks["callback_url"]["text"]
    assert "no callback token" in checks["secret"]["text"]
    assert checks["callbacks"]["status"] == "skip"


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"[limits]\nremovals = many\n", "fail", "settings.toml was refused"),
        (b"[limits]\nremovals = 5000\n", "warn", "limits.removals = 5000"),
        (b"[limits]\nremovals = 7\n", "ok", "none guards less"),
    ],
)
def test_settings(ward: Ward, content: bytes, status: str, words: str) -> None:
    ward.stack.put(events.SETTINGS_KEY, content)
    ward.stack.invoke("submit-settings.json")
    ward.stack.call("publish", events.moved(ward.stack.run.run_id))

    check = ward.checks(code=int(status == "fail"))["settings"]

    assert check["status"] == status
    assert words in check["text"]


@pytest.mark.parametrize(
    ("operations", "skipped", "actions"),
    [
        (
            ("GetSecretValue", "ReceiveMessage", "ListObjectsV2"),
            ("secret", "dead_letters"),
            "s3:ListBucket, secretsmanager:GetSecretValue, sqs:ReceiveMessage",
        ),
        (
            ("GetBucketNotificationConfiguration",), ("notification",), "s3:GetBucketNotification",
        ),
        (("GetSchedule",), ("schedules",), "scheduler:GetSchedule"),
        (("ListSubscriptionsByTopic",), ("listeners", "alarms"), "sns:ListSubscriptionsByTopic"),
    ],
)  # fmt: skip
def test_who_lacks_rights_is_told_which_and_gets_the_other_checks(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, operations: tuple[str, ...],
    skipped: tuple[str, ...], actions: str,
) -> None:  # fmt: skip
    deny(ward, monkeypatch, *operations)

    checks = ward.checks()

    assert amiss(checks) == {"rights": "fail"} | dict.fromkeys(skipped, "skip")
    assert actions in checks["rights"]["text"]


def test_who_may_not_even_see_the_stack(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    deny(ward, monkeypatch, "DescribeStacks")

    checks = ward.checks()

    assert "cloudformation:DescribeStacks" in checks["rights"]["text"]
    others = {checks[name]["status"] for name in checks.keys() - {"rights"}}
    assert (checks["rights"]["status"], others) == ("fail", {"skip"})


def test_a_stack_that_is_not_there(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECOM_SYNC_STACK", "elsewhere")

    checks = ward.checks()

    assert checks["stack"]["status"] == "fail"
    assert "elsewhere" in checks["stack"]["text"]
    assert {check["status"] for check in [*checks.values()][4:]} == {"skip"}


def test_only_the_buckets_are_not_enough(ward: Ward) -> None:
    buckets = ("--drop-bucket", "d", "--report-bucket", "r")

    assert "stack" in ward.output.complaint("doctor", "--corp", "acme", *buckets)


def test_the_advice_about_the_notification_keeps_the_others(ward: Ward) -> None:
    other = {"QueueArn": ward.rule["QueueArn"], "Events": ["s3:ObjectRemoved:*"]}
    ward.listen(other)

    words = shlex.split(ward.checks()["notification"]["advice"])

    rules = json.loads(words[-1])["QueueConfigurations"]
    ward.listen(*rules)
    assert ward.checks(code=0)["notification"]["status"] == "ok"
    assert [rule["Events"] for rule in rules] == [other["Events"], ward.rule["Events"]]


def test_the_function_that_is_asked_never_runs(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    ward.reserved["the-drift"] = 0
    monkeypatch.setattr(ward, "invoke", refuse("Invoke", "TooManyRequestsException"))

    checks = ward.checks()

    assert checks["token"]["status"] == "fail"
    assert "DriftFunction" in checks["concurrency"]["text"]
    assert "--function-name the-drift" in checks["concurrency"]["advice"]


def test_who_may_not_ask_for_concurrency_is_told(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    denied = refuse("GetFunctionConcurrency")
    monkeypatch.setattr(ward, "get_function_concurrency", denied)

    checks = ward.checks()

    assert amiss(checks) == {"rights": "fail", "concurrency": "skip"}
    assert "lambda:GetFunctionConcurrency" in checks["rights"]["text"]


def test_an_open_subscription_hears_nothing(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    pending = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}
    answer(monkeypatch, "ListSubscriptionsByTopic", lambda *_: pending)

    assert amiss(ward.checks(code=0)) == {"listeners": "warn", "alarms": "warn"}


@pytest.fixture
def robot(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the corp have a robot, which WeCom knows or not."""

    def use(*, is_known: bool) -> None:
        url = ward.stack.wecom.url
        monkeypatch.setattr("wecom_sync_tools.doctor.of_corp.HOST", url)
        ward.wecom(robots=[ROBOT] if is_known else [])
        ward.secret(robot_webhook=f"{url}/cgi-bin/webhook/send?key={ROBOT}")

    return use


def test_a_robot_alone_is_enough_and_is_silent(ward: Ward, robot: Callable[..., None]) -> None:
    ward.unsubscribe()
    robot(is_known=True)

    checks = ward.checks(code=0)

    assert amiss(checks) == {}
    assert "robot" in checks["listeners"]["text"]
    assert not ward.stack.wecom.corp(CORP).messages


@pytest.mark.parametrize("has_mail", [True, False])
def test_a_robot_wecom_does_not_know(
    ward: Ward, robot: Callable[..., None], has_mail: bool
) -> None:
    if not has_mail:
        ward.unsubscribe()
    robot(is_known=False)

    checks = ward.checks(code=0)

    assert amiss(checks) == {"listeners": "warn"}
    assert "93000" in checks["listeners"]["text"]
    assert "robot_webhook" in checks["listeners"]["advice"]
    assert ROBOT not in json.dumps(checks)


def test_a_robot_that_cannot_be_asked(ward: Ward, robot: Callable[..., None]) -> None:
    robot(is_known=True)
    ward.stack.wecom.fault("http_status", "/cgi-bin/webhook/send", status=503)

    assert amiss(ward.checks(code=0)) == {"listeners": "warn"}


def test_messages_are_counted_and_old_ones_told(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.send("DriftQueue")
    assert "DriftQueue 1" in ward.checks(code=0)["queues"]["text"]

    def old(_: object, __: object, params: dict[str, Any]) -> object:
        assert "DriftQueue" in params["Dimensions"][0]["Value"]
        return {"Datapoints": [{"Timestamp": params["EndTime"], "Maximum": 7200.0}]}

    answer(monkeypatch, "GetMetricStatistics", old)
    check = ward.checks(code=0)["queues"]

    assert check["status"] == "warn"
    assert "120 minutes" in check["text"]
