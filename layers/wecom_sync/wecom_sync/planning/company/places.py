"""Where the rows of a company file put people: paths below the root, or ids. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property, partial
from typing import Self

from wecom_sync.domain.book import Book, code_key
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import BETWEEN, is_number
from wecom_sync.files.department_index import Names
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import FileRejectedError, Findings, Problem
from wecom_sync.files.roster import Roster
from wecom_sync.planning.department_codes import Tree
from wecom_sync.planning.department_names import Placing, Wrong, twice, unclear, unknown_code
from wecom_sync.planning.night import with_below

type Place = Names | int
"""A path below the root, or an id."""


@dataclass(frozen=True)
class Live:
    """The departments that are there, with the names that we know."""

    directory: Directory
    tree: Tree

    @cached_property
    def unmanaged(self) -> frozenset[int]:
        """The departments that stay as they are."""
        return with_below(self.tree.book.unmanaged.value.departments.values(), self.directory)

    def unmanaged_at(self, place: Place) -> int | None:
        """Return the id of an unmanaged department, 0 for a new one below such, else None."""
        if isinstance(place, int):
            return place if place in self.unmanaged else None
        by_path = self.tree.by_path
        above = {by_path.get(place[:end]) for end in range(1, len(place) + 1)}
        return None if self.unmanaged.isdisjoint(above) else by_path.get(place, 0)


@dataclass(frozen=True)
class Places:
    """What a company file says of departments.

    `root`: the company's name, blank if nobody knows it; `cells`: the places of each cell of
    departments, and of each cell of codes by its label where a row has nothing else; `lines`: the
    first row of each; `people`: how many of those who are there are in which departments and which
    cell; `codes`: of departments.
    """

    root: str
    cells: Mapping[str, tuple[Place, ...]]
    lines: Mapping[str, int]
    people: Mapping[tuple[frozenset[int], str], int]
    codes: Mapping[Names, str]

    @property
    def paths(self) -> Iterator[tuple[Names, int]]:
        """The paths of departments, and the first row of each."""
        for cell, places in self.cells.items():
            for place in places:
                if isinstance(place, tuple) and place:
                    yield place, self.lines[cell]

    def managed(self, roster: Roster, others: Collection[int], live: Live) -> Self:
        """Return it without what people who are not sent have in unmanaged departments.

        `others`: their lines. Raises `FileRejectedError` for all who would come into such a one.
        """
        inside = {
            cell: frozenset(ids)
            for cell, places in self.cells.items()
            if (ids := [it for place in places if (it := live.unmanaged_at(place)) is not None])
        }
        findings, members, used = Findings(), live.directory.members, set[str]()
        placing = Placing(roster.columns)
        for row in roster.rows if inside else ():
            cell = cell_of(*placing.of(row))
            if row.line in others or cell not in inside:
                continue
            used.add(cell)
            if not inside[cell] <= members.get(row.id.casefold(), frozenset()):
                value: Params = {"value": shortened(cell)}
                code: TextCode = "department_unmanaged"
                findings.add(Problem(row.line, DEPARTMENTS_COLUMN, code, value, row.id))
        findings.refuse(roster.rows, roster.columns)
        unused = inside.keys() - used
        return replace(
            self,
            cells={cell: it for cell, it in self.cells.items() if cell not in unused},
            people={it: count for it, count in self.people.items() if it[1] not in unused},
        )

    @classmethod
    def of(cls, roster: Roster, live: Live, policy: Policy) -> Self:
        """Raise `FileRejectedError` for what no department is, or several are."""
        lines: dict[str, int] = {}
        people: Counter[tuple[frozenset[int], str]] = Counter()
        coded: dict[str, str] = {}
        placing, members = Placing(roster.columns), live.directory.members
        for row in roster.rows:
            names, code = placing.of(row)
            cell = cell_of(names, code)
            if code:
                coded.setdefault(cell, code)
            lines.setdefault(cell, row.line)
            if there := members.get(row.id.casefold()):
                people[there, cell] += 1
        reader = _PlaceReader(live, _root_of(lines, live.tree, policy, roster), roster.is_whole)
        codes = reader.codes_of(coded)
        by_code = {code: path for path, code in codes.items()}
        cells = {cell: reader.places(cell, lines[cell], by_code) for cell in lines}
        reader.findings.refuse(roster.rows, roster.columns)
        return cls(reader.root, cells, lines, people, codes)


def cell_of(names: str, code: str) -> str:
    """Return the cell of departments of a row, or the label of its codes if it has nothing else."""
    return names or (code_key(code) if code else "")


def _root_of(cells: Iterable[str], tree: Tree, policy: Policy, roster: Roster) -> str:
    """Return the company's name: the settings', else the first of all paths, else the known one.

    A division in which everybody is begins all paths as well: that is a department we know.
    """
    name = tree.root_name
    entries = {entry for cell in cells for entry in cell.split(";") if _is_path(entry)}
    firsts = {entry.partition(BETWEEN)[0] for entry in entries}
    if policy.company or len(firsts) != 1 or not roster.is_whole:
        return policy.company or name
    first = firsts.pop()
    is_department = bool(name) and name != first and (first,) in tree.by_path
    return name if is_department or entries == {first} else first


def _is_path(entry: str) -> bool:
    return bool(entry) and not is_number(entry) and not entry.startswith(code_key(""))


@dataclass(frozen=True)
class _PlaceReader:
    """Reads cells. `root`, `is_whole`: the company's name, and whether paths begin at the top."""

    live: Live
    root: str
    is_whole: bool
    findings: Findings = field(default_factory=Findings)

    def codes_of(self, coded: Mapping[str, str]) -> dict[Names, str]:
        """Return the codes of paths. A code of several paths tells nothing, nor one of several."""
        pairs = {
            (path, code)
            for cell, code in coded.items()
            if _is_path(cell) and ";" not in cell + code
            for path in self._numbered(cell)
            if isinstance(path, tuple)
        }
        paths, codes = Counter(path for path, _ in pairs), Counter(code for _, code in pairs)
        return {path: code for path, code in pairs if paths[path] == codes[code] == 1 and path}

    def places(self, cell: str, line: int, by_code: Mapping[str, Names]) -> tuple[Place, ...]:
        """Return what a cell says, and note what is wrong with it."""
        places: list[Place] = []
        codes = cell.removeprefix(code_key(""))
        is_coded = codes is not cell
        read = partial(self._coded, by_code) if is_coded else self._numbered
        for entry in codes.split(";"):
            wrong: Wrong | None = None
            several = read(entry)
            if len(several) != 1:
                paths = ["/".join(it) if isinstance(it, tuple) else str(it) for it in several]
                wrong = unknown_code(entry) if is_coded else unclear(entry, paths)
            elif several[0] in places:
                wrong = twice(entry)
            if wrong is not None:
                self.findings.add(Problem(line, DEPARTMENTS_COLUMN, *wrong))
            places += several[:1]
        return tuple(places)

    def _coded(self, by_code: Mapping[str, Names], code: str) -> Sequence[Place]:
        number = self.live.tree.codes.get(code)
        return (by_code[code],) if code in by_code else () if number is None else (number,)

    def _numbered(self, entry: str) -> Sequence[Place]:
        """Return what an entry may mean. A number is an id, or a code."""
        if is_number(entry):
            return self.live.tree.index.find(entry)
        first, *names = entry.split(BETWEEN)
        if self.is_whole or first == self.root:
            return (tuple(names) if first == self.root else (first, *names),)
        index = self.live.tree.index
        paths = [index.paths[it][1:] for it in index.ending(first) if it != ROOT]
        # Of a name, only the one right below the root counts if there is one.
        top: Names = (first,)
        whole = [it for it in paths if it == top] or [it for it in paths if all(it)]
        return [(*above, *names) for above in whole] or ((first, *names),)


def ids_of_unmanaged(policy: Policy, book: Book, line: int = 0) -> dict[str, int]:
    """Return the ids of the departments that settings name. Those that had one keep it.

    `line`: of the list in the settings. Raises `FileRejectedError` for a path that nobody knows.
    """
    index, before = Tree.of_book(book).index, book.unmanaged.value.departments
    ids, problems = dict[str, int](), []
    for path in policy.departments_unmanaged:
        numbers = (before[path],) if path in before else index.of_path(path)
        if len(numbers) == 1:
            ids[path] = numbers[0]
            continue
        paths = Listing.of("/".join(names) for names in index.paths.values() if all(names))
        params: Params = {"value": path, "known": paths, "count": paths.total}
        problems.append(Problem(line, "departments.unmanaged", "settings_department", params))
    if problems:
        raise FileRejectedError(problems)
    return ids
