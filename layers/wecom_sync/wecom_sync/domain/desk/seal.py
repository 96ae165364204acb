"""The seal of a drop that the desk writes for a person: S3 says only that the desk put it. Pure."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from wecom_sync.domain.drop import SEAL

FRESH_SEAL = timedelta(minutes=5)
MAX_BROUGHT_BYTES = 4_500_000
"""The largest file that the desk takes: Lambda takes no larger request."""
MAX_SEALED_BYTES = 20 * 1024 * 1024
"""The largest that it writes: a workbook is larger as a CSV."""


def seal_of(
    secret: bytes, bucket: str, key: str, metadata: Mapping[str, str], content: bytes
) -> str:
    """Return the seal of a drop with all its other metadata, as hexadecimal digits."""
    others = sorted((name, value) for name, value in metadata.items() if name != SEAL)
    parts = bucket, key, others, hashlib.sha256(content).hexdigest()
    return hmac.new(secret, json.dumps(parts).encode(), hashlib.sha256).hexdigest()


def is_right_seal(
    secret: bytes, bucket: str, key: str, metadata: Mapping[str, str], content: bytes
) -> bool:
    """Whether the drop is as it was sealed. It takes the same time wherever it differs."""
    expected = seal_of(secret, bucket, key, metadata, content)
    return hmac.compare_digest(expected.encode(), metadata[SEAL].encode())


def is_fresh_seal(asked: datetime | None, put: datetime) -> bool:
    """Whether a drop was put when it was asked for: a copy keeps the metadata."""
    return asked is not None and abs(put - asked) <= FRESH_SEAL
