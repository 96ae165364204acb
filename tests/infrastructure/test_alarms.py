"""Each alarm of the template goes off when what it watches really happens, and at nothing else."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

import wecom_sync.handler  # noqa: F401 - so that a cold start has something to forget
from contract.test_store import made
from support.console import Capsys
from support.fakes import FakeClock
from support.template import create_on_moto, environment, resources
from support.world import SWEEP_SECONDS
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import HIDDEN_SECONDS
from wecom_sync.domain.run import State

ALARMS = {name: item["Properties"] for name, item in resources("AWS::CloudWatch::Alarm").items()}
FUNCTIONS = resources("AWS::Lambda::Function")
QUEUES = resources("AWS::SQS::Queue")
DEAD_LETTERS = {name for name, item in QUEUES.items() if "RedrivePolicy" not in item["Properties"]}
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Maximum": max, "Sum": sum}
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

    def raised(self, points: list[Datapoint], now: float = 0) -> set[str]:
        """Return the alarms that are in ALARM and say so on the topic."""
        return {
            name
            for name, alarm in ALARMS.items()
            if self._in_alarm(alarm, points, now)
            and {"Ref": "AlarmTopic"} in alarm["AlarmActions"]
            and alarm.get("ActionsEnabled", True)
        }

    def _in_alarm(self, alarm: dict[str, Any], points: list[Datapoint], now: float) -> bool:
        """Do as CloudWatch does with the one kind of alarm that the template has."""
        assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
        assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "notBreaching")
        dimensions = {each["Name"]: self._resolved(each["Value"]) for each in alarm["Dimensions"]}
        watched = (self._resolved(alarm["Namespace"]), alarm["MetricName"], dimensions)
        values = [
            point.value
            for point in points
            if (point.namespace, point.metric, point.dimensions) == watched
            and now - alarm["Period"] < point.at <= now
        ]
        return bool(values) and STATISTICS[alarm["Statistic"]](values) >= alarm["Threshold"]

    def _resolved(self, value: Any) -> Any:
        match value:
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
            found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
            shown = int(found["ApproximateNumberOfMessages"])
            name = {"QueueName": url.rpartition("/")[2]}
            metric = "ApproximateNumberOfMessagesVisible"
            points.append(Datapoint("AWS/SQS", metric, name, shown, at))
        return points


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    with mock_aws():
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


def emitted(printed: str) -> list[Datapoint]:
    """Return what CloudWatch reads from a log in its embedded metric format."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return [
        Datapoint(
            told["Namespace"], metric["Name"], {name: line[name] for name in dimensions}, value
        )
        for line in lines
        if "_aws" in line
        for told in line["_aws"]["CloudWatchMetrics"]
        for dimensions in told["Dimensions"]
        for metric in told["Metrics"]
        for value in line[metric["Name"]]
    ]  # fmt: skip


def test_whatever_may_fail_has_its_alarm() -> None:
    assert set(ALARMS) == {
        "RunsStuckAlarm",
        *(f"{name.removesuffix('Queue')}Alarm" for name in DEAD_LETTERS),
        *(f"{name.removesuffix('Function')}ErrorsAlarm" for name in FUNCTIONS),
    }


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


def test_a_stuck_run_raises_an_alarm_that_lasts_until_the_next_sweep(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    for name, value in environment("sweep", deployed.names).items():
        monkeypatch.setenv(name, value)
    for module in ("wecom_sync.handler", "sweep"):
        monkeypatch.delitem(sys.modules, module, raising=False)

    assert call("SweepFunction", {}) == 0
    (moving,) = emitted(capsys.readouterr().out)
    table = deployed.names["RunTable"]
    store = DynamoStore(boto3.client("dynamodb"), table, FakeClock(), 40_000)
    store.move(made(store), State.QUEUED, due=0)
    assert call("SweepFunction", {}) == 0
    (stuck,) = emitted(capsys.readouterr().out)

    assert deployed.raised([moving]) == set()
    assert deployed.raised([stuck]) == {"RunsStuckAlarm"}
    assert deployed.raised([stuck], now=2 * SWEEP_SECONDS) == {"RunsStuckAlarm"}


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_a_function_that_fails_again_raises_its_alarm(deployed: Deployed, function: str) -> None:
    failed = Datapoint("AWS/Lambda", "Errors", {"FunctionName": function}, call(function, {}))
    again = {at: [failed, replace(failed, at=at)] for at in (HOUR / 2, HOUR)}

    assert deployed.raised([failed]) == set()
    assert deployed.raised(again[HOUR], now=HOUR) == set()
    alarm = f"{function.removesuffix('Function')}ErrorsAlarm"
    assert deployed.raised(again[HOUR / 2], now=HOUR / 2) == {alarm}
