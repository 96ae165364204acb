"""Rows that say again what an older file said, of whom newer files have changed. Pure."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from math import inf
from typing import NamedTuple

from wecom_sync.domain.book import File, Past
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Param, TextCode
from wecom_sync.files.privacy import shortened
from wecom_sync.guardrails.picks import Case, Picked, listed
from wecom_sync.planning.changes import Change
from wecom_sync.planning.memory.past import mark_of, order_of, row_in
from wecom_sync.planning.memory.sent import row_keys

_NEARLY_ALL = 0.9
_AGAINST = 9
"""So many rows have to be as they were for each one that is not."""
_FILES = 3
"""The changes of so many files nobody takes back by chance."""
_FEWEST = 3


class _Row(NamedTuple):
    """What is said of somebody whom files have changed: by the book, and by this file.

    `line`: 0 of who is missing.
    """

    has: str
    now: str
    line: int


class _Copy(NamedTuple):
    """A stretch of rows that are as they were before a file.

    `past`: that file; `files`: of which all changes are taken back, by when they were dropped;
    `is_whole`: whether nearly all is as it was then.
    """

    past: Past
    rows: Sequence[_Row]
    files: Collection[float]
    is_whole: bool

    def is_old(self, case: Case) -> bool:
        """Whether it is no chance: not one thing that was put right, or who comes and goes.

        People whom another system has added, and a full file lacks, make that no older one.
        """
        kinds = Counter((bool(it.has), bool(it.now)) for it in self.rows)
        altered, both = kinds[True, True], 2 * min(kinds[True, False], kinds[False, True])
        full = {it.dropped for it in case.night.book.history.files if it.job.is_full}
        is_full = self.is_whole and not full.isdisjoint(self.files)
        weight = len(self.rows) if is_full else altered + both
        if len(self.files) >= _FILES and weight >= _FEWEST:
            return True
        return self.is_whole and case.plan.job.is_full and weight > case.plan.few


def older_rows(case: Case) -> Iterator[Picked]:
    """Pick what a file changes that was in force before, whatever changed since.

    Or what changes by rows that agree with one older file and contradict newer ones: that is a copy
    of an older file, or a file that is put together from an old and a new one. What was in force
    before an older file comes back rightly.
    """
    job = case.plan.job
    kinds = {Job.COMPANY, *(it for it in Job if it.has_members is job.has_members)}
    files = [it for it in case.night.book.history.files if it.counts and it.job in kinds]
    full = [it for it in files if it.digests]
    own = case.night.digests if job.is_full else ()
    same = [at for at, it in enumerate(full) if it.is_same(own)]
    newer = full[same[-1] + 1 :] if same else []
    if case.repeats or (newer and all(it.older for it in newer)):
        return
    if any(it.outcome == "applied" for it in newer) and _is_much(case):
        remedy = _remedy(case, *_compared(case, files))
        yield _of_file(case, full[same[-1]], case.plan.changes, remedy)
    else:
        yield from _agreeing(case, files)


def disputed(case: Case) -> Iterator[Picked]:
    """Pick whose value goes back to what it was before the file of another system.

    Only a system that has sent a file before that one: others put a mistake right.
    """
    for (column, other), marks in disputes(case).items():
        blanks = {"column": shortened(column), "other": other, "own": case.night.key}
        yield Picked.of_columns({column: marks}, blanks=blanks)


def disputes(case: Case) -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Return of whom two systems say two things, by column and by the file of the other one.

    With a mark of who it is and of both values. Nobody is asked about one again.
    """
    history, plan = case.night.book.history, case.plan
    past = () if case.repeats or not plan.job.has_members else history.past
    newest = {key: it for it in past if it.of_members for key in it.rows}
    changes = {it.subject: it for it in plan.changes if it.subject.casefold() in newest}
    own = [it.dropped for it in history.files if _system(it.key) == _system(case.night.key)]
    found = defaultdict[tuple[str, str], dict[str, str]](dict)
    for row in [it for it in (case.night.roster.rows if changes else ()) if it.id in changes]:
        key, before = row.id.casefold(), newest[row.id.casefold()]
        cells = dict(zip(case.night.roster.columns, row.cells, strict=True))
        now = mark_of({**row_in(case.night.book, key, of_members=True), **cells})
        other = case.night.book.key_of(before.dropped)
        is_own = _system(other) == _system(case.night.key) or before.dropped < min(own, default=inf)
        if not other or is_own or now != before.rows[key]:
            continue
        for column, (_, *values) in changes[row.id].columns.items():
            mark = f"{key} {mark_of({column: ';'.join(sorted(values))})}"
            if mark not in history.left_out.get(column, ()):
                found[column, other][row.id] = mark
    return found


def _system(key: str) -> str:
    """Return what the files of a system have in common: of some their names, but for days."""
    job, name = ["", *key.split("/")][-2:]
    return "".join(it for it in name if not it.isdigit()) if job == Job.SYNC_USER else job


def _is_much(case: Case) -> bool:
    """Whether a plan does more than a few things, or removes somebody for good the first time.

    Whoever only enables leavers takes a short file back; whoever only removes a few lets temps go.
    """
    plan, went = case.plan, {*case.night.book.people.those(lambda it: it.went > 0)}
    going = {it.subject.casefold() for it in plan.of(Kind.REMOVE)} if plan.job.has_members else ()
    kinds = {kind for it in plan.changes for kind in it.kinds}
    come_or_go = plan.of(Kind.ADD, Kind.ENABLE, Kind.DISABLE)
    if kinds <= {Kind.ENABLE}:
        return False
    is_lost = kinds > {Kind.REMOVE} and not went.issuperset(going)
    return is_lost or max(len(come_or_go), len(plan.at_stake)) > plan.few


def _of_file(
    case: Case,
    file: File,
    changes: Iterable[Change],
    remedy: Picked | None = None,
    remarks: Collection[TextCode] = (),
    /,
    **blanks: Param,
) -> Picked:
    stakes = {it.id for it in case.plan.at_stake}
    rows = listed(sorted({it.subject for it in changes} & stakes))
    if remedy:
        return replace(remedy, rows=rows)
    own = {**_told(case, file), "count": len(rows[""])}
    return Picked(rows, blanks={**own, **blanks}, remarks=remarks)


def _told(case: Case, file: File) -> dict[str, Param]:
    return {"key": file.key, "day": case.night.calendar.day(file.dropped)}


def _remedy(case: Case, past: Sequence[Past], rows: Mapping[str, _Row]) -> Picked | None:
    """Return what is said where just one file is taken back, and nearly whole: that may be right.

    Of whom several files have changed, the changes of all since are taken back.
    """
    since, back = defaultdict[str, list[float]](list), dict[str, list[float]]()
    for it in past:
        for key in [key for key in it.rows if key in rows and key not in back]:
            since[key].append(it.dropped)
            if rows[key].has != rows[key].now == it.rows[key]:
                back[key] = since[key]
    count, sizes = Counter(chain.from_iterable(back.values())), Counter[float]()
    for it in past:
        sizes[it.dropped] += len(it.rows)
    undone = [it for it, size in sizes.items() if count[it] >= _NEARLY_ALL * size]
    file = case.night.book.file_of(undone[0]) if len(undone) == 1 else None
    # Of another file only somebody may be among them, such as who came by it and leaves.
    if file is None or count[file.dropped] < _NEARLY_ALL * len(back):
        return None
    blanks = {**_told(case, file), "changed": count[file.dropped], "of": sizes[file.dropped]}
    remarks: Mapping[TextCode, object] = {
        "remark_brought": file.authors,
        "remark_compared": any(it.is_part for it in past if it.dropped == file.dropped),
    }
    return Picked(
        {},
        blanks={**blanks, "authors": Listing.of(file.authors)},
        remarks=[it for it in remarks if remarks[it]],
        text="takes_back_one_file",
    )


def _compared(case: Case, files: Iterable[File]) -> tuple[Sequence[Past], Mapping[str, _Row]]:
    """Return what the files of before have changed, the newest first, and what is said of those."""
    of_members, older = case.plan.job.has_members, {it.dropped for it in files if it.older}
    past = [
        it
        for it in reversed(case.night.book.history.past)
        if it.of_members is of_members and it.dropped not in older
    ]
    return past, _rows(case, dict.fromkeys(key for it in past for key in it.rows))


def _agreeing(case: Case, files: Sequence[File]) -> Iterator[Picked]:
    past, rows = _compared(case, files)
    marks = [(rows[key], key, mark) for it in past for key, mark in it.rows.items() if key in rows]
    back = {key for row, key, mark in marks if row.has != mark == row.now}
    if len(back) < _FEWEST:
        return
    copy = max(_copies(past, rows), key=lambda it: len(it.rows))
    before = [it for it in files if it.dropped < copy.past.dropped]
    if not (before and copy.is_old(case)):
        return
    file, changes = max(before, key=lambda it: (it.job.is_full, it.dropped)), case.plan.changes
    lines = sorted(it.line for it in copy.rows if it.line)
    if copy.is_whole or not lines:
        remedy = _remedy(case, past, rows)
        yield _of_file(case, file, changes, remedy, count=len(copy.rows))
        return
    first, last = lines[0], lines[-1]
    part = (it for it in changes if first <= it.line <= last)
    blanks = {"count": len(copy.rows), "first": first, "last": last}
    yield _of_file(case, file, part, None, ["remark_two_ages"], **blanks)


def _rows(case: Case, keys: Collection[str]) -> Mapping[str, _Row]:
    """Return the rows of the file by their keys, and at the end those whom it lacks."""
    job, roster = case.plan.job, case.night.roster
    had = {key: row_in(case.night.book, key, of_members=job.has_members) for key in keys}
    has = {key: mark_of(had[key]) for key in keys}
    there = dict(zip(row_keys(job, [row.id for row in roster.rows]), roster.rows, strict=True))
    rows = dict[str, _Row]()
    for key in filter(has.__contains__, there):
        row = there[key]
        cells = dict(zip(roster.columns, row.cells, strict=True))
        # Of a column that the file lacks it says nothing, whatever another one has said since.
        if (now := mark_of(cells)) == has[key] or mark_of({**had[key], **cells}) != has[key]:
            rows[key] = _Row(has[key], now, row.line)
    going = {*row_keys(job, [it.subject for it in case.plan.going])}
    others = {key: _Row(mark, "" if key in going else mark, 0) for key, mark in has.items()}
    return rows | {key: others[key] for key in others if job.is_full and key not in there}


def _copies(past: Sequence[Past], rows: Mapping[str, _Row]) -> Iterator[_Copy]:
    """Yield the best stretch for each file, the newest first."""
    before, newest = {key: row.has for key, row in rows.items()}, dict[str, float]()
    for file in past:
        if file.is_part:
            # Whom else such a file has changed, nobody knows of those who come later.
            last = max(map(order_of, file.rows))
            before = {key: mark for key, mark in before.items() if order_of(key) <= last}
        before |= file.rows
        newest = {**dict.fromkeys(file.rows, file.dropped), **newest}
        there = (key for key in rows if key in before)
        touched = [key for key in there if not before[key] == rows[key].has == rows[key].now]
        stretch = touched[_stretch([before[key] == rows[key].now for key in touched])]
        keys = [key for key in stretch if before[key] == rows[key].now]
        others = {newest.get(key) for key in stretch if before[key] != rows[key].now}
        files = {newest[key] for key in keys} - others
        yield _Copy(
            file, [*map(rows.__getitem__, keys)], files, len(keys) >= _NEARLY_ALL * len(touched)
        )


def _stretch(agrees: Sequence[bool]) -> slice:
    """Return where by far most agree."""
    best, first, score, most = slice(0), 0, 0, 0
    for at, is_same in enumerate(agrees):
        first, score = (at, 0) if score <= 0 else (first, score)
        score += 1 if is_same else -_AGAINST
        if score > most:
            best, most = slice(first, at + 1), score
    return best
