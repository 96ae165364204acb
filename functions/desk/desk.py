"""API Gateway -> WeCom's login, documents, sealed drops: what people of a company see and say."""

import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib import parse
from zoneinfo import ZoneInfo

from wecom_sync.domain.last_day import Calendar
from wecom_sync.factory.desk import DeskAdapters
from wecom_sync.handler import logger, metrics, once
from wecom_sync.settings import DeskSettings
from wecom_sync.use_cases.desk.login import DeskLogin
from wecom_sync.use_cases.desk.reception import DeskAnswer, DeskRequest, Reception

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def build(adapters: DeskAdapters[DeskSettings]) -> Reception:
    settings = adapters.settings
    login = DeskLogin(
        secret=adapters.master(settings.session_secret_arn),
        authorize_url=settings.wecom_authorize_url,
        qr_url=settings.wecom_qr_login_url,
        user_of=adapters.user_of,
        count=adapters.count,
        clock=adapters.clock,
        random=_random,
    )
    return Reception(
        login=login,
        apps=adapters.apps,
        domain_files=lambda: adapters.domain_files,
        reports=adapters.desk_reports,
        drops=adapters.desk_drops,
        seal=adapters.master(settings.seal_secret_arn),
        base_url=settings.desk_base_url,
        language=settings.language,
        calendar=Calendar(ZoneInfo(settings.time_zone)),
        clock=adapters.clock,
        processor=adapters.processor,
        random=_random,
    )


use_cases = once(build, DeskAdapters[DeskSettings], DeskSettings.from_env)


@logger.inject_lambda_context
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], _context: "LambdaContext") -> dict[str, Any]:
    """Answer a request of a browser."""
    return handle(use_cases(), event)


def handle(reception: Reception, event: Mapping[str, Any]) -> dict[str, Any]:
    answer = reception.answer(_request(event))
    if answer.entry:
        logger.info("desk", extra=answer.entry._asdict())
    cookies = [*_set_cookies(answer)]
    return {
        "statusCode": answer.status,
        "headers": {"Content-Type": answer.content_type, **answer.headers},
        "multiValueHeaders": {"Set-Cookie": cookies} if cookies else {},
        "body": answer.body,
        "isBase64Encoded": False,
    }


def _request(event: Mapping[str, Any]) -> DeskRequest:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    place = event.get("pathParameters") or {}
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        body = b64decode(body).decode(errors="replace")
    return DeskRequest(
        method=event["httpMethod"].upper(),
        corp=place.get("corp", ""),
        path=(place.get("rest") or place.get("file") or "").strip("/"),
        query=event.get("queryStringParameters") or {},
        cookies=_cookies_of(headers.get("cookie", "")),
        origin=headers.get("origin", ""),
        agent=headers.get("user-agent", ""),
        body=body,
    )


def _cookies_of(header: str) -> dict[str, str]:
    """Return the cookies of a request. Of two with one name the first is of the longer path.

    Sites beside the desk set cookies for the whole domain, of any form: none may hide ours.
    """
    pairs = [part.strip().partition("=") for part in header.split(";")]
    return {name: value for name, _, value in reversed(pairs)}


def _set_cookies(answer: DeskAnswer) -> Iterator[str]:
    """Yield the headers that set cookies: for this corp's desk alone, and never for scripts."""
    base = parse.urlsplit(answer.base)
    secure = "" if base.scheme == "http" else "; Secure"
    for cookie in answer.cookies:
        about = f"Max-Age={cookie.seconds}; Path={base.path}; HttpOnly; SameSite=Lax{secure}"
        yield f"{cookie.name}={cookie.value}; {about}"


def _random() -> str:
    return secrets.token_hex(32)
