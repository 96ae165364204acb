"""One authenticated call to an endpoint, and the checks all calls share."""

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from wecom_simulator.state.corp import Corp
from wecom_simulator.state.errors import ApiError
from wecom_simulator.web.platform import Platform

_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class Request(NamedTuple):
    """What came over HTTP, as far as an endpoint may see it."""

    method: str
    path: str
    query: Mapping[str, str]
    address: str
    content_type: str
    body: bytes


class ApiCall(NamedTuple):
    """A request with the corp its token belongs to."""

    platform: Platform
    request: Request
    corp: Corp

    @property
    def now(self) -> float:
        return self.platform.clock.now()

    def json(self) -> dict[str, Any]:
        r"""Return the JSON object of the body.

        Raises ApiError 40033 for ``\uXXXX`` escapes (WeCom wants raw UTF-8) and 40058 for
        anything that is not a JSON object.
        """
        if _ESCAPE.search(self.request.body):
            raise ApiError(40033)
        try:
            value = json.loads(self.request.body.decode("utf-8"))
        except ValueError as error:
            raise ApiError(40058, "the body is not JSON in UTF-8") from error
        if not isinstance(value, dict):
            raise ApiError(40058, "the body is not a JSON object")
        return value
