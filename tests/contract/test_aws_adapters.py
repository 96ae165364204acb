"""The S3, SQS and Secrets Manager adapters on moto."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, datetime

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
from support.template import ROOT, create_on_moto
from wecom_sync.adapters.aws import telling, wiring
from wecom_sync.adapters.publisher import Topic
from wecom_sync.adapters.s3 import S3Drops, S3Reports
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.adapters.secrets_manager import SecretsManager, SecretsManagerCorps
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.domain.book import Book, File, KnownDepartment, Night, People, Person
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
from wecom_sync.domain.link import Candidate, Link
from wecom_sync.domain.messages import advance_message, expire_message
from wecom_sync.domain.outcome import JobResult, Kind, ReceivedResult, ResultRow
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.memory.sent import LeftRow, Sent
from wecom_sync.reporting.language import Language
from wecom_sync.wecom.credentials import CorpSecret, Credentials, MessagesSecret

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


def test_a_pinned_version_is_read_whatever_came_after() -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket="drops")
    client.put_bucket_versioning(Bucket="drops", VersioningConfiguration={"Status": "Enabled"})
    metadata = {"force": "true", "rollback-of": "a run", "retry-of": "another"}
    metadata |= {"asked": "2020-01-31T09:30:00Z", "base": "v7"}
    put = client.put_object(Bucket="drops", Key="k", Body=b"first", Metadata=metadata)
    first = put["VersionId"]
    client.put_object(Bucket="drops", Key="k", Body=b"second")
    client.delete_object(Bucket="drops", Key="k")
    drops = S3Drops(client)

    assert drops.content("drops", "k", first) == b"first"
    head = drops.head("drops", "k", first)
    assert (head.last_modified.utcoffset() is not None, head.size, head.forced) == (True, 5, True)
    assert (head.rollback_of, head.retry_of) == ("a run", "another")
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

    rows = (Row(2, "a", ("张三", "a")),)
    roster = Roster(Job.SYNC_USER, "UTF-8", ("姓名", "帐号"), rows, separator="-")
    sent = Sent(
        roster, frozenset({"b"}), frozenset({7}), frozenset({"a"}), "1a2b", frozenset({"c"}),
        frozenset({"d"}), {"a": Kind.ADD, "c": Kind.REMOVE}, {"c": "李四"},
        {"员工状态": ["离职"]},
        (Link("1", "a", "moved", ("name",), 2, "张三", "1",
              (Candidate("a", "张三", "1", ("name",), ("mobile",)),), "2"),),
        frozenset({"e"}), {"gone": 3}, {"removals": 50}, (LeftRow(3, "f", "王五"),),
            {2: "1042"}, {"a": "139****0001 → 139****0002"},
    )  # fmt: skip
    assert all(getattr(sent, each.name) for each in fields(sent))
    archive.put_sent(run, sent)
    kept = Book(
        People.of([Person("a", "1001", {"姓名": "张三"}, {"禁用": "1"}, False, 6.5, 7.123, 5.0, 4.0,
                          3.0, 2.0, True, True, "5e6f", 9.5, ("mobile", "mail"), {"姓名": "张"})]),
        {7: KnownDepartment(7, ("code:D1",), {"部门名称": "根"}, condemned=True, sure=False)},
        (File("r1", Job.SYNC_USER, "acme/syncuser/s.csv", 8.5, "1a2b", "applied"),),
        {"员工状态": ["离职"]},
        {"1002": "b", "1003": "-"}, 10.5, {"示例公司/外包": 9}, "-",
        {"r1": {"code:D1": 7}}, {"1004": "a;b"}, ("desk-*",), 11.5, "AWS:hr",
        {"removals": 50}, (Night("r1", 8.5, {"gone": 3}, approved=True),), {"1005": "c"},
            {"1003": "AWS:it"}, {"1006,d": "AWS:it"}, "v3", "AWS:it", 12.5,
    )  # fmt: skip
    assert all(getattr(kept, each.name) for each in fields(kept))
    archive.change_snapshot("acme", lambda _: kept)

    assert archive.sent(run) == sent
    archive.put_sent(run, Sent(roster))
    assert archive.sent(run) == Sent(roster)
    assert archive.snapshot("acme") == kept
    assert archive.corps() == ["acme"]


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


def test_what_a_held_plan_would_take_away_is_kept_for_that_plan_only(archive: S3Archive) -> None:
    assert archive.stakes(RUN, "digest") is None

    stakes = {"remove": {"a": "", "b": ""}, "move": {"c": "1;2"}, "invite": {}}
    archive.put_stakes(RUN, "digest", stakes)

    assert archive.stakes(RUN, "digest") == stakes
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
    assert json.loads(sent[0].body) == {"kind": "advance", "corp": "acme", "run_id": "r"}


def test_a_message_is_json_and_one_for_later_than_five_minutes_is_left_to_the_sweep() -> None:
    client = boto3.client("sqs")
    url = create_on_moto()["SubmitQueue"]
    queue = SqsQueue(client, url)

    queue.send({"名": 1})
    queue.send({"kind": "late"}, 300)
    queue.send({"kind": "later"}, 301)

    (message,) = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"]) == {"名": 1}
    delayed = client.get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert delayed["Attributes"]["ApproximateNumberOfMessagesDelayed"] == "1"


def corps(clock: FakeClock, *, is_public: bool = False) -> SecretsManagerCorps[CorpSecret]:
    return secrets_of(CorpSecret, clock, is_public=is_public)


def secrets_of[S: CorpSecret | MessagesSecret](
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
    assert (messages.of("acme").callback, messages.of("acme").robot_webhook) == (None, "")
    assert messages.of("beta").callback == Credentials("t", "k", "ww2")
    assert messages.of("beta").robot_webhook == "https://x"
    assert "https://x" not in repr(messages.of("beta"))
    with pytest.raises(UnknownCorpError):
        corps(FakeClock()).of("beta")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("nonsense", "JSON"),
        ("[]", "JSON"),
        ('{"corp_id": "ww1"}', "contact_secret"),
        ('{"contact_secret": "s3cr3t"}', "corp_id"),
        ('{"corp_id": " ", "contact_secret": "s3cr3t"}', "corp_id"),
        ('{"corp_id": "ww1", "contact_secret": 5}', "contact_secret"),
        ('{"corp_id": "ww1", "callback_token": 1}', "callback_token"),
    ],
)
def test_a_malformed_secret_is_named_and_never_shown(text: str, named: str) -> None:
    kind = MessagesSecret if named.startswith("callback") else CorpSecret
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


@pytest.mark.parametrize(
    ("answered", "remark"),
    [
        ("InvalidObjectState: The operation is not valid for the class", "remark_archived"),
        ("InvalidRequest: … using a form of Server Side Encryption. …", "remark_own_key"),
        ("AccessDenied: … not authorized to perform: kms:Decrypt on …", "remark_kms_key"),
        ("AccessDenied: The ciphertext refers to a customer master …", "remark_kms_key"),
        ("KMS.DisabledException: … is disabled.", "remark_kms_key"),
        ("KMS.ThrottlingException: Rate exceeded", None),
        ("AccessDenied: … not authorized to perform: s3:GetObject on …", None),
        ("InvalidRequest: Please use AWS4-HMAC-SHA256.", None),
    ],
)
def test_only_what_s3_hands_out_to_nobody_is_given_up(
    monkeypatch: pytest.MonkeyPatch, answered: str, remark: str | None
) -> None:
    answer(monkeypatch, "GetObject", refuse("GetObject", *answered.split(": ", 1)))

    with pytest.raises((ObjectUnreadableError, ClientError)) as caught:
        S3Drops(boto3.client("s3")).content("drops", "k", "")

    assert getattr(caught.value, "params", {}).get("remark") == remark


def test_only_an_emulator_is_spoken_to_by_path() -> None:
    plain = boto3.client("s3", **wiring(None))
    emulated = boto3.client("s3", **wiring("http://emulator:4566"))

    url = "generate_presigned_url"
    arguments = {"Params": {"Bucket": "bucket-name", "Key": "k"}}
    assert getattr(plain, url)("get_object", **arguments).startswith("https://bucket-name.s3")
    assert "emulator:4566/bucket-name/k" in getattr(emulated, url)("get_object", **arguments)


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
    letters = Topic(sns, topic, Language.ENGLISH, lambda _: Policy(), lambda: now)
    assert not letters.reaches("acme")
    subscribed = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"], Attributes=json.loads(attributes)
    )
    assert letters.reaches("acme")

    for corp, state, job in (
        ("acme", State.REJECTED, None),
        ("acme", State.FAILED, Job.SYNC_USER),
        ("globex", State.HELD, Job.SYNC_USER),
        ("acme", State.HELD, Job.SYNC_USER),
    ):
        letters.tell(altered(RUN, corp=corp, state=state, job=job))

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


def test_an_unknown_corp_is_asked_for_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FakeClock()
    private, public = corps(clock), corps(clock, is_public=True)
    asked = looked_up(monkeypatch)
    for _ in range(5):
        with pytest.raises(UnknownCorpError):
            public.of("acme")
    assert asked == ["wecom-sync/acme"]
    with pytest.raises(UnknownCorpError):
        private.of("acme")

    keep(secret("s"))

    assert private.of("acme").contact_secret == "s"
    clock.now += SecretsManagerCorps.MISS_SECONDS + 1
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


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (refusal("InvalidParameter"), ClientError),
        (refusal("NotFound"), UnreachableError),
        (refusal("AuthorizationError"), UnreachableError),
        (refusal("Throttling"), UnreachableError),
        (refusal("InternalFailure"), UnreachableError),
        (ReadTimeoutError(endpoint_url="x"), UnknownOutcomeError),
        (ConnectionClosedError(endpoint_url="x"), UnknownOutcomeError),
        (EndpointConnectionError(endpoint_url="x"), UnreachableError),
    ],
)
def test_trouble_of_letter_and_topic_differ(error: Exception, raised: type[Exception]) -> None:
    with pytest.raises(raised), telling():
        raise error
