"""What the sweep function needs."""

from functools import cached_property

from wecom_sync.adapters.due_drops import S3DueDrops
from wecom_sync.adapters.starts import AwsStarts
from wecom_sync.factory.runs import RunAdapters
from wecom_sync.settings import SweepSettings


class SweepAdapters[S: SweepSettings](RunAdapters[S]):
    @cached_property
    def due_drops(self) -> S3DueDrops:
        return S3DueDrops(self.s3, self.settings.drop_bucket, self.clock)

    @cached_property
    def starts(self) -> AwsStarts:
        settings, client = self.settings, self.session.client
        return AwsStarts(
            s3=self.s3,
            functions=client("lambda", **self.wiring),
            scheduler=client("scheduler", **self.wiring),
            bucket=settings.drop_bucket,
            queue_url=settings.drop_queue_url,
            mappings=settings.mapping_ids.split(","),
            schedule=settings.drift_schedule,
            sns=client("sns", **self.wiring),
            topic=settings.letters_topic_arn,
        )
