"""What can go wrong, and whether trying again helps.

There are two roots. After a `RetryableError` the same call may succeed; after a `PermanentError`
a person has to change something first. Only adapters translate foreign exceptions into these.
"""

from types import MappingProxyType
from typing import ClassVar, Self

from wecom_sync.domain.texts import Listing, Param, Params, TextCode


class WecomSyncError(Exception):
    """The root of our own exceptions.

    `code` names the text in the catalogue that tells a person what happened and what to do;
    `params` fills its blanks; `people` is whom it concerns, `remark` what else is to be told. None
    ever holds a token, a name or a phone number.
    """

    code: ClassVar[TextCode] = "internal_error"
    people: Listing | None = None
    remark: TextCode | None = None
    path = ""
    """The call of WeCom's that failed, if it was one."""

    def __init__(self, message: str = "", **params: Param) -> None:
        super().__init__(message or self.code)
        self.params: Params = MappingProxyType(params)


class RetryableError(WecomSyncError):
    """The same call may succeed later. `how` a call failed is a code of the catalogue."""

    def of_call(self, path: str) -> Self:
        self.path = path
        self.params = MappingProxyType({**self.params, "call": path})
        return self


class PermanentError(WecomSyncError):
    """The same call fails again until a person changes something."""


class ConfigurationError(PermanentError):
    code = "configuration_invalid"


class UnknownCorpError(PermanentError):
    """No secret `<SecretPrefix>/<corp>` exists."""

    code = "corp_unknown"


class SecretInvalidError(PermanentError):
    """The corp's secret is not a JSON object with the fields we need."""

    code = "secret_invalid"


class SecretUnreadableError(RetryableError):
    """Secrets Manager does not give us the secret: a right or a key is missing, or it is down."""

    code = "secret_unreadable"


class ObjectGoneError(PermanentError):
    code = "object_gone"


class ObjectUnreadableError(PermanentError):
    """S3 hands the object out to nobody, or not without a key; `remark` says what to do."""

    code = "object_unreadable"

    def __init__(self, details: str, remark: TextCode) -> None:
        super().__init__(details=details)
        self.remark = remark


class UnsafeToRepeatError(PermanentError):
    """A post without an answer must not be repeated: now it would do more than was planned."""

    code = "unsafe_to_repeat"

    def __init__(self, people: Listing) -> None:
        super().__init__()
        self.people = people


class SignatureError(PermanentError):
    """A callback that is not WeCom's. Nobody learns from the answer which check failed."""

    code = "callback_invalid"


class UnreachableError(RetryableError):
    """WeCom was not reached, so the request changed nothing there."""

    code: ClassVar[TextCode] = "wecom_unreachable"


class NoAnswerError(UnreachableError):
    """No usable answer came, but the call changes nothing, so it may simply be repeated."""

    code = "wecom_no_answer"


class UnknownOutcomeError(RetryableError):
    """The request was sent and no answer came: it may have changed something."""

    code = "outcome_unknown"


class WeComError(WecomSyncError):
    """WeCom answered with an errcode. What helps: see `wecom.remedies`.

    `rests`: until when (UTC seconds) nobody asks with the refused secret, None if anybody may.
    """

    code = "wecom_refused"

    def __init__(self, errcode: int, errmsg: str, path: str, *, rests: float | None = None) -> None:
        super().__init__(f"{path}: errcode {errcode}", errcode=errcode, path=path)
        self.errcode = errcode
        self.errmsg = errmsg
        self.path = path
        self.rests = rests


class RobotRefusedError(PermanentError):
    """WeCom does not take a message for a group, and will not: its robot is gone, for example."""

    code = "wecom_refused"


class BookUnreadableError(PermanentError):
    """The corp's book was stored in another form. It is not taken for an empty one."""

    code = "book_unreadable"


class SnapshotMovedError(RetryableError):
    """Another message wrote the corp's snapshot after we had read it."""


class TransitionRefusedError(WecomSyncError):
    code = "run_moved"
