"""AWS on moto behind HTTP, with a meter; the functions run beside it, each in its own process."""

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import boto3
import requests
from moto.dynamodb.models import dynamodb_backends

from performance.units import read_units, write_units
from support import events
from support.functions import on_moto
from support.template import environment
from support.world import BUCKET, s3_event
from wecom_simulator import Simulator
from wecom_sync.adapters.dynamodb_items import UNPUBLISHED
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.run import State

CONSUMERS = {
    "DropQueue": "submit", "SubmitQueue": "submit", "ResultsQueue": "persist",
    "PublishQueue": "publish", "DriftQueue": "drift",
}  # fmt: skip
CHARGED = {
    "events": "event", "s3": "s3_read", "secretsmanager": "secret_read", "sns": "topic_request",
    "sqs": "sqs_request",
}  # fmt: skip
"""What a request to a service is charged as, by its price; DynamoDB charges units."""


AWS_SECONDS = 0.01
WECOM_SECONDS = 0.3
"""How long a request is waited for, by assumption: nothing here is far away."""
AT_REST = {state for state in State if state.is_final} | {State.HELD}


@dataclass
class Used:
    """What functions used. `seconds`: the processor's, for each invocation of each function.

    `billed` counts what has a price; `waited`: seconds by function. `peak` is in bytes.
    """

    billed: Counter[str] = field(default_factory=Counter)
    waited: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak: dict[str, int] = field(default_factory=dict)
    log_bytes: int = 0


class Cloud:
    """A stack with the corp `acme`. `used` is what was used since the containers were started."""

    def __init__(self, names: dict[str, str], wecom: Simulator) -> None:
        self.used = Used()
        self._wecom = wecom
        table = names["RunTable"]
        self.store = DynamoStore(boto3.client("dynamodb"), table, time.time, 400)
        self._queues = {names[queue]: function for queue, function in CONSUMERS.items()}
        backend: Any = dynamodb_backends["123456789012"]["us-east-1"]
        self._table = backend.tables[table]
        self._changes: list[tuple[Any, Any]] = []
        self._table.stream_shard.add = lambda *change: self._changes.append(change)
        self._stream: list[dict[str, Any]] = []
        self._messages: list[tuple[float, str, str]] = []
        self._containers: dict[str, subprocess.Popen[str]] = {}
        self._lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        url = f"http://127.0.0.1:{self.server.server_port}"
        self._names = names | {"AwsEndpointUrl": url, "CallbackBaseUrl": url}
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def sync(self, key: str, content: bytes) -> Used:
        """Drop a file and do what there is to do until its run waits for nothing but a person.

        Every function starts anew, as after a quiet day.
        """
        self.stop()
        seen = len(self._wecom.requests)
        put = boto3.client("s3").put_object(Bucket=BUCKET, Key=f"acme/{key}", Body=content)
        self.used.billed["s3_write"] += 1
        event = s3_event(f"acme/{key}", put["VersionId"], time.time())
        self._send(self._names["DropQueue"], json.dumps(event))
        self.work(math.inf)  # the run is made
        while any(run.state not in AT_REST for run in self.store.runs(100)):
            if not self.work(time.time()):
                time.sleep(0.2)
        while self.work(math.inf):
            pass
        for request in self._wecom.requests[seen:]:
            asks = "persist" if "getresult" in request["path"] else "submit"
            self.used.waited[asks] += WECOM_SECONDS
        return self.used

    def stop(self) -> None:
        for container in self._containers.values():
            container.communicate()
        self._containers.clear()
        self.used = Used()

    def kept_bytes(self) -> tuple[int, int]:
        """Return how many bytes S3 has, old versions included, and the table."""
        s3 = boto3.client("s3")
        buckets = [
            s3.list_object_versions(Bucket=it["Name"]) for it in s3.list_buckets()["Buckets"]
        ]
        objects = (version["Size"] for it in buckets for version in it.get("Versions", []))
        return sum(objects), sum(item.size() for item in self._table.all_items())

    def work(self, now: float) -> bool:
        """Handle what the table's stream says, or a message; return whether there was anything."""
        self._stream, records = [], self._stream
        if records:
            self.invoke("publish", {"Records": records})
            return True
        time_due, queue, body = message = min(self._messages, default=(math.inf, "", ""))
        if not self._messages or time_due > now:
            return False
        self._messages.remove(message)
        self.used.billed["sqs_request"] += 2  # it is received and deleted
        answer = self.invoke(self._queues[queue], events.sqs("Queue", json.loads(body)))
        if answer["batchItemFailures"]:
            raise RuntimeError(f"a message failed: {body}")
        return True

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        container = self._containers.get(function) or self._start(function)
        stdin, stdout, used = container.stdin, container.stdout, self.used
        assert stdin is not None
        assert stdout is not None
        stdin.write(f"{json.dumps(event)}\n")
        stdin.flush()
        taken = json.loads(stdout.readline())
        used.billed["lambda_request"] += 1
        used.seconds.setdefault(function, []).append(taken["seconds"])
        used.peak[function] = taken["peak"]
        used.log_bytes += taken["log"]
        return taken["answer"]

    def _start(self, function: str) -> subprocess.Popen[str]:
        # The access key tells the meter whose request it is.
        keys = {"AWS_ACCESS_KEY_ID": function, "AWS_SECRET_ACCESS_KEY": "testing"}
        self._containers[function] = subprocess.Popen(
            [sys.executable, "-m", "performance.container", function],
            cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **environment(function, self._names), **keys},
        )  # fmt: skip
        return self._containers[function]

    def _send(self, queue: str, body: str, delay: float = 0) -> None:
        self._messages.append((time.time() + delay, queue, body))
        self.used.billed["sqs_request"] += 1

    def answer(self, http: BaseHTTPRequestHandler, body: bytes) -> tuple[int, Any, bytes]:
        """Answer what a function asks AWS, or WeCom the API for callbacks."""
        url = urlsplit(http.path)
        if "Authorization" not in http.headers:
            query = dict(parse_qsl(url.query))
            self.used.billed["api_request"] += 1
            event = events.request(http.command, url.path, query, body.decode())
            answer = self.invoke("callback", event)
            return answer["statusCode"], {}, str(answer["body"]).encode()
        scope = http.headers["Authorization"].partition("Credential=")[2].split("/")
        function, service = scope[0], scope[3]
        self.used.waited[function] += AWS_SECONDS
        operation = http.headers.get("X-Amz-Target", "").rpartition(".")[2]
        if operation == "SendMessage":
            call = json.loads(body)
            self._send(call["QueueUrl"], call["MessageBody"], call.get("DelaySeconds", 0))
            return 200, {}, b"{}"
        address = f"https://{service}.us-east-1.amazonaws.com{http.path}"
        headers = {name: it for name, it in http.headers.items() if name not in {"Host", "Expect"}}
        with self._lock:
            answer = requests.request(
                http.command, address, data=body, headers=headers, timeout=60, stream=True
            )
            content = answer.raw.read(decode_content=False)
            if service == "dynamodb":
                self._charge(operation, json.loads(body), content)
            elif service in CHARGED:
                is_write = http.command == "PUT" or "list-type" in url.query
                self.used.billed["s3_write" if is_write else CHARGED[service]] += 1
        return answer.status_code, answer.headers, content

    def _charge(self, operation: str, call: Any, answer: bytes) -> None:
        """Charge a call's units; what the stream's filter lets through goes to publish."""
        if operation in {"GetItem", "Query", "Scan"}:
            self.used.billed.update({"dynamodb_read": read_units(call, answer)})
            return
        changes, self._changes[:] = self._changes[:], []
        self.used.billed["dynamodb_write"] += write_units(operation, call, changes)
        for _, item in changes:
            if item and UNPUBLISHED in item.attrs:
                keys = {"pk": {"S": item.hash_key.value}, "sk": {"S": item.range_key.value}}
                self._stream.append({"dynamodb": {"Keys": keys}})


def _handler(cloud: Cloud) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, content = cloud.answer(self, body)
            is_head = self.command == "HEAD"
            length = headers["Content-Length"] if is_head else len(content)
            self.send_response(status)
            for name in headers:
                if name.lower() not in {"content-length", "transfer-encoding"}:
                    self.send_header(name, headers[name])
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(b"" if is_head else content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    return Handler


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Yield a stack with a corp whose first files may fill its address book."""
    os.environ["AWS_DEFAULT_REGION"] = "us-east-1"
    with (
        Simulator(callback_timeout_seconds=60, job_seconds_per_1000_rows=0) as wecom,
        on_moto(wecom) as names,
    ):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        made = Cloud(names | {"DropBucket": BUCKET, "SettleSeconds": "1"}, wecom)
        made.store.put_policy("acme", Policy(first_replace="apply", additions_percent=100), 0)
        yield made
        made.stop()
        made.server.shutdown()
        made.server.server_close()
