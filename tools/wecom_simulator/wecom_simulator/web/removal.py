"""user/delete and user/batchdelete (doc/90198, doc/90199)."""

from typing import Any, Final

from wecom_simulator.imports.member_import import CREATOR_ERROR
from wecom_simulator.state.errors import ApiError
from wecom_simulator.web.call import ApiCall

MOST: Final = 200


def delete_several(call: ApiCall) -> dict[str, Any]:
    """Remove all members of a list, or nobody: one wrong id refuses the whole call."""
    userids = call.json().get("useridlist")
    if not isinstance(userids, list) or not all(isinstance(item, str) for item in userids):
        raise ApiError(40058, "useridlist is not a list of texts")
    if not userids or len(userids) > MOST:
        raise ApiError(40058, f"useridlist has no userid, or more than {MOST}")
    with call.corp.lock:
        for userid in userids:
            _check(call, userid)
        for userid in userids:
            call.corp.directory.discard(userid)
        call.corp.directory.drop_condemned()
    return {}


def delete_one(call: ApiCall) -> dict[str, Any]:
    """Remove a member."""
    userid = call.request.query.get("userid", "")
    with call.corp.lock:
        _check(call, userid)
        call.corp.directory.discard(userid)
        call.corp.directory.drop_condemned()
    return {}


def _check(call: ApiCall, userid: str) -> None:
    if call.corp.directory.find(userid) is None:
        raise ApiError(60111)
    if userid.lower() == call.corp.directory.creator.lower():
        raise ApiError(CREATOR_ERROR)
