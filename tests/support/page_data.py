"""What a page for people shows, as its script unpacks it."""

import base64
import gzip
import json
import re
from typing import Any

_PACKED = re.compile(rb'id="data">([^<]*)<')


def data_of(page: bytes) -> Any:
    match = _PACKED.search(page)
    assert match is not None
    return json.loads(gzip.decompress(base64.b64decode(match[1])))["data"]
