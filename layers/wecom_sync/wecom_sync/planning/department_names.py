"""Turns names and paths of departments in a member file into ids. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from wecom_sync.domain.snapshot import Snapshot
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.columns import DEPARTMENTS_COLUMN, NAME_COLUMN, PARENT_COLUMN, id_column
from wecom_sync.files.department_cells import is_number
from wecom_sync.files.problems import FileRejectedError, Findings, Problem, Row, shortened
from wecom_sync.files.roster import Roster

MAX_NAMED = 5
"""How many departments a text lists when a name could mean several."""
_ROOT = 1
_COMMAS = re.compile("[，、,]")
"""What people write between departments instead of a semicolon."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The known departments: id to (name, parent's id). An unknown name is ""."""

    nodes: Mapping[int, tuple[str, int]]

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
        return cls(
            {
                number: (cells[NAME_COLUMN], int(cells[PARENT_COLUMN]))
                for number, cells in snapshot.departments.items()
            }
        )

    def after(self, file: Roster) -> "Tree":
        """Return the departments once a department file is applied; it alone gives names then."""
        at = [
            file.columns.index(each) for each in (id_column(file.job), NAME_COLUMN, PARENT_COLUMN)
        ]
        listed = ([row.cells[each] for each in at] for row in file.rows)
        nodes = {number: ("", parent) for number, (_, parent) in self.nodes.items()}
        return Tree(nodes | {int(number): (name, int(parent)) for number, name, parent in listed})


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
            Problem(row.line, DEPARTMENTS_COLUMN, code, params, row.id)
            for code, params in (resolver.cell(names)[1] if names else ())
        ]
    findings = Findings(error)
    findings.merge(*unknown)
    return FileRejectedError(findings.problems, error.rows, findings.counts, error.columns)


def resolve_departments(roster: Roster, tree: Tree) -> Roster:
    """Return the roster with ids as its departments.

    A department is written as its full path, with or without the root's name in front, or as the
    end of its path if no other path ends so. A number is always an id. It must be known, because
    WeCom would create an unknown one (doc/91130). Order and number of the departments stay, since
    the cells of other columns are parallel to them. Raises `DepartmentsMissingError` with every
    problem.
    """
    if not roster.job.has_members:
        return roster
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    resolver = _Resolver(tree)
    findings = Findings(letters=roster.letters)
    rows = list(roster.rows)
    changed = False
    for index, row in enumerate(rows):
        cell = row.cells[at]
        resolved, problems = resolver.cell(cell)
        for code, params in problems:
            findings.add(Problem(row.line, DEPARTMENTS_COLUMN, code, params, row.id))
        if resolved != cell:
            changed = True
            cells = (*row.cells[:at], resolved, *row.cells[at + 1 :])
            rows[index] = Row(row.line, row.id, cells)
    if findings.problems:
        raise DepartmentsMissingError(findings, roster, tree)
    return replace(roster, rows=tuple(rows)) if changed else roster


type _Wrong = tuple[TextCode, Params]


class _Resolver:
    """Looks up every distinct cell and every distinct name once."""

    def __init__(self, tree: Tree) -> None:
        self._nodes = tree.nodes
        self._by_name: dict[str, list[int]] = {}
        for number, (name, _) in tree.nodes.items():
            if name := name.strip():
                self._by_name.setdefault(name, []).append(number)
        self._cells: dict[str, tuple[str, tuple[_Wrong, ...]]] = {}
        self._names: dict[str, tuple[int, ...]] = {}

    def cell(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        """Return a cell with ids only, and its problem as code and parameters."""
        found = self._cells.get(cell)
        if found is None:
            found = self._cells[cell] = self._resolved(cell)
        return found

    def _resolved(self, cell: str) -> tuple[str, tuple[_Wrong, ...]]:
        ids: list[str] = []
        problems: list[_Wrong] = []
        for entry in cell.split(";"):
            matches = self._entry(entry)
            if len(matches) == 1:
                number = str(matches[0])
                if number in ids:
                    problems.append(_twice(entry))
                ids.append(number)
            else:
                problems.append(self._unclear(entry, matches))
        return (cell if problems else ";".join(ids)), tuple(problems)

    def _entry(self, entry: str) -> tuple[int, ...]:
        if is_number(entry):
            return (int(entry),) if int(entry) in self._nodes else ()
        if entry not in self._names:
            self._names[entry] = tuple(self._matches(entry))
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

    def _unclear(self, entry: str, matches: tuple[int, ...]) -> _Wrong:
        value = shortened(entry)
        if is_number(entry):
            return "department_missing", {"value": value}
        if matches:
            ids = Listing.of((str(number) for number in sorted(matches)), MAX_NAMED)
            return "department_ambiguous", {"value": value, "ids": ids}
        if not self._by_name:
            return "department_names_unknown", {}
        parts = [part.strip() for part in _COMMAS.split(entry)]
        if len(parts) > 1 and all(len(self._entry(part)) == 1 for part in parts):
            instead = shortened(";".join(parts))
            return "cell_separator", {"column": DEPARTMENTS_COLUMN, "instead": instead}
        return "department_unknown", {"value": value}


def _twice(entry: str) -> _Wrong:
    return "department_twice", {"value": shortened(entry)}
