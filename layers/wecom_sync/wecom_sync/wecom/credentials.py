"""What opens a corp's WeCom, and what proves that a callback is WeCom's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Credentials:
    """What proves a callback: token (at most 32 letters or digits), AES key (43), receiver id."""

    token: str
    aes_key: str
    receive_id: str


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """WeCom's refusal of a secret, how often it came, and until when (UTC) nobody asks again."""

    errcode: int
    errmsg: str
    until: float
    times: int


@dataclass(frozen=True, slots=True)
class SharedToken:
    """An access token, and the digest of the secret that got it; blank where nobody noted it."""

    token: str
    secret_digest: str = ""

    def is_of(self, secret_digest: str) -> bool:
        """Whether whoever has this secret may use the token."""
        return self.secret_digest in {"", secret_digest}


@dataclass(frozen=True, slots=True)
class CorpSecret:
    """What one corp's secret holds; the callback pair is for the console's fixed URL."""

    corp_id: str
    contact_secret: str
    callback_token: str | None = None
    callback_aes_key: str | None = None

    @property
    def callback(self) -> Credentials | None:
        """The fixed callback credentials, None when the secret has none."""
        if not self.callback_token or not self.callback_aes_key:
            return None
        return Credentials(self.callback_token, self.callback_aes_key, self.corp_id)


@dataclass(frozen=True, slots=True)
class Callback:
    """Where WeCom reports the end of one job, and what proves that it is WeCom."""

    url: str
    credentials: Credentials
