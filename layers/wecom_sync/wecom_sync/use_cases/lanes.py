"""Who wakes a corp's lane: this module and no other."""

from dataclasses import dataclass

from wecom_sync.domain.messages import advance_message
from wecom_sync.use_cases.ports import Queue, RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Lanes:
    """Offers free lanes."""

    store: RunStore
    submit_queue: Queue

    def wake(self, corp: str) -> None:
        """Send a message to the first run that waits for a corp's lane, if the lane is free."""
        lane = self.store.lane(corp)
        if lane.holder is None and lane.waiting:
            self.submit_queue.send(advance_message(lane.waiting[0].run_id))
