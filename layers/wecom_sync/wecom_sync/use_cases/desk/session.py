"""What the desk gives a browser to bring back: words for one purpose and corp, until a time. Pure.

Nothing of it is stored. Whoever lacks the stack's session secret can make none up.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Literal

from wecom_sync.domain.values import dataclass

type Purpose = Literal["session", "login", "post"]

SESSION_SECONDS = 8 * 3600
IDLE_SECONDS = 3600
"""How long a session lasts that nobody uses."""
LOGIN_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs words of a corp with a key that is derived from the stack's secret."""

    secret: bytes
    corp: str

    def sign(self, purpose: Purpose, words: Mapping[str, str], until: float) -> str:
        """Return words as they stand in a cookie, good until a time (UTC epoch seconds)."""
        text = json.dumps([int(until), words], separators=(",", ":"), sort_keys=True).encode()
        return f"{base64.urlsafe_b64encode(text).decode().rstrip('=')}.{self._mark(purpose, text)}"

    def read(self, purpose: Purpose, signed: str, now: float) -> Mapping[str, str] | None:
        """Return the words, None if they are not ours, of another purpose or corp, or too old."""
        packed, _, mark = signed.partition(".")
        try:
            text = base64.urlsafe_b64decode(packed.encode() + b"=" * (-len(packed) % 4))
        except (binascii.Error, ValueError):
            return None
        if not hmac.compare_digest(self._mark(purpose, text).encode(), mark.encode()):
            return None
        until, words = json.loads(text)
        return words if now < until else None

    def _mark(self, purpose: Purpose, text: bytes) -> str:
        key = hmac.digest(self.secret, f"{self.corp}\n{purpose}".encode(), hashlib.sha256)
        return hmac.new(key, text, hashlib.sha256).hexdigest()
