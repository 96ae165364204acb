"""Dead letters on moto: what is shown of them and what is not, and who sends them back."""

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from support.console import Said
from support.dropped import drop_at, move, run_at
from support.fakes import START, FakeClock
from support.template import create_on_moto
from support.world import s3_event
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync_tools.stack.dead_letters import DeadLetterQueue, look
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
        """Make a run that WeCom imports."""
        store = DynamoStore(boto3.client("dynamodb"), self.names["RunTable"], FakeClock(), 40_000)
        key = "acme/syncuser/张三.csv"
        run = store.create(run_at(key, START, version="v1"), drop_at(key, START, "v1"))
        for state in (State.QUEUED, State.SUBMITTING):
            run = store.move(run, state)
        return move(store, run, State.SUBMITTED, job_id="3_1_1")

    def put(self, queue: str, message: object) -> None:
        body = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        boto3.client("sqs").send_message(QueueUrl=self.names[queue], MessageBody=body)


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> Iterator[Letters]:
    monkeypatch.setenv("WECOM_SYNC_STACK", "wecom-sync")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    outputs = {"DropBucketName": "d", "ReportBucketName": "r", "TableName": {"Ref": "RunTable"}}
    resources = Target.resources
    with mock_aws():
        letters = Letters(create_on_moto(outputs))
        monkeypatch.setattr(Target, "functions", letters)
        monkeypatch.setattr(
            Target,
            "resources",
            lambda target, kind: (
                {"SweepFunction": "the-sweep"} if "Lambda" in kind else resources(target, kind)
            ),
        )
        yield letters


def subjects(document: Any) -> list[tuple[Any, ...]]:
    names = ("queue", "kind", "corp", "run_id", "state")
    return [tuple(message[name] for name in names) for message in document["messages"]]


def test_a_message_is_shown_with_its_queue_run_and_tries(letters: Letters, output: Said) -> None:
    run_id = letters.run().run_id
    letters.put("SubmitDeadLetterQueue", {"kind": "advance", "run_id": run_id})
    letters.put("ResultsDeadLetterQueue", {"kind": "check", "run_id": GONE, "check": 0})
    corp_event = {"kind": "callback", "corp": "acme", "run_id": "", "encrypt": "…"}
    letters.put("ResultsDeadLetterQueue", corp_event)
    letters.put("PublishDeadLetterQueue", {"kind": "tell", "run_id": run_id, "channel": "robot"})
    letters.put("PublishDeadLetterQueue", {"kind": "tell", "corp": "acme", "channel": "bus"})
    letters.put("PublishDeadLetterQueue", {"version": "1.0", "DDBStreamBatchInfo": {}})

    document, again = output.json("redrive"), output.json("redrive")

    assert subjects(document) == subjects(again) == [
        ("PublishDeadLetterQueue", "tell", "acme", run_id, "SUBMITTED"),
        ("PublishDeadLetterQueue", "tell", "acme", None, None),
        ("PublishDeadLetterQueue", "publish", None, None, None),
        ("ResultsDeadLetterQueue", "check", None, GONE, None),
        ("ResultsDeadLetterQueue", "callback", "acme", None, None),
        ("SubmitDeadLetterQueue", "advance", "acme", run_id, "SUBMITTED"),
    ]  # fmt: skip
    first = document["messages"][0]
    assert (first["returns_to"], first["received"]) == ("PublishQueue", 1)
    sent = datetime.fromisoformat(first["sent"])
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60
    assert document["returned"] == 0


def test_nothing_of_a_message_nobody_understands_is_shown(letters: Letters, output: Said) -> None:
    bodies = (
        "员工张三 13800000000", "[]", "null", '{"kind": "13800000000", "run_id": "13800000000"}',
        '{"kind": ["advance"]}', '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        '{"Records": 7}', '{"Service": "Amazon S3", "Event": "s3:TestEvent"}',
    )  # fmt: skip
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
        ("SubmitDeadLetterQueue", "drop", "acme", run.run_id, "SUBMITTED"),
        ("SubmitDeadLetterQueue", "drop", "beta", None, None),
        ("SubmitDeadLetterQueue", "drop", None, None, None),
    ]
    for text in texts:
        assert run.run_id[-12:] in text
        assert not [word for word in ("张三", "李四", "王五", "%E5", ".csv") if word in text]


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


def test_a_look_at_a_long_queue_comes_to_an_end() -> None:
    numbers = itertools.cycle(range(30))

    def receive(**_: object) -> dict[str, object]:
        about = {"Body": "{}", "Attributes": {"ApproximateReceiveCount": "6", "SentTimestamp": "0"}}
        ten = [str(next(numbers)) for _ in range(10)]
        return {"Messages": [{"MessageId": it, "ReceiptHandle": it, **about} for it in ten]}

    sqs = SimpleNamespace(receive_message=receive, change_message_visibility_batch=lambda **_: None)
    target: Any = SimpleNamespace(sqs=sqs, store=None)

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
    letters.put("ResultsDeadLetterQueue", {"kind": "callback", "run_id": run.run_id})
    letters.answers = [{"returned": 1, "left": False}]

    out = output("redrive", "--lang", language)

    header, line, *_ = out.splitlines()
    assert "…" not in header + line
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d$", line.rstrip())
    assert re.search(r"[+-]\d\d:\d\d$", header.rstrip())
    for word in ("ResultsQueue", "callback", run.run_id[-12:], "SUBMITTED", notice):
        assert word in out
    assert returned in output("redrive", "--yes", "--lang", language)
