"""Whose drops come in, and how many.

A company may have so many open files: what is beyond is refused, and told once an hour. For whom
the desk put a drop says its seal: S3 says only that the desk did.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import field, replace
from datetime import UTC, datetime
from urllib.parse import unquote

from wecom_sync.domain.drop import (
    BY,
    MAX_SEALED_BYTES,
    NAME,
    SEAL,
    Drop,
    ObjectHead,
    Place,
    Word,
    is_fresh_seal,
    is_right_seal,
)
from wecom_sync.domain.errors import PermanentError, TransitionRefusedError
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.principals import WECOM
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Identity, NextStep, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Reason, TimelineEntry
from wecom_sync.domain.values import dataclass
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import Clock, Drops, Queue, RunStore
from wecom_sync.wecom.retry import HOUR_SECONDS

MOST_OPEN = 500
"""Files of a company that are being checked, are held or wait for their turn.

A plan is taken up to half as many, so whoever may only plan keeps out nobody's file.
"""
_OPEN = (State.RECEIVED, State.HELD, State.QUEUED)
_FULL = Reason("too_many_open", {"limit": MOST_OPEN})


@dataclass(slots=True, kw_only=True)
class Entrance:
    """Counts the open files of a company once a batch of events, so refusing one costs nothing."""

    store: RunStore
    endings: Endings
    submit_queue: Queue
    bucket: str
    clock: Clock
    _open: dict[str, int] = field(default_factory=dict, init=False)
    _waiting: dict[str, list[Run]] = field(default_factory=dict, init=False)
    """Those that may give way; read of companies alone that have too many."""
    _refused: Counter[str] = field(default_factory=Counter, init=False)

    def admits(self, drop: Drop, place: Place) -> bool:
        """Whether a drop becomes a run. A decision, a statement and settings always do.

        So does a full file for which an older one gives way.
        """
        if place.job is None and place.reason is None:
            return True
        is_plan, dropped = place.word is Word.PLAN, drop.dropped.timestamp()
        if self._has_room(place.corp, is_plan) or (
            not is_plan and self._oldest(place.corp, place.job, dropped)
        ):
            return True
        self._refused[place.corp] += 1
        return False

    def close(self) -> None:
        """Note what a batch refused; if that fails, it comes again. The next one counts anew."""
        refused = [*self._refused.items()]
        for counts in (self._open, self._waiting, self._refused):
            counts.clear()
        for corp, count in refused:
            self.store.count_refused(self._refusals(corp), count)

    def enter(self, run: Run) -> Run:
        """Count a new run. Beyond the limit it takes the place of the oldest that it replaces."""
        if run.job is None or run.is_removal:
            return run
        if self._has_room(run.corp, run.identity.plans_only):
            self._open[run.corp] += 1
            return run
        if (oldest := self._oldest(run.corp, run.job, run.identity.dropped)) is None:
            # A file of before that is tried again replaces none that came after it.
            return self.endings.end(run, State.REJECTED, _FULL)
        self._waiting[run.corp].remove(oldest)
        with suppress(TransitionRefusedError):
            self.endings.give_way(oldest, run.run_id)
            self.submit_queue.send(advance_message(run.corp, oldest.run_id))
        return run

    def _has_room(self, corp: str, plans_only: bool) -> bool:
        if corp not in self._open:
            self._open[corp] = self.store.count_open(corp, *_OPEN)
        return self._open[corp] < (MOST_OPEN // 2 if plans_only else MOST_OPEN)

    def _oldest(self, corp: str, job: Job | None, dropped: float) -> Run | None:
        """Return the file that waits longest of those for which a full file is enough."""
        if job is None or not job.is_full:
            return None
        if corp not in self._waiting:
            self._waiting[corp] = [*self.store.open_runs_of(corp, *_OPEN)]
        older = (it for it in self._waiting[corp] if it.gives_way_to(job, dropped))
        return min(older, key=lambda it: it.identity.dropped, default=None)

    def _refusals(self, corp: str) -> Run:
        """Return the run that tells how many drops of a company are refused in this hour.

        It ends some minutes after the hour, when every batch that began in it is done.
        """
        now = self.clock()
        moment = datetime.fromtimestamp(now, UTC)
        drop = Drop(
            self.bucket, f"{corp}/", "", moment, moment, dedup_key=f"flood {moment:%Y%m%dT%H}"
        )
        if run := self.store.run_of_drop(drop.digest):
            return run
        identity = Identity(
            run_id=drop.run_id, corp=corp, bucket=self.bucket, key=drop.key, name="*", version="",
            dropped=now, created=now,
        )  # fmt: skip
        due = (now // HOUR_SECONDS + 1) * HOUR_SECONDS + LOOK_AGAIN_SECONDS
        entry = TimelineEntry(State.RECEIVED, now, (_FULL,))
        run = Run(
            identity=identity, state=State.RECEIVED, updated=now, next=NextStep(due=due),
            reason=_FULL, timeline=(entry,),
        )  # fmt: skip
        return self.store.create(run, drop)

    def tell(self, run: Run) -> Run:
        """End the run of an hour with the number that it is about, once the hour is over."""
        if self.clock() < run.next.due:
            return run
        params = {"limit": MOST_OPEN, "count": self.store.count_refused(run, 0)}
        return self.endings.end(run, State.REJECTED, Reason("too_many_refused", params))


@dataclass(frozen=True, slots=True)
class Seals:
    """Reads seals.

    `secret`: what they are made with, None where there is no desk; `role`: the id of the desk's
    role as S3 tells it, blank where S3 tells no roles.
    """

    drops: Drops
    secret: Callable[[], bytes] | None = None
    role: str = ""

    def signed(self, drop: Drop, head: ObjectHead) -> Drop | None:
        """Return a drop with the WeCom user who asked for it; None if its seal is wrong.

        Without a seal it is S3's principal's. Whatever has the same seal is the same drop.
        """
        if SEAL not in head.sealed:
            return drop
        if not self._is_right(drop, head):
            return None
        by, name = f"{WECOM}{head.sealed[BY]}", unquote(head.sealed.get(NAME, ""))
        return replace(drop, principal=by, dedup_key=head.sealed[SEAL], name=name)

    def _is_right(self, drop: Drop, head: ObjectHead) -> bool:
        is_desk = drop.principal.startswith(f"AWS:{self.role}:") or not self.role
        is_possible = head.size <= MAX_SEALED_BYTES and bool(head.sealed.get(BY))
        if self.secret is None or not (is_desk and is_possible):
            return False
        if not is_fresh_seal(head.asked, head.last_modified):
            return False
        try:
            content = self.drops.content(drop.bucket, drop.key, drop.version)
        except PermanentError:
            return False
        return is_right_seal(self.secret(), drop.bucket, drop.key, head.sealed, content)
