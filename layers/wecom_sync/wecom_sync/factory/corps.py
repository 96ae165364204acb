"""What a function needs that reads the corps' secrets."""

from collections.abc import Callable
from functools import cached_property

from aws_lambda_powertools.utilities.parameters import SecretsProvider

from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.factory.shared import Adapters
from wecom_sync.settings import CorpSettings


class CorpAdapters[S: CorpSettings](Adapters[S]):
    """Secrets Manager."""

    is_public = True
    """Whether anybody may call the function."""

    @cached_property
    def provider(self) -> SecretsProvider:
        """Secrets Manager with a cache."""
        client = self.session.client("secretsmanager", **self.wiring)
        return SecretsProvider(boto3_client=client)

    @cached_property
    def secrets(self) -> SecretsManagerCorps:
        """The corps' secrets."""
        prefix = self.settings.secret_prefix
        return SecretsManagerCorps(self.provider, prefix, self.clock, is_public=self.is_public)

    def master(self, arn: str) -> Callable[[], bytes]:
        """Return what fetches the stack's callback master secret."""
        return lambda: str(self.provider.get(arn, max_age=3600)).encode()
