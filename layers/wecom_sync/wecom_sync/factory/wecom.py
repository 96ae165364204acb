"""What a function needs that calls WeCom."""

from functools import cached_property

from wecom_sync.adapters.dynamodb_tokens import DynamoTokens
from wecom_sync.adapters.s3_archive import S3Archive
from wecom_sync.adapters.secrets_manager import SecretsManagerCorps
from wecom_sync.adapters.wecom_client import WeComClient
from wecom_sync.factory.documents import DocumentAdapters
from wecom_sync.settings import WeComSettings
from wecom_sync.use_cases.ports import WeCom
from wecom_sync.wecom.credentials import CorpSecret


class WeComAdapters[S: WeComSettings](DocumentAdapters[S]):
    is_public = False

    @cached_property
    def secrets(self) -> SecretsManagerCorps[CorpSecret]:
        return self.secrets_of(CorpSecret)

    @cached_property
    def tokens(self) -> DynamoTokens:
        return DynamoTokens(self.dynamodb, self.settings.token_table, self.clock)

    @cached_property
    def archive(self) -> S3Archive:
        return S3Archive(self.s3, self.settings.snapshot_bucket)

    def wecom(self, corp: str) -> WeCom:
        return WeComClient(
            self.settings.wecom_base_url,
            corp,
            self.secrets.of(corp),
            self.tokens,
            renewed=lambda: self.secrets.renewed(corp),
            clock=self.clock,
            sleep=self.sleep,
            count=self.count,
        )
