"""API Gateway -> verify, decrypt -> results queue. WeCom gets its answer at once.

Invoked by `wecom-sync doctor`: a corp -> signed requests with which it tries the URLs.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from wecom_sync.domain.errors import SecretInvalidError, SignatureError, UnknownCorpError
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.handler import count, logger, metrics, once
from wecom_sync.settings import CallbackSettings
from wecom_sync.use_cases.callbacks import Callbacks, Verifier

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PATH = re.compile(r"(?:/[^/]+)*?/callback/(?P<corp>[^/]+)(?:/(?P<run_id>[^/]+))?")
"""A path behind the shortest base path, for events that name no path parameters."""


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


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Answer a request. Only an event that is no request of API Gateway's has `doctor`.

    A refusal does not say which check failed, nor which corps there are.
    """
    if "doctor" in event:
        return callbacks().examine(event["doctor"])
    try:
        return _plain(200, _answer(event))
    except SignatureError:
        count("CallbackInvalid")
        return _plain(403, "forbidden")
    except (UnknownCorpError, SecretInvalidError):
        count("CallbackUnknownCorp")
        return _plain(404, "not found")


def _answer(event: Mapping[str, Any]) -> str:
    """Answer WeCom's URL verification with the bare plaintext; acknowledge a queued event."""
    corp, run_id = _subject(event)
    query = event.get("queryStringParameters") or {}
    match event["httpMethod"].upper():
        case "GET":
            return callbacks().verify(corp, run_id, query)
        case "POST":
            callbacks().accept(corp, run_id, query, _content(event))
            return "success"
    raise UnknownCorpError


def _subject(event: Mapping[str, Any]) -> tuple[str, str]:
    """Return the corp and the run: blank for a corp's fixed URL, both for a path of nobody's.

    A base path or a corp may be called `callback` as well, so path parameters come first.
    """
    named = event.get("pathParameters") or {}
    if not named.get("corp"):
        path = PATH.fullmatch(event["path"])
        named = path.groupdict() if path else {}
    return named.get("corp") or "", named.get("run_id") or ""


def _content(event: Mapping[str, Any]) -> bytes:
    """Return the body; it is empty when it should be base64 and is not."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode(errors="replace")
    try:
        return b64decode(body)
    except ValueError:
        return b""


def _plain(status: int, body: str) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "text/plain; charset=utf-8"},
        "body": body,
        "isBase64Encoded": False,
    }
