"""Where outbound calls are tapped: every operation of every boto3 client, every WeCom request."""

import json
from collections.abc import Callable, Mapping
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

import boto3
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import EnvironBuilder, run_wsgi_app

from faults.wire import Side, Wire

Answer = tuple[Any, dict[str, Any]]
Effect = Callable[[Mapping[str, Any]], dict[str, Any]]


class Clients:
    """A boto3 session whose clients are made once and all tapped.

    `effects` answer operations that moto does not have in virtual time, by `service:Operation`.
    """

    def __init__(self, wire: Wire, effects: Mapping[str, Effect]) -> None:
        self._wire = wire
        self._effects = effects
        self._session = boto3.Session()
        # A handler that returns an answer keeps the call from leaving.
        before = cast("Callable[..., None]", self._before)
        self._session.events.register_first("before-call", before)
        self._session.events.register_last("after-call", self._after)
        self._made: dict[str, Any] = {}

    def client(self, service: str, **wiring: Any) -> Any:
        if service not in self._made:
            self._made[service] = self._session.client(service, **wiring)  # type: ignore[call-overload]
        return self._made[service]

    def _before(self, model: Any, params: Mapping[str, Any], **_: Any) -> Answer | None:
        call = _name(model)
        self._wire.cross(call, Side.BEFORE)
        effect = self._effects.get(call)
        if effect is None:
            return None
        body = params["body"]
        answer = effect(body if isinstance(body, dict) else json.loads(body))
        return SimpleNamespace(status_code=500 if "Error" in answer else 200), answer

    def _after(self, model: Any, **_: Any) -> None:
        self._wire.cross(_name(model), Side.AFTER)


def _name(model: Any) -> str:
    return f"{model.service_model.service_name}:{model.name}"


class WeComTransport(HTTPAdapter):
    """Takes requests to the simulator in this process; a connection that it cuts is cut here."""

    def __init__(self, wire: Wire, application: Any, called: Callable[[str], None]) -> None:
        super().__init__()
        self._wire = wire
        self._application = application
        self._called = called

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        path = request.path_url.partition("?")[0]
        call = f"wecom:{path.removeprefix('/cgi-bin/')}"
        self._wire.cross(call, Side.BEFORE)
        response = self._call(request)
        self._called(path)
        self._wire.cross(call, Side.AFTER)
        if response is None:
            raise requests.ConnectionError("cut")
        return self.build_response(request, response)

    def _call(self, request: requests.PreparedRequest) -> HTTPResponse | None:
        path, _, query = request.path_url.partition("?")
        body = request.body or b""
        builder = EnvironBuilder(
            method=request.method or "GET",
            path=path,
            query_string=query,
            data=body.encode() if isinstance(body, str) else body,
            headers=list(request.headers.items()),
        )
        environ = builder.get_environ()
        environ["REMOTE_ADDR"] = "127.0.0.1"
        environ["werkzeug.socket"] = SimpleNamespace(shutdown=lambda _: None)
        try:
            content, status, headers = run_wsgi_app(self._application, environ, buffered=True)
        except ConnectionError:
            return None
        return HTTPResponse(
            BytesIO(b"".join(content)),
            headers=dict(headers),
            status=int(status.partition(" ")[0]),
            preload_content=False,
        )


class Inline:
    """A thread that does its work at once, on the thread that starts it, and so dies with it."""

    def __init__(self, target: Callable[[], object], **_: object) -> None:
        self.start = target
