"""The calls of an app: who logged in by a code, and a card to members."""

import json
import re
import secrets
from typing import Any, Final

from wecom_simulator.state.apps import App
from wecom_simulator.state.errors import ApiError
from wecom_simulator.web.platform import ApiCall

MOST_RECIPIENTS: Final = 1000
DUPLICATE_SECONDS: Final = 1800
MOST_DUPLICATE_SECONDS: Final = 4 * 3600
CALLING: Final = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})
"""Cards that call back when they are pressed, which no app here has an address for."""
MOST_ROWS: Final = 6
"""Entries of a card's horizontal_content_list."""
_URL: Final = re.compile(r"https?://.+")
_TASK: Final = re.compile(r"[A-Za-z0-9_@-]{1,128}")


def user_info(call: ApiCall) -> dict[str, Any]:
    """Return who logged in (doc/91023)."""
    with call.corp.lock:
        return call.corp.ledger.redeem(call.request.query.get("code", ""), call.app, call.now)


def about_app(call: ApiCall) -> dict[str, Any]:
    """Return the app of the token, which the call must name (doc/90227)."""
    given = call.request.query.get("agentid", "")
    app = _app(call, int(given) if given.isdecimal() else None)
    domain = app.domains[0] if app.domains else ""
    return {"agentid": app.agent_id, "close": 0, "redirect_domain": domain}


def send(call: ApiCall) -> dict[str, Any]:
    """Take a text_notice card for members (doc/90236). Raises ApiError."""
    body = call.json()
    app = _app(call, body.get("agentid"))
    if body.get("msgtype") != "template_card":
        raise ApiError(40008)
    card = body.get("template_card")
    _check(card if isinstance(card, dict) else {})
    userids = _recipients(body)
    checks = _number(body, "enable_duplicate_check", 0, 1)
    seconds = _number(body, "duplicate_check_interval", DUPLICATE_SECONDS, MOST_DUPLICATE_SECONDS)
    corp = call.corp
    with corp.lock:
        members = {it: corp.directory.find(it) for it in userids}
        wrong = [it for it, member in members.items() if not (member and app.shows_to(it))]
        if len(wrong) == len(userids):
            raise ApiError(81013)
        bare = {it.lower() for it in app.unlicensed}.intersection(map(str.lower, userids))
        answer = {"invaliduser": "|".join(map(str.lower, wrong)), "invalidparty": ""}
        answer |= {"invalidtag": "", "unlicenseduser": "|".join(sorted(bare.difference(wrong)))}
        if checks and corp.ledger.repeats(json.dumps(body, sort_keys=True), call.now, seconds):
            return answer
        reached = [
            member.userid
            for it, member in members.items()
            if member and it not in wrong and member.key not in bare
            if corp.ledger.takes(app.agent_id, member.key, call.now)
        ]
        sent = {"time": call.now, "agent_id": app.agent_id, "userids": reached, "card": card}
        corp.ledger.cards.append(sent)
    return {**answer, "msgid": secrets.token_urlsafe(16)}


def _app(call: ApiCall, agent_id: Any) -> App:
    """Return the app of the token, which the body must name."""
    if agent_id is None:
        raise ApiError(41011)
    if type(agent_id) is not int:
        raise ApiError(40056)
    if call.app.agent_id != agent_id:
        raise ApiError(301002)
    return call.app


def _recipients(body: dict[str, Any]) -> list[str]:
    users = body.get("touser", "")
    if body.get("toparty") or body.get("totag") or users == "@all":
        raise ApiError(40058, "the simulator sends to userids only")
    if not isinstance(users, str):
        raise ApiError(40031)
    userids = [*dict.fromkeys(filter(None, users.split("|")))]
    if not userids:
        raise ApiError(82001)
    if len(userids) > MOST_RECIPIENTS:
        raise ApiError(40032)
    return userids


def _check(card: dict[str, Any]) -> None:
    kind = card.get("card_type")
    if kind in CALLING or "action_menu" in card:
        raise ApiError(43012)
    if kind != "text_notice":
        raise ApiError(42031)
    if not (_text(card.get("main_title"), "title") or _text(card, "sub_title_text")):
        raise ApiError(42033)
    if "task_id" in card and not _TASK.fullmatch(_text(card, "task_id")):
        raise ApiError(42014)
    action = card.get("card_action")
    if not isinstance(action, dict) or action.get("type") not in {1, 2}:
        raise ApiError(42045)
    _check_jump(action)
    rows = card.get("horizontal_content_list", [])
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise ApiError(42035)
    for row in rows:
        if not _text(row, "keyname"):
            raise ApiError(42027)
        _check_jump(row)


def _check_jump(place: dict[str, Any]) -> None:
    url = _text(place, "url")
    if place.get("type") == 1 and not url:
        raise ApiError(42028)
    if url and not _URL.fullmatch(url):
        raise ApiError(45034)


def _text(place: Any, name: str) -> str:
    value = place.get(name, "") if isinstance(place, dict) else ""
    if not isinstance(value, str):
        raise ApiError(40058, f"{name} is not a text")
    return value.strip()


def _number(body: dict[str, Any], name: str, default: int, most: int) -> int:
    value = body.get(name, default)
    if type(value) is not int or not 0 <= value <= most:
        raise ApiError(40058, f"{name} is not 0 to {most}")
    return value
