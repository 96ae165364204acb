"""Each alarm of the template goes off when what it watches really happens, and at nothing else."""

import json
import operator
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from support.template import ROOT, STACK_NAME, create_on_moto, environment, resources
from support.world import SWEEP_SECONDS, members
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import HIDDEN_SECONDS, received
from wecom_sync.adapters.starts import EVERY_FILE
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.run import State

__all__ = ["stack"]

ALARMS = {name: item["Properties"] for name, item in resources("AWS::CloudWatch::Alarm").items()}
FUNCTIONS = [name.removesuffix("Function") for name in resources("AWS::Lambda::Function")]
DEAD_LETTERS = [name for name in resources("AWS::SQS::Queue") if "DeadLetter" in name]
CALLERS = ("Submit", "Persist", "Drift")
"""Functions that call WeCom; one crash of theirs is told at once."""
FAILING = {
    "Submit": "DropQueue", "Persist": "ResultsQueue", "Drift": "DriftQueue",
    "Publish": "PublishQueue",
}  # fmt: skip
"""The functions behind queues."""
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Maximum": max, "Minimum": min, "Sum": sum}
HOUR = 3600
OF_LAMBDA, OF_QUEUE, OF_API, OURS = (
    ("AWS/Lambda", "FunctionName"), ("AWS/SQS", "QueueName"), ("AWS/ApiGateway", "ApiName"),
    (STACK_NAME, "service"),
)  # fmt: skip
"""Namespaces, each with the dimension that says whose a figure is."""


@dataclass(frozen=True)
class Figure:
    """What CloudWatch gets to know: whose figure it is, and its values by the seconds since."""

    kind: tuple[str, str]
    metric: str
    owner: str
    values: Mapping[float, float]


type Row = tuple[tuple[str, str], str, str, Mapping[float, float], Mapping[float, float]]
"""A figure, values that leave its alarm quiet, and values that raise it."""
WATCHED: dict[str, Row] = {
    "RunsStuck": (OURS, "RunsStuck", "sweep", {0: 0}, {2 * SWEEP_SECONDS: 1}),
    "CompaniesSilent": (OURS, "CompaniesSilent", "sweep", {0: 0}, {2 * SWEEP_SECONDS: 1}),
    # One sweep that cannot look says nothing.
    "StartsBroken": (
        OURS, "StartsBroken", "sweep", {SWEEP_SECONDS: 0, 0: 1}, {2 * SWEEP_SECONDS: 1},
    ),
    "SweepSilent": (
        OF_LAMBDA, "Invocations", "SweepFunction", {2 * SWEEP_SECONDS: 1}, {3 * SWEEP_SECONDS: 1},
    ),
    "NotPublished": (OURS, "NotPublished", "publish", {0: 1}, {SWEEP_SECONDS: 1, 0: 1}),
    "DriftUnread": (OURS, "DriftUnread", "drift", {}, {0: 1}),
    "PublishLag": (OF_LAMBDA, "IteratorAge", "PublishFunction", {0: 599_999}, {0: 600_000}),
    "CallbackApiErrors": (OF_API, "5XXError", STACK_NAME, {0: 1}, {0: 2}),
    # Whoever looks at dead letters hides them for a while, which ends no alarm.
    **{
        name.removesuffix("Queue"): (
            OF_QUEUE, "ApproximateNumberOfMessagesVisible", name, {0: 0},
            {2 * HIDDEN_SECONDS: 1, 0: 0},
        )
        for name in DEAD_LETTERS
    },
    **{
        f"{name}MessagesFailed": (OURS, "MessagesFailed", name.lower(), {}, {0: 1})
        for name in FAILING
    },
    **{
        f"{name}AccessRefused": (OURS, "AccessRefused", name.lower(), {}, {0: 1})
        for name in CALLERS
    },
    **{
        f"{name}Throttles": (OF_LAMBDA, "Throttles", f"{name}Function", {0: 4}, {0: 5})
        for name in FUNCTIONS
    },
    **{
        f"{name}Errors": (
            (OF_LAMBDA, "Errors", f"{name}Function", {}, {0: 1})
            if name in CALLERS
            else (OF_LAMBDA, "Errors", f"{name}Function", {HOUR: 1, 0: 1}, {HOUR / 2: 1, 0: 1})
        )
        for name in FUNCTIONS
    },
}  # fmt: skip


def raised(*figures: Figure) -> set[str]:
    """Return the alarms that are in ALARM and say so on the topic. Else the sweep runs."""
    sweeps = Figure(OF_LAMBDA, "Invocations", "SweepFunction", {0: 1})
    if not any(figure.metric == "Invocations" for figure in figures):
        figures = (*figures, sweeps)
    return {
        name.removesuffix("Alarm")
        for name, alarm in ALARMS.items()
        if _in_alarm(alarm, figures)
        and {"Ref": "AlarmTopic"} in alarm["AlarmActions"]
        and alarm.get("ActionsEnabled", True)
    }


def _in_alarm(alarm: dict[str, Any], figures: tuple[Figure, ...]) -> bool:
    """Do as CloudWatch does with the kinds of alarm that the template has."""
    assert alarm["EvaluationPeriods"] == 1
    (dimension,) = alarm["Dimensions"]
    kind = (_resolved(alarm["Namespace"]), dimension["Name"])
    watched = (kind, alarm["MetricName"], _resolved(dimension["Value"]))
    values = [
        value
        for figure in figures
        if (figure.kind, figure.metric, figure.owner) == watched
        for ago, value in figure.values.items()
        if ago < alarm["Period"]
    ]
    if not values:
        return bool(alarm["TreatMissingData"] == "breaching")
    value = STATISTICS[alarm["Statistic"]](values)
    return COMPARISONS[alarm["ComparisonOperator"]](value, alarm["Threshold"])


def _resolved(value: Any) -> Any:
    match value:
        case {"Ref": "AWS::StackName"}:
            return STACK_NAME
        case {"Ref": name} | {"Fn::GetAtt": [name, "QueueName"]}:
            return name
    return value


def test_whatever_may_fail_has_its_alarm() -> None:
    assert {f"{name}Alarm" for name in WATCHED} == ALARMS.keys()


@pytest.mark.parametrize("name", WATCHED)
def test_an_alarm_goes_off_at_what_it_watches_and_says_where_it_is_written_what_to_do(
    name: str,
) -> None:
    kind, metric, owner, quiet, loud = WATCHED[name]
    page, _, section = ALARMS[f"{name}Alarm"]["AlarmDescription"].rpartition(" ")[2].partition("#")

    assert raised(Figure(kind, metric, owner, quiet)) == set()
    assert raised(Figure(kind, metric, owner, loud)) == {name}
    for language in ("en", "zh"):
        path = ROOT / page.replace("/en/", f"/{language}/")
        assert section in anchors(path)
        assert f"`{name}Alarm`" in path.read_text("utf-8")


def test_the_api_has_the_name_that_its_alarm_watches() -> None:
    (api,) = resources("AWS::ApiGateway::RestApi").values()

    assert api["Properties"]["Body"]["info"]["title"] == {"Ref": "AWS::StackName"}


@pytest.fixture
def names() -> Any:
    """Lend the tables and queues of the stack on moto: their names by logical ids."""
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield create_on_moto()


def call(function: str, event: object) -> None:
    """Call a function, by the name of its module."""
    context = SimpleNamespace(
        function_name=function, memory_limit_in_mb=512, invoked_function_arn="", aws_request_id=""
    )
    import_module(function).lambda_handler(event, context)


def start(monkeypatch: pytest.MonkeyPatch, function: str, names: dict[str, str]) -> None:
    """Give a function its environment, and let it start cold."""
    for name, value in environment(function, names).items():
        monkeypatch.setenv(name, value)
    for module in ("wecom_sync.handler", function):
        monkeypatch.delitem(sys.modules, module, raising=False)


def emitted(printed: str) -> list[Figure]:
    """Return what CloudWatch reads from a log in its embedded metric format."""
    lines = [json.loads(line) for line in printed.splitlines()]
    return [
        Figure((directive["Namespace"], dimension), metric["Name"], line[dimension], {0: value})
        for line in lines
        if "_aws" in line
        for directive in line["_aws"]["CloudWatchMetrics"]
        for (dimension,) in directive["Dimensions"]
        for metric in directive["Metrics"]
        for value in line[metric["Name"]]
    ]


@pytest.fixture
def uuids(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make what the sweep looks at, all in order; return its event source mappings."""
    prefix = "arn:aws:sqs:us-east-1:123456789012:"
    arns = [prefix + names[queue].rpartition("/")[2] for queue in FAILING.values()]
    rule: Any = {"QueueArn": arns[0], "Events": [EVERY_FILE]}
    boto3.client("s3").create_bucket(Bucket="DropBucket")
    notify({"QueueConfigurations": [rule]})
    trust = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    functions = boto3.client("lambda")
    functions.create_function(FunctionName="f", Role=trust["Arn"], Code={"ZipFile": b"code"})
    boto3.client("scheduler").create_schedule(
        Name="DriftFunctionEveryDay", ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": arns[0], "RoleArn": trust["Arn"]},
    )  # fmt: skip
    uuids = [
        functions.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)["UUID"]
        for arn in arns
    ]
    start(monkeypatch, "sweep", names)
    monkeypatch.setenv("MAPPING_IDS", ",".join(uuids))
    return uuids


def notify(rules: Any) -> None:
    """Let the drop bucket tell of its files as these rules say, and nobody else."""
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket="DropBucket", NotificationConfiguration=rules
    )


def store_at(table: str, at: float) -> DynamoStore:
    return DynamoStore(boto3.client("dynamodb"), table, FakeClock(at), 40_000)


def let_a_run_get_stuck(table: str) -> None:
    store = store_at(table, 0)
    store.move(made(store), State.QUEUED, due=0)


def let_a_company_fall_silent(table: str) -> None:
    for number, days in enumerate((6, 4.5, 3.1)):
        at = time.time() - days * 86_400
        store = store_at(table, at)
        run = store.move(submitted(store, f"file{number}"), State.SUCCEEDED, finished=at)
        DynamoPublications(boto3.client("dynamodb"), table, FakeClock(at)).published(run)


@pytest.mark.parametrize(
    ("alarm", "spoil"),
    [
        ("RunsStuck", lambda _, table: let_a_run_get_stuck(table)),
        ("CompaniesSilent", lambda _, table: let_a_company_fall_silent(table)),
        ("StartsBroken", lambda *_: notify({})),
        (
            "StartsBroken",
            lambda uuid, _: boto3.client("lambda").update_event_source_mapping(
                UUID=uuid, Enabled=False
            ),
        ),
        (
            "StartsBroken",
            lambda *_: boto3.client("scheduler").delete_schedule(Name="DriftFunctionEveryDay"),
        ),
    ],
    ids=["stuck", "silent", "no notification", "mapping off", "no schedule"],
)
def test_what_the_sweep_finds_raises_an_alarm(
    names: dict[str, str], uuids: list[str], capsys: Capsys, alarm: str, spoil: Any
) -> None:
    call("sweep", {})
    before = emitted(capsys.readouterr().out)
    spoil(uuids[0], names["RunTable"])
    call("sweep", {})

    assert raised(*before) == set()
    assert raised(*emitted(capsys.readouterr().out)) == {alarm}


@pytest.mark.parametrize("name", FAILING)
def test_a_message_that_cannot_be_handled_comes_again_soon_and_then_raises_an_alarm(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str
) -> None:
    start(monkeypatch, name.lower(), names)
    client, url = boto3.client("sqs"), names[FAILING[name]]
    queue = url.rpartition("/")[2]
    client.send_message(QueueUrl=url, MessageBody="no JSON")
    (message,) = received(client, url)
    handle, body = message["ReceiptHandle"], message["Body"]
    event = sqs(queue, {})
    event["Records"][0] |= {"receiptHandle": handle, "body": body}
    (kept,) = sqs_backends["123456789012"]["us-east-1"].queues[queue]._messages
    pauses, counted = [], []

    for times in ("1", "2"):
        client.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=1800)
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = times
        call(name.lower(), event)
        pauses.append(round(kept.visible_at / 1000 - time.time(), -1))
        counted.append(raised(*emitted(capsys.readouterr().out)))

    assert pauses == [60, 1800]
    assert counted == [set(), {f"{name}MessagesFailed"}]


@pytest.mark.parametrize(
    ("function", "errcode", "alarms"),
    [
        ("submit", 40013, {"SubmitAccessRefused"}),
        ("persist", 48002, {"PersistAccessRefused"}),
        ("drift", 60020, {"DriftAccessRefused", "DriftUnread"}),
        ("drift", 45009, {"DriftUnread"}),
    ],
)
def test_a_refusal_of_wecom_raises_the_alarms_of_those_who_can_mend_it(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, capsys: Capsys,
    *, function: str, errcode: int, alarms: set[str],
) -> None:  # fmt: skip
    stack.submit("submit-drop.json")
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    if function != "persist":
        stack.call("persist", sqs("ResultsQueue", check))
    stack.put(ENCODED_KEY, members("bert").encode())
    stack.call("submit", dropped(ENCODED_KEY))
    (advance,) = stack.messages("SubmitQueue")
    capsys.readouterr()
    start(monkeypatch, function, stack.names)
    stack.wecom.fault("errcode", None, errcode=errcode, times=None)
    events = {
        "submit": sqs("SubmitQueue", advance),
        "persist": sqs("ResultsQueue", check),
        "drift": sqs("DriftQueue", drift_message("acme")),
    }

    call(function, events[function])

    assert raised(*emitted(capsys.readouterr().out)) == alarms


def test_documents_that_cannot_be_written_twice_raise_an_alarm(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capsys
) -> None:
    start(monkeypatch, "publish", {**names, "RunTable": "no such table"})
    keys = {"pk": {"S": "RUN#r1"}, "sk": {"S": "RUN"}}

    call("publish", {"Records": [{"dynamodb": {"Keys": keys}}]})

    figures = emitted(capsys.readouterr().out)
    assert raised(*figures) == set()
    assert raised(*figures, *figures) == {"NotPublished"}
