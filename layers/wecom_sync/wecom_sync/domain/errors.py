"""What can go wrong, and whether trying again helps.

Two roots: a `RetryableError` may pass by itself, a `PermanentError` needs a person. Adapters
translate foreign exceptions into these at their edge and nowhere else.
"""

from collections.abc import Mapping
from types import MappingProxyType


class WecomSyncError(Exception):
    """The root of our own exceptions.

    `code` names the text in the catalogue that tells a person what happened and what to do;
    `params` fills its blanks. Neither ever holds a token, a name or a phone number.
    """

    code = "internal_error"

    def __init__(self, message: str = "", **params: str | int) -> None:
        super().__init__(message or self.code)
        self.params: Mapping[str, str | int] = MappingProxyType(params)


class RetryableError(WecomSyncError):
    """The same call may succeed later."""


class PermanentError(WecomSyncError):
    """The same call will fail again until a person changes something."""


class ConfigurationError(PermanentError):
    """An environment variable is missing or malformed."""

    code = "configuration_invalid"


class UnknownCorpError(PermanentError):
    """No secret `<SecretPrefix>/<corp>` exists."""

    code = "corp_unknown"


class SecretInvalidError(PermanentError):
    """The corp's secret is not a JSON object with the fields we need."""

    code = "secret_invalid"


class SecretUnreadableError(RetryableError):
    """Secrets Manager does not hand the corp's secret out: a permission, a key, or a bad moment."""

    code = "secret_unreadable"


class ObjectGoneError(PermanentError):
    """The dropped object version was deleted before it was read."""

    code = "object_gone"


class ObjectUnreadableError(PermanentError):
    """S3 refuses to hand the object out: a foreign key, an archive class, a missing permission."""

    code = "object_unreadable"


class UnsafeToRepeatError(PermanentError):
    """A post that was never answered may not be posted again: it would do more than was planned."""

    code = "unsafe_to_repeat"


class SignatureError(PermanentError):
    """A callback that is not WeCom's: signature, padding, length or receiver is wrong.

    One class for every reason, so that nobody learns from the answer which check failed.
    """

    code = "callback_refused"


class UnreachableError(RetryableError):
    """WeCom was not reached: the request certainly did no work there."""

    code = "wecom_unreachable"


class UnknownOutcomeError(RetryableError):
    """The request was sent and its answer never arrived: it may have done its work."""

    code = "outcome_unknown"


class WeComError(WecomSyncError):
    """WeCom answered with an errcode; with the call it decides what helps (see `remedies`)."""

    code = "wecom_refused"

    def __init__(self, errcode: int, errmsg: str, path: str) -> None:
        super().__init__(f"{path}: errcode {errcode}", errcode=errcode, path=path)
        self.errcode = errcode
        self.errmsg = errmsg
        self.path = path


class SnapshotMovedError(RetryableError):
    """Somebody else wrote the corp's snapshot between our reading and our writing it."""

    code = "internal_error"


class TransitionRefusedError(WecomSyncError):
    """Somebody else moved the run first; read it again."""

    code = "transition_refused"
