"""Secrets Manager at the edge: one secret per corp."""

import json

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from botocore.exceptions import ClientError

from wecom_sync.domain.errors import (
    SecretInvalidError,
    SecretUnreadableError,
    UnknownCorpError,
)
from wecom_sync.use_cases.ports import Clock
from wecom_sync.wecom.credentials import CorpSecret


class SecretsManagerCorps:
    """One secret per corp, cached.

    `is_public`: strangers may ask for any corp, so a missing or unusable secret is remembered too.
    Other functions read such a secret again, because a person may have put it right.
    """

    CACHE_SECONDS = 300
    RENEW_SECONDS = 10
    """The shortest time between two reads of a secret past the cache."""
    MISS_SECONDS = 60
    MISSES = 1_000

    def __init__(
        self, provider: SecretsProvider, prefix: str, clock: Clock, *, is_public: bool = False
    ) -> None:
        self._provider = provider
        self._prefix = prefix
        self._clock = clock
        self._is_public = is_public
        self._missing: dict[str, float] = {}
        self._renewable: dict[str, float] = {}

    def of(self, corp: str) -> CorpSecret:
        """Return a corp's secret; see `CorpSecrets`."""
        try:
            return self._read(corp)
        except SecretInvalidError:
            if self._is_public:
                raise
        return self.renewed(corp)

    def renewed(self, corp: str) -> CorpSecret:
        """Return a corp's secret past the cache, at most some seconds old."""
        now = self._clock()
        if now < self._renewable.get(corp, now):
            return self._read(corp)
        return self.as_it_is(corp)

    def as_it_is(self, corp: str) -> CorpSecret:
        """Return a corp's secret as it is at this moment."""
        self._renewable[corp] = self._clock() + self.RENEW_SECONDS
        return self._read(corp, is_forced=True)

    def _read(self, corp: str, *, is_forced: bool = False) -> CorpSecret:
        name = f"{self._prefix}/{corp}"
        if self._missing.get(corp, 0) > self._clock():
            raise UnknownCorpError(corp=corp, secret=name)
        try:
            text = self._provider.get(name, max_age=self.CACHE_SECONDS, force_fetch=is_forced)
        except GetParameterError as error:
            if (code := _cause(error)) not in _NO_SECRET:
                raise SecretUnreadableError(secret=name, cause=code) from error
            self._note_missing(corp)
            raise UnknownCorpError(corp=corp, secret=name) from error
        return _corp_secret(str(text), name)

    def _note_missing(self, corp: str) -> None:
        if not self._is_public:
            return
        if len(self._missing) >= self.MISSES:
            self._missing.clear()
        self._missing[corp] = self._clock() + self.MISS_SECONDS


_NO_SECRET = frozenset({"ResourceNotFoundException", "InvalidRequestException"})
"""The secret does not exist, or is marked for deletion."""


def _cause(error: GetParameterError) -> str:
    """Return AWS's code for what went wrong; without an answer, the name of the exception."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ClientError):
        return cause.response["Error"]["Code"]
    return type(cause).__name__


def _corp_secret(text: str, name: str) -> CorpSecret:
    """Read the secret's JSON. An error says what is wrong and shows none of it."""
    try:
        fields = json.loads(text)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        raise SecretInvalidError(details=f"{name}: JSON object expected")
    known = ("corp_id", "contact_secret", "callback_token", "callback_aes_key", "robot_webhook")
    wrong = [
        field
        for field in known[:2]
        if not (isinstance(fields.get(field), str) and fields[field].strip())
    ]
    wrong += [field for field in known[2:] if not isinstance(fields.get(field), str | None)]
    if wrong:
        raise SecretInvalidError(details=f"{name}: {', '.join(wrong)}")
    return CorpSecret(**{field: (fields.get(field) or "").strip() for field in known})
