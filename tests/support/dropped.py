"""A file that was dropped, and its run: as it begins, or as a test says that it is."""

from datetime import UTC, datetime
from typing import Any

from wecom_sync.domain.drop import Drop, place_of
from wecom_sync.domain.run import Run, State


def drop_at(key: str, at: float, version: str = "v") -> Drop:
    """Return what S3 says of a file that was put there at a time, in epoch seconds."""
    moment = datetime.fromtimestamp(at, UTC)
    return Drop("drops", key, version, moment, moment)


def run_at(key: str, at: float, /, **fields: Any) -> Run:
    """Return the run of that file; `fields`: what is otherwise of it."""
    drop, place = drop_at(key, at, fields.get("version", "v")), place_of(key)
    values = {
        "run_id": drop.run_id, "corp": place.corp, "job": place.job, "bucket": drop.bucket,
        "key": key, "version": drop.version, "state": State.RECEIVED,
        **dict.fromkeys(("dropped", "created", "updated", "due"), at),
    }  # fmt: skip
    return Run(**{**values, **fields})
