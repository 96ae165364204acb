"""Turns names, paths and codes of departments in a member file into ids. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cache, cached_property

from wecom_sync.domain.book import Book, codes_of
from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.columns import id_column
from wecom_sync.files.department_cells import CODE_COLUMN, NAME_COLUMN, PARENT_COLUMN, is_number
from wecom_sync.files.department_index import DepartmentIndex, Nodes, live_paths
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, PARALLEL_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem, Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import live_codes, number_departments

_MAX_NAMED = 5
"""How many departments a text lists when a name could mean several."""
_COMMAS = re.compile("[，、]")
"""What people write between departments instead of a semicolon, and a name may have."""

type _Wrong = tuple[TextCode, Params]


@dataclass(frozen=True)
class Tree:
    """The live departments: id to (name, parent's id). An unknown name is "".

    `codes`: HR's codes of these; `book`: what else is remembered of departments.
    """

    nodes: Nodes
    codes: Mapping[str, int] = field(default_factory=dict)
    book: Book = field(default_factory=Book)

    @cached_property
    def index(self) -> DepartmentIndex:
        """The departments by id, code and path."""
        return DepartmentIndex(live_paths(self.nodes), self.codes)

    @classmethod
    def of_book(cls, book: Book) -> "Tree":
        """Return the departments of the last department file."""
        nodes = {
            number: (cells[NAME_COLUMN], int(cells[PARENT_COLUMN]))
            for number, cells in book.department_rows.items()
        }
        return cls(nodes, live_codes(nodes, book), book)

    def after(self, file: Roster) -> "Tree":
        """Return the departments once a department file is applied; it alone gives names then."""
        numbered = number_departments(file, self.nodes, self.book)
        columns = numbered.roster.columns
        at = [columns.index(name) for name in (id_column(file.job), NAME_COLUMN, PARENT_COLUMN)]
        cells = ([row.cells[place] for place in at] for row in numbered.roster.rows)
        nodes = {number: ("", parent) for number, (_, parent) in self.nodes.items()}
        nodes |= {int(number): (name, int(parent)) for number, name, parent in cells}
        codes = codes_of(numbered.numbers)
        coded = {*codes.values()}
        older = {code: number for code, number in self.codes.items() if number not in coded}
        return Tree(nodes, {**older, **codes}, self.book)


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
    """Add a rejected member file's department names that are not in the tree.

    Numbers are not checked here: only WeCom knows which ids exist.
    """
    if DEPARTMENTS_COLUMN not in error.columns or not tree.nodes:
        return error
    at = error.columns.index(DEPARTMENTS_COLUMN)
    reported = {problem.line for problem in error.problems if problem.column == DEPARTMENTS_COLUMN}
    resolver = _Resolver(tree.index)
    unknown = []
    for row in error.rows:
        if row.line in reported or not row.cells:
            continue
        names = ";".join(entry for entry in row.cells[at].split(";") if not is_number(entry))
        unknown += [
            Problem(row.line, DEPARTMENTS_COLUMN, code, params, row.id)
            for code, params in (resolver.of_names(names)[1] if names else ())
        ]
    findings = Findings(error)
    findings.merge(*unknown)
    return FileRejectedError(findings.problems, error.rows, findings.counts, error.columns)


def resolve_departments(roster: Roster, tree: Tree) -> Roster:
    """Return the roster with ids as its departments.

    A department is written as its id, as its code, as its full path, with or without the root's
    name in front, or as the end of its path if no other path ends so. It must be known, because
    WeCom would create an unknown one (doc/91130). The order of the departments stays, since the
    cells of other columns are parallel to them. Where a row has a code as well, that counts, and a
    name that means another department is warned of. Raises `DepartmentsMissingError` with every
    problem.
    """
    if not roster.job.has_members:
        return roster
    source = _Source(roster.columns, tree)
    resolver = source.resolver
    findings, warnings = Findings(letters=roster.letters), Findings(letters=roster.letters)
    rows = list(roster.rows)
    for index, row in enumerate(rows):
        column, cell = source.of(row)
        resolve = resolver.of_codes if column == CODE_COLUMN else resolver.of_names
        resolved, problems = resolve(cell)
        for code, params in problems:
            findings.add(Problem(row.line, column, code, params, row.id))
        if not problems and resolved.count(";") != cell.count(";"):
            findings.add(*_not_parallel(roster.columns, row, resolved.count(";") + 1))
        if not problems and column == CODE_COLUMN:
            warnings.add(*source.contradicted(row, resolved))
        if resolved != cell or source.changes_columns:
            rows[index] = Row(row.line, row.id, source.placed(row, resolved))
    if findings.problems:
        raise DepartmentsMissingError(findings, roster, tree)
    if source.changes_columns:
        every = (*roster.warnings, *warnings.problems)
        return replace(roster, columns=source.columns, rows=tuple(rows), warnings=every)
    is_same = all(before is after for before, after in zip(roster.rows, rows, strict=True))
    return roster if is_same else replace(roster, rows=tuple(rows))


def _not_parallel(columns: Sequence[str], row: Row, departments: int) -> Iterator[Problem]:
    """Yield the cells that do not have a value for each of several departments in one entry."""
    for name in PARALLEL_COLUMNS:
        cell = row.cells[columns.index(name)] if name in columns else ""
        if cell and (count := cell.count(";") + 1) != departments:
            params: Params = {"column": name, "count": count, "departments": departments}
            yield Problem(row.line, name, "list_not_parallel", params, row.id)


class _Source:
    """Where a member file says the departments: by code, or else by name, path or number.

    A code is more exact. But where no file has told the codes, a column of theirs beside one of
    names says nothing.
    """

    def __init__(self, columns: Sequence[str], tree: Tree) -> None:
        self.resolver = _Resolver(tree.index)
        names = (DEPARTMENTS_COLUMN, CODE_COLUMN)
        self._at = {name: columns.index(name) for name in names if name in columns}
        self._codes_are_known = bool(tree.codes)
        self.changes_columns = CODE_COLUMN in self._at
        self.columns = self.placed(Row(0, "", tuple(columns)), DEPARTMENTS_COLUMN)

    def _cell(self, row: Row, column: str) -> str:
        return row.cells[self._at[column]] if column in self._at else ""

    def of(self, row: Row) -> tuple[str, str]:
        """Return in which column a row names its departments, and how."""
        name = self._cell(row, DEPARTMENTS_COLUMN)
        if (self._codes_are_known or not name) and (code := self._cell(row, CODE_COLUMN)):
            return CODE_COLUMN, code
        return DEPARTMENTS_COLUMN, name

    def contradicted(self, row: Row, resolved: str) -> Iterator[Problem]:
        """Yield a warning if the name in a row means another department than its code.

        `resolved`: the ids of its codes. The name of one above says nothing else.
        """
        name = self._cell(row, DEPARTMENTS_COLUMN)
        if name and (other := self.resolver.other(name, resolved)):
            params: Params = {
                "code": shortened(self._cell(row, CODE_COLUMN)),
                "named": Listing.of(map(self.resolver.name, map(int, resolved.split(";")))),
                "value": shortened(other),
            }
            yield Problem(row.line, DEPARTMENTS_COLUMN, "warning_department_code", params, row.id)

    def placed(self, row: Row, resolved: str) -> tuple[str, ...]:
        """Return the cells of a row with ids, in WeCom's column and in no other."""
        cells = list(row.cells)
        places = [*self._at.values()]
        for at in places[:1]:
            cells[at] = resolved
        for at in places[1:]:
            del cells[at]
        return tuple(cells)


class _Resolver:
    """Turns cells into ids. Every distinct cell and every distinct entry is looked up once."""

    def __init__(self, index: DepartmentIndex) -> None:
        self._index = index
        self._find = cache(index.find)
        self.of_names = cache(self._of_names)
        self.other = cache(self._other)

    def _of_names(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        """Return a cell of names, paths and ids with ids only, and its problems."""
        ids: list[str] = []
        problems: list[_Wrong] = []
        for entry in cell.split(";"):
            matches = [self._find(part) for part in self._parts(entry)]
            if any(len(departments) != 1 for departments in matches):
                problems.append(self._unclear(entry))
            for departments in matches:
                number = str(*departments) if len(departments) == 1 else ""
                if number and number in ids:
                    problems.append(_twice(entry))
                ids.append(number)
        return (cell if problems else ";".join(ids)), tuple(problems)

    def of_codes(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        """Return the same for a cell of codes."""
        codes = self._index.codes
        entries = cell.split(";")
        numbers = [str(codes[entry]) for entry in entries if entry in codes]
        problems = tuple(self._unknown_code(entry) for entry in entries if entry not in codes)
        if not problems and len({*numbers}) < len(numbers):
            problems = (_twice(cell),)
        return (cell if problems else ";".join(numbers)), problems

    def _other(self, cell: str, ids: str) -> str:
        """Return what a cell says of departments that are neither of some ids nor above them."""
        paths = self._index.paths
        own = [paths.get(int(number), ()) for number in ids.split(";")]
        above = {path[:length] for path in own for length in range(1, len(path) + 1)}
        parts = (part for entry in cell.split(";") for part in self._parts(entry))
        return next(
            (
                part
                for part in parts
                if (departments := self._find(part))
                and above.isdisjoint(paths[number] for number in departments)
            ),
            "",
        )

    def name(self, number: int) -> str:
        """Return a department's name, its number if that is unknown."""
        return shortened(self._index.paths[number][-1]) or str(number)

    def _parts(self, entry: str) -> Sequence[str]:
        """Return the departments of an entry: several, if it is none and has any between commas."""
        if len(self._find(entry)) == 1:
            return (entry,)
        parts = [part.strip() for part in _COMMAS.split(entry)]
        return parts if any(len(self._find(part)) == 1 for part in parts) else (entry,)

    def _unclear(self, entry: str) -> _Wrong:
        """Return why an entry is not one department, nor several."""
        entry = next(part for part in self._parts(entry) if len(self._find(part)) != 1)
        value, departments = shortened(entry), self._find(entry)
        if departments:
            ids = Listing.of(map(str, departments), _MAX_NAMED)
            is_id = is_number(entry) and int(entry) in departments
            code: TextCode = "department_code_or_id" if is_id else "department_ambiguous"
            return code, {"value": value, "ids": ids}
        if is_number(entry):
            return "department_missing", {"value": value}
        if not self._index.has_names:
            return "department_names_unknown", {}
        names = entry.split("/")
        places = [self._find(name) for name in names]
        is_list = all(len(place) == 1 and place != (ROOT,) for place in places)
        if is_list and len({*places}) > 1:
            return "department_slash", {"value": value, "instead": shortened(";".join(names))}
        return "department_unknown", {"value": value}

    def _unknown_code(self, entry: str) -> _Wrong:
        if not self._index.codes and not self._index.has_names:
            return "department_names_unknown", {}
        return "department_code_unknown", {"value": shortened(entry), "column": CODE_COLUMN}


def _twice(entry: str) -> _Wrong:
    return "department_twice", {"value": shortened(entry)}
