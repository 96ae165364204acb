"""Rows that say again what an older file said, of whom newer files have changed. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.domain.book import Cells, Past
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Param, TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.guardrails.picks import Case, Picked, listed
from wecom_sync.planning.memory.past import mark_in, mark_of
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
        full = {it.dropped for it in case.book.files if it.job.is_full}
        is_full = self.is_whole and not full.isdisjoint(self.files)
        weight = len(self.rows) if is_full else altered + both
        if len(self.files) >= _FILES and weight >= _FEWEST:
            return True
        return self.is_whole and case.plan.job.is_full and weight > case.plan.few


def older_rows(case: Case) -> Iterator[Picked]:
    """Pick what changes by rows that agree with one older file and contradict newer ones.

    That is a copy of an older file, or a file that is put together from an old and a new one.
    """
    of_members = case.plan.job.has_members
    past = [it for it in reversed(case.book.past) if it.of_members is of_members]
    rows = _rows(case, dict.fromkeys(key for it in past for key in it.rows))
    marks = [(rows[key], key, mark) for it in past for key, mark in it.rows.items() if key in rows]
    back = {key for row, key, mark in marks if row.has != mark == row.now}
    if case.repeats or len(back) < _FEWEST:
        return
    copy = max(_copies(past, rows), key=lambda it: len(it.rows))
    files = [
        it
        for it in case.book.files
        if it.counts
        and it.dropped < copy.past.dropped
        and (it.job.has_members is of_members or it.job is Job.COMPANY)
    ]
    if not (files and copy.is_old(case)):
        return
    file = max(files, key=lambda it: (it.job.is_full, it.dropped))
    blanks: dict[str, Param] = {"key": file.key, "day": day_of(file.dropped)}
    blanks |= {"count": len(copy.rows)}
    stakes, changes = {it.id for it in case.plan.at_stake}, case.plan.changes
    lines, remarks = sorted(it.line for it in copy.rows if it.line), list[TextCode]()
    if not copy.is_whole and lines:
        blanks |= {"first": lines[0], "last": lines[-1]}
        remarks.append("remark_two_ages")
        changes = tuple(it for it in changes if lines[0] <= it.line <= lines[-1])
    changed = sorted({it.subject for it in changes} & stakes)
    yield Picked(listed(changed), blanks=blanks, remarks=remarks)


def _rows(case: Case, keys: Collection[str]) -> Mapping[str, _Row]:
    """Return the rows of the file by their keys, and at the end those whom it lacks."""
    job, roster = case.plan.job, case.roster
    has = {key: mark_in(case.book, key, of_members=job.has_members) for key in keys}
    there = dict(zip(row_keys(job, [row.id for row in roster.rows]), roster.rows, strict=True))
    rows = dict[str, _Row]()
    for key, row in there.items() if has else ():
        cells = dict(zip(roster.columns, row.cells, strict=True))
        # Of a column that the file lacks it says nothing, whatever another one has said since.
        if key in has and ((now := mark_of(cells)) == has[key] or not _is_kept(case, key, cells)):
            rows[key] = _Row(has[key], now, row.line)
    going = {*row_keys(job, [it.subject for it in case.plan.going])}
    others = {key: _Row(mark, "" if key in going else mark, 0) for key, mark in has.items()}
    return rows | {key: others[key] for key in others if job.is_full and key not in there}


def _is_kept(case: Case, key: str, cells: Cells) -> bool:
    """Whether a row stays as it is by cells of only some of its columns."""
    book, of_members = case.book, case.plan.job.has_members
    known = book.person(key).row if of_members else book.department(int(key)).row
    return mark_of({**known, **cells}) == mark_in(book, key, of_members=of_members)


def _copies(past: Sequence[Past], rows: Mapping[str, _Row]) -> Iterator[_Copy]:
    """Yield the best stretch for each file, the newest first."""
    before, newest = {key: row.has for key, row in rows.items()}, dict[str, float]()
    for file in past:
        # Whom such a file has changed as well, nobody knows.
        before = {**({} if file.is_part else before), **file.rows}
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
