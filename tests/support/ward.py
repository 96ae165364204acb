"""A company whose `doctor` is called: its functions on moto, a gateway before the callback."""

import io
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import pytest

from support import events
from support.aws import answer, keep, refuse
from support.console import Capsys, Said
from support.functions import DESK_BASE_URL, Functions
from support.template import resources
from support.world import members
from wecom_simulator.state.directory import Member
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync_tools.local.corps import LocalCorp
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET
from wecom_sync_tools.stack.target import Target

NAME = "wecom-sync/acme"
CORP = SECRET["corp_id"]
type Checks = dict[str, dict[str, str]]
ROBOT, APP = "key-of-acme", "app-of-acme"
ALARMS = ("StartsBrokenAlarm", "FunctionsCrashedAlarm", "FunctionsFailedAlarm", "QueueAgeAlarm")
"""Some of the template's; two have one section of the page about alarms, one is of a group."""
OF_EACH_ALARM: dict[str, Any] = {
    "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanOrEqualToThreshold", "Threshold": 5,
}  # fmt: skip
OF_ANY_ALARM: dict[str, Any] = {
    "MetricName": "any",
    "Namespace": "wecom-sync",
    "Statistic": "Sum",
    "Period": 300,
}
OF_AGES: dict[str, Any] = {
    "Metrics": [
        {"Id": "highest", "Expression": "MAX(METRICS())"},
        *(
            {
                "Id": it,
                "ReturnData": False,
                "MetricStat": {
                    "Metric": {"Namespace": "q", "MetricName": it}, "Stat": "Maximum", "Period": 300
                },
            }
            for it in ("drop", "submit")
        ),
    ]
}  # fmt: skip


class Gateway(ThreadingHTTPServer):
    """What stands before the callback function. `answer` says something in its place."""

    def __init__(self, stack: Functions) -> None:
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
        response = gateway.stack.call("callback", event)
        status, body = gateway.answer or (response["statusCode"], response["body"])
        self.send_response(status)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


APP_NAME = f"{NAME}/app"
NO_APP = {"agent_id": None, "app_secret": None}


@dataclass
class Ward:
    """A stack on moto whose drift function is invoked in this process."""

    stack: Functions
    gateway: Gateway
    output: Said
    patch: pytest.MonkeyPatch
    stack_status: str = "CREATE_COMPLETE"
    at_work: bool = False
    url: str = ""
    """Where the callback function is said to be."""
    answers: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    has_desk: bool = False
    alarm_topic: str = ""
    """Somebody else's."""

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        function = FunctionName.removeprefix("the-")
        self.at_work = True
        answer = self.stack.call(function, json.loads(Payload))
        self.at_work = False
        document = self.answers(answer) if self.answers and function == "drift" else answer
        return {
            "Payload": io.BytesIO(json.dumps(document).encode()),
            **({"FunctionError": "Unhandled"} if "errorType" in (document or {}) else {}),
        }

    def count(self, namespace: str, name: str, value: int, **dimensions: str) -> None:
        """Give CloudWatch a figure of ten minutes ago."""
        listed = [{"Name": key, "Value": it} for key, it in dimensions.items()]
        at = datetime.now(UTC) - timedelta(minutes=10)
        figure = {"MetricName": name, "Value": value, "Dimensions": listed, "Timestamp": at}
        boto3.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[figure])

    def raise_alarm(self, *names: str) -> None:
        for name in names:
            boto3.client("cloudwatch").set_alarm_state(
                AlarmName=f"the-{name}", StateValue="ALARM", StateReason="it is made to"
            )

    @property
    def outputs(self) -> dict[str, str]:
        names = self.stack.names
        return {
            "DropBucketName": DROP_BUCKET,
            "ReportBucketName": "reports",
            "TableName": names["RunTable"],
            "CallbackUrl": self.url or self.gateway.url,
            "SecretPrefix": "wecom-sync",
            "RunTopicArn": names["RunTopic"],
            "AlarmTopicArn": self.alarm_topic or names["AlarmTopic"],
        }

    def unsubscribe(self, topic: str = "RunTopic") -> None:
        """Let nobody hear of what a topic is told."""
        sns, arn = boto3.client("sns"), self.stack.names[topic]
        (subscription,) = sns.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
        sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])

    def checks(self, code: int = 1, corp: str = "acme") -> Checks:
        document = json.loads(self.report("--json", code=code, corp=corp))
        assert document["corp"] == corp
        return {each["name"]: each for each in document["checks"]}

    def report(self, *options: str, code: int = 1, corp: str = "acme") -> str:
        """Return what the command prints, without what the functions log beside it."""
        text = self.output("doctor", "--corp", corp, *options, code=code)
        return "\n".join(line for line in text.splitlines() if not line.startswith('{"_aws"'))

    def secret(self, **changed: object) -> None:
        """Put another secret there; None leaves a field out."""
        fields = {**SECRET, **NO_APP, **changed}
        values = {name: str(value) for name, value in fields.items() if value is not None}
        client = boto3.client("secretsmanager")
        for name in (NAME, f"{NAME}/messages"):
            client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True)
        for name, text in LocalCorp("acme", values, {}).secrets("wecom-sync"):
            client.create_secret(Name=name, SecretString=text)

    def wecom(self, **changed: object) -> None:
        self.stack.wecom.corp(CORP).change(changed)

    def deny(self, *operations: str) -> None:
        """Refuse operations as IAM does, but to the functions."""
        for name in operations:
            denied = refuse(name)
            answer(self.patch, name, lambda *_, denied=denied: None if self.at_work else denied())

    def use_robot(self, *, is_known: bool) -> None:
        """Let the corp have a robot, which WeCom knows or not."""
        url = self.stack.wecom.url
        self.patch.setattr("wecom_sync_tools.doctor.of_corp.HOST", url)
        self.wecom(robots=[ROBOT] if is_known else [])
        self.secret(robot_webhook=f"{url}/cgi-bin/webhook/send?key={ROBOT}")

    def open_desk(
        self, approvers: Sequence[str] = ("anna",), settings: str = "", **changed: Any
    ) -> None:
        """Let the stack have a desk and the corp an app; of either something may be otherwise."""
        self.has_desk = True
        host = urlsplit(DESK_BASE_URL).hostname
        app = {"agent_id": 7, "secret": APP, "domains": changed.pop("domains", [host])}
        self.wecom(apps=[app], **changed.pop("corp", {}))
        for user in ("anna", "bob"):
            self.stack.wecom.corp(CORP).directory.put(Member(user))
        fields = {"corp_id": CORP, "agent_id": 7, "app_secret": APP, **changed}
        keep(json.dumps(fields), APP_NAME)
        self.put_settings(f"[desk]\napprovers = {json.dumps([*approvers])}\n{settings}")

    def put_settings(self, text: str) -> None:
        self.stack.put(events.SETTINGS_KEY, text.encode())
        self.stack.take_in("submit-settings.json")
        run, *_ = self.stack.store.runs_of_corp("acme", 10)
        self.stack.call("publish", events.moved(run.run_id))

    def put_secret(self, text: str, name: str = NAME) -> None:
        boto3.client("secretsmanager").put_secret_value(SecretId=name, SecretString=text)

    def import_members(self, *, by_callback: bool = False) -> Run:
        """Import a file, and have its result brought by a callback or by asking."""
        self.stack.submit("submit-drop.json", members("anna"))
        assert self.stack.wecom.wait_idle()
        (check,) = self.stack.messages("ResultsQueue")
        run = self.stack.store.run(check["run_id"])
        assert run is not None
        message = check
        if by_callback:
            message = events.accepted(events.job_finished(job_id=str(run.submission.job_id)))
        self.stack.call("persist", events.sqs("ResultsQueue", message))
        self.stack.call("publish", events.moved(run.run_id))
        ended = self.stack.store.run(run.run_id)
        assert ended is not None
        assert ended.state is State.SUCCEEDED
        return ended


def amiss(checks: Checks) -> dict[str, str]:
    """Return how the checks ended that are not as they should be; nobody has imported anything."""
    ends = {name: each["status"] for name, each in checks.items() if name != "callbacks"}
    return {name: status for name, status in ends.items() if status != "ok"}


@pytest.fixture
def ward(
    stack: Functions, capsys: Capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Ward]:
    """Yield a stack to which nothing is amiss, deployed as `wecom-sync`."""
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WECOM_SYNC_STACK", "wecom-sync")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    gateway = Gateway(stack)
    ward = Ward(stack, gateway, Said(capsys), monkeypatch)
    # Few corps have an app.
    boto3.client("secretsmanager").delete_secret(SecretId=APP_NAME, ForceDeleteWithoutRecovery=True)
    for name in ALARMS:
        about = resources("AWS::CloudWatch::Alarm")[name]["Properties"]["AlarmDescription"]
        watched = OF_AGES if name == "QueueAgeAlarm" else OF_ANY_ALARM
        boto3.client("cloudwatch").put_metric_alarm(
            AlarmName=f"the-{name}", AlarmDescription=about, **OF_EACH_ALARM, **watched
        )
    for topic in ("RunTopic", "AlarmTopic"):
        boto3.client("sns").subscribe(
            TopicArn=stack.names[topic], Protocol="sms", Endpoint="+8613900000000"
        )
    monkeypatch.setattr(Target, "functions", ward)
    deployed = Target.resources

    def listed(target: Target, kind: str) -> dict[str, str]:
        if kind == "AWS::Lambda::Function":
            names = ("Drift", "Submit", "Callback", "Publish", *["Desk"] * ward.has_desk)
            return {f"{name}Function": f"the-{name.lower()}" for name in names}
        if kind == "AWS::CloudWatch::Alarm":
            return {name: f"the-{name}" for name in ALARMS}
        return deployed(target, kind)

    def described(call: Callable[..., Any], client: Any, params: dict[str, Any]) -> Any:
        answered = call(client, "DescribeStacks", params)
        (stack,) = answered["Stacks"]
        stack["StackStatus"] = ward.stack_status
        stack["Outputs"] = [
            {"OutputKey": key, "OutputValue": value} for key, value in ward.outputs.items()
        ]
        return answered

    monkeypatch.setattr(Target, "resources", listed)
    answer(monkeypatch, "DescribeStacks", described)
    thread = threading.Thread(target=gateway.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield ward
    gateway.shutdown()
    gateway.server_close()
    thread.join()
