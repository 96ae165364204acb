"""Rules about departments: about a cell, and about the whole tree."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row

MAX_ID = 2**31 - 1
MAX_NAME = 64
"""Characters of a name (doc/90205, 60001)."""
FORBIDDEN = '\\:*?"<>|'
"""Characters that a name must not have (doc/90205, 60009)."""
MAX_DEPTH = 15
"""Levels of the tree. The root is the first."""
MAX_COUNT = 30_000
"""Departments of a corp."""
ROOT = "1"
"""The root's id (doc/91132)."""
ROOT_PARENT = "0"
NAME_COLUMN = "部门名称"
ID_COLUMN = "部门ID"
PARENT_COLUMN = "父部门ID"
CODE_COLUMN = "部门编码"
PARENT_CODE_COLUMN = "上级部门编码"
PARENT_NAME_COLUMN = "上级部门"
PATH_COLUMN = "部门路径"
TOP = 0
"""Stands for the line of the department above one that has none."""
_MAX_NAMED = 5
"""How many paths a text lists when a name could mean several."""
_MAX_PARTS = 16
"""Names of a path that are looked at. WeCom has 15 levels."""
_NOBODY = frozenset({"-", "--", "—", "无", "null", "none", "n/a", "/"})
"""What people and programs write where there is no department above."""
_TOP_CODES = ("0", "-1")
"""What HR systems write as the parent's code where there is none."""
_PATH = re.compile(r"\s*[/>\\]\s*")
"""What stands between the names of a path. Of these only the slash may be part of a name."""

_number = re.compile(r"[0-9]+").fullmatch


def is_number(text: str) -> bool:
    """Whether a text is ASCII digits and nothing else."""
    return _number(text) is not None


def is_department_id(text: str) -> bool:
    """Whether a text is a whole number from 1 to `MAX_ID`."""
    return is_number(text) and len(text) <= 10 and 0 < int(text) <= MAX_ID  # noqa: PLR2004


def normal_number(cell: str) -> str:
    """Return a number without leading zeros."""
    return (cell.lstrip("0") or "0") if cell[0] == "0" and is_number(cell) else cell


def normal_code(cell: str) -> str:
    """Return a code of HR's without full-width characters and blanks around it.

    Codes are compared as they are: `d01` is not `D01`, nor is `1` the same as `01`.
    """
    code = cell if cell.isascii() else unicodedata.normalize("NFKC", cell)
    return code.strip()


def normal_parent_code(cell: str) -> str:
    """Return the code of the department above, a blank for none."""
    code = normal_code(cell)
    return "" if code.casefold() in _NOBODY else code


def normal_path(cell: str) -> str:
    """Return a name, or a path with slashes between its names; a blank for none."""
    return "" if cell.strip().casefold() in _NOBODY else "/".join(_PATH.split(cell.strip()))


@dataclass(frozen=True, slots=True)
class Node:
    """A row of a department file.

    `id`: what it is known by: its number, else its code, else its path. `parent`: the line of the
    department above, `TOP` for none, None where the file has no such line; `said`, `column`: how
    the file names it, and where. `number`, `code`: blank where the file has none.
    """

    line: int
    id: str
    name: str
    parent: int | None
    said: str = ""
    column: str = PARENT_COLUMN
    number: str = ""
    code: str = ""


class DepartmentCells:
    """What the cells of a department row say, by column."""

    def __init__(self, columns: Sequence[str]) -> None:
        names = (
            NAME_COLUMN, ID_COLUMN, PARENT_COLUMN, CODE_COLUMN, PARENT_CODE_COLUMN,
            PARENT_NAME_COLUMN, PATH_COLUMN,
        )  # fmt: skip
        self.at = {name: columns.index(name) for name in names if name in columns}
        self.is_numbered = self.at.keys() <= {NAME_COLUMN, ID_COLUMN, PARENT_COLUMN}
        """Whether every department is named by its number and in no other way."""

    def cell(self, cells: Sequence[str], column: str) -> str:
        """Return a cell, a blank for a column that the file does not have."""
        return cells[self.at[column]] if column in self.at and cells else ""

    def known_by(self, cells: Sequence[str]) -> str:
        """Return what a row is known by."""
        own = self.cell(cells, ID_COLUMN) or self.cell(cells, CODE_COLUMN)
        is_named = ID_COLUMN in self.at or CODE_COLUMN in self.at
        return own if own or is_named else self.path(cells)

    def path(self, cells: Sequence[str]) -> str:
        """Return as much of a department's path as its row says."""
        above = self.above(cells)[0]
        name = self.cell(cells, NAME_COLUMN)
        return f"{above}/{name}" if above else name

    def above(self, cells: Sequence[str]) -> tuple[str, bool]:
        """Return the name or path of the department above, and whether it is its whole path."""
        own, name = self.cell(cells, PATH_COLUMN), self.cell(cells, NAME_COLUMN)
        if name and own == name and PARENT_NAME_COLUMN not in self.at:
            return "", True
        if name and own.endswith(f"/{name}"):
            return own.removesuffix(f"/{name}"), True
        return self.cell(cells, PARENT_NAME_COLUMN), False

    def problems(self, row: Row) -> Iterator[Problem]:
        """Yield what a row needs and does not say."""
        named = [name for name in (ID_COLUMN, CODE_COLUMN) if name in self.at]
        if named and not any(self.cell(row.cells, name) for name in named):
            yield Problem(row.line, named[-1], "cell_missing", {"column": named[-1]}, row.id)
        parents = {PARENT_COLUMN, PARENT_CODE_COLUMN, PARENT_NAME_COLUMN} & self.at.keys()
        if parents == {PARENT_COLUMN} and not self.cell(row.cells, PARENT_COLUMN):
            shown: Params = {"column": PARENT_COLUMN}
            yield Problem(row.line, PARENT_COLUMN, "cell_missing", shown, row.id)
        own, name = self.cell(row.cells, PATH_COLUMN), self.cell(row.cells, NAME_COLUMN)
        is_placed = bool(parents) or PATH_COLUMN not in self.at or own.endswith(f"/{name}")
        if name and own != name and not is_placed:
            shown = {"value": shortened(own), "column": PATH_COLUMN}
            wrong: TextCode = "path_without_name" if own else "cell_missing"
            yield Problem(row.line, PATH_COLUMN, wrong, shown, row.id)


@dataclass(frozen=True, slots=True)
class Outline:
    """The rows of a department file, each with the line of the one above.

    `root`: the name of the company, if the file has no line for it and names it as a parent.
    """

    nodes: Sequence[Node]
    root: str = ""


def outline_of(columns: Sequence[str], rows: Sequence[Row]) -> tuple[Outline, list[Problem]]:
    """Return the tree of a department file and its problems (302004), without recursion.

    A row without a correct name of its own or of its parent is no part of the tree; it was
    reported before, and is not reported again for its children.
    """
    links = _Links(columns, rows)
    nodes = [node for row in rows if row.cells and (node := links.node(row)) is not None]
    outline = _with_company(Outline(nodes)) if not links.cells.is_numbered else Outline(nodes)
    return outline, [*links.problems, *_tree_problems(outline.nodes, links)]


class _Links:
    """Finds the line of a row's parent."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.cells = DepartmentCells(columns)
        self.problems: list[Problem] = []
        self.own: dict[tuple[str, str], int] = {}
        """The first line of each number and code, also of rows with other problems."""
        self._paths: dict[int, str] = {}
        self._whole: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        by_name = bool({PARENT_NAME_COLUMN, PATH_COLUMN} & self.cells.at.keys())
        for row in rows:
            for column in {ID_COLUMN, CODE_COLUMN} & self.cells.at.keys():
                said = self.cells.cell(row.cells, column) if row.cells else row.id
                if said and (column == CODE_COLUMN or is_department_id(said)):
                    self.own.setdefault((column, said), row.line)
            if by_name and row.cells:
                self._note(row)

    @property
    def root(self) -> int | None:
        """The line of department 1."""
        return self.own.get((ID_COLUMN, ROOT))

    def _note(self, row: Row) -> None:
        path = self._paths[row.line] = self.cells.path(row.cells)
        self._whole.setdefault(path, []).append(row.line)
        parts = path.split("/")[-_MAX_PARTS:]
        for start in range(len(parts)):
            self._ends.setdefault("/".join(parts[start:]), []).append(row.line)

    def node(self, row: Row) -> Node | None:
        """Return the node of a row, None if it cannot be one."""
        number = self.cells.cell(row.cells, ID_COLUMN)
        code = self.cells.cell(row.cells, CODE_COLUMN)
        own = (ID_COLUMN, number) if number else (CODE_COLUMN, code)
        is_named = bool(number or code)
        if is_named and self.own.get(own) != row.line:
            return None
        if not is_named and {ID_COLUMN, CODE_COLUMN} & self.cells.at.keys():
            return None
        name = self.cells.cell(row.cells, NAME_COLUMN)
        node = Node(row.line, row.id, name, TOP, number=number, code=code)
        return self._placed(node, row.cells)

    def _placed(self, node: Node, cells: Sequence[str]) -> Node | None:
        """Return the node with its parent."""
        if number := self.cells.cell(cells, PARENT_COLUMN):
            if number == ROOT_PARENT:
                return node
            line = self.own.get((ID_COLUMN, number))
            is_right = is_department_id(number)
            return replace(node, parent=line, said=number) if is_right else None
        if self.cells.is_numbered:
            return None
        if code := self.cells.cell(cells, PARENT_CODE_COLUMN):
            line = self.own.get((CODE_COLUMN, code))
            if line is None and code in _TOP_CODES:
                return node
            return replace(node, parent=line, said=code, column=PARENT_CODE_COLUMN)
        above, is_whole = self.cells.above(cells)
        return self._under(node, above, is_whole=is_whole) if above else node

    def _under(self, node: Node, above: str, *, is_whole: bool) -> Node:
        """Return the node under the department of a name or path."""
        column = PATH_COLUMN if is_whole else PARENT_NAME_COLUMN
        found = [line for line in self._lines(above, is_whole=is_whole) if line != node.line]
        if len(found) > 1:
            paths = Listing.of((self._paths[line] for line in found), _MAX_NAMED)
            shown: Params = {"value": shortened(above), "paths": paths}
            self.problems.append(Problem(node.line, column, "parent_ambiguous", shown, node.id))
            return replace(node, parent=None, column=column)
        if not found and above in self._ends:
            return replace(node, parent=node.line, said=above, column=column)
        return replace(node, parent=found[0] if found else None, said=above, column=column)

    def _lines(self, above: str, *, is_whole: bool) -> Sequence[int]:
        """Return the lines that a name or path may mean."""
        if (is_whole or "/" in above) and (found := self._whole.get(above)):
            return found
        if found := self._ends.get(above):
            return found
        # The row of a parent may say less of its own path.
        parts = above.split("/")[-_MAX_PARTS:]
        shorter = ("/".join(parts[start:]) for start in range(1, len(parts)))
        return next((self._whole[each] for each in shorter if each in self._whole), ())


def _with_company(outline: Outline) -> Outline:
    """Let the company be the root if the file names it as a parent and has no line for it."""
    missing = {node.said for node in outline.nodes if node.parent is None and node.said}
    by_name = all(
        node.column in {PARENT_NAME_COLUMN, PATH_COLUMN}
        for node in outline.nodes
        if node.parent is None
    )
    is_rooted = any(node.parent == TOP for node in outline.nodes)
    if is_rooted or not by_name or len(missing) != 1 or "/" in (name := missing.pop()):
        return outline
    nodes = [
        replace(node, parent=TOP) if node.parent is None and node.said else node
        for node in outline.nodes
    ]
    return Outline(nodes, name)


def _tree_problems(nodes: Sequence[Node], links: _Links) -> Iterator[Problem]:
    if len(nodes) > MAX_COUNT:
        shown: Params = {"count": len(nodes), "limit": MAX_COUNT}
        yield Problem(0, "", "departments_too_many", shown)
    yield from _wrong_roots(nodes, links)
    for node in nodes:
        if node.parent is None and node.said and node.line != links.root:
            shown = {"value": shortened(node.said)}
            yield Problem(node.line, node.column, "parent_missing", shown, node.id)
    yield from _namesakes(nodes)
    yield from _cycles(nodes, links.root)
    yield from _too_deep(nodes, links)


def _wrong_roots(nodes: Sequence[Node], links: _Links) -> Iterator[Problem]:
    """Yield what is wrong with the root: department 1, or the only one without a parent.

    Several without a parent hang below the root, unless the file goes by numbers. Where the file
    lacks a parent, that may be the root.
    """
    is_told = links.root is not None or links.cells.is_numbered
    if links.root is None and links.cells.is_numbered:
        yield Problem(0, ID_COLUMN, "root_missing")
    elif not is_told and nodes and all(node.parent not in (TOP, None) for node in nodes):
        yield Problem(0, nodes[0].column, "root_not_found")
    for node in nodes:
        if node.line == links.root and node.parent != TOP:
            shown: Params = {"value": shortened(node.said)}
            yield Problem(node.line, node.column, "root_has_parent", shown, node.id)
        elif node.line != links.root and node.parent == TOP and is_told:
            yield Problem(node.line, node.column, "root_second", {"value": node.id}, node.id)


def _namesakes(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Yield departments with the name of another one under the same parent (302007)."""
    first: dict[tuple[int | str, str], int] = {}
    for node in nodes:
        if not node.name:
            continue
        above = node.said if node.parent is None else node.parent
        line = first.setdefault((above, node.name), node.line)
        if line != node.line:
            shown: Params = {"value": shortened(node.name), "first": line}
            yield Problem(node.line, NAME_COLUMN, "department_name_twice", shown, node.id)


def _cycles(nodes: Sequence[Node], root: int | None) -> Iterator[Problem]:
    """Yield every circle of departments once, at its first line (60010)."""
    by_line = {node.line: node for node in nodes if node.line != root}
    settled: set[int] = set()
    for start in by_line:
        path: dict[int, Node] = {}
        node = by_line.get(start)
        while node is not None and node.line not in settled and node.line not in path:
            path[node.line] = node
            node = by_line.get(node.parent or TOP)
        settled.update(path)
        if node is None or node.line not in path:
            continue
        lines = list(path)
        ring = [path[each] for each in lines[lines.index(node.line) :]]
        at = ring.index(min(ring, key=lambda each: each.line))
        ring = [*ring[at:], *ring[: at + 1]]
        shown: Params = {"value": shortened(" → ".join(each.id for each in ring[:9]))}
        if node.parent == node.line:
            own: Params = {"value": shortened(node.id)}
            yield Problem(node.line, node.column, "department_own_parent", own, node.id)
        else:
            first = ring[0]
            yield Problem(first.line, first.column, "department_cycle", shown, first.id)


def _too_deep(nodes: Sequence[Node], links: _Links) -> Iterator[Problem]:
    """Yield the departments of the first level that is too deep, but none below them."""
    children: dict[int, list[Node]] = {}
    for node in nodes:
        if node.parent is not None:
            children.setdefault(node.parent, []).append(node)
    level = children.get(TOP, [])
    # Several below a root that the file does not have.
    depth = 2 if len(level) > 1 and links.root is None and not links.cells.is_numbered else 1
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in children.get(node.line, ())]
        depth += 1
    for node in level:
        shown: Params = {"level": depth, "limit": MAX_DEPTH}
        yield Problem(node.line, node.column, "department_too_deep", shown, node.id)
