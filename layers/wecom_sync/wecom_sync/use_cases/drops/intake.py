"""From an S3 event to a run, and from a run to what its key says."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from wecom_sync.domain.drop import DECIDING, FRESH, Drop, ObjectHead, Place, Word, place_of
from wecom_sync.domain.errors import (
    ObjectGoneError,
    PermanentError,
    SecretUnreadableError,
    TransitionRefusedError,
)
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.principals import WECOM, rights
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Identity, NextStep, Run
from wecom_sync.domain.states import Job, State
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry, Wait, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.problems import FileRejectedError, refused
from wecom_sync.use_cases.drops.decisions import Decisions
from wecom_sync.use_cases.drops.entrance import Entrance, Seals
from wecom_sync.use_cases.drops.files import Files, as_asked
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.ports import Clock, CorpSecrets, Drops, Queue, RunStore
from wecom_sync.use_cases.submission import Submissions
from wecom_sync.wecom.retry import FAULT_SECONDS, until

AWAITED_SECONDS = 3600
"""How long a file waits for settings and the like that were dropped before it."""
EARLY_SECONDS = 45
"""How young a decision is whose run may not be made yet: once, as it comes again after 60."""
DEAD_SECONDS = 300
"""How long submit may run: a file that was begun earlier is not read any more."""
MOST_DEATHS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Makes a run of every drop, and later does with it what its key says."""

    store: RunStore
    drops: Drops
    seals: Seals
    secrets: CorpSecrets
    decisions: Decisions
    words: Mapping[Word, Callable[[Run], Run]]
    """What is done with the object of a run, by what its key says."""
    submission: Submissions
    files: Files
    submit_queue: Queue
    endings: Endings
    entrance: Entrance
    drop_bucket: str
    clock: Clock

    def receive(self, drop: Drop) -> Run | None:
        """Carry a decision out, or make a run of a drop. An event that comes again changes nothing.

        Before anything is read, a file is refused whose company has too many.

        No file is read here, so that the drops of one corp are soon past those of the others: that
        is for the run's own message, which is in its corp's group. A decision about a run that the
        corp does not have is a run of its own, which is rejected; so is whatever has a wrong seal,
        or whose user has not the right. The copy of an old decision is nothing. Raises
        `TransitionRefusedError` when another message moved the run meanwhile, or may still make the
        run that a fresh decision names: SQS gives the decision once more.
        """
        place = place_of(drop.key)
        is_ours = drop.bucket == self.drop_bucket and not drop.key.endswith("/")
        if not is_ours or not self.entrance.admits(drop, place):
            return None
        drop, head = self._looked_up(drop)
        is_copy = head.asked is not None and not head.is_fresh
        if place.decides and is_copy and not head.sealed:
            return None
        if (sealed := self.seals.signed(drop, head)) is None:
            return self._refuse(drop, head, place, Reason("seal_wrong"))
        if sealed is not drop and not self._may(sealed, place):
            return self._refuse(drop, head, place, Reason("desk_no_right"))
        drop = sealed
        if place.decides and (run := self.decisions.take(drop, place.decides, place.corp)):
            return run
        is_early = self.clock() < drop.dropped.timestamp() + EARLY_SECONDS
        if is_early and place.decides > f"{drop.dropped - FRESH:%Y%m%dT%H%M%SZ}":
            raise TransitionRefusedError("its run may not be made yet")
        run = self.store.run_of_drop(drop.digest) or self._create(drop, head, place)
        if run.standing is State.RECEIVED:
            self.submit_queue.send(advance_message(run.corp, run.run_id))
        return run

    def _may(self, drop: Drop, place: Place) -> bool:
        """Whether the settings let a user of WeCom do at the desk what a drop does."""
        may = rights(drop.principal.removeprefix(WECOM), self.store.policy(place.corp).desk)
        if place.word is Word.SEND:
            return may.drop
        if place.word in {*DECIDING, Word.ACCOUNTS}:
            return may.decide
        return may.drop and place.job is Job.COMPANY

    def _refuse(self, drop: Drop, head: ObjectHead, place: Place, reason: Reason) -> Run:
        """Reject a drop of the desk that is not the desk's, or not its user's to make."""
        run = self.store.run_of_drop(drop.digest) or self._create(drop, head, place)
        if run.state is not State.RECEIVED:
            return run
        return self.endings.end(run, State.REJECTED, reason)

    def _looked_up(self, drop: Drop) -> tuple[Drop, ObjectHead]:
        """Return the object with its version and a possible time, and what S3 says of it.

        S3's events always name the version. One that was made by hand and does not is about the
        newest, and about no other run than S3's own event of it. An event's time counts because it
        has milliseconds: but it is not before the object's, nor after now.
        """
        latest = min(drop.dropped, datetime.fromtimestamp(self.clock(), UTC))
        try:
            head = self.drops.head(drop.bucket, drop.key, drop.version)
        except PermanentError:
            head = ObjectHead(latest, 0)
        version, modified = drop.version or head.version, head.last_modified
        dropped = max(latest, modified)
        drop = replace(drop, version=version, last_modified=modified, dropped=dropped)
        # Whatever names the same file and day that is due is one run, however often it is put.
        is_due = head.has_due(self.submission.calendar.day(self.clock()))
        return replace(drop, dedup_key=head.again if is_due else ""), head

    def advance(self, run_id: str) -> Run | None:
        """Look at a run and do whatever its state calls for. Raises as `receive`."""
        if (run := self.store.run(run_id)) is None:
            return None
        is_new = run.standing is State.RECEIVED
        return self._check(run) if is_new else self.submission.advance(run)

    def _create(self, drop: Drop, head: ObjectHead, place: Place) -> Run:
        now = self.clock()
        identity = Identity(
            run_id=drop.run_id,
            corp=place.corp,
            job=place.job,
            bucket=drop.bucket,
            key=drop.key,
            name=drop.name,
            version=drop.version,
            dropped=drop.dropped.timestamp(),
            created=now,
            principal=drop.principal,
            plans_only=place.word is Word.PLAN,
            asks=head.asks and place.word is Word.FILE,
        )
        run = Run(
            identity=identity,
            state=State.RECEIVED,
            updated=now,
            next=NextStep(due=now + LOOK_AGAIN_SECONDS),
        )
        run = as_asked(run, head, self.store, now)
        why = (run.why_due,) if run.why_due else ()
        entry = TimelineEntry(State.RECEIVED, now, why, Instruction(drop.principal))
        return self.entrance.enter(self.store.create(replace(run, timeline=(entry,)), drop))

    def _check(self, run: Run) -> Run:
        """Check a run's file, for hours at the most, so that others can go on.

        A file waits for what was stated before it, because messages may come in another order: the
        lane wakes it then.
        """
        try:
            if run.counts_refused:
                return self.entrance.tell(run)
            if run.job is not None and self._awaits_statement(run):
                return run
            if self.clock() < (run.next.deadline or _begun(run) + FAULT_SECONDS):
                checked = self._checked(run)
                self.submission.holds.note_waiting(checked)
                return checked
            return self.endings.end(run, State.FAILED, run.reason or Reason("internal_error"))
        except TransitionRefusedError:
            return self.store.run(run.run_id) or run

    def _awaits_statement(self, run: Run) -> bool:
        """Whether settings, stated accounts or an export of before are not read yet."""
        since = self.clock() - AWAITED_SECONDS
        return any(
            it.job is None
            and place_of(it.key).reason is None
            and it.identity.dropped < run.identity.dropped
            and it.identity.created > since
            and it.next.due <= run.next.due + EARLY_SECONDS
            for it in self.store.open_runs_of(run.corp, State.RECEIVED)
        )

    def _checked(self, run: Run) -> Run:
        """Do with a run what its key says, or reject it with every problem of its file."""
        try:
            place = place_of(run.key)
            reason = Reason("decision_no_run") if place.decides else place.reason
            if reason is not None:
                return self.endings.end(run, State.REJECTED, reason)
            self.secrets.of(run.corp)
            run = self.files.as_read_now(self._begin(run))
            return self.words[place.word](run)
        except FileRejectedError as error:
            return self.endings.reject(run, error)
        except PermanentError as error:
            reason = reason_of(error)
            if (day := run.identity.again.day) and isinstance(error, ObjectGoneError):
                reason = Reason("due_gone", {"day": day})
            return self.endings.end(run, State.REJECTED, reason)
        except SecretUnreadableError as error:
            return self._put_off(run, reason_of(error))
        except TransitionRefusedError:
            raise
        except Exception:
            # Whatever went wrong, nobody died of it.
            if run.next.read_since is not None:
                with suppress(TransitionRefusedError):
                    self.store.move(run, State.RECEIVED)
            raise

    def _begin(self, run: Run) -> Run:
        """Note that a file is read from now on. Who finds the note later knows that somebody died.

        Such a file is tried once more. Raises `FileRejectedError` when that kills again, and
        `TransitionRefusedError` while another message may still read it.
        """
        now, deaths, reason = self.clock(), run.next.deaths, run.reason
        if run.next.read_since is not None:
            if now < run.next.read_since + DEAD_SECONDS:
                raise TransitionRefusedError("it is being read")
            deaths, reason = deaths + 1, Reason("reading_died")
        if deaths == MOST_DEATHS:
            raise refused("file_kills_reader")
        return self.store.move(run, State.RECEIVED, read_since=now, deaths=deaths, reason=reason)

    def _put_off(self, run: Run, reason: Reason) -> Run:
        """Note why the file could not be checked yet. The sweep tries again."""
        if run.identity.plans_only:
            return self.endings.end(run, State.FAILED, reason)
        due = self.clock() + LOOK_AGAIN_SECONDS
        deadline = until(run.next.deadline, run.next.late_since, self.clock())
        wait = Wait("", due, deadline, by_people=True)
        return self.store.move(
            run, State.RECEIVED, reason=reason, due=due, deadline=deadline, wait=wait
        )


def _begun(run: Run) -> float:
    """Return since when a run may be checked: one that was held, since it was approved."""
    return run.proposal.approval.at if run.proposal.approval else run.identity.created
