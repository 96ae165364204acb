"""The functions behind their handlers, on moto and the simulator, as far as moto goes."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from moto import mock_aws

from support import events
from support.composition import FUNCTIONS
from support.template import create_on_moto, environment
from support.world import members
from wecom_simulator import Simulator
from wecom_sync.adapters.dynamodb_items import item_key, wire
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.run import Run
from wecom_sync.handler import logger
from wecom_sync_tools.local.corps import known_corp
from wecom_sync_tools.local.known_corp import DROP_BUCKET, SECRET

DESK_BASE_URL = "https://desk.example"
MASTER = "master-secret-of-the-stack"
HANDLERS = {name: module.lambda_handler for name, module in FUNCTIONS.items()}
OTHERS = (module for name, module in FUNCTIONS.items() if name != "callback")
BUILT = (FUNCTIONS["callback"].callbacks, *(module.use_cases for module in OTHERS))
DROPPED = {
    "submit-drop.json": events.MEMBERS_KEY,
    "submit-drop-encoded-key.json": events.ENCODED_KEY,
}


class Context:
    function_name = "function"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        return 100_000


@dataclass
class Functions:
    """The functions of a stack, called as Lambda calls them."""

    wecom: Simulator
    names: dict[str, str]

    @property
    def store(self) -> DynamoStore:
        return DynamoStore(
            boto3.client("dynamodb"), self.names["RunTable"], self.wecom.clock.now, 400
        )

    @property
    def run(self) -> Run:
        (run,) = self.store.runs_of_corp("acme", 10)
        return run

    def invoke(self, name: str) -> Any:
        """Invoke the function that a file's name begins with."""
        return self.call(name.partition("-")[0], events.of_file(name))

    def submit(self, name: str, content: str = members("anna")) -> Any:
        """Put the object that an event's file names, and invoke the function."""
        self.put(DROPPED[name], content.encode())
        return self.take_in(name)

    def take_in(self, name: str) -> Any:
        """Invoke the function with a drop, then with the message of the run that was made."""
        return self.take(events.of_file(name))

    def take(self, event: dict[str, Any]) -> Any:
        answer = self.call("submit", event)
        for message in self.messages("SubmitQueue"):
            self.call("submit", events.sqs("SubmitQueue", message))
        return answer

    def call(self, function: str, event: dict[str, Any]) -> Any:
        return HANDLERS[function](event, Context())

    def put(self, key: str, content: bytes) -> None:
        boto3.client("s3").put_object(Bucket=DROP_BUCKET, Key=key, Body=content)

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """Take every message of a queue, delayed ones included."""
        sqs = boto3.client("sqs")
        response = sqs.receive_message(
            QueueUrl=self.names[queue], MaxNumberOfMessages=10, WaitTimeSeconds=0
        )
        return [json.loads(message["Body"]) for message in response.get("Messages", [])]


def spoil(table: str, run: Run, **attributes: Any) -> None:
    """Let the item of a run be another than what this version writes."""
    client, key = boto3.client("dynamodb"), wire(item_key("RUN", run.run_id))
    item = client.get_item(TableName=table, Key=key)["Item"]
    spoilt = attributes or {"identity": {"N": "1"}}
    client.put_item(TableName=table, Item={**item, **spoilt})


@contextmanager
def on_moto(wecom: Simulator) -> Iterator[dict[str, str]]:
    """Yield the names of buckets, queues, table and secrets, all empty, with a corp of WeCom's."""
    with mock_aws(config={"core": {"passthrough": {"urls": [f"{wecom.url}.*"]}}}):
        names = create_on_moto()
        s3 = boto3.client("s3")
        for bucket in (DROP_BUCKET, "reports", "snapshots"):
            s3.create_bucket(Bucket=bucket)
        secrets = boto3.client("secretsmanager")
        for name, text in known_corp().secrets("wecom-sync"):
            secrets.create_secret(Name=name, SecretString=text)
        stacks = ("CallbackMasterSecret", "DeskSealSecret", "DeskSessionSecret")
        arns = {it: secrets.create_secret(Name=it, SecretString=MASTER)["ARN"] for it in stacks}
        wecom.add_corp(SECRET["corp_id"], SECRET["contact_secret"])
        yield (
            names
            | arns
            | {
                "DropBucket": DROP_BUCKET,
                "ReportBucket": "reports",
                "SnapshotBucket": "snapshots",
                "WECOM_BASE_URL": wecom.url,
                "DeskBaseUrl": DESK_BASE_URL,
            }
        )


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    monkeypatch.setattr("wecom_sync.adapters.sqs.WAIT_SECONDS", 0)
    with (
        Simulator(job_base_seconds=0.02, callback_retry_seconds=0.01) as wecom,
        on_moto(wecom) as names,
    ):
        names |= {
            "CallbackBaseUrl": "http://127.0.0.1:9",
            "SETTLE_SECONDS": "0",
            "CHECK_SECONDS": "0",
            "RETRY_SECONDS": "0",
            "UNKNOWN_OUTCOME_SECONDS": "0",
            "RESULT_DEADLINE_SECONDS": "3600",
        }
        for function in HANDLERS:
            for name, value in environment(function, names).items():
                monkeypatch.setenv(name, value)
        for built in BUILT:
            built.cache_clear()
        yield Functions(wecom, names)
        for built in BUILT:
            built.cache_clear()


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Yield what the functions log, as CloudWatch would get it."""
    buffer = io.StringIO()
    handler = logger.registered_handler
    assert isinstance(handler, logging.StreamHandler)
    before = handler.stream
    handler.setStream(buffer)
    yield buffer
    handler.setStream(before)
