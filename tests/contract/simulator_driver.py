"""What the simulator's tests share: a caller of WeCom's API and a receiver of its events."""

import itertools
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET

import requests

from support.serving import served
from wecom_simulator import Corp, Simulator
from wecom_simulator.web.crypto import decrypt, sign

SECRET = "contact-secret"
MEMBER_HEADER = "姓名,帐号,手机号,邮箱,所在部门"
PARTY_HEADER = "部门名称,部门ID,父部门ID,排序"
TOKEN = "CallbackToken1"
OWN_TOKEN = "own"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
HANG_SECONDS = 120
"""After so long we take it that something hangs."""
QUICK: dict[str, Any] = {"job_base_seconds": 0.02, "callback_retry_seconds": 0.01}

_numbers = itertools.count(1)


def members_csv(*rows: str, header: str = MEMBER_HEADER) -> bytes:
    return "\n".join((header, *rows)).encode()


def parties_csv(
    *rows: str, root: str | None = "演示企业,1,0,", header: str = PARTY_HEADER
) -> bytes:
    return "\n".join((header, *((root,) if root else ()), *rows)).encode()


def member_row(number: int, *, department: str = "1") -> str:
    return f"员工{number},m{number},137{number:08d},m{number}@corp.example,{department}"


class Driver:
    """Calls the API of one corp as a correct client does, or wrongly where a test wants that."""

    def __init__(self, simulator: Simulator, **options: Any) -> None:
        self.simulator = simulator
        self.corp_id = f"wwtest{next(_numbers)}"
        self.corp: Corp = simulator.add_corp(self.corp_id, SECRET, **options)
        self._token: str | None = None

    def gettoken(self, secret: str = SECRET, corp_id: str | None = None) -> dict[str, Any]:
        query = {"corpid": corp_id or self.corp_id, "corpsecret": secret}
        return self.get("gettoken", token=None, **query)

    @property
    def token(self) -> str:
        if self._token is None:
            self._token = str(self.gettoken()["access_token"])
        return self._token

    def get(self, path: str, *, token: str | None = OWN_TOKEN, **query: Any) -> dict[str, Any]:
        return answer(requests.get(self.address(path), self._query(token, query), timeout=120))

    def post(
        self, path: str, body: Any = None, *, token: str | None = OWN_TOKEN, **query: Any
    ) -> dict[str, Any]:
        kind = {"data": body} if isinstance(body, bytes) else {"json": body}
        response = requests.post(
            self.address(path), params=self._query(token, query), timeout=120, **kind
        )
        return answer(response)

    def upload(self, content: bytes, filename: str = "file.csv") -> dict[str, Any]:
        response = requests.post(
            self.address("media/upload"),
            params={"access_token": self.token, "type": "file"},
            files={"media": (filename, content)},
            timeout=120,
        )
        return answer(response)

    def submit(self, job: str, content: bytes, **body: Any) -> dict[str, Any]:
        media_id = self.upload(content)["media_id"]
        return self.post(f"batch/{job}", {"media_id": media_id, **body})

    def run(self, job: str, content: bytes, **body: Any) -> dict[str, Any]:
        submitted = self.submit(job, content, **body)
        assert submitted["errcode"] == 0, submitted
        assert self.simulator.wait_idle()
        return self.result(submitted["jobid"])

    def refusal(self, job: str, content: bytes, **body: Any) -> int:
        """Return the code that refuses a file, at once or as its result; 0 if it is imported."""
        submitted = self.submit(job, content, **body)
        assert self.simulator.wait_idle()
        return int(submitted["errcode"] or self.result(submitted["jobid"])["errcode"])

    def result(self, job_id: str) -> dict[str, Any]:
        return self.get("batch/getresult", jobid=job_id)

    def row_codes(self, job: str, content: bytes, **body: Any) -> list[int]:
        return [row["errcode"] for row in self.run(job, content, **body)["result"]]

    def control(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        response = requests.request(
            method, f"{self.simulator.url}/_control/{path}", json=body, timeout=120
        )
        return {"http": response.status_code, **response.json()}

    def address(self, path: str) -> str:
        return f"{self.simulator.url}/cgi-bin/{path}"

    def _query(self, token: str | None, query: dict[str, Any]) -> dict[str, Any]:
        if token is None:
            return query
        return {"access_token": self.token if token == OWN_TOKEN else token, **query}


def answer(response: requests.Response) -> dict[str, Any]:
    assert response.status_code == 200, response
    value: dict[str, Any] = response.json()
    return value


def finished(kind: str, total: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what WeCom answers about an import of a type that was applied."""
    how = {"errcode": 0, "errmsg": "ok", "status": 3, "percentage": 100}
    return {**how, "type": kind, "total": total, "result": rows}


def until(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + HANG_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.005)


@dataclass(frozen=True)
class Received:
    path: str
    query: dict[str, str]
    body: bytes

    def opened(self, corp_id: str) -> dict[str, str]:
        """Check the signature, decrypt, and return the fields of the event."""
        outer = ET.fromstring(self.body)  # noqa: S314 - from the simulator
        encrypted = outer.findtext("Encrypt", "")
        signed = sign(TOKEN, self.query["timestamp"], self.query["nonce"], encrypted)
        assert signed == self.query["msg_signature"]
        message, receive_id = decrypt(AES_KEY, encrypted)
        assert receive_id == corp_id
        inner = ET.fromstring(message)  # noqa: S314 - from the simulator
        return {item.tag: item.text or "" for item in inner.iter()}


@dataclass
class Receiver:
    """An HTTP server that plays the callback URL; ``statuses`` are answered in turn."""

    statuses: Iterable[int] = (200,)
    delay_seconds: float = 0.0
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._queue = list(self.statuses)
        self._released = threading.Event()
        self._serving = ExitStack()
        self._url = self._serving.enter_context(served(_handler(self)))
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._serving.close()

    @property
    def callback(self) -> dict[str, str]:
        url = f"{self._url}/callback/acme/run-1"
        return {"url": url, "token": TOKEN, "encodingaeskey": AES_KEY}

    def next_status(self) -> int:
        self._released.wait(self.delay_seconds)
        return self._queue.pop(0) if len(self._queue) > 1 else self._queue[0]


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            receiver.received.append(Received(parts.path, query, body))
            try:
                self.send_response(receiver.next_status())
                self.send_header("Content-Length", "0")
                self.end_headers()
            except ConnectionError:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    return Handler
