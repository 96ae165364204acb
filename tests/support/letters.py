"""A run that people are told of."""

from typing import Any

from support.dropped import run_at
from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.domain.texts import Listing

RUN_ID = "20261125T000217Z-1222452fba1c"
DEADLINE = 1795824000.0
"""2026-11-28 00:00 UTC."""
GONE: dict[str, Any] = {"existing": 1260, "recent": 0, "number": 50, "limit": 10}
"""What fills the text of a hold because of those who go, but for their names."""


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
