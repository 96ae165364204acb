"""What a function needs that writes documents about corps."""

from functools import cached_property

from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.s3 import S3Reports
from wecom_sync.factory.corps import CorpAdapters
from wecom_sync.settings import DocumentSettings


class DocumentAdapters[S: DocumentSettings](CorpAdapters[S]):
    @cached_property
    def publications(self) -> DynamoPublications:
        return DynamoPublications(self.dynamodb, self.settings.table_name, self.clock)

    @cached_property
    def reports(self) -> S3Reports:
        return S3Reports(self.s3, self.settings.report_bucket)
