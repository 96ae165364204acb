"""The pages on which a member logs in to an app: in WeCom's own browser, or by a QR code.

WeCom knows who somebody is. Here they choose.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from wecom_simulator.state.apps import App
from wecom_simulator.state.corp import Corp
from wecom_simulator.state.errors import ApiError, message
from wecom_simulator.web.platform import Platform, Request

WHO: Final = "userid"
MOST_SHOWN: Final = 50
_STATE: Final = re.compile(r"[A-Za-z0-9]{0,128}")


class Page(NamedTuple):
    """What its address must say, the codes for a wrong corp, app and domain, and whom it takes."""

    fixed: Mapping[str, str]
    no_corp: int
    no_app: int
    no_domain: int
    is_for_visible: bool = False


PAGES: Final = {
    "/connect/oauth2/authorize": Page(
        {"response_type": "code", "scope": "snsapi_base"}, 40013, 40056, 50001
    ),
    "/wwlogin/sso/login": Page(
        {"login_type": "CorpApp"}, -31027, -31028, -31020, is_for_visible=True
    ),
}


def page(platform: Platform, request: Request) -> Response:
    """Return a page of people to choose from, for whom was chosen the way back, or an error."""
    try:
        corp, app = _checked(platform, request)
        if WHO not in request.query:
            return _html(_choice(corp, request.query))
        who = _who(corp, app, request)
    except ApiError as error:
        return _html(f"<h1>{error.errcode}</h1><p>{escape(error.detail or message(error.errcode))}")
    with corp.lock:
        code = corp.ledger.code(app.agent_id, who, platform.clock.now())
    back = urlsplit(request.query["redirect_uri"])
    answer = urlencode({"code": code, "state": request.query.get("state", "")})
    return redirect(back._replace(query="&".join(filter(None, (back.query, answer)))).geturl())


def _checked(platform: Platform, request: Request) -> tuple[Corp, App]:
    place, query = PAGES[request.path], request.query
    corp = platform.find_corp(query.get("appid", ""))
    if corp is None:
        raise ApiError(place.no_corp)
    apps = {str(it.agent_id): it for it in corp.settings.apps}
    app = apps.get(query.get("agentid", ""))
    if app is None:
        raise ApiError(place.no_app)
    if urlsplit(query.get("redirect_uri", "")).netloc.lower() not in app.domains:
        raise ApiError(place.no_domain)
    if not _STATE.fullmatch(query.get("state", "")):
        raise ApiError(84025)
    for name, value in place.fixed.items():
        if query.get(name) != value or request.method != "GET":
            raise ApiError(40058, f"{name} is not {value}, or this is no GET")
    return corp, app


def _who(corp: Corp, app: App, request: Request) -> dict[str, Any]:
    """Return a member's userid, that of another corp's member as it is, or an openid."""
    chosen = request.query[WHO]
    if PAGES[request.path].is_for_visible and not app.shows_to(chosen):
        raise ApiError(60021)
    with corp.lock:
        member = corp.directory.find(chosen)
    if member or "/" in chosen:
        return {"userid": member.userid if member else chosen}
    return {"openid": f"o{chosen}"}


def _choice(corp: Corp, query: Mapping[str, str]) -> str:
    with corp.lock:
        members = [(it.userid, it.name) for it in corp.directory.members.values()][:MOST_SHOWN]
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in query.items()
    )
    buttons = "".join(
        f'<p><button name="{WHO}" value="{escape(userid)}">{escape(name)} {escape(userid)}</button>'
        for userid, name in [*members, ("", "不是成员 · no member")]
    )
    label = f'<label>帐号 · userid <input name="{WHO}"></label>'
    other = f"<p>{label} <button>登录 · Log in</button>"
    forms = "".join(f"<form>{hidden}{fields}</form>" for fields in (other, buttons))
    return f"<h1>你是谁？ · Who are you?</h1>{forms}"


def _html(body: str) -> Response:
    head = (
        '<!DOCTYPE html><html lang="zh"><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><title>企业微信 · WeCom</title>'
    )
    return Response(f"{head}{body}", mimetype="text/html")
