"""How often a company's files come, and when it has been silent for longer than that."""

from itertools import pairwise
from typing import Self

from wecom_sync.domain.run import Run
from wecom_sync.domain.states import State
from wecom_sync.domain.values import dataclass

DAY_SECONDS = 86_400
DAYS = 8
"""Days with a success that are remembered. With a file each working day a weekend is among them."""
PATIENCE = 2
"""How many times the longest pause has to pass again before a company counts as silent."""
LEAST_SECONDS = 2 * DAY_SECONDS


@dataclass(frozen=True, slots=True)
class Habit:
    """The last success of each of a corp's last days with one (UTC epoch seconds)."""

    corp: str
    successes: tuple[float, ...] = ()

    def after(self, run: Run) -> Self:
        """Return the habit after a run. It may be noted again, and in any order."""
        applied = run.state in {State.SUCCEEDED, State.PARTIAL, State.UNCHANGED}
        brought = run.is_file and not run.identity.again.is_due
        if not applied or not brought or run.result.finished is None:
            return self
        last = {at // DAY_SECONDS: at for at in sorted((*self.successes, run.result.finished))}
        return type(self)(self.corp, tuple(last.values())[-DAYS:])

    @property
    def pause(self) -> float | None:
        """The longest pause between two days with a success, None as long as there was none."""
        pauses = (later - earlier for earlier, later in pairwise(self.successes))
        return max(pauses, default=None)

    @property
    def silent_from(self) -> float | None:
        """From when on the corp is silent for longer than its habit, None without a habit."""
        if self.pause is None:
            return None
        return self.successes[-1] + max(PATIENCE * self.pause, LEAST_SECONDS)

    def is_silent(self, now: float) -> bool:
        return self.silent_from is not None and self.silent_from <= now
