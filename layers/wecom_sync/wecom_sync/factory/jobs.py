"""What a function needs that carries runs through WeCom's jobs."""

from functools import cached_property
from typing import TYPE_CHECKING

from wecom_sync.adapters.s3 import S3Drops
from wecom_sync.factory.runs import RunAdapters
from wecom_sync.factory.wecom import WeComAdapters
from wecom_sync.settings import JobSettings
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.records import Records

if TYPE_CHECKING:
    from wecom_sync.adapters.dynamodb_domain_files import DynamoDomainFiles


class JobAdapters[S: JobSettings](RunAdapters[S], WeComAdapters[S]):
    @cached_property
    def drops(self) -> S3Drops:
        return S3Drops(self.s3)

    @cached_property
    def domain_files(self) -> "DynamoDomainFiles":
        # Only submit takes settings.
        from wecom_sync.adapters.dynamodb_domain_files import DynamoDomainFiles  # noqa: PLC0415

        return DynamoDomainFiles(self.dynamodb, self.settings.table_name, self.clock)

    @cached_property
    def records(self) -> Records:
        return Records(
            store=self.store,
            drops=self.drops,
            reports=self.reports,
            archive=self.archive,
            language=self.settings.language,
            processor=self.processor,
        )

    @cached_property
    def endings(self) -> Endings:
        return Endings(
            store=self.store,
            records=self.records,
            lanes=self.lanes,
            clock=self.clock,
            count=self.count,
        )
