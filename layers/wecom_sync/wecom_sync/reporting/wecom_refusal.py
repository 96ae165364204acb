"""The reason why WeCom refused a job or a call."""

import re

from wecom_sync.domain.run import Reason

ERRMSG_CHARS = 200
UNTRUSTED_ADDRESS = 60020
_HINT = re.compile(r",? *(?:hint: \[|more info at )")
"""What WeCom appends for its own support. It differs each time and explains nothing."""
_ADDRESS = re.compile(r"from ip: *\[?([0-9A-Fa-f:.]*[0-9A-Fa-f])")


def refusal(code: int, errmsg: str) -> Reason:
    """Return the reason. WeCom's words are cut, because they go into the table.

    The address that WeCom does not trust is only in those words, so it is taken from them.
    """
    words = _HINT.split(errmsg, maxsplit=1)[0][:ERRMSG_CHARS]
    found = _ADDRESS.search(errmsg) if code == UNTRUSTED_ADDRESS else None
    if found is None:
        return Reason("wecom_refused", {"errcode": code, "errmsg": words})
    return Reason("wecom_refused_address", {"errcode": code, "errmsg": words, "address": found[1]})
