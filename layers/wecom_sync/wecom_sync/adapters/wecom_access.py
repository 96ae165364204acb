"""Calls of WeCom with a token that a secret got: new tokens, repeats, and secrets that rest."""

import hashlib
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, field
from functools import partial
from typing import Any

import requests

from wecom_sync.adapters.http_exchange import CONNECT_SECONDS, READ_SECONDS, TOTAL_SECONDS, exchange
from wecom_sync.domain.errors import (
    NoAnswerError,
    PermanentError,
    RetryableError,
    UnknownOutcomeError,
    UnreachableError,
    WeComError,
)
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock, TokenStore
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, TokenRefusal
from wecom_sync.wecom.remedies import PREFIX, Call, Remedy, refuses_access, remedy

UNREADABLE = -1
"""An errcode that is not a number counts as "system busy"."""
REPEATS = 3
"""`-1` means "system busy": try again, at most three times (doc/90313)."""
REPEAT_SECONDS = 0.5
REFUSED_SECONDS = (900, 3600, 14_400, 21_600)
"""How long we do not ask with a secret that WeCom refused, by how often it did: it bans an address
that goes on asking (45009)."""
TOKEN_SECONDS = 7200
NO_PARAMS: Mapping[str, str] = {}
_JSON = {"Content-Type": "application/json; charset=utf-8"}


@dataclass
class WeComAccess[S: CorpSecret | AppSecret]:
    """What opens WeCom for one secret. A token is refreshed at most once a call."""

    base_url: str
    alias: str
    secret: S
    tokens: TokenStore
    _: KW_ONLY
    renewed: Callable[[], S] | None = None
    """Reads the secret past the cache."""
    clock: Clock = time.time
    sleep: Callable[[float], None] = time.sleep
    count: Callable[[str], None] = lambda _: None
    total_seconds: float = TOTAL_SECONDS
    _session: requests.Session = field(default_factory=requests.Session, init=False)

    def __post_init__(self) -> None:
        self.base_url = self.base_url.rstrip("/")

    def sign_in(self) -> None:
        self._new_token()

    def _post(self, path: str, document: Mapping[str, object], **request: Any) -> dict[str, Any]:
        # Raw UTF-8, because WeCom refuses \uXXXX escapes (40033).
        body = json.dumps(document, ensure_ascii=False).encode()
        return self._call(path, "POST", data=body, headers=_JSON, **request)

    def _call(self, path: str, method: str = "GET", **request: Any) -> dict[str, Any]:
        """Call with a token; count a call without an answer, and what only a person can mend."""
        try:
            return self._answer(path, method, **request)
        except WeComError as error:
            if refuses_access(Call.of(error.path), error.errcode):
                self.count("AccessRefused")
            raise
        except (UnreachableError, UnknownOutcomeError):
            self.count("WeComUnreachable")
            raise

    def _answer(
        self,
        path: str,
        method: str,
        is_result: Callable[[Mapping[str, Any]], bool] = lambda _: False,
        **request: Any,
    ) -> dict[str, Any]:
        """Repeat after `-1`, and once after a refused token with a new one."""
        refreshed = False
        repeats = 0
        while True:
            token = self._token()
            answer = self._exchange(path, method, token, **request)
            code = errcode_of(answer)
            if code == 0 or is_result(answer):
                return answer
            call = Call.of(path)
            if call is Call.SUBMIT and (answer.get("jobid") or not _is_number(answer["errcode"])):
                raise UnknownOutcomeError("no job", how="how_incomplete").of_call(path)
            measure = remedy(call, code)
            if measure is Remedy.NEW_TOKEN and not refreshed:
                refreshed = True
                self.tokens.drop_token(self.alias, token)
            elif measure is Remedy.REPEAT and repeats < REPEATS:
                self.sleep(REPEAT_SECONDS * 2.0**repeats * (1 + secrets.randbelow(1000) / 1000))
                repeats += 1
            else:
                raise WeComError(code, str(answer.get("errmsg", "")), path)

    def _exchange(
        self,
        path: str,
        method: str,
        token: str | None,
        params: Mapping[str, str] = NO_PARAMS,
        seconds: int = READ_SECONDS,
        **body: Any,
    ) -> dict[str, Any]:
        proxy = self.secret.proxy
        send = partial(
            self._session.request,
            method,
            self.base_url + path,
            # `requests` leaves out what is None.
            params={"access_token": token, **params},
            timeout=(CONNECT_SECONDS, seconds),
            allow_redirects=False,
            stream=True,
            # Said here it goes before the environment's, and nothing but WeCom is called by it.
            proxies={"http": proxy, "https": proxy} if proxy else None,
            **body,
        )
        try:
            return exchange(send, self.total_seconds)
        except UnknownOutcomeError as error:
            if Call.of(path) is Call.SUBMIT:
                raise error.of_call(path) from None
            raise NoAnswerError(str(error), **error.params).of_call(path) from None
        except RetryableError as error:
            raise error.of_call(path) from None

    def _token(self) -> str:
        """Return the corp's token, from the table when it has one (doc/91039).

        Our secret may be minutes old: when another one got the token, or when WeCom has refused
        ours, it is read again first.
        """
        shared = self.tokens.token(self.alias)
        if shared and shared.is_of(self._secret_digest()):
            return shared.token
        has_looked = shared is not None
        if shared and self._has_another_secret() and shared.is_of(self._secret_digest()):
            return shared.token
        try:
            return self._new_token()
        except WeComError as error:
            is_secret = remedy(Call.TOKEN, error.errcode) is Remedy.REMEMBER
            if has_looked or not is_secret or not self._has_another_secret():
                raise
        return self._new_token()

    def _has_another_secret(self) -> bool:
        """Read the secret again; return whether it is another one that can be used."""
        before = self._secret_digest()
        try:
            self.secret = self.renewed() if self.renewed else self.secret
        except PermanentError:
            return False
        return self._secret_digest() != before

    def _new_token(self) -> str:
        """Ask WeCom for a token. A secret that it refused is not shown again for a while."""
        path = PREFIX + Call.TOKEN
        refusal = self.tokens.refusal(self.alias, self._secret_digest())
        if refusal and self.clock() < refusal.until:
            raise WeComError(refusal.errcode, refusal.errmsg, path, rests=refusal.until)
        params = {"corpid": self.secret.corp_id, "corpsecret": self.secret.corpsecret}
        answer = self._exchange(path, "GET", None, params)
        if code := errcode_of(answer):
            errmsg = str(answer.get("errmsg", ""))
            is_for_good = remedy(Call.TOKEN, code) is Remedy.REMEMBER
            rests = self._remember(code, errmsg, refusal) if is_for_good else None
            raise WeComError(code, errmsg, path, rests=rests)
        if not answer.get("access_token"):
            raise NoAnswerError("no access_token", how="how_incomplete").of_call(path)
        token = str(answer["access_token"])
        expires = self.clock() + whole(answer.get("expires_in"), TOKEN_SECONDS)
        self.tokens.put_token(self.alias, token, expires, self._secret_digest())
        if refusal:
            self.tokens.drop_refusal(self.alias, self._secret_digest())
        return token

    def _remember(self, code: int, errmsg: str, before: TokenRefusal | None) -> float:
        times = before.times + 1 if before else 1
        seconds = REFUSED_SECONDS[min(times, len(REFUSED_SECONDS)) - 1]
        refusal = TokenRefusal(code, errmsg, self.clock() + seconds, times)
        self.tokens.put_refusal(self.alias, self._secret_digest(), refusal)
        return refusal.until

    def _secret_digest(self) -> str:
        text = f"{self.secret.corp_id}\n{self.secret.corpsecret}"
        return hashlib.sha256(text.encode()).hexdigest()


def errcode_of(answer: Mapping[str, Any]) -> int:
    return whole(answer.get("errcode", 0), UNREADABLE)


def _is_number(value: object) -> bool:
    return whole(value, 0) == whole(value, 1)


def whole(value: object, otherwise: int) -> int:
    try:
        return int(str(value))
    except ValueError:
        return otherwise
