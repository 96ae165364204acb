"""Finds runs that did not move in time, and sends their messages again, dead letters as well."""

import json
import logging
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import batched, chain
from typing import Any, NamedTuple

from wecom_sync.domain.drop import s3_objects
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.messages import advance_message, check_message, expire_message
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, STUCK_SECONDS, Run
from wecom_sync.domain.states import State
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.due_files import DueFiles
from wecom_sync.use_cases.ports import (
    Clock,
    DeadLetter,
    Letters,
    Overdue,
    Publications,
    Queue,
    RunStore,
    Walk,
)

logger = logging.getLogger(__name__)

PUBLISH_SECONDS = 120
"""How long after a move its documents are written at the latest, unless something was lost."""
MOVING = (State.SUBMITTED, State.SUBMITTING, State.RECEIVED, State.HELD, State.SHOWN)
"""States whose runs are looked after one by one; those that WeCom works on come first."""
RESERVE_SECONDS = 30
"""With less time left than this, nothing more is begun: the next call goes on."""
MOST_RETURNS = 3
"""How often a drop's message comes back by itself from the dead letters."""
LOOKS = 100
"""After so many their messages are sent, and the time is looked at."""
COUNTED = ("CompaniesStuck", "CompaniesSilent")
"""What alarms watch: how many companies have a trouble that they had not at the last sweep. So one
company's trouble does not hide the next one's."""


type Message = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Swept:
    """What was overdue, and which corps are stuck: earlier sweeps did not help.

    `unpublished`: what was not published in time; `stuck`: corps, or keys of documents that are
    late; `silent`: corps whose files used to come more often; `unreadable`: the keys of items that
    cannot be read, each of which keeps its corp waiting; `left`: whether time was too short;
    `known`: the troubles of the last look.
    """

    overdue: Counter[State]
    unpublished: int
    stuck: Sequence[str]
    silent: Sequence[str]
    unreadable: Sequence[str]
    left: bool
    known: Sequence[str]

    @property
    def troubles(self) -> Sequence[str]:
        """Each trouble by what is counted, and whose it is.

        A look that had too little time has seen nobody recover.
        """
        stuck = {f"CompaniesStuck {it}" for it in (*self.stuck, *self.unreadable)}
        silent = {f"CompaniesSilent {it}" for it in self.silent}
        return sorted(stuck | silent | {*(self.known if self.left else ())})

    @property
    def news(self) -> Mapping[str, int]:
        """How many companies have a trouble that is new since the last look."""
        new = Counter(it.partition(" ")[0] for it in {*self.troubles} - {*self.known})
        return {name: new[name] for name in COUNTED}


class Hints(NamedTuple):
    """What is to be sent for something that was looked after, and whether it is stuck."""

    messages: Sequence[Message] = ()
    is_stuck: bool = False


class Glance(NamedTuple):
    """How something is looked after; whose trouble it is when it is stuck."""

    after: Callable[[Any], Hints]
    subject: Any
    name: str
    corp: str


FAILED = Hints(is_stuck=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Sends lost messages again. A message is a hint to look, so one too many does no harm."""

    store: RunStore
    submit_queue: Queue
    results_queue: Queue
    publications: Publications
    due_files: DueFiles
    clock: Clock

    def sweep(self, seconds_left: Callable[[], float] = lambda: math.inf) -> Swept:
        """Look after what is overdue, as far as the time allows: the next call goes on."""
        now = self.clock()
        moving = [self.store.open_runs(state) for state in MOVING]
        queued = self.store.open_runs(State.QUEUED)
        files, silent = self.store.due_files(now), self.store.silent(now)
        late = [*self.publications.overdue(now - PUBLISH_SECONDS)]
        runs = [run for walk in moving for run in walk.items]
        held = [run for run in runs if run.standing is State.HELD]
        waiting = [run for run in queued.items if run.next.due <= now]
        overdue = Counter(run.state for run in (*runs, *waiting) if run.next.due <= now)
        in_force = cache(lambda corp: self.store.settings(corp).dropped or 0)
        looks = chain(
            (Glance(lambda it: self._look(it, now), run, run.run_id, run.corp) for run in runs),
            (
                Glance(lambda it: self._replan(it, in_force), run, run.run_id, run.corp)
                for run in held
            ),
            (Glance(lambda it: self._nudge(it, now), run, run.run_id, run.corp) for run in waiting),
            (Glance(lambda it: self._wake(it, now), *it, it[1]) for it in _by_corp(waiting)),
            (Glance(self._plan_anew, file, file.corp, file.corp) for file in files.items),
            (Glance(lambda it: self._touch(it, now), item, item.pk, item.pk) for item in late),
        )
        stuck: set[str] = set()
        left = False
        for some in batched(looks, LOOKS, strict=False):
            if left := seconds_left() < RESERVE_SECONDS:
                break
            results = [self._try(*look[:3]) or FAILED for look in some]
            stuck |= {look.corp for look, it in zip(some, results, strict=True) if it.is_stuck}
            self._send([message for it in results for message in it.messages])
        walks: Sequence[Walk[Any]] = (*moving, queued, files, silent)
        keys = [key for walk in walks for key in walk.unreadable]
        corps = [habit.corp for habit in silent.items]
        known = self._try(lambda store: store.troubles(), self.store, "troubles") or []
        return Swept(overdue, len(late), sorted(stuck), corps, keys, left, known)

    def remember(self, swept: Swept) -> None:
        """Remember what was told, once it was: told twice is better than not at all."""
        if swept.troubles != swept.known:
            self._try(self.store.keep_troubles, swept.troubles, "troubles")

    def _send(self, messages: Sequence[Message]) -> None:
        checks = [it for it in messages if it["kind"] == "check"]
        others = [it for it in messages if it["kind"] != "check"]
        self._try(self.results_queue.send_all, checks, "results")
        self._try(self.submit_queue.send_all, others, "submit")

    def _look(self, run: Run, now: float) -> Hints:
        """Look after a run on its own. It is stuck also if it is tried again later."""
        is_late = run.standing is not State.RECEIVED or _is_looked_after(run, now)
        return Hints([_message(run)] if run.next.due <= now and is_late else (), run.is_stuck(now))

    def _replan(self, run: Run, in_force: Callable[[str], float]) -> Hints:
        """Let a held run be planned anew that was held while other settings came into force."""
        is_planned = run.job is None or run.proposal.grounds[:1] == (in_force(run.corp),)
        return Hints() if is_planned else Hints([advance_message(run.corp, run.run_id)])

    def _nudge(self, run: Run, now: float) -> Hints:
        """Let a run that is queued go on if its end is decided, or if its departments are."""
        awaits = run.submission.awaits if run.ends_as is None else None
        awaited = self.store.run(awaits) if awaits else None
        is_open = awaited is not None and not awaited.state.is_final
        if is_open or (run.has_place and run.ends_as is None):
            return Hints()
        since = awaited.result.finished or 0 if awaited else 0
        message = advance_message(run.corp, run.run_id)
        return Hints([message], run.is_stuck(now, since=since))

    def _wake(self, runs: Sequence[Run], now: float) -> Hints:
        """Wake a corp's lane, of whose runs only the first can go on."""
        corp = runs[0].corp
        lane = self.store.lane(corp)
        if lane.holder is not None or not lane.waiting:
            return Hints()
        first = lane.waiting[0].run_id
        stuck = any(run.run_id == first and run.is_stuck(now, since=lane.freed) for run in runs)
        return Hints([advance_message(corp, first)], stuck)

    def _plan_anew(self, file: DueFile) -> Hints:
        self.due_files.plan_anew(file)
        return Hints()

    def _touch(self, item: Overdue, now: float) -> Hints:
        self.publications.touch(item)
        return Hints(is_stuck=now >= item.since + STUCK_SECONDS)

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


def _message(run: Run) -> Message:
    if run.standing is State.SUBMITTED:
        return check_message(run.corp, run.run_id, run.submission.checks)
    waits = run.standing in {State.HELD, State.SHOWN}
    message = expire_message if waits else advance_message
    return message(run.corp, run.run_id)


def _by_corp(runs: Iterable[Run]) -> Iterable[tuple[Sequence[Run], str]]:
    of_corp: dict[str, list[Run]] = {}
    for run in runs:
        of_corp.setdefault(run.corp, []).append(run)
    return [(some, corp) for corp, some in of_corp.items()]


def _is_looked_after(run: Run, now: float) -> bool:
    """Whether a run gets one more message: the later, the rarer, since most wait in the queue.

    So a long queue is not made much longer: of 1, 2, 4, 8 ... sweeps the last one sends.
    """
    sweeps = int((now - run.next.due) / LOOK_AGAIN_SECONDS) + 1
    return sweeps & (sweeps - 1) == 0


class Redriven(NamedTuple):
    """How many letters were sent back, and whether some may be left."""

    returned: int
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrive:
    """Gives dead letters back that nothing else sends again: of drops, and of what is to be told.

    Of any other message the sweep sees the run, or drift the company: it is left to expire.
    """

    drops: tuple[Letters, Letters]
    tellings: tuple[Letters, Letters]

    def redrive(self, seconds_left: Callable[[], float], *, by_hand: bool = False) -> Redriven:
        """Send back what there is, as far as the time allows. Twice does no harm.

        Drops go back by themselves a few times, whatever the time of night; all else by hand.
        """
        returned = 0
        for dead_letters, source in (self.drops, self.tellings)[: 2 if by_hand else 1]:
            while letters := dead_letters.take():
                for letter in letters:
                    if _goes_back(letter, by_hand=by_hand):
                        source.send_again(letter)
                        dead_letters.delete(letter)
                        returned += 1
                if seconds_left() < RESERVE_SECONDS:
                    return Redriven(returned, left=True)
        return Redriven(returned, left=False)


def _goes_back(letter: DeadLetter, *, by_hand: bool) -> bool:
    """Whether a letter is of a kind that is known, and was not given back too often."""
    try:
        message = json.loads(letter.body)
        is_known = message.get("kind") == "tell" or any(s3_objects(message))
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return is_known and (by_hand or letter.returned < MOST_RETURNS)
