"""Rows that say again what an older file said, of whom newer files have changed. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from wecom_sync.domain.book import File, Past
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Param, TextCode
from wecom_sync.domain.timeline import day_of
from wecom_sync.guardrails.picks import Case, Picked, listed
from wecom_sync.planning.memory.past import mark_in, mark_of
from wecom_sync.planning.memory.sent import row_keys

_NEARLY_ALL = 0.9
_AGAINST = 9
"""So many rows have to be as they were for each one that is as it is now."""
_FILES = 3
"""The changes of so many files are taken back by chance by nobody."""
_FEWEST = 3


class _Copy(NamedTuple):
    """A stretch of rows that say again what they said before a file.

    `past`: that file; `keys`: of those whom they take back; `files`: which changes they take back
    altogether, by when these were dropped; `of`: how many have changed since then, or would now.
    """

    past: Past
    keys: Sequence[str]
    files: Collection[float]
    of: int

    @property
    def is_whole(self) -> bool:
        return len(self.keys) >= _NEARLY_ALL * self.of


class _Sheet:
    """What the file and the book say of those whom the last files have changed."""

    def __init__(self, case: Case) -> None:
        plan, roster, book = case.plan, case.roster, case.book
        of_members = plan.job.has_members
        self.past = [it for it in reversed(book.past) if it.of_members is of_members]
        keys = {key for it in self.past for key in it.rows}
        there = enumerate(row_keys(plan.job, [row.id for row in roster.rows]))
        self.at = {key: at for at, key in there if key in keys}
        going = {*row_keys(plan.job, [it.subject for it in plan.going])}
        self.has = {key: mark_in(book, key, of_members=of_members) for key in keys}
        self.now = {key: "" if key in going else mark for key, mark in self.has.items()}
        for key, at in self.at.items():
            cells = zip(roster.columns, roster.rows[at].cells, strict=True)
            self.now[key] = mark_of(dict(cells))
        if not plan.job.is_full:
            self.has = {key: self.has[key] for key in self.at}

    @property
    def takes_back(self) -> bool:
        """Whether it takes back enough for a closer look."""
        pairs = {(key, mark) for past in self.past for key, mark in past.rows.items()}
        back = {key for key, mark in pairs if self.has.get(key, mark) != mark == self.now[key]}
        return len(back) >= _FEWEST

    def copies(self, order: Sequence[str]) -> Iterator[_Copy]:
        """Yield the best stretch for each file. `order`: of all keys, as the rows stand."""
        before, newest = {**self.has}, dict.fromkeys(order, 0.0)
        for past in self.past:
            before |= past.rows
            newest |= {key: past.dropped for key in past.rows if not newest.get(key)}
            touched = [key for key in order if not before[key] == self.has[key] == self.now[key]]
            stretch = _stretch([self.now[key] == before[key] for key in touched])
            keys = [key for key in touched[stretch] if self.now[key] == before[key]]
            others = {newest[key] for key in touched[stretch] if self.now[key] != before[key]}
            yield _Copy(past, keys, {newest[key] for key in keys} - others, len(touched))

    def is_old(self, copy: _Copy, case: Case) -> bool:
        """Whether it is no chance: not one thing that was put right, or who comes and goes.

        People whom another system has added, and a full file lacks, make that no older one.
        """
        kinds = Counter((bool(self.has[key]), bool(self.now[key])) for key in copy.keys)
        altered, both = kinds[True, True], 2 * min(kinds[True, False], kinds[False, True])
        full = {it.dropped for it in case.book.files if it.job.is_full}
        is_whole = copy.is_whole and not full.isdisjoint(copy.files)
        weight = len(copy.keys) if is_whole else altered + both
        if len(copy.files) >= _FILES and weight >= _FEWEST:
            return True
        return copy.is_whole and case.plan.job.is_full and weight > case.plan.few


def _stretch(agrees: Sequence[bool]) -> slice:
    """Return where by far most agree."""
    best, first, score, most = slice(0), 0, 0, 0
    for at, is_same in enumerate(agrees):
        first, score = (at, 0) if score <= 0 else (first, score)
        score += 1 if is_same else -_AGAINST
        if score > most:
            best, most = slice(first, at + 1), score
    return best


def _file_before(case: Case, past: Past) -> File | None:
    """Return the last file that said what the rows say again, a full one if there is any."""
    job = case.plan.job
    files = [it for it in case.book.files if it.counts and it.dropped < past.dropped]
    alike = [it for it in files if it.job.has_members is job.has_members or it.job is Job.COMPANY]
    return max(alike, key=lambda it: (it.job.is_full, it.dropped), default=None)


def older_rows(case: Case) -> Iterator[Picked]:
    """Pick what changes by rows that agree with one older file and contradict newer ones.

    That is a copy of an older file, or a file that is put together from an old and a new one.
    """
    plan, sheet = case.plan, _Sheet(case)
    if case.repeats or not sheet.takes_back:
        return
    places: Mapping[str, int] = {key: at for at, key in enumerate(case.book.people)}
    order = sorted(sheet.has, key=lambda key: sheet.at.get(key, places.get(key, 0)))
    copy = max(sheet.copies(order), key=lambda it: len(it.keys), default=None)
    if copy is None or not sheet.is_old(copy, case):
        return
    file = _file_before(case, copy.past)
    if file is None:
        return
    changed = {it.subject for it in plan.changes} & {it.id for it in plan.at_stake}
    blanks: dict[str, Param] = {"key": file.key, "day": day_of(file.dropped)}
    remarks: list[TextCode] = []
    lines = sorted(case.roster.rows[sheet.at[it]].line for it in copy.keys if it in sheet.at)
    if lines and not copy.is_whole:
        blanks |= {"first": lines[0], "last": lines[-1]}
        remarks.append("remark_two_ages")
        changed &= {it.subject for it in plan.changes if lines[0] <= it.line <= lines[-1]}
    yield Picked(
        listed(sorted(changed)), blanks={**blanks, "count": len(copy.keys)}, remarks=remarks
    )
