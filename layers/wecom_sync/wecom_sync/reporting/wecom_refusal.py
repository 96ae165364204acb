"""The reason that an error gives a run, with what is known from WeCom's errmsg."""

import re

from wecom_sync.domain.errors import WeComError, WecomSyncError
from wecom_sync.domain.run import Reason

ERRMSG_CHARS = 200
UNTRUSTED_ADDRESS = 60020
_HINT = re.compile(r",? *(?:hint: \[|more info at )")
"""What WeCom appends for its own support. It differs each time and explains nothing."""
_ADDRESS = re.compile(r"from ip: *\[?([0-9A-Fa-f:.]*[0-9A-Fa-f])")


def reason_of(error: WecomSyncError) -> Reason:
    """Return the reason. A call that WeCom refused is named, and until when its secret rests."""
    if not isinstance(error, WeComError):
        return Reason(error.code, dict(error.params))
    reason = refusal(error.errcode, error.errmsg)
    rests = {} if error.rests is None else {"rests": int(error.rests)}
    return Reason(reason.code, {**reason.params, "call": error.path, **rests})


def refusal(code: int, errmsg: str) -> Reason:
    """Return why WeCom refused something. Its words are cut, because they go into the table.

    The address that WeCom does not trust is only in those words, so it is taken from them.
    """
    words = _HINT.split(errmsg, maxsplit=1)[0][:ERRMSG_CHARS]
    match = _ADDRESS.search(errmsg) if code == UNTRUSTED_ADDRESS else None
    if match is None:
        return Reason("wecom_refused", {"errcode": code, "errmsg": words})
    return Reason("wecom_refused_address", {"errcode": code, "errmsg": words, "address": match[1]})
