"""What is lost when every message is: only what the table cannot replace comes again."""

import json

from faults.world import World
from wecom_sync.domain.run import State


def lose_messages(world: World) -> None:
    """Delete every message that only repeats what the table knows.

    A drop without a run and a decision that was not taken are known to nobody else.
    """
    for queue in world.queues.values():
        queue.messages = [each for each in queue.messages if _is_news(world, each.body)]


def _is_news(world: World, body: str) -> bool:
    message = json.loads(body)
    if message.get("kind") in {"approve", "cancel"}:
        run = world.store.run(message["run_id"])
        return run is not None and run.state is State.HELD
    known = {(run.key, run.version) for run in world.runs()}
    found = [record["s3"]["object"] for record in message.get("Records", ())]
    return any((each["key"], each["versionId"]) not in known for each in found)
