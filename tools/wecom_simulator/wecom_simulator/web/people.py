"""The calls that read ids of the address book, and those that make, change and delete members."""

import base64
import bisect
import json
from dataclasses import replace
from typing import Any, Final

from wecom_simulator.imports.fields import DEPARTMENTS, TEXT_COLUMNS, USERID, CsvTable
from wecom_simulator.imports.member_import import CREATOR_ERROR, MemberImport
from wecom_simulator.state.directory import ROOT_ID
from wecom_simulator.state.errors import ApiError
from wecom_simulator.web.platform import ApiCall

MAX_PAGE: Final = 10_000
MAX_DELETED: Final = 200
UPDATED: Final = frozenset({"userid", "enable", "department"})
"""The fields of `user/update` that are known here; any other one is refused."""


def list_ids(call: ApiCall) -> dict[str, Any]:
    """Return one row per membership, a page at a time (doc/96067)."""
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
    """Return a department and all below it (doc/95350); raises ApiError 40058 or 60123."""
    number = call.request.query.get("id") or str(ROOT_ID)
    if not number.isascii() or not number.isdigit():
        raise ApiError(40058, "id is not a number")
    directory = call.corp.directory
    with call.corp.lock:
        if int(number) not in directory.departments:
            raise ApiError(60123)
        departments = [*directory.subtree(int(number))]
    return {
        "department_id": [
            {"id": item.id, "parentid": item.parent_id, "order": item.order} for item in departments
        ]
    }


def create_one(call: ApiCall) -> dict[str, Any]:
    """Add a member by the rules of a row of a member file, into known departments (doc/90195)."""
    body, directory = call.json(), call.corp.directory
    departments = body.get("department", [])
    if not isinstance(departments, list):
        raise ApiError(40058, "department is not a list")
    row = {column: str(body.get(name) or "") for column, name in TEXT_COLUMNS.items()}
    row |= {USERID: str(body.get("userid", "")), DEPARTMENTS: ";".join(map(str, departments))}
    with call.corp.lock:
        if directory.find(row[USERID]) is not None:
            raise ApiError(60102)
        if not directory.departments.keys() >= {*departments}:
            raise ApiError(60003)
        table, invites = CsvTable((*row,), [row]), body.get("to_invite", True)
        ((result,), _) = MemberImport(table, directory, replaces=False, invites=invites).apply()
    if result["errcode"]:
        raise ApiError(result["errcode"])
    return {}


def update_one(call: ApiCall) -> dict[str, Any]:
    """Enable, disable or move a member; what is left out stays as it is (doc/90197).

    A department that somebody leaves like this stays: only an import deletes it (doc/91132).
    """
    body, directory = call.json(), call.corp.directory
    if not body.keys() <= UPDATED or type(body.get("enable", 0)) is not int:
        raise ApiError(40058, f"fields other than {sorted(UPDATED)}, or enable is no number")
    if body.get("enable", 0) not in {0, 1}:
        raise ApiError(40058, "enable is not 0 or 1")
    departments = body.get("department", [ROOT_ID])
    if not isinstance(departments, list) or not all(type(it) is int for it in departments):
        raise ApiError(40058, "department is not a list of numbers")
    with call.corp.lock:
        if (member := directory.find(str(body.get("userid", "")))) is None:
            raise ApiError(60111)
        if not departments or not directory.departments.keys() >= {*departments}:
            raise ApiError(60003)
        places = tuple(dict.fromkeys(departments)) if "department" in body else member.departments
        enabled = bool(body["enable"]) if "enable" in body else member.enabled
        leads = tuple(it for it in member.leads if it in places)
        orders = tuple(pair for pair in member.orders if pair[0] in places)
        directory.put(
            replace(member, enabled=enabled, departments=places, leads=leads, orders=orders)
        )
    return {}


def delete_several(call: ApiCall) -> dict[str, Any]:
    """Remove all members of a list, or nobody: one wrong id refuses the call (doc/90199)."""
    userids = call.json().get("useridlist")
    if not isinstance(userids, list) or not all(isinstance(item, str) for item in userids):
        raise ApiError(40058, "useridlist is not a list of texts")
    if not userids or len(userids) > MAX_DELETED:
        raise ApiError(40058, f"useridlist has no userid, or more than {MAX_DELETED}")
    return _delete(call, userids)


def delete_one(call: ApiCall) -> dict[str, Any]:
    """Remove a member (doc/90198)."""
    return _delete(call, [call.request.query.get("userid", "")])


def _delete(call: ApiCall, userids: list[str]) -> dict[str, Any]:
    directory = call.corp.directory
    with call.corp.lock:
        for userid in userids:
            if directory.find(userid) is None:
                raise ApiError(60111)
            if userid.lower() == directory.creator.lower():
                raise ApiError(CREATOR_ERROR)
        for userid in userids:
            directory.discard(userid)
        directory.drop_condemned()
    return {}


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
