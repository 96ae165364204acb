"""How every AWS client is made."""

from typing import TypedDict

from botocore.config import Config

CONFIG = Config(connect_timeout=3, read_timeout=20, retries={"mode": "standard", "max_attempts": 4})
"""One place for time-outs and retries of every AWS client."""

QUICK = Config(read_timeout=5, retries={"mode": "standard", "max_attempts": 1})
"""For whom nobody waits: what fails is tried again by the sweep."""


class Wiring(TypedDict):
    """What every boto3 client is made with."""

    config: Config
    endpoint_url: str | None


def wiring(endpoint_url: str | None, other: Config | None = None) -> Wiring:
    """Return a client's arguments. An emulator has no host name for each bucket."""
    emulator = Config(s3={"addressing_style": "path"}) if endpoint_url else Config()
    config = CONFIG.merge(other or Config()).merge(emulator)
    return {"config": config, "endpoint_url": endpoint_url}
