"""The endpoints that read the address book (doc/96067, doc/95350, doc/90196 and neighbours)."""

import base64
import bisect
import json
from typing import Any, Final

from wecom_simulator.state.directory import ROOT_ID, BookDepartment, Member
from wecom_simulator.state.errors import ApiError
from wecom_simulator.state.tokens import CONTACT
from wecom_simulator.web.call import ApiCall

MAX_PAGE: Final = 10_000
MAX_LISTED_MEMBERS: Final = 20_000
WITHHELD: Final = ("mobile", "email", "gender", "address")
"""Fields an application other than contact-sync never gets (since 2022-06-20)."""


def list_ids(call: ApiCall) -> dict[str, Any]:
    """Return one row per membership, a page at a time."""
    body = call.json()
    limit = body.get("limit", MAX_PAGE)
    if not isinstance(limit, int) or isinstance(limit, bool) or not 1 <= limit <= MAX_PAGE:
        raise ApiError(40058, f"limit is not 1 to {MAX_PAGE}")
    last = _decoded(body.get("cursor", ""))
    with call.corp.lock:
        pairs = call.corp.directory.pairs()
    start = bisect.bisect_right(pairs, last) if last else 0
    page = pairs[start : start + limit]
    more = start + limit < len(pairs)
    return {
        "next_cursor": _encoded(page[-1]) if more else "",
        "dept_user": [{"userid": userid, "department": item} for userid, item in page],
    }


def list_department_ids(call: ApiCall) -> dict[str, Any]:
    return {
        "department_id": [
            {"id": item.id, "parentid": item.parent_id, "order": item.order}
            for item in _subtree(call, call.number("id"))
        ]
    }


def list_departments(call: ApiCall) -> dict[str, Any]:
    return {"department": _named(call, _subtree(call, call.number("id")))}


def get_department(call: ApiCall) -> dict[str, Any]:
    department_id = call.number("id")
    with call.corp.lock:
        department = call.corp.directory.departments.get(department_id or 0)
    if department is None:
        raise ApiError(60123)
    return {"department": _named(call, [department])[0]}


def get_user(call: ApiCall) -> dict[str, Any]:
    userid = call.request.query.get("userid", "")
    if not userid:
        raise ApiError(41009)
    with call.corp.lock:
        member = call.corp.directory.find(userid)
    if member is None:
        raise ApiError(60111)
    return _detailed(call, member)


def list_users(call: ApiCall) -> dict[str, Any]:
    """Return the members of a department in full; raises ApiError 45029 for too many."""
    members = _members(call)
    if len(members) > MAX_LISTED_MEMBERS:
        raise ApiError(45029)
    return {"userlist": [_detailed(call, member) for member in members]}


def list_simple_users(call: ApiCall) -> dict[str, Any]:
    return {
        "userlist": [
            {
                "userid": member.userid,
                "name": member.name,
                "department": list(member.departments),
                "open_userid": "",
            }
            for member in _members(call)
        ]
    }


def _subtree(call: ApiCall, department_id: int | None) -> list[BookDepartment]:
    wanted = ROOT_ID if department_id is None else department_id
    with call.corp.lock:
        if wanted not in call.corp.directory.departments:
            raise ApiError(60123)
        return list(call.corp.directory.subtree(wanted))


def _members(call: ApiCall) -> list[Member]:
    department_id = call.number("department_id")
    if department_id is None:
        raise ApiError(40058, "department_id is missing")
    wanted = {item.id for item in _subtree(call, department_id)}
    if call.request.query.get("fetch_child") != "1":
        wanted = {department_id}
    with call.corp.lock:
        return [
            member
            for member in call.corp.directory.members.values()
            if not wanted.isdisjoint(member.departments)
        ]


def _named(call: ApiCall, departments: list[BookDepartment]) -> list[dict[str, Any]]:
    leaders: dict[int, list[str]] = {}
    with call.corp.lock:
        for member in call.corp.directory.members.values():
            for department_id in member.leads:
                leaders.setdefault(department_id, []).append(member.userid)
    return [
        {
            "id": item.id,
            "name": item.name,
            "name_en": "",
            "department_leader": leaders.get(item.id, []),
            "parentid": item.parent_id,
            "order": item.order,
        }
        for item in departments
    ]


def _detailed(call: ApiCall, member: Member) -> dict[str, Any]:
    orders = dict(member.orders)
    details: dict[str, Any] = {
        "userid": member.userid,
        "name": member.name,
        "department": list(member.departments),
        "order": [orders.get(item, 0) for item in member.departments],
        "is_leader_in_dept": [int(item in member.leads) for item in member.departments],
        "position": member.position,
        "mobile": member.mobile,
        "gender": {"男": "1", "女": "2"}.get(member.gender, "0"),
        "email": member.email,
        "alias": member.alias,
        "telephone": member.telephone,
        "address": member.address,
        "enable": int(member.enabled),
        "status": 2 if not member.enabled else 1 if member.activated else 4,
        "main_department": member.departments[0],
        "extattr": {
            "attrs": [
                {"type": 0, "name": name, "text": {"value": value}}
                for name, value in member.extattrs
            ]
        },
    }
    if call.secret_name != CONTACT:
        for name in WITHHELD:
            del details[name]
    return details


def _encoded(pair: tuple[str, int]) -> str:
    return base64.urlsafe_b64encode(json.dumps(pair).encode()).decode()


def _decoded(cursor: Any) -> tuple[str, int] | None:
    if cursor == "":
        return None
    try:
        userid, department = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError) as error:
        raise ApiError(40058, "cursor is not one of ours") from error
    return userid, department
