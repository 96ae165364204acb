"""The S3, SQS and Secrets Manager adapters on moto."""

import gzip
import itertools
import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)
from moto import mock_aws

from support.aws import answer, keep, looked_up, refuse
from support.books import book_of
from support.dropped import altered, run_at
from support.fakes import FakeClock
from support.template import ROOT, create_on_moto, environment
from wecom_sync.adapters.aws import telling
from wecom_sync.adapters.due_drops import S3DueDrops
from wecom_sync.adapters.publisher import Topic
from wecom_sync.adapters.s3 import S3Drops, S3Reports
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.adapters.secrets_manager import SecretsManager, SecretsManagerCorps
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.domain.book import Book, People, Person, Stated
from wecom_sync.domain.errors import (
    BookUnreadableError,
    ObjectGoneError,
    ObjectUnreadableError,
    SecretInvalidError,
    SecretUnreadableError,
    SnapshotMovedError,
    UnknownCorpError,
    UnknownOutcomeError,
    UnreachableError,
)
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.messages import advance_message, drift_message, expire_message
from wecom_sync.domain.outcome import JobResult, ReceivedResult, ResultRow
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.factory.desk import DeskAdapters
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.memory.sent import Sent
from wecom_sync.planning.stakes import Stake
from wecom_sync.reporting.language import Language
from wecom_sync.settings import DeskSettings
from wecom_sync.use_cases.ports import DeadLetter
from wecom_sync.wecom.credentials import (
    AppSecret,
    CorpSecret,
    Credentials,
    MessagesSecret,
)

RUN = run_at("acme/syncuser/k", 0, run_id="r", state=State.SUBMITTED)


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def archive() -> S3Archive:
    client = boto3.client("s3")
    client.create_bucket(Bucket="snapshots")
    return S3Archive(client, "snapshots")


def test_what_the_sweep_drops_names_a_file_and_a_day() -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="drops")
    file = DueFile("acme", "20260131T093000Z-0123456789ab", "acme/company/a.csv", "2026-01-31", 0)

    S3DueDrops(client, "drops", time.time).drop_due(file)

    head = S3Drops(client).head("drops", file.key, "")
    assert head.wish == file.wish
    assert [head.has_due(day) for day in ("2026-01-31", "2026-02-01")] == [False, True]


def test_a_pinned_version_is_read_whatever_came_after() -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="drops")
    client.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
    metadata = {"again": "retry another", "asked": "2020-01-31T09:30:00Z", "base": "v7"}
    put = client.put_object(Bucket="drops", Key="k", Body=b"first", Metadata=metadata)
    first = put["VersionId"]
    client.put_object(Bucket="drops", Key="k", Body=b"second")
    client.delete_object(Bucket="drops", Key="k")
    drops = S3Drops(client)

    assert drops.content("drops", "k", first) == b"first"
    head = drops.head("drops", "k", first)
    assert (head.last_modified.utcoffset() is not None, head.size, head.again) == (
        True,
        5,
        "retry another",
    )
    assert (head.asked, head.is_fresh) == (datetime(2020, 1, 31, 9, 30, tzinfo=UTC), False)
    assert (head.version, head.base) == (first, "v7")

    client.delete_object(Bucket="drops", Key="k", VersionId=first)
    for read in (drops.content, drops.head):
        with pytest.raises(ObjectGoneError):
            read("drops", "k", first)
    with pytest.raises(ObjectGoneError):
        drops.content("drops", "another", "")


def test_the_archive_gives_back_what_was_kept(archive: S3Archive) -> None:
    run = altered(RUN, run_id="r1")
    assert archive.sent(run) is None
    assert archive.snapshot("acme") == Book()
    assert archive.corps() == []

    roster = Roster(Job.SYNC_USER, "UTF-8", ("姓名", "帐号"), (filled(Row),), separator="-")
    sent, person = filled(Sent, roster=roster), filled(Person)
    archive.put_sent(run, sent)
    kept = filled(Book, people=People.of([person]))
    archive.change_snapshot("acme", lambda _: kept)

    assert archive.sent(run) == sent
    archive.put_sent(run, Sent(roster))
    assert archive.sent(run) == Sent(roster)
    assert archive.snapshot("acme") == kept
    assert archive.corps() == ["acme"]


numbers = itertools.count(1)


def filled(kind: Any, **given: Any) -> Any:
    """Return a value of a type: no part is as it is by default, or like another one."""
    kind = getattr(kind, "__value__", kind)
    if get_origin(kind) in {Union, UnionType}:
        kind, *_ = get_args(kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Literal or kind is NoneType:
        return parts[-1] if parts else None
    if origin is Mapping:
        return {filled(parts[0]): filled(parts[1])}
    if origin not in {None, Stated}:
        return (list if origin is Collection else origin)([filled(parts[0])])
    if not origin and issubclass(kind, Enum):
        return [*kind][-1]
    if kind in {str, int, float}:
        return kind(next(numbers))
    if origin is Stated:
        kind, given = Stated, {"value": filled(*parts)}
    hints = get_type_hints(kind)
    usual = getattr(kind, "_field_defaults", None)
    if usual is None:
        usual = {it.name: it.default for it in fields(kind)}
    names = getattr(kind, "_fields", usual)
    others = [it for it in names if it not in given]
    made = {it: not usual[it] if hints[it] is bool else filled(hints[it]) for it in others}
    return kind(**given, **made)


@pytest.mark.parametrize("document", [{"members": {"a": {"姓名": "张三"}}}, {"version": 1}])
def test_a_book_in_another_form_is_no_empty_book(
    archive: S3Archive, document: Mapping[str, object]
) -> None:
    body = gzip.compress(json.dumps(document).encode())
    key = "snapshots/acme.json.gz"
    boto3.client("s3").put_object(Bucket="snapshots", Key=key, Body=body)

    for act in (archive.snapshot, lambda corp: archive.change_snapshot(corp, lambda book: book)):
        with pytest.raises(BookUnreadableError):
            act("acme")


@pytest.mark.parametrize(
    ("past", "marks"),
    [
        (None, []),
        ("nonsense", []),
        ([7, [1.0, True], [1.0, "x", False, {}], [1.0, False, False, {"x": "ab"}]], []),
        (
            [[1.0, True, False, {"a": "ab", "b": 7}], [2.0, False, True, {"3": ""}]],
            [{"a": "ab"}, {"3": ""}],
        ),
    ],
    ids=str,
)
def test_what_is_damaged_of_earlier_rows_is_left_out(
    archive: S3Archive, past: object, marks: list[Mapping[str, str]]
) -> None:
    archive.change_snapshot("acme", lambda _: Book())
    client, key = boto3.client("s3"), "snapshots/acme.json.gz"
    body = client.get_object(Bucket="snapshots", Key=key)["Body"].read()
    document = json.loads(gzip.decompress(body))
    document["history"]["past"] = past
    body = gzip.compress(json.dumps(document).encode())
    client.put_object(Bucket="snapshots", Key=key, Body=body)

    assert [it.rows for it in archive.snapshot("acme").history.past] == marks


def test_what_a_held_plan_would_take_away_is_kept_for_that_plan_only(archive: S3Archive) -> None:
    assert archive.stakes(RUN, "digest") is None

    stakes = [Stake("people", "remove", "a"), Stake("departments", "move", "3", "1")]
    archive.put_stakes(RUN, "digest", stakes)

    assert archive.stakes(RUN, "digest") == frozenset(stakes)
    assert archive.stakes(RUN, "another") is None
    assert archive.stakes(altered(RUN, run_id="other"), "digest") is None


def test_a_message_is_in_the_group_of_its_corp_and_a_dead_letter_stays_in_it() -> None:
    client = boto3.client("sqs")
    names = create_on_moto()
    queue, letters = (SqsQueue(client, names[it]) for it in ("SubmitQueue", "DropDeadLetterQueue"))
    for message in (advance_message("acme", "r"), expire_message("beta", "r"), {"kind": "old"}):
        letters.send(message)

    for letter in letters.take():
        queue.send_again(letter)

    sent = queue.take()
    assert [letter.group for letter in sent] == ["acme", "beta", ""]
    assert [letter.returned for letter in sent] == [1, 1, 1]
    assert json.loads(sent[0].body) == {"kind": "advance", "corp": "acme", "run_id": "r"}


def test_a_message_of_s3_has_no_attributes_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = {"Messages": [{"Body": "{}", "ReceiptHandle": "receipt"}]}
    answer(monkeypatch, "ReceiveMessage", lambda *_: bare)

    assert SqsQueue(boto3.client("sqs"), "https://queue").take() == [DeadLetter("{}", "receipt")]


def test_a_message_is_json_and_one_for_later_than_five_minutes_is_left_to_the_sweep() -> None:
    client = boto3.client("sqs")
    url = create_on_moto()["SubmitQueue"]
    queue = SqsQueue(client, url)

    queue.send({"名": 1})
    queue.send({"kind": "late"}, 300)
    queue.send({"kind": "later"}, 301)

    (message,) = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"]) == {"名": 1}
    delayed: Any = "ApproximateNumberOfMessagesDelayed"
    counted = client.get_queue_attributes(QueueUrl=url, AttributeNames=[delayed])
    assert counted["Attributes"][delayed] == "1"


def test_many_messages_are_sent_ten_in_a_call_and_one_that_is_not_taken_so_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = boto3.client("sqs")
    queue = SqsQueue(client, create_on_moto()["SubmitQueue"])
    calls: list[list[str]] = []

    def lose_the_first(call: Any, client: Any, parameters: dict[str, Any]) -> Any:
        lost, *others = parameters["Entries"]
        calls.append([it["MessageGroupId"] for it in parameters["Entries"]])
        taken = call(client, "SendMessageBatch", {**parameters, "Entries": others})
        return {**taken, "Failed": [{"Id": lost["Id"]}]}

    answer(monkeypatch, "SendMessageBatch", lose_the_first)
    queue.send_all(drift_message(f"corp{number}") for number in range(23))

    letters = [letter for _ in range(3) for letter in queue.take()]
    assert [*map(len, calls)] == [10, 10, 3]
    assert {letter.group for letter in letters} == {f"corp{number}" for number in range(23)}


def corps(clock: FakeClock, *, is_public: bool = False) -> SecretsManagerCorps[CorpSecret]:
    return secrets_of(CorpSecret, clock, is_public=is_public)


def secrets_of[S: CorpSecret | MessagesSecret | AppSecret](
    kind: type[S], clock: FakeClock, *, is_public: bool = False
) -> SecretsManagerCorps[S]:
    client = boto3.client("secretsmanager")
    manager = SecretsManager(client, clock)
    return SecretsManagerCorps(kind, manager, "wecom-sync", clock, is_public=is_public)


def test_what_opens_an_address_book_and_what_messages_need_are_two_secrets() -> None:
    keep(secret("s"))
    keep('{"corp_id": "ww1"}', "wecom-sync/acme/messages")
    fields = {"callback_token": "t", "callback_aes_key": "k", "robot_webhook": "https://x"}
    keep(json.dumps({"corp_id": "ww2", **fields}), "wecom-sync/beta/messages")
    messages = secrets_of(MessagesSecret, FakeClock())

    assert corps(FakeClock()).of("acme") == CorpSecret("ww1", "s")
    assert (messages.of("acme").callback, messages.of("acme").robot_webhook) == (None, None)
    assert messages.of("beta").callback == Credentials("t", "k", "ww2")
    assert messages.of("beta").robot_webhook == "https://x"
    assert "https://x" not in repr(messages.of("beta"))
    with pytest.raises(UnknownCorpError):
        corps(FakeClock()).of("beta")


@pytest.mark.parametrize("agent_id", [7, " 7 "])
def test_an_app_has_a_secret_of_its_own(agent_id: object) -> None:
    app = {"corp_id": "ww1", "agent_id": agent_id, "app_secret": "s3cr3t"}
    keep(json.dumps(app), "wecom-sync/acme/app")

    secret = secrets_of(AppSecret, FakeClock()).of("acme")

    assert secret == AppSecret("ww1", 7, "s3cr3t")
    assert "s3cr3t" not in repr(secret)


MALFORMED = {
    "nonsense": "JSON",
    "[]": "JSON",
    '{"corp_id": "ww1"}': "contact_secret",
    '{"contact_secret": "s3cr3t"}': "corp_id",
    '{"corp_id": " ", "contact_secret": "s3cr3t"}': "corp_id",
    '{"corp_id": "ww1", "contact_secret": 5}': "contact_secret",
    '{"corp_id": "ww1", "contact_secret": "s3cr3t", "proxy": "s3cr3t@proxy:8080"}': "proxy",
    '{"corp_id": "ww1", "callback_token": 1}': "callback_token",
    '{"corp_id": "ww1", "agent_id": "x", "app_secret": "s3cr3t"}': "agent_id",
    '{"corp_id": "ww1", "agent_id": true, "app_secret": "s3cr3t"}': "agent_id",
    '{"corp_id": "ww1", "agent_id": 7, "app_secret": ""}': "app_secret",
}


@pytest.mark.parametrize(("text", "named"), MALFORMED.items())
def test_a_malformed_secret_is_named_and_never_shown(text: str, named: str) -> None:
    kind: type[CorpSecret | MessagesSecret | AppSecret] = CorpSecret
    if named.startswith("callback") or "agent_id" in text:
        kind = AppSecret if "agent_id" in text else MessagesSecret
    keep(text, f"wecom-sync/acme{kind.SUFFIX}")

    with pytest.raises(SecretInvalidError) as caught:
        secrets_of(kind, FakeClock()).of("acme")

    assert named in str(caught.value.params["details"])
    assert "s3cr3t" not in repr(caught.value) + str(caught.value.params)


def secret(contact_secret: str) -> str:
    return json.dumps({"corp_id": "ww1", "contact_secret": contact_secret})


def test_a_secret_is_renewed_but_not_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    secrets = corps(clock)
    keep(secret("old"))
    assert secrets.of("acme").contact_secret == "old"
    keep(secret("new"))
    asked = looked_up(monkeypatch)

    assert secrets.of("acme").contact_secret == "old"
    assert [secrets.renewed("acme").contact_secret for _ in range(5)] == ["new"] * 5
    assert secrets.of("acme").contact_secret == "new"
    assert len(asked) == 1
    clock.now += SecretsManagerCorps.RENEW_SECONDS
    keep(secret("newer"))
    assert secrets.renewed("acme").contact_secret == "newer"


ANSWERED = {
    "remark_archived": ["InvalidObjectState: The operation is not valid for the class"],
    "remark_own_key": ["InvalidRequest: … using a form of Server Side Encryption. …"],
    "remark_kms_key": [
        "AccessDenied: … not authorized to perform: kms:Decrypt on …",
        "AccessDenied: The ciphertext refers to a customer master …",
        "KMS.DisabledException: … is disabled.",
    ],
    None: [
        "KMS.ThrottlingException: Rate exceeded",
        "AccessDenied: … not authorized to perform: s3:GetObject on …",
        "InvalidRequest: Please use AWS4-HMAC-SHA256.",
    ],
}
"""What S3 answers, by what people are told; None: it is tried again."""


@pytest.mark.parametrize("remark", ANSWERED)
def test_only_what_s3_hands_out_to_nobody_is_given_up(
    monkeypatch: pytest.MonkeyPatch, remark: str | None
) -> None:
    for text in ANSWERED[remark]:
        answer(monkeypatch, "GetObject", refuse("GetObject", *text.split(": ", 1)))
        with pytest.raises((ObjectUnreadableError, ClientError)) as caught:
            S3Drops(boto3.client("s3")).content("drops", "k", "")

        assert getattr(caught.value, "remark", None) == remark, text


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        ("", "https://bucket-name.s3.ap-southeast-1.amazonaws.com/k?"),
        ("http://emulator:4566", "http://emulator:4566/bucket-name/k?"),
    ],
)
def test_an_address_is_signed_as_new_buckets_want_it_and_names_the_region(
    endpoint: str, place: str
) -> None:
    variables = environment("desk", {"ReportBucket": "bucket-name", "DeskBaseUrl": "https://d"})
    settings = DeskSettings.from_env(variables | {"AWS_ENDPOINT_URL": endpoint})
    session = boto3.Session(region_name="ap-southeast-1")

    address = DeskAdapters(settings, session, print).desk_reports.address("k")

    assert address.startswith(place)
    assert "&X-Amz-Algorithm=AWS4-HMAC-SHA256&" in address


def test_a_secret_that_is_denied_may_be_read_later(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    secrets = corps(clock)
    keep(secret("s"))

    with monkeypatch.context() as patch:
        answer(patch, "GetSecretValue", refuse("GetSecretValue", "AccessDeniedException"))
        with pytest.raises(SecretUnreadableError) as refused:
            secrets.of("acme")

    assert refused.value.params == {"secret": "wecom-sync/acme", "cause": "AccessDeniedException"}
    assert secrets.of("acme").contact_secret == "s"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_subscription_with_the_filter_of_the_page_hears_of_one_corp(language: str) -> None:
    page = (ROOT / f"docs/{language}/how-to/deploy.md").read_text(encoding="utf-8")
    (attributes,) = re.findall(r"--attributes '(\{.*\})'", page)
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="runs")["TopicArn"]
    queue = sqs.create_queue(QueueName="acme")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    now = 0.0
    letters = Topic(
        sns, topic, Language.ENGLISH, lambda _: Policy(), lambda: now, lambda _: None, UTC
    )
    assert not letters.reaches("acme")
    subscribed = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], Attributes=json.loads(attributes)
    )
    assert letters.reaches("acme")

    letters.tell(altered(RUN, state=State.REJECTED, job=None))
    for corp, state in ("acme", State.FAILED), ("globex", State.HELD), ("acme", State.HELD):
        letters.tell(altered(RUN, corp=corp, state=state))

    heard = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    details = [json.loads(each["Body"])["MessageAttributes"] for each in heard]
    assert [{name: each[name]["Value"] for name in each} for each in details] == [
        {"corp": "acme", "state": "REJECTED", "job": "-"},
        {"corp": "acme", "state": "HELD", "job": "syncuser"},
    ]

    sns.unsubscribe(SubscriptionArn=subscribed["SubscriptionArn"])
    now = Topic.LISTENER_SECONDS - 1
    assert letters.reaches("acme")
    now += 1
    assert not letters.reaches("acme")
    sns.delete_topic(TopicArn=topic)
    # Nobody is said not to be reached because AWS cannot be asked.
    assert letters.reaches("acme")


def test_a_report_is_written_with_its_type() -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="reports")

    where = S3Reports(client, "reports").put("acme/r/results.csv", b"x", "text/csv")

    assert where == "s3://reports/acme/r/results.csv"
    head = client.head_object(Bucket="reports", Key="acme/r/results.csv")
    assert head["ContentType"] == "text/csv"


@pytest.mark.parametrize("is_first", [True, False])
def test_a_snapshot_is_changed_by_one_at_a_time(archive: S3Archive, is_first: bool) -> None:
    if not is_first:
        archive.change_snapshot("acme", lambda _: book_of({"u2": {"姓名": "first"}}))
    theirs = book_of({"u1": {"姓名": "theirs"}})

    def overtaken(_: Book) -> Book:
        archive.change_snapshot("acme", lambda _: theirs)
        return book_of({"u1": {"姓名": "ours"}})

    def answer_lost(_: Book) -> Book:
        ours = book_of({"u1": {"姓名": "anew"}})
        archive.change_snapshot("acme", lambda _: ours)
        return ours

    with pytest.raises(SnapshotMovedError):
        archive.change_snapshot("acme", overtaken)
    assert archive.snapshot("acme") == theirs
    archive.change_snapshot("acme", answer_lost)
    assert archive.snapshot("acme") == book_of({"u1": {"姓名": "anew"}})


@pytest.mark.parametrize("failure", [None, Reason("wecom_refused", {"errcode": 45026})])
def test_the_first_result_of_a_job_counts(archive: S3Archive, failure: Reason | None) -> None:
    assert archive.result(RUN) is None
    rows = (ResultRow("u1", 0, "ok", 2), ResultRow("张", 60104, "mobile existed"))
    received = ReceivedResult(JobResult(True, 0, "ok", rows), failure)
    lost = ReceivedResult(JobResult(True, 0, "", ()), Reason("result_lost"))

    assert archive.put_result(RUN, received) == received
    assert archive.put_result(RUN, lost) == received
    assert archive.result(RUN) == received
    assert archive.put_result(altered(RUN, job_id="another"), lost) == lost


def test_an_unknown_corp_is_asked_for_once_in_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    private, public, doctors = (corps(clock, is_public=it) for it in (False, True, True))
    asked = looked_up(monkeypatch)
    for secrets in (*[public] * 5, doctors):
        with pytest.raises(UnknownCorpError):
            secrets.of("acme")
    assert asked == ["wecom-sync/acme"] * 2
    with pytest.raises(UnknownCorpError):
        private.of("acme")

    keep(secret("s"))

    assert private.of("acme").contact_secret == "s"
    assert doctors.as_it_is("acme") == doctors.of("acme") == private.of("acme")
    clock.now += 299
    with pytest.raises(UnknownCorpError):
        public.of("acme")
    clock.now += 1
    assert public.of("acme").contact_secret == "s"
    boto3.client("secretsmanager").delete_secret(SecretId="wecom-sync/acme", RecoveryWindowInDays=7)
    with pytest.raises(UnknownCorpError):
        corps(FakeClock()).of("acme")


def test_a_malformed_secret_is_remembered_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    keep("nonsense")
    private, public = corps(clock), corps(clock, is_public=True)
    with pytest.raises(SecretInvalidError):
        private.of("acme")
    asked = looked_up(monkeypatch)
    for _ in range(5):
        with pytest.raises(SecretInvalidError):
            public.of("acme")
    assert len(asked) == 1

    keep(secret("s"))
    clock.now += SecretsManagerCorps.RENEW_SECONDS

    assert private.of("acme").contact_secret == "s"


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}}, "Publish")


LATER = [
    refusal(code) for code in ("NotFound", "AuthorizationError", "Throttling", "InternalFailure")
]
ENDPOINT = {"endpoint_url": "x"}
LETTER: list[tuple[Exception, type[Exception]]] = [
    (refusal("InvalidParameter"), ClientError),
    *((error, UnreachableError) for error in (*LATER, EndpointConnectionError(**ENDPOINT))),
    (ReadTimeoutError(**ENDPOINT), UnknownOutcomeError),
    (ConnectionClosedError(**ENDPOINT), UnknownOutcomeError),
]


@pytest.mark.parametrize(("error", "raised"), LETTER)
def test_trouble_of_letter_and_topic_differ(error: Exception, raised: type[Exception]) -> None:
    with pytest.raises(raised), telling():
        raise error
