"""Checks files, lets them be sent or only planned, and finds those that come again."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from wecom_sync.domain.drop import LEAVERS, Again, ObjectHead, Why, Wish
from wecom_sync.domain.errors import WecomSyncError
from wecom_sync.domain.last_day import Calendar, DueFile
from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Proposal, Run, Source
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.domain.texts import TextCode
from wecom_sync.domain.timeline import Reason, reason_of
from wecom_sync.domain.values import dataclass
from wecom_sync.files.decoding import MAX_BYTES
from wecom_sync.files.problems import FileRejectedError, Problem, refused
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import Tree
from wecom_sync.planning.department_names import with_unknown_names
from wecom_sync.use_cases.ports import RunStore
from wecom_sync.use_cases.prepared import digest_of
from wecom_sync.use_cases.submission import Submissions

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
class Files:
    """Checks the file of a run, and hands it to the submission or ends it as PLANNED."""

    submission: Submissions

    def as_read_now(self, run: Run) -> Run:
        """Return a run whose file is read as the settings in force say, and today."""
        if run.job is None:
            return run
        policy = self.submission.store.policy(run.corp)
        filed = self.submission.calendar.day(run.identity.dropped)
        reading = _reading(run, policy.reading.as_of(filed))
        source = replace(run.source, reading=reading, second_person=policy.second_person)
        return replace(run, source=self.submission.as_of_now(source))

    def take(self, run: Run) -> Run:
        """Let a file wait for its lane, or for who brought it to see what it would do."""
        if run.identity.asks and not run.shown_first:
            raise refused("ask_not_company")
        if run.only_plans:
            return self.show(run)
        checked = _checked(run, self.read(run), self.submission.calendar)
        queued = self.submission.store.move(run, State.QUEUED, source=checked, reason=None)
        return self.submission.enqueue(queued)

    def plan(self, run: Run) -> Run:
        """End a run as PLANNED, REJECTED, or FAILED when nobody can say what its file would do."""
        endings = self.submission.endings
        return self._planned(run, lambda it, **changes: endings.end(it, State.PLANNED, **changes))

    def show(self, run: Run) -> Run:
        """Let a file wait until it is sent as it was planned, or until nobody cares any more."""
        return self._planned(run, self.submission.holds.show)

    def _planned(self, run: Run, move: Callable[..., Run]) -> Run:
        roster, endings = self.read(run), self.submission.endings
        checked = _checked(run, roster, self.submission.calendar)
        try:
            policy = endings.store.policy(run.corp)
            dropped, planner = run.identity.dropped, self.submission.planner
            own = run if run.shown_first else None
            prepared = planner.prepare(run.corp, roster, policy, dropped, run=own)
        except FileRejectedError as error:
            if (awaits := endings.records.brings(run, error)) is None:
                return endings.reject(run, error)
            reason = Reason("awaits_departments", {"run_id": awaits})
            return endings.end(run, State.FAILED, reason, source=checked)
        except WecomSyncError as error:
            return endings.end(run, State.FAILED, reason_of(error), source=checked)
        verdict = "hold" if prepared.holds else "apply"
        proposal = Proposal(
            counts=prepared.counts,
            digest=digest_of(prepared, prepared.holds),
            warnings=len(prepared.warnings),
            holds=prepared.holds,
            verdict="unchanged" if prepared.is_unchanged else verdict,
        )
        result = run.result.reported(endings.records.write_plan(run, prepared))
        return move(run, source=checked, proposal=proposal, result=result)

    def read(self, run: Run) -> Roster:
        """Read and check a run's file. Raises `FileRejectedError` and what a lost object raises."""
        records = self.submission.records
        if run.is_removal:
            return records.roster(run)
        head = records.drops.head(*run.identity.file)
        if head.size > MAX_BYTES:
            raise FileRejectedError([Problem(0, "", "file_too_large")])
        if head.again and not head.size:
            day = head.wish.day if head.wish else ""
            code: TextCode = "due_gone" if day else "earlier_unknown"
            code = code if head.is_fresh else "asked_before"
            raise FileRejectedError([Problem(0, "", code, {"day": day} if day else {})])
        try:
            return records.roster(run)
        except FileRejectedError as error:
            raise self._with_unknown_departments(error, run) from None

    def _with_unknown_departments(self, error: FileRejectedError, run: Run) -> FileRejectedError:
        """Add the department names that nobody knows, so that a person sees all problems at once.

        WeCom is not called for a bad file, so only the snapshot's names are compared, and only
        when no department file is on its way. A company file brings its own.
        """
        lane = self.submission.store.lane(run.corp)
        awaited = any(waiting.job is Job.REPLACE_PARTY for waiting in lane.waiting)
        if run.job not in {Job.REPLACE_USER, Job.SYNC_USER} or lane.holder or awaited:
            return error
        book = self.submission.records.archive.snapshot(run.corp)
        return with_unknown_names(error, Tree.of_book(book))


def _checked(run: Run, roster: Roster, calendar: Calendar) -> Source:
    """Return what a run has from its check on."""
    return replace(
        run.source,
        rows=None if run.is_removal else len(roster.rows),
        encoding=roster.encoding,
        last_day=calendar.first_of(roster.last_days),
    )


def _reading(run: Run, now: Reading) -> Reading:
    as_before = Why.ROLLBACK in run.identity.again.of or run.source.encoding is not None
    return run.source.reading if as_before else now


def as_asked(run: Run, head: ObjectHead, store: RunStore, now: float) -> Run:
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
