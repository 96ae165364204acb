"""Files put into a stack's drop bucket."""

from pathlib import Path

from wecom_sync.adapters.s3 import S3Drops
from wecom_sync.domain.drop import Drop
from wecom_sync.domain.run import Job
from wecom_sync_tools.console.errors import UsageError
from wecom_sync_tools.stack.target import Target


def read_csv(path: Path) -> bytes:
    """Return the content of a file that a drop's name may have. Raises `UsageError`."""
    content = read_file(path)
    if path.suffix.lower() != ".csv":
        raise UsageError("file_not_csv", file=path)
    return content


def read_file(path: Path) -> bytes:
    """Return a file's content. Raises `UsageError`."""
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise UsageError("file_not_regular", file=path) from error
    except OSError as error:
        raise UsageError("file_unreadable", file=path, problem=error.strerror) from error


def upload(
    target: Target, key: str, content: bytes, *, force: bool = False, kind: str = "text/csv"
) -> Drop:
    """Put a file into the drop bucket; return the object version, which names its run.

    `force`: it goes to WeCom even if it changes nothing.
    """
    put = target.s3.put_object(
        Bucket=target.drop_bucket,
        Key=key,
        Body=content,
        ContentType=kind,
        Metadata={"force": "true"} if force else {},
    )
    return dropped(target, target.drop_bucket, key, put.get("VersionId", ""))


def dropped(target: Target, bucket: str, key: str, version: str) -> Drop:
    """Return the drop that an object version is; S3 says when it was dropped."""
    moment = S3Drops(target.s3).head(bucket, key, version).last_modified
    return Drop(bucket, key, version, moment, moment)


def drop_document(drop: Drop, corp: str, job: Job) -> dict[str, str]:
    return {
        "run_id": drop.run_id,
        "corp": corp,
        "job": job,
        "bucket": drop.bucket,
        "key": drop.key,
        "version": drop.version,
    }
