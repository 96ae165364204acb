"""Who tells people and systems that a run has ended or waits for them."""

from dataclasses import dataclass

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.run import Run, State
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.ports import Publisher, RunStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Wakes the lane that became free, publishes the run, and notes that this was done.

    Until it is noted the sweep does all of it again.
    """

    store: RunStore
    publisher: Publisher
    lanes: Lanes

    def ended(self, run: Run) -> None:
        """Tell that a run has ended."""
        self.lanes.release(run)
        self.lanes.wake(run.corp)
        self.publisher.publish(run)
        self.store.mark_told(run)

    def held(self, run: Run) -> Run:
        """Tell that a run waits for a person."""
        self.lanes.wake(run.corp)
        self.publisher.publish(run)
        try:
            return self.store.move(run, State.HELD, due=run.deadline or run.due)
        except TransitionRefusedError:
            # Somebody has decided already.
            return run
