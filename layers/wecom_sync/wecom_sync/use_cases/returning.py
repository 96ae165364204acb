"""A run that is to bring an earlier run's file once more: what it has of that one."""

from collections.abc import Mapping
from dataclasses import replace

from wecom_sync.domain.again import LEAVERS, Again, Request, Why
from wecom_sync.domain.drop import ObjectHead
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.run import Run, Source
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.use_cases.ports import RunStore

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


def as_asked(run: Run, head: ObjectHead, store: RunStore, now: float) -> Run:
    """Let a run bring an earlier file of its key once more, if its object asks for that.

    A rollback is a new file with old content. A retry is the old file, in its old place, so it
    stays behind whatever came since; so is a file that is planned anew. Whoever asks for what is
    not due, or cannot come again, has dropped an empty file.
    """
    request = head.request
    if request is None:
        return run
    if request.why == Why.DUE:
        due = _due(run, request, store)
        if due is None or due.starts > now:
            return run
        if due.is_of_leavers:
            return _removing(run, request, store)
    earlier = _earlier(run, request, store)
    return _brought(run, request, earlier) if earlier else run


def _due(run: Run, request: Request, store: RunStore) -> DueFile | None:
    """Return what the sweep has planned anew: whoever names another one is its author."""
    file = store.due_file(run.corp, of_leavers=request.run_id == LEAVERS)
    return file if file and (file.request, file.key) == (request, run.key) else None


def _removing(run: Run, request: Request, store: RunStore) -> Run:
    """Let a run remove leavers: whom, the book says. It is of those who brought the newest file."""
    newest = store.lane(run.corp).applied.get(Job.COMPANY)
    lacking = store.run(newest.run_id) if newest else None
    authors = lacking.authors if lacking else ()
    again = Again(of={Why.DUE: LEAVERS}, day=request.day, authors=authors)
    return replace(run, identity=replace(run.identity, again=again))


def _earlier(run: Run, request: Request, store: RunStore) -> Run | None:
    """Return the run that is asked for, if it is of the same key and its file may come again."""
    earlier = store.run(request.run_id)
    if run.job is None or earlier is None or earlier.state not in _ENDS[request.why]:
        return None
    own, its = run.identity.own_object, earlier.identity.own_object
    is_same = (earlier.job, *its[:2]) == (run.job, *own[:2])
    return earlier if is_same and (request.why == Why.RETRY or earlier.is_file) else None


def _brought(run: Run, request: Request, earlier: Run) -> Run:
    """Let a run bring the file of an earlier one. What is tried again stays what it was."""
    before, is_retry = earlier.identity, request.why == Why.RETRY
    first, is_old = before.again if is_retry else Again(), request.why == Why.ROLLBACK
    again = replace(
        first,
        of={**first.of, request.why: earlier.run_id},
        version=before.file[-1],
        restores=before.dropped if is_old else first.restores,
        authors=earlier.authors,
        day=request.day or first.day,
        forced=first.forced or (is_retry and earlier.state is State.UNCHANGED),
    )
    dropped = run.identity.dropped if is_old else before.dropped
    identity = replace(run.identity, again=again, dropped=dropped, name=before.name)
    source = replace(earlier.source, rows=None, last_day=None, second_person=False)
    is_mended = earlier.state in _MENDED and Why.ROLLBACK not in again.of
    is_anew = request.why == Why.DUE or is_mended
    return replace(run, identity=identity, source=Source() if is_anew else source)
