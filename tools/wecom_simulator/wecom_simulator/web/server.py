"""HTTP: a WSGI application on werkzeug's threaded server, with faults at its edge."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from wecom_simulator.state.faults import Fault
from wecom_simulator.state.logs import LoggedRequest
from wecom_simulator.web import control, login
from wecom_simulator.web.endpoints import answer, corp_id_of, error_answer, exists
from wecom_simulator.web.platform import Platform, Request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
BACKLOG: Final = 128
JSON_TYPE: Final = "application/json; charset=UTF-8"
HTML_PAGE: Final = "<!DOCTYPE html><html><head><title>502</title></head><body>Oops</body></html>"


class HttpAnswer(NamedTuple):
    """What goes back: None closes the connection; ``errcode`` None: it has none."""

    response: Response | None
    errcode: int | None = None


INSTEAD: Final[dict[str, Callable[[Platform, Request, Fault], HttpAnswer]]] = {
    "cut": lambda *_: HttpAnswer(None),
    "http_status": lambda _platform, _request, fault: HttpAnswer(
        Response(status=fault.status, headers={"Location": "/"})
    ),
    "html": lambda *_: HttpAnswer(Response(HTML_PAGE, mimetype="text/html")),
    "errcode": lambda platform, request, fault: _answered(
        error_answer(platform, request, fault.errcode)
    ),
}
"""Faults that keep the work from being done."""


SPOILED: Final[dict[str, Callable[[Platform, bytes, Fault], Response]]] = {
    "array": lambda _platform, body, _fault: _spoiled(b"[" + body + b"]"),
    "foreign": lambda *_: _spoiled(b'{"message": "Endpoint request timed out"}'),
    "truncated": lambda _platform, body, _fault: _spoiled(body[: len(body) // 2]),
    "short": lambda _platform, body, _fault: _spoiled(body, {"Content-Length": str(2 * len(body))}),
    "garbled": lambda _platform, body, _fault: _spoiled(body, {"Content-Encoding": "gzip"}),
    "trickle": lambda platform, _body, fault: Response(
        _trickle(platform, fault.seconds), content_type=JSON_TYPE
    ),
}
"""Faults that spoil the answer after the work was done."""


class Application:
    """The simulator as a WSGI application."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        http = HttpRequest(environ)
        http.max_content_length = MAX_BODY_BYTES
        try:
            http.get_data()
        except RequestEntityTooLarge:
            return Response(status=413)(environ, start_response)
        if http.path == control.PREFIX or http.path.startswith(control.PREFIX + "/"):
            status, value = control.handle(
                self._platform, http.method, http.path, http.args, http.get_data()
            )
            return _json(value, status)(environ, start_response)
        response = self._wecom(http)
        if response is None:
            _cut(environ)
        return response(environ, start_response)

    def _wecom(self, http: HttpRequest) -> Response | None:
        """Return the answer of WeCom's API, or None to close the connection without one."""
        started = time.monotonic()
        request = Request(
            method=http.method,
            path=http.path,
            query=http.args,
            address=http.remote_addr or "",
            content_type=http.headers.get("Content-Type", ""),
            body=http.get_data(),
        )
        corp_id, fault, answered = None, None, HttpAnswer(Response(status=404))
        if exists(http.path):
            corp_id = corp_id_of(self._platform, request)
            fault = self._platform.faults.take("request", corp_id, request.path)
            answered = self._answer(request, fault)
        response = answered.response
        self._platform.requests.add(
            LoggedRequest(
                time=self._platform.clock.now(),
                method=request.method,
                path=request.path,
                corp_id=corp_id,
                address=request.address,
                http_status=response.status_code if response is not None else None,
                errcode=answered.errcode,
                seconds=round(time.monotonic() - started, 6),
                fault=fault.kind if fault else None,
            )
        )
        return response

    def _answer(self, request: Request, fault: Fault | None) -> HttpAnswer:
        if fault is not None and fault.kind in INSTEAD:
            return INSTEAD[fault.kind](self._platform, request, fault)
        if fault is not None and fault.kind == "slow":
            self._platform.stopping.wait(fault.seconds)
        if request.path in login.PAGES:
            return HttpAnswer(login.page(self._platform, request))
        value = answer(self._platform, request)
        if fault is None:
            return _answered(value)
        if fault.kind == "errcode_as_string":
            value["errcode"] = str(value["errcode"])
        if fault.kind in SPOILED:
            body = json.dumps(value, ensure_ascii=False).encode()
            return HttpAnswer(SPOILED[fault.kind](self._platform, body, fault))
        return HttpAnswer(None) if fault.kind == "cut_after" else _answered(value)


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log: the request line would show the token."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - werkzeug's name
        """Write nothing."""


class Server:
    """A listening server on a thread of its own."""

    def __init__(self, platform: Platform, host: str, port: int) -> None:
        """Listen on *host* and *port* (0: any free one) from now on; raises OSError."""
        # A socket of our own: werkzeug would end the process when the port is taken.
        with socket.create_server((host, port), backlog=BACKLOG) as listening:
            self._server: BaseWSGIServer = make_server(
                host,
                port,
                Application(platform),
                threaded=True,
                request_handler=_QuietHandler,
                fd=listening.fileno(),
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="simulator-http",
            daemon=True,
        )

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _answered(value: dict[str, Any]) -> HttpAnswer:
    return HttpAnswer(_json(value), int(value["errcode"]))


def _json(value: dict[str, Any], status: int = 200) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(body, status=status, content_type=JSON_TYPE)


def _spoiled(body: bytes, headers: dict[str, str] | None = None) -> Response:
    response = Response(body, content_type=JSON_TYPE)
    response.automatically_set_content_length = False
    response.headers.update({"Content-Length": str(len(body)), **(headers or {})})
    return response


def _trickle(platform: Platform, seconds: float) -> Iterator[bytes]:
    """Yield blanks, which JSON may begin with, until nobody listens or the server stops."""
    while not platform.stopping.wait(max(seconds, 0.01)):
        yield b" "


def _cut(environ: "WSGIEnvironment") -> NoReturn:
    """Close the connection while the caller waits for an answer."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("cut by a fault")
