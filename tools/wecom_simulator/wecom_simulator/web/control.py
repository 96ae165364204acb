"""The control API under ``/_control/``: JSON in, JSON out, for tests and demonstrations."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from wecom_simulator.state.corp import Corp
from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.faults import KINDS
from wecom_simulator.state.seed import parsed_member
from wecom_simulator.state.switches import described
from wecom_simulator.web.platform import Platform

PREFIX: Final = "/_control"


@dataclass(frozen=True, slots=True)
class ControlCall:
    """One request: the state, the corp id of the path (or ""), the query and the body."""

    platform: Platform
    corp_id: str
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def corp(self) -> Corp:
        """The corp of the path; raises ControlError 404."""
        return self.platform.corp(self.corp_id)

    def number(self, name: str, default: int) -> int:
        """Return a number of the query; raises ControlError."""
        value = self.query.get(name, str(default))
        if not value.isdigit():
            raise ControlError(f"{name} is not a number")
        return int(value)

    def seconds(self, name: str) -> float:
        """Return a number of the body; raises ControlError."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise ControlError(f"{name} must be a number of seconds")
        return float(value)


def handle(
    platform: Platform, method: str, path: str, query: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, Any]]:
    """Return HTTP status and JSON answer of a request whose path starts with ``/_control``."""
    parts = path.removeprefix(PREFIX).strip("/").split("/")
    corp_id = ""
    if parts[0] == "corps" and len(parts) > 1:
        corp_id = parts[1]
        parts[1] = "{corp}"
    work = ROUTES.get((method, "/".join(parts)))
    if work is None:
        return 404, {"error": f"no {method} {path}; GET {PREFIX}/ lists what there is"}
    try:
        return 200, work(ControlCall(platform, corp_id, query, _json_object(body)))
    except ControlError as error:
        return error.status, {"error": str(error)}
    except (ValueError, TypeError) as error:
        return 400, {"error": f"bad request: {error}"}


def _json_object(body: bytes) -> dict[str, Any]:
    value = json.loads(body) if body.strip() else {}
    if not isinstance(value, dict):
        raise ControlError("the body must be a JSON object")
    return value


def _overview(call: ControlCall) -> dict[str, Any]:
    return {
        "corps": [corp.corp_id for corp in call.platform.corps()],
        "time": call.platform.clock.now(),
        "routes": [f"{method} {PREFIX}/{route}" for method, route in ROUTES],
        "switches": described(),
        "faults": {name: kind.help for name, kind in KINDS.items()},
    }


def _change(call: ControlCall) -> dict[str, Any]:
    call.corp.change(call.body)
    return call.corp.described()


def _remove(call: ControlCall) -> dict[str, Any]:
    call.platform.remove_corp(call.corp_id)
    return {}


def _directory(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        return {
            "creator": corp.directory.creator,
            "counts": corp.counts(),
            "digest": corp.directory.digest(),
            "invited": corp.directory.invited(),
            "condemned": sorted(corp.directory.condemned),
        }


def _members(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        if "userid" in call.query:
            found = corp.directory.find(call.query["userid"])
            return {"members": [asdict(found)] if found else [], "total": int(found is not None)}
        everyone = list(corp.directory.members.values())
        start = call.number("offset", 0)
        page = everyone[start : start + call.number("limit", 1000)]
        return {"members": [asdict(member) for member in page], "total": len(everyone)}


def _put_members(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    members = [parsed_member(item) for item in call.body.get("members", [])]
    with corp.lock:
        for member in members:
            if not corp.directory.departments.keys() >= set(member.departments):
                raise ControlError(f"{member.userid} is in an unknown department")
        corp.directory.extend(members)
    return {"members": len(members)}


def _remove_member(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        corp.directory.discard(call.query.get("userid", ""))
    return {}


def _departments(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        return {
            "departments": [
                asdict(item) | {"members": corp.directory.population(item.id)}
                for item in corp.directory.departments.values()
            ]
        }


def _media(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        return {"media": corp.media.listed()}


def _jobs(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    now = call.platform.clock.now()
    with corp.lock:
        jobs = corp.jobs.everything() if call.number("all", 0) else corp.jobs.listed()
        return {"jobs": [job.described(now) for job in jobs]}


def _messages(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        return {"messages": [asdict(message) for message in corp.messages]}


def _clear_messages(call: ControlCall) -> dict[str, Any]:
    corp = call.corp
    with corp.lock:
        corp.messages.clear()
    return {}


def _expire(call: ControlCall) -> dict[str, Any]:
    how = call.body.get("as", "expired")
    if how == "expired":
        return {"tokens": call.platform.tokens.expire(call.corp.corp_id, call.platform.clock.now())}
    if how == "invalid":
        return {"tokens": call.platform.tokens.forget(call.corp.corp_id)}
    raise ControlError("as must be expired (42001) or invalid (40014)")


def _advance(call: ControlCall) -> dict[str, Any]:
    call.platform.clock.advance(call.seconds("advance_seconds"))
    return {"time": call.platform.clock.now()}


def _clear_faults(call: ControlCall) -> dict[str, Any]:
    wanted = call.number("id", 0) or None
    return {"cleared": call.platform.faults.clear(wanted)}


def _corp_filter(call: ControlCall) -> str | None:
    return call.platform.full_id(call.query.get("corp_id"))


def _clear_requests(call: ControlCall) -> dict[str, Any]:
    call.platform.requests.clear()
    return {}


def _clear_callbacks(call: ControlCall) -> dict[str, Any]:
    call.platform.courier.log.clear()
    return {}


ROUTES: Final[dict[tuple[str, str], Callable[[ControlCall], dict[str, Any]]]] = {
    ("GET", ""): _overview,
    ("GET", "corps"): lambda call: {"corps": [corp.described() for corp in call.platform.corps()]},
    ("POST", "corps"): lambda call: call.platform.add_corp(call.body).described(),
    ("GET", "corps/{corp}"): lambda call: call.corp.described(),
    ("PATCH", "corps/{corp}"): _change,
    ("DELETE", "corps/{corp}"): _remove,
    ("POST", "corps/{corp}/reset"): lambda call: call.platform.reset_corp(call.corp_id).described(),
    ("GET", "corps/{corp}/directory"): _directory,
    ("GET", "corps/{corp}/members"): _members,
    ("POST", "corps/{corp}/members"): _put_members,
    ("DELETE", "corps/{corp}/members"): _remove_member,
    ("GET", "corps/{corp}/departments"): _departments,
    ("GET", "corps/{corp}/media"): _media,
    ("GET", "corps/{corp}/jobs"): _jobs,
    ("POST", "corps/{corp}/jobs/release"): lambda call: {
        "released": call.platform.release_jobs(call.corp)
    },
    ("GET", "corps/{corp}/messages"): _messages,
    ("DELETE", "corps/{corp}/messages"): _clear_messages,
    ("POST", "corps/{corp}/tokens/expire"): _expire,
    ("POST", "clock"): _advance,
    ("GET", "faults"): lambda call: {"faults": call.platform.faults.listed()},
    ("POST", "faults"): lambda call: call.platform.add_fault(call.body).described(),
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): lambda call: {
        "requests": call.platform.requests.listed(_corp_filter(call), call.query.get("path"))
    },
    ("DELETE", "requests"): _clear_requests,
    ("GET", "callbacks"): lambda call: {
        "callbacks": call.platform.courier.log.listed(_corp_filter(call))
    },
    ("DELETE", "callbacks"): _clear_callbacks,
}
