"""How a run ends: its last move, the report to people, and the lane for the next one."""

from collections.abc import Callable
from dataclasses import dataclass

from wecom_sync.domain.errors import TransitionRefusedError
from wecom_sync.domain.run import Reason, Run, State
from wecom_sync.use_cases.ports import Clock, Publisher, Queue, RunStore

REPORT_AGAIN_SECONDS = 300
"""When the sweep reports an ended run again, unless the report went out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Ends runs. The move is conditional, so of two that end a run one does; the rest repeats."""

    store: RunStore
    publisher: Publisher
    submit_queue: Queue
    clock: Clock
    count: Callable[[str], None]

    def end(self, run: Run, state: State, reason: Reason | None = None, **changes: object) -> Run:
        """Move a run to a final state and report it. Raises `TransitionRefusedError`."""
        now = self.clock()
        ended = self.store.move(
            run, state, reason=reason, finished=now, due=now + REPORT_AGAIN_SECONDS, **changes
        )
        self.count(f"Runs{state.capitalize()}")
        self.report(ended)
        return ended

    def report(self, run: Run) -> None:
        """Wake whoever waits for the lane, tell people, and note that it was done."""
        self.wake(run.corp)
        self.publisher.publish(run)
        self.store.settle(run)

    def hold(self, run: Run, deadline: float, **changes: object) -> Run:
        """Let a run wait for a person until `deadline`. Raises `TransitionRefusedError`."""
        due = self.clock() + REPORT_AGAIN_SECONDS
        held = self.store.move(run, State.HELD, reason=None, deadline=deadline, due=due, **changes)
        self.count("RunsHeld")
        return self.tell(held)

    def tell(self, run: Run) -> Run:
        """Tell people about a run that waits for them, and note that it was done.

        Whoever waits for its lane goes on.
        """
        self.wake(run.corp)
        self.publisher.publish(run)
        try:
            return self.store.move(run, State.HELD, due=run.deadline)
        except TransitionRefusedError:
            # Somebody has decided already.
            return run

    def wake(self, corp: str) -> None:
        """Offer a free lane to the first run that waits for it."""
        lane = self.store.lane(corp)
        if lane.holder is None and lane.waiting:
            self.submit_queue.send(advance_message(lane.waiting[0].run_id))


def advance_message(run_id: str) -> dict[str, object]:
    """Return the message that makes the submit function look at a run."""
    return {"kind": "advance", "run_id": run_id}


def expire_message(run_id: str) -> dict[str, object]:
    """Return the message that makes the submit function end a hold whose time is up."""
    return {"kind": "expire", "run_id": run_id}


def check_message(run_id: str, check: int) -> dict[str, object]:
    """Return the message that makes the persist function ask for a run's result.

    `check` is the run's count of checks when the message was sent: only the current one goes on.
    """
    return {"kind": "check", "run_id": run_id, "check": check}
