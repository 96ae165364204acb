"""One exchange with WeCom over HTTP: an answer within a total time, or an error of ours."""

import json
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError
from wecom_sync.domain.texts import TextCode

CONNECT_SECONDS = 5
READ_SECONDS = 20
"""The read time-out counts the pause between two bytes, not the whole answer."""
TOTAL_SECONDS = 90
"""For a whole exchange, with name look-up and upload. Every function may run for longer."""
MAX_ANSWER_BYTES = 128 * 1024 * 1024
ROBOT_CONNECT_SECONDS = 3
ROBOT_ANSWER_BYTES = 64 * 1024
_PIECE_BYTES = 64 * 1024
_HANDSHAKE = (
    "CERTIFICATE_VERIFY_FAILED",
    "WRONG_VERSION_NUMBER",
    "HANDSHAKE_FAILURE",
    "UNSUPPORTED_PROTOCOL",
)

Send = Callable[[], requests.Response]


def exchange(
    send: Send, total_seconds: float = TOTAL_SECONDS, max_bytes: int = MAX_ANSWER_BYTES
) -> dict[str, Any]:
    """Send and read the answer. `send` must stream: the body is read here.

    Raises `UnreachableError` when nothing was sent, `UnknownOutcomeError` when no answer of WeCom's
    came in time; `how` says why, without a word of the request or the answer. The time-outs of
    `requests` do not limit an answer that comes byte by byte, so a thread reads it.
    """
    answers: queue.SimpleQueue[dict[str, Any] | Exception] = queue.SimpleQueue()
    given_up = threading.Event()

    def work() -> None:
        try:
            answers.put(_answer(send, given_up, max_bytes))
        except Exception as error:  # noqa: BLE001 - raised again below
            answers.put(error)

    threading.Thread(target=work, name="wecom", daemon=True).start()
    try:
        answer = answers.get(timeout=total_seconds)
    except queue.Empty:
        given_up.set()
        raise UnknownOutcomeError("not answered in time", how="how_late") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(send: Send, given_up: threading.Event, max_bytes: int) -> dict[str, Any]:
    # An exception of `requests` quotes the URL, which holds the token. So it is not chained.
    try:
        with send() as response:
            if response.status_code != requests.codes.ok:
                status = response.status_code
                raise UnknownOutcomeError(f"HTTP {status}", how="how_status", status=status)
            body = _body(response, given_up, max_bytes)
    except requests.ConnectTimeout:
        raise UnreachableError(how="how_no_connection") from None
    except (requests.RequestException, HTTPError) as error:
        if _never_connected(error):
            raise UnreachableError(how=how_of(error)) from None
        raise UnknownOutcomeError(how=how_of(error)) from None
    try:
        answer = json.loads(body.decode(errors="replace"))
        if b"\\ud" in body.lower():
            # An escape that is half a character could not be written to the table or a file.
            answer = json.loads(json.dumps(answer, ensure_ascii=False).encode(errors="replace"))
    except (ValueError, RecursionError):
        raise UnknownOutcomeError("no JSON", how="how_not_json") from None
    if not isinstance(answer, dict) or "errcode" not in answer:
        # For example the answer of a proxy.
        raise UnknownOutcomeError("no answer of WeCom's", how="how_foreign")
    return answer


def _body(response: requests.Response, given_up: threading.Event, max_bytes: int) -> bytes:
    """Read piece by piece, and stop when nobody waits for the answer any more."""
    body = bytearray()
    while piece := response.raw.read1(_PIECE_BYTES, decode_content=True):
        body += piece
        if given_up.is_set() or len(body) > max_bytes:
            raise UnknownOutcomeError("too slow or too large", how="how_too_large")
    return bytes(body)


def _never_connected(error: Exception) -> bool:
    """Whether nothing was sent. Other TLS errors than these may come after the request.

    A proxy is one that was not reached, or let nothing through.
    """
    cause = _cause(error)
    is_tls = isinstance(error, requests.exceptions.SSLError)
    has_no_socket = isinstance(error, requests.exceptions.ProxyError) or type(cause).__name__ in {
        "NewConnectionError",
        "NameResolutionError",
    }
    return has_no_socket or (is_tls and any(word in str(cause) for word in _HANDSHAKE))


def how_of(error: Exception) -> TextCode:
    """Return the code of how an exchange failed. The exception's own words quote the URL."""
    cause = _cause(error)
    if isinstance(error, requests.exceptions.ProxyError):
        return "how_proxy"
    if isinstance(error, requests.exceptions.SSLError):
        return "how_tls"
    if any(isinstance(problem, requests.Timeout | ReadTimeoutError) for problem in (error, cause)):
        return "how_late"
    if type(cause).__name__ == "NameResolutionError":
        return "how_no_address"
    if type(cause).__name__ == "NewConnectionError":
        refused = isinstance(getattr(cause, "__cause__", None), ConnectionRefusedError)
        return "how_refused" if refused else "how_no_connection"
    return "how_broken"


def _cause(error: Exception) -> object:
    inner = error.args[0] if error.args else None
    return getattr(inner, "reason", None) or inner


def posted(webhook: str, message: Mapping[str, Any], total_seconds: float) -> int:
    """Post a message; return WeCom's errcode, or -1 ("system busy") when it is no number."""

    def send() -> requests.Response:
        response = requests.post(
            webhook,
            data=json.dumps(message, ensure_ascii=False).encode(),
            headers={"Content-Type": "application/json; charset=utf-8"},
            timeout=(ROBOT_CONNECT_SECONDS, total_seconds),
            allow_redirects=False,
            stream=True,
        )
        if response.status_code != requests.codes.ok:
            # A gateway's answer. WeCom's own errors are HTTP 200, so it has taken nothing.
            response.close()
            raise UnreachableError
        return response

    answer = exchange(send, total_seconds, ROBOT_ANSWER_BYTES)
    try:
        return int(str(answer["errcode"]))
    except ValueError:
        return -1
