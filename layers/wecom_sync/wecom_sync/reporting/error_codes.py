"""What WeCom's error codes mean, and what a person should do. For ours see `wecom.remedies`."""

from collections.abc import Mapping

from wecom_sync.reporting.error_codes_calls import CALL_ERRCODES, ErrCode, entry
from wecom_sync.reporting.error_codes_rows import ROW_ERRCODES

ERRCODES: Mapping[int, ErrCode] = dict(sorted({**CALL_ERRCODES, **ROW_ERRCODES}.items()))
"""Every code that an import may meet. The texts have no blanks."""


def errcode(code: int) -> ErrCode:
    """Return the texts of a code; for an unknown one, where to look it up."""
    return ERRCODES.get(code) or entry(
        f"WeCom answered with code {code}, which wecom-sync does not know.",
        f"企业微信返回了错误码 {code}，wecom-sync 尚未收录。",
        f"Look {code} up in WeCom's list of error codes: "
        "https://developer.work.weixin.qq.com/document/path/90313",
        f"请在企业微信的全局错误码页面查询 {code}："
        "https://developer.work.weixin.qq.com/document/path/90313",
    )
