"""Dead letters on moto: what is shown of them and what is not, and who sends them back."""

import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
import pytest
from moto import mock_aws

from support.console import Said
from support.dropped import run_at
from support.fakes import START
from support.template import create_on_moto
from support.world import s3_event
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.reporting.documents import report_name
from wecom_sync.reporting.language import Language
from wecom_sync.reporting.run_pages import RUN_PAGE, page_bytes, run_page
from wecom_sync_tools.stack.dead_letters import DeadLetterQueue, look
from wecom_sync_tools.stack.documents import ReportBucket
from wecom_sync_tools.stack.target import Target

GONE = "20260102T030405Z-0123456789ab"
pytestmark = pytest.mark.usefixtures("command_environment")


@dataclass
class Letters:
    """A stack whose functions are out of order: nobody takes its messages.

    `answers` are what the sweep function says when it is invoked, one after the other.
    """

    names: dict[str, str]
    answers: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, object]:  # noqa: N803 - the SDK's
        assert (FunctionName, json.loads(Payload)) == ("the-sweep", {"redrive": True})
        return {"Payload": io.BytesIO(json.dumps(self.answers.pop(0)).encode())}

    def run(self) -> Run:
        """Publish a run that WeCom imports."""
        run = run_at("acme/syncuser/张三.csv", START, version="v1", state=State.SUBMITTED)
        page = page_bytes(run_page(run, (), (), Language.ENGLISH))
        boto3.client("s3").put_object(Bucket="reports", Key=report_name(run, RUN_PAGE), Body=page)
        return run

    def put(self, queue: str, message: object) -> None:
        body = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        boto3.client("sqs").send_message(QueueUrl=self.names[queue], MessageBody=body)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    monkeypatch.setenv("WECOM_SYNC_STACK", "wecom-sync")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    outputs = {
        "DropBucketName": "d",
        "ReportBucketName": "reports",
        "TableName": {"Ref": "RunTable"},
    }
    resources = Target.resources

    def listed(target: Target, kind: str) -> Mapping[str, str]:
        return {"SweepFunction": "the-sweep"} if "Lambda" in kind else resources(target, kind)

    with mock_aws():
        letters = Letters(create_on_moto(outputs))
        boto3.client("s3").create_bucket(Bucket="reports")
        monkeypatch.setattr(Target, "functions", letters)
        monkeypatch.setattr(Target, "resources", listed)
        yield letters


def subjects(document: Any) -> list[tuple[Any, ...]]:
    names = ("kind", "corp", "run_id", "state")
    return [
        (it["queue"].removesuffix("DeadLetterQueue"), *(it[name] for name in names))
        for it in document["messages"]
    ]


def test_a_message_is_shown_with_its_queue_run_and_tries(letters: Letters, output: Said) -> None:
    run_id = letters.run().run_id
    letters.put("SubmitDeadLetterQueue", {"kind": "advance", "corp": "acme", "run_id": run_id})
    letters.put(
        "ResultsDeadLetterQueue", {"kind": "check", "corp": "acme", "run_id": GONE, "check": 0}
    )
    corp_event = {"kind": "callback", "corp": "acme", "run_id": "", "encrypt": "…"}
    letters.put("ResultsDeadLetterQueue", corp_event)
    for news in (
        {"corp": "acme", "run_id": run_id, "channel": "robot"},
        {"corp": "acme", "channel": "bus"},
    ):
        letters.put("PublishDeadLetterQueue", {"kind": "tell", **news})
    letters.put("PublishDeadLetterQueue", {"version": "1.0", "DDBStreamBatchInfo": {}})

    document, again = output.json("redrive"), output.json("redrive")

    expected = [
        ("Publish", "tell", "acme", run_id, "SUBMITTED"),
        ("Publish", "tell", "acme", None, None),
        ("Publish", "publish", None, None, None),
        ("Results", "check", "acme", GONE, None),
        ("Results", "callback", "acme", None, None),
        ("Submit", "advance", "acme", run_id, "SUBMITTED"),
    ]
    assert subjects(document) == subjects(again) == expected
    first = document["messages"][0]
    assert (first["returns_to"], first["received"]) == ("PublishQueue", 1)
    sent = datetime.fromisoformat(first["sent"])
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60
    assert document["returned"] == 0


def test_nothing_of_a_message_nobody_understands_is_shown(letters: Letters, output: Said) -> None:
    objects = [{"kind": "138", "run_id": "138"}, {"kind": ["advance"]}, {"Records": 7}]
    of_s3 = [{"Records": [{"eventName": "ObjectCreated:Put"}]}, {"Event": "s3:TestEvent"}]
    bodies = ("员工张三 13800000000", "[]", "null", *objects, *of_s3)
    kinds = ("advance", "callback", "tell")
    named = dict.fromkeys(("run_id", "corp", "news", "job_id"), "张三")
    for body in (*bodies, *({"kind": kind, **named} for kind in kinds)):
        letters.put("SubmitDeadLetterQueue", body)

    document = output.json("redrive")

    assert {subject[1:] for subject in subjects(document)} == {
        (kind, None, None, None) for kind in (*kinds, "other")
    }
    assert len(document["messages"]) == len(bodies) + len(kinds)
    assert "张三" not in json.dumps(document, ensure_ascii=False)


def test_a_drop_is_shown_with_its_run_and_without_its_file_name(
    letters: Letters, output: Said
) -> None:
    run = letters.run()
    letters.put("SubmitDeadLetterQueue", s3_event(run.key, run.identity.version, START))
    letters.put("SubmitDeadLetterQueue", s3_event("beta/syncuser/李四.csv", "v9", START))
    letters.put("SubmitDeadLetterQueue", s3_event("王五/syncuser/x.csv", "v9", START))

    texts = [output("redrive", "--json"), output("redrive")]

    assert subjects(json.loads(texts[0])) == [
        ("Submit", "drop", "acme", run.run_id, "SUBMITTED"),
        ("Submit", "drop", "beta", None, None),
        ("Submit", "drop", None, None, None),
    ]
    for text in texts:
        assert run.run_id[-12:] in text
        assert not [word for word in ("张三", "李四", "王五", "%E5", ".csv") if word in text]


def test_the_runs_of_a_corp_are_listed_once_however_many_of_its_drops_are_dead(
    letters: Letters, output: Said
) -> None:
    run = letters.run()
    for version in (run.identity.version, "v8", "v9"):
        letters.put("SubmitDeadLetterQueue", s3_event(run.key, version, START))

    lists = ReportBucket._listed
    with patch.object(ReportBucket, "_listed", autospec=True, side_effect=lists) as counted:
        document = output.json("redrive")

    assert [run_id for *_, run_id, _ in subjects(document)] == [run.run_id, None, None]
    assert counted.call_count == 1


@pytest.mark.parametrize("option", ["--yes", "--return"])
def test_the_sweep_function_returns_them_until_nothing_is_left(
    letters: Letters, output: Said, option: str
) -> None:
    letters.put("SubmitDeadLetterQueue", "员工张三")
    letters.answers = [{"returned": 10, "left": True}, {"returned": 5, "left": False}]

    document = output.json("redrive", option)

    assert (document["returned"], len(document["messages"]), letters.answers) == (15, 1, [])
    letters.answers = [{"errorType": "ClientError", "errorMessage": "x"}]
    complaint = output.complaint("redrive", option, code=1)
    assert "AWS did not do it." in complaint
    assert "the-sweep: ClientError" in complaint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"stored": {"corp": "acme"}}'])
def test_messages_of_a_run_whose_page_is_damaged_are_listed_all_the_same(
    letters: Letters, output: Said, content: bytes
) -> None:
    run = letters.run()
    name = report_name(run, RUN_PAGE)
    boto3.client("s3").put_object(Bucket="reports", Key=name, Body=content)
    letters.put("SubmitDeadLetterQueue", advance_message("acme", run.run_id))

    (message,) = output.json("redrive")["messages"]

    assert (message["run_id"], message["state"]) == (run.run_id, None)


def test_a_look_at_a_long_queue_comes_to_an_end() -> None:
    numbers = itertools.cycle(range(30))

    def receive(**_: object) -> dict[str, object]:
        about = {"Body": "{}", "Attributes": {"ApproximateReceiveCount": "6", "SentTimestamp": "0"}}
        ten = [str(next(numbers)) for _ in range(10)]
        return {"Messages": [{"MessageId": it, "ReceiptHandle": it, **about} for it in ten]}

    sqs = SimpleNamespace(receive_message=receive, change_message_visibility_batch=lambda **_: None)
    target: Any = SimpleNamespace(sqs=sqs, documents=None)

    assert len(look(target, DeadLetterQueue("dead", "dead-url", "live"))) == 30


@pytest.mark.parametrize(
    ("language", "notice", "returned"),
    [("en", "--return", "Messages sent back: 1."), ("zh", "共 1 条死信", "已送回 1 条消息。")],
)
def test_a_person_is_told_what_lies_there_and_what_to_do_in_80_columns(
    letters: Letters, output: Said, language: str, notice: str, returned: str
) -> None:
    if language == "en":
        assert "There are no dead letters." in output("redrive")
    run = letters.run()
    letters.put(
        "ResultsDeadLetterQueue", {"kind": "callback", "corp": "acme", "run_id": run.run_id}
    )
    letters.answers = [{"returned": 1, "left": False}]

    out = output("redrive", "--lang", language)

    header, line, *_ = out.splitlines()
    assert "…" not in header + line
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d$", line.rstrip())
    assert re.search(r"[+-]\d\d:\d\d$", header.rstrip())
    for word in ("ResultsQueue", "callback", run.run_id[-12:], "SUBMITTED", notice):
        assert word in out
    assert returned in output("redrive", "--yes", "--lang", language)
