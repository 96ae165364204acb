"""Who somebody at the desk is: WeCom says it once, a signed cookie says it for hours."""

import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import NamedTuple

from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.desk.session import (
    IDLE_SECONDS,
    LOGIN_SECONDS,
    SESSION_SECONDS,
    Signer,
)
from wecom_sync.use_cases.ports import Clock
from wecom_sync.wecom.app import LOGIN_AGAIN, login_url
from wecom_sync.wecom.credentials import AppSecret

SESSION, LOGIN = "desk-session", "desk-login"
"""The cookies: who it is, and where they were when they were sent to WeCom."""
_MOST_RETURNS = 10_000
"""How many returns a process remembers."""
_IN_WECOM = re.compile(r"\bwxwork\b", re.IGNORECASE)


class Session(NamedTuple):
    """Who is signed in, with what the tokens of their pages are bound to, and since when."""

    user: str
    id: str
    start: float


class Cookie(NamedTuple):
    name: str
    value: str
    seconds: int
    """How long the browser keeps it; 0 to forget it."""


class Redirection(NamedTuple):
    """Another address, the cookies that the browser gets on the way, and who has signed in."""

    address: str
    cookies: tuple[Cookie, ...]
    user: str = ""


@dataclass(frozen=True, slots=True)
class DeskLogin:
    """The way to WeCom and back, and the session after it.

    `authorize_url`, `qr_url`: WeCom's pages for its own browser and for others; `user_of`: redeems
    a code of a corp, None for one that names no member; `random`: hexadecimal digits.
    """

    secret: Callable[[], bytes]
    authorize_url: str
    qr_url: str
    user_of: Callable[[str, str], str | None]
    count: Callable[[str], None]
    clock: Clock
    random: Callable[[], str]
    _returned: dict[str, None] = field(default_factory=dict, init=False, compare=False)

    def signer(self, corp: str) -> Signer:
        return Signer(self.secret(), corp)

    def session(self, corp: str, cookies: Mapping[str, str]) -> Session | None:
        words = self.signer(corp).read("session", cookies.get(SESSION, ""), self.clock())
        return Session(words["user"], words["id"], float(words["start"])) if words else None

    def renewed(self, corp: str, session: Session) -> Cookie:
        """Return the cookie of a session that is used now."""
        left = session.start + SESSION_SECONDS - self.clock()
        seconds = min(IDLE_SECONDS, int(left))
        words = {"user": session.user, "id": session.id, "start": str(int(session.start))}
        signed = self.signer(corp).sign("session", words, self.clock() + seconds)
        return Cookie(SESSION, signed, seconds)

    def leave(self, corp: str, secret: AppSecret, base: str, agent: str, path: str) -> Redirection:
        """Send a browser to WeCom's page that suits it, and back to the page that it wanted.

        `base`: the address of the corp's desk; `path`: of a page below it.
        """
        state = self.random()
        words = {"state": state, "back": path}
        signed = self.signer(corp).sign("login", words, self.clock() + LOGIN_SECONDS)
        in_wecom = bool(_IN_WECOM.search(agent))
        page = self.authorize_url if in_wecom else self.qr_url
        address = login_url(page, secret, f"{base}/login", state, in_wecom=in_wecom)
        return Redirection(address, (Cookie(LOGIN, signed, LOGIN_SECONDS),))

    def come_back(
        self, corp: str, base: str, query: Mapping[str, str], cookies: Mapping[str, str]
    ) -> Redirection | None:
        """Sign in who comes from WeCom, once for each time they were sent there; None if not.

        Only the browser that was sent may return: another one lacks the cookie. WeCom is asked once
        for each time somebody was sent, so that nobody makes us ask it in vain.
        """
        words = self.signer(corp).read("login", cookies.get(LOGIN, ""), self.clock())
        code, state = query.get("code", ""), query.get("state", "")
        if words is None or not code or words["state"] != state or state in self._returned:
            return None
        if len(self._returned) >= _MOST_RETURNS:
            self._returned.clear()
        self._returned[state] = None
        try:
            user = self.user_of(corp, code)
        except WecomSyncError as error:
            if getattr(error, "errcode", None) not in LOGIN_AGAIN:
                self.count("LoginsFailed")
            return None
        if user is None:
            return None
        session = Session(user, self.random(), self.clock())
        address = f"{base}/{words['back']}".rstrip("/")
        return Redirection(address, (self.renewed(corp, session), Cookie(LOGIN, "", 0)), user)

    def token(self, corp: str, session: Session, path: str) -> str:
        """Return what a page sends along with a POST to one path, as long as the session lasts."""
        words = {"session": session.id, "path": path}
        return self.signer(corp).sign("post", words, self.clock() + SESSION_SECONDS)

    def is_token(self, corp: str, session: Session, path: str, token: str) -> bool:
        words = self.signer(corp).read("post", token, self.clock())
        return words == {"session": session.id, "path": path}
