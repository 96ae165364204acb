"""The group robot (群机器人): messages to a group, by a key in the URL and without a token."""

import json
from typing import Any, Final

from wecom_simulator.state.errors import ApiError
from wecom_simulator.state.logs import Message
from wecom_simulator.web.platform import Platform, Request

SEND: Final = "/cgi-bin/webhook/send"
MESSAGES_PER_MINUTE: Final = 20
"""Of one robot (doc/91770)."""
LONGEST: Final = {"markdown": 4096, "text": 2048}
"""Bytes of a message's content, which is UTF-8, by its type (doc/91770)."""


def send(platform: Platform, request: Request) -> dict[str, Any]:
    r"""Take a message for the group of the key. Raises ApiError.

    Unlike the other calls it takes ``\uXXXX`` escapes.
    """
    key = request.query.get("key", "")
    corp = platform.robot_corp(key)
    if corp is None:
        raise ApiError(93000)
    if request.method != "POST":
        raise ApiError(40058, f"{SEND} is a POST")
    now = platform.clock.now()
    corp.calls.count(f"{SEND} {key}", now, MESSAGES_PER_MINUTE)
    kind, body = _message(request.body)
    content = body.get("content")
    if not isinstance(content, str) or not content:
        raise ApiError(44004)
    if len(content.encode()) > LONGEST[kind]:
        raise ApiError(40058, f"{kind}.content exceed max length {LONGEST[kind]}")
    robot = corp.settings.robots.index(key) + 1
    with corp.lock:
        corp.messages.append(Message(now, robot, kind, content))
    return {}


def _message(body: bytes) -> tuple[str, dict[str, Any]]:
    try:
        value = json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise ApiError(40058, "the body is not JSON in UTF-8") from error
    kind = value.get("msgtype") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in LONGEST:
        raise ApiError(40008)
    content = value.get(kind)
    return kind, content if isinstance(content, dict) else {}
