"""Applies the rules: to a cell, to a row and the rows before it."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter

from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.cell_rules import Column
from wecom_sync.files.columns import columns_of
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    NAME_COLUMN,
    PATH_COLUMN,
    DepartmentCells,
)
from wecom_sync.files.legibility import Doubtful, illegible, may_be_scrambled, unscrambled
from wecom_sync.files.member_cells import separated, too_many_departments
from wecom_sync.files.member_columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    KEY_COLUMN,
    PARALLEL_COLUMNS,
    USER_COLUMN,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row, line_ranges

_SWALLOWED = re.compile(r"[\n\r]")
_BARE_COMMA = re.compile(r",(?=\S)")
_UNSAFE = re.compile(r'[,"\x00-\x1f\x7f-\x9f\u2028\u2029]')
PLACES = (DEPARTMENTS_COLUMN, CODE_COLUMN)
_FEWEST = 2
"""Filled cells without which a line names no member: its id and one more."""
_DIGITS_OF_DATE = 8
"""A mobile number has more."""
_SHARE = 5
"""One row in so many without its department: nobody forgets that often."""
_PAGE = 3
"""So many rows that are there twice, cell by cell, are a page of an export that came twice."""
_NAMED = (USER_COLUMN, KEY_COLUMN)
_IDS = (ID_COLUMN, CODE_COLUMN, PATH_COLUMN)
TOTAL = (
    "(?:合计|总计|小计|共 *[0-9]|制表|填表|制单|审核|编制人|打印|导出(?:时间|日期|人)|截[止至]"
    "|以上数据|(?:备注|说明|注)[:：]|第 *[0-9]+ *页|人数|总人数|签[字名章]|盖章|[Tt](?i:otal)"
    "|(?:负责人|复核|核对|审批|批准|经办|统计|单位|日期|时间)[^0-9:：]{0,4}[:：])"
)
"""How lines begin that stand below a table."""
is_total = re.compile(TOTAL).match
_is_power = re.compile("[0-9]+[eE][0-9]+").fullmatch
_has_letters_inside = re.compile("[0-9]+[A-Za-z]+[0-9]+").fullmatch
_LONGEST_NAME = 15
"""Characters of a cell that may be somebody's name."""
_MAX_CACHED = 4_096
"""How many different cells of a column are remembered. Most columns repeat a few values."""

type Wrong = tuple[TextCode, Params]
type Checked = tuple[str, Wrong | None, TextCode | None]
"""What is uploaded for a cell, its problem, and the code of a warning."""


def is_unsafe(cell: str) -> bool:
    return _UNSAFE.search(cell) is not None


def has_swallowed(cell: str) -> bool:
    """Whether a stray quotation mark may have made the next row a part of this cell.

    A row has at least three cells, so it brings at least two commas, without blanks behind them.
    """
    return _SWALLOWED.search(cell) is not None and len(_BARE_COMMA.findall(cell)) > 1


class ColumnCheck:
    """Checks the cells of one column. Equal cells are checked once and share one string."""

    def __init__(self, column: Column, *, is_quoted: bool = True) -> None:
        self.column = column
        self._is_quoted = is_quoted
        self._is_plain = re.compile(column.usual or "(?!)").fullmatch
        self._named: Params = {"column": column.name}
        blank: Wrong | None = ("cell_missing", self._named) if column.required else None
        self._known: dict[str, Checked] = {"": ("", blank, None)}
        self._limit = 1 if column.unique else _MAX_CACHED

    def __call__(self, cell: str) -> Checked:
        """Return what is uploaded for a cell, its problem, and the code of a warning."""
        if isinstance(cell, Doubtful):
            return self._doubtful(cell)
        checked = self._known.get(cell)
        if checked is None:
            checked = self._check(cell)
            if len(self._known) < self._limit:
                self._known[cell] = checked
        return checked

    def _doubtful(self, cell: Doubtful) -> Checked:
        """Refuse a cell whose value is lost, and where each character counts any in doubt."""
        if cell.code == "cell_formatted" and not self.column.is_exact:
            return self._check(str(cell))
        return self._refused(str(cell), cell.code, {})

    def _check(self, cell: str) -> Checked:
        if self._is_plain(f"{cell}\n") and not may_be_scrambled(cell):
            return cell, None, None
        value: str = cell
        note: TextCode | None = None
        # A line break and a comma may be the end of one row and the beginning of the next.
        if self.column.splits and not ("," in cell and _SWALLOWED.search(cell)):
            value = separated(cell)
        if is_unsafe(value):
            value = "" if self.column.carried is None else self.column.carried(cell)
            note = "warning_replaced"
            if code := self._unsafe(cell, value):
                return self._refused(cell, code, {})
        value = self.column.normal(value)
        if not value:
            return "", self._known[""][1], note
        # Phones put invisible marks around a number. The normal form is without them.
        if (problem := illegible(value)) is not None:
            return self._refused(value, *problem)
        for rule in self.column.rules:
            broken = rule.broken(value)
            if broken is not None:
                return self._refused(value, rule.code, {"value": self.column.mask(cell), **broken})
        return value, None, note

    def _unsafe(self, cell: str, carried: str) -> TextCode | None:
        """Return the problem of a cell that WeCom's CSV cannot carry, None if it can."""
        if unscrambled(cell) is not None:
            return "cell_scrambled"
        if self._is_quoted and has_swallowed(cell):
            return "cell_swallowed"
        return "cell_unsafe" if self.column.carried is None or is_unsafe(carried) else None

    def _refused(self, value: str, code: TextCode, params: Params) -> Checked:
        """Return the problem of a cell, or a blank where WeCom may ignore the column."""
        if self.column.is_ignored and code != "cell_swallowed":
            return "", None, "warning_left_out"
        return value, (code, {**self._named, **params}), None


class RowChecks:
    """Checks rows in their order: cells that depend on each other, and on earlier rows."""

    def __init__(self, job: Job, columns: Sequence[str]) -> None:
        at = {name: columns.index(name) for name in columns}
        of_members = at if job.has_members else {}
        self._departments = None if job.has_members else DepartmentCells(columns)
        self._contacts = [at[name] for name in CONTACT_COLUMNS if name in of_members]
        self._named = [at[name] for name in _NAMED if KEY_COLUMN in of_members and name in at]
        # Of a company file the contacts that we know count as well.
        self._needs_contact = bool(self._contacts) and job is not Job.COMPANY
        self._departments_at = of_members.get(DEPARTMENTS_COLUMN, -1)
        parallel = PARALLEL_COLUMNS if DEPARTMENTS_COLUMN in of_members else ()
        self._parallel = [(at[name], name) for name in parallel if name in at]
        self._unique = [
            (at[column.name], column, column.unique)
            for column in columns_of(job)
            if column.unique and column.name in at
        ]

    def problems(self, row: Row, broken: Collection[int]) -> Iterator[Problem]:
        """Yield the problems of a row. `broken`: its cells that have a problem already."""
        if self._needs_contact and not any(row.cells[index] for index in self._contacts):
            yield row.problem("/".join(CONTACT_COLUMNS), "contact_missing")
        if self._named and not any(row.cells[at] for at in self._named):
            yield row.problem(KEY_COLUMN, "cell_missing", column=KEY_COLUMN)
        at = self._departments_at
        for index, name in self._parallel:
            cell = row.cells[index]
            if cell and {index, at}.isdisjoint(broken):
                values, departments = cell.count(";") + 1, row.cells[at].count(";") + 1
                if values != departments:
                    counts = {"count": values, "departments": departments}
                    yield row.problem(name, "list_not_parallel", column=name, **counts)
        if self._departments is not None:
            yield from self._departments.problems(row)

    def repeated(
        self, rows: Sequence[Row], broken: Mapping[int, Collection[int]]
    ) -> Iterator[Problem]:
        """Yield values of earlier rows. `broken`: lines whose cells have a problem, by place."""
        repeating = []
        for at, column, code in self._unique:
            lines = broken.get(at, ())
            cells = [
                cell
                for row in rows
                if row.cells and (cell := row.cells[at]) and row.line not in lines
            ]
            if len({*_folded(column, cells)}) < len(cells):
                repeating.append((at, column, code))
        firsts: dict[tuple[int, str], Row] = {}
        twins: list[tuple[Row, Problem]] = []
        for row in rows if repeating else ():
            for at, column, code in repeating:
                cell = row.cells[at] if row.cells else ""
                if not cell or row.line in broken.get(at, ()):
                    continue
                first = firsts.setdefault((at, _folded(column, [cell])[0]), row)
                if first is row:
                    continue
                params: Params = {"value": column.mask(cell), "first": first.line}
                problem = row.problem(column.name, code, **params)
                if first.cells == row.cells:
                    twins.append((first, problem))
                    break
                yield problem
                if column.name == USER_COLUMN:
                    break
        yield from _twice(twins) if len(twins) >= _PAGE else (problem for _, problem in twins)


def _twice(twins: Sequence[tuple[Row, Problem]]) -> Iterator[Problem]:
    """Yield that rows came twice, as a page of an export does: one problem for all of them."""
    lines = Listing.of(line_ranges([problem.line for _, problem in twins]))
    firsts = Listing.of(line_ranges([first.line for first, _ in twins]))
    params: Params = {"count": len(twins), "lines": lines, "firsts": firsts}
    yield Problem(twins[0][1].line, "", "rows_twice", params)


def _folded(column: Column, cells: Sequence[str]) -> Sequence[str]:
    """Return the forms in which cells are compared; mostly they are the cells themselves."""
    text = "".join(cells)
    is_folded = column.name == CODE_COLUMN or text.casefold() == text
    return cells if is_folded else [*map(str.casefold, cells)]


def odd_keys(columns: Sequence[str], rows: Sequence[Row]) -> Iterator[Problem]:
    """Yield keys such as 12E007, numbers once, where most keys have no letters between digits."""
    places = [at for at, name in enumerate(columns) if name == KEY_COLUMN]
    keys = [(row, row.cells[at]) for at in places for row in rows if row.cells and row.cells[at]]
    alike = [(row, key) for row, key in keys if _has_letters_inside(key)]
    for row, key in alike if 2 * len(alike) < len(keys) else ():
        if _is_power(key):
            yield row.problem(KEY_COLUMN, "key_damaged", column=KEY_COLUMN, value=shortened(key))


class Posts:
    """The rows of each key: HR's file has a row for each post of a person."""

    def __init__(self, columns: Sequence[str]) -> None:
        self._columns = columns
        self._key_at = columns.index(KEY_COLUMN) if KEY_COLUMN in columns else None
        self._firsts: dict[str, int] = {}
        self._twins: list[tuple[int, int]] = []

    def first_of(self, row: Row, place: int) -> int | None:
        """Return the place of an earlier row with the same key; note a new key's place."""
        key = "" if self._key_at is None else row.cells[self._key_at]
        first = self._firsts.setdefault(key, place) if key else place
        return None if first == place else first

    def joined(self, first: Row, row: Row) -> tuple[Row, list[Problem]]:
        """Return the first row with the departments of another one, or what keeps them apart."""
        if first.cells == row.cells:
            self._twins.append((first.line, row.line))
            return first, []
        pairs = [*zip(self._columns, first.cells, row.cells, strict=True)] if first.cells else []
        params: Params
        if pairs and all(_is_of_one_person(*pair) for pair in pairs):
            cells = tuple(
                ";".join(filter(None, (one, other))) if name in PLACES else one
                for name, one, other in pairs
            )
            for name, cell in zip(self._columns, cells, strict=True):
                if name in PLACES and (many := too_many_departments(cell)):
                    code: TextCode = "departments_of_member_too_many"
                    return first, [row.problem(name, code, column=name, **many)]
            return Row(first.line, first.id, cells), []
        key = row.cells[self._columns.index(KEY_COLUMN)]
        params = {"column": KEY_COLUMN, "value": shortened(key), "first": first.line}
        return first, [row.problem(KEY_COLUMN, "key_twice", **params)]

    def page_twice(self) -> Iterator[Problem]:
        """Yield a warning of the longest stretch of rows that says what another one says.

        Single rows are there twice where HR's system has two contracts of a person.
        """
        steps = ((line - first, line - at) for at, (first, line) in enumerate(self._twins))
        pages = groupby(zip(steps, self._twins, strict=True), key=itemgetter(0))
        longest = max(([twins for _, twins in page] for _, page in pages), key=len, default=[])
        if len(longest) >= _PAGE:
            firsts, lines = (Listing.of(line_ranges(side)) for side in zip(*longest, strict=True))
            params: Params = {"count": len(longest), "lines": lines, "firsts": firsts}
            yield Problem(longest[0][1], "", "warning_page_twice", params)


def _is_of_one_person(name: str, one: str, other: str) -> bool:
    """Whether two posts of one person may have these values in a column."""
    if name in PLACES:
        return not (one or other) or {*one.split(";")}.isdisjoint(other.split(";"))
    return one == other and not (one and name in PARALLEL_COLUMNS)


def of_merged_cells(problems: Sequence[Problem], rows: Sequence[Row]) -> Sequence[Problem]:
    """Return problems of blank departments; many of them below filled ones had merged cells."""
    lines = {problem.line for problem in problems}
    is_filled_first = bool(lines) and min(lines) > rows[0].line
    if not is_filled_first or not 1 < len(lines) >= len(rows) / _SHARE:
        return problems
    return [replace(it, code="cells_merged", params={"column": it.column}) for it in problems]


class Strays:
    """Finds lines that are no rows: titles between rows, notes, totals, headers of a new page.

    Such a line names no contact, and no user id or nothing besides; or it names no department.
    """

    def __init__(self, job: Job, columns: Sequence[str], header: Sequence[str]) -> None:
        names, others = (_NAMED, CONTACT_COLUMNS) if job.has_members else ((NAME_COLUMN,), _IDS)
        self._has_members, self._header = job.has_members, header
        self._own = [columns.index(name) for name in names if name in columns]
        self._others = [columns.index(name) for name in others if name in columns]
        self._places = [columns.index(name) for name in PLACES if name in columns]

    @staticmethod
    def is_footer(cells: Sequence[str], taken: Sequence[str]) -> bool:
        """Whether a line that is no row says nothing of anybody: a total, a note, or nothing.

        `taken`: those of its cells that are taken. Somebody's name alone is no note.
        """
        filled = [*filter(None, cells)]
        is_note = len(filled) == 1 and len(filled[0]) > _LONGEST_NAME
        return not any(taken) or is_note or any(map(is_total, filled[:1]))

    def is_below(self, cells: Sequence[str]) -> bool:
        """Whether a line below a total is no row either: it has no contact and no department."""
        return not any(cells[at] for at in (*self._others, *self._places))

    def has(self, cells: Sequence[str]) -> bool:
        """Whether a line is no row. A cell whose value is lost may say anything."""
        if not self._own or (self._has_members and not self._others):
            return False
        at = next((at for at in self._own if cells[at]), self._own[0])
        own, filled = cells[at], [*filter(None, cells)]
        if own and own.isascii() and len(filled) >= _FEWEST and not is_total(filled[0]):
            return own == self._header[at]
        others = [cells[at] for at in self._others]
        if any(isinstance(cell, Doubtful) for cell in cells):
            return False
        if not self._has_members:
            return not any(others) and (not own or is_total(own) is not None)
        return not any("@" in cell or _is_number(cell) for cell in others)


def _is_number(cell: str) -> bool:
    """Whether a cell may be a mobile number, perhaps one with stars. A date has fewer digits."""
    digits = sum(mark.isdigit() or mark in "*＊" for mark in cell)
    return digits > _DIGITS_OF_DATE and not cell[0].isalpha()
