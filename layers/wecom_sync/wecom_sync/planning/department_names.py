"""Turns names, paths and codes of departments in a member file into ids. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wecom_sync.domain.snapshot import Snapshot, codes_of
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import id_column
from wecom_sync.files.department_cells import CODE_COLUMN, NAME_COLUMN, PARENT_COLUMN, is_number
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, PARALLEL_COLUMNS
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Levels, Problem, Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import live_codes, number_departments

_MAX_NAMED = 5
"""How many departments a text lists when a name could mean several."""
_ROOT = 1
_MOST_DIGITS = 10
"""Of a department's id."""
_HYPHENS = re.compile(r"\s*[-_–—]\s*")
"""What some systems write between the names of a path, and a name may have."""
_COMMAS = re.compile("[，、]")
"""What people write between departments instead of a semicolon, and a name may have."""


type _Wrong = tuple[TextCode, Params]


@dataclass(frozen=True, slots=True)
class Tree:
    """The known departments: id to (name, parent's id). An unknown name is "".

    `codes`: HR's codes of these; `snapshot`: what else is remembered of departments.
    """

    nodes: Mapping[int, tuple[str, int]]
    codes: Mapping[str, int] = field(default_factory=dict)
    snapshot: Snapshot = field(default_factory=Snapshot)

    def spellings(self, number: int) -> Iterator[str]:
        """Yield every way to write a department: its name, then longer and longer paths."""
        spelt = ""
        while (node := self.nodes.get(number)) and (name := node[0].strip()):
            spelt = f"{name}/{spelt}" if spelt else name
            yield spelt
            number = node[1]

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> "Tree":
        """Return the departments of the last department file."""
        nodes = {
            number: (cells[NAME_COLUMN], int(cells[PARENT_COLUMN]))
            for number, cells in snapshot.departments.items()
        }
        return cls(nodes, live_codes(nodes, snapshot), snapshot)

    def after(self, file: Roster) -> "Tree":
        """Return the departments once a department file is applied; it alone gives names then."""
        numbered = number_departments(file, self.nodes, self.snapshot)
        columns = numbered.roster.columns
        at = [columns.index(each) for each in (id_column(file.job), NAME_COLUMN, PARENT_COLUMN)]
        listed = ([row.cells[each] for each in at] for row in numbered.roster.rows)
        nodes = {number: ("", parent) for number, (_, parent) in self.nodes.items()}
        nodes |= {int(number): (name, int(parent)) for number, name, parent in listed}
        told = codes_of(numbered.numbers)
        coded = {*told.values()}
        older = {code: number for code, number in self.codes.items() if number not in coded}
        return Tree(nodes, {**older, **told}, self.snapshot)


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
    known = {problem.line for problem in error.problems if problem.column == DEPARTMENTS_COLUMN}
    resolver = _Resolver(tree)
    unknown = []
    for row in error.rows:
        if row.line in known or not row.cells:
            continue
        names = ";".join(entry for entry in row.cells[at].split(";") if not is_number(entry))
        unknown += [
            resolver.of_level(
                Problem(row.line, DEPARTMENTS_COLUMN, code, params, row.id), names, error.levels
            )
            for code, params in (resolver.cell(names)[1] if names else ())
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
    findings, warnings = Findings(letters=roster.letters), Findings(letters=roster.letters)
    rows = list(roster.rows)
    for index, row in enumerate(rows):
        column, cell = source.said(row)
        resolved, problems = source.resolved(column, cell)
        for code, params in problems:
            problem = Problem(row.line, column, code, params, row.id)
            findings.add(source.resolver.of_level(problem, cell, roster.levels))
        if not problems and resolved.count(";") != cell.count(";"):
            findings.add(*_not_parallel(roster.columns, row, resolved.count(";") + 1))
        if not problems and column == CODE_COLUMN:
            warnings.add(*source.contradicted(row, resolved))
        if resolved != cell or source.changes_columns:
            rows[index] = Row(row.line, row.id, source.placed(row, resolved))
    if findings.problems:
        raise DepartmentsMissingError(findings, roster, tree)
    if source.changes_columns:
        told = (*roster.warnings, *warnings.problems)
        return replace(roster, columns=source.columns, rows=tuple(rows), warnings=told)
    is_same = all(before is after for before, after in zip(roster.rows, rows, strict=True))
    return roster if is_same else replace(roster, rows=tuple(rows))


def _not_parallel(columns: Sequence[str], row: Row, departments: int) -> Iterator[Problem]:
    """Yield the cells that do not have a value for each of several departments in one entry."""
    for name in PARALLEL_COLUMNS:
        cell = row.cells[columns.index(name)] if name in columns else ""
        if cell and (count := cell.count(";") + 1) != departments:
            shown: Params = {"column": name, "count": count, "departments": departments}
            yield Problem(row.line, name, "list_not_parallel", shown, row.id)


class _Source:
    """Where a member file says the departments: by code, or else by name, path or number.

    A code is more exact. But where no file has told the codes, a column of theirs beside one of
    names says nothing.
    """

    def __init__(self, columns: Sequence[str], tree: Tree) -> None:
        self.resolver = _Resolver(tree)
        self._by_name = columns.index(DEPARTMENTS_COLUMN) if DEPARTMENTS_COLUMN in columns else None
        self._by_code = columns.index(CODE_COLUMN) if CODE_COLUMN in columns else None
        self._codes_are_known = bool(tree.codes)
        self.changes_columns = self._by_code is not None
        self.columns = self.placed(Row(0, "", tuple(columns)), DEPARTMENTS_COLUMN)

    def said(self, row: Row) -> tuple[str, str]:
        """Return what a row says, and in which column."""
        name = "" if self._by_name is None else row.cells[self._by_name]
        code = "" if self._by_code is None else row.cells[self._by_code]
        if code and (self._codes_are_known or not name):
            return CODE_COLUMN, code
        return DEPARTMENTS_COLUMN, name

    def resolved(self, column: str, cell: str) -> tuple[str, Sequence[_Wrong]]:
        """Return a cell with ids only, and its problems."""
        found = self.resolver.codes if column == CODE_COLUMN else self.resolver.cell
        return found(cell)

    def contradicted(self, row: Row, resolved: str) -> Iterator[Problem]:
        """Yield a warning if the name in a row means another department than its code.

        `resolved`: the ids of its codes. The name of one above says nothing else.
        """
        name = "" if self._by_name is None else row.cells[self._by_name]
        other = self.resolver.other(name, resolved) if name else ""
        if other and self._by_code is not None:
            numbers = (int(each) for each in resolved.split(";"))
            shown: Params = {
                "code": shortened(row.cells[self._by_code]),
                "named": Listing.of(map(self.resolver.name, numbers)),
                "value": shortened(other),
            }
            yield Problem(row.line, DEPARTMENTS_COLUMN, "warning_department_code", shown, row.id)

    def placed(self, row: Row, resolved: str) -> tuple[str, ...]:
        """Return the cells of a row with ids, in WeCom's column and in no other."""
        cells = list(row.cells)
        at = self._by_code if self._by_name is None else self._by_name
        if at is not None:
            cells[at] = resolved
        if self._by_code is not None and self._by_code != at:
            del cells[self._by_code]
        return tuple(cells)


class _Resolver:
    """Looks up every distinct cell and every distinct name once."""

    def __init__(self, tree: Tree) -> None:
        self._nodes = tree.nodes
        self._codes = tree.codes
        self._by_name: dict[str, list[int]] = {}
        for number, (name, _) in tree.nodes.items():
            if name := name.strip():
                self._by_name.setdefault(name, []).append(number)
        self._cells: dict[str, tuple[str, tuple[_Wrong, ...]]] = {}
        self._names: dict[str, tuple[int, ...]] = {}
        self._others: dict[tuple[str, str], str] = {}

    def cell(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        """Return a cell with ids only, and its problem as code and parameters."""
        found = self._cells.get(cell)
        if found is None:
            found = self._cells[cell] = self._resolved(cell)
        return found

    def codes(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        """Return the same for a cell of codes."""
        entries = [(entry, self._codes.get(entry)) for entry in cell.split(";")]
        problems: tuple[_Wrong, ...] = tuple(
            self._unknown_code(entry) for entry, number in entries if number is None
        )
        numbers = [str(number) for _, number in entries]
        if not problems and len({*numbers}) < len(numbers):
            problems = (_twice(cell),)
        return (cell if problems else ";".join(numbers)), problems

    def other(self, cell: str, resolved: str) -> str:
        """Return what a cell says of departments that are not `resolved` ones nor above them."""
        key = (cell, resolved)
        if key not in self._others:
            above = {each for number in resolved.split(";") for each in self._lineage(int(number))}
            parts = (part for entry in cell.split(";") for part in self._parts(entry))
            others = (
                part for part in parts if (found := self._entry(part)) and not above & {*found}
            )
            self._others[key] = next(others, "")
        return self._others[key]

    def name(self, number: int) -> str:
        """Return a department's name, its number if that is unknown."""
        return shortened(self._nodes[number][0]) or str(number)

    def _lineage(self, number: int) -> Iterator[int]:
        """Yield a department and those above it."""
        while node := self._nodes.get(number):
            yield number
            number = node[1]

    def _unknown_code(self, entry: str) -> _Wrong:
        if not self._codes and not self._by_name:
            return "department_names_unknown", {}
        return "department_code_unknown", {"value": shortened(entry), "column": CODE_COLUMN}

    def _resolved(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        ids: list[str] = []
        problems: list[_Wrong] = []
        for entry in cell.split(";"):
            matches = [self._entry(part) for part in self._parts(entry)]
            if any(len(found) != 1 for found in matches):
                problems.append(self._unclear(entry))
            for found in matches:
                number = str(found[0]) if len(found) == 1 else ""
                if number and number in ids:
                    problems.append(_twice(entry))
                ids.append(number)
        return (cell if problems else ";".join(ids)), tuple(problems)

    def of_level(self, problem: Problem, path: str, levels: Levels) -> Problem:
        """Return a problem of a path that columns have by level at the level that is wrong."""
        names = path.split("/")
        is_path = ";" not in path and len(names) <= len(levels.columns)
        is_path = is_path and problem.line not in levels.passed.get(path, ())
        if not is_path or problem.code not in {"department_unknown", "department_slash"}:
            return problem
        unknown = (at for at in range(len(names)) if not self._entry("/".join(names[: at + 1])))
        at = next(unknown, len(names) - 1)
        header, letters = levels.columns[at]
        shown: Params = {"column": header, "value": shortened(names[at])}
        if at:
            shown = {**shown, "above": shortened(names[at - 1])}
        return replace(
            problem,
            code="level_unknown" if at else "department_unknown",
            params=shown,
            cell=f"{letters}{problem.line}" if letters else "",
        )

    def _parts(self, entry: str) -> Sequence[str]:
        """Return the departments of an entry: several, if it is none and has any between commas."""
        if len(self._entry(entry)) == 1:
            return (entry,)
        parts = [part.strip() for part in _COMMAS.split(entry)]
        return parts if any(len(self._entry(part)) == 1 for part in parts) else (entry,)

    def _entry(self, entry: str) -> tuple[int, ...]:
        """Return the departments that an entry may mean."""
        if entry not in self._names:
            is_id = is_number(entry) and len(entry) <= _MOST_DIGITS
            found = {int(entry)} & self._nodes.keys() if is_id else set()
            found |= {self._codes[entry]} if entry in self._codes else set()
            if not is_number(entry):
                found.update(self._matches(entry) or self._matches(_HYPHENS.sub("/", entry)))
            self._names[entry] = tuple(sorted(found))
        return self._names[entry]

    def _matches(self, path: str) -> list[int]:
        """Return the departments that a path may mean. A whole path goes before the end of one."""
        parts = path.split("/")
        whole: list[int] = []
        ends: list[int] = []
        # A name may contain a slash, so the last name may be more than the last part.
        for start in range(len(parts) - 1, -1, -1):
            for number in self._by_name.get("/".join(parts[start:]), ()):
                if (above := self._above(number, path)) is not None:
                    ends.append(number)
                    if above in (0, _ROOT):
                        whole.append(number)
        return whole or ends

    def _above(self, number: int, path: str) -> int | None:
        """Return the department above the given path, None if the path is another one."""
        spelt = ""
        while node := self._nodes.get(number):
            name, number = node[0].strip(), node[1]
            spelt = f"{name}/{spelt}" if spelt else name
            if len(spelt) >= len(path):
                return number if spelt == path else None
        return None

    def _unclear(self, entry: str) -> _Wrong:
        """Return why an entry is not one department, nor several."""
        parts = self._parts(entry)
        entry = next(part for part in parts if len(self._entry(part)) != 1)
        value, matches = shortened(entry), self._entry(entry)
        if matches:
            ids = Listing.of((str(number) for number in matches), _MAX_NAMED)
            is_id = is_number(entry) and int(entry) in matches
            code: TextCode = "department_code_or_id" if is_id else "department_ambiguous"
            return code, {"value": value, "ids": ids}
        if is_number(entry):
            return "department_missing", {"value": value}
        if not self._by_name:
            return "department_names_unknown", {}
        names = entry.split("/")
        found = [self._entry(name) for name in names]
        if len({*found}) > 1 and all(len(each) == 1 and each != (_ROOT,) for each in found):
            return "department_slash", {"value": value, "instead": shortened(";".join(names))}
        return "department_unknown", {"value": value}


def _twice(entry: str) -> _Wrong:
    return "department_twice", {"value": shortened(entry)}
