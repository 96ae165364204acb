"""WeCom's error codes: what each one means, what helps, and what a person should do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wecom_sync.errcode_calls import CALL_ERRCODES
from wecom_sync.errcode_rows import ROW_ERRCODES
from wecom_sync.texts import Text


class Remedy(StrEnum):
    """What the caller can do about a code."""

    RETRY = "retry"
    REFRESH_TOKEN = "refresh_token"  # noqa: S105
    UPLOAD_AGAIN = "upload_again"
    WAIT = "wait"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class ErrCode:
    """One code: what happened, in a sentence, and what an administrator should do now."""

    remedy: Remedy
    explanation: Text
    advice: Text


_REMEDIES = {
    -1: Remedy.RETRY,
    6000: Remedy.RETRY,
    45009: Remedy.RETRY,
    45033: Remedy.RETRY,
    302005: Remedy.RETRY,
    40001: Remedy.REFRESH_TOKEN,
    40014: Remedy.REFRESH_TOKEN,
    42001: Remedy.REFRESH_TOKEN,
    40007: Remedy.UPLOAD_AGAIN,
    302008: Remedy.WAIT,
}
"""Every other code is permanent. 40001 gains from a new token on a data call only: from
`gettoken` it means a wrong Secret (doc/90313)."""


ERRCODES: Mapping[int, ErrCode] = {
    code: ErrCode(_REMEDIES.get(code, Remedy.PERMANENT), explanation, advice)
    for code, (explanation, advice) in sorted({**CALL_ERRCODES, **ROW_ERRCODES}.items())
}
"""Every code an import is known to meet. Texts have no blanks to fill."""


def errcode(code: int) -> ErrCode:
    """Return what we know of a code; of an unknown one, where to look it up."""
    return ERRCODES.get(code) or ErrCode(
        Remedy.PERMANENT,
        Text(
            f"WeCom answered with code {code}, which wecom-sync does not know.",
            f"企业微信返回了错误码 {code}，wecom-sync 尚未收录。",
        ),
        Text(
            f"Look {code} up in WeCom's list of error codes: "
            "https://developer.work.weixin.qq.com/document/path/90313",
            f"请在企业微信的全局错误码页面查询 {code}："
            "https://developer.work.weixin.qq.com/document/path/90313",
        ),
    )
