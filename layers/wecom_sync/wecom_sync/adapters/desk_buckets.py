"""The two buckets as the desk may use them."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from wecom_sync.adapters.s3 import S3Reports
from wecom_sync.domain.values import dataclass

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ADDRESS_SECONDS = 60
_NONE = frozenset({"404", "NoSuchKey"})


@dataclass(frozen=True)
class S3DeskDrops:
    """`DeskDrops` in the drop bucket."""

    client: "S3Client"
    bucket: str

    def put(self, key: str, content: bytes, metadata: Mapping[str, str]) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content, Metadata=metadata)


@dataclass(frozen=True)
class S3DeskReports:
    """`DeskReports` in the report bucket."""

    client: "S3Client"
    bucket: str

    @cached_property
    def origin(self) -> str:
        return "://".join(urlsplit(self.address("index.json"))[:2])

    def size(self, name: str) -> int | None:
        try:
            return self.client.head_object(Bucket=self.bucket, Key=name)["ContentLength"]
        except ClientError as error:
            if error.response["Error"]["Code"] in _NONE:
                return None
            raise

    def get(self, name: str) -> bytes | None:
        return S3Reports(self.client, self.bucket).get(name)

    def address(self, name: str) -> str:
        # Opened by itself it is saved, and shows nothing at the origin of the bucket.
        asked = {"Bucket": self.bucket, "Key": name, "ResponseContentDisposition": "attachment"}
        return self.client.generate_presigned_url("get_object", asked, ExpiresIn=ADDRESS_SECONDS)
