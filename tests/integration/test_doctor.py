"""`wecom-sync doctor`: each failure is made to happen, and is told with what to do."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

import boto3
import pytest

from support import events
from support.aws import answer, refuse
from support.ward import ALARMS, CORP, NAME, ROBOT, Ward, amiss
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.local.known_corp import SECRET

type Spoil = Callable[[Ward], object]
NO_WECOM = {"address": "skip", "read": "skip", "write": "skip"}
NO_TOKEN = {"token": "skip", **NO_WECOM}
WITHOUT_STACK = {
    check.name: "skip" for check in CHECKS if check.name not in {"rights", "callbacks"}
}


class Case(NamedTuple):
    """What is spoilt, what `doctor` says of the check, and which others end how.

    `advice` is a part of it; None: nothing is to be done.
    """

    spoil: Spoil
    text: str = ""
    advice: str | None = ""
    status: str = "fail"
    others: Mapping[str, str] = {}


def secret(**changed: object) -> Spoil:
    return lambda ward: ward.secret(**changed)


def wecom(**changed: object) -> Spoil:
    return lambda ward: ward.wecom(**changed)


def fault(kind: str, call: str, **options: int) -> Spoil:
    return lambda ward: ward.stack.wecom.fault(kind, f"/cgi-bin/{call}", **options)


def field(name: str, value: object) -> Spoil:
    return lambda ward: setattr(ward, name, value)


def callback_answers(status: int, body: str) -> Spoil:
    return lambda ward: setattr(ward.gateway, "answer", (status, body))


def denied(*operations: str) -> Spoil:
    return lambda ward: ward.deny(*operations)


def robot(*, is_known: bool, has_mail: bool, is_up: bool = True) -> Spoil:
    def use(ward: Ward) -> None:
        if not has_mail:
            ward.unsubscribe()
        ward.use_robot(is_known=is_known)
        if not is_up:
            ward.stack.wecom.fault("http_status", "/cgi-bin/webhook/send", status=503)

    return use


def secret_of_an_app(ward: Ward) -> None:
    ward.wecom(other_secrets=["of-an-app"])
    ward.secret(contact_secret="of-an-app")


def put(text: str, name: str = NAME) -> Spoil:
    return lambda ward: ward.put_secret(text, name)


def odd_corp_id(ward: Ward) -> None:
    ward.stack.wecom.add_corp("my-company", SECRET["contact_secret"])
    ward.secret(corp_id="my-company")


def no_secret(ward: Ward) -> None:
    boto3.client("secretsmanager").delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


def no_secret_to_be_seen(ward: Ward) -> None:
    no_secret(ward)
    ward.deny("GetSecretValue")


def bad_secret_not_to_be_seen(ward: Ward) -> None:
    ward.put_secret('{"corp_id": "ww"}')
    ward.deny("GetSecretValue")


def alarm_deleted(_: Ward) -> None:
    boto3.client("cloudwatch").delete_alarms(AlarmNames=[f"the-{ALARMS[0]}"])


def of_another_stack(ward: Ward) -> None:
    ward.patch.setenv("WECOM_SYNC_STACK", "elsewhere")


def functions_that_may_not_run(ward: Ward) -> None:
    ward.patch.setattr(ward, "invoke", refuse("Invoke", "TooManyRequestsException"))


def open_subscription(ward: Ward) -> None:
    pending = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}
    answer(ward.patch, "ListSubscriptionsByTopic", lambda *_: pending)


def settings(content: bytes) -> Spoil:
    def drop(ward: Ward) -> None:
        ward.stack.put(events.SETTINGS_KEY, content)
        ward.stack.take_in("submit-settings.json")
        ward.stack.call("publish", events.moved(ward.stack.run.run_id))

    return drop


PUT_SECRET = f"put-secret-value --secret-id {NAME}"
MESSAGES = f"{NAME}/messages"
STRING = f"{NAME} --secret-string"
UNHEARD = {"callback_url": "skip", "listeners": "warn"}
UNINVOKED = NO_WECOM | dict.fromkeys(("address", "callback_url", "listeners"), "fail")
UNSEEN = {"rights": "fail", "secret": "skip", **NO_WECOM}
UNTRUSTED = {"allowed_ips": ["10.0.0.0/8"]}
NO_KEYS = secret(callback_token=None, callback_aes_key=None)
BAD_KEYS = secret(callback_token="not!a!token", callback_aes_key="short")
MALFORMED = "callback_token is malformed, callback_aes_key is malformed"
ELSEWHERE = "arn:aws:sns:us-east-1:210987654321:operators"
CASES: dict[str, tuple[Case, ...]] = {
    "rights": (
        Case(denied("GetSecretValue", "DescribeAlarms", "ListObjectsV2"),
             "cloudwatch:DescribeAlarms, s3:ListBucket, secretsmanager:GetSecretValue",
             others={"secret": "skip", "alarm_states": "skip"}),
        Case(denied("ListSubscriptionsByTopic"), "sns:ListSubscriptionsByTopic",
             others={"listeners": "skip", "alarms": "skip"}),
        Case(denied("DescribeStacks"), "cloudformation:DescribeStacks", others=WITHOUT_STACK),
    ),
    "stack": (
        Case(of_another_stack, "elsewhere", None, others=WITHOUT_STACK | {"stack": "fail"}),
        Case(field("stack_status", "UPDATE_IN_PROGRESS"), "UPDATE_IN_PROGRESS", status="warn"),
        Case(field("stack_status", "UPDATE_ROLLBACK_COMPLETE"), "COMPLETE", status="warn"),
        Case(field("stack_status", "UPDATE_ROLLBACK_FAILED"), "UPDATE_ROLLBACK_FAILED"),
        Case(field("answers", lambda answer: {**answer, "version": "0.0.1"}), status="warn"),
        Case(field("answers", lambda _: {"errorType": "Runtime.ImportModuleError"}),
             "Runtime.ImportModuleError", others=NO_TOKEN),
    ),
    "secret": (
        Case(no_secret, NAME, STRING, others=NO_TOKEN),
        Case(secret(contact_secret=None), "contact_secret is missing", PUT_SECRET, others=NO_TOKEN),
        Case(secret(corp_id="  "), "corp_id is missing", PUT_SECRET, others=NO_TOKEN | UNHEARD),
        Case(secret(callback_token=None), "callback_token is missing", PUT_SECRET),
        Case(BAD_KEYS, MALFORMED, PUT_SECRET),
        Case(NO_KEYS, "no callback token", None, "ok"),
        Case(secret(robot_webhook="https://example.com/hook"), "robot_webhook is malformed",
             PUT_SECRET, others={"listeners": "warn"}),
        Case(put("corp_id=ww"), "is not a JSON object", PUT_SECRET, others=NO_TOKEN),
        Case(put("corp_id=ww", MESSAGES), "is not a JSON object", MESSAGES, others=UNHEARD),
        Case(put('{"corp_id": "ww0000000000000000"}', MESSAGES),
             "corp_id is not the one in wecom-sync/acme", MESSAGES),
        Case(odd_corp_id, status="warn"),
    ),
    "token": (
        Case(wecom(contact_secret="new"), "40001", "not tried again before", others=NO_WECOM),
        Case(secret(corp_id="ww0000000000000000"), "40013", "企业ID", others=NO_WECOM),
        Case(fault("http_status", "gettoken", status=503), "HTTP 503", "WeComBaseUrl",
             others=NO_WECOM),
        Case(functions_that_may_not_run, "AWS is too busy", None, others=UNINVOKED),
        # Whoever may not see a secret hears of it from the functions.
        Case(no_secret_to_be_seen, NAME, STRING, others=UNSEEN),
        Case(bad_secret_not_to_be_seen, NAME, STRING, others=UNSEEN),
    ),
    "address": (
        Case(wecom(**UNTRUSTED, ip_check_on_gettoken=True), "127.0.0.1", "企业可信IP",
             others=NO_TOKEN),
        Case(wecom(**UNTRUSTED, ip_check_on_gettoken=False), "127.0.0.1", "企业可信IP",
             others=NO_WECOM),
    ),
    "read": (Case(secret_of_an_app, others={"write": "fail"}),),
    "write": (
        Case(wecom(contact_may_write=False), "48002", "API编辑通讯录"),
        Case(fault("errcode", "batch/syncuser", errcode=45009), status="warn"),
        Case(fault("errcode", "batch/syncuser", errcode=302008), "an import is running", None,
             "skip"),
    ),
    "callback_url": (
        Case(NO_KEYS, "URL of a run", None, "ok"),
        Case(callback_answers(403, '{"message": "Forbidden"}'), "HTTP 403"),
        Case(callback_answers(403, "forbidden"), "does not know the signature"),
        Case(callback_answers(502, ""), "HTTP 502"),
        Case(callback_answers(200, "<html>welcome</html>"), "not with what was asked for"),
        Case(field("url", "http://127.0.0.1:9/callback/"), "the connection was refused"),
    ),
    "callbacks": (
        Case(lambda ward: ward.import_members(), "1 results came by asking, 0 by a callback",
             status="warn"),
    ),
    "alarm_states": (
        Case(lambda ward: ward.raise_alarm(ALARMS[0]), "are on: StartsBrokenAlarm.",
             "answer-an-alarm.md#what-starts-the-functions-is-gone-or-off"),
        Case(lambda ward: ward.raise_alarm(*ALARMS[1:]), ", ".join(ALARMS[1:]),
             ": docs/en/how-to/answer-an-alarm.md#dead-letters"),
        Case(alarm_deleted, ALARMS[0], "deleted by hand"),
    ),
    "listeners": (
        Case(lambda ward: ward.unsubscribe(), advice="RunTopic", status="warn"),
        Case(open_subscription, status="warn", others={"alarms": "warn"}),
        Case(robot(is_known=True, has_mail=False), "robot", None, "ok"),
        Case(robot(is_known=False, has_mail=True), "93000", "robot_webhook", "warn"),
        Case(robot(is_known=False, has_mail=False), "93000", "robot_webhook", "warn"),
        Case(robot(is_known=True, has_mail=True, is_up=False), "was not reached", None, "warn"),
    ),
    "alarms": (
        Case(lambda ward: ward.unsubscribe("AlarmTopic"), advice="AlarmTopic", status="warn"),
        Case(field("alarm_topic", ELSEWHERE), ELSEWHERE, None, "ok"),
    ),
    "settings": (
        Case(settings(b"[limits]\nremovals = many\n"), "settings.toml was refused"),
        Case(settings(b"[limits]\nremovals = 5000\n"), "limits.removals = 5000", status="warn"),
        Case(settings(b"[limits]\nremovals = 7\n"), "none guards less", None, "ok"),
    ),
}  # fmt: skip


def test_every_check_is_made_to_fail() -> None:
    assert [*CASES] == [check.name for check in CHECKS]


@pytest.mark.parametrize(
    ("name", "case"), [(name, case) for name, cases in CASES.items() for case in cases]
)
def test_each_failure_is_told_with_what_to_do_and_no_secret(
    ward: Ward, name: str, case: Case
) -> None:
    case.spoil(ward)

    checks = ward.checks(code=int("fail" in case.others.values() or case.status == "fail"))

    check = checks[name]
    assert case.text in check["text"]
    assert amiss(checks) | {name: check["status"]} == {**case.others, name: case.status}
    if case.advice is None:
        assert check["advice"] == ""
    else:
        assert case.advice in check["advice"].replace("--name ", "") != ""
    assert "drop the file" not in check["advice"]
    values = [value for key, value in SECRET.items() if key != "corp_id"]
    printed = json.dumps(checks)
    assert [value for value in (*values, "not!a!token", ROBOT) if value in printed] == []
    assert not ward.stack.wecom.corp(CORP).messages


def test_all_is_well(ward: Ward) -> None:
    ward.import_members(by_callback=True)
    jobs = len(ward.stack.wecom.corp(CORP).jobs.listed())

    checks = ward.checks(code=0)

    assert [*checks] == [check.name for check in CHECKS]
    assert {check["status"] for check in checks.values()} == {"ok"}
    assert {check["advice"] for check in checks.values()} == {""}
    assert "1 members, 1 departments" in checks["read"]["text"]
    assert len(ward.stack.wecom.corp(CORP).jobs.listed()) == jobs


def test_a_person_reads_a_line_a_check_and_what_to_do(ward: Ward) -> None:
    ward.wecom(contact_secret="made anew")

    lines = ward.report().splitlines()

    assert [line[0] for line in lines if line[0] != " "] == [*"✓✓✓✗–––✓–✓✓✓✓"]
    token = next(at for at, line in enumerate(lines) if line.startswith("✗"))
    assert "does not accept the corp's contact-sync Secret" in lines[token]
    assert lines[token + 1].startswith("  → Copy the Secret from 「管理后台")
    assert "企业微信不认可该企业的通讯录同步 Secret" in ward.report("--lang", "zh")


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


def test_only_the_buckets_are_not_enough(ward: Ward) -> None:
    buckets = ("--drop-bucket", "d", "--report-bucket", "r")

    assert "stack" in ward.output.complaint("doctor", "--corp", "acme", *buckets)
