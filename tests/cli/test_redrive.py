"""Dead letters on moto: what is shown of them, what is not, and where they go back to."""

import io
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import boto3
import pytest
from moto import mock_aws

from support.composition import built
from support.console import Said
from support.dropped import drop_at, run_at
from support.fakes import START, FakeClock
from support.template import create_on_moto
from support.world import s3_event
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run, State
from wecom_sync_tools.stack.dead_letters import DeadLetterQueue, look
from wecom_sync_tools.stack.target import Target

GONE = "20260102T030405Z-0123456789ab"


@dataclass
class Stack:
    """A stack whose functions are out of order: nobody takes its messages."""

    names: dict[str, str]
    store: DynamoStore
    calls: list[str] = field(default_factory=list)

    def sweep(self, FunctionName: str, Payload: str) -> dict[str, object]:  # noqa: N803
        """Do what Lambda does when the sweep function is invoked, with no time to spare."""
        assert json.loads(Payload) == {"redrive": True}
        self.calls.append(FunctionName)
        use_cases = built("sweep", lambda _: {}, self.names, boto3.Session())
        answer = use_cases.redrive.redrive(lambda: 0)._asdict()
        return {"Payload": io.BytesIO(json.dumps(answer).encode())}

    def run(self, number: int = 1) -> Run:
        key, version = "acme/syncuser/张三.csv", f"v{number}"
        times = dict.fromkeys(("dropped", "created", "updated"), START) | {"due": START + 300}
        drop = drop_at(key, START + number, version)
        run = run_at(key, START + number, version=version, **times)
        return self.store.move(self.store.create(run, drop), State.QUEUED)

    def submitted(self) -> Run:
        return self.store.move(
            self.store.move(self.run(), State.SUBMITTING), State.SUBMITTED, job_id="3_1_1"
        )

    def put(self, queue: str, message: object) -> None:
        body = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        boto3.client("sqs").send_message(QueueUrl=self.names[queue], MessageBody=body)

    def hidden(self, queue: str) -> int:
        """Count the messages that somebody has taken and not deleted."""
        name: Literal["ApproximateNumberOfMessagesNotVisible"] = (
            "ApproximateNumberOfMessagesNotVisible"
        )
        answer = boto3.client("sqs").get_queue_attributes(
            QueueUrl=self.names[queue], AttributeNames=[name]
        )
        return int(answer["Attributes"][name])

    def taken(self, queue: str) -> list[str]:
        """Take everything that lies in a queue."""
        sqs = boto3.client("sqs")
        bodies = []
        while batch := sqs.receive_message(
            QueueUrl=self.names[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0
        ).get("Messages"):
            bodies += [message["Body"] for message in batch]
        return bodies


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Stack]:
    monkeypatch.setenv("WECOM_SYNC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WECOM_SYNC_STACK", "wecom-sync")
    monkeypatch.setenv("WECOM_SYNC_LANG", "en")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    outputs = {"DropBucketName": "d", "ReportBucketName": "r", "TableName": {"Ref": "RunTable"}}
    with mock_aws():
        names = create_on_moto(outputs)
        store = DynamoStore(boto3.client("dynamodb"), names["RunTable"], FakeClock(), 40_000)
        stack = Stack(names, store)
        monkeypatch.setattr(Target, "functions", SimpleNamespace(invoke=stack.sweep))
        resources = Target.resources
        monkeypatch.setattr(
            Target,
            "resources",
            lambda target, kind: (
                {"SweepFunction": "the-sweep"} if "Lambda" in kind else resources(target, kind)
            ),
        )
        yield stack


def subjects(document: Any) -> list[tuple[Any, ...]]:
    names = ("queue", "kind", "corp", "run_id", "state")
    return [tuple(message[name] for name in names) for message in document["messages"]]


def test_a_message_is_shown_with_its_queue_run_and_tries(stack: Stack, output: Said) -> None:
    run = stack.submitted()
    run_id = run.run_id
    stack.put("SubmitDeadLetterQueue", {"kind": "advance", "run_id": run_id})
    stack.put("ResultsDeadLetterQueue", {"kind": "check", "run_id": GONE, "check": 0})
    corp_event = {"kind": "callback", "corp": "acme", "run_id": "", "encrypt": "…"}
    stack.put("ResultsDeadLetterQueue", corp_event)
    stack.put("PublishDeadLetterQueue", {"kind": "tell", "run_id": run_id, "channel": "robot"})
    stack.put("PublishDeadLetterQueue", {"kind": "tell", "corp": "acme", "channel": "bus"})
    stack.put("PublishDeadLetterQueue", {"version": "1.0", "DDBStreamBatchInfo": {"shardId": "s"}})

    document = output.json("redrive")

    assert subjects(document) == [
        ("PublishDeadLetterQueue", "tell", "acme", run_id, "SUBMITTED"),
        ("PublishDeadLetterQueue", "tell", "acme", None, None),
        ("PublishDeadLetterQueue", "publish", None, None, None),
        ("ResultsDeadLetterQueue", "check", None, GONE, None),
        ("ResultsDeadLetterQueue", "callback", "acme", None, None),
        ("SubmitDeadLetterQueue", "advance", "acme", run_id, "SUBMITTED"),
    ]
    first = document["messages"][0]
    assert first["returns_to"] == "PublishQueue"
    assert first["received"] == 1
    sent = datetime.fromisoformat(first["sent"])
    assert abs((datetime.now(UTC) - sent).total_seconds()) < 60
    assert document["returned"] == 0
    assert stack.calls == []


def test_nothing_of_a_message_nobody_understands_is_shown(stack: Stack, output: Said) -> None:
    bodies = (
        "员工张三 13800000000", "[]", "null", '{"kind": "13800000000", "run_id": "13800000000"}',
        '{"kind": ["advance"]}', '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        '{"Records": 7}', '{"Service": "Amazon S3", "Event": "s3:TestEvent"}',
    )  # fmt: skip
    kinds = ("advance", "callback", "tell")
    named = dict.fromkeys(("run_id", "corp", "news", "job_id"), "张三")
    for body in (*bodies, *({"kind": kind, **named} for kind in kinds)):
        stack.put("SubmitDeadLetterQueue", body)

    document = output.json("redrive")

    assert {subject[1:] for subject in subjects(document)} == {
        (kind, None, None, None) for kind in (*kinds, "other")
    }
    assert len(document["messages"]) == len(bodies) + len(kinds)
    assert "张三" not in json.dumps(document, ensure_ascii=False)


@pytest.mark.parametrize("option", ["--yes", "--return"])
def test_returned_messages_go_back_unchanged(stack: Stack, output: Said, option: str) -> None:
    advances = [json.dumps({"kind": "advance", "run_id": f"{number}"}) for number in range(12)]
    poison = "员工张三"
    for body in (*advances, poison):
        stack.put("SubmitDeadLetterQueue", body)
    assert [len(output.json("redrive")["messages"]) for _ in range(2)] == [13, 13]
    check = {"kind": "check", "run_id": GONE, "check": 0}
    stack.put("ResultsDeadLetterQueue", check)
    stack.put("PublishDeadLetterQueue", {"kind": "tell", "run_id": GONE, "channel": "bus"})

    document = output.json("redrive", option)

    assert document["returned"] == 15
    assert len(document["messages"]) == 15
    assert set(stack.calls) == {"the-sweep"}
    assert len(stack.calls) > 1
    assert sorted(stack.taken("SubmitQueue")) == sorted([*advances, poison])
    assert [json.loads(body) for body in stack.taken("ResultsQueue")] == [check]
    assert output.json("redrive")["messages"] == []
    for queue in ("SubmitDeadLetterQueue", "ResultsDeadLetterQueue", "PublishDeadLetterQueue"):
        assert stack.hidden(queue) == 0


def test_a_sweep_may_fail(stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> dict[str, object]:
        answer = io.BytesIO(b'{"errorType": "ClientError", "errorMessage": "x"}')
        return {"FunctionError": "Unhandled", "Payload": answer}

    monkeypatch.setattr(Target, "functions", SimpleNamespace(invoke=fail))

    complaint = output.complaint("redrive", "--return", code=1)

    assert "AWS did not do it." in complaint
    assert "the-sweep: ClientError" in complaint


def test_a_drop_is_shown_with_its_run_and_without_its_file_name(stack: Stack, output: Said) -> None:
    run = stack.run()
    stack.put("SubmitDeadLetterQueue", s3_event(run.key, run.version, START))
    stack.put("SubmitDeadLetterQueue", s3_event("beta/syncuser/李四.csv", "v9", START))
    stack.put("SubmitDeadLetterQueue", s3_event("王五/syncuser/x.csv", "v9", START))

    texts = [output("redrive", "--json"), output("redrive")]

    assert subjects(json.loads(texts[0])) == [
        ("SubmitDeadLetterQueue", "drop", "acme", run.run_id, "QUEUED"),
        ("SubmitDeadLetterQueue", "drop", "beta", None, None),
        ("SubmitDeadLetterQueue", "drop", None, None, None),
    ]
    for text in texts:
        assert run.run_id[-12:] in text
        assert not [word for word in ("张三", "李四", "王五", "%E5", ".csv") if word in text]


def test_a_look_at_a_long_queue_comes_to_an_end() -> None:
    numbers = itertools.cycle(range(30))

    def receive(**_: object) -> dict[str, object]:
        attributes = {"ApproximateReceiveCount": "6", "SentTimestamp": "0"}
        ten = [str(next(numbers)) for _ in range(10)]
        return {
            "Messages": [
                {"MessageId": it, "ReceiptHandle": it, "Body": "{}", "Attributes": attributes}
                for it in ten
            ]
        }

    sqs = SimpleNamespace(receive_message=receive, change_message_visibility_batch=lambda **_: None)
    target: Any = SimpleNamespace(sqs=sqs, store=None)

    assert len(look(target, DeadLetterQueue("dead", "dead-url", "live"))) == 30


@pytest.mark.parametrize(
    ("language", "notice", "returned"),
    [("en", "--return", "Messages sent back: 1."), ("zh", "共 1 条死信", "已送回 1 条消息。")],
)
def test_a_person_is_told_what_lies_there_and_what_to_do_in_80_columns(
    stack: Stack, output: Said, monkeypatch: pytest.MonkeyPatch,
    *, language: str, notice: str, returned: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("COLUMNS", "80")
    if language == "en":
        assert "There are no dead letters." in output("redrive")
        assert "[--return]" in output("redrive", "--help")
    run = stack.submitted()
    stack.put("ResultsDeadLetterQueue", {"kind": "callback", "run_id": run.run_id})

    out = output("redrive", "--lang", language)

    header, line, *_ = out.splitlines()
    assert "…" not in header + line
    assert re.search(r" \d{4}-\d\d-\d\d \d\d:\d\d$", line.rstrip())
    assert re.search(r"[+-]\d\d:\d\d$", header.rstrip())
    for word in ("ResultsQueue", "callback", run.run_id[-12:], "SUBMITTED", notice):
        assert word in out
    assert returned in output("redrive", "--yes", "--lang", language)
