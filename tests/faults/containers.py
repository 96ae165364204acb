"""The functions as the template configures them, and where their outbound calls are tapped."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Protocol, cast

import boto3
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from werkzeug.test import Client

from faults.wire import Side, Wire
from support.aws import create_client
from support.composition import StandIns, built
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.use_cases.ports import Clock, WeCom

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
            self._made[service] = create_client(self._session._session, service, **wiring)
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


class Line(Protocol):
    """What is told of every call, on its way and when it took effect."""

    def cross(self, call: str, side: Side, /) -> None: ...


class WeComTransport(HTTPAdapter):
    """Takes requests to the simulator in this process; a connection that it cuts is cut here."""

    def __init__(self, wire: Line, application: Any, called: Callable[[str], None]) -> None:
        super().__init__()
        self._wire = wire
        self._client = Client(application, use_cookies=False)
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
        socket = {
            "werkzeug.socket": SimpleNamespace(shutdown=lambda _: None),
            "REMOTE_ADDR": "127.0.0.1",
        }
        try:
            answer = self._client.open(
                path,
                method=request.method or "GET",
                query_string=query,
                data=body,
                headers=list(request.headers.items()),
                environ_overrides=socket,
            )
        except ConnectionError:
            return None
        content, headers = BytesIO(answer.data), dict(answer.headers)
        return HTTPResponse(content, headers, answer.status_code, preload_content=False)


class Inline:
    """A thread that does its work at once, on the thread that starts it, and so dies with it."""

    def __init__(self, target: Callable[[], object], **_: object) -> None:
        self.start = target


@dataclass
class Containers:
    """Builds a function when it is first called, and anew after its process was killed."""

    names: Mapping[str, str]
    session: Clients
    transport: WeComTransport
    clock: Clock
    sleep: Callable[[float], None]
    _built: dict[str, Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for function in ("submit", "callback", "persist", "publish", "sweep"):
            self._build(function)  # so that every client is there before the first fork

    def use_case(self, function: str) -> Any:
        if function not in self._built:
            self._built[function] = self._build(function)
        return self._built[function]

    def bury(self, function: str) -> None:
        """Forget a process that was killed with everything it had in its memory."""
        self._built.pop(function, None)

    def _build(self, function: str) -> Any:
        return built(function, self._stand_ins, self.names, self.session)

    def _stand_ins(self, adapters: Any) -> StandIns:
        stand_ins: StandIns = {"clock": self.clock, "sleep": self.sleep}
        if isinstance(adapters, WeComAdapters):
            opened = adapters.wecom

            def tapped(corp: str) -> WeCom:
                wecom = opened(corp)
                vars(wecom)["_session"].mount("https://", self.transport)
                return wecom

            stand_ins["wecom"] = tapped
        return stand_ins
