"""How every AWS client is made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypedDict

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ReadTimeoutError,
)

from wecom_sync.domain.errors import UnknownOutcomeError, UnreachableError

CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "max_attempts": 4})
"""One place for time-outs and retries of every AWS client."""

QUICK = Config(read_timeout=5, retries={"mode": "standard", "max_attempts": 1})
"""For whom nobody waits: what fails is tried again by the sweep."""


_SERVER_ERROR = 500


class Wiring(TypedDict):
    """What every boto3 client is made with."""

    config: Config
    endpoint_url: str | None


def wiring(endpoint_url: str | None, other: Config | None = None) -> Wiring:
    """Return a client's arguments. An emulator has no host name for each bucket."""
    emulator = Config(s3={"addressing_style": "path"}) if endpoint_url else Config()
    config = CONFIG.merge(other or Config()).merge(emulator)
    return {"config": config, "endpoint_url": endpoint_url}


@contextmanager
def telling() -> Iterator[None]:
    """Translate what stands between us and a service of AWS that is told something.

    Raises `UnreachableError` when it was told nothing, `UnknownOutcomeError` when it may know.
    What it refuses is raised as it is: this one message is wrong, and the next one may be right.
    """
    try:
        yield
    except (ReadTimeoutError, ConnectionClosedError) as error:
        raise UnknownOutcomeError from error
    except BotoCoreError as error:
        raise UnreachableError from error
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        is_busy = "Throttl" in error.response["Error"]["Code"]
        if status >= _SERVER_ERROR or is_busy:
            raise UnreachableError from error
        raise
