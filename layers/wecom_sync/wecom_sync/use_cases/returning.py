"""A run that is to bring an earlier run's file once more: what it has of that one."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from wecom_sync.domain.again import LEAVERS, Again, Request, Why
from wecom_sync.domain.drop import ObjectHead
from wecom_sync.domain.last_day import DueFile
from wecom_sync.domain.run import Run, Source
from wecom_sync.domain.states import RETRIED, Job, State
from wecom_sync.use_cases.ports import RunStore

_APPLIED = frozenset({State.SUCCEEDED, State.PARTIAL})
_IN_FORCE = _APPLIED | {State.UNCHANGED, State.SUPERSEDED}
"""How a run ends whose file may be planned anew: one before may have given way to a newer file that
came to nothing."""


class _Rule(NamedTuple):
    """How earlier runs end whose file may come again, and what becomes of it.

    `anew`: after which ends the file is read as files are read now. `keeps_place`: whether it stays
    where it was in time.
    """

    ends: Collection[State]
    anew: Collection[State] = ()
    keeps_place: bool = True


_RULES: Mapping[str, _Rule] = {
    Why.ROLLBACK: _Rule(_APPLIED, keeps_place=False),
    # When the file is the cause, or how the settings read it: both can be mended.
    Why.RETRY: _Rule(RETRIED | {State.UNCHANGED}, {State.REJECTED, State.CANCELLED}),
    Why.DUE: _Rule(_IN_FORCE, _IN_FORCE),
}


def as_asked(run: Run, head: ObjectHead, store: RunStore, now: float) -> Run:
    """Let a run bring an earlier file of its key once more, if its object asks for that.

    A rollback is a new file with old content. A retry is the old file, in its old place, so it
    stays behind whatever came since; so is a file that is planned anew. Whoever asks for what is
    not due, or cannot come again, gets a run of an empty file.
    """
    request = head.request
    if request is None:
        return run
    if request.why == Why.DUE:
        due = _due(run, request, store)
        if due is None or due.starts > now:
            return run
        if due.is_of_leavers:
            return _removing(run, due, store)
    earlier = _earlier(run, request, store)
    return _brought(run, request, earlier) if earlier else run


def _due(run: Run, request: Request, store: RunStore) -> DueFile | None:
    """Return what the sweep has planned anew: whoever names another one is its author."""
    file = store.due_file(run.corp, of_leavers=request.run_id == LEAVERS)
    return file if file and (file.request, file.key) == (request, run.key) else None


def _removing(run: Run, due: DueFile, store: RunStore) -> Run:
    """Let a run remove leavers: whom, the book says. It is of those who brought the newest file."""
    newest = store.lane(run.corp).applied.get(Job.COMPANY)
    lacking = store.run(newest.run_id) if newest else None
    authors = lacking.authors if lacking else ()
    again = Again(of={Why.DUE: LEAVERS}, authors=authors, day=due.day)
    return replace(run, identity=replace(run.identity, again=again))


def _earlier(run: Run, request: Request, store: RunStore) -> Run | None:
    """Return the run that is asked for, if it is of the same key and its file may come again."""
    earlier = store.run(request.run_id)
    if run.job is None or earlier is None or earlier.state not in _RULES[request.why].ends:
        return None
    same = run.corp, run.job, run.identity.bucket, run.key
    is_same = (earlier.corp, earlier.job, earlier.identity.bucket, earlier.key) == same
    return earlier if is_same and (request.why == Why.RETRY or earlier.is_file) else None


def _brought(run: Run, request: Request, earlier: Run) -> Run:
    """Let a run bring the file of an earlier one. What is tried again stays what it was."""
    rule, before = _RULES[request.why], earlier.identity
    is_retry, first = request.why == Why.RETRY, Again()
    if is_retry and (earlier.removes or not before.again.is_due):
        first = before.again
    again = replace(
        first,
        of={**first.of, request.why: earlier.run_id},
        version=before.file[-1],
        restores=first.restores if rule.keeps_place else before.dropped,
        authors=earlier.authors,
        day=request.day or first.day,
        forced=first.forced or (is_retry and earlier.state is State.UNCHANGED),
    )
    dropped = before.dropped if rule.keeps_place else run.identity.dropped
    identity = replace(run.identity, again=again, name=before.name, dropped=dropped)
    source = replace(earlier.source, rows=None, last_day=None, second_person=False)
    if earlier.state in rule.anew and Why.ROLLBACK not in again.of:
        source = Source()
    return replace(run, identity=identity, source=source)
