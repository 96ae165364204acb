"""What headers mean in the files of a job, and which line of a file is its header."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import chain, islice
from typing import NamedTuple, Self

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.cell_rules import spelt
from wecom_sync.files.columns import columns_of, header_names, missing, normal_header
from wecom_sync.files.decoding import HEADER_LINES, MAX_COLUMNS, Line
from wecom_sync.files.legibility import trimmed
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    ORDERS_COLUMN,
)
from wecom_sync.files.problems import Problem, line_ranges

_NUMERALS = "一二三四五六七八九十"
_LEVEL = re.compile(
    rf"(?:第?([{_NUMERALS}]|1?[0-9])级|l(1?[0-9]))(?:部门|组织|机构)(?:名称)?"
    rf"|(?:部门|组织|机构)(?:名称)?(?:第?([{_NUMERALS}]|1?[0-9])级|l(1?[0-9])|([{_NUMERALS}])级?)"
)
_FIRST_LEVEL = re.compile("(?:所属|任职)?(部门|组织|机构)(?:名称)?")
_OF_DEPARTMENTS = re.compile(
    "(?:部门|科室)(?:id|编码|编号|代码|名称?|(?:完整|全)?路径|全称|长名称)?$|department(?:name|code|id)?$"
)
_PATHS = spelt("部门全路径、部门路径、部门全称、部门长名称、组织路径、组织全路径、部门完整路径")
"""Headers of whole paths, which say more than a name."""
DATA = re.compile(r"[0-9@<>{}]")
"""Patterns of rows and of error pages that are rare in headers."""
_SEPARATORS: Mapping[str, TextCode] = {"\t": "separated_by_tabs", ";": "separated_by_semicolons"}
_hint = re.compile(r"sep=[,;|]?", re.IGNORECASE).fullmatch
"""A line that only tells Excel the separator."""
_ID = re.compile(r"(?!\d{4}[-/.]\d\d?(?:[-/.]\d\d?)?$)[0-9A-Za-z@._+-]+")
"""A cell that may be somebody's id, mobile or mail, and is no day."""
_MOST_LACKING = 2
"""A header that leaves a cell out lacks at most so many of the columns that a job needs."""


class Strength(IntEnum):
    """How surely a header means its column."""

    NONE = 0
    CANDIDATE = 1
    """Only a person can say."""
    LOWER_LEVEL = 2
    """The highest level of departments where the file does not have the first one."""
    HABIT = 3
    FIRST_LEVEL = 4
    NAME = 5
    """WeCom's own name, or the corp's for it. Both in one file are a question."""
    SETTING = 6
    """What the settings leave out, send as an attribute, or name as the key."""


class Claim(NamedTuple):
    """What a header says. `rank`: of equally strong claims on a column the lowest gets it."""

    column: str = ""
    strength: Strength = Strength.NONE
    rank: int = 0

    def weight(self) -> tuple[Strength, int]:
        return self.strength, -self.rank


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a file. `columns`: what each cell means, "" for nothing.

    `levels`: the levels of the columns of departments by level, by their places, the first level
    first; none if these do not say where a member is.
    """

    cells: Sequence[str]
    claims: Sequence[Claim]
    columns: tuple[str, ...]
    levels: dict[int, int]

    @property
    def strangers(self) -> dict[str, Claim]:
        """The headers that mean nothing, with their claims."""
        return {
            trimmed(cell): claim
            for cell, claim, column in zip(self.cells, self.claims, self.columns, strict=True)
            if not column and not DATA.search(cell)
        }

    def candidates(self, column: str) -> list[str]:
        """Return the strangers that may be a column, the likely ones first."""
        ranks = {
            cell: claim.rank for cell, claim in self.strangers.items() if claim.column == column
        }
        if column == DEPARTMENTS_COLUMN:
            ranks |= {cell: -1 for cell in self.strangers if _is_of_departments(cell)}
        return sorted(ranks, key=ranks.__getitem__)


class Heading(NamedTuple):
    """The header and its line. `titles`: the lines above it; `below`: those below."""

    line: int
    cells: list[str]
    titles: list[Line]
    below: Iterator[Line]

    def above(self) -> Iterator[Problem]:
        """Yield a warning when lines above the header are left out."""
        if self.titles and not any(self.problems()):
            lines = [number for number, _ in self.titles]
            params: Params = {"titles": Listing.of(line_ranges(lines))}
            yield Problem(lines[0], "", "warning_titles", params)

    def problems(self) -> Iterator[Problem]:
        """Yield a problem when a line above the header may be a person: an id has letters."""
        for number, cells in self.titles:
            if not _is_narrow(cells, self.cells) and any(map(_ID.fullmatch, cells)):
                yield Problem(number, "", "header_below", {"found": self.line})
                return


@dataclass(frozen=True, slots=True)
class Headers:
    """What headers mean. `claims`, `others`: in this kind of file and in the other one."""

    job: Job
    reading: Reading
    claims: Mapping[str, Claim]
    others: Mapping[str, Claim]

    @classmethod
    def of(cls, job: Job, reading: Reading) -> Self:
        return cls(job, reading, _claims_of(job, reading), _claims_of(_other(job), reading))

    @property
    def every(self) -> frozenset[str]:
        """Every header with a meaning in its normal form, also those of the other kind of file."""
        return frozenset(
            header
            for claims in (self.claims, self.others)
            for header, claim in claims.items()
            if claim.strength > Strength.CANDIDATE
        )

    def header(self, cells: Sequence[str]) -> Header:
        """Return what the cells of a line mean as a header: the strongest claim gets a column."""
        claims = [self.claims.get(normal_header(cell), Claim()) for cell in cells]
        levels: dict[int, int] = {}
        if self.job.has_members:
            pairs = zip(cells, claims, strict=True)
            open_cells = ["" if it.strength is Strength.SETTING else cell for cell, it in pairs]
            levels = levels_of(open_cells)
            claims = _claims_of_departments(open_cells, claims, levels)
        best: dict[str, Claim] = {}
        for claim in claims:
            best[claim.column] = max(best.get(claim.column, claim), claim, key=Claim.weight)
        columns = tuple(
            claim.column
            if claim.strength > Strength.CANDIDATE and claim.weight() == best[claim.column].weight()
            else ""
            for claim in claims
        )
        is_path = bool(levels) and columns[next(iter(levels))] == DEPARTMENTS_COLUMN
        return Header(cells, claims, columns, levels if is_path else {})

    def heading(self, lines: Iterator[Line]) -> Heading:
        """Return the header, its line, the titles above it, and the lines below it.

        A title fills one cell, or half of those that others fill, or leaves some out and says
        little of what the job needs. Of the other lines the one with the most of that is the
        header, or else the first one. Without such a line it is the first of all.
        """
        first = [*islice(lines, HEADER_LINES)]
        if first and len(first[0][1]) == 1 and _hint(first[0][1][0]):
            del first[0]
        widest = max((cells for _, cells in first), key=_filled, default=[])
        places = [at for at, (_, cells) in enumerate(first) if not self._is_title(cells, widest)]
        at = min(places, key=lambda line: self._lacks(first[line][1]), default=0)
        line, cells = first[at] if first else (0, [])
        return Heading(line, cells, first[:at], chain(first[at + 1 :], lines))

    def _is_title(self, cells: Sequence[str], widest: Sequence[str]) -> bool:
        if other_separator(cells, self.every) is not None:
            return False
        has_gaps = "" in cells[: max((at for at, cell in enumerate(cells) if cell), default=0)]
        return _is_narrow(cells, widest) or (has_gaps and self._lacks(cells) > _MOST_LACKING)

    def _lacks(self, cells: Sequence[str]) -> int:
        return len(missing(self.job, self.header(cells[:MAX_COLUMNS]).columns))

    def partly(self, cells: Sequence[str]) -> list[str]:
        """Return the columns that each header means or may mean, none unless they are two."""
        header = self.header(cells)
        if self.is_of_other_kind(header):
            return []
        columns = [
            claim.column if claim.strength is Strength.CANDIDATE else column
            for claim, column in zip(header.claims, header.columns, strict=True)
        ]
        return columns if len({*filter(None, columns)}) > 1 else []

    def is_of_other_kind(self, header: Header) -> bool:
        """Whether members stand where departments should, or the other way round.

        Two of the columns that tell the other kind suffice, if it knows more of the header.
        """
        claims = [self.others.get(normal_header(cell), Claim()) for cell in header.cells]
        columns = [claim.column for claim in claims if claim.strength > Strength.CANDIDATE]
        needed = {
            column.name
            for column in columns_of(_other(self.job))
            if column.required or (self.job.has_members and column.name != ORDERS_COLUMN)
        }
        is_better = len([*filter(None, columns)]) > len([*filter(None, header.columns)])
        return is_better and len(needed & {*columns}) > 1


def _other(job: Job) -> Job:
    return Job.REPLACE_PARTY if job.has_members else Job.REPLACE_USER


def _claims_of(job: Job, reading: Reading) -> dict[str, Claim]:
    """Return the claims of headers. Two habits for a column that is needed are a question."""
    claims: dict[str, Claim] = {}
    for column in columns_of(job):
        is_needed = column.required or column.name in CONTACT_COLUMNS
        is_asked = is_needed and column.name != DEPARTMENTS_COLUMN
        for rank, spelling in enumerate(column.habits):
            claim = Claim(column.name, Strength.HABIT, 0 if is_asked else rank)
            claims[normal_header(spelling)] = claim
        for rank, spelling in enumerate(column.candidates):
            claims[normal_header(spelling)] = Claim(column.name, Strength.CANDIDATE, rank)
    names = header_names(job, reading.columns)
    settings = {name: name for name in reading.attributes}
    settings |= {header: "" for header, name in reading.columns.items() if not name}
    settings |= {reading.key: KEY_COLUMN} if reading.key and job.has_members else {}
    claims |= {header: Claim(name, Strength.NAME) for header, name in names.items()}
    own = {names.get(normal_header(header)) for header in reading.columns}
    if job is Job.COMPANY and DEPARTMENTS_COLUMN not in own:
        path = Claim(DEPARTMENTS_COLUMN, Strength.NAME, -1)
        claims |= {normal_header(header): path for header in _PATHS}
    return claims | {
        normal_header(header): Claim(name, Strength.SETTING) for header, name in settings.items()
    }


def _claims_of_departments(
    cells: Sequence[str], claims: Sequence[Claim], levels: Mapping[int, int]
) -> list[Claim]:
    """Return claims of members' headers. What may be the company is no department beside one."""
    claims = [*claims]
    if any(map(_is_of_departments, cells)):
        for at, (column, strength, rank) in enumerate(claims):
            is_habit = column == DEPARTMENTS_COLUMN and strength is Strength.HABIT
            if is_habit and not _is_of_departments(cells[at]):
                claims[at] = Claim(column, Strength.CANDIDATE, rank)
    for at, level in [*levels.items()][:1]:
        strength = Strength.FIRST_LEVEL if level == 1 else Strength.LOWER_LEVEL
        if claims[at].strength < strength:
            claims[at] = Claim(DEPARTMENTS_COLUMN, strength)
    return claims


def _level_of(header: str) -> int:
    """Return the level that a column of departments is about, from 1; 0 for any other column."""
    match = _LEVEL.fullmatch(normal_header(header))
    number = match and next(filter(None, match.groups()))
    if not number:
        return 0
    return _NUMERALS.index(number) + 1 if number in _NUMERALS else int(number)


def levels_of(header: Sequence[str]) -> dict[int, int]:
    """Return the level of columns of departments by place. 部门 is the first if no other is."""
    levels = {at: level for at, cell in enumerate(header) if (level := _level_of(cell))}
    if levels and min(levels.values()) > 1:
        spelt = [normal_header(cell) for cell in header]
        below = spelt[next(iter(levels))]
        firsts = [
            (len(cell), at)
            for at, cell in enumerate(spelt)
            if (word := _FIRST_LEVEL.fullmatch(cell)) and word[1] in below
        ]
        levels |= {at: 1 for _, at in sorted(firsts)[:1]}
    return dict(sorted(levels.items(), key=lambda item: item[1]))


def _is_of_departments(header: str) -> bool:
    """Whether a header speaks of departments, which the company is not."""
    return _OF_DEPARTMENTS.search(normal_header(header)) is not None or _level_of(header) > 0


def _filled(cells: Sequence[str]) -> int:
    return len([*filter(None, cells)])


def _is_narrow(cells: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a line fills one cell, or half of those that another one fills."""
    return _filled(cells) <= max(1, _filled(others) // 2)


def other_separator(header: Sequence[str], names: Collection[str]) -> TextCode | None:
    """Return the problem of a header with another separator than the comma."""
    for separator, code in _SEPARATORS.items():
        cells = ",".join(header).split(separator)
        if sum(normal_header(cell.strip('"')) in names for cell in cells) > 1:
            return code
    return None
