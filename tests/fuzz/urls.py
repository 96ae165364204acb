"""The callback URLs, who may send there, and a request to one of them."""

from dataclasses import dataclass, field
from functools import cache

from fuzz.messages import Message
from fuzz.requests import Event
from wecom_sync.domain.errors import SecretInvalidError
from wecom_sync.wecom.callback_crypto import job_credentials
from wecom_sync.wecom.credentials import Credentials, MessagesSecret

MASTER = b"the-master-secret-of-the-stack"
FIXED = Credentials("FixedTokenOfAcme", "FixedKeyOfAcmeFixedKeyOfAcmeFixedKeyOfAcme1", "ww-acme")
SECRETS: dict[str, MessagesSecret | SecretInvalidError] = {
    "acme": MessagesSecret("ww-acme", FIXED.token, FIXED.aes_key),
    "beta": MessagesSecret("ww-beta"),
    "odd": SecretInvalidError(),
}
RUNS = ("20260102T030405Z-0123456789ab", "20260102T030406Z-ba9876543210", "x", "a" * 200)


@dataclass(slots=True)
class Case:
    """A request, what an honest sender made for its URL, and the expected answer (None: any)."""

    event: Event
    corp: str
    run_id: str
    must: bool | None
    issued: list[Message] = field(default_factory=list)


@cache
def credentials_of(corp: str, run_id: str) -> Credentials | None:
    """Return what WeCom was given for a URL."""
    if run_id:
        return job_credentials(MASTER, corp, run_id, f"ww-{corp}")
    found = SECRETS.get(corp)
    return found.callback if isinstance(found, MessagesSecret) else None
