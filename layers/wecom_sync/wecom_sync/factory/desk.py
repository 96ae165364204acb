"""What the desk needs beside the corps' apps: its buckets, and who logged in."""

from functools import cached_property

from wecom_sync.adapters.desk_buckets import S3DeskDrops, S3DeskReports
from wecom_sync.factory.apps import AppAdapters
from wecom_sync.settings import DeskSettings


class DeskAdapters[S: DeskSettings](AppAdapters[S]):
    @cached_property
    def desk_drops(self) -> S3DeskDrops:
        return S3DeskDrops(self.s3, self.settings.drop_bucket)

    @cached_property
    def desk_reports(self) -> S3DeskReports:
        return S3DeskReports(self.s3, self.settings.report_bucket)

    def user_of(self, corp: str, code: str) -> str | None:
        return self.app(corp).user(code)
