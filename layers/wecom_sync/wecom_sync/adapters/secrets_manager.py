"""Secrets Manager at the edge: one secret of a kind per corp."""

import dataclasses
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from wecom_sync.adapters.aws import cause_of
from wecom_sync.domain.errors import SecretInvalidError, SecretUnreadableError, UnknownCorpError
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, MessagesSecret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient


@dataclass
class SecretsManager:
    """Secrets by name, each kept for a while after it was read; counts what cannot be read."""

    client: "SecretsManagerClient"
    clock: Clock
    count: Callable[[str], None] = lambda _: None
    _kept: dict[str, tuple[str, float]] = dataclasses.field(default_factory=dict, init=False)

    def get(self, name: str, seconds: float, *, is_forced: bool = False) -> str:
        """Return a secret as it was read in the last so many seconds, now if `is_forced`."""
        text, read = self._kept.get(name, ("", 0.0))
        if is_forced or not read <= self.clock() < read + seconds:
            try:
                answer = self.client.get_secret_value(SecretId=name)
            except (BotoCoreError, ClientError) as error:
                if cause_of(error) not in _NO_SECRET:
                    self.count(UNREADABLE)
                raise
            text = str(answer.get("SecretString") or answer["SecretBinary"])
            self._kept[name] = text, self.clock()
        return text


@dataclass
class SecretsManagerCorps[S: CorpSecret | MessagesSecret | AppSecret]:
    """One secret of a kind per corp, cached.

    `is_public`: strangers may ask for any corp, so a missing or unusable secret is remembered too.
    Other functions read such a secret again, because a person may have put it right.
    """

    CACHE_SECONDS = 300
    RENEW_SECONDS = 10
    """The shortest time between two reads of a secret past the cache."""
    MISSES = 1_000

    kind: type[S]
    manager: SecretsManager
    prefix: str
    clock: Clock
    is_public: bool = dataclasses.field(default=False, kw_only=True)
    _missing: dict[str, float] = dataclasses.field(default_factory=dict, init=False)
    _renewable: dict[str, float] = dataclasses.field(default_factory=dict, init=False)

    def of(self, corp: str) -> S:
        try:
            return self._read(corp)
        except SecretInvalidError:
            if self.is_public:
                raise
        return self.renewed(corp)

    def renewed(self, corp: str) -> S:
        now = self.clock()
        if now < self._renewable.get(corp, now):
            return self._read(corp)
        return self.as_it_is(corp)

    def as_it_is(self, corp: str) -> S:
        self._renewable[corp] = self.clock() + self.RENEW_SECONDS
        return self._read(corp, is_forced=True)

    def _read(self, corp: str, *, is_forced: bool = False) -> S:
        name = f"{self.prefix}/{corp}{self.kind.SUFFIX}"
        if not is_forced and self._missing.get(corp, 0) > self.clock():
            raise UnknownCorpError(corp=corp, secret=name)
        try:
            text = self.manager.get(name, self.CACHE_SECONDS, is_forced=is_forced)
        except (BotoCoreError, ClientError) as error:
            if (code := cause_of(error)) not in _NO_SECRET:
                raise SecretUnreadableError(secret=name, cause=code) from error
            if len(self._missing) >= self.MISSES:
                self._missing.clear()
            if self.is_public:
                self._missing[corp] = self.clock() + self.CACHE_SECONDS
            raise UnknownCorpError(corp=corp, secret=name) from error
        self._missing.pop(corp, None)
        try:
            return _secret(self.kind, text, name)
        except SecretInvalidError:
            self.manager.count(UNREADABLE)
            raise


UNREADABLE = "SecretUnreadable"
_NO_SECRET = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""The secret does not exist, or is marked for deletion."""


def _secret[S: CorpSecret | MessagesSecret | AppSecret](
    kind: type[S], document: str, name: str
) -> S:
    """Read the secret's JSON. An error says what is wrong and shows none of it.

    A field is a text, unless its metadata say how it is read.
    """
    try:
        fields = json.loads(document)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise SecretInvalidError(details=f"{name}: JSON object expected")
    values: dict[str, Any] = {}
    wrong: list[str] = []
    for field in dataclasses.fields(kind):
        given, is_needed = fields.get(field.name), field.default is dataclasses.MISSING
        if given is None and not is_needed:
            continue
        values[field.name] = value = field.metadata.get("read", _text)(given)
        if value is None or (is_needed and not value):
            wrong.append(field.name)
    if wrong:
        raise SecretInvalidError(details=f"{name}: {', '.join(wrong)}")
    return kind(**values)


def _text(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None
