"""The desk of a company in memory at an address of this machine, with WeCom's page beside it."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from support.desk import DeskWorld, asked
from support.serving import served

PACE = 600
"""Seconds of the company's time that pass after whatever somebody says."""


class DeskSite:
    """`holder`: who WeCom says it is; `lock`: held by whoever moves the company.

    `allowed`: the origin whose scripts may read the report bucket.
    `answers`: how each request was answered.
    """

    def __init__(self, desk_world: DeskWorld, base: str) -> None:
        self.world = desk_world.world
        self.base = self.allowed = base
        self.holder = ""
        self.lock = threading.RLock()
        self.answers: list[tuple[str, str, int]] = []
        self._desk_world = desk_world
        # Another origin on the same machine.
        desk_world.origin = base.replace("127.0.0.1", "localhost")
        self._reception = desk_world.reception(
            base, WECOM_AUTHORIZE_URL=f"{base}/wecom", WECOM_QR_LOGIN_URL=f"{base}/wecom"
        )

    @property
    def home(self) -> str:
        return f"{self.base}/desk/acme"

    def run_page(self, run_id: str) -> str:
        return f"{self.home}/runs/{run_id}"

    def answer(self, method: str, address: str, headers: Mapping[str, str], body: str) -> Any:
        """Return status, headers and body."""
        first, _, rest = address.strip("/").partition("/")
        if first.startswith("wecom"):
            query = dict(parse_qsl(urlsplit(address).query))
            self._desk_world.codes["a-code"] = self.holder
            back = f"{query['redirect_uri']}?code=a-code&state={query['state']}"
            return 302, [("Location", back)], ""
        if first == "acme":
            content = self.world.reports.documents[unquote(urlsplit(address).path[1:])].decode()
            origin = "Access-Control-Allow-Origin", self.allowed
            return 200, [origin, ("Content-Disposition", "attachment")], content
        answer = asked(self._reception, method, rest, headers, body)
        self.answers.append((method, rest.partition("/")[2], answer["statusCode"]))
        if method == "POST":
            self.world.pass_time(PACE)
        cookies = [("Set-Cookie", it) for it in answer["multiValueHeaders"].get("Set-Cookie", ())]
        return answer["statusCode"], [*answer["headers"].items(), *cookies], answer["body"]


@contextmanager
def desk_served(desk_world: DeskWorld) -> Iterator[DeskSite]:
    """Serve a desk on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length).decode()
            with site.lock:
                answered = site.answer(self.command, self.path, {**self.headers}, body)
            status, headers, content = answered
            self.send_response(status)
            for header in (*headers, ("Content-Length", str(len(content.encode())))):
                self.send_header(*header)
            # Who goes to another page does not wait for the answer.
            with suppress(ConnectionError):
                self.end_headers()
                self.wfile.write(content.encode())

        do_POST = do_GET  # noqa: N815 - its name in the standard library

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as address:
        site = DeskSite(desk_world, address)
        yield site
