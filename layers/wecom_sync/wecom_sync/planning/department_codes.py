"""Gives the departments of a file their numbers: WeCom knows them by nothing else. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from wecom_sync.domain.book import Book, code_key, codes_of, path_key
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.texts import Listing
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import (
    ID_COLUMN,
    MAX_ID,
    NAME_COLUMN,
    PARENT_COLUMN,
    ROOT_PARENT,
    DepartmentCells,
)
from wecom_sync.files.department_index import (
    TOP,
    DepartmentIndex,
    Names,
    Node,
    Nodes,
    circles,
    live_paths,
    outline_of,
    paths_of,
)
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.problems import FileRejectedError, Problem, Row
from wecom_sync.files.roster import Roster


class Claims(NamedTuple):
    """The numbers that a department may have, the best first."""

    promised: int | None
    of_path: int | None
    of_code: int | None
    remembered: int | None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A department file as WeCom gets it.

    `numbers`: the number of each label (see `KnownDepartment`); `file_labels`: those
    that the file says.
    """

    roster: Roster
    numbers: Mapping[str, int] = field(default_factory=dict)
    file_labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tree:
    """The live departments: id to (name, parent's id). An unknown name is "".

    `book`: what else is remembered of departments; `promised`: the numbers that this run was given
    for labels before; `posted`: whether it may have made departments already; `coming`: the codes
    after a file that is not applied yet.
    """

    nodes: Nodes
    book: Book = field(default_factory=Book)
    promised: Mapping[str, int] = field(default_factory=dict)
    posted: bool = False
    coming: Mapping[str, int] | None = None

    @classmethod
    def of(
        cls,
        directory: Directory,
        book: Book,
        promised: Mapping[str, int] | None = None,
        *,
        posted: bool = False,
    ) -> "Tree":
        """Return the departments that are there, with the names of the last department file."""
        names, there = names_of(book), directory.departments
        nodes = {it: (names.get(it, "").strip(), there[it].parent) for it in there}
        return cls(nodes, book, promised or {}, posted)

    @classmethod
    def of_book(cls, book: Book) -> "Tree":
        """Return the departments of the last department file."""
        rows = book.department_rows
        nodes = {it: (rows[it][NAME_COLUMN], int(rows[it][PARENT_COLUMN])) for it in rows}
        return cls(nodes, book)

    def after(self, file: Roster) -> "Tree":
        """Return the departments once a department file is applied; it alone gives names then."""
        numbered = number_departments(file, self)
        columns = numbered.roster.columns
        at = [columns.index(name) for name in (ID_COLUMN, NAME_COLUMN, PARENT_COLUMN)]
        cells = ([row.cells[place] for place in at] for row in numbered.roster.rows)
        nodes = {number: ("", parent) for number, (_, parent) in self.nodes.items()}
        nodes |= {int(number): (name, int(parent)) for number, name, parent in cells}
        codes = codes_of(numbered.numbers)
        coded = {*codes.values()}
        older = {code: number for code, number in self.codes.items() if number not in coded}
        return replace(self, nodes=nodes, coming={**older, **codes})

    @cached_property
    def codes(self) -> Mapping[str, int]:
        """HR's codes of these departments."""
        if self.coming is not None:
            return self.coming
        codes = codes_of(self.book.numbers)
        return {code: number for code, number in codes.items() if self.is_ours(number)}

    @cached_property
    def index(self) -> DepartmentIndex:
        """The departments by id, code and path."""
        return DepartmentIndex(live_paths(self.nodes), self.codes)

    @cached_property
    def by_path(self) -> Mapping[Names, int]:
        """The departments by their paths below the root, as far as we know the names."""
        paths = self.index.paths.items()
        return {path[1:]: number for number, path in paths if all(path[1:])}

    @property
    def root_name(self) -> str:
        """The company's name, blank if nobody knows it."""
        return self.book.department(ROOT).row.get(NAME_COLUMN, "")

    def is_ours(self, number: int) -> bool:
        """Whether a department is there and comes from a file.

        A person may have made it by hand, and WeCom may have given it a number that we had in mind.
        """
        department = self.book.department(number)
        return number in self.nodes and (bool(department.row) or not department.sure)

    def _is_strange(self, number: int) -> bool:
        return number in self.nodes and not (self.posted or self.is_ours(number))

    def code(self, code: str) -> int | None:
        """Return the live department of a code."""
        number = self.book.numbers.get(code_key(code))
        is_gone = number is None or number not in self.nodes
        return None if is_gone or self._is_strange(number or 0) else number

    def claims(self, node: Node, path: Names) -> Claims:
        """Return the numbers that a department may have."""
        key, book = label_of(node, path), self.book
        promised, remembered = self.promised.get(key), book.numbers.get(key)
        if promised is not None and self._is_strange(promised):
            promised = None
        there = self.code(node.code) if node.code else None
        # One that is there is somebody else's, or by now it has another path, if it is not doubted.
        is_other = remembered in book.department_rows and remembered in self.nodes
        if remembered is not None and (is_other or self._is_strange(remembered)):
            remembered = None
        return Claims(promised, self.by_path.get(path), there, remembered)

    def is_below(self, node: Node) -> bool:
        """Whether we know a department without a parent as one below the root."""
        claims = self.claims(node, (node.name,))
        number = next((claim for claim in claims if claim is not None), ROOT)
        return number != ROOT and node.name != self.root_name

    def filled(self, numbers: Mapping[int, int], lines: Iterable[int]) -> dict[int, int]:
        """Give the other lines numbers that nothing has or had."""
        free = self._free({ROOT, *numbers.values()})
        return {line: numbers[line] if line in numbers else next(free) for line in lines}

    def _free(self, given: Iterable[int]) -> Iterator[int]:
        book = self.book
        promised = (numbers.values() for numbers in (*book.promised.values(), self.promised))
        taken = {*given, *self.nodes, *book.departments, *chain.from_iterable(promised)}
        # WeCom itself gives a department of its own a number near the end.
        highest = max(number for number in taken if number <= MAX_ID // 2)
        return (number for number in range(highest + 1, MAX_ID + 1) if number not in taken)


def number_departments(roster: Roster, tree: Tree) -> Numbered:
    """Give every department of a checked file its number.

    What the file says counts; then what this run was promised; then a live department of the same
    path; then the live one of the code; then what we remember of one that is gone; else the next
    free number, in the order of the file. Departments that exchange names, places or codes among
    each other go by their codes, so that a guard rule asks. Raises `FileRejectedError` if
    the root is missing and its name is not known.
    """
    if DepartmentCells(roster.columns).is_numbered:
        return Numbered(roster)
    nodes, _ = outline_of(roster.columns, roster.rows)
    root = _root(nodes, tree)
    if root is None and not tree.root_name:
        named = Listing.of(node.name for node in nodes if node.parent == TOP)
        raise FileRejectedError([Problem(0, ID_COLUMN, "root_unnamed", {"named": named})])
    numbers = _numbers(nodes, _paths(nodes, root), root, tree)
    keys = {node.line: code_key(node.code) for node in nodes if node.code}
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    orders = {row.line: row.cells[order_at] for row in roster.rows if order_at is not None}
    columns = (NAME_COLUMN, ID_COLUMN, PARENT_COLUMN, ORDERS_COLUMN)[: 3 if order_at is None else 4]

    def row(line: int, name: str, parent: str) -> Row:
        number = str(numbers.get(line, ROOT))
        cells = (name, number, parent, orders.get(line, ""))
        return Row(line, number, cells[: len(columns)])

    parents = {it.line: str(numbers[it.parent] if it.parent else ROOT) for it in nodes}
    parents |= {} if root is None else {root.line: ROOT_PARENT}
    rows = [row(node.line, node.name, parents[node.line]) for node in nodes]
    if root is None:
        rows.insert(0, row(0, tree.root_name, ROOT_PARENT))
    return Numbered(
        replace(roster, columns=columns, rows=tuple(rows)),
        {key: numbers[line] for line, key in keys.items()},
        frozenset(code_key(node.code) for node in nodes if node.number and node.code),
    )


def names_of(book: Book) -> dict[int, str]:
    """Return the names of departments that were applied last."""
    return {number: row.get(NAME_COLUMN, "") for number, row in book.department_rows.items()}


def label_of(node: Node, path: Names) -> str:
    """Return what we remember a department by, blank for one that has a number and no code."""
    if node.code:
        return code_key(node.code)
    return "" if node.number else path_key(path)


def _root(nodes: Sequence[Node], tree: Tree) -> Node | None:
    """Return the company's node, None if the file has none: one of one branch has a single top."""
    if numbered := [node for node in nodes if node.number == str(ROOT)]:
        return numbered[0]
    every = [node for node in nodes if node.parent == TOP]
    tops = [node for node in every if not node.number and not tree.is_below(node)]
    named = [node for node in tops if tree.code(node.code) == ROOT] or [
        node for node in tops if node.name == tree.root_name
    ]
    is_single = len(named) == 1 or (not named and len(tops) == len(every) == 1)
    return (named or tops)[0] if is_single else None


def _paths(nodes: Sequence[Node], root: Node | None) -> dict[int, Names]:
    """Return the path of each line below the root."""
    tops = {TOP: ("",)} | ({} if root is None else {root.line: ("",)})
    parents = {node.line: (node.name, node.parent or TOP) for node in nodes}
    return {line: path[1:] for line, path in paths_of(parents, tops).items()}


def _numbers(
    nodes: Sequence[Node], paths: Mapping[int, Names], root: Node | None, tree: Tree
) -> dict[int, int]:
    """Return the number of each line. The better claim of any line goes before a weaker one."""
    numbers = {node.line: int(node.number) for node in nodes if node.number}
    if root is not None:
        numbers[root.line] = ROOT
    claims = {node.line: tree.claims(node, paths[node.line]) for node in nodes}
    settle(numbers, without_exchange(claims, numbers))
    return tree.filled(numbers, claims)


def settle(numbers: dict[int, int], claims: Mapping[int, Sequence[int | None]]) -> None:
    """Give lines the numbers that they claim, the best claims of all lines first."""
    given = {ROOT, *numbers.values()}
    for claimed in zip(*claims.values(), strict=True):
        for line, number in zip(claims, claimed, strict=True):
            if line not in numbers and number is not None and number not in given:
                numbers[line] = number
                given.add(number)


def without_exchange(claims: Mapping[int, Claims], settled: Collection[int]) -> dict[int, Claims]:
    """Let lines that exchange names, places or codes among each other claim no path."""
    paths = {
        it.of_code: it.of_path
        for line, it in claims.items()
        if line not in settled and it.of_path is not None and it.of_code not in (None, it.of_path)
    }
    exchanged = {*chain.from_iterable(circles(paths))}
    return {
        line: it._replace(of_path=None) if it.of_code in exchanged else it
        for line, it in claims.items()
    }
