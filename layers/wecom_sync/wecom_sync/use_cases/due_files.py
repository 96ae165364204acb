"""Has a company's file planned anew on the day after somebody's last one, and leavers removed."""

from wecom_sync.domain.habit import DAY_SECONDS
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.run import Run
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

        While a full file of its corp is under way, it is not yet its turn; that of leavers waits
        for others that remove leavers alone.
        A run that has ended and was applied has taken the place of the file. After any other end
        it is the next day's turn; one that gave way to a newer file, which has come to nothing by
        now, is itself the file whose turn it is.
        """
        files = self.store.open_runs_of(file.corp, *_OPEN)
        if any(self._goes_first(run, file) for run in files) or self._is_replaced(file):
            return
        run = self.store.run_of_drop(file.drop_digest(self.drop_bucket))
        if run is None:
            self.drops.drop_due(file)
            self.store.follow_due(file, file, self.clock() + AGAIN_SECONDS)
        elif run.state is State.SUPERSEDED:
            self.store.follow_due(file, file._replace(run_id=run.run_id))
        else:
            last = run.source.leavers if run.is_removal else run.source.last_day
            after = file.after(last) if last and last.day > file.day else None
            self.store.follow_due(file, after, after.starts if after else 0)

    def _is_replaced(self, file: DueFile) -> bool:
        """Whether it would remove for good, though HR's newest list may say otherwise."""
        run = self.store.run(file.run_id)
        if run is None or self.store.policy(file.corp).leaver_days:
            return False
        since = run.identity.dropped
        later = self.store.runs_of_corp(file.corp, None, since - DAY_SECONDS)
        return any(it.is_wanted_list and it.identity.dropped > since for it in later)

    def _goes_first(self, run: Run, file: DueFile) -> bool:
        if file.is_of_leavers:
            return run.is_removal
        return run.is_full and not run.identity.plans_only
