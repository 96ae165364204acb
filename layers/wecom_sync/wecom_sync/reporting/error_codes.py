"""WeCom's error codes: what each one means, and what a person should do.

What we do ourselves is in `wecom.remedies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES
from wecom_sync.reporting.error_codes_rows import ROW_ERRCODES
from wecom_sync.reporting.language import Text


@dataclass(frozen=True, slots=True)
class ErrCode:
    """One code: what happened, in a sentence, and what an administrator should do now."""

    explanation: Text
    advice: Text


DROP_AGAIN = Text("drop the file again", "重新提交文件")
LOOK_AGAIN = Text("run doctor again", "重新运行 doctor")
"""How to try again where no file was dropped."""
_ALL = {**CALL_ERRCODES, **ROW_ERRCODES}


def _entry(code: int, again: Text) -> ErrCode:
    explanation, advice = _ALL[code]
    filled = Text(advice.en.replace("{again}", again.en), advice.zh.replace("{again}", again.zh))
    return ErrCode(explanation, filled)


ERRCODES: Mapping[int, ErrCode] = {code: _entry(code, DROP_AGAIN) for code in sorted(_ALL)}
"""Every code that an import may meet. The texts have no blanks."""


def errcode(code: int, again: Text = DROP_AGAIN) -> ErrCode:
    """Return the texts of a code; for an unknown one, where to look it up.

    `again`: what to do once the cause is gone.
    """
    if code in ERRCODES:
        return ERRCODES[code] if again is DROP_AGAIN else _entry(code, again)
    return ErrCode(
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
