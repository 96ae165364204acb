"""Gives the departments of a file their numbers: WeCom knows them by nothing else. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import chain

from wecom_sync.domain.book import Book, code_key, codes_of, path_key
from wecom_sync.domain.directory import ROOT
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
from wecom_sync.files.department_index import Names, Nodes, circles, live_paths, paths_of
from wecom_sync.files.department_outline import TOP, Node, outline_of
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.problems import FileRejectedError, Problem, Row
from wecom_sync.files.roster import Roster

type Claims = tuple[int | None, int | None, int | None, int | None]
"""The numbers that a department may have, the best first: promised, of its path, of its code, and
remembered."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A department file as WeCom gets it.

    `numbers`: the number of each code, and of each path where
    the file has neither numbers nor codes (see `code_key`); `stated`: those that the file says.
    """

    roster: Roster
    numbers: Mapping[str, int] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()


def number_departments(
    roster: Roster,
    live: Nodes,
    book: Book,
    promised: Mapping[str, int] | None = None,
    *,
    posted: bool = False,
) -> Numbered:
    """Give every department of a checked file its number.

    What the file says counts; then what this run was `promised`; then a live department of the same
    path; then the live one of the code; then what we remember of one that is gone; else the next
    free number, in the order of the file. Departments that exchange names, places or codes among
    each other go by their codes, so that a guard rule asks. `posted`: the run may have made
    departments already. Raises `FileRejectedError` if the root is missing and its name is not
    known.
    """
    if DepartmentCells(roster.columns).is_numbered:
        return Numbered(roster)
    outline, _ = outline_of(roster.columns, roster.rows)
    memory = Memory(live, book, promised or {}, posted=posted)
    root = None if outline.root else _root(outline.nodes, memory)
    name = outline.root or memory.root_name
    if root is None and not name:
        named = Listing.of(node.name for node in outline.nodes if node.parent == TOP)
        raise FileRejectedError([Problem(0, ID_COLUMN, "root_unnamed", {"named": named})])
    paths = _paths(outline.nodes, root)
    numbers = _numbers(outline.nodes, paths, root, memory)
    keys = {node.line: key for node in outline.nodes if (key := label_of(node, paths[node.line]))}
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    orders = {row.line: row.cells[order_at] for row in roster.rows if order_at is not None}
    columns = (NAME_COLUMN, ID_COLUMN, PARENT_COLUMN, ORDERS_COLUMN)[: 3 if order_at is None else 4]

    def row(line: int, name: str, parent: str) -> Row:
        number = str(numbers.get(line, ROOT))
        cells = (name, number, parent, orders.get(line, ""))
        return Row(line, number, cells[: len(columns)])

    rows = [row(node.line, node.name, _parent(node, root, numbers)) for node in outline.nodes]
    if root is None:
        rows.insert(0, row(0, name, ROOT_PARENT))
    return Numbered(
        replace(roster, columns=columns, rows=tuple(rows)),
        {key: numbers[line] for line, key in keys.items()},
        frozenset(keys[node.line] for node in outline.nodes if node.number and node.line in keys),
    )


def names_of(book: Book) -> dict[int, str]:
    """Return the names of departments that were applied last."""
    return {number: row.get(NAME_COLUMN, "") for number, row in book.department_rows.items()}


def live_codes(live: Nodes, book: Book) -> dict[str, int]:
    """Return the number of each code whose department is there."""
    memory = Memory(live, book, {}, posted=False)
    codes = codes_of(book.numbers)
    return {code: number for code, number in codes.items() if memory.code(code) == number}


def _parent(node: Node, root: Node | None, numbers: Mapping[int, int]) -> str:
    if root is not None and node.line == root.line:
        return ROOT_PARENT
    return str(numbers[node.parent] if node.parent else ROOT)


def label_of(node: Node, path: Names) -> str:
    """Return what we remember a department by, blank for one that has a number and no code."""
    if node.code:
        return code_key(node.code)
    return "" if node.number else path_key(path)


class Memory:
    """What we know of a corp's departments.

    `promised`, `posted`: see `number_departments`.
    """

    def __init__(
        self, live: Nodes, book: Book, promised: Mapping[str, int], *, posted: bool
    ) -> None:
        self.live = live
        self._book = book
        self._promised = promised
        self._posted = posted
        self.root_name = book.department(ROOT).row.get(NAME_COLUMN, "")
        self._by_path = {
            path[1:]: number for number, path in live_paths(live).items() if all(path[1:])
        }

    def _is_strange(self, number: int) -> bool:
        """Whether a live department comes from no file.

        A person may have made it by hand, and WeCom may have given it a number that we had in mind.
        """
        department = self._book.department(number)
        is_ours = bool(department.row) or not department.sure or self._posted
        return number in self.live and not is_ours

    def code(self, code: str) -> int | None:
        """Return the live department of a code."""
        number = self._book.numbers.get(code_key(code))
        if number is None or number not in self.live or self._is_strange(number):
            return None
        return number

    def claims(self, node: Node, path: Names) -> Claims:
        """Return the numbers that a department may have."""
        key = label_of(node, path)
        promised, remembered = self._promised.get(key), self._book.numbers.get(key)
        if promised is not None and self._is_strange(promised):
            promised = None
        there = self.code(node.code) if node.code else None
        # One that is there is somebody else's, or by now it has another path, if it is not doubted.
        is_other = remembered in self._book.department_rows and remembered in self.live
        if remembered is not None and (is_other or self._is_strange(remembered)):
            remembered = None
        return promised, self._by_path.get(path), there, remembered

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
        promised = (numbers.values() for numbers in self._book.promised.values())
        taken = {*given, *self.live, *self._book.departments}
        taken.update(chain.from_iterable(promised), self._promised.values())
        # WeCom itself gives a department of its own a number near the end.
        highest = max(number for number in taken if number <= MAX_ID // 2)
        return (number for number in range(highest + 1, MAX_ID + 1) if number not in taken)


def _root(nodes: Sequence[Node], memory: Memory) -> Node | None:
    """Return the company's node, None if the file has none.

    A file of one branch has a single department without a parent, too.
    """
    if numbered := [node for node in nodes if node.number == str(ROOT)]:
        return numbered[0]
    every = [node for node in nodes if node.parent == TOP]
    tops = [node for node in every if not node.number and not memory.is_below(node)]
    named = [node for node in tops if memory.code(node.code) == ROOT] or [
        node for node in tops if node.name == memory.root_name
    ]
    is_single = len(named) == 1 or (not named and len(tops) == len(every) == 1)
    return (named or tops)[0] if is_single else None


def _paths(nodes: Sequence[Node], root: Node | None) -> dict[int, Names]:
    """Return the path of each line below the root."""
    tops = {TOP: ("",)} | ({} if root is None else {root.line: ("",)})
    parents = {node.line: (node.name, node.parent or TOP) for node in nodes}
    return {line: path[1:] for line, path in paths_of(parents, tops).items()}


def _numbers(
    nodes: Sequence[Node], paths: Mapping[int, Names], root: Node | None, memory: Memory
) -> dict[int, int]:
    """Return the number of each line. The better claim of any line goes before a weaker one."""
    numbers = {node.line: int(node.number) for node in nodes if node.number}
    if root is not None:
        numbers[root.line] = ROOT
    claims = without_exchange(
        {node.line: memory.claims(node, paths[node.line]) for node in nodes}, numbers
    )
    settle(numbers, claims)
    return memory.filled(numbers, claims)


def settle(numbers: dict[int, int], claims: Mapping[int, Sequence[int | None]]) -> None:
    """Give lines the numbers that they claim, the best claims of all lines first."""
    given = {ROOT, *numbers.values()}
    for claimed in zip(*claims.values(), strict=True):
        for line, number in zip(claims, claimed, strict=True):
            if line not in numbers and number is not None and number not in given:
                numbers[line] = number
                given.add(number)


def without_exchange(claims: Mapping[int, Claims], settled: Collection[int]) -> dict[int, Claims]:
    """Let lines that exchange names, places or codes claim no number by their path.

    In a circle of such lines, each has the code of one department and the path of the next.
    """
    paths = {
        by_code: by_path
        for line, (_, by_path, by_code, _) in claims.items()
        if line not in settled and by_path is not None and by_code not in (None, by_path)
    }
    exchanged = {*chain.from_iterable(circles(paths))}
    return {
        line: (promised, None if by_code in exchanged else by_path, by_code, remembered)
        for line, (promised, by_path, by_code, remembered) in claims.items()
    }
