"""Each alarm of the template goes off when what it watches really happens, and at nothing else."""

import json
import operator
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from typing import Any
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
from support.dropped import altered, drop_at, move, run_at
from support.events import ENCODED_KEY, dropped, moved, of_file, sqs
from support.fakes import START, FakeClock, FakeQueue
from support.functions import Context, Functions, spoil, stack
from support.guarded import DEPARTMENTS, FULL, SOME, policy
from support.template import ROOT, STACK_NAME, create_on_moto, environment, resources, source
from support.world import SWEEP_SECONDS, World, departments, members
from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.starts import EVERY_FILE
from wecom_sync.domain.errors import SecretUnreadableError, UnreachableError, WeComError
from wecom_sync.domain.messages import drift_message
from wecom_sync.domain.states import State
from wecom_sync_tools.local.deploy import STAGE

__all__ = ["stack"]

ALARMS = {name: item["Properties"] for name, item in resources("AWS::CloudWatch::Alarm").items()}
FUNCTIONS = [name.removesuffix("Function") for name in resources("AWS::Lambda::Function")]
DEAD_LETTERS = [name for name in resources("AWS::SQS::Queue") if "DeadLetter" in name]
CRASHING = ("Submit", "Persist", "Drift")
"""Functions one of whose errors is told at once; the others are called again."""
SOURCES = {"Submit": "Drop", "Persist": "Results", "Drift": "Drift", "Publish": "Publish"}
FAILING = {name: f"{source}Queue" for name, source in SOURCES.items()}
"""The functions behind queues."""
QUEUES = [name for name in resources("AWS::SQS::Queue") if name not in DEAD_LETTERS]
READERS = ("Submit", "Persist", "Callback", "Publish", "Desk")
"""Functions that read secrets and whose failure nothing else tells."""
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
}
ADDRESS = {"Fn::If": ["HasOwnAlarmTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AlarmTopic"}]}
"""Where alarms go."""
STATISTICS: dict[str, Callable[[list[float]], float]] = {"Maximum": max, "Minimum": min, "Sum": sum}
HIGHEST = {"Id": "highest", "Expression": "MAX(FILL(METRICS(), 0))", "ReturnData": True}
BEYOND = 2
"""So many periods beyond those it evaluates CloudWatch looks at, where figures are missing."""
MOST_ALARMS, MOST_METRICS = 20, 10
"""CloudWatch lets an alarm watch so many metrics."""
CLASSES = {"Now: ", "In the morning: "}
LATEST_SECONDS = 900
"""How long after the figures that show it something is told at the latest."""
BACKLOG_SECONDS = 1400
"""How long the last file of an ordinary night waits at most until it is read."""
ADDRESSES = ("AlarmEmail", "AlarmTopicArn")


@dataclass(frozen=True)
class Figure:
    """What CloudWatch gets to know: whose figure it is, and its values by the seconds since."""

    namespace: str
    metric: str
    owner: str
    values: Mapping[float, float]


type Values = Mapping[float, float]
"""By the seconds since."""
type Row = tuple[str, str, Sequence[str], Values, Values]
"""Figures of owners, values that leave their alarm quiet, and values that raise it."""
THIRTY_HOURS = 108_000
ONCE: Values = {0: 1}
TWICE: Values = {SWEEP_SECONDS: 1, 0: 1}
OF_ALL = ("",)
"""Our own figures as alarms watch them: whoever counted."""
VISIBLE, AGE = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
FAILED_TWICE: Values = {600: 1, 0: 1}
SWEEP, DRIFT = ("SweepFunction",), ("DriftFunction",)


def functions(*left_out: str) -> list[str]:
    return [f"{it}Function" for it in FUNCTIONS if it not in left_out]


WATCHED: dict[str, Row] = {
    # At the next sweep the alarm has ended, and tells of a further company.
    "CompaniesStuck": (STACK_NAME, "CompaniesStuck", OF_ALL, {SWEEP_SECONDS - 60: 1}, ONCE),
    "CompaniesSilent": (STACK_NAME, "CompaniesSilent", OF_ALL, {SWEEP_SECONDS - 60: 1}, ONCE),
    # One sweep that cannot look says nothing.
    "StartsBroken": (STACK_NAME, "StartsBroken", OF_ALL, {SWEEP_SECONDS: 0, 0: 1}, TWICE),
    "NotPublished": (STACK_NAME, "NotPublished", OF_ALL, ONCE, TWICE),
    "DriftUnread": (STACK_NAME, "DriftUnread", OF_ALL, {}, ONCE),
    "LoginsFailed": (STACK_NAME, "LoginsFailed", OF_ALL, FAILED_TWICE, {600: 1, 0: 2}),
    "MessagesFailed": (STACK_NAME, "MessagesFailed", OF_ALL, {}, ONCE),
    "AccessRefused": (STACK_NAME, "AccessRefused", OF_ALL, {}, ONCE),
    "WeComUnreachable": (STACK_NAME, "WeComUnreachable", OF_ALL, ONCE, {899: 1, 0: 1}),
    "SecretUnreadable": (STACK_NAME, "SecretUnreadable", OF_ALL, {}, ONCE),
    "ApiErrors": ("AWS/ApiGateway", "5XXError", (STACK_NAME,), ONCE, {0: 2}),
    "ApiRefusals": ("AWS/ApiGateway", "4XXError", (STACK_NAME,), {0: 599}, {200: 300, 0: 300}),
    "PublishLag": ("AWS/Lambda", "IteratorAge", ("PublishFunction",), {0: 599_999}, {0: 600_000}),
    "SweepSilent": ("AWS/Lambda", "Invocations", SWEEP, {899: 1}, {900: 1}),
    "DriftSilent": ("AWS/Lambda", "Invocations", DRIFT, {THIRTY_HOURS - 1: 1}, {THIRTY_HOURS: 1}),
    "FunctionsThrottled": ("AWS/Lambda", "Throttles", functions(), {0: 4}, {0: 5}),
    "FunctionsCrashed": ("AWS/Lambda", "Errors", [f"{it}Function" for it in CRASHING], {}, ONCE),
    "FunctionsFailed": ("AWS/Lambda", "Errors", functions(*CRASHING), {900: 1, 0: 1}, FAILED_TWICE),
    "QueueAge": ("AWS/SQS", AGE, QUEUES, {0: BACKLOG_SECONDS}, {0: 1500}),
    "DeadLetters": ("AWS/SQS", VISIBLE, DEAD_LETTERS, {0: 0}, ONCE),
}


def raised(*figures: Figure) -> set[str]:
    """Return the alarms that are in ALARM and say so on the topic. Else sweep and drift run."""
    owners = {figure.owner for figure in figures if figure.metric == "Invocations"}
    calls = (Figure("AWS/Lambda", "Invocations", it, {0: 1}) for it in {*SWEEP, *DRIFT} - owners)
    figures = (*figures, *calls)
    return {
        name.removesuffix("Alarm")
        for name, alarm in ALARMS.items()
        if _in_alarm(alarm, figures)
        and ADDRESS in alarm["AlarmActions"]
        and alarm.get("ActionsEnabled", True)
    }


def metrics_of(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what an alarm watches; of a group the highest counts. The stack has a desk."""
    if "Metrics" not in alarm:
        metric = {key: alarm.get(key, []) for key in ("Namespace", "MetricName", "Dimensions")}
        return [{"Metric": metric, "Stat": alarm["Statistic"], "Period": alarm["Period"]}]
    highest, *group = alarm["Metrics"]
    assert highest == HIGHEST
    listed = [it["Fn::If"][1] if "Fn::If" in it else it for it in group]
    assert not any(it["ReturnData"] for it in listed)
    return [it["MetricStat"] for it in listed]


def _in_alarm(alarm: dict[str, Any], figures: tuple[Figure, ...]) -> bool:
    """Do as CloudWatch does with the kinds of alarm that the template has.

    It takes the newest figures that it has, and what is missing as the alarm says only where these
    are too few. So of a silence each period is filled.
    """
    watched, wanted = metrics_of(alarm), alarm["EvaluationPeriods"]
    filled: list[float] = [0] if "Metrics" in alarm else []
    periods = [
        [it for each in watched if (it := _values(each, figures, period)) is not None] or filled
        for period in range(wanted + BEYOND)
    ]
    breaches = COMPARISONS[alarm["ComparisonOperator"]]
    seen = [breaches(max(values), alarm["Threshold"]) for values in periods if values]
    return all([*seen, *[alarm["TreatMissingData"] == "breaching"] * wanted][:wanted])


def _values(watched: dict[str, Any], figures: Iterable[Figure], period: int) -> float | None:
    """Return a metric's value in a period, counted from now back; None without any figure."""
    metric, seconds = watched["Metric"], watched["Period"]
    owner = "".join(_resolved(it["Value"]) for it in metric["Dimensions"])
    key = (_resolved(metric["Namespace"]), metric["MetricName"], owner)
    values = [
        value
        for figure in figures
        if (figure.namespace, figure.metric, figure.owner) == key
        for ago, value in figure.values.items()
        if ago // seconds == period
    ]
    return STATISTICS[watched["Stat"]](values) if values else None


def _resolved(value: Any) -> Any:
    match value:
        case {"Ref": "AWS::StackName"}:
            return STACK_NAME
        case {"Ref": name} | {"Fn::GetAtt": [name, "QueueName"]}:
            return name
    return value


def test_there_is_one_alarm_for_each_meaning_and_it_says_whether_it_can_wait() -> None:
    assert {f"{name}Alarm" for name in WATCHED} == ALARMS.keys()
    assert len(ALARMS) <= MOST_ALARMS
    for alarm in ALARMS.values():
        assert alarm["AlarmDescription"].startswith(tuple(CLASSES))
        assert len(metrics_of(alarm)) <= MOST_METRICS


def test_an_alarm_goes_off_within_a_quarter_of_an_hour_and_needs_an_address() -> None:
    spans = {
        name: alarm["EvaluationPeriods"] * max(it["Period"] for it in metrics_of(alarm))
        for name, alarm in ALARMS.items()
    }
    (rule,) = (it for it in source()["Rules"].values() if "Alarm" in str(it))

    late = {name: span for name, span in spans.items() if span > LATEST_SECONDS}
    assert late == {"DriftSilentAlarm": THIRTY_HOURS}
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
    namespace, metric, owners, quiet, loud = WATCHED[name]
    page, _, section = ALARMS[f"{name}Alarm"]["AlarmDescription"].rpartition(" ")[2].partition("#")

    assert raised(*(Figure(namespace, metric, it, quiet) for it in owners)) == set()
    for owner in owners:
        assert raised(Figure(namespace, metric, owner, loud)) == {name}
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
    import_module(function).lambda_handler(event, Context())


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
        Figure(
            directive["Namespace"], metric["Name"], "".join(line[it] for it in owner), {0: value}
        )
        for line in lines
        if "_aws" in line
        for directive in line["_aws"]["CloudWatchMetrics"]
        for owner in directive["Dimensions"]
        for metric in directive["Metrics"]
        for value in line[metric["Name"]]
    ]


SCHEDULE = "DriftFunctionEveryDay"


@pytest.fixture
def uuids(names: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Make what the sweep looks at, all in order; return its event source mappings."""
    prefix = "arn:aws:sqs:us-east-1:123456789012:"
    arns = [prefix + names[queue].rpartition("/")[2] for queue in FAILING.values()]
    boto3.client("s3").create_bucket(Bucket="DropBucket")
    notify({"QueueConfigurations": [{"QueueArn": arns[0], "Events": [EVERY_FILE]}]})
    trust = boto3.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    functions, scheduler = boto3.client("lambda"), boto3.client("scheduler")
    functions.create_function(FunctionName="f", Role=trust["Arn"], Code={"ZipFile": b"code"})
    window, target = {"Mode": "OFF"}, {"Arn": arns[0], "RoleArn": trust["Arn"]}
    scheduler.create_schedule(
        Name=SCHEDULE, ScheduleExpression="rate(1 day)", FlexibleTimeWindow=window, Target=target
    )
    make = functions.create_event_source_mapping
    uuids = [make(FunctionName="f", EventSourceArn=arn)["UUID"] for arn in arns]
    start(monkeypatch, "sweep", names)
    monkeypatch.setenv("MAPPING_IDS", ",".join(uuids))
    monkeypatch.setenv("LETTERS_TOPIC_ARN", names["RunTopic"])
    boto3.client("sns").subscribe(
        TopicArn=names["RunTopic"], Protocol="sms", Endpoint="+8613900000000"
    )
    return uuids


def notify(rules: Any) -> None:
    """Let the drop bucket tell of its files as these rules say, and nobody else."""
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket="DropBucket", NotificationConfiguration=rules
    )


def store_at(table: str, at: float) -> DynamoStore:
    return DynamoStore(boto3.client("dynamodb"), table, FakeClock(at), 40_000)


def let_a_run_get_stuck(_: str, table: str) -> None:
    store = store_at(table, 0)
    store.move(made(store), State.QUEUED, due=0)


def let_a_company_fall_silent(_: str, table: str) -> None:
    for number, days in enumerate((6, 4.5, 3.1)):
        at = time.time() - days * 86_400
        store = store_at(table, at)
        run = move(store, submitted(store, f"file{number}"), State.SUCCEEDED, finished=at)
        DynamoPublications(boto3.client("dynamodb"), table, FakeClock(at)).published(run)


def spoil_a_run(_: str, table: str) -> None:
    spoil(table, made(store_at(table, time.time())))


def notify_of_nothing(*_: str) -> None:
    notify({})


def switch_a_mapping_off(uuid: str, _: str) -> None:
    boto3.client("lambda").update_event_source_mapping(UUID=uuid, Enabled=False)


def forget_the_schedule(*_: str) -> None:
    boto3.client("scheduler").delete_schedule(Name=SCHEDULE)


def unsubscribe(*_: str) -> None:
    sns = boto3.client("sns")
    (confirmed,) = sns.list_subscriptions()["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=confirmed["SubscriptionArn"])


@pytest.mark.parametrize(
    ("alarm", "spoil"),
    [
        ("CompaniesStuck", let_a_run_get_stuck),
        ("CompaniesSilent", let_a_company_fall_silent),
        ("CompaniesStuck", spoil_a_run),
        ("StartsBroken", notify_of_nothing),
        ("StartsBroken", switch_a_mapping_off),
        ("StartsBroken", forget_the_schedule),
        ("StartsBroken", unsubscribe),
    ],
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


def test_what_the_sweep_finds_is_told_before_it_is_remembered(
    names: dict[str, str], uuids: list[str], capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep that is killed in between tells twice, and not never."""
    let_a_run_get_stuck(uuids[0], names["RunTable"])
    before = []
    answer(monkeypatch, "PutItem", lambda *_: before.append(capsys.readouterr().out))

    call("sweep", {})

    assert raised(*emitted("".join(before))) == {"CompaniesStuck"}


def test_what_is_broken_is_told_although_the_table_cannot_be_read(
    uuids: list[str], capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_a_mapping_off(uuids[0], "")
    answer(monkeypatch, "Query", refuse("Query", "InternalServerError"))

    with pytest.raises(ClientError):
        call("sweep", {})

    assert raised(*emitted(capsys.readouterr().out)) == {"StartsBroken"}


@pytest.mark.parametrize("name", FAILING)
def test_a_message_that_cannot_be_handled_comes_again_soon_and_then_raises_an_alarm(
    names: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str
) -> None:
    start(monkeypatch, name.lower(), names)
    client, url = boto3.client("sqs"), names[FAILING[name]]
    queue = url.rpartition("/")[2]
    client.send_message(QueueUrl=url, MessageBody="no JSON")
    (message,) = client.receive_message(QueueUrl=url)["Messages"]
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
    assert counted == [set(), {"MessagesFailed"}]


type Spoil = Callable[[Functions, pytest.MonkeyPatch], object]
"""Puts something out of order for a function that starts."""


def refusing(errcode: int) -> Spoil:
    return lambda stack, _: stack.wecom.fault("errcode", None, errcode=errcode, times=None)


def secret(code: str) -> Spoil:
    """Let AWS refuse to hand out a secret; without a code, let it be of another form."""
    answered = (
        refuse("GetSecretValue", code) if code else lambda *_: {"SecretString": '{"corp_id": 7}'}
    )
    return lambda _, patch: answer(patch, "GetSecretValue", answered)


UNREACHED: Spoil = lambda _, patch: patch.setenv("WECOM_BASE_URL", "http://127.0.0.1:1")  # noqa: E731
STOPS: dict[str, tuple[Spoil, str]] = {
    "submit 40013": (refusing(40013), "AccessRefused"),
    "persist 48002": (refusing(48002), "AccessRefused"),
    "drift 60020": (refusing(60020), "AccessRefused DriftUnread"),
    "drift 45009": (refusing(45009), "DriftUnread"),
    "submit unreached": (UNREACHED, "twice WeComUnreachable"),
    "persist unreached": (UNREACHED, "twice WeComUnreachable"),
    "publish unwritten": (lambda _, patch: patch.setenv("TABLE_NAME", "x"), "twice NotPublished"),
    **{
        f"{name.lower()} {code}": (secret(code), "SecretUnreadable")
        for name in READERS
        for code in ("AccessDeniedException", "DecryptionFailure", "")
    },
}
"""Functions with what stops them, and the alarms of it, at once or when it happens twice."""


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_a_function_raises_the_alarms_of_those_who_can_mend_it(
    stack: Functions, monkeypatch: pytest.MonkeyPatch, capsys: Capsys, name: str
) -> None:
    function, (spoil, alarms) = name.split(maxsplit=1)[0], STOPS[name]
    stack.submit("submit-drop.json")
    assert stack.wecom.wait_idle()
    (check,) = stack.messages("ResultsQueue")
    if function != "persist":
        stack.call("persist", sqs("ResultsQueue", check))
    stack.put(ENCODED_KEY, members("bert").encode())
    stack.call("submit", dropped(ENCODED_KEY))
    (advance,) = stack.messages("SubmitQueue")
    events = {
        "submit": sqs("SubmitQueue", advance),
        "persist": sqs("ResultsQueue", check),
        "drift": sqs("DriftQueue", drift_message("acme")),
        "callback": of_file("callback-verify.json"),
        "desk": of_file("desk-page.json"),
        "publish": moved(check["run_id"]),
    }
    start(monkeypatch, function, stack.names)
    spoil(stack, monkeypatch)
    capsys.readouterr()

    with suppress(ClientError, SecretUnreadableError):
        call(function, events[function])

    figures, expected = emitted(capsys.readouterr().out), set(alarms.split())
    assert raised(*figures) == (set() if "twice" in expected else expected)
    assert raised(*figures, *figures) == expected - {"twice"}


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
CASES: dict[str, tuple[Callable[[World], object], float]] = {
    "WeCom away before a plan": (lambda world: gone(world, "directory"), SOON),
    "WeCom away at the upload": (lambda world: gone(world, "upload"), SOON),
    "WeCom away at the result": (lambda world: gone(world, "result"), SOON + 100),
    "no secret": (spoilt_secret, SOON),
    # The sweep looks for a lost message after five minutes.
    "messages lost": (nobody_sends, SOON + SWEEP_SECONDS),
    "a free lane": (free_lane, SOON),
    "a quiet night": (some, 0),
    "behind the files of others": (backlog, 0),
    "held": (held, 0),
    "behind another": (behind_another, 0),
    "an import of somebody else": (others_import, 0),
    "an answer that is lost": (lost_answer, 0),
}
"""What is amiss with a world, and within how many seconds it is told; 0: never."""


@pytest.mark.parametrize("name", CASES)
def test_a_late_run_is_told_in_time_and_one_that_waits_is_not(name: str) -> None:
    world, (spoil, most_seconds) = World(), CASES[name]
    spoil(world)

    alarms = lived(world, 8 * 3600)

    assert alarms.keys() == ({"CompaniesStuck"} if most_seconds else set())
    assert all(SWEEP_SECONDS < seconds <= most_seconds for seconds in alarms.values())


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


def get_stuck(world: World, key: str) -> None:
    run = world.store.create(run_at(key, START), drop_at(key, START))
    world.store.move(run, State.QUEUED, due=0)


def told(world: World, *seconds_left: Callable[[], float]) -> Mapping[str, int]:
    """Let the sweep look; return what it counts."""
    swept = world.sweep.sweep(*seconds_left)
    world.sweep.remember(swept)
    return swept.news


def test_one_companys_trouble_does_not_hide_the_next_ones() -> None:
    world, counted = World(), []
    for key in ("acme/syncuser/a.csv", "acme/syncuser/b.csv", "beta/syncuser/a.csv", ""):
        if key:
            get_stuck(world, key)
        counted.append(told(world)["CompaniesStuck"])

    assert counted == [1, 0, 1, 0]


def test_a_sweep_without_time_has_seen_nobody_recover() -> None:
    world = World()
    get_stuck(world, "acme/syncuser/a.csv")
    seconds_left = iter((60, 0, 60)).__next__

    counted = [told(world, seconds_left) for _ in range(3)]

    assert [it["CompaniesStuck"] for it in counted] == [1, 0, 0]


def watch(queue: FakeQueue, name: str, points: list[Any]) -> None:
    """Note how old each message is when it may be taken: SQS counts from when it was sent."""
    send, clock = queue.send, queue.clock

    def sent(message: Mapping[str, object], delay_seconds: float = 0) -> None:
        before, now = len(queue.messages), clock.now
        send(message, delay_seconds)
        points.extend(("AWS/SQS", AGE, name, at, at - now) for at, _ in queue.messages[before:])

    queue.send = sent  # type: ignore[method-assign]


def lived(world: World, seconds: float) -> dict[str, float]:
    """Let a world live under CloudWatch; return since when alarms were raised, in seconds."""
    start = world.clock.now
    alarms: dict[str, float] = {}
    points: list[tuple[str, str, str, float, float]] = []
    for name in ("submit", "results", "publish"):
        watch(getattr(world, f"{name}_queue"), f"{name.capitalize()}Queue", points)
    while (past := world.clock.now - start) < seconds:
        world.pass_time(SWEEP_SECONDS)
        counts = told(world).items()
        now = world.clock.now
        points += [(STACK_NAME, name, "", now, value) for name, value in counts]
        figures = [
            Figure(space, name, owner, {now - at: value})
            for space, name, owner, at, value in points
            if 0 <= now - at < LATEST_SECONDS
        ]
        alarms |= dict.fromkeys(raised(*figures) - alarms.keys(), past + SWEEP_SECONDS)
    return alarms
