"""A file that was dropped, and its run: as it begins, as a test says, or as people are told."""

from datetime import UTC, datetime
from typing import Any

from wecom_sync.domain.drop import Drop, place_of
from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason

RUN_ID = "20261125T000217Z-1222452fba1c"
DEADLINE = 1795824000.0
"""2026-11-28 00:00 UTC."""
GONE: dict[str, Any] = {"existing": 1260, "recent": 0, "number": 50, "limit": 10}
"""What fills the text of a hold because of those who go, but for their names."""


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


def run_in(state: State, **values: Any) -> Run:
    fields = {"run_id": RUN_ID, "state": state, **values}
    return run_at("acme/replaceuser/team.csv", 0, **fields)


def held() -> Run:
    gone = {**GONE, "named": Listing(("lisi", "wangwu"), 60)}
    holds = (Reason("hold_gone", gone, "leavers"), Reason("hold_protected_departments"))
    return run_in(
        State.HELD, holds=holds, deadline=DEADLINE, rows=1240,
        plan={"add": 1200, "update": 0, "remove": 60},
        reports={"plan.json": "s3://reports/plan.json"},
    )  # fmt: skip
