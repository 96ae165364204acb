"""Turns names, paths and codes of departments in a member file into ids. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.department_cells import CODE_COLUMN, is_number
from wecom_sync.files.department_index import DepartmentIndex
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, PARALLEL_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem, Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import Tree

_MAX_NAMED = 5
"""How many departments a text lists when a name could mean several."""
_COMMAS = re.compile("[，、]")
"""What people write between departments instead of a semicolon, and a name may have."""

type Wrong = tuple[TextCode, Params]
_NAMES_UNKNOWN: Wrong = ("department_names_unknown", {})


class DepartmentsMissingError(FileRejectedError):
    """A checked member file names departments that nobody knows, or that may be several."""

    def __init__(self, findings: Findings, roster: Roster, tree: Tree) -> None:
        super().__init__(findings.problems, roster.rows, findings.counts)
        self._roster = roster
        self._tree = tree

    def is_mended_by(self, file: Roster) -> bool:
        """Whether a department file brings what is missing."""
        try:
            resolve_departments(self._roster, self._tree.after(file))
        except DepartmentsMissingError:
            return False
        return True


def with_unknown_names(error: FileRejectedError, tree: Tree) -> FileRejectedError:
    """Add a rejected member file's names of no department. Which ids exist only WeCom knows."""
    if DEPARTMENTS_COLUMN not in error.columns or not tree.nodes:
        return error
    at = error.columns.index(DEPARTMENTS_COLUMN)
    reported = {problem.line for problem in error.problems if problem.column == DEPARTMENTS_COLUMN}
    resolver = _Resolver(tree.index)
    findings = Findings(error)
    for row in error.rows:
        if row.line in reported or not row.cells:
            continue
        names = ";".join(entry for entry in row.cells[at].split(";") if not is_number(entry))
        for code, params in resolver.of_names(names)[1] if names else ():
            findings.merge(Problem(row.line, DEPARTMENTS_COLUMN, code, params, row.id))
    return FileRejectedError(findings.problems, error.rows, findings.counts, error.columns)


def resolve_departments(roster: Roster, tree: Tree) -> Roster:
    """Return the roster with ids as its departments.

    A department is written as its id, as its code, as its full path, with or without the root's
    name in front, or as the end of its path if no other path ends so. It must be known, because
    WeCom would create an unknown one (doc/91130). The order of the departments stays, since the
    cells of other columns are parallel to them. A code is more exact than a name: a name that means
    another department is warned of. But where no file has told the codes, a column of theirs beside
    one of names says nothing. Raises `DepartmentsMissingError` with every problem.
    """
    if not roster.job.has_members:
        return roster
    places, resolver = Placing(roster.columns), _Resolver(tree.index)
    findings, warnings = Findings(letters=roster.letters), Findings(letters=roster.letters)
    rows = list(roster.rows)
    for index, row in enumerate(rows):
        name, code = places.of(row)
        is_coded = bool(code) and (bool(tree.codes) or not name)
        column, cell = (CODE_COLUMN, code) if is_coded else (DEPARTMENTS_COLUMN, name)
        ids, problems = resolver.of_codes(code) if is_coded else resolver.of_names(name)
        for wrong, params in problems:
            findings.add(Problem(row.line, column, wrong, params, row.id))
        if not problems and ids.count(";") != cell.count(";"):
            findings.add(*_not_parallel(roster.columns, row, ids.count(";") + 1))
        if is_coded and not problems and name and (other := resolver.other(name, ids)):
            named = Listing.of(map(resolver.name, map(int, ids.split(";"))))
            params = {"code": shortened(code), "named": named, "value": shortened(other)}
            wrong = "warning_department_code"
            warnings.add(Problem(row.line, DEPARTMENTS_COLUMN, wrong, params, row.id))
        if ids != cell or places.has_second:
            rows[index] = Row(row.line, row.id, places.placed(row.cells, ids))
    if findings.problems:
        raise DepartmentsMissingError(findings, roster, tree)
    every = (*roster.warnings, *warnings.problems)
    return replace(roster, columns=places.columns, rows=tuple(rows), warnings=every)


class Placing:
    """Two columns of a file that say the same thing in two ways: by default where somebody is."""

    def __init__(
        self,
        columns: Sequence[str],
        pair: tuple[str, str] = (DEPARTMENTS_COLUMN, CODE_COLUMN),
    ) -> None:
        self._first, self._second = (columns.index(it) if it in columns else -1 for it in pair)
        self._own, *self._others = [at for at in (self._first, self._second) if at >= 0]
        self.has_second = self._second >= 0
        self.columns = self.placed(columns, pair[0])

    def of(self, row: Row) -> tuple[str, str]:
        """Return both cells of a row, blank where the file lacks the column."""
        first = row.cells[self._first] if self._first >= 0 else ""
        return first, row.cells[self._second] if self.has_second else ""

    def placed(self, cells: Sequence[str], value: str) -> tuple[str, ...]:
        """Return the cells of a row with a value in the first column, and without the other."""
        placed = [*cells]
        placed[self._own] = value
        for at in self._others:
            del placed[at]
        return tuple(placed)


def _not_parallel(columns: Sequence[str], row: Row, departments: int) -> Iterator[Problem]:
    """Yield the cells that do not have a value for each of several departments in one entry."""
    for name in PARALLEL_COLUMNS:
        cell = row.cells[columns.index(name)] if name in columns else ""
        if cell and (count := cell.count(";") + 1) != departments:
            params: Params = {"column": name, "count": count, "departments": departments}
            yield Problem(row.line, name, "list_not_parallel", params, row.id)


class _Resolver:
    """Turns cells into ids. Every distinct cell and every distinct entry is looked up once."""

    def __init__(self, index: DepartmentIndex) -> None:
        self._index = index
        self._find = cache(index.find)
        self.of_names = cache(self._of_names)
        self.other = cache(self._other)

    def _of_names(self, cell: str) -> tuple[str, Sequence[Wrong]]:
        """Return a cell of names, paths and ids with ids only, and its problems."""
        ids: list[str] = []
        problems: list[Wrong] = []
        for entry in cell.split(";"):
            matches = [self._find(part) for part in self._parts(entry)]
            if any(len(departments) != 1 for departments in matches):
                problems.append(self._unclear(entry))
            for departments in matches:
                number = str(*departments) if len(departments) == 1 else ""
                if number and number in ids:
                    problems.append(twice(entry))
                ids.append(number)
        return (cell if problems else ";".join(ids)), problems

    def of_codes(self, cell: str) -> tuple[str, Sequence[Wrong]]:
        """Return the same for a cell of codes."""
        codes, entries = self._index.codes, cell.split(";")
        numbers = [str(codes[entry]) for entry in entries if entry in codes]
        problems = [unknown_code(entry) for entry in entries if entry not in codes]
        if problems and not codes and not self._index.has_names:
            problems = [_NAMES_UNKNOWN] * len(problems)
        if not problems and len({*numbers}) < len(numbers):
            problems = [twice(cell)]
        return (cell if problems else ";".join(numbers)), problems

    def _other(self, cell: str, ids: str) -> str:
        """Return what a cell says of departments that are neither of some ids nor above them."""
        paths = self._index.paths
        own = [paths.get(int(number), ()) for number in ids.split(";")]
        above = {path[:length] for path in own for length in range(1, len(path) + 1)}
        for part in (part for entry in cell.split(";") for part in self._parts(entry)):
            departments = self._find(part)
            if departments and above.isdisjoint(paths[number] for number in departments):
                return part
        return ""

    def name(self, number: int) -> str:
        """Return a department's name, its number if that is unknown."""
        return shortened(self._index.paths[number][-1]) or str(number)

    def _parts(self, entry: str) -> Sequence[str]:
        """Return the departments of an entry: several, if it is none and has any between commas."""
        if len(self._find(entry)) == 1:
            return (entry,)
        parts = [part.strip() for part in _COMMAS.split(entry)]
        return parts if any(len(self._find(part)) == 1 for part in parts) else (entry,)

    def _unclear(self, entry: str) -> Wrong:
        """Return why an entry is not one department, nor several."""
        entry = next(part for part in self._parts(entry) if len(self._find(part)) != 1)
        if is_number(entry) or self._find(entry):
            return unclear(entry, [*map(str, self._find(entry))])
        if not self._index.has_names:
            return _NAMES_UNKNOWN
        return "department_unknown", {"value": shortened(entry)}


def unclear(entry: str, several: Sequence[str]) -> Wrong:
    """Return what is wrong with an entry that means several departments, or an id that is none."""
    params: Params = {"value": shortened(entry)}
    if not several:
        return "department_missing", params
    code: TextCode = "department_code_or_id" if is_number(entry) else "department_ambiguous"
    return code, {**params, "ids": Listing.of(several, _MAX_NAMED)}


def unknown_code(entry: str) -> Wrong:
    """Return what is wrong with a code that no department has."""
    return "department_code_unknown", {"value": shortened(entry), "column": CODE_COLUMN}


def twice(entry: str) -> Wrong:
    """Return what is wrong with an entry that repeats a department."""
    return "department_twice", {"value": shortened(entry)}
