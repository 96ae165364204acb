"""Each alarm of the template goes off when what it watches really happens, and at nothing else."""

import json
import operator
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.sqs.models import sqs_backends

import wecom_sync.handler  # noqa: F401 - so that a cold start has something to forget
from contract.test_store import made, submitted
from infrastructure.test_pages import anchors
from support.console import Capsys
from support.events import ENCODED_KEY, dropped, sqs
from support.fakes import FakeClock
from support.functions import Functions, stack
from support.template import ROOT, create_on_moto, environment, resources
from support.world import SWEEP_SECONDS, members
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import HIDDEN_SECONDS, received
from wecom_sync.adapters.starts import EVERY_FILE
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.run import State

__all__ = ["stack"]

ALARMS = {name: item["Properties"] for name, item in resources("AWS::CloudWatch::Alarm").items()}
FUNCTIONS = resources("AWS::Lambda::Function")
QUEUES = resources("AWS::SQS::Queue")
DEAD_LETTERS = {name for name, item in QUEUES.items() if "RedrivePolicy" not in item["Properties"]}
CALLERS = ("Submit", "Persist", "Drift")
"""Functions that call WeCom; one crash of theirs is told at once."""
FAILING = {
    "Submit": "SubmitQueue", "Persist": "ResultsQueue", "Drift": "DriftQueue",
    "Publish": "PublishQueue",
}  # fmt: skip
"""The functions behind queues."""
OF_ALL = ("Errors", "Throttles")
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Maximum": max, "Minimum": min, "Sum": sum}
HOUR = 3600


@dataclass(frozen=True)
class Datapoint:
    """What CloudWatch gets to know; `at` is in seconds."""

    namespace: str
    metric: str
    dimensions: dict[str, str]
    value: float
    at: float = 0


@dataclass(frozen=True)
class Deployed:
    """The stack as far as moto goes, by logical ids; a function's name is its logical id."""

    names: dict[str, str]

    def raised(self, points: list[Datapoint], now: float = 0, *, sweeps: bool = True) -> set[str]:
        """Return the alarms that are in ALARM and say so on the topic. Meanwhile the sweep runs."""
        sweep = {"FunctionName": "SweepFunction"}
        beats = [Datapoint("AWS/Lambda", "Invocations", sweep, 1, now)] if sweeps else []
        return {
            name
            for name, alarm in ALARMS.items()
            if self._in_alarm(alarm, [*points, *beats], now)
            and {"Ref": "AlarmTopic"} in alarm["AlarmActions"]
            and alarm.get("ActionsEnabled", True)
        }

    def _in_alarm(self, alarm: dict[str, Any], points: list[Datapoint], now: float) -> bool:
        """Do as CloudWatch does with the kinds of alarm that the template has."""
        assert alarm["EvaluationPeriods"] == 1
        dimensions = {each["Name"]: self._resolved(each["Value"]) for each in alarm["Dimensions"]}
        watched = (self._resolved(alarm["Namespace"]), alarm["MetricName"], dimensions)
        values = [
            point.value
            for point in points
            if (point.namespace, point.metric, point.dimensions) == watched
            and now - alarm["Period"] < point.at <= now
        ]
        if not values:
            return bool(alarm["TreatMissingData"] == "breaching")
        value = STATISTICS[alarm["Statistic"]](values)
        return COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])

    def _resolved(self, value: Any) -> Any:
        match value:
            case {"Ref": "AWS::StackName"}:
                return "wecom-sync"
            case {"Ref": name}:
                return name
            case {"Fn::GetAtt": [name, "QueueName"]}:
                return self.names[name].rpartition("/")[2]
        return value

    def queues(self, at: float = 0) -> list[Datapoint]:
        """Return how many messages each queue shows, as SQS tells every minute."""
        sqs = boto3.client("sqs")
        points = []
        for url in map(self.names.__getitem__, QUEUES):
            facts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            depth = int(facts["ApproximateNumberOfMessages"])
            name = {"QueueName": url.rpartition("/")[2]}
            metric = "ApproximateNumberOfMessagesVisible"
            points.append(Datapoint("AWS/SQS", metric, name, depth, at))
        return points


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield Deployed(create_on_moto())


def call(function: str, event: object) -> int:
    """Call a function; return how many errors Lambda counts."""
    module, _, handler = FUNCTIONS[function]["Properties"]["Handler"].partition(".")
    context = SimpleNamespace(
        function_name=function, memory_limit_in_mb=512, invoked_function_arn="", aws_request_id=""
    )
    try:
        getattr(import_module(module), handler)(event, context)
    except Exception:  # noqa: BLE001 - whatever it is
        return 1
    return 0


def start(monkeypatch: pytest.MonkeyPatch, function: str, names: dict[str, str]) -> None:
    """Give a function its environment, and let it start cold."""
    for name, value in environment(function, names).items():
        monkeypatch.setenv(name, value)
    for module in ("wecom_sync.handler", function):
        monkeypatch.delitem(sys.modules, module, raising=False)


def emitted(printed: str) -> list[Datapoint]:
    """Return what CloudWatch reads from a log in its embedded metric format."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return [
        Datapoint(
            directive["Namespace"], metric["Name"], {name: line[name] for name in dimensions}, value
        )
        for line in lines
        if "_aws" in line
        for directive in line["_aws"]["CloudWatchMetrics"]
        for dimensions in directive["Dimensions"]
        for metric in directive["Metrics"]
        for value in line[metric["Name"]]
    ]  # fmt: skip


def test_whatever_may_fail_has_its_alarm() -> None:
    alone = (
        "RunsStuck", "StartsBroken", "CompaniesSilent", "SweepSilent", "PublishLag",
        "CallbackApiErrors", "DriftUnread", "NotPublished",
    )  # fmt: skip
    assert set(ALARMS) == {
        *(f"{name}Alarm" for name in alone),
        *(f"{name}MessagesFailedAlarm" for name in FAILING),
        *(f"{name}AccessRefusedAlarm" for name in CALLERS),
        *(f"{name.removesuffix('Queue')}Alarm" for name in DEAD_LETTERS),
        *(name.replace("Function", f"{what}Alarm") for name in FUNCTIONS for what in OF_ALL),
    }


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_says_where_it_is_written_what_to_do(name: str) -> None:
    page, _, section = ALARMS[name]["AlarmDescription"].rpartition(" ")[2].partition("#")

    for language in ("en", "zh"):
        path = ROOT / page.replace("/en/", f"/{language}/")
        assert section in anchors(path)
        assert f"`{name}`" in path.read_text("utf-8")


@pytest.mark.parametrize("queue", sorted(DEAD_LETTERS))
def test_a_dead_letter_raises_the_alarm_of_its_queue(deployed: Deployed, queue: str) -> None:
    sqs, url = boto3.client("sqs"), deployed.names[queue]
    for name in QUEUES.keys() - DEAD_LETTERS:
        sqs.send_message(QueueUrl=deployed.names[name], MessageBody="{}")
    assert deployed.raised(deployed.queues()) == set()

    sqs.send_message(QueueUrl=url, MessageBody="{}")

    dead = deployed.queues()
    assert deployed.raised(dead) == {f"{queue.removesuffix('Queue')}Alarm"}


@pytest.mark.parametrize("queue", sorted(DEAD_LETTERS))
def test_whoever_looks_at_dead_letters_ends_no_alarm(deployed: Deployed, queue: str) -> None:
    sqs, url = boto3.client("sqs"), deployed.names[queue]
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    dead = deployed.queues()
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=HIDDEN_SECONDS)
    hidden = deployed.queues(at=2 * HIDDEN_SECONDS)

    assert deployed.raised(hidden, now=2 * HIDDEN_SECONDS) == set()
    assert deployed.raised(dead + hidden, now=2 * HIDDEN_SECONDS) != set()


@pytest.fixture
def sweeping(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Make what the sweep looks at, all in order; return its environment."""
    s3, prefix = boto3.client("s3"), "arn:aws:sqs:us-east-1:123456789012:"
    arns = [prefix + deployed.names[queue].rpartition("/")[2] for queue in FAILING.values()]
    rule: Any = {"QueueArn": arns[0], "Events": [EVERY_FILE]}
    s3.create_bucket(Bucket="DropBucket")
    s3.put_bucket_notification_configuration(
        Bucket="DropBucket", NotificationConfiguration={"QueueConfigurations": [rule]}
    )
    trust = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    functions = boto3.client("lambda")
    functions.create_function(FunctionName="f", Role=trust["Arn"], Code={"ZipFile": b"code"})
    uuids = [
        functions.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)["UUID"]
        for arn in arns
    ]
    boto3.client("scheduler").create_schedule(
        Name="DriftFunctionEveryDay", ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": arns[0], "RoleArn": trust["Arn"]},
    )  # fmt: skip
    start(monkeypatch, "sweep", deployed.names)
    monkeypatch.setenv("MAPPING_IDS", ",".join(uuids))
    return {"MAPPING_IDS": uuids[0], "TABLE_NAME": deployed.names["RunTable"]}


def lose_notification(_: dict[str, str]) -> None:
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket="DropBucket", NotificationConfiguration={}
    )


def switch_mapping_off(names: dict[str, str]) -> None:
    uuid = names["MAPPING_IDS"]
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)


def lose_schedule(_: dict[str, str]) -> None:
    boto3.client("scheduler").delete_schedule(Name="DriftFunctionEveryDay")


def let_a_run_get_stuck(names: dict[str, str]) -> None:
    store = DynamoStore(boto3.client("dynamodb"), names["TABLE_NAME"], FakeClock(), 40_000)
    store.move(made(store), State.QUEUED, due=0)


def let_a_company_fall_silent(names: dict[str, str]) -> None:
    now = time.time()
    for number, days in enumerate((6, 4.5, 3.1)):
        clock = FakeClock(now - days * 86_400)
        store = DynamoStore(boto3.client("dynamodb"), names["TABLE_NAME"], clock, 40_000)
        run = submitted(store, f"file{number}")
        run = store.move(run, State.SUCCEEDED, finished=clock.now)
        DynamoPublications(boto3.client("dynamodb"), names["TABLE_NAME"], clock).published(run)


@pytest.mark.parametrize(
    ("alarm", "make"),
    [
        ("RunsStuckAlarm", let_a_run_get_stuck),
        ("CompaniesSilentAlarm", let_a_company_fall_silent),
        ("StartsBrokenAlarm", lose_notification),
        ("StartsBrokenAlarm", switch_mapping_off),
        ("StartsBrokenAlarm", lose_schedule),
    ],
)
def test_what_the_sweep_finds_raises_an_alarm_that_lasts_until_the_next_sweep(
    deployed: Deployed, sweeping: dict[str, str], capsys: Capsys, alarm: str, make: Any
) -> None:
    assert call("SweepFunction", {}) == 0
    before = emitted(capsys.readouterr().out)
    make(sweeping)
    assert call("SweepFunction", {}) == 0
    after = emitted(capsys.readouterr().out)

    assert deployed.raised(before) == set()
    assert deployed.raised(after) == {alarm}
    assert deployed.raised(after, now=2 * SWEEP_SECONDS) == {alarm}


def test_one_sweep_that_cannot_look_raises_no_alarm(
    deployed: Deployed, sweeping: dict[str, str], capsys: Capsys
) -> None:
    assert call("SweepFunction", {}) == 0
    fine = emitted(capsys.readouterr().out)
    lose_schedule(sweeping)
    assert call("SweepFunction", {}) == 0
    broken = [replace(point, at=SWEEP_SECONDS) for point in emitted(capsys.readouterr().out)]

    assert deployed.raised([*fine, *broken], now=SWEEP_SECONDS) == set()
    assert deployed.raised(broken, now=SWEEP_SECONDS) == {"StartsBrokenAlarm"}


@pytest.mark.parametrize("name", FAILING)
def test_a_message_that_cannot_be_handled_comes_again_soon_and_then_raises_an_alarm(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str
) -> None:
    start(monkeypatch, name.lower(), deployed.names)
    url = deployed.names[FAILING[name]]
    queue = url.rpartition("/")[2]
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="no JSON")
    (message,) = received(boto3.client("sqs"), url)
    event = sqs(queue, {})
    event["Records"][0] |= {"receiptHandle": message["ReceiptHandle"], "body": message["Body"]}
    (kept,) = sqs_backends["123456789012"]["us-east-1"].queues[queue]._messages
    pauses, counted = [], []

    for times in (1, 2):
        boto3.client("sqs").change_message_visibility(
            QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=1800
        )
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(times)
        assert call(f"{name}Function", event) == 0
        pauses.append(round(kept.visible_at / 1000 - time.time(), -1))
        counted.append(deployed.raised(emitted(capsys.readouterr().out)))

    assert pauses == [60, 1800]
    assert counted == [set(), {f"{name}MessagesFailedAlarm"}]


@pytest.mark.parametrize(
    ("function", "refusal"),
    [
        ("submit", (40013, {"SubmitAccessRefusedAlarm"})),
        ("persist", (48002, {"PersistAccessRefusedAlarm"})),
        ("drift", (60020, {"DriftAccessRefusedAlarm", "DriftUnreadAlarm"})),
        ("drift", (45009, {"DriftUnreadAlarm"})),
    ],
)
def test_a_refusal_of_wecom_raises_the_alarms_of_those_who_can_mend_it(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, function: str,
    refusal: tuple[int, set[str]],
) -> None:  # fmt: skip
    errcode, alarms = refusal
    stack.submit("submit-drop.json")
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    if function != "persist":
        stack.call("persist", sqs("ResultsQueue", check))
    capsys.readouterr()
    start(monkeypatch, function, stack.names)
    stack.wecom.fault("errcode", None, errcode=errcode, times=None)
    stack.put(ENCODED_KEY, members("bert").encode())
    event = {
        "submit": dropped(ENCODED_KEY),
        "persist": sqs("ResultsQueue", check),
        "drift": sqs("DriftQueue", drift_message("acme")),
    }[function]

    assert call(f"{function.capitalize()}Function", event) == 0

    assert Deployed(stack.names).raised(emitted(capsys.readouterr().out)) == alarms


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_that_crashes_raises_its_alarm(deployed: Deployed, function: str) -> None:
    name = function.removesuffix("Function")
    failed = Datapoint("AWS/Lambda", "Errors", {"FunctionName": function}, call(function, {}))
    again = {at: [failed, replace(failed, at=at)] for at in (HOUR / 2, HOUR)}
    alarm = f"{name}ErrorsAlarm"

    assert deployed.raised([failed]) == ({alarm} if name in CALLERS else set())
    if name not in CALLERS:
        assert deployed.raised(again[HOUR], now=HOUR) == set()
        assert deployed.raised(again[HOUR / 2], now=HOUR / 2) == {alarm}


def test_documents_that_cannot_be_written_twice_raise_an_alarm(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    start(monkeypatch, "publish", {**deployed.names, "RunTable": "no such table"})
    keys = {"pk": {"S": "RUN#r1"}, "sk": {"S": "RUN"}}
    assert call("PublishFunction", {"Records": [{"dynamodb": {"Keys": keys}}]}) == 0
    (once,) = [each for each in emitted(capsys.readouterr().out) if each.metric == "NotPublished"]

    assert deployed.raised([once]) == set()
    assert deployed.raised([once, replace(once, at=SWEEP_SECONDS)], now=SWEEP_SECONDS) == {
        "NotPublishedAlarm"
    }


def test_a_sweep_that_stands_still_raises_an_alarm(deployed: Deployed) -> None:
    last = Datapoint("AWS/Lambda", "Invocations", {"FunctionName": "SweepFunction"}, 1)

    assert deployed.raised([last], now=2 * SWEEP_SECONDS, sweeps=False) == set()
    assert deployed.raised([last], now=3 * SWEEP_SECONDS, sweeps=False) == {"SweepSilentAlarm"}


OF_AWS = [
    *(
        (
            each.replace("Function", "Throttles"),
            "AWS/Lambda",
            "Throttles",
            {"FunctionName": each},
            5,
        )
        for each in FUNCTIONS
    ),
    ("CallbackApiErrors", "AWS/ApiGateway", "5XXError", {"ApiName": "wecom-sync"}, 2),
    ("PublishLag", "AWS/Lambda", "IteratorAge", {"FunctionName": "PublishFunction"}, 600_000),
]
"""What AWS alone counts: an alarm, its metric, and the value that raises it."""


@pytest.mark.parametrize("row", OF_AWS, ids=str)
def test_what_aws_counts_raises_an_alarm(
    deployed: Deployed, row: tuple[str, str, str, dict[str, str], float]
) -> None:
    alarm, namespace, metric, dimensions, value = row
    reached = Datapoint(namespace, metric, dimensions, value)

    assert deployed.raised([replace(reached, value=value - 1)]) == set()
    assert deployed.raised([reached]) == {f"{alarm}Alarm"}


def test_the_api_has_the_name_that_its_alarm_watches() -> None:
    (api,) = resources("AWS::ApiGateway::RestApi").values()

    assert api["Properties"]["Body"]["info"]["title"] == {"Ref": "AWS::StackName"}
