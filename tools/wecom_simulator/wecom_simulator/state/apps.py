"""A corp's apps of its own (自建应用): who sees one, who logs in to it, and what it has sent."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from wecom_simulator.state.errors import ApiError, ControlError
from wecom_simulator.state.values import checked

CODE_SECONDS: Final = 300
RATES: Final = {60: 30, 3600: 1000}
"""How many messages of an app a member gets in so many seconds; further ones are dropped without a
word (doc/90312)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """`visible`, `unlicensed`: userids; `domains`: trusted ones, with their ports."""

    agent_id: int
    secret: str
    visible: tuple[str, ...] | None = None
    domains: tuple[str, ...] = ()
    unlicensed: tuple[str, ...] = ()

    @property
    def secret_name(self) -> str:
        return f"app-{self.agent_id}"

    def shows_to(self, userid: str) -> bool:
        return self.visible is None or userid.lower() in map(str.lower, self.visible)


_FIELDS: Final = frozenset(item.name for item in fields(App))


def parsed_app(value: Mapping[str, Any] | App) -> App:
    """Return an app from its JSON form; raises ControlError."""
    if isinstance(value, App):
        return value
    if not isinstance(value, Mapping) or not value.get("agent_id") or not value.get("secret"):
        raise ControlError("an app needs agent_id and secret")
    return App(**checked(App, value, _FIELDS))


@dataclass(slots=True)
class Login:
    """A code (doc/91023): of which app, until when, and what it is redeemed for."""

    agent_id: int
    expires_at: float
    who: dict[str, Any]
    used: bool = False


@dataclass(slots=True)
class AppLedger:
    """What the apps of a corp have done; hold the corp's lock."""

    cards: list[dict[str, Any]] = field(default_factory=list)
    """Each with `time`, `agent_id`, `card` and the `userids` of who got it."""
    _logins: dict[str, Login] = field(default_factory=dict)
    _bodies: dict[str, float] = field(default_factory=dict)
    _times: defaultdict[tuple[int, str], list[float]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def code(self, agent_id: int, who: dict[str, Any], now: float) -> str:
        code = secrets.token_urlsafe(32)
        self._logins[code] = Login(agent_id, now + CODE_SECONDS, who)
        return code

    def redeem(self, code: str, app: App, now: float) -> dict[str, Any]:
        """Return who logged in; raises ApiError 40029, 42022 or 42003."""
        login = self._logins.get(code)
        if login is None or login.agent_id != app.agent_id:
            raise ApiError(40029)
        if login.used:
            raise ApiError(42022)
        if login.expires_at <= now:
            raise ApiError(42003)
        login.used = True
        return login.who

    def repeats(self, body: str, now: float, seconds: float) -> bool:
        """Tell whether the same request came in the last so many seconds; keep it if not."""
        if self._bodies.get(body, now - seconds) > now - seconds:
            return True
        self._bodies[body] = now
        return False

    def takes(self, agent_id: int, userid: str, now: float) -> bool:
        times = [it for it in self._times[agent_id, userid] if it > now - max(RATES)] + [now]
        self._times[agent_id, userid] = times
        return all(sum(it > now - span for it in times) <= most for span, most in RATES.items())
