"""A file that was dropped, and its run: as it begins, as a test says, or as people are told."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

from wecom_sync.domain.drop import Drop, place_of
from wecom_sync.domain.run import Identity, NextStep, Run
from wecom_sync.domain.states import State
from wecom_sync.domain.submission import Step
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.timeline import Reason
from wecom_sync.use_cases.ports import RunStore

RUN_ID = "20261125T000217Z-1222452fba1c"
DEADLINE = 1795824000.0
"""2026-11-28 00:00 UTC."""
GONE: dict[str, Any] = {"existing": 1260, "recent": 0, "number": 50, "limit": 10}
"""What fills the text of a hold because of those who go, but for their names."""


def drop_at(key: str, at: float, version: str = "v") -> Drop:
    """Return what S3 says of a file that was put there at a time, in epoch seconds."""
    moment = datetime.fromtimestamp(at, UTC)
    return Drop("drops", key, version, moment, moment)


_RECORDS = ("identity", "source", "proposal", "submission", "result")
"""What a move replaces whole; it names the fields of the next step."""
_ALSO = {"plan": "counts", "plan_digest": "digest"}


def changed(run: Run, records: Sequence[str] = _RECORDS, /, **values: Any) -> dict[str, Any]:
    """Return the records of a run in which fields are otherwise, and what no record has."""
    if "job_id" in values:
        (*done, last) = run.submission.steps or (Step(str(run.job), run.state),)
        values["steps"] = (*done, replace(last, job_id=values.pop("job_id")))
    record_of = {it.name: name for name in records for it in fields(getattr(run, name))}
    news: dict[str, Any] = {}
    for name, value in values.items():
        own = _ALSO.get(name, name)
        if record := record_of.get(own):
            value = replace(news.get(record, getattr(run, record)), **{own: value})
        news[record or own] = value
    return news


def altered(run: Run, /, **values: Any) -> Run:
    """Return a run of which fields are otherwise, in whichever record they are."""
    return replace(run, **changed(run, (*_RECORDS, "next"), **values))


def move(store: RunStore, run: Run, to: State, /, **values: Any) -> Run:
    """Move a run; what is otherwise of it then is named by its fields."""
    return store.move(run, to, **changed(run, **values))


def run_at(key: str, at: float, /, **values: Any) -> Run:
    """Return the run of that file; `values`: fields that are otherwise."""
    drop, place = drop_at(key, at, values.get("version", "v")), place_of(key)
    identity = Identity(
        run_id=drop.run_id, corp=place.corp, job=place.job, bucket=drop.bucket, key=key,
        version=drop.version, dropped=at, created=at,
    )  # fmt: skip
    step = NextStep(due=at)
    run = Run(identity=identity, state=State.RECEIVED, updated=at, next=step)
    return altered(run, **values)


def run_in(state: State, **values: Any) -> Run:
    fields = {"run_id": RUN_ID, "state": state, **values}
    return run_at("acme/replaceuser/team.csv", 0, **fields)


def held() -> Run:
    gone = Reason("hold_gone", GONE, "leavers", Listing(("lisi", "wangwu"), 60))
    holds = (gone, Reason("hold_protected_departments"))
    return run_in(
        State.HELD,
        holds=holds,
        deadline=DEADLINE,
        rows=1240,
        plan={"add": 1200, "update": 0, "remove": 60},
        reports={"plan.json": "s3://reports/plan.json"},
    )
