"""What the desk needs beside the corps' apps: its buckets, domain files, and who logged in."""

from functools import cached_property
from typing import TYPE_CHECKING

from wecom_sync.adapters.desk_buckets import S3DeskDrops, S3DeskReports
from wecom_sync.factory.apps import AppAdapters
from wecom_sync.settings import DeskSettings

if TYPE_CHECKING:
    from wecom_sync.adapters.dynamodb_domain_files import DynamoDomainFiles


class DeskAdapters[S: DeskSettings](AppAdapters[S]):
    @cached_property
    def desk_drops(self) -> S3DeskDrops:
        return S3DeskDrops(self.s3, self.settings.drop_bucket)

    @cached_property
    def desk_reports(self) -> S3DeskReports:
        return S3DeskReports(self.s3, self.settings.report_bucket)

    @cached_property
    def domain_files(self) -> "DynamoDomainFiles":
        # Only WeCom asks for one.
        from wecom_sync.adapters.dynamodb_domain_files import DynamoDomainFiles  # noqa: PLC0415

        return DynamoDomainFiles(self.dynamodb, self.settings.table_name, self.clock)

    def user_of(self, corp: str, code: str) -> str | None:
        return self.app(corp).user(code)
