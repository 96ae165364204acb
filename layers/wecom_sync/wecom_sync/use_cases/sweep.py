"""Finds runs that did not move in time, and sends their messages again, dead letters as well."""

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.domain.messages import advance_message, check_message, expire_message
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, STUCK_SECONDS, Run
from wecom_sync.domain.states import State
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.due_files import DueFiles
from wecom_sync.use_cases.lanes import Lanes
from wecom_sync.use_cases.ports import (
    Clock,
    Letters,
    Publications,
    Queue,
    RunStore,
    Starts,
)

logger = logging.getLogger(__name__)

PUBLISH_SECONDS = 120
"""How long after a move its documents are written at the latest, unless something was lost."""
MOVING = (State.SUBMITTED, State.SUBMITTING, State.RECEIVED, State.HELD)
"""States whose runs are looked after one by one; those that WeCom works on come first."""
RESERVE_SECONDS = 30
"""With less time left than this, nothing more is begun: the next call goes on."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What was overdue, and how much of it is stuck: earlier sweeps did not help.

    `unpublished`: what was not published in time; `broken`: what should start functions and does
    not; `silent`: corps whose files used to come more often; `unreadable`: the keys of items that
    cannot be read, each of which keeps its corp waiting.
    """

    overdue: Counter[State]
    unpublished: int
    stuck: int
    broken: Sequence[str]
    silent: Sequence[str]
    unreadable: Sequence[str]

    @property
    def counts(self) -> Mapping[str, int]:
        return {
            "RunsStuck": self.stuck,
            "StartsBroken": len(self.broken),
            "CompaniesSilent": len(self.silent),
            "ItemsUnreadable": len(self.unreadable),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Sends lost messages again. A message is a hint to look, so one too many does no harm."""

    store: RunStore
    submit_queue: Queue
    results_queue: Queue
    lanes: Lanes
    publications: Publications
    starts: Starts
    due_files: DueFiles
    clock: Clock

    def sweep(self) -> Swept:
        """Look at what starts the functions, which all else rests on, then at what is late."""
        now, broken = self.clock(), self.starts.broken()
        overdue: Counter[State] = Counter()
        walks = {state: self.store.open_runs(state) for state in (*MOVING, State.QUEUED)}
        habits, files = self.store.silent(now), self.store.due_files(now)
        unreadable = [key for walk in walks.values() for key in walk.unreadable]
        unreadable += [*habits.unreadable, *files.unreadable]
        stuck = sum(self._each(state, walks[state].items, now, overdue) for state in MOVING)
        queued: dict[str, list[Run]] = {}
        for run in walks[State.QUEUED].items:
            if run.due <= now:
                overdue[State.QUEUED] += 1
                queued.setdefault(run.corp, []).append(run)
        for runs in queued.values():
            woken = self._try(lambda runs: self._wake(runs, now), runs, runs[0].corp)
            stuck += 1 if woken is None else woken
        for run in walks[State.HELD].items:
            self._try(self._replan, run, run.run_id)
        for file in files.items:
            stuck += not self._try(self.due_files.plan_anew, file, file.corp)
        late = list(self.publications.overdue(now - PUBLISH_SECONDS))
        for item in late:
            self._try(self.publications.touch, item, item.pk)
        stuck += sum(now >= item.since + STUCK_SECONDS for item in late)
        silent = [habit.corp for habit in habits.items]
        return Swept(overdue, len(late), stuck, broken, silent, unreadable)

    def _each(self, state: State, runs: Sequence[Run], now: float, overdue: Counter[State]) -> int:
        """Look after what is overdue; return how many are stuck: also who is tried again later."""
        for run in runs:
            if run.due <= now:
                overdue[state] += 1
                if run.standing is not State.RECEIVED or _is_looked_after(run, now):
                    self._try(self._look, run, run.run_id)
        return sum(run.is_stuck(now) for run in runs)

    def _look(self, run: Run) -> None:
        if run.standing is State.SUBMITTED:
            self.results_queue.send(check_message(run.corp, run.run_id, run.submission.checks))
        elif run.standing is State.HELD:
            self.submit_queue.send(expire_message(run.corp, run.run_id))
        else:
            self.submit_queue.send(advance_message(run.corp, run.run_id))

    def _replan(self, run: Run) -> None:
        """Let a held run be planned anew that was held while other settings came into force."""
        in_force = self.store.settings(run.corp).dropped or 0
        if run.standing is State.HELD and run.job and run.proposal.grounds[:1] != (in_force,):
            self.submit_queue.send(advance_message(run.corp, run.run_id))

    def _nudge(self, run: Run, now: float) -> bool:
        """Let a run go on whose end is decided, or whose departments are; whether it is stuck."""
        awaits = run.submission.awaits if run.ends_as is None else None
        awaited = self.store.run(awaits) if awaits else None
        if awaited is not None and not awaited.state.is_final:
            return False
        self.submit_queue.send(advance_message(run.corp, run.run_id))
        return run.is_stuck(now, since=awaited.result.finished or 0 if awaited else 0)

    def _wake(self, runs: Sequence[Run], now: float) -> int:
        """Wake a corp's lane, of whose runs only the first can go on; return how many are stuck."""
        nudged = [run for run in runs if run.ends_as is not None or not run.has_place]
        tried = [self._try(lambda run: self._nudge(run, now), run, run.run_id) for run in nudged]
        stuck = sum(map(bool, tried))
        corp = runs[0].corp
        lane = self.store.lane(corp)
        if lane.holder is not None or not lane.waiting:
            return stuck
        self._try(self.lanes.wake, corp, corp)
        first = [run for run in runs if run.run_id == lane.waiting[0].run_id]
        return stuck + sum(run.is_stuck(now, since=lane.freed) for run in first)

    def _try[Subject, Result](
        self, look: Callable[[Subject], Result], subject: Subject, name: str
    ) -> Result | None:
        """Look after something. An error of one does not stop the others."""
        try:
            return look(subject)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next sweep tries again
            extra = {"subject": name, "error": type(error).__name__}
            logger.error("not swept", extra=extra)  # noqa: TRY400 - its text may quote anything
            return None


def _is_looked_after(run: Run, now: float) -> bool:
    """Whether a run gets one more message: the later, the rarer, since most wait in the queue.

    So a long queue is not made much longer: of 1, 2, 4, 8 ... sweeps the last one sends.
    """
    sweeps = int((now - run.due) / LOOK_AGAIN_SECONDS) + 1
    return sweeps & (sweeps - 1) == 0


class Redriven(NamedTuple):
    """How many letters were sent back, and whether some may be left."""

    returned: int
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """Empties the dead letters of each queue into the queue that they came from."""

    queues: Sequence[tuple[Letters, Letters]]

    def redrive(self, seconds_left: Callable[[], float]) -> Redriven:
        """Send back what there is, as far as the time allows. Twice does no harm."""
        returned = 0
        for dead_letters, source in self.queues:
            while letters := dead_letters.take():
                for letter in letters:
                    source.send_again(letter)
                    dead_letters.delete(letter)
                returned += len(letters)
                if seconds_left() < RESERVE_SECONDS:
                    return Redriven(returned, left=True)
        return Redriven(returned, left=False)
