"""Everything that outlives a process, in one hash: two equal worlds have the same future."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from wecom_sync.adapters.dynamodb_items import plain

if TYPE_CHECKING:
    from faults.world import World


def fingerprint(world: "World") -> str:
    """Return a hash of the table, buckets, queues, stream, WeCom, what was told, and the time."""
    everything = [
        world.clock.now(),
        sorted(json.dumps(each, sort_keys=True, default=repr) for each in world.items()),
        _objects(),
        [
            (name, [(each.body, each.visible_at, each.received) for each in queue.messages])
            for name, queue in world.queues.items()
        ],
        [world.stream.records, world.stream.visible_at],
        world.wecom.as_it_is(),
        [str(notice) for notice in world.ears.notices],
        sorted(world.ears.refusals.items()),
        world.errors,
    ]
    text = json.dumps(everything, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def items(table: str) -> list[dict[str, Any]]:
    """Return every item of a table, as a query would, but without a call."""
    source = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[table]
    return [plain(item.to_json()["Attributes"]) for item in source.all_items()]


def _objects() -> list[Any]:
    buckets = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].buckets
    return sorted(
        (bucket.name, key.name, str(key.version_id), key.etag)
        for bucket in buckets.values()
        for _, keys in bucket.keys.lists()
        for key in keys
    )
