"""How many units DynamoDB charges for a call, by the sizes of the items that it is about."""

from collections.abc import Iterable, Mapping
from typing import Any

type Item = Mapping[str, Any]

KB = 1024
INDEXES = (("corp", "run_id"), ("open_state", "due"))
"""The keys of the table's indexes; each holds whole items."""


def charged(
    operation: str, call: Item, answer: Item, changes: Iterable[tuple[Item, Item]]
) -> dict[str, float]:
    """Return the units of a call. `changes`: the old and the new item; blank is none.

    A write that changed nothing, such as a condition, counts as one of a kilobyte.
    """
    if operation in {"GetItem", "Query", "Scan"}:
        items = answer.get("Items", [answer.get("Item", {})])
        share = 1 if call.get("ConsistentRead") else 0.5
        return {"dynamodb_read": share * _units(sum(map(_size, items)), 4 * KB)}
    batch = [it for items in call.get("RequestItems", {}).values() for it in items]
    writes = len(call.get("TransactItems", batch)) or 1
    sizes = [_units(max(map(_size, change)), KB) for change in changes]
    own = sum(sizes) + writes - len(sizes)
    indexed = sum(_indexed(keys, *change) for change in changes for keys in INDEXES)
    return {"dynamodb_write": own * (2 if operation == "TransactWriteItems" else 1) + indexed}


def _indexed(keys: tuple[str, str], old: Item, new: Item) -> int:
    """Return what a change costs in an index: another key deletes an item and writes a new one."""
    entries = [item for item in (old, new) if all(key in item for key in keys)]
    return sum({str([it[key] for key in keys]): _units(_size(it), KB) for it in entries}.values())


def _units(taken: int, of: int) -> int:
    return max(1, -(-taken // of))


def _size(item: Item) -> int:
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(value: Item) -> int:
    """Return the bytes that DynamoDB counts for a value."""
    match value:
        case {"B": str(text)}:
            return len(text) * 3 // 4
        case {"M": items}:
            return 3 + _size(items)
        case {"L": items}:
            return 3 + sum(map(_size_of, items))
    ((_, content),) = value.items()
    return len(content) if isinstance(content, bytes) else len(str(content).encode())
