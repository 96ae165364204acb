"""Has a company's file planned anew on the day after somebody's last one."""

from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.states import State
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.ports import Clock, DueDrops, RunStore

AGAIN_SECONDS = 3600
"""How long an object has for its run to be there."""
_OPEN = [state for state in State if not state.is_final]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFiles:
    """Puts objects that name the files, and follows what becomes of their runs."""

    store: RunStore
    drops: DueDrops
    drop_bucket: str
    clock: Clock

    def plan_anew(self, file: DueFile) -> None:
        """Put the object, again after an hour without its run: all that are put are one run.

        While a full file of its corp is under way, it is not yet its turn.
        A run that has ended and was applied has taken the place of the file. After any other end
        it is the next day's turn; one that gave way to a newer file, which has come to nothing by
        now, is itself the file whose turn it is.
        """
        files = self.store.open_runs_of(file.corp, *_OPEN)
        if any(run.is_full and not run.identity.plans_only for run in files):
            return
        run = self.store.run_of_drop(file.drop_digest(self.drop_bucket))
        if run is None:
            self.drops.drop_due(file)
            self.store.follow_due(file, file, self.clock() + AGAIN_SECONDS)
        elif run.state is State.SUPERSEDED:
            self.store.follow_due(file, file._replace(run_id=run.run_id))
        elif (last := run.source.last_day) and last.day > file.day:
            self.store.follow_due(file, file._replace(day=last.day, over=last.over), last.over)
        else:
            self.store.follow_due(file, None)
