"""How every AWS client is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError

CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "max_attempts": 4})
"""One place for time-outs and retries of every AWS client."""

SIGNED = Config(signature_version="s3v4")
"""For S3, which refuses addresses that are signed in the older way to newer buckets."""

QUICK = Config(read_timeout=5, retries={"mode": "standard", "max_attempts": 1})
"""For whom nobody waits: what fails is tried again by the sweep."""


_OF_THE_MESSAGE = frozenset(
    {"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid", "ValidationError",
     "ValidationException", "MalformedInput", "RequestEntityTooLarge"}
)  # fmt: skip
"""Answers of SNS and EventBridge that are about one message. Any other is about the channel: a
topic or a right is missing, or the service is busy."""


class Wiring(TypedDict):
    config: Config
    endpoint_url: str | None


def wiring(endpoint_url: str | None, other: Config | None = None) -> Wiring:
    """Return a client's arguments. An emulator has no host name for each bucket.

    In AWS a bucket has one in its region: a browser does not follow from the name for all regions.
    """
    buckets = Config(s3={"addressing_style": "path" if endpoint_url else "virtual"})
    config = CONFIG.merge(other or Config()).merge(buckets)
    return {"config": config, "endpoint_url": endpoint_url}


def cause_of(error: BotoCoreError | ClientError) -> str:
    """Return AWS's code for what went wrong; without an answer, the name of the exception."""
    if isinstance(error, ClientError):
        return error.response["Error"]["Code"]
    return type(error).__name__


@contextmanager
def telling() -> Iterator[None]:
    """Raise `UnreachableError` when nothing was published, `UnknownOutcomeError` when it may be.

    What is wrong with this one message is raised as it is, because the next one may be right.
    """
    try:
        yield
    except (ReadTimeoutError, ConnectionClosedError) as error:
        raise UnknownOutcomeError from error
    except BotoCoreError as error:
        raise UnreachableError from error
    except ClientError as error:
        if error.response["Error"]["Code"] in _OF_THE_MESSAGE:
            raise
        raise UnreachableError from error
