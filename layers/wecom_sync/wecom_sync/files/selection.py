"""Which columns of a file are taken, and which rows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Self

from wecom_sync.domain.policy import UNTIL, Reading
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params
from wecom_sync.domain.values import dataclass
from wecom_sync.files.cell_rules import NEVER, day_in
from wecom_sync.files.columns import id_column, is_comment, normal_header
from wecom_sync.files.department_cells import BETWEEN, PARENTS
from wecom_sync.files.headers import Header
from wecom_sync.files.leaving import Unread, has_left, unread_of
from wecom_sync.files.legibility import Doubtful, illegible
from wecom_sync.files.member_cells import normal_paths
from wecom_sync.files.member_columns import KEY_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.paths import DepartmentPaths
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem
from wecom_sync.files.row_checks import has_swallowed, is_total

type Counts = Mapping[str, Mapping[str, int]]
"""How many rows hold what, by header and by what they hold there."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who is left out of a file, and who should be."""

    rows: Counts = field(default_factory=dict)
    """Those that are not taken, by the headers of `[rows]`."""
    people: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Why people are left out, by id in lower case: the header of `[rows]`, and the value."""
    contradicted: frozenset[str] = frozenset()
    """Those of them who left before the file came, and work here by another cell of their row."""
    names: frozenset[str] = frozenset()
    """Of those people. They are not stored."""
    unread: Counts = field(default_factory=dict)
    """Those that are taken although a column that is not taken says that somebody has left."""
    proposed: tuple[str, ...] = ()
    """The lines of `[rows]` that leave them out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One line of `[rows]`: its header, the place of that column, and the normal forms of values.

    `today`: of `until` the day that no cell may be before, None where values are listed;
    `is_twice`: whether the file has a second such column; `counts`: how many rows were left out,
    by their value.
    """

    header: str
    at: int
    values: frozenset[str]
    today: str | None = None
    is_twice: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def day(self, cell: str) -> str | None:
        """Return somebody's last day, `NEVER` without any, None for a cell that is no date."""
        return NEVER if self.today is None else day_in(cell)

    def takes(self, cell: str) -> bool:
        """Whether a cell is wanted. One that is no date is a problem, and leaves nobody out."""
        if self.today is None:
            return normal_header(cell) in self.values
        return not (day := self.day(cell)) or day >= self.today

    def takes_plainly(self, cell: str) -> bool:
        """Whether it is wanted, and there is nothing to note about it."""
        return self.takes(cell) and self.day(cell) == NEVER


@dataclass(frozen=True, slots=True)
class Selection:
    """What is taken of a file.

    `header`: as the file has it; `columns`: the taken ones; `kept`, `others`: the places of those
    and of the columns that are left out.
    """

    header: tuple[str, ...]
    columns: tuple[str, ...]
    kept: tuple[int, ...]
    others: tuple[int, ...]
    levels: tuple[int, ...] = ()
    """Places of the columns of a company file whose cells are the names of one path, in order."""
    wanted: tuple[Wanted, ...] = ()
    missing: tuple[str, ...] = ()
    """Headers of `[rows]` that the file does not have."""
    paths: DepartmentPaths | None = None
    """How a company file says the departments."""
    id_at: int = -1
    """The place of the ids, if the file has any."""
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    """As `LeftOut` has them, and `names` as well."""
    name_at: int = -1
    """The place of the names of people, if the file has any."""
    names: set[str] = field(default_factory=set)
    unread: tuple[Unread, ...] = ()
    """The columns that are not taken and may say who has left."""
    last_days: Counter[str] = field(default_factory=Counter)
    """How many rows are taken until a day, by that day."""
    filed: str = ""
    """The day on which the file was dropped, blank where nobody knows."""
    contradicted: set[str] = field(default_factory=set)
    """As `LeftOut` has it."""

    @classmethod
    def of(cls, job: Job, header: Header, reading: Reading) -> Self:
        parents = PARENTS if job.has_members else ()
        columns = tuple("" if name in parents else name for name in header.columns)
        spelt = [normal_header(cell) for cell in header.cells]
        rows = reading.rows if job.has_members else {}
        places = {name: normal_header(name) for name in rows}
        wanted = tuple(
            Wanted(
                name,
                spelt.index(places[name]),
                frozenset(map(normal_header, rows[name])),
                today=reading.today if UNTIL in rows[name] else None,
                is_twice=spelt.count(places[name]) > 1,
            )
            for name in rows
            if places[name] in spelt
        )
        named = next((it for it in (id_column(job), KEY_COLUMN) if it in columns), "")
        others = tuple(at for at, name in enumerate(columns) if not name)
        return cls(
            header=tuple(header.cells),
            columns=tuple(filter(None, columns)),
            kept=tuple(at for at, name in enumerate(columns) if name),
            others=others,
            levels=tuple(header.levels),
            wanted=wanted,
            missing=tuple(name for name in rows if places[name] not in spelt),
            id_at=columns.index(named) if named else -1,
            name_at=columns.index(MEMBER_NAME_COLUMN) if MEMBER_NAME_COLUMN in columns else -1,
            unread=unread_of(header.cells, others, reading) if job.has_members else (),
            filed=reading.filed,
        )

    def join(self, cells: list[str]) -> bool:
        """Put the path of a row's levels into one cell; return whether its first level is there."""
        if not self.levels:
            return True
        parts = [cells[at] for at in self.levels]
        names = [*map(normal_paths, parts)]
        path = BETWEEN.join(filter(None, names))
        doubt = next((part.code for part in parts if isinstance(part, Doubtful)), None)
        cells[self.levels[0]] = path if doubt is None else Doubtful(path, doubt)
        return bool(names[0]) or not path

    def is_somebody(self, cells: Sequence[str]) -> bool:
        """Whether a row has an id and a name, or says that somebody works here, or has left."""
        known_by = [cells[at] for at in (self.id_at, self.name_at) if at >= 0 and cells[at]]
        is_named = len(known_by) > 1 and not any(map(is_total, known_by))
        return is_named or any(has_left(cells[it.at]) is not None for it in self.wanted)

    def takes(self, cells: Sequence[str], *, is_person: bool = True) -> bool:
        """Whether a row is taken. One that is not is counted, but for notes and totals."""
        for wanted in self.wanted:
            if not wanted.takes(cells[wanted.at]):
                value = shortened(cells[wanted.at])
                row_id = cells[self.id_at] if self.id_at >= 0 else ""
                if is_person and (value or (row_id and not is_total(row_id))):
                    if row_id and self._contradicts(wanted, cells):
                        self.contradicted.add(row_id.casefold())
                    else:
                        wanted.counts[value] += 1
                    self.people[row_id.casefold()] = wanted.header, value
                    if self.name_at >= 0:
                        self.names.add(cells[self.name_at])
                return False
        days = [day for wanted in self.wanted if (day := wanted.day(cells[wanted.at]))]
        self.last_days.update([min(days)] if days else ())
        return True

    def _contradicts(self, wanted: Wanted, cells: Sequence[str]) -> bool:
        """Whether a row says that somebody works here, whose last day was before the file came."""
        day = wanted.day(cells[wanted.at])
        if wanted.today is None or not day or day >= self.filed:
            return False
        words = [it.sign.left(cells[it.at]) for it in self.unread if not it.sign.is_day]
        words += [has_left(cells[it.at]) for it in self.wanted if it.today is None]
        return False in words and True not in words

    def swallowed(self, cells: Sequence[str], *, is_taken: bool) -> str:
        """Return a column that is not taken and may contain the next row, "" if none does."""
        places = self.others if is_taken else range(len(self.header))
        for at in places:
            if "\n" in cells[at] and has_swallowed(cells[at]):
                return shortened(self.header[at])
        return ""

    def doubts(self, line: int, cells: Sequence[str], *, is_taken: bool) -> Iterator[Problem]:
        """Yield formulas and errors that may stand for any value that settings ask for.

        Also a cell of somebody's that should have a day, and has something else.
        """
        known_by = [cells[at] for at in (self.id_at, self.name_at) if at >= 0]
        is_row = is_taken and any(known_by) and not any(map(is_total, known_by))
        for wanted in self.wanted:
            cell, column = cells[wanted.at], shortened(self.header[wanted.at])
            params: Params = {"column": column}
            if isinstance(cell, Doubtful) and cell.code == "cell_uncomputed":
                yield Problem(line, column, cell.code, params)
            elif (problem := illegible(cell)) is not None:
                yield Problem(line, column, problem[0], {**params, **problem[1]})
            elif is_row and wanted.day(cell) is None:
                yield Problem(line, column, "until_no_date", {**params, "value": shortened(cell)})

    def problems(self, job: Job, line: int) -> Iterator[Problem]:
        """Yield the headers of `[rows]` that a file has twice, and those that a full file lacks.

        A full file without them may list people who have left. Other files are written by hand.
        """
        for wanted in self.wanted:
            if wanted.is_twice:
                params: Params = {"column": shortened(wanted.header)}
                yield Problem(line, wanted.header, "header_duplicate", params)
        if job.is_full and not any(map(is_comment, self.header)):
            for name in self.missing:
                yield Problem(line, name, "rows_column_missing", {"column": shortened(name)})

    def left_out(self) -> LeftOut:
        unread = [it for it in self.unread if it.counts]
        return LeftOut(
            {wanted.header: dict(wanted.counts) for wanted in self.wanted if wanted.counts},
            self.people,
            frozenset(self.contradicted),
            frozenset(self.names),
            {shortened(it.header): dict(it.counts) for it in unread},
            tuple(it.line for it in unread),
        )

    def nobody(self) -> Iterator[Problem]:
        """Yield why no row was taken, if the settings are the cause."""
        for wanted in self.wanted:
            if wanted.counts:
                params: Params = {
                    "column": shortened(wanted.header),
                    "found": Listing.of(wanted.counts),
                }
                yield Problem(0, wanted.header, "rows_none_taken", params)
