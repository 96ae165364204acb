"""Access tokens, bans for wrong secrets, and call counters."""

import secrets
import threading
from collections import Counter, defaultdict, deque
from dataclasses import dataclass
from typing import Final

from wecom_simulator.state.errors import ApiError

CONTACT: Final = "contact"
MINUTE_SECONDS: Final = 60
LIFETIME_SECONDS: Final = 7200
WRONG_SECRETS: Final = 10
"""So many from one address for one corp are too many."""
BAN_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Token:
    """An access token: whose it is, by which secret (``contact`` or a name), until when."""

    value: str
    corp_id: str
    secret_name: str
    expires_at: float


class TokenLedger:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tokens: dict[str, Token] = {}
        self._current: dict[tuple[str, str], str] = {}

    def issue(self, corp_id: str, secret_name: str, now: float) -> Token:
        """Return the token of that secret: the same one as long as it is valid (doc/91039)."""
        with self._lock:
            token = self._tokens.get(self._current.get((corp_id, secret_name), ""))
            if token and token.expires_at > now:
                return token
            value = secrets.token_urlsafe(160)
            token = Token(value, corp_id, secret_name, now + LIFETIME_SECONDS)
            self._tokens[token.value] = token
            self._current[corp_id, secret_name] = token.value
            return token

    def find(self, value: str) -> Token | None:
        with self._lock:
            return self._tokens.get(value)

    def resolve(self, value: str, now: float) -> Token:
        """Return a valid token; raises ApiError 41001, 40014 or 42001."""
        if not value:
            raise ApiError(41001)
        token = self.find(value)
        if token is None:
            raise ApiError(40014)
        if token.expires_at <= now:
            raise ApiError(42001)
        return token

    def forget(self, corp_id: str) -> None:
        """Forget a corp's tokens: they answer 40014 from now on."""
        with self._lock:
            self._tokens = {it: t for it, t in self._tokens.items() if t.corp_id != corp_id}


class Bans:
    """Addresses that gave wrong secrets of a corp (45009, doc/90313)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wrong: Counter[str] = Counter()
        self._until: dict[str, float] = {}

    def check(self, address: str, now: float) -> None:
        """Raise ApiError 45009 while *address* is banned."""
        if self._until.get(address, 0) > now:
            raise ApiError(45009)

    def wrong_secret(self, address: str, now: float) -> None:
        """Count a wrong secret; the tenth bans the address for an hour."""
        with self._lock:
            self._wrong[address] += 1
            if self._wrong[address] >= WRONG_SECRETS:
                self._until[address] = now + BAN_SECONDS
                del self._wrong[address]


class CallCounter:
    """A corp's calls per path in the last minute (45009, doc/90454)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, path: str, now: float, limit: float) -> None:
        """Count a call; raises ApiError 45009 above *limit* calls in 60 seconds."""
        with self._lock:
            calls = self._calls[path]
            while calls and calls[0] <= now - MINUTE_SECONDS:
                calls.popleft()
            if len(calls) >= limit:
                raise ApiError(45009)
            calls.append(now)
