"""What headers mean: each claims a column, and the strongest claim gets it."""

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from wecom_sync.domain.policy import Reading
from wecom_sync.domain.run import Job
from wecom_sync.domain.values import dataclass
from wecom_sync.files.cell_rules import spelt
from wecom_sync.files.columns import columns_of, header_names, normal_header
from wecom_sync.files.member_columns import CONTACT_COLUMNS, DEPARTMENTS_COLUMN, KEY_COLUMN

_LEVEL = re.compile(
    "(?:第?([一二三四五六七八九十]|1?[0-9])级|l(1?[0-9]))(?:部门|组织|机构)(?:名称)?"
    "|(?:部门|组织|机构)(?:名称)?(?:第?([一二三四五六七八九十]|1?[0-9])级|l(1?[0-9])"
    "|([一二三四五六七八九十])级?)"
)
_NUMERALS = "一二三四五六七八九十"
_FIRST_LEVEL = re.compile("(?:所属|任职)?(部门|组织|机构)(?:名称)?")
_OF_DEPARTMENTS = re.compile(
    "(?:部门|科室)(?:id|编码|编号|代码|名称?|(?:完整|全)?路径|全称|长名称)?$|department(?:name|code|id)?$"
)
_PATHS = spelt("部门全路径、部门路径、部门全称、部门长名称、组织路径、组织全路径、部门完整路径")
"""Headers of whole paths, which say more than a name."""
DATA = re.compile(r"[0-9@<>{}]")
"""Patterns of rows and of error pages that are rare in headers."""


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

    def is_weaker(self, other: "Claim") -> bool:
        """Whether another claim on the same column goes before this one."""
        return (self.strength, -self.rank) < (other.strength, -other.rank)


NO_CLAIM = Claim()


def claims_of(job: Job, reading: Reading) -> dict[str, Claim]:
    """Return the claims of all headers that a job and its settings know, by their normal forms.

    Two habits for a column that is needed have the same rank: then a person is asked.
    """
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

    @classmethod
    def of(cls, cells: Sequence[str], claims: Sequence[Claim], *, has_members: bool) -> "Header":
        """Give each column to the strongest claim. `claims`: of each cell by itself."""
        levels: dict[int, int] = {}
        if has_members:
            pairs = zip(cells, claims, strict=True)
            open_cells = [
                "" if claim.strength is Strength.SETTING else cell for cell, claim in pairs
            ]
            levels = levels_of(open_cells)
            claims = _claims_of_departments(open_cells, claims, levels)
        best: dict[str, Claim] = {}
        for claim in claims:
            if best.setdefault(claim.column, claim).is_weaker(claim):
                best[claim.column] = claim
        columns = tuple(
            ""
            if claim.strength <= Strength.CANDIDATE or claim.is_weaker(best[claim.column])
            else claim.column
            for claim in claims
        )
        is_path = bool(levels) and columns[next(iter(levels))] == DEPARTMENTS_COLUMN
        return cls(cells, claims, columns, levels if is_path else {})

    @property
    def strangers(self) -> dict[str, Claim]:
        """The headers that mean nothing, with their claims."""
        return {
            cell.replace("\ufeff", "").strip(): claim
            for cell, claim, column in zip(self.cells, self.claims, self.columns, strict=True)
            if not column and not DATA.search(cell)
        }

    def candidates(self, column: str) -> list[str]:
        """Return the strangers that may be a column, the likely ones first."""
        ranks = {
            cell: claim.rank for cell, claim in self.strangers.items() if claim.column == column
        }
        if column == DEPARTMENTS_COLUMN:
            ranks |= {cell: -1 for cell in self.strangers if is_of_departments(cell)}
        return sorted(ranks, key=ranks.__getitem__)


def _claims_of_departments(
    cells: Sequence[str], claims: Sequence[Claim], levels: dict[int, int]
) -> list[Claim]:
    """Return claims of members' headers, where what others say of departments counts.

    A habit that may mean the company is no department then. The highest level begins a path.
    """
    claims = [*claims]
    if any(map(is_of_departments, cells)):
        for at, (column, strength, rank) in enumerate(claims):
            is_habit = column == DEPARTMENTS_COLUMN and strength is Strength.HABIT
            if is_habit and not is_of_departments(cells[at]):
                claims[at] = Claim(column, Strength.CANDIDATE, rank)
    for at, level in [*levels.items()][:1]:
        strength = Strength.FIRST_LEVEL if level == 1 else Strength.LOWER_LEVEL
        if claims[at].strength < strength:
            claims[at] = Claim(DEPARTMENTS_COLUMN, strength)
    return claims


def level_of(header: str) -> int:
    """Return the level that a column of departments is about, from 1; 0 for any other column."""
    match = _LEVEL.fullmatch(normal_header(header))
    number = match and next(filter(None, match.groups()))
    if not number:
        return 0
    return _NUMERALS.index(number) + 1 if number in _NUMERALS else int(number)


def levels_of(header: Sequence[str]) -> dict[int, int]:
    """Return the level of each column of departments by level, the first level first, by place.

    Where no column has the first level in its name, one that is just called 部门 is it.
    """
    levels = {at: level for at, cell in enumerate(header) if (level := level_of(cell))}
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


def is_of_departments(header: str) -> bool:
    """Whether a header speaks of departments, which the company is not."""
    return _OF_DEPARTMENTS.search(normal_header(header)) is not None or level_of(header) > 0
