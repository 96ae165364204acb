"""The tables: their keys and items, and how they are read."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer

from wecom_sync.domain.drop import LEAVERS
from wecom_sync.domain.habit import Habit
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.run import Run
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

DAY = 86_400
"""Seconds."""
DUE_DAYS = 400
"""How long a file that is to be planned anew waits for the sweep."""
RUN = "RUN"
DRIFT = "DRIFT"
ANSWER = "ANSWER"
HABIT = "HABIT"
TROUBLES = "TROUBLES"
REFUSED = "REFUSED"
"""Sort keys, `ANSWER` with `#` the beginning of one; and states in the index of what is open."""
DUE = "DUE"
"""The partition of a corp's file that is to be planned anew, and of when its leavers are removed,
and their state in the same index."""
LANE = "LANE"
"""The partition of who holds a corp's lane, who waits for it and what came through it."""
HOLDER = "HOLDER"
WAITING = "WAITING#"
APPLIED = "APPLIED#"
PLANNED = "PLANNED#"
OPEN = "by_open_state"
"""The index of what is open, by `open_state` and `corp`."""
UNPUBLISHED = "unpublished"
"""Since when the documents of an item are out of date."""

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


@dataclass(frozen=True, slots=True)
class DynamoTable:
    client: "DynamoDBClient"
    table: str
    clock: Clock

    def _get(self, key: Mapping[str, str]) -> dict[str, Any] | None:
        response = self.client.get_item(TableName=self.table, Key=wire(key), ConsistentRead=True)
        item = plain(response["Item"]) if "Item" in response else None
        return None if item is None or self._expired(item) else item

    def _put_item(self, item: Mapping[str, Any]) -> None:
        self.client.put_item(TableName=self.table, Item=wire(item))

    def _query(
        self, condition: str, values: Mapping[str, object], **options: Any
    ) -> Iterator[dict[str, Any]]:
        """Yield what fits, page by page, the expired included."""
        for page in self._pages(condition, values, **options):
            yield from map(plain, page["Items"])

    def _pages(
        self, condition: str, values: Mapping[str, object], **options: Any
    ) -> Iterable[Mapping[str, Any]]:
        return self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=wire(values),
            **options,
        )

    def _expired(self, item: Mapping[str, Any]) -> bool:
        """Whether an item has expired. DynamoDB deletes such items up to days later."""
        return "ttl" in item and item["ttl"] < self.clock()


def item_key(kind: str, *names: str, sk: str = "") -> dict[str, str]:
    """Return an item's key. Its sort key is its kind, but for those that share a partition."""
    return {"pk": "#".join((kind, *names)), "sk": sk or kind}


def waiting_key(run: Run) -> dict[str, str]:
    """Return a run's place in its corp's waiting list: departments first, then by age."""
    rank = 1 if run.job is None or run.job.has_members else 0
    place = f"{WAITING}{rank}#{run.identity.dropped:017.3f}#{run.run_id}"
    return item_key(LANE, run.corp, sk=place)


def habit_to_item(habit: Habit, ttl: int) -> dict[str, Any]:
    """Return the item. Its `due` is when the corp counts as silent: the sweep finds it then."""
    due = habit.silent_from
    marks = {} if due is None else {"open_state": HABIT, "corp": habit.corp, "due": due}
    return {**item_key(HABIT, habit.corp), "successes": list(habit.successes), **marks, "ttl": ttl}


def habit_from_item(item: Mapping[str, Any]) -> Habit:
    return Habit(item["pk"].partition("#")[2], tuple(item["successes"]))


def due_key(corp: str, *, of_leavers: bool) -> dict[str, str]:
    return item_key(DUE, corp, sk=f"{DUE}#{LEAVERS}" if of_leavers else "")


def due_to_item(file: DueFile, due: float) -> dict[str, Any]:
    """Return the item. `due`: when the sweep looks after it. It stays long enough for that.

    Its fields stay together: an item with a corp and a run id is a run of that corp.
    """
    marks = {"open_state": DUE, "due": due, "ttl": int(max(due, file.over)) + DUE_DAYS * DAY}
    key = due_key(file.corp, of_leavers=file.is_of_leavers)
    return {**key, "corp": file.corp, "due_file": [*file], **marks}


def due_from_item(item: Mapping[str, Any]) -> DueFile:
    return DueFile(*item["due_file"])


def run_to_item(run: Run, ttl: int) -> dict[str, Any]:
    """Return the item. When a run that has ended was published, it leaves the sparse index."""
    marks = {"open_state": run.state, UNPUBLISHED: run.updated, "ttl": ttl}
    indexed = {"corp": run.corp, "run_id": run.run_id}
    return {**item_key(RUN, run.run_id), **run.to_document(), **indexed, **marks}


def wire(item: Mapping[str, Any]) -> dict[str, Any]:
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
