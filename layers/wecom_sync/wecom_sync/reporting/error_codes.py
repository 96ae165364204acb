"""WeCom's error codes: what each one means, and what a person should do.

Source: doc/90313 and the pages of the single calls. `error_codes.json` has them in both languages:
`calls` about calls, access, files and import jobs, `rows` about one member or department, `app`
about calls of a company's own app, and `unlisted` about any other code. Advice that several codes
give is named there and stands in `shared`. What we do ourselves is in `wecom.remedies`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from wecom_sync.domain.values import dataclass
from wecom_sync.reporting.language import Text

_TABLES: Mapping[str, Mapping[str, Any]] = json.loads(
    Path(__file__).with_suffix(".json").read_text("utf-8")
)


@dataclass(frozen=True, slots=True)
class ErrCode:
    """One code: what happened, in a sentence, and what an administrator should do now.

    `repair` is the advice when there is no file to drop again: `doctor` meets the same codes.
    """

    explanation: Text
    advice: Text
    repair: Text


def _read(entry: Mapping[str, Any]) -> ErrCode:
    """Return a code with one advice, or with a cause to mend first: `repair`, no full stop."""
    explanation = Text(entry["en"], entry["zh"])
    if "advice" in entry:
        advice = _text(entry["advice"])
        return ErrCode(explanation, advice, advice)
    mend = _text(entry["repair"])
    then_drop = Text(f"{mend.en}, then drop the file again.", f"{mend.zh}，再重新提交文件。")
    return ErrCode(explanation, then_drop, Text(f"{mend.en}.", f"{mend.zh}。"))


def _text(advice: str | Mapping[str, str]) -> Text:
    words = _TABLES["shared"][advice] if isinstance(advice, str) else advice
    return Text(words["en"], words["zh"])


def _table(name: str) -> dict[int, ErrCode]:
    return {int(number): _read(entry) for number, entry in _TABLES[name].items()}


CALL_ERRCODES: Mapping[int, ErrCode] = _table("calls")
ROW_ERRCODES: Mapping[int, ErrCode] = _table("rows")
APP_ERRCODES: Mapping[int, ErrCode] = _table("app")
"""An app has a secret, addresses and people of its own, so a code asks for something else there."""
ERRCODES: Mapping[int, ErrCode] = dict(sorted({**CALL_ERRCODES, **ROW_ERRCODES}.items()))
"""Every code that an import may meet. The texts have no blanks."""


def errcode(code: int) -> ErrCode:
    """Return the texts of a code; for an unknown one, where to look it up."""
    return ERRCODES.get(code) or _unknown(code)


def app_errcode(code: int) -> ErrCode:
    """Return the texts of a code that answers a call of an app."""
    return APP_ERRCODES.get(code) or errcode(code)


def _unknown(code: int) -> ErrCode:
    entry = _read(_TABLES["unlisted"])
    explanation, advice = (
        Text(text.en.format(code=code), text.zh.format(code=code))
        for text in (entry.explanation, entry.advice)
    )
    return ErrCode(explanation, advice, advice)
