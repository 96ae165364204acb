"""The drop bucket, as the sweep may use it: it brings files by name, and reads none."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from wecom_sync.domain.drop import AGAIN, ASKED
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class S3DueDrops:
    """`DueDrops` in the drop bucket."""

    client: "S3Client"
    bucket: str
    clock: Clock

    def drop_due(self, file: DueFile) -> None:
        asked = datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")
        metadata = {AGAIN: " ".join(file.wish), ASKED: asked}
        self.client.put_object(Bucket=self.bucket, Key=file.key, Body=b"", Metadata=metadata)
