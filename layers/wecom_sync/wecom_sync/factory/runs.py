"""What a function needs that moves runs."""

from functools import cached_property

from wecom_sync.adapters.dynamodb_publications import DynamoPublications
from wecom_sync.adapters.dynamodb_store import DynamoStore
from wecom_sync.adapters.sqs import SqsQueue
from wecom_sync.factory.shared import Adapters
from wecom_sync.settings import RunSettings
from wecom_sync.use_cases.lanes import Lanes


class RunAdapters[S: RunSettings](Adapters[S]):
    @cached_property
    def store(self) -> DynamoStore:
        settings = self.settings
        return DynamoStore(
            self.dynamodb,
            settings.table_name,
            self.clock,
            settings.retention_days,
            sleep=self.sleep,
        )

    @cached_property
    def submit_queue(self) -> SqsQueue:
        return self.queue(self.settings.submit_queue_url)

    @cached_property
    def results_queue(self) -> SqsQueue:
        return self.queue(self.settings.results_queue_url)

    @cached_property
    def lanes(self) -> Lanes:
        return Lanes(store=self.store, submit_queue=self.submit_queue)

    @cached_property
    def publications(self) -> DynamoPublications:
        return DynamoPublications(self.dynamodb, self.settings.table_name, self.clock)
