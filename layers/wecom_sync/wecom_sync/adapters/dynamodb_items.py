"""Keys of the table, and a run as an item and back."""

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from wecom_sync.domain.run import Approval, Job, Reason, Run, State

RUN = "RUN"
HOLDER = "HOLDER"
WAITING = "WAITING#"
APPLIED = "APPLIED#"
PLANNED = "PLANNED#"

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def run_key(run_id: str) -> dict[str, str]:
    """Return a run's own key; its outcomes share the partition."""
    return {"pk": f"RUN#{run_id}", "sk": RUN}


def progress_key(run_id: str) -> dict[str, str]:
    """Return the key of how far the writing of a run's outcomes has come."""
    return {"pk": f"RUN#{run_id}", "sk": "PROGRESS"}


def drop_key(digest: str) -> dict[str, str]:
    """Return the key of the pointer from an object version to its run."""
    return {"pk": f"DROP#{digest}", "sk": "DROP"}


def job_key(corp: str, job_id: str) -> dict[str, str]:
    """Return the key of the pointer from a WeCom job to its run."""
    return {"pk": f"JOB#{corp}#{job_id}", "sk": "JOB"}


def lane_key(corp: str) -> dict[str, str]:
    """Return the key of a corp's lane (the holder; the waiting runs share the partition)."""
    return {"pk": f"LANE#{corp}", "sk": HOLDER}


def waiting_key(run: Run) -> dict[str, str]:
    """Return a run's place in its corp's waiting list: departments first, then by age."""
    rank = 1 if run.job is None or run.job.has_members else 0
    return {
        "pk": f"LANE#{run.corp}",
        "sk": f"{WAITING}{rank}#{run.dropped:017.3f}#{run.run_id}",
    }


def applied_key(corp: str, job: Job) -> dict[str, str]:
    """Return the key of the newest file of a job type that WeCom took."""
    return {"pk": f"LANE#{corp}", "sk": f"{APPLIED}{job.value}"}


def planned_key(corp: str, job: Job) -> dict[str, str]:
    """Return the key of the newest full file of a job type that was planned."""
    return {"pk": f"LANE#{corp}", "sk": f"{PLANNED}{job.value}"}


def policy_key(corp: str) -> dict[str, str]:
    """Return the key of what a corp's `settings.toml` says."""
    return {"pk": f"POLICY#{corp}", "sk": "POLICY"}


def token_key(corp: str) -> dict[str, str]:
    """Return the key of a corp's access token."""
    return {"pk": f"TOKEN#{corp}", "sk": "TOKEN"}


def refusal_key(corp: str, secret_digest: str) -> dict[str, str]:
    """Return the key of how WeCom refused one of a corp's secrets."""
    return {"pk": f"TOKEN#{corp}", "sk": f"REFUSAL#{secret_digest}"}


def run_to_item(run: Run, ttl: int) -> dict[str, Any]:
    """Return the item. `open_state` keeps it in the sparse index until people were told its end."""
    item = {
        field.name: getattr(run, field.name)
        for field in dataclasses.fields(run)
        if getattr(run, field.name) is not None
    }
    for name in ("reason", "callback_failure"):
        if name in item:
            item[name] = item[name].to_document()
    item["holds"] = [hold.to_document() for hold in run.holds]
    if run.approval is not None:
        item["approval"] = dataclasses.asdict(run.approval)
    return {**run_key(run.run_id), **item, "open_state": run.state, "ttl": ttl}


def run_from_item(item: Mapping[str, Any]) -> Run:
    """Return the run of an item."""
    known = {field.name for field in dataclasses.fields(Run)}
    values = {name: value for name, value in item.items() if name in known}
    values["state"] = State(values["state"])
    values["job"] = Job(values["job"]) if "job" in values else None
    if "ends_as" in values:
        values["ends_as"] = State(values["ends_as"])
    for name in ("reason", "callback_failure"):
        if name in values:
            values[name] = Reason.from_document(values[name])
    values["holds"] = tuple(Reason.from_document(hold) for hold in values.get("holds", ()))
    if "approval" in values:
        kept = values["approval"]
        values["approval"] = Approval(kept["by"], kept["at"], kept["digest"])
    return Run(**values)


def wire(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as DynamoDB takes it."""
    return {name: _serialize(_exact(value)) for name, value in item.items()}


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item with Python's own numbers and bytes."""
    return {name: _native(_deserialize(value)) for name, value in item.items()}


def _exact(value: object) -> object:
    if isinstance(value, float):
        return Decimal(f"{value:.6f}")
    if isinstance(value, Mapping):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def _native(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {name: _native(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_native(inner) for inner in value]
    return value.value if isinstance(value, Binary) else value  # type: ignore[attr-defined]
