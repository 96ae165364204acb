"""API Gateway -> verify, decrypt -> results queue. WeCom gets its answer at once.

Invoked by `wecom-sync doctor`: a corp -> signed requests with which it tries the URLs.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from wecom_sync.domain.errors import (
    PermanentError,
    SecretInvalidError,
    SignatureError,
    UnknownCorpError,
)
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.handler import count, logger, metrics, once
from wecom_sync.settings import CallbackSettings
from wecom_sync.use_cases.callbacks import Callbacks, Verifier

BASE_PATH = re.compile(r"^(?:/[^/]+)*?(?=/callback/[^/]+(?:/[^/]+)?$)")
"""The shortest base path before ours, for events in which API Gateway names no path parameters."""

app = APIGatewayRestResolver()


def build(adapters: CorpAdapters[CallbackSettings]) -> Callbacks:
    settings = adapters.settings
    verifier = Verifier(
        master=adapters.master(settings.callback_secret_arn),
        messages=adapters.messages,
        # It is in the secret that opens the address book, which is not for what faces the internet.
        receiver=lambda _: "",
        count=adapters.count,
    )
    return Callbacks(
        verifier=verifier,
        results_queue=adapters.queue(settings.results_queue_url),
        clock=adapters.clock,
        count=adapters.count,
    )


callbacks = once(build, CorpAdapters[CallbackSettings], CallbackSettings.from_env)


@app.get("/callback/<corp>")
@app.get("/callback/<corp>/<run_id>")
def verify(corp: str, run_id: str = "") -> Response[str]:
    """Answer WeCom's URL verification with the bare plaintext."""
    return _plain(200, callbacks().verify(corp, run_id, app.current_event.query_string_parameters))


@app.post("/callback/<corp>")
@app.post("/callback/<corp>/<run_id>")
def accept(corp: str, run_id: str = "") -> Response[str]:
    """Acknowledge an event as soon as it is queued."""
    event = app.current_event
    callbacks().accept(corp, run_id, event.query_string_parameters, _content(event))
    return _plain(200, "success")


@app.exception_handler(SignatureError)  # type: ignore[untyped-decorator]
def forbidden(_error: SignatureError) -> Response[str]:
    """Answer that a message is not WeCom's, without saying which check failed."""
    count("CallbackInvalid")
    return _plain(403, "forbidden")


@app.exception_handler([UnknownCorpError, SecretInvalidError])  # type: ignore[untyped-decorator]
def not_found(_error: PermanentError) -> Response[str]:
    """Answer as for any path that does not exist."""
    count("CallbackUnknownCorp")
    return _plain(404, "not found")


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Route the request. Only an event that is no request of API Gateway's has `doctor`."""
    if "doctor" in event:
        return callbacks().examine(event["doctor"])
    return app.resolve({**event, "path": _path(event)}, context)


def _path(event: Mapping[str, Any]) -> str:
    """Return the path without the base path, of any length, that a custom domain maps to us.

    A base path or a corp may be called `callback` as well, so path parameters come first.
    """
    named = event.get("pathParameters") or {}
    parts = [quote(named[name], safe="") for name in ("corp", "run_id") if named.get(name)]
    if named.get("corp"):
        return "/".join(("/callback", *parts))
    return BASE_PATH.sub("", event["path"], count=1)


def _content(event: APIGatewayProxyEvent) -> bytes:
    """Return the body; it is empty when it should be base64 and is not."""
    body = event.body or ""
    if not event.is_base64_encoded:
        return body.encode(errors="replace")
    try:
        return b64decode(body)
    except ValueError:
        return b""


def _plain(status: int, body: str) -> Response[str]:
    return Response(status_code=status, content_type="text/plain; charset=utf-8", body=body)
