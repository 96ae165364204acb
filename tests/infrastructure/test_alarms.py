"""Each alarm of the template goes off when what it watches really happens, and at nothing else."""

import json
import operator
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.sqs.models import sqs_backends

import wecom_sync.handler  # noqa: F401 - so that a cold start has something to forget
from contract.test_store import made, submitted
from infrastructure.test_pages import anchors
from support.aws import answer, refuse
from support.console import Capsys
from support.dropped import altered, move
from support.events import ENCODED_KEY, dropped, moved, of_file, sqs
from support.fakes import FakeClock, FakeQueue
from support.functions import Functions, stack
from support.guarded import DEPARTMENTS, FULL, SOME, policy
from support.template import ROOT, STACK_NAME, create_on_moto, environment, resources, source
from support.world import SWEEP_SECONDS, World, departments, members
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import HIDDEN_SECONDS, SqsQueue, received
from wecom_sync.adapters.starts import EVERY_FILE
from wecom_sync.domain.errors import SecretUnreadableError, UnreachableError, WeComError
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.states import MAX_DELAY_SECONDS, State
from wecom_sync_tools.local.deploy import STAGE

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
QUEUES = [name for name in resources("AWS::SQS::Queue") if name not in DEAD_LETTERS]
READERS = ("Submit", "Persist", "Callback", "Publish")
"""Functions that read secrets and whose failure nothing else tells."""
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
ADDRESS = {
    "Fn::If": ["HasOwnAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]
}  # fmt: skip
"""Where alarms go."""
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Maximum": max, "Minimum": min, "Sum": sum}
LATEST_SECONDS = 900
"""How long after the figures that show it something is told at the latest."""
HALF_HOUR_SECONDS = 1800
BACKLOG_SECONDS = 1400
"""How long the last file of an ordinary night waits at most until it is read."""
ADDRESSES = ("AlarmEmail", "AlarmTopicArn")
OF_LAMBDA, OF_QUEUE, OF_API, OURS = (
    ("AWS/Lambda", "FunctionName"), ("AWS/SQS", "QueueName"), ("AWS/ApiGateway", "ApiName"),
    (STACK_NAME, "service"),
)  # fmt: skip
"""Namespaces, each with the dimension that says whose a figure is."""
AGE_OF = OF_QUEUE, "ApproximateAgeOfOldestMessage"


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
        OURS, "StartsBroken", "sweep", {SWEEP_SECONDS: 0, 0: 1}, {SWEEP_SECONDS: 1, 0: 1},
    ),
    "SweepSilent": (
        OF_LAMBDA, "Invocations", "SweepFunction", {2 * SWEEP_SECONDS - 1: 1},
        {2 * SWEEP_SECONDS: 1},
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
        f"{name}WeComUnreachable": (OURS, "WeComUnreachable", name.lower(), {0: 1}, {899: 1, 0: 1})
        for name in ("Submit", "Persist")
    },
    **{
        f"{name}SecretUnreadable": (OURS, "SecretUnreadable", name.lower(), {}, {0: 1})
        for name in READERS
    },
    **{
        f"{name}Age": (*AGE_OF, name, {0: BACKLOG_SECONDS}, {0: 1500})
        for name in QUEUES
    },
    **{
        f"{name}Throttles": (OF_LAMBDA, "Throttles", f"{name}Function", {0: 4}, {0: 5})
        for name in FUNCTIONS
    },
    **{
        f"{name}Errors": (
            (OF_LAMBDA, "Errors", f"{name}Function", {}, {0: 1})
            if name in CALLERS
            else (OF_LAMBDA, "Errors", f"{name}Function", {900: 1, 0: 1}, {600: 1, 0: 1})
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
        and ADDRESS in alarm["AlarmActions"]
        and alarm.get("ActionsEnabled", True)
    }


def _in_alarm(alarm: dict[str, Any], figures: tuple[Figure, ...]) -> bool:
    """Do as CloudWatch does with the kinds of alarm that the template has."""
    (dimension,) = alarm["Dimensions"]
    kind = (_resolved(alarm["Namespace"]), dimension["Name"])
    watched = (kind, alarm["MetricName"], _resolved(dimension["Value"]))
    periods: list[list[float]] = [[] for _ in range(alarm["EvaluationPeriods"])]
    for figure in figures:
        if (figure.kind, figure.metric, figure.owner) == watched:
            for ago, value in figure.values.items():
                if ago < alarm["Period"] * len(periods):
                    periods[int(ago // alarm["Period"])].append(value)
    return all(_breaches(alarm, values) for values in periods)


def _breaches(alarm: dict[str, Any], values: list[float]) -> bool:
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


def test_an_alarm_goes_off_within_a_quarter_of_an_hour_and_needs_an_address() -> None:
    spans = {name: alarm["Period"] * alarm["EvaluationPeriods"] for name, alarm in ALARMS.items()}
    (rule,) = (it for it in source()["Rules"].values() if "Alarm" in str(it))

    assert {name: span for name, span in spans.items() if span > LATEST_SECONDS} == {}
    assert rule["RuleCondition"] == {
        "Fn::Not": [{"Fn::Contains": [["trial", STAGE], {"Ref": "Stage"}]}]
    }
    (assertion,) = rule["Assertions"]
    given = [{"Fn::Not": [{"Fn::Equals": [{"Ref": it}, ""]}]} for it in ADDRESSES]
    assert assertion["Assert"] == {"Fn::Or": given}


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
        run = move(store, submitted(store, f"file{number}"), State.SUCCEEDED, finished=at)
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


class Case(NamedTuple):
    """What is amiss with a world, and the alarm that is to tell it, within so many seconds."""

    spoil: Callable[[World], object]
    alarm: str = ""
    seconds: float = 0


def some(world: World) -> None:
    world.drop(SOME, members("a"))


def gone(world: World, call: str) -> None:
    some(world)
    world.wecom.fail(call, *[UnreachableError() for _ in range(1_000)])


def backlog(world: World) -> None:
    """Let nobody take what others have left, as if all slots read the files of before."""
    some(world)
    queue, begin = world.submit_queue, world.clock.now + BACKLOG_SECONDS
    send = queue.send

    def behind_others(message: Mapping[str, object], delay_seconds: float = 0) -> None:
        send(message, delay_seconds)
        queue.messages[:] = [(max(at, begin), it) for at, it in queue.messages]

    queue.send = behind_others  # type: ignore[method-assign]


def nobody_sends(world: World) -> None:
    some(world)
    world.pass_time(0)
    world.submit_queue.messages.clear()
    world.submit_queue.send = Mock()  # type: ignore[method-assign]


def free_lane(world: World) -> None:
    """Let a run wait for hours behind another, and nobody wake it when that one has ended."""
    behind_another(world)
    world.live(7200 - 2 * SWEEP_SECONDS)
    world.submit_queue.send = Mock()  # type: ignore[method-assign]
    while world.store.lane("acme").holder:
        world.pass_time(1)


def behind_another(world: World) -> None:
    world.wecom.duration = 7200
    world.drop(DEPARTMENTS, departments())
    world.live(SWEEP_SECONDS)
    world.drop(FULL, members("a"))


def held(world: World) -> None:
    policy(world, first_replace="hold")
    world.wecom.hire(*(f"u{number}" for number in range(6)))
    world.drop(DEPARTMENTS, departments())
    world.drop(FULL, members("u0", "u1"))


def others_import(world: World) -> None:
    busy = WeComError(302008, "import job is running", "/cgi-bin/batch/replaceuser")
    world.wecom.fail("submit", *[busy for _ in range(40)])
    world.drop(FULL, members("a"))


def lost_answer(world: World) -> None:
    world.lose_answers(1)
    world.drop(FULL, members("a"))


def spoilt_secret(world: World) -> None:
    some(world)
    world.secrets.secrets["acme"] = SecretUnreadableError(secret="wecom-sync/acme", cause="Denied")


SOON = LATEST_SECONDS + SWEEP_SECONDS
"""A step is late by a quarter of an hour, and the next sweep sees it."""
CASES = {
    "WeCom away before a plan": Case(lambda world: gone(world, "directory"), "RunsStuck", SOON),
    "WeCom away at the upload": Case(lambda world: gone(world, "upload"), "RunsStuck", SOON),
    "WeCom away at the result": Case(lambda world: gone(world, "result"), "RunsStuck", SOON + 100),
    "no secret": Case(spoilt_secret, "RunsStuck", SOON),
    # The sweep looks for a lost message after five minutes.
    "messages lost": Case(nobody_sends, "RunsStuck", SOON + SWEEP_SECONDS),
    "a free lane": Case(free_lane, "RunsStuck", SOON),
    "a quiet night": Case(some),
    "behind the files of others": Case(backlog),
    "held": Case(held),
    "behind another": Case(behind_another),
    "an import of somebody else": Case(others_import),
    "an answer that is lost": Case(lost_answer),
}


@pytest.mark.parametrize("name", CASES)
def test_a_late_run_is_told_in_time_and_one_that_waits_is_not(name: str) -> None:
    world, case = World(), CASES[name]
    case.spoil(world)

    alarms = lived(world, 8 * 3600)

    assert alarms.keys() == ({case.alarm} - {""})
    assert all(SWEEP_SECONDS < seconds <= case.seconds for seconds in alarms.values())


def test_the_longer_a_run_waits_for_a_reader_the_rarer_the_sweep_sends_one_more_message() -> None:
    world = World()
    some(world)
    world.pass_time(0)
    (run,) = world.store.runs_by_id.values()
    world.store.runs_by_id[run.run_id] = altered(run, state=State.RECEIVED, created=world.clock.now)
    world.submit_queue.send = send = Mock()  # type: ignore[method-assign]

    for _ in range(16):
        world.clock.now += SWEEP_SECONDS
        world.sweep.sweep()

    assert send.call_count == 5


type Point = tuple[tuple[str, str], str, str, float, float]
"""A figure's kind, its name and owner, a time, and its value then."""


def watch(queue: FakeQueue, name: str, points: list[Point]) -> None:
    """Note how old each message is when it may be taken: SQS counts from when it was sent."""
    send, clock = queue.send, queue.clock

    def sent(message: Mapping[str, object], delay_seconds: float = 0) -> None:
        before, now = len(queue.messages), clock.now
        send(message, delay_seconds)
        points.extend((*AGE_OF, name, at, at - now) for at, _ in queue.messages[before:])

    queue.send = sent  # type: ignore[method-assign]


def lived(world: World, seconds: float) -> dict[str, float]:
    """Let a world live under CloudWatch; return since when alarms were raised, in seconds."""
    start = world.clock.now
    alarms: dict[str, float] = {}
    points: list[Point] = []
    for name, queue in {"SubmitQueue": world.submit_queue, "ResultsQueue": world.results_queue,
                        "PublishQueue": world.publish_queue}.items():  # fmt: skip
        watch(queue, name, points)
    while (past := world.clock.now - start) < seconds:
        world.pass_time(SWEEP_SECONDS)
        counts = world.sweep.sweep().counts.items()
        now = world.clock.now
        points += [(OURS, name, "sweep", now, value) for name, value in counts]
        figures = [
            Figure(kind, name, owner, {now - at: value})
            for kind, name, owner, at, value in points
            if 0 <= now - at < LATEST_SECONDS
        ]
        alarms |= dict.fromkeys(raised(*figures) - alarms.keys(), past + SWEEP_SECONDS)
    return alarms


SECRETS: Mapping[str, Callable[[pytest.MonkeyPatch], object]] = {
    "permission": lambda patch: answer(
        patch, "GetSecretValue", refuse("GetSecretValue", "AccessDeniedException")
    ),
    "key": lambda patch: answer(
        patch, "GetSecretValue", refuse("GetSecretValue", "DecryptionFailure")
    ),
    "form": lambda patch: answer(
        patch, "GetSecretValue", lambda *_: {"SecretString": '{"corp_id": 7}'}
    ),
}


@pytest.mark.parametrize("how", SECRETS)
@pytest.mark.parametrize("name", READERS)
def test_a_secret_that_cannot_be_read_raises_an_alarm(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str, how: str
) -> None:
    stack.submit("submit-drop.json")
    (check,) = stack.messages("ResultsQueue")
    stack.put(ENCODED_KEY, members("bert").encode())
    stack.call("submit", dropped(ENCODED_KEY))
    (advance,) = stack.messages("SubmitQueue")
    events = {
        "submit": sqs("SubmitQueue", advance), "persist": sqs("ResultsQueue", check),
        "callback": of_file("callback-verify.json"), "publish": moved(check["run_id"]),
    }  # fmt: skip
    SECRETS[how](monkeypatch)
    start(monkeypatch, name.lower(), stack.names)
    capsys.readouterr()

    with suppress(ClientError, SecretUnreadableError):
        call(name.lower(), events[name.lower()])

    assert raised(*emitted(capsys.readouterr().out)) == {f"{name}SecretUnreadable"}


@pytest.mark.parametrize("function", ["submit", "persist"])
def test_wecom_that_is_not_reached_twice_raises_an_alarm(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, function: str
) -> None:
    stack.submit("submit-drop.json")
    (check,) = stack.messages("ResultsQueue")
    stack.put(ENCODED_KEY, members("bert").encode())
    if function == "submit":
        assert stack.wecom.wait_idle()
        stack.call("persist", sqs("ResultsQueue", check))
    stack.call("submit", dropped(ENCODED_KEY))
    (advance,) = stack.messages("SubmitQueue")
    start(monkeypatch, function, stack.names | {"WeComBaseUrl": "http://127.0.0.1:1"})
    is_submit = function == "submit"
    event = sqs("SubmitQueue", advance) if is_submit else sqs("ResultsQueue", check)
    capsys.readouterr()

    call(function, event)

    figures = emitted(capsys.readouterr().out)
    assert raised(*figures) == set()
    assert raised(*figures, *figures) == {f"{function.capitalize()}WeComUnreachable"}


@pytest.mark.parametrize("name", QUEUES)
def test_a_queue_from_which_nobody_takes_raises_an_alarm_within_half_an_hour(
    names: dict[str, str], name: str
) -> None:
    SqsQueue(boto3.client("sqs"), names[name]).send({"kind": "x"}, MAX_DELAY_SECONDS)
    queue = names[name].rpartition("/")[2]
    (kept,) = sqs_backends["123456789012"]["us-east-1"].queues[queue]._messages
    sent = (kept.sent_timestamp or 0) / 1000

    def age(moment: float) -> Figure:
        return Figure(*AGE_OF, name, {0: moment - sent})

    assert raised(age((kept.visible_at or 0) / 1000 + 60)) == set()
    assert raised(age(sent + BACKLOG_SECONDS)) == set()
    assert raised(age(sent + HALF_HOUR_SECONDS - 300)) == {f"{name}Age"}
