"""A corp's secrets, its tokens, and the credentials of callbacks."""

import hmac
import re
from dataclasses import field
from typing import ClassVar

from wecom_sync.domain.values import dataclass

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Verify a callback; a blank receiver is not checked."""

    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    receive_id: str


def job_credentials(master: bytes, corp: str, run_id: str, receive_id: str) -> Credentials:
    """Derive the token and key of one run's callback from the stack's own secret.

    WeCom takes them with each job: a leaked one opens nothing else.
    """
    subject = f"{corp}/{run_id}"
    return Credentials(
        token=_derived(master, f"token:{subject}", 32),
        aes_key=_derived(master, f"key:{subject}", 43),
        receive_id=receive_id,
    )


def _derived(master: bytes, subject: str, length: int) -> str:
    """Return letters and digits, all equally likely; WeCom takes no other characters."""
    letters: list[str] = []
    counter = 0
    limit = 256 - 256 % len(_ALPHABET)
    while len(letters) < length:
        text = f"{counter}:{subject}".encode(errors="surrogatepass")
        block = hmac.digest(master, text, "sha256")
        letters += [_ALPHABET[byte % len(_ALPHABET)] for byte in block if byte < limit]
        counter += 1
    return "".join(letters[:length])


@dataclass(frozen=True, slots=True)
class TokenRefusal:
    """How WeCom refused a secret, how often, and until when (UTC seconds) we do not ask again."""

    errcode: int
    errmsg: str
    until: float
    times: int


@dataclass(frozen=True, slots=True)
class SharedToken:
    """An access token, and the digest of the secret that got it, blank if not known."""

    token: str = field(repr=False)
    secret_digest: str = ""

    def is_of(self, secret_digest: str) -> bool:
        """Whether this secret got the token, or may have."""
        return self.secret_digest in {"", secret_digest}


_PROXY = re.compile(r"https?://([^@/\s]+@)?[^@/:\s]+(:[0-9]{1,5})?/?")
_READ_PROXY = {"read": lambda value: value if _PROXY.fullmatch(str(value)) else None}
"""Of the company's own outgoing proxy: `https://user:password@host:port`."""


@dataclass(frozen=True, slots=True)
class CorpSecret:
    """What opens one corp's address book."""

    SUFFIX: ClassVar[str] = ""
    """What follows the corp's alias in the name of the secret."""

    corp_id: str
    contact_secret: str = field(repr=False)
    proxy: str | None = field(default=None, repr=False, metadata=_READ_PROXY)

    @property
    def corpsecret(self) -> str:
        """What WeCom gives a token for."""
        return self.contact_secret


@dataclass(frozen=True, slots=True)
class MessagesSecret:
    """What one corp's messages need, in both directions; few corps have it.

    The callback token and key are for the console's fixed URL. A robot's address is secret, too.
    """

    SUFFIX: ClassVar[str] = "/messages"

    corp_id: str
    callback_token: str | None = field(default=None, repr=False)
    callback_aes_key: str | None = field(default=None, repr=False)
    robot_webhook: str | None = field(default=None, repr=False)

    @property
    def callback(self) -> Credentials | None:
        """The credentials of the fixed URL, None when the secret has none."""
        if not self.callback_token or not self.callback_aes_key:
            return None
        return Credentials(self.callback_token, self.callback_aes_key, self.corp_id)


def _agent_id(value: object) -> int | None:
    return int(value) if re.fullmatch(r"[1-9][0-9]{0,15}", value := str(value).strip()) else None


@dataclass(frozen=True, slots=True)
class AppSecret:
    """What opens one corp's own app: who logs in to the desk, and cards; few corps have it."""

    SUFFIX: ClassVar[str] = "/app"

    corp_id: str
    agent_id: int = field(metadata={"read": _agent_id})
    app_secret: str = field(repr=False)
    desk_base_url: str | None = None
    proxy: str | None = field(default=None, repr=False, metadata=_READ_PROXY)

    @property
    def corpsecret(self) -> str:
        return self.app_secret

    def desk(self, corp: str, base_url: str) -> str:
        """Return the address of the corp's desk in a stack with one at `base_url`."""
        return f"{self.desk_base_url or base_url}/desk/{corp}"


@dataclass(frozen=True, slots=True)
class Callback:
    """Where WeCom reports the end of one job, and the credentials of that report."""

    url: str
    credentials: Credentials
