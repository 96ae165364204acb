"""Reads the first line of a file: WeCom's columns, or what is wrong with it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise
from typing import Self

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import (
    EXPLANATION,
    candidate_names,
    columns_of,
    habitual_names,
    header_names,
    is_comment,
    is_of_departments,
    levels_of,
    normal_header,
)
from wecom_sync.files.decoding import HEADER_LINES, MAX_COLUMNS
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    PARENT_NAME_COLUMN,
    PATH_COLUMN,
)
from wecom_sync.files.legibility import named, unreadable, unscrambled
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    MEMBER_NAME_COLUMN,
    NAME_PARTS,
    ORDERS_COLUMN,
)
from wecom_sync.files.privacy import masked_header, shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem
from wecom_sync.files.top import Top, is_hint, is_title, other_separator

__all__ = ["Headers", "Top", "level_places", "missing"]

_SEARCHED = 30
"""Lines in which a header is looked for, so that a person is told where it is."""
_NAMED = 20
"""How many headers a text names: the one that it is about should be among them."""
_INSTEAD = {ID_COLUMN: CODE_COLUMN, PARENT_COLUMN: PARENT_CODE_COLUMN}
_DATA = re.compile(r"[0-9@<>{}]")
"""Patterns of rows and of error pages that are rare in headers."""


@dataclass(frozen=True, slots=True)
class Headers:
    """What headers mean in the files of a job.

    `names`: every spelling of WeCom's columns, and the corp's own headers. `habits`: other headers
    that people use. `others`: both for the files of the other kind. All in their normal form.
    """

    job: Job
    reading: Reading
    names: Mapping[str, str]
    habits: Mapping[str, str]
    others: Mapping[str, str]

    @classmethod
    def of(cls, job: Job, reading: Reading) -> Self:
        """Return the headers of a job, and the corp's own."""
        other, mapped = _other(job), reading.columns
        others = {**habitual_names(other), **header_names(other, mapped)}
        return cls(job, reading, header_names(job, mapped), habitual_names(job), others)

    @property
    def every(self) -> dict[str, str]:
        """Every known header, also those of another job's file."""
        others = (header_names(Job.REPLACE_USER), header_names(Job.REPLACE_PARTY))
        return {**others[0], **others[1], **self.habits, **self.names}

    def meant(self, header: Sequence[str]) -> list[str]:
        """Return the column that each header means, "" for none.

        A habit counts only if no other header means its column. Two habits for one column are one
        too many if the column is required; else the first in the column's own order counts. What
        may be the company is no department where another header speaks of departments.
        """
        spelt = _unsilenced(header, self.reading)
        meant = [self.names.get(each, "") for each in spelt]
        habits = [self.habits.get(each, "") for each in spelt]
        if self.job.has_members and DEPARTMENTS_COLUMN not in meant:
            if any(map(is_of_departments, spelt)):
                habits = self._without_companies(spelt)
            for at, level in [*levels_of(spelt).items()][:1]:
                if level == 1 or DEPARTMENTS_COLUMN not in habits:
                    meant[at] = DEPARTMENTS_COLUMN
        own = {*meant}
        needed = {column.name for column in columns_of(self.job) if column.required}
        needed = {*needed, *CONTACT_COLUMNS} - {DEPARTMENTS_COLUMN}
        claims = {each: claim for claim, each in enumerate(self.habits)}
        rivals = sorted(filter(claims.__contains__, spelt), key=claims.__getitem__, reverse=True)
        first = {self.habits[each]: each for each in rivals}
        for at, habit in enumerate(habits):
            if habit and not meant[at] and habit not in own:
                meant[at] = habit if habit in needed or spelt[at] == first[habit] else ""
        return meant

    def _without_companies(self, spelt: Sequence[str]) -> list[str]:
        """Return the habits without what usually means a department, and may mean the company."""
        found = [self.habits.get(each, "") for each in spelt]
        return [
            "" if habit == DEPARTMENTS_COLUMN and not is_of_departments(each) else habit
            for each, habit in zip(spelt, found, strict=True)
        ]

    def top_of(self, lines: Iterator[tuple[int, list[str]]]) -> Top:
        """Return the header, its line, the titles above it, and the lines below it.

        A title fills one cell. Of the other lines the one with the most of what the job needs is
        the header, or else the first one. Without such a line it is the first of all.
        """
        first = [*islice(lines, HEADER_LINES)]
        if first and is_hint(first[0][1]):
            first = [*first[1:], *islice(lines, 1)]
        names = self.every
        at = 0
        while at < len(first) and is_title(first[at][1], names):
            at += 1
        if at == len(first):
            at = 0
        at = max(range(at, len(first)), key=lambda each: self._has(first[each][1]), default=0)
        line, header = first[at] if first else (0, [])
        return Top(line, header, first[:at], chain(first[at + 1 :], lines))

    def _has(self, cells: Sequence[str]) -> int:
        """Return how much a header has of what the job needs; the more, the higher."""
        return -len(missing(self.job, self.meant(cells) if len(cells) <= MAX_COLUMNS else ()))

    def fit(self, lines: Iterator[tuple[int, list[str]]]) -> bool:
        """Whether the header of these lines has every column that the job needs."""
        header = self.top_of(lines).header
        return bool(header) and not missing(self.job, self.meant(header))

    def partly(self, header: Sequence[str]) -> list[str]:
        """Return the columns that each header means or may mean, none unless they are two."""
        columns = self.meant(header)
        if self._is_of_other_kind(header, columns):
            return []
        claims = candidate_names(self.job)
        columns = [
            name or claims.get(normal_header(cell), "")
            for name, cell in zip(columns, header, strict=True)
        ]
        return columns if len({*filter(None, columns)}) > 1 else []

    def read(
        self,
        header: Sequence[str],
        line: int,
        below: Iterable[tuple[int, Sequence[str]]],
        findings: Findings,
    ) -> tuple[str, ...]:
        """Return the columns, "" for one that is left out.

        `below`: the next lines, in which the header may be. Raises `FileRejectedError` when the
        rows could not be understood.
        """
        meant = self.meant(header)
        columns = tuple(
            name or self._attribute(cell) for name, cell in zip(meant, header, strict=True)
        )
        lacking = missing(self.job, columns)
        if lacking and self._is_of_other_kind(header, meant):
            code: TextCode = (
                "header_of_departments" if self.job.has_members else "header_of_members"
            )
            raise FileRejectedError([Problem(line, "", code, {"job": self.job.value})])
        if lacking and not any(meant):
            raise FileRejectedError([self._none(header, line, below)])
        findings.add(*_doubles(columns, header, line))
        findings.add(*_wrong_levels(header, columns, line, self.reading))
        findings.add(*_wrong_names(header, line))
        findings.add(*self._missed(lacking, header, meant, line))
        return columns

    def _is_of_other_kind(self, header: Sequence[str], meant: Sequence[str]) -> bool:
        """Whether members stand where departments should, or the other way round.

        Two of the columns that tell the other kind suffice, if it knows more of the header.
        """
        found = [self.others.get(normal_header(cell), "") for cell in header]
        needed = {
            column.name
            for column in columns_of(_other(self.job))
            if column.required or (self.job.has_members and column.name != ORDERS_COLUMN)
        }
        is_better = len([*filter(None, found)]) > len([*filter(None, meant)])
        return is_better and len(needed & {*found}) > 1

    def _attribute(self, cell: str) -> str:
        """Return the attribute that a header names, "" for none."""
        spelt = normal_header(cell)
        return next((each for each in self.reading.attributes if normal_header(each) == spelt), "")

    def left_out(
        self, header: Sequence[str], columns: Sequence[str], line: int
    ) -> Iterator[Problem]:
        """Yield a warning that names the columns which are neither sent nor kept.

        It names none that the settings speak of, nor one that only explains others.
        """
        joined = level_places(header, columns, self.reading)
        said = {normal_header(each) for each in (*self.reading.columns, *self.reading.rows)}
        said |= {normal_header(EXPLANATION), ""}
        names = {
            normal_header(cell): shortened(cell.strip())
            for at, (cell, name) in enumerate(zip(header, columns, strict=True))
            if not name and not is_comment(cell) and at not in joined
        }
        if unsaid := [name for spelt, name in names.items() if spelt not in said]:
            yield Problem(line, "", "warning_columns_left_out", {"columns": Listing.of(unsaid)})

    def _none(
        self, header: Sequence[str], line: int, below: Iterable[tuple[int, Sequence[str]]]
    ) -> Problem:
        """Say why no column of the first line is known."""
        if separated := other_separator(header, self.every):
            return Problem(line, "", separated)
        if scrambled := next((cell for cell in header if unscrambled(cell) is not None), ""):
            return Problem(line, "", "cell_scrambled", {"column": shortened(scrambled)})
        for number, cells in islice(below, _SEARCHED):
            if not missing(self.job, self.meant(cells)):
                return Problem(line, "", "header_below", {"found": number})
        lacking = missing(self.job, ())
        expected = ",".join(name for name in lacking if "/" not in name)
        is_named = all(header) and not any(map(_DATA.search, header))
        if is_named and len(header) >= len(lacking):
            shown: Params = {
                "unknown": _listed(map(masked_header, header)),
                "expected": expected,
            }
            return Problem(line, "", "header_unmapped", shown)
        return Problem(line, "", "header_missing", {"expected": expected})

    def _missed(
        self, lacking: Iterable[str], header: Sequence[str], meant: Sequence[str], line: int
    ) -> Iterator[Problem]:
        """Yield the required columns that are missing, with headers that may mean them."""
        strange = [
            cell.replace("\ufeff", "").strip()
            for cell, name in zip(header, meant, strict=True)
            if not name and not _DATA.search(cell)
        ]
        if not (unknown := _listed(strange)):
            yield from (Problem(line, name, "column_missing", {"column": name}) for name in lacking)
            return
        known = _listed(filter(None, meant))
        if ID_COLUMN in lacking and self._candidates(CODE_COLUMN, strange):
            lacking = [_INSTEAD.get(name, name) for name in lacking]
        for lack in lacking:
            name, found = next(
                (
                    (name, found)
                    for name in lack.split("/")
                    if (found := self._candidates(name, strange))
                ),
                (lack, []),
            )
            shown: Params = {"column": name}
            if name == MEMBER_NAME_COLUMN and (parts := _parts_of_name(strange)):
                yield Problem(line, name, "name_in_parts", {**shown, **parts})
            elif len(found) > 1:
                shown = {**shown, "header": found[0], "headers": Listing.of(found)}
                yield Problem(line, name, "column_candidates", shown)
            elif found:
                yield Problem(line, name, "column_candidate", {**shown, "header": found[0]})
            else:
                shown = {**shown, "known": known, "unknown": unknown}
                yield Problem(line, name, "column_unmapped", shown)

    def _candidates(self, lacking: str, strange: Sequence[str]) -> list[str]:
        """Return the headers that may be a missing column, the likely ones first."""
        claims = [
            normal_header(spelling)
            for column in columns_of(self.job)
            if column.name == lacking
            for spelling in (*column.candidates, *column.habits)
        ]
        is_place = self.job.has_members and lacking == DEPARTMENTS_COLUMN
        ranked = {}
        for each in strange:
            spelt = normal_header(each)
            if is_place and is_of_departments(spelt):
                ranked[shortened(each)] = -1
            elif spelt in claims:
                ranked[shortened(each)] = claims.index(spelt)
        return sorted(ranked, key=ranked.__getitem__)


def _other(job: Job) -> Job:
    return Job.REPLACE_PARTY if job.has_members else Job.REPLACE_USER


def _unsilenced(header: Iterable[str], reading: Reading) -> list[str]:
    """Return headers in their normal form, "" for one that the settings leave out or keep."""
    silent = {normal_header(each) for each, name in reading.columns.items() if not name}
    silent |= {normal_header(each) for each in reading.attributes}
    return ["" if (spelt := normal_header(cell)) in silent else spelt for cell in header]


_AS_IT_IS = Reading()


def level_places(
    header: Sequence[str], columns: Sequence[str], reading: Reading = _AS_IT_IS
) -> tuple[int, ...]:
    """Return the places of the columns of departments by level if they say where a member is."""
    places = [*levels_of(_unsilenced(header, reading))]
    return tuple(places) if places and columns[places[0]] == DEPARTMENTS_COLUMN else ()


def _wrong_levels(
    header: Sequence[str], columns: Sequence[str], line: int, reading: Reading
) -> Iterator[Problem]:
    """Yield a level that two columns are about, and one between two that none is about."""
    places = level_places(header, columns, reading)
    level = levels_of(_unsilenced(header, reading))
    for one, other in pairwise(places):
        shown: Params = {"first": shortened(header[one]), "second": shortened(header[other])}
        if level[one] == level[other]:
            shown = {**shown, "column": DEPARTMENTS_COLUMN}
            yield Problem(line, DEPARTMENTS_COLUMN, "header_synonyms", shown)
        elif level[one] + 1 < level[other]:
            yield Problem(line, DEPARTMENTS_COLUMN, "header_level_missing", shown)


def missing(job: Job, columns: Collection[str]) -> list[str]:
    """Return the columns that a file lacks."""
    lacking = [
        column.name for column in columns_of(job) if column.required and column.name not in columns
    ]
    if not job.has_members:
        return [*lacking, *_missing_of_departments(columns)]
    if CODE_COLUMN in columns and DEPARTMENTS_COLUMN in lacking:
        lacking.remove(DEPARTMENTS_COLUMN)
    if not any(name in columns for name in CONTACT_COLUMNS):
        lacking.append("/".join(CONTACT_COLUMNS))
    return lacking


def _missing_of_departments(columns: Collection[str]) -> Iterator[str]:
    """Yield what a department file lacks to say what stands below what."""
    for own, parent in ((ID_COLUMN, PARENT_COLUMN), (CODE_COLUMN, PARENT_CODE_COLUMN)):
        if parent in columns:
            if own not in columns:
                yield own
            return
    if PARENT_NAME_COLUMN in columns or PATH_COLUMN in columns:
        return
    if CODE_COLUMN in columns and ID_COLUMN not in columns:
        yield PARENT_CODE_COLUMN
        return
    if ID_COLUMN not in columns:
        yield ID_COLUMN
    yield PARENT_COLUMN


def _parts_of_name(strange: Sequence[str]) -> Params:
    """Return the two headers that hold a name in parts, nothing if there are none."""
    spelt = {normal_header(each): shortened(each) for each in strange}
    found = [
        next((spelt[part] for part in map(normal_header, parts) if part in spelt), "")
        for parts in NAME_PARTS
    ]
    return {"first": found[0], "second": found[1]} if all(found) else {}


def _listed(headers: Iterable[str]) -> str:
    found = [*dict.fromkeys(shortened(each) for each in headers if each)]
    return ", ".join(found[:_NAMED]) + (" …" if len(found) > _NAMED else "")


def _doubles(columns: Sequence[str], header: Sequence[str], line: int) -> Iterator[Problem]:
    """Yield the columns that occur twice, with both headers if they differ."""
    for name, count in Counter(columns).items():
        if not name or count == 1:
            continue
        spelt = [cell for column, cell in zip(columns, header, strict=True) if column == name]
        others = (each for each in spelt if normal_header(each) != normal_header(spelt[0]))
        if second := next(others, ""):
            shown: Params = {
                "first": shortened(spelt[0]),
                "second": shortened(second),
                "column": name,
            }
            yield Problem(line, name, "header_synonyms", shown)
        else:
            yield Problem(line, name, "header_duplicate", {"column": name})


def _wrong_names(header: Iterable[str], line: int) -> Iterator[Problem]:
    """Yield headers that are blank, and those that may look like one of WeCom's and are not."""
    for position, cell in enumerate(header, 1):
        name = cell.replace("\ufeff", "").strip()
        if not name:
            yield Problem(line, "", "header_blank", {"position": position})
        elif (found := unreadable(name)) is not None:
            shown: Params = {"position": position, "character": named(found[1])}
            yield Problem(line, name, "header_unreadable", shown)
