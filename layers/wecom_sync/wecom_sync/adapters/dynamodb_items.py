"""Keys of the table, and a run as an item and back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from wecom_sync.domain.habit import Habit
from wecom_sync.domain.run import Job, Run

RUN = "RUN"
DRIFT = "DRIFT"
"""The sort key of what a look at a corp found, and its state in the index of what is open."""
ANSWER = "ANSWER"
"""The state in the index of what is open, and with `#` the beginning of the sort key."""
HABIT = "HABIT"
"""The sort key of how often a corp's files come, and its state in the index of what is open."""
HOLDER = "HOLDER"
WAITING = "WAITING#"
APPLIED = "APPLIED#"
PLANNED = "PLANNED#"
UNPUBLISHED = "unpublished"
"""Since when the documents of an item are out of date."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


def run_key(run_id: str) -> dict[str, str]:
    """Return a run's own key; its outcomes share the partition."""
    return {"pk": f"RUN#{run_id}", "sk": RUN}


def progress_key(run_id: str) -> dict[str, str]:
    """Return the key of how far the writing of a run's outcomes has come."""
    return {"pk": f"RUN#{run_id}", "sk": "PROGRESS"}


def answer_key(run_id: str, source: str) -> dict[str, str]:
    """Return the key of the answer to a decision about a run; `source`: the decision's hash."""
    return {"pk": f"RUN#{run_id}", "sk": f"{ANSWER}#{source}"}


def drift_key(corp: str) -> dict[str, str]:
    """Return the key of what the last look at a corp found."""
    return {"pk": f"DRIFT#{corp}", "sk": DRIFT}


def announced_key(subject: str) -> dict[str, str]:
    """Return the key of which news of a run, or of a corp's drift, were announced last."""
    return {"pk": f"ANNOUNCED#{subject}", "sk": "ANNOUNCED"}


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


def habit_key(corp: str) -> dict[str, str]:
    """Return the key of how often a corp's files come."""
    return {"pk": f"HABIT#{corp}", "sk": HABIT}


def habit_to_item(habit: Habit, ttl: int) -> dict[str, Any]:
    """Return the item. Its `due` is when the corp counts as silent: the sweep finds it then."""
    marks = {} if habit.silent_from is None else {"open_state": HABIT, "due": habit.silent_from}
    return {**habit_key(habit.corp), "successes": list(habit.successes), **marks, "ttl": ttl}


def habit_from_item(item: Mapping[str, Any]) -> Habit:
    return Habit(item["pk"].partition("#")[2], tuple(item["successes"]))


def token_key(corp: str) -> dict[str, str]:
    """Return the key of a corp's access token."""
    return {"pk": f"TOKEN#{corp}", "sk": "TOKEN"}


def refusal_key(corp: str, secret_digest: str) -> dict[str, str]:
    """Return the key of how WeCom refused one of a corp's secrets."""
    return {"pk": f"TOKEN#{corp}", "sk": f"REFUSAL#{secret_digest}"}


def run_to_item(run: Run, ttl: int) -> dict[str, Any]:
    """Return the item.

    `unpublished` lets the table's stream hand it to the publish function, and `open_state` keeps
    it in the sparse index. Of a run that has ended both go when it was published.
    """
    marks = {"open_state": run.state, UNPUBLISHED: run.updated, "ttl": ttl}
    return {**run_key(run.run_id), **run.to_document(), **marks}


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
