"""WeCom's error codes as the simulator words them, and the exceptions that carry one.

Codes and meanings: doc/90313 (全局错误码). The English wording is WeCom's own style, not a
contract: callers must judge by ``errcode`` alone (doc/90455).
"""

from typing import Final

MESSAGES: Final[dict[int, str]] = {
    -1: "system busy",
    0: "ok",
    40001: "invalid credential",
    40003: "invalid userid",
    40005: "invalid file type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40033: "invalid charset",
    40057: "invalid callback url",
    40058: "invalid parameter",
    40066: "invalid party list",
    40088: "jobid not exist",
    40089: "result of batch job has been cleaned",
    40092: "invalid import file",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    42001: "access_token expired",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45009: "api freq out of limit",
    45026: "trigger the protection of deleting users",
    48002: "api forbidden",
    60001: "invalid party name length",
    60003: "party not found",
    60004: "invalid parent party id",
    60008: "party already existed",
    60009: "party name with invalid characters",
    60010: "party relation loop",
    60020: "not allow to access from your ip",
    60102: "userid existed",
    60103: "invalid mobile",
    60104: "mobile existed",
    60105: "invalid email",
    60106: "email existed",
    60110: "too many departments of user",
    60111: "userid not found",
    60112: "invalid name",
    60123: "invalid party id",
    60127: "department missing",
    60129: "both mobile and email are empty",
    60132: "is_leader_in_dept and department are not of the same size",
    93000: "invalid webhook url",
    301005: "not allow del corp creator",
    301012: "invalid position",
    301013: "invalid telephone",
    301014: "invalid english name",
    302003: "duplicate userid in import file",
    302004: "invalid organization",
    302005: "import fail, please retry later",
    302006: "duplicate partyid in import file",
    302007: "duplicate party name under the same parent in import file",
    302008: "another import job is running",
}


def message(errcode: int) -> str:
    """Return the bare ``errmsg`` of *errcode*; codes outside the table read ``unknown error``."""
    return MESSAGES.get(errcode, "unknown error")


class RefusedError(Exception):
    """WeCom refuses something with an ``errcode``; *detail* tells a developer what was wrong."""

    def __init__(self, errcode: int, detail: str = "") -> None:
        self.errcode = errcode
        self.detail = detail
        super().__init__(f"{errcode} {message(errcode)}{': ' + detail if detail else ''}")


class ApiError(RefusedError):
    """A call that WeCom answers with an error: HTTP 200 and this ``errcode``."""


class JobError(RefusedError):
    """An import that WeCom refuses as a whole, before any row is applied."""


class RowError(RefusedError):
    """One row that WeCom refuses; the other rows of the file are applied."""


class ControlError(Exception):
    """A request to the control API, or a configuration, that makes no sense."""

    def __init__(self, text: str, status: int = 400) -> None:
        self.status = status
        super().__init__(text)
