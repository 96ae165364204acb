"""`wecom-sync doctor`: each failure is made to happen, and is told with what to do."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from integration.test_functions import Stack, stack
from support import events
from support.console import Capsys, Said
from support.world import members
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.doctor.checks import CHECKS
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET
from wecom_sync_tools.stack.target import Target

__all__ = ["stack"]
NAME = "wecom-sync/acme"
CORP = SECRET["corp_id"]
type Checks = dict[str, dict[str, str]]
DATE = "Fri, 02 Jan 2026 03:04:05 GMT"
AT = 1767323045.0
"""The same in UTC epoch seconds."""
SCHEDULE: dict[str, Any] = {
    "ScheduleExpression": "rate(5 minutes)",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "Target": {"Arn": "arn:aws:lambda:us-east-1:1:function:f", "RoleArn": "arn:aws:iam::1:role/r"},
}
ROBOT = "key-of-acme"


class Gateway(ThreadingHTTPServer):
    """What stands before the callback function. `answer` says something in its place."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.answer: tuple[int, str] | None = None
        super().__init__(("127.0.0.1", 0), Callback)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/callback/"


class Callback(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        gateway: Any = self.server
        address = urlsplit(self.path)
        event = events.request("GET", address.path, dict(parse_qsl(address.query)))
        found = gateway.stack.call("callback", event)
        status, body = gateway.answer or (found["statusCode"], found["body"])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


@dataclass
class Ward:
    """A stack on moto whose drift function is invoked in this process."""

    stack: Stack
    gateway: Gateway
    said: Said
    stack_status: str = "CREATE_COMPLETE"
    at_work: bool = False
    date: str = ""
    answers: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    mappings: dict[str, str] = field(default_factory=lambda: {"SubmitFunctionMessages": "Enabled"})
    gone: set[str] = field(default_factory=set)
    """Mappings that the stack names and that somebody has deleted."""
    reserved: dict[str, int] = field(default_factory=lambda: {"the-submit": 5})

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        function = FunctionName.removeprefix("the-")
        self.at_work = True
        answer = self.stack.call(function, json.loads(Payload))
        self.at_work = False
        document = self.answers(answer) if self.answers and function == "drift" else answer
        headers = {"date": self.date} if self.date else {}
        return {
            "Payload": io.BytesIO(json.dumps(document).encode()),
            "ResponseMetadata": {"HTTPHeaders": headers},
            **({"FunctionError": "Unhandled"} if "errorType" in document else {}),
        }

    def get_paginator(self, operation: str) -> SimpleNamespace:
        assert operation == "list_event_source_mappings"
        listed = [
            {"UUID": name, "State": state}
            for name, state in self.mappings.items()
            if name not in self.gone
        ]
        others = [{"UUID": "of another stack", "State": "Disabled"}]
        pages = [{"EventSourceMappings": listed}, {"EventSourceMappings": others}]
        return SimpleNamespace(paginate=lambda: pages)

    def get_function_concurrency(self, FunctionName: str) -> dict[str, int]:  # noqa: N803
        reserved = self.reserved.get(FunctionName)
        return {} if reserved is None else {"ReservedConcurrentExecutions": reserved}

    def schedule(self, name: str, state: str) -> None:
        """Switch a schedule on or off."""
        boto3.client("scheduler").update_schedule(Name=name, State=state, **SCHEDULE)

    def listen(self, *rules: Any) -> None:
        """Let the drop bucket tell queues of files."""
        boto3.client("s3").put_bucket_notification_configuration(
            Bucket=DROP_BUCKET, NotificationConfiguration={"QueueConfigurations": [*rules]}
        )

    @property
    def rule(self) -> dict[str, Any]:
        """What the template says the drop bucket tells the submit queue."""
        url = self.stack.names["SubmitQueue"]
        found = boto3.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return {"QueueArn": found["Attributes"]["QueueArn"], "Events": ["s3:ObjectCreated:*"]}

    def checks(self, code: int = 1, corp: str = "acme") -> Checks:
        found = json.loads(self.told("--json", code=code, corp=corp))
        assert found["corp"] == corp
        return {each["name"]: each for each in found["checks"]}

    def told(self, *options: str, code: int = 1, corp: str = "acme") -> str:
        """Return what the command prints, without what the functions log beside it."""
        said = self.said("doctor", "--corp", corp, *options, code=code)
        return "\n".join(line for line in said.splitlines() if not line.startswith('{"_aws"'))

    def secret(self, **changed: object) -> None:
        """Put another secret there; None leaves a field out."""
        fields = {**SECRET, **changed}
        values = {name: str(value) for name, value in fields.items() if value is not None}
        client = boto3.client("secretsmanager")
        for name in (NAME, f"{NAME}/messages"):
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        for name, text in LocalCorp("acme", values, {}).secrets("wecom-sync"):
            client.create_secret(Name=name, SecretString=text)

    def wecom(self, **changed: object) -> None:
        """Change how WeCom treats the corp."""
        self.stack.wecom.corp(CORP).change(changed)

    def import_members(self, *, by_callback: bool = False) -> Run:
        """Import a file, and have its result brought by a callback or by asking."""
        self.stack.submit("submit-drop.json", members("anna"))
        assert self.stack.wecom.wait_idle()
        (check,) = self.stack.messages("ResultsQueue")
        run = self.stack.store.run(check["run_id"])
        assert run is not None
        message = check
        if by_callback:
            message = events.accepted(events.job_finished(job_id=str(run.job_id)))
        self.stack.call("persist", events.sqs("ResultsQueue", message))
        self.stack.call("publish", events.moved(run.run_id))
        ended = self.stack.store.run(run.run_id)
        assert ended is not None
        assert ended.state is State.SUCCEEDED
        return ended


@pytest.fixture
def ward(
    stack: Stack, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Ward]:
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WECOM_SYNC_STACK", "wecom-sync")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    gateway = Gateway(stack)
    outputs = {
        "DropBucketName": DROP_BUCKET, "ReportBucketName": "reports",
        "TableName": stack.names["RunTable"], "CallbackUrl": gateway.url,
        "SecretPrefix": "wecom-sync", "RunTopicArn": stack.names["RunTopic"],
        "AlarmTopicArn": stack.names["AlarmTopic"],
    }  # fmt: skip
    ward = Ward(stack, gateway, Said(capsys))
    ward.listen(ward.rule)
    # S3 says that it can reach the queue.
    boto3.client("sqs").purge_queue(QueueUrl=stack.names["SubmitQueue"])
    for name in ("sweep-schedule", "drift-schedule"):
        boto3.client("scheduler").create_schedule(Name=name, **SCHEDULE)
    for topic in ("RunTopic", "AlarmTopic"):
        boto3.client("sns").subscribe(
            TopicArn=stack.names[topic], Protocol="sqs", Endpoint=ward.rule["QueueArn"]
        )
    monkeypatch.setattr(Target, "functions", ward)
    resources = Target.resources

    def listed(target: Target, kind: str) -> dict[str, str]:
        if kind == "AWS::Lambda::Function":
            names = ("Drift", "Submit", "Callback", "Publish")
            return {f"{name}Function": f"the-{name.lower()}" for name in names}
        if kind == "AWS::Scheduler::Schedule":
            return {"SweepFunctionEveryFiveMinutes": "sweep-schedule", "Day": "drift-schedule"}
        if kind == "AWS::Lambda::EventSourceMapping":
            return {name: name for name in ward.mappings}
        return resources(target, kind)

    monkeypatch.setattr(Target, "resources", listed)
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def described(client: Any, operation: str, params: dict[str, Any]) -> Any:
        answer = call(client, operation, params)
        if operation == "DescribeStacks":
            (found,) = answer["Stacks"]
            found["StackStatus"] = ward.stack_status
            found["Outputs"] = [
                {"OutputKey": key, "OutputValue": value} for key, value in outputs.items()
            ]
        return answer

    monkeypatch.setattr(BaseClient, "_make_api_call", described)
    thread = threading.Thread(target=gateway.serve_forever, daemon=True)
    thread.start()
    yield ward
    gateway.shutdown()
    gateway.server_close()
    thread.join()


def amiss(checks: Checks) -> dict[str, str]:
    """Return how the checks ended that are not as they should be; nobody has imported anything."""
    return {
        name: each["status"]
        for name, each in checks.items()
        if each["status"] != "ok" and name != "callbacks"
    }


def deny(ward: Ward, monkeypatch: pytest.MonkeyPatch, *operations: str) -> None:
    """Refuse operations as IAM does, but to the functions."""
    call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def checked(client: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation in operations and not ward.at_work:
            refused = {"Error": {"Code": "AccessDenied", "Message": "no"}, "ResponseMetadata": {}}
            raise ClientError(refused, operation)  # type: ignore[arg-type]
        return call(client, operation, params)

    monkeypatch.setattr(BaseClient, "_make_api_call", checked)


def test_all_is_well(ward: Ward) -> None:
    ward.import_members(by_callback=True)
    jobs = len(ward.stack.wecom.corp(CORP).jobs.listed())

    checks = ward.checks(code=0)

    assert [*checks] == [check.name for check in CHECKS]
    assert {each["status"] for each in checks.values()} == {"ok"}
    assert {each["advice"] for each in checks.values()} == {""}
    assert "1 members, 1 departments" in checks["read"]["text"]
    assert len(ward.stack.wecom.corp(CORP).jobs.listed()) == jobs


def test_a_person_reads_a_line_a_check_and_what_to_do(ward: Ward) -> None:
    ward.wecom(contact_secret="made anew")

    said = ward.told()

    lines = said.splitlines()
    assert [line[0] for line in lines if line[0] != " "] == [*"✓✓✓✓✗–––✓–✓✓✓✓✓✓✓✓✓"]
    token = next(at for at, line in enumerate(lines) if line.startswith("✗"))
    assert "does not accept the corp's contact-sync Secret" in lines[token]
    assert lines[token + 1].startswith("  → Copy the Secret from 「管理后台")


def test_it_speaks_chinese(ward: Ward) -> None:
    ward.wecom(allowed_ips=[])

    said = ward.told("--lang", "zh")

    assert "企业微信看到的来源 IP 是 127.0.0.1，不在可信 IP 之列（60020）。" in said
    assert "「企业可信IP」" in said


def test_no_value_of_a_secret_is_told(ward: Ward) -> None:
    ward.secret(callback_token="not!a!token")

    said = ward.told()
    said += json.dumps(ward.checks())

    values = [value for name, value in SECRET.items() if name != "corp_id"]
    assert [value for value in (*values, "not!a!token") if value in said] == []


def test_a_secret_that_wecom_does_not_take(ward: Ward) -> None:
    ward.wecom(contact_secret="made anew")

    checks = ward.checks()

    assert amiss(checks) == {
        "token": "fail", "address": "skip", "read": "skip", "write": "skip",
    }  # fmt: skip
    assert "40001" in checks["token"]["text"]
    assert "not tried again before" in checks["token"]["advice"]
    assert "drop the file" not in str(checks)
    assert "token" in checks["read"]["text"]


def test_a_secret_that_was_spoilt_counts_at_once(ward: Ward) -> None:
    assert ward.checks(code=0)["token"]["status"] == "ok"

    ward.secret(contact_secret="mistyped")

    assert ward.checks()["token"]["status"] == "fail"


def test_a_secret_that_was_mended_counts_at_once(ward: Ward) -> None:
    ward.secret(contact_secret="mistyped")
    assert ward.checks()["token"]["status"] == "fail"

    ward.secret()

    assert ward.checks(code=0)["token"]["status"] == "ok"


def test_a_corp_id_that_wecom_does_not_know(ward: Ward) -> None:
    ward.secret(corp_id="ww0000000000000000")

    checks = ward.checks()

    assert checks["token"]["status"] == "fail"
    assert "40013" in checks["token"]["text"]
    assert "企业ID" in checks["token"]["advice"]


@pytest.mark.parametrize("at_once", [True, False])
def test_an_address_that_wecom_does_not_trust(ward: Ward, at_once: bool) -> None:
    ward.wecom(allowed_ips=["10.0.0.0/8"], ip_check_on_gettoken=at_once)

    checks = ward.checks()

    token = {"token": "skip"} if at_once else {}
    assert amiss(checks) == {**token, "address": "fail", "read": "skip", "write": "skip"}
    assert "127.0.0.1" in checks["address"]["text"]
    assert "企业可信IP" in checks["address"]["advice"]


def test_a_secret_that_may_not_write(ward: Ward) -> None:
    ward.wecom(contact_may_write=False)

    checks = ward.checks()

    assert amiss(checks) == {"write": "fail"}
    assert "48002" in checks["write"]["text"]
    assert "API编辑通讯录" in checks["write"]["advice"]


def test_the_secret_of_an_app_may_neither_read_nor_write(ward: Ward) -> None:
    ward.wecom(other_secrets=["of-an-app"])
    ward.secret(contact_secret="of-an-app")

    assert amiss(ward.checks()) == {"read": "fail", "write": "fail"}


@pytest.mark.parametrize(
    ("call", "code", "check"),
    [
        *(("gettoken", code, "token") for code in (40001, 40013, 41002, 45009)),
        *(("user/list_id", code, "read") for code in (40014, 45033)),
        ("user/list_id", 60020, "address"),
        *(("batch/syncuser", code, "write") for code in (48006, 50003, 60031, 301002)),
    ],
)
def test_nobody_is_told_to_drop_a_file_that_is_none(
    ward: Ward, call: str, code: int, check: str
) -> None:
    ward.stack.wecom.fault("errcode", f"/cgi-bin/{call}", errcode=code, times=None)

    told = ward.told("--lang", "en") + ward.told("--lang", "zh")

    assert "file again" not in told
    assert "提交文件" not in told
    assert ward.checks()[check]["advice"]


@pytest.mark.parametrize("content", [None, "corp_id=ww", '{"corp_id": "ww"}'])
def test_a_secret_that_only_the_functions_may_read_is_told_with_what_to_do(
    ward: Ward, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    secrets = boto3.client("secretsmanager")
    if content is None:
        secrets.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)
    else:
        secrets.put_secret_value(SecretId=NAME, SecretString=content)
    deny(ward, monkeypatch, "GetSecretValue")

    found = ward.checks()["token"]

    assert found["status"] == "fail"
    assert NAME in found["text"]
    assert "drop" not in found["text"]
    assert f"{NAME} --secret-string" in found["advice"].replace("--name ", "")


def test_an_import_that_runs_leaves_the_right_to_write_open(ward: Ward) -> None:
    ward.stack.wecom.fault("errcode", "/cgi-bin/batch/syncuser", errcode=302008)

    checks = ward.checks(code=0)

    assert checks["write"]["status"] == "skip"
    assert "an import is running" in checks["write"]["text"]


def test_a_busy_wecom_leaves_the_right_to_write_open(ward: Ward) -> None:
    ward.stack.wecom.fault("errcode", "/cgi-bin/batch/syncuser", errcode=45009)

    assert amiss(ward.checks(code=0)) == {"write": "warn"}


def test_a_wecom_that_is_down_is_told_with_how(ward: Ward) -> None:
    ward.stack.wecom.fault("http_status", "/cgi-bin/gettoken", status=503)

    checks = ward.checks()

    assert checks["token"]["status"] == "fail"
    assert "HTTP 503" in checks["token"]["text"]
    assert "WeComBaseUrl" in checks["token"]["advice"]
    assert checks["address"]["status"] == "skip"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"contact_secret": None}, "contact_secret is missing"),
        ({"corp_id": "  "}, "corp_id is missing"),
        ({"callback_aes_key": "short"}, "callback_aes_key is malformed"),
        ({"callback_token": None}, "callback_token is missing"),
        ({"robot_webhook": "https://example.com/hook"}, "robot_webhook is malformed"),
    ],
)
def test_a_secret_that_is_not_whole(ward: Ward, changed: dict[str, Any], problem: str) -> None:
    ward.secret(**changed)

    found = ward.checks()["secret"]

    assert found["status"] == "fail"
    assert problem in found["text"]
    assert f"put-secret-value --secret-id {NAME}" in found["advice"]


def test_a_key_that_is_none_is_told_once_and_wecom_is_asked_all_the_same(ward: Ward) -> None:
    ward.secret(callback_aes_key="short")

    assert amiss(ward.checks()) == {"secret": "fail"}


def test_a_secret_that_is_no_json(ward: Ward) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=NAME, SecretString="corp_id=ww")

    assert amiss(ward.checks()) == {
        "secret": "fail", "token": "skip", "address": "skip", "read": "skip", "write": "skip",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("corp_id=ww", "is not a JSON object"),
        ('{"corp_id": "ww0000000000000000"}', "corp_id is not the one in wecom-sync/acme"),
    ],
)
def test_a_secret_of_messages_that_cannot_be_used(ward: Ward, text: str, told: str) -> None:
    name = f"{NAME}/messages"
    boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)

    found = ward.checks()

    assert name in found["secret"]["text"]
    assert told in found["secret"]["text"]
    assert name in found["secret"]["advice"]
    assert found["token"]["status"] == "ok"


def test_a_corp_without_a_secret(ward: Ward) -> None:
    found = ward.checks(corp="nobody")["secret"]

    assert found["status"] == "fail"
    assert "wecom-sync/nobody" in found["text"]


def test_a_corp_id_of_an_odd_shape_is_a_warning(ward: Ward) -> None:
    ward.stack.wecom.add_corp("my-company", SECRET["contact_secret"])
    ward.secret(corp_id="my-company")

    assert amiss(ward.checks(code=0)) == {"secret": "warn"}


@pytest.mark.parametrize(("seconds", "status"), [(30, "ok"), (-90, "warn"), (400, "fail")])
def test_the_clock_of_the_functions(ward: Ward, seconds: int, status: str) -> None:
    ward.date = DATE
    ward.answers = lambda found: {**found, "clock": AT + seconds}

    found = ward.checks(code=int(status == "fail"))["clock"]

    assert found["status"] == status
    assert f"the functions {seconds:+} s" in found["text"]


def test_the_clock_here(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"Arn": "arn:aws:iam::1:user/me", "ResponseMetadata": {"HTTPHeaders": {"date": DATE}}}
    monkeypatch.setattr(Target, "identity", lambda _: found)

    told = ward.checks()["clock"]

    assert told["status"] == "fail"
    assert "this machine +" in told["text"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((403, '{"message": "Forbidden"}'), "HTTP 403"),
        ((403, "forbidden"), "does not know the signature"),
        ((502, ""), "HTTP 502"),
        ((200, "<html>welcome</html>"), "not with what was asked for"),
    ],
)
def test_a_callback_url_that_answers_wrong(ward: Ward, answer: tuple[int, str], words: str) -> None:
    ward.gateway.answer = answer

    checks = ward.checks()

    assert amiss(checks) == {"callback_url": "fail"}
    assert words in checks["callback_url"]["text"]
    assert checks["callback_url"]["advice"]


def test_a_callback_url_where_nobody_listens(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gateway, "url", "http://127.0.0.1:9/callback/")
    monkeypatch.setattr(
        "wecom_sync_tools.doctor.checkup.stack_outputs",
        lambda *_: {
            "CallbackUrl": "http://127.0.0.1:9/callback/",
            "RunTopicArn": "arn:aws:sns:us-east-1:123456789012:x",
            "AlarmTopicArn": "arn:aws:sns:us-east-1:123456789012:y",
            **dict.fromkeys(OUT, "x"),
        },
    )

    found = ward.checks()["callback_url"]

    assert found["status"] == "fail"
    assert "the connection was refused" in found["text"]


OUT = ("DropBucketName", "ReportBucketName", "TableName")


def test_a_corp_without_callback_keys_is_tried_at_the_url_of_a_run(ward: Ward) -> None:
    ward.secret(callback_token=None, callback_aes_key=None)

    checks = ward.checks(code=0)

    assert "URL of a run" in checks["callback_url"]["text"]
    assert "no callback token" in checks["secret"]["text"]


def test_imports_that_no_callback_ended(ward: Ward) -> None:
    ward.import_members()

    found = ward.checks(code=0)["callbacks"]

    assert found["status"] == "warn"
    assert "1 results came by asking, 0 by a callback" in found["text"]


def test_no_import_says_nothing_about_callbacks(ward: Ward) -> None:
    assert ward.checks(code=0)["callbacks"]["status"] == "skip"


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
    (run,) = ward.stack.store.runs(10)
    ward.stack.call("publish", events.moved(run.run_id))

    found = ward.checks(code=int(status == "fail"))["settings"]

    assert found["status"] == status
    assert words in found["text"]


def test_who_lacks_rights_is_told_which_and_gets_the_other_checks(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    deny(ward, monkeypatch, "GetSecretValue", "ReceiveMessage", "ListObjectsV2")

    checks = ward.checks()

    assert checks["rights"]["status"] == "fail"
    assert (
        "s3:ListBucket, secretsmanager:GetSecretValue, sqs:ReceiveMessage"
        in (checks["rights"]["text"])
    )
    skipped = [name for name, each in checks.items() if each["status"] == "skip"]
    assert skipped == ["secret", "callbacks", "dead_letters"]
    assert "secretsmanager:GetSecretValue" in checks["secret"]["text"]


def test_who_may_not_even_see_the_stack(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    deny(ward, monkeypatch, "DescribeStacks")

    checks = ward.checks()

    assert checks["rights"]["status"] == "fail"
    assert "cloudformation:DescribeStacks" in checks["rights"]["text"]
    assert {each["status"] for name, each in checks.items() if name not in {"rights", "clock"}} == {
        "skip"
    }


def test_a_stack_that_is_not_there(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECOM_SYNC_STACK", "elsewhere")

    checks = ward.checks()

    assert checks["stack"]["status"] == "fail"
    assert "elsewhere" in checks["stack"]["text"]
    assert {each["status"] for each in [*checks.values()][4:]} == {"skip"}


@pytest.mark.parametrize(
    ("state", "status"),
    [
        ("UPDATE_IN_PROGRESS", "warn"),
        ("UPDATE_ROLLBACK_COMPLETE", "warn"),
        ("UPDATE_ROLLBACK_FAILED", "fail"),
    ],
)
def test_a_stack_that_was_not_deployed_well(ward: Ward, state: str, status: str) -> None:
    ward.stack_status = state

    checks = ward.checks(code=int(status == "fail"))

    assert checks["stack"]["status"] == status
    assert state in checks["stack"]["text"]
    assert checks["token"]["status"] == "ok"


def test_functions_of_another_version(ward: Ward) -> None:
    ward.answers = lambda found: {**found, "version": "0.0.1"}

    assert amiss(ward.checks(code=0)) == {"stack": "warn"}


def test_a_function_that_fails(ward: Ward) -> None:
    ward.answers = lambda _: {"errorType": "Runtime.ImportModuleError"}

    checks = ward.checks()

    assert checks["stack"]["status"] == "fail"
    assert "Runtime.ImportModuleError" in checks["stack"]["text"]
    assert checks["queues"]["status"] == "ok"


def test_only_the_buckets_are_not_enough(ward: Ward) -> None:
    buckets = ("--drop-bucket", "d", "--report-bucket", "r")

    assert "stack" in ward.said.complaint("doctor", "--corp", "acme", *buckets)
