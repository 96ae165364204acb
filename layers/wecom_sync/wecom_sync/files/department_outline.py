"""The tree that a department file describes, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from wecom_sync.domain.texts import Listing, Param, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    MAX_DEPTH,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    PARENT_NAME_COLUMN,
    PATH_COLUMN,
    ROOT,
    ROOT_PARENT,
    DepartmentCells,
    is_department_id,
)
from wecom_sync.files.department_index import DepartmentIndex, Names, circles, levels
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row

MAX_COUNT = 30_000
TOP = 0
"""Stands for the line of the department above one that has none."""
_MAX_NAMED = 5
"""How many paths a text lists when a name could mean several."""
_TOP_CODES = ("0", "-1")
"""What HR systems write as the parent's code where there is none."""


@dataclass(frozen=True, slots=True)
class Node:
    """A row of a department file.

    `id`: what it is known by: its number, else its code, else its path. `parent`: the line of the
    department above, `TOP` for none, None where the file has no such line; `above`, `column`: how
    the file names it, and where. `number`, `code`: blank where the file has none.
    """

    line: int
    id: str
    name: str
    parent: int | None
    above: str = ""
    column: str = PARENT_COLUMN
    number: str = ""
    code: str = ""

    def problem(self, code: TextCode, /, **params: Param) -> Problem:
        """Return a problem of what the row says of the department above."""
        return Problem(self.line, self.column, code, params, self.id)


@dataclass(frozen=True, slots=True)
class Outline:
    """The rows of a department file. `root`: the name of a company that has no line there."""

    nodes: Sequence[Node]
    root: str = ""


def outline_of(columns: Sequence[str], rows: Sequence[Row]) -> tuple[Outline, list[Problem]]:
    """Return the tree of a department file and its problems (302004), without recursion.

    A row without a correct name of its own or of its parent is no part of the tree; it was
    reported before, and is not reported again for its children.
    """
    lines = _Lines(columns, rows)
    nodes = [node for row in rows if row.cells and (node := lines.node(row)) is not None]
    outline = _with_company(Outline(nodes)) if not lines.cells.is_numbered else Outline(nodes)
    return outline, [*lines.problems, *_tree_problems(outline.nodes, lines)]


class _Lines:
    """The lines of a department file, by the number, code and path of their department."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.cells = cells = DepartmentCells(columns)
        self.problems: list[Problem] = []
        ids: dict[str, int] = {}
        codes: dict[str, int] = {}
        paths: dict[int, Names] = {}
        by_name = not {PARENT_NAME_COLUMN, PATH_COLUMN}.isdisjoint(cells.at)
        for row in rows:
            # The first line of a number or code counts, also one with other problems.
            own = row.cells or dict.fromkeys(range(len(columns)), row.id)
            if ID_COLUMN in cells.at and is_department_id(number := own[cells.at[ID_COLUMN]]):
                ids.setdefault(number, row.line)
            if CODE_COLUMN in cells.at and (code := own[cells.at[CODE_COLUMN]]):
                codes.setdefault(code, row.line)
            if by_name and row.cells:
                above = cells.above(row.cells)[0]
                name = cells.cell(row.cells, NAME_COLUMN)
                paths[row.line] = ("", *(above.split("/") if above else ()), name)
        self._index = DepartmentIndex(paths, codes, ids)

    @property
    def root(self) -> int | None:
        """The line of department 1."""
        return self._index.ids.get(ROOT)

    def node(self, row: Row) -> Node | None:
        """Return the node of a row, None if it cannot be one."""
        number = self.cells.cell(row.cells, ID_COLUMN)
        code = self.cells.cell(row.cells, CODE_COLUMN)
        line = self._index.ids.get(number) if number else self._index.codes.get(code)
        if line != row.line and not {ID_COLUMN, CODE_COLUMN}.isdisjoint(self.cells.at):
            return None
        name = self.cells.cell(row.cells, NAME_COLUMN)
        node = Node(row.line, row.id, name, TOP, number=number, code=code)
        return self._placed(node, row.cells)

    def _placed(self, node: Node, cells: Sequence[str]) -> Node | None:
        if number := self.cells.cell(cells, PARENT_COLUMN):
            if number == ROOT_PARENT:
                return node
            parent = self._index.ids.get(number)
            return replace(node, parent=parent, above=number) if is_department_id(number) else None
        if self.cells.is_numbered:
            return None
        if code := self.cells.cell(cells, PARENT_CODE_COLUMN):
            parent = self._index.codes.get(code)
            if parent is None and code in _TOP_CODES:
                return node
            return replace(node, parent=parent, above=code, column=PARENT_CODE_COLUMN)
        above, is_whole = self.cells.above(cells)
        return self._under(node, above, is_whole=is_whole) if above else node

    def _under(self, node: Node, above: str, *, is_whole: bool) -> Node:
        column = PATH_COLUMN if is_whole else PARENT_NAME_COLUMN
        lines = self._above(above, is_whole=is_whole)
        others = [line for line in lines if line != node.line]
        if len(others) > 1:
            paths = ("/".join(self._index.paths[line][1:]) for line in others)
            listed = Listing.of(paths, _MAX_NAMED)
            node = replace(node, parent=None, column=column)
            self.problems.append(
                node.problem("parent_ambiguous", value=shortened(above), paths=listed)
            )
            return node
        parent = next(iter(others or lines), None)
        return replace(node, parent=parent, above=above, column=column)

    def _above(self, above: str, *, is_whole: bool) -> Sequence[int]:
        """Return the lines that a name or path may mean. Their own rows may say less of a path."""
        parts = above.split("/")
        whole = self._index.whole(above) if is_whole or len(parts) > 1 else ()
        shorter = (self._index.whole("/".join(parts[at:])) for at in range(1, len(parts)))
        return whole or self._index.ending(above) or next(filter(None, shorter), ())


def _with_company(outline: Outline) -> Outline:
    """Let the company be the root if the file names it as a parent and has no line for it."""
    missing = {node.above for node in outline.nodes if node.parent is None and node.above}
    columns = {node.column for node in outline.nodes if node.parent is None}
    by_name = columns <= {PARENT_NAME_COLUMN, PATH_COLUMN}
    is_rooted = any(node.parent == TOP for node in outline.nodes)
    if is_rooted or not by_name or len(missing) != 1 or "/" in (name := missing.pop()):
        return outline
    nodes = [
        replace(node, parent=TOP) if node.parent is None and node.above else node
        for node in outline.nodes
    ]
    return Outline(nodes, name)


def _tree_problems(nodes: Sequence[Node], lines: _Lines) -> Iterator[Problem]:
    if len(nodes) > MAX_COUNT:
        params: Params = {"count": len(nodes), "limit": MAX_COUNT}
        yield Problem(0, "", "departments_too_many", params)
    yield from _wrong_roots(nodes, lines)
    for node in nodes:
        if node.parent is None and node.above and node.line != lines.root:
            yield node.problem("parent_missing", value=shortened(node.above))
    yield from _namesakes(nodes)
    yield from _cycles(nodes, lines.root)
    yield from _too_deep(nodes, lines)


def _wrong_roots(nodes: Sequence[Node], lines: _Lines) -> Iterator[Problem]:
    """Yield what is wrong with the root: department 1, or the only one without a parent.

    Several without a parent hang below the root, unless the file goes by numbers. Where the file
    lacks a parent, that may be the root.
    """
    is_told = lines.root is not None or lines.cells.is_numbered
    if lines.root is None and lines.cells.is_numbered:
        yield Problem(0, ID_COLUMN, "root_missing")
    elif not is_told and nodes and all(node.parent not in (TOP, None) for node in nodes):
        yield Problem(0, nodes[0].column, "root_not_found")
    for node in nodes:
        if node.line == lines.root and node.parent != TOP:
            yield node.problem("root_has_parent", value=shortened(node.above))
        elif node.line != lines.root and node.parent == TOP and is_told:
            yield node.problem("root_second", value=node.id)


def _namesakes(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Yield departments with the name of another one under the same parent (302007)."""
    first: dict[tuple[int | str, str], int] = {}
    for node in nodes:
        if not node.name:
            continue
        above = node.above if node.parent is None else node.parent
        line = first.setdefault((above, node.name), node.line)
        if line != node.line:
            params: Params = {"value": shortened(node.name), "first": line}
            yield Problem(node.line, NAME_COLUMN, "department_name_twice", params, node.id)


def _cycles(nodes: Sequence[Node], root: int | None) -> Iterator[Problem]:
    """Yield every circle of departments once, at its first line (60010)."""
    by_line = {node.line: node for node in nodes if node.line != root}
    for circle in circles({line: node.parent for line, node in by_line.items()}):
        at = circle.index(min(circle))
        ring = [by_line[line] for line in (*circle[at:], *circle[: at + 1])]
        way = " → ".join(node.id for node in ring[:9])
        yield ring[0].problem("department_cycle", value=shortened(way))


def _too_deep(nodes: Sequence[Node], lines: _Lines) -> Iterator[Problem]:
    """Yield the departments of the first level that is too deep, but none below them."""
    tops = sum(node.parent == TOP for node in nodes)
    # Several below a root that the file does not have.
    is_rooted = tops < 2 or lines.root is not None or lines.cells.is_numbered  # noqa: PLR2004
    deep = levels({node.line: node.parent for node in nodes}, TOP)
    too_deep = {*next(islice(deep, MAX_DEPTH - (not is_rooted), None), ())}
    for node in nodes:
        if node.line in too_deep:
            yield node.problem("department_too_deep", level=MAX_DEPTH + 1, limit=MAX_DEPTH)
