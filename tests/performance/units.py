"""How many units DynamoDB charges for a call, by the sizes of the items that it is about."""

from collections.abc import Iterable, Mapping
from typing import Any

KB = 1024
INDEXES = (("corp", "run_id"), ("open_state", "due"))
"""The keys of the table's indexes; each holds whole items."""


def read_units(call: Mapping[str, Any], answer: bytes) -> float:
    """Return what is read; the answer is a little larger than its items."""
    return _units(len(answer), 4 * KB) * (1 if call.get("ConsistentRead") else 0.5)


def write_units(operation: str, call: Mapping[str, Any], changes: Iterable[tuple[Any, Any]]) -> int:
    """Return what is written. `changes`: moto's old and new item of each; None is none.

    A write that changed nothing, such as a condition, counts as one of a kilobyte.
    """
    pairs = [[item for item in change if item] for change in changes]
    batch = [it for items in call.get("RequestItems", {}).values() for it in items]
    writes = len(call.get("TransactItems", batch)) or 1
    own = writes - len(pairs) + sum(_units(max(it.size() for it in pair), KB) for pair in pairs)
    indexed = 0
    for pair in pairs:
        for keys in INDEXES:
            # Another key deletes an item of the index and writes a new one.
            entries = [it for it in pair if all(key in it.attrs for key in keys)]
            sizes = {str([it.attrs[key].value for key in keys]): it.size() for it in entries}
            indexed += sum(_units(size, KB) for size in sizes.values())
    return own * (2 if operation == "TransactWriteItems" else 1) + indexed


def _units(taken: int, of: int) -> int:
    return max(1, -(-taken // of))
