"""What a function needs that speaks for the companies' own apps."""

from functools import cached_property
from typing import TYPE_CHECKING

from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.settings import AppSettings
from wecom_sync.wecom.credentials import AppSecret

if TYPE_CHECKING:
    from wecom_sync.adapters.app_client import AppClient, ProcessTokens


class AppAdapters[S: AppSettings](CorpAdapters[S]):
    @cached_property
    def apps(self) -> SecretsManagerCorps[AppSecret]:
        return self.secrets_of(AppSecret)

    @cached_property
    def app_tokens(self) -> "ProcessTokens":
        from wecom_sync.adapters.app_client import ProcessTokens  # noqa: PLC0415

        return ProcessTokens(self.clock)

    def app(self, corp: str, *, is_fresh: bool = False) -> "AppClient":
        """Return the calls of a corp's app, by its secret as it is now if `is_fresh`."""
        # Few events need an app, and a cold start without what it needs is quicker.
        from wecom_sync.adapters.app_client import AppClient  # noqa: PLC0415

        return AppClient(
            self.settings.wecom_base_url,
            corp,
            self.apps.as_it_is(corp) if is_fresh else self.apps.of(corp),
            self.app_tokens,
            renewed=lambda: self.apps.renewed(corp),
            clock=self.clock,
            sleep=self.sleep,
            count=self.count,
        )
