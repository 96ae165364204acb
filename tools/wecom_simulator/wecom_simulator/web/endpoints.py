"""The table of WeCom's endpoints, and the checks before one of them does its work."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from wecom_simulator.state.corp import Corp
from wecom_simulator.state.errors import ApiError, message
from wecom_simulator.state.jobs import REPLACE_PARTY, REPLACE_USER, SYNC_USER
from wecom_simulator.state.tokens import CONTACT
from wecom_simulator.web import batch, login, messages, people, robot
from wecom_simulator.web.platform import ApiCall, Platform, Request

GETTOKEN: Final = "/cgi-bin/gettoken"
MORE_INFO: Final = "https://open.work.weixin.qq.com/devtool/query?e="

ANYONE: Final = "any secret"
CONTACT_ONLY: Final = "contact-sync secret"
OF_APP: Final = "app's secret"
WRITING: Final = "contact-sync secret that may write"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Method, who may call, what answers, and the lists that an error answer has, empty."""

    method: str
    access: str
    work: Callable[[ApiCall], dict[str, Any]]
    empty: tuple[str, ...] = ()


def _addresses(_: ApiCall) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/cgi-bin/media/upload": Endpoint("POST", ANYONE, batch.upload),
    **{
        f"/cgi-bin/batch/{kind.path}": Endpoint("POST", WRITING, partial(batch.submit, kind))
        for kind in (REPLACE_PARTY, REPLACE_USER, SYNC_USER)
    },
    "/cgi-bin/batch/getresult": Endpoint("GET", CONTACT_ONLY, batch.get_result),
    "/cgi-bin/user/create": Endpoint("POST", WRITING, people.create_one),
    "/cgi-bin/user/update": Endpoint("POST", WRITING, people.update_one),
    "/cgi-bin/user/batchdelete": Endpoint("POST", WRITING, people.delete_several),
    "/cgi-bin/user/delete": Endpoint("GET", WRITING, people.delete_one),
    "/cgi-bin/user/list_id": Endpoint("POST", CONTACT_ONLY, people.list_ids, ("dept_user",)),
    "/cgi-bin/department/simplelist": Endpoint(
        "GET", ANYONE, people.list_department_ids, ("department_id",)
    ),
    "/cgi-bin/auth/getuserinfo": Endpoint("GET", OF_APP, messages.user_info),
    "/cgi-bin/agent/get": Endpoint("GET", OF_APP, messages.about_app),
    "/cgi-bin/message/send": Endpoint("POST", OF_APP, messages.send),
    "/cgi-bin/getcallbackip": Endpoint("GET", ANYONE, _addresses, ("ip_list",)),
    "/cgi-bin/get_api_domain_ip": Endpoint("GET", ANYONE, _addresses, ("ip_list",)),
}


def exists(path: str) -> bool:
    """Tell whether WeCom knows *path*; any other is HTTP 404."""
    return path in {GETTOKEN, robot.SEND, *login.PAGES, *ENDPOINTS}


def corp_id_of(platform: Platform, request: Request) -> str | None:
    """Return whose request this is, before anything is checked; None when that is not clear."""
    if request.path == GETTOKEN:
        return request.query.get("corpid")
    if request.path in login.PAGES:
        return request.query.get("appid")
    if request.path == robot.SEND:
        corp = platform.robot_corp(request.query.get("key", ""))
        return corp.corp_id if corp else None
    token = platform.tokens.find(request.query.get("access_token", ""))
    return token.corp_id if token else None


def answer(platform: Platform, request: Request) -> dict[str, Any]:
    """Do the work of a request and return the JSON answer, errors included."""
    try:
        if request.path == GETTOKEN:
            result = _get_token(platform, request)
        elif request.path == robot.SEND:
            result = robot.send(platform, request)
        else:
            result = _dispatch(platform, request)
    except ApiError as error:
        return error_answer(platform, request, error.errcode, error.detail)
    return {"errcode": 0, "errmsg": "ok"} | result


def error_answer(
    platform: Platform, request: Request, errcode: int, detail: str = ""
) -> dict[str, Any]:
    """Return an error the way WeCom words it, with the empty lists of that endpoint."""
    endpoint = ENDPOINTS.get(request.path)
    reason = f" ({detail})" if detail else ""
    text = (
        f"{message(errcode)}{reason}, hint: [{int(platform.clock.now())}_1_simulator], "
        f"from ip: {request.address}, more info at {MORE_INFO}{errcode}"
    )
    return {"errcode": errcode, "errmsg": text} | {
        name: [] for name in (endpoint.empty if endpoint else ())
    }


def _get_token(platform: Platform, request: Request) -> dict[str, Any]:
    """Return the access token of a secret (doc/91039)."""
    if request.method != "GET":
        raise ApiError(40058, "gettoken is a GET")
    corp_id = request.query.get("corpid", "")
    secret = request.query.get("corpsecret", "")
    if not corp_id:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    corp = platform.find_corp(corp_id)
    if corp is None:
        raise ApiError(40013)
    switches, now = corp.switches, platform.clock.now()
    corp.bans.check(request.address, now)
    if switches.ip_check_on_gettoken:
        _check_address(corp, request)
    corp.calls.count(request.path, now, switches.calls_per_minute)
    name = corp.secret_name(secret)
    if name is None:
        corp.bans.wrong_secret(request.address, now)
        raise ApiError(40001)
    token = platform.tokens.issue(corp_id, name, now)
    return {"access_token": token.value, "expires_in": int(token.expires_at - now)}


def _dispatch(platform: Platform, request: Request) -> dict[str, Any]:
    endpoint = ENDPOINTS[request.path]
    now = platform.clock.now()
    token = platform.tokens.resolve(request.query.get("access_token", ""), now)
    corp = platform.find_corp(token.corp_id)
    if corp is None:
        raise ApiError(40014)
    _check_address(corp, request)
    if endpoint.access != OF_APP:
        # These are not counted (doc/90312).
        corp.calls.count(request.path, now, corp.switches.calls_per_minute)
    _check_access(endpoint, corp, token.secret_name)
    if request.method != endpoint.method:
        raise ApiError(40058, f"{request.path} is a {endpoint.method}")
    return endpoint.work(ApiCall(platform, request, corp, token.secret_name))


def _check_address(corp: Corp, request: Request) -> None:
    if not corp.allows(request.address):
        raise ApiError(60020)


def _check_access(endpoint: Endpoint, corp: Corp, secret_name: str) -> None:
    wants_contact = endpoint.access != OF_APP
    if endpoint.access != ANYONE and (secret_name == CONTACT) != wants_contact:
        raise ApiError(48002)
    if endpoint.access == WRITING and not corp.switches.contact_may_write:
        raise ApiError(48002)
