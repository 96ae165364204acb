"""What a function needs that takes or sends messages of the corps."""

from collections.abc import Callable
from functools import cached_property

from wecom_sync.adapters.secrets_manager import SecretsManager, SecretsManagerCorps
from wecom_sync.factory.shared import Adapters
from wecom_sync.settings import CorpSettings
from wecom_sync.wecom.credentials import AppSecret, CorpSecret, MessagesSecret


class CorpAdapters[S: CorpSettings](Adapters[S]):
    is_public = True
    """Whether anybody may call the function."""

    @cached_property
    def manager(self) -> SecretsManager:
        client = self.session.client("secretsmanager", **self.wiring)
        return SecretsManager(client, self.clock, self.count)

    @cached_property
    def messages(self) -> SecretsManagerCorps[MessagesSecret]:
        return self.secrets_of(MessagesSecret)

    def secrets_of[T: CorpSecret | MessagesSecret | AppSecret](
        self, kind: type[T]
    ) -> SecretsManagerCorps[T]:
        prefix, clock = self.settings.secret_prefix, self.clock
        return SecretsManagerCorps(kind, self.manager, prefix, clock, is_public=self.is_public)

    def master(self, arn: str) -> Callable[[], bytes]:
        return lambda: self.manager.get(arn, seconds=3600).encode()
