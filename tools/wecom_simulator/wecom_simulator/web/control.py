"""The control API under ``/_control/``: JSON in, JSON out, for tests and demonstrations."""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import asdict
from typing import Any, Final, NamedTuple

from wecom_simulator.state.corp import Corp
from wecom_simulator.state.directory import parsed_member
from wecom_simulator.state.errors import ControlError
from wecom_simulator.state.faults import KINDS
from wecom_simulator.state.values import is_number
from wecom_simulator.web.platform import Platform

PREFIX: Final = "/_control"


class ControlCall(NamedTuple):
    """One request: the state, the corp id of the path (or ""), the query and the body."""

    platform: Platform
    corp_id: str
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def corp(self) -> Corp:
        """The corp of the path; raises ControlError 404."""
        return self.platform.corp(self.corp_id)


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
        call = ControlCall(platform, corp_id, query, _json_object(body))
        with call.corp.lock if corp_id else nullcontext():
            return 200, work(call)
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
        "switches": asdict(call.platform.defaults),
        "faults": [*KINDS],
    }


def _change(call: ControlCall) -> dict[str, Any]:
    call.corp.change(call.body)
    return call.corp.described()


def _directory(call: ControlCall) -> dict[str, Any]:
    book = call.corp.directory
    return {
        "creator": book.creator,
        "counts": call.corp.counts(),
        "digest": book.digest(),
        "invited": book.invited(),
        "condemned": sorted(book.condemned),
    }


def _members(call: ControlCall) -> dict[str, Any]:
    members = call.corp.directory.members
    if "userid" in call.query:
        member = members.get(call.query["userid"].lower())
        return {"members": [asdict(member)] if member else [], "total": int(member is not None)}
    return {"members": [asdict(member) for member in members.values()], "total": len(members)}


def _put_members(call: ControlCall) -> dict[str, Any]:
    book = call.corp.directory
    members = [parsed_member(item) for item in call.body.get("members", [])]
    for member in members:
        if not book.departments.keys() >= set(member.departments):
            raise ControlError(f"{member.userid} is in an unknown department")
    book.extend(members)
    return {"members": len(members)}


def _departments(call: ControlCall) -> dict[str, Any]:
    book = call.corp.directory
    departments = book.departments.values()
    return {
        "departments": [
            asdict(item) | {"members": book.population(item.id)} for item in departments
        ]
    }


def _jobs(call: ControlCall) -> dict[str, Any]:
    now = call.platform.clock.now()
    return {"jobs": [job.described(now) for job in call.corp.jobs.listed()]}


def _messages(call: ControlCall) -> dict[str, Any]:
    return {"messages": [asdict(message) for message in call.corp.messages]}


def _advance(call: ControlCall) -> dict[str, Any]:
    seconds: Any = call.body.get("advance_seconds")
    if not is_number(seconds) or seconds < 0:
        raise ControlError("advance_seconds must be a number of seconds")
    call.platform.clock.advance(seconds)
    return {"time": call.platform.clock.now()}


def _corp_filter(call: ControlCall) -> str | None:
    return call.platform.full_id(call.query.get("corp_id"))


ROUTES: Final[dict[tuple[str, str], Callable[[ControlCall], dict[str, Any]]]] = {
    ("GET", ""): _overview,
    ("GET", "corps"): lambda call: {"corps": [corp.described() for corp in call.platform.corps()]},
    ("POST", "corps"): lambda call: call.platform.add_corp(call.body).described(),
    ("GET", "corps/{corp}"): lambda call: call.corp.described(),
    ("PATCH", "corps/{corp}"): _change,
    ("GET", "corps/{corp}/directory"): _directory,
    ("GET", "corps/{corp}/members"): _members,
    ("POST", "corps/{corp}/members"): _put_members,
    ("GET", "corps/{corp}/departments"): _departments,
    ("GET", "corps/{corp}/jobs"): _jobs,
    ("POST", "corps/{corp}/jobs/release"): lambda call: {
        "released": call.platform.release_jobs(call.corp)
    },
    ("GET", "corps/{corp}/messages"): _messages,
    ("GET", "corps/{corp}/cards"): lambda call: {"cards": [*call.corp.ledger.cards]},
    ("POST", "clock"): _advance,
    ("GET", "faults"): lambda call: {"faults": call.platform.faults.listed()},
    ("POST", "faults"): lambda call: call.platform.add_fault(call.body).described(),
    ("DELETE", "faults"): lambda call: {"cleared": call.platform.faults.clear()},
    ("GET", "requests"): lambda call: {
        "requests": call.platform.requests.listed(_corp_filter(call), call.query.get("path"))
    },
    ("GET", "callbacks"): lambda call: {
        "callbacks": call.platform.courier.log.listed(_corp_filter(call))
    },
}
