"""From an S3 event to a checked run that waits for its lane."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from wecom_sync.domain.book import Book, Unmanaged
from wecom_sync.domain.drop import (
    FRESH,
    LEAVERS,
    Again,
    Drop,
    ObjectHead,
    Place,
    Why,
    Wish,
    place_of,
)
from wecom_sync.domain.errors import (
    ObjectGoneError,
    PermanentError,
    SecretUnreadableError,
    TransitionRefusedError,
)
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.messages import advance_message
from wecom_sync.domain.policy import Policy, Reading
from wecom_sync.domain.principals import WECOM, refusal, rights
from wecom_sync.domain.run import LOOK_AGAIN_SECONDS, Identity, NextStep, Proposal, Run, Source
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.domain.texts import Listing, Sentence, TextCode
from wecom_sync.domain.timeline import Instruction, Reason, TimelineEntry, Wait, day_of, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import MAX_BYTES
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Problem, refused
from wecom_sync.files.roster import Roster
from wecom_sync.files.settings_file import KEYS, MAX_SETTINGS_BYTES, line_of, read_policy, too_large
from wecom_sync.planning.company.places import ids_of_unmanaged
from wecom_sync.planning.department_codes import Tree
from wecom_sync.planning.department_names import with_unknown_names
from wecom_sync.planning.leavers import last_days
from wecom_sync.planning.memory.operations import bound
from wecom_sync.planning.names import listed_people
from wecom_sync.use_cases.desk.seals import Seals
from wecom_sync.use_cases.endings import Endings
from wecom_sync.use_cases.entrance import Entrance
from wecom_sync.use_cases.holds import Decisions, newest_files
from wecom_sync.use_cases.ports import Clock, CorpSecrets, DomainFiles, Drops, Queue, RunStore
from wecom_sync.use_cases.questions import Bootstrap, Rehearsal, StatedAccounts
from wecom_sync.use_cases.records import Records, if_kept
from wecom_sync.use_cases.submission import Submissions
from wecom_sync.wecom.retry import FAULT_SECONDS, until

AWAITED_SECONDS = 3600
"""How long a file waits for settings and the like that were dropped before it."""
EARLY_SECONDS = 45
"""How young a decision is whose run may not be made yet: once, as it comes again after 60."""
DEAD_SECONDS = 300
"""How long submit may run: a file that was begun earlier is not read any more."""
MOST_DEATHS = 2
DIGITS = 16
_APPLIED = frozenset({State.SUCCEEDED, State.PARTIAL})
_ENDS: Mapping[str, frozenset[State]] = {
    Why.ROLLBACK: _APPLIED,
    Why.RETRY: RETRIED | {State.UNCHANGED},
    # One before may have given way to a newer file that came to nothing.
    Why.DUE: _APPLIED | {State.UNCHANGED, State.SUPERSEDED},
}
"""How runs end whose file may come again, by why it does."""
_MENDED = frozenset({State.REJECTED, State.CANCELLED})
"""How a run ends when its file is the cause, or how the settings read it: both can be mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Makes a run of every drop; later checks its file and hands it to the submission."""

    store: RunStore
    drops: Drops
    seals: Seals
    secrets: CorpSecrets
    records: Records
    decisions: Decisions
    rehearsal: Rehearsal
    bootstrap: Bootstrap
    accounts: StatedAccounts
    domain_files: DomainFiles
    submission: Submissions
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
        if place.decides or place.states:
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
        return replace(drop, once=head.again if is_due else ""), head

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
            plans_only=place.plans_only,
        )
        run = Run(
            identity=identity,
            state=State.RECEIVED,
            updated=now,
            next=NextStep(due=now + LOOK_AGAIN_SECONDS),
        )
        run = _as_asked(run, head, self.store, now)
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
        """Move a run from RECEIVED to QUEUED, or to REJECTED with every problem of its file."""
        try:
            place = place_of(run.key)
            reason = Reason("decision_no_run") if place.decides else place.reason
            if reason is not None:
                return self.endings.end(run, State.REJECTED, reason)
            self.secrets.of(run.corp)
            run = self._begin(run)
            if run.job is None:
                return self._take_word(run, place)
            policy = self.store.policy(run.corp)
            source = replace(
                run.source,
                reading=_reading(run, policy),
                second_person=policy.second_person,
            )
            run = replace(run, source=self.submission.as_of_now(source))
            roster = self._roster(run)
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
                self.store.move(run, State.RECEIVED)
            raise
        return self._go_on(run, roster)

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

    def _go_on(self, run: Run, roster: Roster) -> Run:
        checked = replace(
            run.source,
            rows=None if run.removes else len(roster.rows),
            encoding=roster.encoding,
            last_day=self.submission.calendar.first_of(roster.last_days),
        )
        if run.identity.plans_only:
            return self.rehearsal.rehearse(run, roster, checked)
        queued = self.store.move(run, State.QUEUED, source=checked, reason=None)
        return self.submission.enqueue(queued)

    def _roster(self, run: Run) -> Roster:
        if run.removes:
            return self.records.roster(run)
        head = self.drops.head(*run.identity.file)
        if head.size > MAX_BYTES:
            raise FileRejectedError([Problem(0, "", "file_too_large")])
        if head.again and not head.size:
            day = head.wish.day if head.wish else ""
            code: TextCode = "due_gone" if day else "earlier_unknown"
            code = code if head.is_fresh else "asked_before"
            raise FileRejectedError([Problem(0, "", code, {"day": day} if day else {})])
        try:
            return self.records.roster(run)
        except FileRejectedError as error:
            raise self._with_unknown_departments(error, run) from None

    def _with_unknown_departments(self, error: FileRejectedError, run: Run) -> FileRejectedError:
        """Add the department names that nobody knows, so that a person sees all problems at once.

        WeCom is not called for a bad file, so only the snapshot's names are compared, and only
        when no department file is on its way. A company file brings its own.
        """
        lane = self.store.lane(run.corp)
        awaited = any(waiting.job is Job.REPLACE_PARTY for waiting in lane.waiting)
        if run.job not in {Job.REPLACE_USER, Job.SYNC_USER} or lane.holder or awaited:
            return error
        return with_unknown_names(error, Tree.of_book(self.records.archive.snapshot(run.corp)))

    def _take_word(self, run: Run, place: Place) -> Run:
        if place.states:
            return self.accounts.take(run)
        return self.bootstrap.take(run) if place.begins else self._take_settings(run)

    def _take_settings(self, run: Run) -> Run:
        """Put a `settings.toml` in force, whole or not at all.

        One that was in force before, and is not now, is put in force only if that is asked afresh;
        one by which a single person might decide where two had to, if a second person approves.
        """
        head = self.drops.head(*run.identity.own_object)
        if head.size > MAX_SETTINGS_BYTES:
            raise FileRejectedError([too_large()])
        content = self.drops.content(*run.identity.own_object)
        policy = self._policy(run.corp, content)
        book = self.records.archive.snapshot(run.corp)
        line = line_of(content.decode("utf-8-sig"), "departments", "unmanaged")
        unmanaged = Unmanaged(
            ids_of_unmanaged(policy, book, line), policy.accounts_unmanaged, policy.desk.users
        )
        whole = hashlib.sha256(content).hexdigest()
        digest, in_force = whole[:DIGITS], self.store.settings(run.corp)
        overlaid = in_force.overlaid(digest)
        if overlaid is not None and not head.is_fresh:
            reason = Reason("settings_again", {"day": day_of(overlaid)})
            return self.endings.end(run, State.SUPERSEDED, reason)
        self.submission.holds.supersede_settings(run)
        is_newest = run.identity.dropped >= (in_force.dropped or 0)
        frees = None if run.proposal.approval else policy.frees(in_force.policy)
        if is_newest and frees and not self._opens_file(run, policy, in_force.policy):
            over = self._leavers_by(book, in_force.policy, policy)
            why = Reason(frees).followed_by(*over)
            return self._hold_settings(run, in_force.policy, policy, whole, why)
        before = self.store.put_policy(
            run.corp, policy, run.identity.dropped, run.run_id, digest, by=run.identity.principal
        )
        if before is None:
            return self.endings.end(run, State.SUPERSEDED, Reason("settings_superseded"))
        if unmanaged != book.unmanaged.value:
            self.records.change_book(run, bound, unmanaged)
        # Before the run ends: if this is interrupted, the run is looked at once more.
        self._serve_domain_file(run.corp, before, policy)
        self.submission.holds.replan_held(run.corp)
        proposal = replace(run.proposal, weakened=policy.weakened(before))
        reason = Reason("settings_in_force").followed_by(*self._leavers_by(book, before, policy))
        if absent := self.submission.planner.without_account(run.corp, policy.desk.users):
            named = Listing.of(absent)
            reason = reason.followed_by(Sentence("desk_absent", {"users": named}))
        if policy.locks_desk:
            reason = reason.followed_by(Sentence("remark_desk_locked"))
        return self.endings.end(run, State.SUCCEEDED, reason, proposal=proposal)

    def _opens_file(self, run: Run, policy: Policy, before: Policy) -> bool:
        """Whether settings only name columns by which a refused file of somebody else's is read."""
        if not policy.only_names_columns(before):
            return False
        files = newest_files(self.store, run.corp)
        refused = next((it for it in files if it.state is State.REJECTED), None)
        by = run.identity.principal
        if refused is None or refusal(by, refused.droppers, before.desk_people):
            return False
        return not self._reads(refused, before.reading) and self._reads(refused, policy.reading)

    def _reads(self, run: Run, reading: Reading) -> bool:
        source = self.submission.as_of_now(replace(run.source, reading=reading))
        return if_kept(self._roster, replace(run, source=source)) is not None

    def _policy(self, corp: str, content: bytes) -> Policy:
        """Read a corp's settings. Raises `FileRejectedError` for another corp's file, too."""
        policy = read_policy(content)
        name, _ = policy.domain_file
        stated = self.domain_files.file(name) if name else None
        if stated is not None and stated.corp != corp:
            line = line_of(content.decode("utf-8-sig"), "desk", "domain_file")
            raise refused("settings_domain_file_taken", line)
        return policy

    def _leavers_by(self, book: Book, before: Policy, policy: Policy) -> Iterator[Sentence]:
        """Name the disabled leavers for whom settings end the days, or who are unmanaged now."""
        disabled = book.people.those(lambda it: it.left > 0)
        alone = {*filter(policy.leaves_alone, disabled)}
        if new := sorted(alone - {*filter(before.leaves_alone, alone)}):
            yield Sentence("remark_unmanaged_off", {"named": listed_people(new, book)})
        if policy.leaver_days >= before.leaver_days:
            return
        calendar = self.submission.calendar
        leavers = {it for it in disabled if not policy.protects(it)} - alone
        days, today = last_days(leavers, book, policy, calendar), calendar.day(self.clock())
        over = {it for it in days if days[it] < today} if policy.leaver_days else leavers
        code: TextCode = "remark_hastened" if policy.leaver_days else "remark_removes"
        if over:
            yield Sentence(code, {"named": listed_people(sorted(over), book)})

    def _serve_domain_file(self, corp: str, before: Policy, policy: Policy) -> None:
        """Serve the file of the settings that came into force, and no longer that of before."""
        name, text = policy.domain_file
        if name:
            self.domain_files.put(corp, name, text)
        if before.domain_file[0] not in {"", name}:
            self.domain_files.drop(corp, before.domain_file[0])

    def _hold_settings(
        self, run: Run, before: Policy, policy: Policy, digest: str, why: Reason
    ) -> Run:
        """Let settings wait until somebody approves their content: all that they change."""
        named = Listing.of(
            (
                f"{KEYS.get(name, name)}: {shortened(was)} → {shortened(now)}"
                for name, (was, now) in policy.changed(before).items()
            ),
            most=None,
        )
        holds = (replace(why, people=named),)
        proposal = Proposal(digest=digest, weakened=policy.weakened(before), holds=holds)
        return self.submission.holds.hold(run, before, proposal)


def _begun(run: Run) -> float:
    """Return since when a run may be checked: one that was held, since it was approved."""
    return run.proposal.approval.at if run.proposal.approval else run.identity.created


def _reading(run: Run, policy: Policy) -> Reading:
    as_before = Why.ROLLBACK in run.identity.again.of or run.source.encoding is not None
    return run.source.reading if as_before else policy.reading


def _as_asked(run: Run, head: ObjectHead, store: RunStore, now: float) -> Run:
    """Let a run bring an earlier file of its key once more, if its object asks for that.

    A rollback is a new file with old content. A retry is the old file, in its old place, so it
    stays behind whatever came since; so is a file that is planned anew. Whoever asks for what is
    not due, or cannot come again, has dropped an empty file.
    """
    wish = head.wish
    if wish is None:
        return run
    if wish.why == Why.DUE:
        due = _due(run, wish, store)
        if due is None or due.starts > now:
            return run
        if due.is_of_leavers:
            return _removing(run, wish, store)
    earlier = _earlier(run, wish, store)
    return _brought(run, wish, earlier) if earlier else run


def _due(run: Run, wish: Wish, store: RunStore) -> DueFile | None:
    """Return what the sweep has planned anew: whoever names another one is its author."""
    file = store.due_file(run.corp, of_leavers=wish.run_id == LEAVERS)
    return file if file and (file.wish, file.key) == (wish, run.key) else None


def _removing(run: Run, wish: Wish, store: RunStore) -> Run:
    """Let a run remove leavers: whom, the book says. It is of those who brought the newest file."""
    newest = store.lane(run.corp).applied.get(Job.COMPANY)
    lacking = store.run(newest.run_id) if newest else None
    authors = lacking.authors if lacking else ()
    again = Again(of={Why.DUE: LEAVERS}, day=wish.day, authors=authors)
    return replace(run, identity=replace(run.identity, again=again))


def _earlier(run: Run, wish: Wish, store: RunStore) -> Run | None:
    """Return the run that is asked for, if it is of the same key and its file may come again."""
    earlier = store.run(wish.run_id)
    if run.job is None or earlier is None or earlier.state not in _ENDS[wish.why]:
        return None
    own, its = run.identity.own_object, earlier.identity.own_object
    is_same = (earlier.job, *its[:2]) == (run.job, *own[:2])
    return earlier if is_same and (wish.why == Why.RETRY or earlier.is_file) else None


def _brought(run: Run, wish: Wish, earlier: Run) -> Run:
    """Let a run bring the file of an earlier one. What is tried again stays what it was."""
    before, is_retry = earlier.identity, wish.why == Why.RETRY
    first, is_old = before.again if is_retry else Again(), wish.why == Why.ROLLBACK
    again = replace(
        first,
        of={**first.of, wish.why: earlier.run_id},
        version=before.file[-1],
        restores=before.dropped if is_old else first.restores,
        authors=earlier.authors,
        day=wish.day or first.day,
        forced=first.forced or (is_retry and earlier.state is State.UNCHANGED),
    )
    dropped = run.identity.dropped if is_old else before.dropped
    identity = replace(run.identity, again=again, dropped=dropped, name=before.name)
    source = replace(earlier.source, rows=None, last_day=None, second_person=False)
    is_mended = earlier.state in _MENDED and Why.ROLLBACK not in again.of
    is_anew = wish.why == Why.DUE or is_mended
    return replace(run, identity=identity, source=Source() if is_anew else source)
