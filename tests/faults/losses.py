"""What is lost when every message is: only what the table cannot replace comes again."""

import json

from faults.world import World
from wecom_sync.domain.drop import Drop, s3_objects


def lose_messages(world: World) -> None:
    """Delete every record of the stream, and every message that only repeats what the table knows.

    A drop without a run, a decision that was not taken and what is to be told are known to nobody
    else.
    """
    world.stream.lose()
    for queue in world.queues.values():
        queue.messages = [each for each in queue.messages if _is_news(world, each.body)]


def _is_news(world: World, body: str) -> bool:
    if json.loads(body).get("kind") == "tell":
        return True
    runs = world.runs()
    known = {run.version for run in runs}
    told = (run.with_answers(world.store.answers(run.run_id)) for run in runs)
    taken = {step.said.source for run in told for step in run.timeline if step.said}
    return any(
        found.version not in known
        and Drop(found.bucket, found.key, found.version, found.time, found.time).digest not in taken
        for found in s3_objects(json.loads(body))
    )
