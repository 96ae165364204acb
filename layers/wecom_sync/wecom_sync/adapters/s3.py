"""S3 at the edge: dropped files are read, reports are written."""

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import ObjectHead
from wecom_sync.domain.errors import (
    ObjectGoneError,
    ObjectUnreadableError,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


ROLLBACK_OF = "rollback-of"
"""The metadata of a drop that brings an earlier run's file back."""
_UNREADABLE = frozenset({"403", "AccessDenied", "InvalidObjectState", "KMS.DisabledException"})
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "405", "MethodNotAllowed"})


class S3Drops:
    """Reads pinned object versions."""

    def __init__(self, client: "S3Client") -> None:
        self._client = client

    def head(self, bucket: str, key: str, version: str) -> ObjectHead:
        """Return what is known of a version without its content.

        Of its metadata, `force` sends the file even if it changes nothing, and `rollback-of`
        names the run whose file it brings back.
        """
        try:
            head = self._client.head_object(Bucket=bucket, Key=key, **_version(version))
        except ClientError as error:
            _raise_ours(error)
            raise
        told = head.get("Metadata", {})
        forced = told.get("force", "").lower() == "true"
        earlier = told.get(ROLLBACK_OF, "")
        return ObjectHead(head["LastModified"], head["ContentLength"], forced, earlier)

    def content(self, bucket: str, key: str, version: str) -> bytes:
        """Return the version's bytes."""
        try:
            found = self._client.get_object(Bucket=bucket, Key=key, **_version(version))
        except ClientError as error:
            _raise_ours(error)
            raise
        return found["Body"].read()


def _version(version: str) -> dict[str, Any]:
    return {"VersionId": version} if version else {}


def _raise_ours(error: ClientError) -> None:
    code = error.response["Error"]["Code"]
    if code in _GONE:
        raise ObjectGoneError from error
    if code in _UNREADABLE:
        raise ObjectUnreadableError(details=code) from error


class S3Reports:
    """Writes into the report bucket."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, name: str, content: bytes, content_type: str) -> str:
        """Write a report; return its `s3://` address."""
        self._client.put_object(
            Bucket=self._bucket, Key=name, Body=content, ContentType=content_type
        )
        return f"s3://{self._bucket}/{name}"
