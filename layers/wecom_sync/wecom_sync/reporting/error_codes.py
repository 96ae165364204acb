"""WeCom's error codes: what each one means, and what a person should do.

What we do ourselves is in `wecom.remedies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES, Repair
from wecom_sync.reporting.error_codes_rows import ROW_ERRCODES
from wecom_sync.reporting.language import Text


@dataclass(frozen=True, slots=True)
class ErrCode:
    """One code: what happened, in a sentence, and what an administrator should do now.

    `repair` is the advice when there is no file to drop again.
    """

    explanation: Text
    advice: Text
    repair: Text


def _errcode(explanation: Text, todo: Text | Repair) -> ErrCode:
    if isinstance(todo, Repair):
        return ErrCode(explanation, todo.then_drop, todo.alone)
    return ErrCode(explanation, todo, todo)


ERRCODES: Mapping[int, ErrCode] = {
    code: _errcode(explanation, todo)
    for code, (explanation, todo) in sorted({**CALL_ERRCODES, **ROW_ERRCODES}.items())
}
"""Every code that an import may meet. The texts have no blanks."""


def errcode(code: int) -> ErrCode:
    """Return the texts of a code; for an unknown one, where to look it up."""
    return ERRCODES.get(code) or _errcode(
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
