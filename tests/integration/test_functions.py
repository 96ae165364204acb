"""Each function through its handler, with the files of `events/`, on moto and the simulator."""

import base64
import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

import callback
import drift
import persist
import publish
import submit
import sweep
from support import events
from support.console import Capsys
from support.runs import state_and_why
from support.template import create_on_moto, environment
from support.world import members
from wecom_simulator import Simulator
from wecom_simulator.web.crypto import encrypt, sign
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.dynamodb_tokens import DynamoTokens
from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.domain.run import State
from wecom_sync.handler import logger
from wecom_sync.use_cases.ports import FOREVER
from wecom_sync.wecom.callback_crypto import job_credentials
from wecom_sync_tools.local.corps import known_corp
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET

MASTER = "master-secret-of-the-stack"
HANDLERS = {
    "submit": submit.lambda_handler, "callback": callback.lambda_handler,
    "persist": persist.lambda_handler, "publish": publish.lambda_handler,
    "sweep": sweep.lambda_handler, "drift": drift.lambda_handler,
}  # fmt: skip
BUILT = (
    submit.use_cases, callback.callbacks, persist.use_cases, publish.use_cases, sweep.use_cases,
    drift.use_cases,
)  # fmt: skip

DROPPED = {
    "submit-drop.json": events.MEMBERS_KEY, "submit-drop-encoded-key.json": events.ENCODED_KEY,
}  # fmt: skip


class Context:
    """What Lambda passes beside the event."""

    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 100_000


@dataclass
class Stack:
    """The deployed stack, as far as moto goes."""

    wecom: Simulator
    names: dict[str, str]

    @property
    def store(self) -> DynamoStore:
        return DynamoStore(
            boto3.client("dynamodb"), self.names["RunTable"], self.wecom.clock.now, 400
        )

    @property
    def tokens(self) -> DynamoTokens:
        return DynamoTokens(boto3.client("dynamodb"), self.names["RunTable"], self.wecom.clock.now)

    def invoke(self, name: str) -> Any:
        """Invoke the function that a file's name begins with."""
        event = json.loads((events.FOLDER / name).read_text())
        return self.call(name.partition("-")[0], event)

    def submit(self, name: str, content: str = members("anna")) -> Any:
        """Put the object that an event's file names, and invoke the function."""
        self.put(DROPPED[name], content.encode())
        return self.invoke(name)

    def call(self, function: str, event: dict[str, Any]) -> Any:
        return HANDLERS[function](event, Context())

    def put(self, key: str, content: bytes) -> None:
        boto3.client("s3").put_object(Bucket=DROP_BUCKET, Key=key, Body=content)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Take every message of a queue, delayed ones included."""
        sqs = boto3.client("sqs")
        found = sqs.receive_message(
            QueueUrl=self.names[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        return [json.loads(message["Body"]) for message in found.get("Messages", [])]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with (
        Simulator(job_base_seconds=0.02, callback_retry_seconds=0.01) as wecom,
        mock_aws(config={"core": {"passthrough": {"urls": [f"{wecom.url}.*"]}}}),
    ):
        names = create_on_moto()
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=DROP_BUCKET)
        s3.create_bucket(Bucket="reports")
        s3.create_bucket(Bucket="snapshots")
        secrets = boto3.client("secretsmanager")
        for name, text in known_corp().secrets("wecom-sync"):
            secrets.create_secret(Name=name, SecretString=text)
        arn = secrets.create_secret(Name="master", SecretString=MASTER)["ARN"]
        wecom.add_corp(SECRET["corp_id"], SECRET["contact_secret"])
        names |= {
            "DropBucket": DROP_BUCKET, "ReportBucket": "reports", "SnapshotBucket": "snapshots",
            "CallbackMasterSecret": arn, "CallbackBaseUrl": "http://127.0.0.1:9",
            "WeComBaseUrl": wecom.url, "SettleSeconds": "0", "CheckSeconds": "0",
            "RetrySeconds": "0", "UnknownOutcomeSeconds": "0", "SubmitDeadlineSeconds": "3600",
            "ResultDeadlineSeconds": "3600",
        }  # fmt: skip
        for function in HANDLERS:
            for name, value in environment(function, names).items():
                monkeypatch.setenv(name, value)
        for built in BUILT:
            built.cache_clear()
        yield Stack(wecom, names)
        for built in BUILT:
            built.cache_clear()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Yield what the functions log, as CloudWatch would get it."""
    buffer = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.stream
    handler.setStream(buffer)
    yield buffer
    handler.setStream(before)


def test_the_files_in_events_are_what_the_tests_build() -> None:
    assert {path.name for path in events.FOLDER.glob("*.json")} == set(events.all_events())
    for name, event in events.all_events().items():
        assert (events.FOLDER / name).read_text() == events.text(event), name


@pytest.mark.parametrize(("name", "key"), DROPPED.items())
def test_a_drop_becomes_a_job_and_a_check_ends_it(stack: Stack, name: str, key: str) -> None:
    assert stack.submit(name, members("anna", "bert")) == {"batchItemFailures": []}

    (run,) = stack.store.runs(10)
    assert (run.key, run.state) == (key, State.SUBMITTED)
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    assert stack.call("persist", events.sqs("ResultsQueue", check)) == {"batchItemFailures": []}
    (run,) = stack.store.runs(10)
    assert (run.state, run.succeeded) == (State.SUCCEEDED, 2)
    report = (
        boto3.client("s3")
        .get_object(Bucket="reports", Key=f"acme/{run.run_id}/results.csv")["Body"]
        .read()
    )
    assert len(report.decode("utf-8-sig").splitlines()) == 3


def test_an_unknown_job_type_is_rejected(stack: Stack) -> None:
    stack.put(events.BAD_KEY, b"anything")

    stack.invoke("submit-drop-unknown-job.json")

    (run,) = stack.store.runs(10)
    assert state_and_why(run) == (State.REJECTED, "job_unknown")


def test_a_wrong_secret_is_shown_to_wecom_once_for_all_runs(stack: Stack) -> None:
    stack.wecom.corp(SECRET["corp_id"]).change({"contact_secret": "made anew in the console"})

    for name in DROPPED:
        stack.submit(name)

    runs = stack.store.runs(10)
    assert [run.state for run in runs] == [State.FAILED] * 2
    assert {run.reason.params["errcode"] for run in runs if run.reason} == {40001}
    asked = [request["path"] for request in stack.wecom.requests]
    assert asked == ["/cgi-bin/gettoken"]


def test_a_corrected_secret_is_used_at_once_by_a_function_that_knows_the_wrong_one(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SecretsManagerCorps, "RENEW_SECONDS", 0)
    secrets = boto3.client("secretsmanager")
    wrong = json.dumps({**SECRET, "contact_secret": "wrong"})
    secrets.put_secret_value(SecretId="wecom-sync/acme", SecretString=wrong)
    stack.submit("submit-drop.json")
    assert [run.state for run in stack.store.runs(10)] == [State.FAILED]

    secrets.put_secret_value(SecretId="wecom-sync/acme", SecretString=json.dumps(dict(SECRET)))
    stack.submit("submit-drop-encoded-key.json")

    states = {run.key: run.state for run in stack.store.runs(10)}
    assert states[events.ENCODED_KEY] is State.SUBMITTED
    asked = [request["path"] for request in stack.wecom.requests]
    assert asked.count("/cgi-bin/gettoken") == 2


def test_a_secret_that_was_made_after_a_rejected_drop_is_known_to_the_next_one(
    stack: Stack,
) -> None:
    secrets = boto3.client("secretsmanager")
    secrets.delete_secret(SecretId="wecom-sync/acme", ForceDeleteWithoutRecovery=True)
    stack.submit("submit-drop.json")
    assert [run.state for run in stack.store.runs(10)] == [State.REJECTED]

    secrets.create_secret(Name="wecom-sync/acme", SecretString=json.dumps(dict(SECRET)))
    stack.submit("submit-drop-encoded-key.json")

    states = {run.key: run.state for run in stack.store.runs(10)}
    assert states[events.ENCODED_KEY] is State.SUBMITTED


def test_settings_are_put_in_force(stack: Stack) -> None:
    stack.put(events.SETTINGS_KEY, b"[limits]\nremovals = 7\n")

    stack.invoke("submit-settings.json")

    (run,) = stack.store.runs(10)
    assert (run.state, run.job) == (State.SUCCEEDED, None)
    assert stack.store.policy("acme").removals == 7


def test_a_file_that_is_only_to_be_planned_is_planned_and_not_sent(stack: Stack) -> None:
    stack.put(events.PLAN_KEY, members("anna").encode())

    stack.invoke("submit-plan.json")

    (run,) = stack.store.runs(10)
    assert (run.state, run.verdict) == (State.PLANNED, "apply")
    assert run.principal == "AWS:AROAEXAMPLEEXAMPLE:zhangsan"
    assert "anna" not in stack.wecom.corp(SECRET["corp_id"]).directory.members


def test_a_decision_about_no_run_is_rejected_with_the_reason(stack: Stack) -> None:
    stack.put(events.DECISION_KEY, b'{"decision": "cancel"}')

    stack.invoke("submit-decision.json")

    (run,) = stack.store.runs(10)
    assert (run.state, run.reason and run.reason.code) == (State.REJECTED, "decision_no_run")


def test_the_record_of_a_move_becomes_documents_and_is_told(stack: Stack) -> None:
    stack.put(events.BAD_KEY, members("anna").encode())
    stack.invoke("submit-drop-unknown-job.json")
    (run,) = stack.store.runs(10)

    stack.call("publish", events.moved(run.run_id))

    client = boto3.client("s3")
    listed = client.list_objects_v2(Bucket="reports", Prefix="acme/")["Contents"]
    assert {item["Key"] for item in listed} >= {f"acme/{run.run_id}/run.json", "acme/index.json"}
    page = client.get_object(Bucket="reports", Key=f"acme/{run.run_id}/run.json")["Body"].read()
    assert json.loads(page)["state"] == "REJECTED"
    assert stack.store.due(State.REJECTED, FOREVER) == []


def test_what_was_changed_by_hand_is_reported(stack: Stack) -> None:
    stack.submit("submit-drop.json", members("anna", "bert"))
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    stack.call("persist", events.sqs("ResultsQueue", check))
    assert stack.invoke("drift-schedule.json") == {"corps": 1}
    (message,) = stack.messages("DriftQueue")
    assert events.sqs("DriftQueue", message) == events.all_events()["drift-corp.json"]
    assert stack.invoke("drift-corp.json") == {"batchItemFailures": []}
    assert drift_reports() == []
    stack.wecom.corp(SECRET["corp_id"]).directory.discard("bert")

    assert stack.invoke("drift-corp.json") == {"batchItemFailures": []}

    (key,) = drift_reports()
    report = boto3.client("s3").get_object(Bucket="reports", Key=key)["Body"].read()
    assert "bert,removed by hand" in report.decode("utf-8-sig")


def test_what_an_import_needs_of_wecom_is_tried_and_told_as_codes(
    stack: Stack, logged: io.StringIO
) -> None:
    answer = stack.invoke("drift-doctor.json")

    assert (answer["token"], answer["read"], answer["members"]) == (None, None, 0)
    assert answer["write"]["params"]["errcode"] == 40007
    assert stack.wecom.corp(SECRET["corp_id"]).jobs.listed() == []
    told = json.dumps(answer) + logged.getvalue()
    values = [MASTER, *(value for name, value in SECRET.items() if name != "corp_id")]
    assert [value for value in values if value in told] == []


def test_the_callback_function_signs_what_its_urls_are_tried_with(
    stack: Stack, logged: io.StringIO
) -> None:
    answer = stack.invoke("callback-doctor.json")

    for path in (f"/callback/acme/{answer['run_id']}", "/callback/acme"):
        query = answer["run" if path.count("/") == 3 else "corp"]
        found = stack.call("callback", events.request("GET", path, query))
        assert (found["statusCode"], found["body"]) == (200, answer["echo"])
        event = events.request("POST", path, query, f"<x><Encrypt>{query['echostr']}</Encrypt></x>")
        assert stack.call("callback", event)["statusCode"] == 403
    told = json.dumps(answer) + logged.getvalue()
    assert [value for value in (MASTER, *SECRET.values()) if value in told] == []


def drift_reports() -> list[str]:
    listed = boto3.client("s3").list_objects_v2(Bucket="reports")["Contents"]
    return [item["Key"] for item in listed if "/drift/" in item["Key"]]


def test_the_s3_test_event_makes_no_run(stack: Stack) -> None:
    assert stack.invoke("submit-s3-test-event.json") == {"batchItemFailures": []}
    assert stack.store.runs(10) == []


def test_a_run_that_does_not_exist_is_acknowledged(stack: Stack) -> None:
    for name in (
        "submit-advance.json", "persist-check.json", "persist-callback.json",
    ):  # fmt: skip
        assert stack.invoke(name) == {"batchItemFailures": []}
    assert stack.invoke("publish-run.json") is None
    assert stack.store.runs(10) == []


def test_a_message_that_cannot_be_handled_goes_back_alone(stack: Stack) -> None:
    stack.put(events.MEMBERS_KEY, members("anna").encode())
    good = json.loads((events.FOLDER / "submit-drop.json").read_text())["Records"][0]
    bad = good | {"messageId": "bad", "body": '{"kind": "advance"}'}

    answer = stack.call("submit", {"Records": [bad, good]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(stack.store.runs(10)) == 1


def test_verification_answers_with_the_bare_plaintext(stack: Stack) -> None:
    answer = stack.invoke("callback-verify.json")

    assert (answer["statusCode"], answer["body"]) == (200, "1616140317555161061")
    assert not answer["isBase64Encoded"]


@pytest.mark.parametrize("name", ["callback-event-xml.json", "callback-event-json.json"])
def test_an_event_is_queued_and_acknowledged(stack: Stack, name: str) -> None:
    assert stack.invoke(name)["statusCode"] == 200

    (message,) = stack.messages("ResultsQueue")
    assert message == events.accepted(events.job_finished())


def test_an_event_of_another_kind_of_job_is_acknowledged_and_nothing_else(stack: Stack) -> None:
    assert stack.invoke("callback-event-other-job.json")["statusCode"] == 200
    assert stack.messages("ResultsQueue") == []


@pytest.mark.parametrize("job_id", ["x" * 129, "job\u4e00", "a b"])
def test_a_job_id_that_wecom_does_not_make_is_acknowledged_and_nothing_else(
    stack: Stack, job_id: str
) -> None:
    event = events.posted_xml(events.job_finished().replace(events.JOB_ID, job_id))

    assert stack.call("callback", event)["statusCode"] == 200
    assert stack.messages("ResultsQueue") == []


def test_a_base64_body_is_read(stack: Stack) -> None:
    event = events.posted_xml(events.job_finished())
    event["body"] = base64.b64encode(event["body"].encode()).decode()
    event["isBase64Encoded"] = True

    assert stack.call("callback", event)["statusCode"] == 200


@pytest.mark.parametrize("levels", ["base-path", "two-base-paths"])
def test_a_base_path_of_a_custom_domain_is_passed_over(stack: Stack, levels: str) -> None:
    answer = stack.invoke(f"callback-verify-{levels}.json")

    assert (answer["statusCode"], answer["body"]) == (200, "1616140317555161061")


def of_a_run(corp: str) -> dict[str, Any]:
    """Return the verification of a run's own URL."""
    ours = job_credentials(MASTER.encode(), corp, events.RUN_ID, SECRET["corp_id"])
    encrypted = encrypt(ours.aes_key, ours.receive_id, b"echo", b"0" * 16)
    query = {"msg_signature": sign(ours.token, "1", "2", encrypted), "timestamp": "1", "nonce": "2"}
    path = f"/callback/{corp}/{events.RUN_ID}"
    return events.request("GET", path, query | {"echostr": encrypted})


@pytest.mark.parametrize("corp", ["acme", "callback"])
@pytest.mark.parametrize("base_path", ["", "prod", "wecom", "hr/wecom", "callback", "a/callback/b"])
@pytest.mark.parametrize("is_told", [True, False])
def test_the_corp_and_the_run_are_found_behind_any_base_path(
    stack: Stack, corp: str, base_path: str, is_told: bool
) -> None:
    event = of_a_run(corp)
    if base_path:
        event = events.through("hooks.example", base_path, event)
    if not is_told:
        # As something else than API Gateway may call the function.
        event |= {"pathParameters": None, "resource": ""}

    answer = stack.call("callback", event)

    assert (answer["statusCode"], answer["body"]) == (200, "echo")


@pytest.mark.parametrize("corp", ["acme/20260102T030405Z-0123456789ab", "../acme", "", "acme%2F"])
def test_a_parameter_that_is_no_part_of_a_path_is_a_404(stack: Stack, corp: str) -> None:
    event = events.verification()
    event |= {"path": "/callback/x", "pathParameters": {"corp": corp}}

    assert stack.call("callback", event)["statusCode"] == 404


def corrupted() -> dict[str, dict[str, Any]]:
    """Return requests that are wrong in every way there is."""
    message = events.job_finished()
    key, corp = SECRET["callback_aes_key"], SECRET["corp_id"]
    other = encrypt(key, "ww-somebody-else", message.encode(), b"0" * 16)
    odd = base64.b64encode(b"x" * 48).decode()
    good = events.posted_xml(message)
    binary = {"body": base64.b64encode(b"\xff\xfe<").decode(), "isBase64Encoded": True}
    found = {
        "not utf-8": good | binary,
        "surrogate": good | {"body": "<xml>\ud800</xml>"},
        "signature": events.posted_xml(message, msg_signature="0" * 40),
        "no query": events.request("POST", "/callback/acme", None, "<xml/>"),
        "no body": events.request("POST", "/callback/acme", {"msg_signature": ""}, None),
        "no echostr": events.request("GET", "/callback/acme", events.signed("x")[0]),
    }
    for name, text in {"a cut base64": "QUJDR", "a base64 in Chinese": "签名"}.items():
        found[name] = events.request("POST", "/callback/acme", events.signed("x")[0], text)
        found[name]["isBase64Encoded"] = True
    for name, encrypted in {"receiver": other, "padding": odd, "not base64": "%%%"}.items():
        query = {
            "msg_signature": sign(SECRET["callback_token"], "1", "2", encrypted),
            "timestamp": "1",
            "nonce": "2",
        }
        body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"
        found[name] = events.request("POST", "/callback/acme", query, body)
    assert corp
    return found


def test_everything_that_is_not_wecoms_gets_the_same_403(stack: Stack) -> None:
    answers = [stack.call("callback", event) for event in corrupted().values()]
    answers += [stack.invoke("callback-forged.json")]
    answers += [stack.invoke("callback-verify-run-forged.json")]

    assert {answer["statusCode"] for answer in answers} == {403}
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    assert stack.messages("ResultsQueue") == []


def test_the_url_of_one_run_takes_that_runs_credentials_only(stack: Stack) -> None:
    ours = job_credentials(MASTER.encode(), "acme", events.RUN_ID, SECRET["corp_id"])
    encrypted = encrypt(ours.aes_key, ours.receive_id, events.job_finished().encode(), b"0" * 16)
    query = {"msg_signature": sign(ours.token, "1", "2", encrypted), "timestamp": "1", "nonce": "2"}
    body = f"<xml><Encrypt>{encrypted}</Encrypt></xml>"

    right = events.request("POST", f"/callback/acme/{events.RUN_ID}", query, body)
    assert stack.call("callback", right)["statusCode"] == 200
    (message,) = stack.messages("ResultsQueue")
    assert message["run_id"] == events.RUN_ID
    for path in ("/callback/acme", "/callback/acme/20260102T030405Z-ffffffffffff"):
        assert (
            stack.call("callback", events.request("POST", path, query, body))["statusCode"] == 403
        )


def test_the_url_of_a_run_reads_no_secret_of_a_corp(stack: Stack) -> None:
    for secret in boto3.client("secretsmanager").list_secrets()["SecretList"]:
        if secret["Name"].startswith("wecom-sync/"):
            boto3.client("secretsmanager").delete_secret(SecretId=secret["Name"])

    assert stack.call("callback", of_a_run("acme"))["statusCode"] == 200
    forged = events.verification(f"/callback/nobody/{events.RUN_ID}")
    assert stack.call("callback", forged)["statusCode"] == 403


@pytest.mark.parametrize("corp", ["nobody", "NOT-AN-ALIAS", "a" * 40])
def test_an_unknown_corp_is_a_404(stack: Stack, corp: str) -> None:
    answer = stack.call("callback", events.verification(f"/callback/{corp}"))

    assert answer["statusCode"] == 404
    assert stack.invoke("callback-unknown-corp.json")["statusCode"] == 404


def test_the_schedule_finds_what_is_overdue(stack: Stack) -> None:
    stack.wecom.fault("hang_job")
    stack.submit("submit-drop.json")
    (run,) = stack.store.runs(10)
    stack.store.move(run, State.SUBMITTED, due=run.created)
    stack.messages("ResultsQueue")

    assert stack.invoke("sweep-schedule.json") == {"SUBMITTED": 1}

    assert [message["kind"] for message in stack.messages("ResultsQueue")] == ["check"]


def test_the_sweep_function_sends_dead_letters_back_when_it_is_asked_to(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    check = {"kind": "check", "run_id": events.RUN_ID, "check": 0}
    boto3.client("sqs").send_message(
        QueueUrl=stack.names["ResultsDeadLetterQueue"], MessageBody=json.dumps(check)
    )

    assert stack.invoke("sweep-schedule.json") == {}
    assert stack.messages("ResultsQueue") == []
    answer = stack.invoke("sweep-redrive.json")

    assert answer == {"returned": 1, "left": False}
    assert stack.messages("ResultsQueue") == [check]


def test_no_log_line_holds_a_name_a_number_a_token_or_a_secret(
    stack: Stack, logged: io.StringIO, capsys: Capsys
) -> None:
    content = "姓名,帐号,手机号,所在部门\n欧阳锋,anna,13911112222,1\n,bert,13933334444,x\n"
    stack.submit("submit-drop.json", content)
    stack.put(events.ENCODED_KEY, content.replace(",x", ",1").replace("\n,", "\n王,").encode())
    stack.wecom.fault("errcode", "/cgi-bin/media/upload", errcode=60020)
    stack.invoke("submit-drop-encoded-key.json")
    for event in corrupted().values():
        stack.call("callback", event)
    bad = json.loads((events.FOLDER / "submit-drop.json").read_text())["Records"][0]
    stack.call("submit", {"Records": [bad | {"body": '{"kind": "advance"}'}]})

    shown = logged.getvalue() + "".join(capsys.readouterr())
    assert "message failed" in shown
    found = stack.tokens.token("acme")
    assert found
    token = found.token
    for secret in ("欧阳锋", "13911112222", "13933334444", token, MASTER, *SECRET.values()):
        if secret != SECRET["corp_id"]:
            assert secret not in shown


def test_a_function_without_its_settings_says_what_is_missing(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    monkeypatch.delenv("TABLE_NAME")
    submit.use_cases.cache_clear()
    stack.put(events.MEMBERS_KEY, members("anna").encode())

    assert stack.invoke("submit-drop.json")["batchItemFailures"]
    assert "TABLE_NAME is missing" in logged.getvalue()
