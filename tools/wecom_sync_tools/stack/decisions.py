"""Decisions about a run, sent to a stack and waited for."""

import time
from collections.abc import Callable

from wecom_sync.domain.run import Run, State
from wecom_sync.reporting.catalogue import STATES
from wecom_sync_tools.console.codes import Code
from wecom_sync_tools.console.errors import CommandError
from wecom_sync_tools.console.terminal import Terminal
from wecom_sync_tools.stack.target import Target, pause_seconds

PATIENCE_SECONDS = 120
"""How long a decision may take: the submit function may be busy with another file."""


def await_run(
    target: Target,
    run_id: str,
    is_reached: Callable[[Run], bool],
    *,
    late: Code = "decision_pending",
    seconds: float = PATIENCE_SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Run:
    """Return the run once it is as expected. Raises `CommandError` (`late`) after the time."""
    deadline = clock() + seconds
    while True:
        run = target.store.run(run_id)
        if run is not None and is_reached(run):
            return run
        if clock() >= deadline:
            raise CommandError(late, run=target.named(run_id), seconds=seconds)
        sleep(pause_seconds(target))


def state_words(run: Run, terminal: Terminal) -> str:
    """Return a run's state, as a code and in words."""
    return f"{run.state} · {STATES[run.state].render(terminal.language)}"


def is_cancellable(run: Run) -> bool:
    """Whether nothing of a run was posted to WeCom yet."""
    waits = run.state in {State.HELD, State.QUEUED}
    return waits or (run.state is State.SUBMITTING and run.posted is None)


def cancel(target: Target, waiting: Run, by: str, terminal: Terminal) -> Run:
    """Send the cancellation; return the cancelled run. Raises `CommandError` if it is too late."""
    target.submit_queue.send({"kind": "cancel", "run_id": waiting.run_id, "by": by})
    found = await_run(target, waiting.run_id, lambda run: not is_cancellable(run))
    if found.state is State.CANCELLED:
        return found
    raise CommandError("cancel_refused", run=waiting.run_id, state=state_words(found, terminal))
