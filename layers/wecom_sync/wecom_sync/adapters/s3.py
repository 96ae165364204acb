"""S3 at the edge: dropped files are read, reports and documents are written."""

import itertools
import re
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from wecom_sync.domain.drop import AGAIN, ASK, ASKED, SEAL, ObjectHead
from wecom_sync.domain.errors import ObjectGoneError, ObjectUnreadableError
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.values import dataclass

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import HeadObjectOutputTypeDef


MOVED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
"""S3's answers to a conditional write when somebody else wrote the object."""
CHANGE_TRIES = 40
PAUSE_SECONDS = 0.2
"""The longest pause before a document is changed again that somebody else changed meanwhile."""
BASE = "base"
"""The metadata that say which version of accounts.csv was edited."""
_UNREADABLE: Mapping[TextCode, re.Pattern[str]] = {
    "remark_archived": re.compile("InvalidObjectState:"),
    "remark_own_key": re.compile("InvalidRequest:.* Server Side Encryption"),
    "remark_kms_key": re.compile(
        r"KMS\.(Disabled|NotFound|KMSInvalidState)Exception:|AccessDenied:.*(kms:Decrypt|ciphertext)"
    ),
}
"""S3's codes and words for an object that it does not hand out, by the text that says what to do.

Any other refusal is about our role, and passes when somebody mends that.
"""
_UNEXPLAINED = frozenset({"400", "403"})
"""Answers of S3 to HEAD, which has no body that would say why."""
_GONE = frozenset({"404", "NoSuchKey", "NoSuchVersion", "NoSuchBucket", "405", "MethodNotAllowed"})


@dataclass(frozen=True, slots=True)
class S3Drops:
    client: "S3Client"

    def head(self, bucket: str, key: str, version: str) -> ObjectHead:
        with _reading():
            head = self._head(Bucket=bucket, Key=key, **_version(version))
        metadata = head.get("Metadata", {})
        return ObjectHead(
            head["LastModified"],
            head["ContentLength"],
            again=metadata.get(AGAIN, ""),
            version=head.get("VersionId", ""),
            asked=_moment(metadata.get(ASKED, "")),
            base=metadata.get(BASE, ""),
            asks=ASK in metadata,
            sealed=metadata if SEAL in metadata else {},
        )

    def _head(self, **where: Any) -> "HeadObjectOutputTypeDef":
        try:
            return self.client.head_object(**where)
        except ClientError as error:
            if error.response["Error"]["Code"] in _UNEXPLAINED:
                # GET is refused for the same cause, and says which.
                self.client.get_object(**where)["Body"].close()
            raise

    def content(self, bucket: str, key: str, version: str) -> bytes:
        with _reading():
            answer = self.client.get_object(Bucket=bucket, Key=key, **_version(version))
        return answer["Body"].read()


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def _version(version: str) -> dict[str, Any]:
    return {"VersionId": version} if version else {}


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _GONE:
            raise ObjectGoneError from error
        answer = f"{code}: {error.response['Error'].get('Message', '')}"
        for remark, pattern in _UNREADABLE.items():
            if pattern.match(answer):
                raise ObjectUnreadableError(code, remark) from error
        raise


@dataclass(frozen=True, slots=True)
class S3Bucket:
    """A bucket of ours: what is read has a tag, and what is written may depend on it."""

    client: "S3Client"
    bucket: str

    def _tagged(self, key: str) -> tuple[bytes | None, str]:
        """Return an object and its tag, nothing and a blank tag if there is none."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=key)
        except self.client.exceptions.NoSuchKey:
            return None, ""
        return answer["Body"].read(), answer["ETag"]

    def _write(
        self, key: str, body: bytes, tag: str | None = None, **about: Any
    ) -> ClientError | None:
        """Write an object; with a `tag` unless it has another one by now: return what S3 says."""
        condition: dict[str, Any] = {}
        if tag is not None:
            condition = {"IfMatch": tag} if tag else {"IfNoneMatch": "*"}
        try:
            self.client.put_object(Bucket=self.bucket, Key=key, Body=body, **condition, **about)
        except ClientError as error:
            if tag is None or error.response["Error"]["Code"] not in MOVED:
                raise
            return error
        return None


@dataclass(frozen=True, slots=True)
class S3Reports(S3Bucket):
    sleep: Callable[[float], None] = time.sleep

    def put(self, name: str, content: bytes, content_type: str) -> str:
        self._write(name, content, ContentType=content_type)
        return f"s3://{self.bucket}/{name}"

    def get(self, name: str) -> bytes | None:
        return self._tagged(name)[0]

    def change(
        self, name: str, change: Callable[[bytes | None], bytes | None], content_type: str
    ) -> None:
        for attempt in itertools.count(1):
            before, tag = self._tagged(name)
            content = change(before)
            if content is None:
                return
            refusal = self._write(name, content, tag, ContentType=content_type)
            if refusal is None:
                return
            if attempt == CHANGE_TRIES:
                raise refusal
            # Several that change the same document take turns by chance.
            self.sleep(PAUSE_SECONDS * secrets.randbelow(1000) / 1000)
