"""WeCom's HTTP interface for a company's own app: who logged in, and cards."""

import dataclasses
from collections.abc import Sequence
from itertools import batched, chain

from wecom_sync.adapters.wecom_access import WeComAccess, errcode_of
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock
from wecom_sync.wecom.app import MOST_USERS, NOBODY_REACHED, Card, Unreached, unreached, user_of
from wecom_sync.wecom.credentials import AppSecret, SharedToken, TokenRefusal
from wecom_sync.wecom.remedies import PREFIX, Call

DAY = 86_400


class AppClient(WeComAccess[AppSecret]):
    """One corp's app."""

    def user(self, code: str) -> str | None:
        """Redeem the code of a login (doc/91023); return the user id, None for nobody of the corp.

        A code is good once. Without an answer it may be used up: one logs in anew.
        """
        return user_of(self._call(PREFIX + Call.USER, params={"code": code}))

    def trusted_domain(self) -> str:
        """Return the domain that WeCom lets people log in at (doc/90227), blank for none.

        Raises `WeComError` where the secret is of another app, or this address may not call.
        """
        params = {"agentid": str(self.secret.agent_id)}
        return str(self._call(PREFIX + Call.APP, params=params).get("redirect_domain") or "")

    def send(self, card: Card, user_ids: Sequence[str]) -> Unreached:
        """Send a card (doc/90236); return whom it did not reach.

        It may be repeated: WeCom delivers the same message to the same people once in four hours.
        """
        results = [self._send(card, some) for some in batched(user_ids, MOST_USERS, strict=False)]
        return Unreached(*(tuple(chain(*parts)) for parts in zip(((), ()), *results, strict=True)))

    def _send(self, card: Card, user_ids: Sequence[str]) -> Unreached:
        answer = self._post(
            PREFIX + Call.SEND,
            card.message(self.secret.agent_id, user_ids),
            is_result=lambda answer: errcode_of(answer) == NOBODY_REACHED,
        )
        return unreached(user_ids, answer, errcode_of(answer))


@dataclass
class ProcessTokens:
    """Tokens and refusals of secrets that stay in the process."""

    clock: Clock
    _tokens: dict[str, tuple[str, float, str]] = dataclasses.field(default_factory=dict, init=False)
    _refusals: dict[tuple[str, str], TokenRefusal] = dataclasses.field(
        default_factory=dict, init=False
    )

    def token(self, corp: str) -> SharedToken | None:
        """Return a token with at least a minute to live."""
        token, expires, secret = self._tokens.get(corp, ("", 0.0, ""))
        return SharedToken(token, secret) if expires >= self.clock() + 60 else None

    def put_token(self, corp: str, token: str, expires: float, secret_digest: str = "") -> None:
        self._tokens[corp] = (token, expires, secret_digest)

    def drop_token(self, corp: str, token: str) -> None:
        if self._tokens.get(corp, ("", 0.0, ""))[0] == token:
            del self._tokens[corp]

    def refusal(self, corp: str, secret_digest: str) -> TokenRefusal | None:
        refusal = self._refusals.get((corp, secret_digest))
        return None if refusal is None or refusal.until + DAY < self.clock() else refusal

    def put_refusal(self, corp: str, secret_digest: str, refusal: TokenRefusal) -> None:
        self._refusals[corp, secret_digest] = refusal

    def drop_refusal(self, corp: str, secret_digest: str) -> None:
        self._refusals.pop((corp, secret_digest), None)
