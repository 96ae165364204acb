"""`wecom-sync doctor`: each failure is made to happen, and is told with what to do."""

import json
import shlex
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import boto3
import pytest

from support import events
from support.aws import answer, refuse
from support.ward import CORP, DEAD_LETTERS, NAME, ROBOT, Ward, amiss
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET
from wecom_sync_tools.stack.target import Target

type Spoil = Callable[[Ward], object]
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
AT = 1767323045.0
"""The same in UTC epoch seconds."""
NO_WECOM = {"address": "skip", "read": "skip", "write": "skip"}
NO_TOKEN = {"token": "skip", **NO_WECOM}
WITHOUT_STACK = {
    check.name: "skip" for check in CHECKS if check.name not in {"rights", "clock", "callbacks"}
}


class Case(NamedTuple):
    """What is spoilt, what `doctor` says of one check, and which others end how.

    `advice` is a part of it; None: nothing is to be done.
    """

    spoil: Spoil
    check: str
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


def notified(**changed: object) -> Spoil:
    return lambda ward: ward.listen({**ward.rule, **changed})


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


def letters_that_are_read(ward: Ward) -> None:
    ward.send(DEAD_LETTERS, 2)
    url = ward.stack.names[DEAD_LETTERS]
    boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=2, VisibilityTimeout=60)
    ward.send(DEAD_LETTERS)


def without_schedule(_: Ward) -> None:
    boto3.client("scheduler").delete_schedule(Name="drift-schedule")


def function_that_never_runs(ward: Ward) -> None:
    ward.reserved["the-drift"] = 0
    ward.patch.setattr(ward, "invoke", refuse("Invoke", "TooManyRequestsException"))


def clock(seconds: int) -> Spoil:
    def set_clock(ward: Ward) -> None:
        ward.date = DATE
        ward.answers = lambda document: {**document, "clock": AT + seconds}

    return set_clock


def clock_here(ward: Ward) -> None:
    owner = {"Arn": "arn:aws:iam::1:user/me", "ResponseMetadata": {"HTTPHeaders": {"date": DATE}}}
    ward.patch.setattr(Target, "identity", lambda _: owner)


def open_subscription(ward: Ward) -> None:
    pending = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}
    answer(ward.patch, "ListSubscriptionsByTopic", lambda *_: pending)


def old_message(ward: Ward) -> None:
    def old(_: object, __: object, params: dict[str, Any]) -> object:
        assert "DriftQueue" in params["Dimensions"][0]["Value"]
        return {"Datapoints": [{"Timestamp": params["EndTime"], "Maximum": 7200.0}]}

    ward.send("DriftQueue")
    answer(ward.patch, "GetMetricStatistics", old)


def settings(content: bytes) -> Spoil:
    def drop(ward: Ward) -> None:
        ward.stack.put(events.SETTINGS_KEY, content)
        ward.stack.invoke("submit-settings.json")
        ward.stack.call("publish", events.moved(ward.stack.run.run_id))

    return drop


NOTIFY = f"put-bucket-notification-configuration --bucket {DROP_BUCKET} "
PUT_SECRET = f"put-secret-value --secret-id {NAME}"
STRING = f"{NAME} --secret-string"
UNHEARD = {"callback_url": "skip", "listeners": "warn"}
UNINVOKED = NO_WECOM | dict.fromkeys(("token", "address", "callback_url", "listeners"), "fail")
UNSEEN = {"rights": "fail", "secret": "skip", **NO_WECOM}
CASES = {
    "a secret that WeCom does not take": Case(
        wecom(contact_secret="made anew"), "token", "40001", "not tried again before",
        others=NO_WECOM,
    ),
    "a corp id that WeCom does not know":
        Case(secret(corp_id="ww0000000000000000"), "token", "40013", "企业ID", others=NO_WECOM),
    "an address that is not trusted, at once": Case(
        wecom(allowed_ips=["10.0.0.0/8"], ip_check_on_gettoken=True),
        "address", "127.0.0.1", "企业可信IP", others=NO_TOKEN | {"address": "fail"},
    ),
    "an address that is not trusted, later": Case(
        wecom(allowed_ips=["10.0.0.0/8"], ip_check_on_gettoken=False),
        "address", "127.0.0.1", "企业可信IP", others={"read": "skip", "write": "skip"},
    ),
    "a secret that may not write":
        Case(wecom(contact_may_write=False), "write", "48002", "API编辑通讯录"),
    "the secret of an app": Case(secret_of_an_app, "read", others={"write": "fail"}),
    "a busy WeCom": Case(fault("errcode", "batch/syncuser", errcode=45009), "write", status="warn"),
    "an import that runs": Case(
        fault("errcode", "batch/syncuser", errcode=302008),
        "write", "an import is running", None, "skip",
    ),
    "a WeCom that is down": Case(
        fault("http_status", "gettoken", status=503),
        "token", "HTTP 503", "WeComBaseUrl", others=NO_WECOM,
    ),
    "no secret": Case(no_secret, "secret", NAME, STRING, others=NO_TOKEN),
    "no contact secret": Case(
        secret(contact_secret=None), "secret", "contact_secret is missing", PUT_SECRET,
        others=NO_TOKEN,
    ),
    "a blank corp id": Case(
        secret(corp_id="  "), "secret", "corp_id is missing", PUT_SECRET,
        others=NO_TOKEN | UNHEARD,
    ),
    "no callback token":
        Case(secret(callback_token=None), "secret", "callback_token is missing", PUT_SECRET),
    "keys of callbacks that are none": Case(
        secret(callback_token="not!a!token", callback_aes_key="short"),
        "secret", "callback_token is malformed, callback_aes_key is malformed", PUT_SECRET,
    ),
    "no keys of callbacks": Case(
        secret(callback_token=None, callback_aes_key=None),
        "secret", "no callback token", None, "ok",
    ),
    "the URL of a run alone": Case(
        secret(callback_token=None, callback_aes_key=None),
        "callback_url", "URL of a run", None, "ok",
    ),
    "a webhook elsewhere": Case(
        secret(robot_webhook="https://example.com/hook"),
        "secret", "robot_webhook is malformed", PUT_SECRET, others={"listeners": "warn"},
    ),
    "a secret that is no JSON":
        Case(lambda ward: ward.put_secret("corp_id=ww"), "secret", others=NO_TOKEN),
    "a secret of messages that is no JSON": Case(
        lambda ward: ward.put_secret("corp_id=ww", f"{NAME}/messages"),
        "secret", "is not a JSON object", f"{NAME}/messages", others=UNHEARD,
    ),
    "a secret of messages of another corp": Case(
        lambda ward: ward.put_secret('{"corp_id": "ww0000000000000000"}', f"{NAME}/messages"),
        "secret", "corp_id is not the one in wecom-sync/acme", f"{NAME}/messages",
    ),
    "a corp id of an odd shape": Case(odd_corp_id, "secret", status="warn"),
    "no secret, and no right to see it":
        Case(no_secret_to_be_seen, "token", NAME, STRING, others=UNSEEN),
    "a bad secret, and no right to see it":
        Case(bad_secret_not_to_be_seen, "token", NAME, STRING, others=UNSEEN),
    "a gateway that forbids":
        Case(callback_answers(403, '{"message": "Forbidden"}'), "callback_url", "HTTP 403"),
    "a callback that knows no signature":
        Case(callback_answers(403, "forbidden"), "callback_url", "does not know the signature"),
    "a gateway without a function": Case(callback_answers(502, ""), "callback_url", "HTTP 502"),
    "another site": Case(
        callback_answers(200, "<html>welcome</html>"),
        "callback_url", "not with what was asked for",
    ),
    "a callback where nobody listens": Case(
        field("url", "http://127.0.0.1:9/callback/"),
        "callback_url", "the connection was refused",
    ),
    "imports that no callback ended": Case(
        lambda ward: ward.import_members(),
        "callbacks", "1 results came by asking, 0 by a callback", status="warn",
    ),
    "no stack": Case(
        lambda ward: ward.patch.setenv("WECOM_SYNC_STACK", "elsewhere"),
        "stack", "elsewhere", None, others=WITHOUT_STACK | {"stack": "fail"},
    ),
    "a stack that is being updated": Case(
        field("stack_status", "UPDATE_IN_PROGRESS"), "stack", "UPDATE_IN_PROGRESS", status="warn"
    ),
    "a stack that was rolled back":
        Case(field("stack_status", "UPDATE_ROLLBACK_COMPLETE"), "stack", "COMPLETE", status="warn"),
    "a stack that is broken":
        Case(field("stack_status", "UPDATE_ROLLBACK_FAILED"), "stack", "UPDATE_ROLLBACK_FAILED"),
    "functions of another version": Case(
        field("answers", lambda document: {**document, "version": "0.0.1"}), "stack", status="warn"
    ),
    "a function that fails": Case(
        field("answers", lambda _: {"errorType": "Runtime.ImportModuleError"}),
        "stack", "Runtime.ImportModuleError", others=NO_TOKEN,
    ),
    "a function that gets no messages": Case(
        lambda ward: ward.mappings.update(PersistFunctionMessages="Disabled"),
        "mappings", "PersistFunctionMessages", "--uuid PersistFunctionMessages --enabled",
    ),
    "a mapping that somebody deleted": Case(
        lambda ward: ward.gone.add("SubmitFunctionMessages"),
        "mappings", "SubmitFunctionMessages", "deleted by hand",
    ),
    "a bucket that tells nobody":
        Case(lambda ward: ward.listen(), "notification", DROP_BUCKET, NOTIFY),
    "a bucket that tells another stack": Case(
        notified(QueueArn="arn:aws:sqs:us-east-1:123456789012:of-another-stack"),
        "notification", DROP_BUCKET, NOTIFY,
    ),
    "a bucket that tells of some puts":
        Case(notified(Events=["s3:ObjectCreated:Put"]), "notification", DROP_BUCKET, NOTIFY),
    "a bucket that tells of one corp": Case(
        notified(Filter={"Key": {"FilterRules": [{"Name": "prefix", "Value": "acme/"}]}}),
        "notification", DROP_BUCKET, NOTIFY,
    ),
    "a function that may never run": Case(
        lambda ward: ward.reserved.update({"the-submit": 0}),
        "concurrency", "SubmitFunction",
        "delete-function-concurrency --function-name the-submit",
    ),
    "the function that is asked may never run": Case(
        function_that_never_runs, "concurrency", "DriftFunction", "--function-name the-drift",
        others=UNINVOKED,
    ),
    "a schedule that is off": Case(
        lambda ward: ward.schedule("sweep-schedule", "DISABLED"),
        "schedules", "SweepFunctionEveryFiveMinutes", "sweep-schedule",
    ),
    "a schedule that somebody deleted":
        Case(without_schedule, "schedules", advice="deleted by hand"),
    "nobody hears of a hold":
        Case(lambda ward: ward.unsubscribe(), "listeners", advice="RunTopic", status="warn"),
    "nobody hears of an alarm": Case(
        lambda ward: ward.unsubscribe("AlarmTopic"), "alarms", advice="AlarmTopic", status="warn"
    ),
    "a subscription that nobody has confirmed":
        Case(open_subscription, "listeners", status="warn", others={"alarms": "warn"}),
    "a robot alone": Case(robot(is_known=True, has_mail=False), "listeners", "robot", None, "ok"),
    **{
        f"a robot that WeCom does not know, {has_mail=}": Case(
            robot(is_known=False, has_mail=has_mail), "listeners", "93000", "robot_webhook", "warn"
        )
        for has_mail in (True, False)
    },
    "a robot that cannot be asked": Case(
        robot(is_known=True, has_mail=True, is_up=False),
        "listeners", "was not reached", None, "warn",
    ),
    "a message that waits":
        Case(lambda ward: ward.send("DriftQueue"), "queues", "DriftQueue 1", None, "ok"),
    "an old message": Case(old_message, "queues", "120 minutes", status="warn"),
    "a dead letter": Case(
        lambda ward: ward.send(DEAD_LETTERS),
        "dead_letters", "Dead letters: 1", "wecom-sync redrive --return",
    ),
    "dead letters that somebody else is reading":
        Case(letters_that_are_read, "dead_letters", "Dead letters: 3"),
    "a clock 30 s fast": Case(clock(30), "clock", "the functions +30 s", None, "ok"),
    "a clock 90 s slow": Case(clock(-90), "clock", "the functions -90 s", status="warn"),
    "a clock 400 s fast": Case(clock(400), "clock", "the functions +400 s"),
    "another clock here": Case(clock_here, "clock", "this machine +"),
    "settings that are none":
        Case(settings(b"[limits]\nremovals = many\n"), "settings", "settings.toml was refused"),
    "weaker settings": Case(
        settings(b"[limits]\nremovals = 5000\n"),
        "settings", "limits.removals = 5000", status="warn",
    ),
    "stricter settings":
        Case(settings(b"[limits]\nremovals = 7\n"), "settings", "none guards less", None, "ok"),
    "no rights to read": Case(
        denied("GetSecretValue", "ReceiveMessage", "ListObjectsV2"), "rights",
        "s3:ListBucket, secretsmanager:GetSecretValue, sqs:ReceiveMessage",
        others={"secret": "skip", "dead_letters": "skip"},
    ),
    "no right to see notifications": Case(
        denied("GetBucketNotificationConfiguration"),
        "rights", "s3:GetBucketNotification", others={"notification": "skip"},
    ),
    "no right to see schedules": Case(
        denied("GetSchedule"), "rights", "scheduler:GetSchedule", others={"schedules": "skip"}
    ),
    "no right to see subscriptions": Case(
        denied("ListSubscriptionsByTopic"), "rights", "sns:ListSubscriptionsByTopic",
        others={"listeners": "skip", "alarms": "skip"},
    ),
    "no right to see concurrency": Case(
        lambda ward: ward.patch.setattr(
            ward, "get_function_concurrency", refuse("GetFunctionConcurrency")
        ),
        "rights", "lambda:GetFunctionConcurrency", others={"concurrency": "skip"},
    ),
    "no right to see the stack": Case(
        denied("DescribeStacks"), "rights", "cloudformation:DescribeStacks", others=WITHOUT_STACK
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_each_failure_is_told_with_what_to_do_and_no_secret(ward: Ward, case: Case) -> None:
    case.spoil(ward)

    checks = ward.checks(code=int("fail" in case.others.values() or case.status == "fail"))

    check = checks[case.check]
    assert case.text in check["text"]
    assert amiss(checks) | {case.check: check["status"]} == {**case.others, case.check: case.status}
    if case.advice is None:
        assert check["advice"] == ""
    else:
        assert case.advice in check["advice"].replace("--name ", "") != ""
    assert "drop the file" not in check["advice"]
    values = [value for name, value in SECRET.items() if name != "corp_id"]
    told = json.dumps(checks)
    assert [value for value in (*values, "not!a!token", ROBOT) if value in told] == []
    assert not ward.stack.wecom.corp(CORP).messages


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

    assert [line[0] for line in lines if line[0] != " "] == [*"✓✓✓✓✗–––✓–✓✓✓✓✓✓✓✓✓"]
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


def test_the_advice_about_the_notification_keeps_the_others(ward: Ward) -> None:
    other = {"QueueArn": ward.rule["QueueArn"], "Events": ["s3:ObjectRemoved:*"]}
    ward.listen(other)

    words = shlex.split(ward.checks()["notification"]["advice"])

    rules = json.loads(words[-1])["QueueConfigurations"]
    ward.listen(*rules)
    assert ward.checks(code=0)["notification"]["status"] == "ok"
    assert [rule["Events"] for rule in rules] == [other["Events"], ward.rule["Events"]]
