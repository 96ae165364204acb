"""WeCom's error codes as the simulator words them, and the exceptions that carry one.

Codes and meanings: doc/90313 (全局错误码). The English wording is WeCom's own style, not a
contract: callers must judge by ``errcode`` alone (doc/90455).
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

MESSAGES: Final[Mapping[int, str]] = {
    int(errcode): text
    for errcode, text in json.loads(Path(__file__).with_suffix(".json").read_text()).items()
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
