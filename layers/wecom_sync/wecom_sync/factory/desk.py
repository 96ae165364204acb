"""What the desk needs: its buckets, and the secrets and calls of the corps' apps."""

from functools import cached_property
from typing import TYPE_CHECKING

from wecom_sync.adapters.desk_buckets import S3DeskDrops, S3DeskReports
from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.settings import DeskSettings
from wecom_sync.wecom.credentials import AppSecret

if TYPE_CHECKING:
    from wecom_sync.adapters.app_client import AppClient, ProcessTokens


class DeskAdapters[S: DeskSettings](CorpAdapters[S]):
    @cached_property
    def apps(self) -> SecretsManagerCorps[AppSecret]:
        return self.secrets_of(AppSecret)

    @cached_property
    def desk_drops(self) -> S3DeskDrops:
        return S3DeskDrops(self.s3, self.settings.drop_bucket)

    @cached_property
    def desk_reports(self) -> S3DeskReports:
        return S3DeskReports(self.s3, self.settings.report_bucket)

    @cached_property
    def app_tokens(self) -> "ProcessTokens":
        from wecom_sync.adapters.app_client import ProcessTokens  # noqa: PLC0415 - as below

        return ProcessTokens(self.clock)

    def user_of(self, corp: str, code: str) -> str | None:
        return self.app(corp).user(code)

    def app(self, corp: str) -> "AppClient":
        # WeCom is called where somebody logs in, and not for each page.
        from wecom_sync.adapters.app_client import AppClient  # noqa: PLC0415

        return AppClient(
            self.settings.wecom_base_url,
            corp,
            self.apps.of(corp),
            self.app_tokens,
            renewed=lambda: self.apps.renewed(corp),
            clock=self.clock,
            sleep=self.sleep,
            count=self.count,
        )
