"""`wecom-sync doctor`: each failure is made to happen, and is told with what to do."""

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from support.aws import answer, refuse
from support.stories import lines
from support.ward import ALARMS, APP, CORP, NAME, ROBOT, Ward, amiss
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.local.known_corp import SECRET

NO_WECOM = {"address": "skip", "read": "skip", "write": "skip"}
NO_TOKEN = {"token": "skip", **NO_WECOM}
UNHEARD = {"callback_url": "skip", "listeners": "warn"}
OTHERS = {
    "no_wecom": NO_WECOM,
    "no_token": NO_TOKEN,
    "no_token_unheard": NO_TOKEN | UNHEARD,
    "unheard": UNHEARD,
    "uninvoked": NO_WECOM | dict.fromkeys(("address", "callback_url", "listeners"), "fail"),
    "unseen": {"rights": "fail", "secret": "skip", **NO_WECOM},
    "undecided": {"approvers": "skip"},
    "without_stack": {
        check.name: "skip" for check in CHECKS if check.name not in {"rights", "callbacks"}
    },
}
"""How other checks end, where several do."""


def given(texts: tuple[str, ...]) -> dict[str, Any]:
    """Return what stands behind names; blank is nothing."""
    pairs = (text.partition("=") for text in texts)
    return {name: None if value == "null" else json.loads(value) for name, _, value in pairs}


def secret(ward: Ward, *changed: str) -> None:
    ward.secret(**given(changed))


def wecom(ward: Ward, *changed: str) -> None:
    ward.wecom(**given(changed))


def fault(ward: Ward, kind: str, call: str, *options: str) -> None:
    ward.stack.wecom.fault(kind, f"/cgi-bin/{call}", **given(options))


def field(ward: Ward, name: str, value: str) -> None:
    setattr(ward, name, value)


def answers(ward: Ward, *changed: str) -> None:
    """Let the drift function answer something else."""
    ward.answers = lambda answer: {**answer, **given(changed)}


def callback_answers(ward: Ward, status: str, *body: str) -> None:
    ward.gateway.answer = int(status), " ".join(body)


def robot(ward: Ward, *has: str) -> None:
    """Use a robot: is it `known`, is it `up`, and does a `mail` hear as well?"""
    if "mail" not in has:
        ward.unsubscribe()
    ward.use_robot(is_known="known" in has)
    if "up" not in has:
        ward.stack.wecom.fault("http_status", "/cgi-bin/webhook/send", status=503)


def secret_of_an_app(ward: Ward) -> None:
    ward.wecom(apps=[{"agent_id": 1, "secret": "of-an-app"}])
    ward.secret(contact_secret="of-an-app")


def put(ward: Ward, name: str, text: str) -> None:
    ward.put_secret(text, name)


def odd_corp_id(ward: Ward) -> None:
    ward.stack.wecom.add_corp("my-company", SECRET["contact_secret"])
    ward.secret(corp_id="my-company")


def no_secret(ward: Ward, *denied: str) -> None:
    boto3.client("secretsmanager").delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    ward.deny(*denied)


def bad_secret(ward: Ward, *denied: str) -> None:
    ward.put_secret('{"corp_id": "ww"}')
    ward.deny(*denied)


def alarm_deleted(_: Ward) -> None:
    boto3.client("cloudwatch").delete_alarms(AlarmNames=[f"the-{ALARMS[0]}"])


def old_messages(ward: Ward) -> None:
    ward.count("q", "drop", 4)
    ward.count("q", "submit", 5)
    ward.raise_alarm("QueueAgeAlarm")


def counted_by_drift(ward: Ward) -> None:
    ward.count("wecom-sync", "any", 1, service="drift")
    ward.raise_alarm("StartsBrokenAlarm")


def of_another_stack(ward: Ward) -> None:
    ward.patch.setenv("WECOM_SYNC_STACK", "elsewhere")


def functions_that_may_not_run(ward: Ward) -> None:
    ward.patch.setattr(ward, "invoke", refuse("Invoke", "TooManyRequestsException"))


def open_subscription(ward: Ward) -> None:
    pending = {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]}
    answer(ward.patch, "ListSubscriptionsByTopic", lambda *_: pending)


def removals(ward: Ward, number: str) -> None:
    """Drop settings with this limit."""
    ward.put_settings(f"[limits]\nremovals = {number}\n")


def a_desk(ward: Ward, *changed: str) -> None:
    ward.open_desk(**given(changed))


def cards_alone(ward: Ward) -> None:
    ward.open_desk()
    ward.unsubscribe()


def no_app(ward: Ward) -> None:
    ward.has_desk = True


def a_desk_for_two(ward: Ward, *changed: str) -> None:
    ward.open_desk(settings="[limits]\nsecond_person = true\n", **given(changed))


SPOILS: dict[str, Callable[..., object]] = {
    it.__name__: it
    for it in (
        *(secret, wecom, fault, field, answers, callback_answers, robot, secret_of_an_app, put),
        *(odd_corp_id, no_secret, bad_secret, alarm_deleted, of_another_stack),
        *(a_desk, no_app, a_desk_for_two, cards_alone),
        *(
            old_messages,
            counted_by_drift,
            functions_that_may_not_run,
            open_subscription,
            removals,
            Ward.deny,
            Ward.unsubscribe,
        ),
        *(Ward.raise_alarm, Ward.import_members),
    )
}
CASES = """
rights: deny GetSecretValue DescribeAlarms ListObjectsV2
    | says cloudwatch:DescribeAlarms, s3:ListBucket, secretsmanager:GetSecretValue
    | others secret=skip alarm_states=skip
rights: deny ListSubscriptionsByTopic | says sns:ListSubscriptionsByTopic
    | others listeners=skip alarms=skip
rights: deny DescribeStacks | says cloudformation:DescribeStacks | others without_stack
stack: of_another_stack | says elsewhere | nothing to do | others without_stack
stack: field stack_status UPDATE_IN_PROGRESS | says UPDATE_IN_PROGRESS | ends warn
stack: field stack_status UPDATE_ROLLBACK_COMPLETE | says COMPLETE | ends warn
stack: field stack_status UPDATE_ROLLBACK_FAILED | says UPDATE_ROLLBACK_FAILED
stack: answers version="0.0.1" | ends warn
stack: answers errorType="Runtime.ImportModuleError" | says Runtime.ImportModuleError
    | others no_token
secret: no_secret | says wecom-sync/acme | do wecom-sync/acme --secret-string | others no_token
secret: secret contact_secret=null | says contact_secret is missing | do put-secret-value
    --secret-id wecom-sync/acme | others no_token
secret: secret corp_id="" | says corp_id is missing | do put-secret-value
    --secret-id wecom-sync/acme | others no_token_unheard
secret: secret callback_token=null | says callback_token is missing | do put-secret-value
    --secret-id wecom-sync/acme
secret: secret callback_token="not!a!token" callback_aes_key="short"
    | says callback_token is malformed, callback_aes_key is malformed
    | do put-secret-value --secret-id wecom-sync/acme
secret: secret callback_token=null callback_aes_key=null | says no callback token | nothing to do
    | ends ok
secret: secret robot_webhook="https://example.com/hook" | says robot_webhook is malformed
    | do put-secret-value --secret-id wecom-sync/acme | others listeners=warn
secret: put wecom-sync/acme corp_id=ww | says is not a JSON object | do put-secret-value
    --secret-id wecom-sync/acme | others no_token
secret: put wecom-sync/acme/messages corp_id=ww | says is not a JSON object
    | do wecom-sync/acme/messages | others unheard
secret: put wecom-sync/acme/messages {"corp_id":"ww0000000000000000"}
    | says corp_id is not the one in wecom-sync/acme | do wecom-sync/acme/messages
secret: odd_corp_id | ends warn
token: wecom contact_secret="new" | says 40001 | do not tried again before | others no_wecom
token: secret corp_id="ww0000000000000000" | says 40013 | do 企业ID | others no_wecom
token: fault http_status gettoken status=503 | says HTTP 503 | do firewall | others no_wecom
token: functions_that_may_not_run | says AWS is too busy | nothing to do | others uninvoked
token: no_secret GetSecretValue | says wecom-sync/acme | do wecom-sync/acme --secret-string
    | others unseen
token: bad_secret GetSecretValue | says wecom-sync/acme | do wecom-sync/acme --secret-string
    | others unseen
address: wecom allowed_ips=["10.0.0.0/8"] ip_check_on_gettoken=true | says 127.0.0.1
    | do 企业可信IP | others no_token
address: wecom allowed_ips=["10.0.0.0/8"] ip_check_on_gettoken=false | says 127.0.0.1
    | do 企业可信IP | others no_wecom
read: secret_of_an_app | others write=fail
write: wecom contact_may_write=false | says 48002 | do API编辑通讯录
write: fault errcode batch/syncuser errcode=45009 | ends warn
write: fault errcode batch/syncuser errcode=302008 | says an import is running | nothing to do
    | ends skip
callback_url: secret callback_token=null callback_aes_key=null | says URL of a run | nothing to do
    | ends ok
callback_url: callback_answers 403 {"message": "Forbidden"} | says HTTP 403
callback_url: callback_answers 403 forbidden | says does not know the signature
callback_url: callback_answers 502 | says HTTP 502
callback_url: callback_answers 200 <html>welcome</html> | says not with what was asked for
callback_url: field url http://127.0.0.1:9/callback/ | says the connection was refused
callbacks: import_members | says 1 results came by asking, 0 by a callback | ends warn
alarm_states: raise_alarm StartsBrokenAlarm | says are on: StartsBrokenAlarm.
    | do answer-an-alarm.md#what-starts-the-functions-is-gone-or-off
alarm_states: raise_alarm FunctionsCrashedAlarm FunctionsFailedAlarm
    | says FunctionsCrashedAlarm, FunctionsFailedAlarm.
    | do : docs/en/how-to/answer-an-alarm.md#errors-of-a-function
alarm_states: old_messages | says are on: QueueAgeAlarm (submit).
    | do : docs/en/how-to/answer-an-alarm.md#messages-that-are-not-taken
alarm_states: counted_by_drift | says are on: StartsBrokenAlarm (drift).
alarm_states: alarm_deleted | says StartsBrokenAlarm | do deleted by hand
listeners: unsubscribe | do RunTopic | ends warn
listeners: open_subscription | ends warn | others alarms=warn
listeners: robot known up | says robot | nothing to do | ends ok
listeners: robot mail up | says 93000 | do robot_webhook | ends warn
listeners: robot up | says 93000 | do robot_webhook | ends warn
listeners: robot known mail | says was not reached | nothing to do | ends warn
listeners: cards_alone | says cards: anna | nothing to do | ends ok
alarms: unsubscribe AlarmTopic | do AlarmTopic | ends warn
alarms: field alarm_topic arn:aws:sns:us-east-1:210987654321:operators
    | says arn:aws:sns:us-east-1:210987654321:operators | nothing to do | ends ok
settings: removals many | says settings.toml was refused
settings: removals 5000 | says limits.removals = 5000 | ends warn
settings: removals 7 | says none guards less | nothing to do | ends ok
desk: no_app | says wecom-sync/acme/app | nothing to do | ends ok
desk: a_desk agent_id="seven" | says agent_id | do wecom-sync/acme/app | others undecided
desk: a_desk agent_id=8 | says two apps | do agent_id | others undecided
desk: a_desk app_secret="wrong" | says app | do app_secret | others undecided
desk: a_desk domains=["elsewhere.example"] | says elsewhere.example | do 可信域名 | others undecided
desk: a_desk corp={"allowed_ips":["10.0.0.0/8"]} | says not trust for this app | do 应用管理
    | others token=skip address=fail read=skip write=skip approvers=skip
approvers: a_desk approvers=[] | do approvers = | ends warn
approvers: a_desk approvers=["anna","ghost"] | says ghost | do settings.toml | ends warn
approvers: a_desk_for_two approvers=["anna","bob"] | says AWS: | do [desk.people] | ends warn
approvers: a_desk_for_two approvers=["anna","bob","ghost"] | says AWS: | do [desk.people]
    | ends warn
approvers: a_desk_for_two approvers=["anna","Anna"] | says can decide at the desk: 1.
    | do approvers
approvers: a_desk_for_two approvers=[] | says desk: 0. | do approvers
approvers: a_desk | says anna | nothing to do | ends ok
"""
"""Each check, what is spoilt, and what is said then: that it fails, unless it `ends` otherwise."""


def test_every_check_is_made_to_fail() -> None:
    assert [*dict(lines(CASES))] == [check.name for check in CHECKS]


@pytest.mark.parametrize(("name", "case"), [*lines(CASES)])
def test_each_failure_is_told_with_what_to_do_and_no_secret(
    ward: Ward, name: str, case: str
) -> None:
    (spoil, *texts), *parts = (part.split() for part in case.split(" | "))
    said = {word: " ".join(words) for word, *words in parts}
    others = dict(it.split("=") for it in said.get("others", "").split() if "=" in it)
    others |= OTHERS.get(said.get("others", ""), {})
    status = said.get("ends", "fail")
    SPOILS[spoil](ward, *texts)

    checks = ward.checks(code=int("fail" in {status, *others.values()}))

    check = checks[name]
    assert said.get("says", "") in check["text"]
    assert amiss(checks) | {name: check["status"]} == {**others, name: status}
    advice = check["advice"].replace("--name ", "")
    assert (said.get("do", "") in advice != "") if "nothing" not in said else advice == ""
    assert "drop the file" not in advice
    values = [value for key, value in SECRET.items() if key != "corp_id"]
    printed = json.dumps(checks)
    assert [value for value in (*values, "not!a!token", ROBOT, APP) if value in printed] == []
    assert not ward.stack.wecom.corp(CORP).messages


def test_a_test_card_says_whether_somebody_is_reached(ward: Ward) -> None:
    ward.import_members()
    ward.open_desk()

    def desk(user: str, code: int) -> dict[str, str]:
        document = json.loads(ward.report("--card", user, "--json", code=code))
        return next(it for it in document["checks"] if it["name"] == "desk")

    sent, lost = desk("anna", 0), desk("ghost", 1)
    assert "a test card for anna" in sent["text"]
    assert "ghost" in lost["text"]
    assert "visible" in lost["advice"]
    assert [it["userids"] for it in ward.stack.wecom.corp(CORP).ledger.cards] == [["anna"]]
    assert "--corp" in ward.output.complaint("doctor", "--all", "--card", "anna")


def test_all_is_well(ward: Ward) -> None:
    ward.import_members(by_callback=True)
    jobs = len(ward.stack.wecom.corp(CORP).jobs.listed())

    checks = ward.checks(code=0)

    assert [*checks] == [check.name for check in CHECKS]
    assert {check["status"] for check in checks.values()} == {"ok"}
    assert {check["advice"] for check in checks.values()} == {""}
    assert "Members: 1, departments: 1." in checks["read"]["text"]
    assert len(ward.stack.wecom.corp(CORP).jobs.listed()) == jobs


def test_a_person_reads_a_line_a_check_and_what_to_do(ward: Ward) -> None:
    ward.wecom(contact_secret="made anew")

    lines = ward.report().splitlines()

    assert [line[0] for line in lines if line[0] != " "] == [*"✓✓✓✗–––✓–✓✓✓✓✓✓"]
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


def test_all_corps_are_examined_one_after_the_other(ward: Ward) -> None:
    for corp in ("acme", "beta"):
        boto3.client("s3").put_object(Bucket="reports", Key=f"{corp}/index.json", Body=b"{}")

    text = ward.output("doctor", "--all", "--json", code=1)

    documents = [json.loads(line) for line in text.splitlines() if line.startswith('{"corp"')]
    by_corp = {it["corp"]: {check["name"]: check for check in it["checks"]} for it in documents}
    assert [*by_corp] == ["acme", "beta"]
    assert [it["secret"]["status"] for it in by_corp.values()] == ["ok", "fail"]
    assert "--all" in ward.output.complaint("doctor")


def test_only_the_buckets_are_not_enough(ward: Ward) -> None:
    buckets = ("--drop-bucket", "d", "--report-bucket", "r")

    assert "stack" in ward.output.complaint("doctor", "--corp", "acme", *buckets)
