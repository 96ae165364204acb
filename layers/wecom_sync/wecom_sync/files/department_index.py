"""Finds a department by id, code or path, and the tree that a department file describes.

Keys are ids of live departments, or lines of a file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from wecom_sync.domain.texts import Param, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import (
    CODE_COLUMN,
    ID_COLUMN,
    MAX_DEPTH,
    MAX_NAME,
    NAME_COLUMN,
    PARENT_CODE_COLUMN,
    PARENT_COLUMN,
    ROOT,
    ROOT_PARENT,
    DepartmentCells,
    is_department_id,
    is_number,
)
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row

type Names = tuple[str, ...]
"""The names from the root's down to a department's own. A name that nobody knows is blank."""
type Nodes = Mapping[int, tuple[str, int]]
"""Name and parent's key of each department."""

_NOWHERE: Names = ("", "")
"""Stands above a department whose parent is unknown: no path that begins there is whole."""
_NO_CODES: Mapping[str, int] = {}
MAX_COUNT = 30_000
TOP = 0
"""Stands for the line of the department above one that has none."""
_TOP_CODES = ("", "0", "-1")
"""What HR systems write as the parent's code where there is none."""


def paths_of(nodes: Nodes, tops: Mapping[int, Names]) -> dict[int, Names]:
    """Return the path of each department. `tops`: those of keys at which every path begins."""
    paths = {**tops}
    for key in nodes:
        way: list[int] = []
        above = key
        # Departments in a circle have no top.
        while above not in paths and above in nodes and len(way) <= MAX_DEPTH:
            way.append(above)
            above = nodes[above][1]
        path = paths.get(above, _NOWHERE)
        for at in reversed(way):
            path = paths[at] = (*path, nodes[at][0].strip())
    return {key: paths[key] for key in nodes}


def live_paths(nodes: Nodes) -> dict[int, Names]:
    root = int(ROOT)
    return paths_of(nodes, {root: (nodes[root][0].strip() if root in nodes else "",)})


def levels[Key](parents: Mapping[Key, Key | None], top: Key) -> Iterator[list[Key]]:
    """Yield departments level by level, first those below `top`, in the order of `parents`."""
    children: dict[Key | None, list[Key]] = {}
    for key, parent in parents.items():
        children.setdefault(parent, []).append(key)
    level = children.pop(top, [])
    while level:
        yield level
        level = [child for key in level for child in children.pop(key, ())]


def circles[Key](following: Mapping[Key, Key | None]) -> Iterator[list[Key]]:
    """Yield every circle of keys once. `following`: the next one of each, None for none."""
    settled: set[Key] = set()
    for start in following:
        way: dict[Key, None] = {}
        at: Key | None = start
        while at is not None and at in following and at not in settled and at not in way:
            way[at] = None
            at = following[at]
        settled.update(way)
        if at is not None and at in way:
            keys = list(way)
            yield keys[keys.index(at) :]


class DepartmentIndex:
    """Departments by id, code and path. Each look-up gives none, one or several keys.

    `ids`, `codes`: the key of each id and code as they are written.
    """

    def __init__(
        self,
        paths: Mapping[int, Names],
        codes: Mapping[str, int] = _NO_CODES,
        ids: Mapping[str, int] | None = None,
    ) -> None:
        self.paths = paths
        self.codes = codes
        self.ids = {str(key): key for key in paths} if ids is None else ids
        self._ends: dict[str, dict[str, list[int]]] = {}
        self._named: dict[str, list[int]] = {}
        for key, path in paths.items():
            if path[-1]:
                self._named.setdefault(path[-1], []).append(key)

    @property
    def has_names(self) -> bool:
        return bool(self._named)

    def find(self, entry: str) -> Sequence[int]:
        if is_number(entry):
            number = self.ids.get(entry.lstrip("0"))
            keys = [] if number is None else [number]
        else:
            keys = [*self.of_path(entry)]
        if entry in self.codes:
            keys.append(self.codes[entry])
        return tuple(sorted({*keys}))

    def of_path(self, path: str) -> Sequence[int]:
        """Return the departments of a whole path, or else those whose path ends so."""
        return self.whole(path) or self.ending(path)

    def whole(self, path: str) -> Sequence[int]:
        """Return the departments of a whole path, with or without the root's name in front."""
        names = {key: self.paths[key] for key in self.ending(path)}
        return [key for key, it in names.items() if path in ("/".join(it), "/".join(it[1:]))]

    def ending(self, path: str) -> Sequence[int]:
        """Return the departments whose path ends so."""
        # A name may contain a slash, so the last name may be more than the last part.
        names = reversed([*_ends_of(path.split("/")[-MAX_NAME:])])
        named = [name for name in names if name in self._named]
        return [key for name in named for key in self._ends_of(name).get(path, ())]

    def _ends_of(self, name: str) -> Mapping[str, Sequence[int]]:
        """Return the departments of a name by each way in which their paths end."""
        if name not in self._ends:
            ends = self._ends[name] = {}
            for key in self._named[name]:
                for end in _ends_of("/".join(self.paths[key]).split("/")):
                    ends.setdefault(end, []).append(key)
        return self._ends[name]


def _ends_of(parts: Sequence[str]) -> Iterator[str]:
    """Yield in which ways a path ends, the longest first."""
    return ("/".join(parts[start:]) for start in range(len(parts)))


@dataclass(frozen=True, slots=True)
class Node:
    """A row of a department file.

    `id`: what it is known by: its number, else its code. `parent`: the line of the
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


def outline_of(columns: Sequence[str], rows: Sequence[Row]) -> tuple[list[Node], list[Problem]]:
    """Return the tree of a department file and its problems (302004), without recursion.

    A row without a correct number or code of its own or of its parent is no part of the tree; it
    was reported before, and is not reported again for its children.
    """
    lines = _Lines(columns, rows)
    nodes = [node for row in rows if row.cells and (node := lines.node(row)) is not None]
    return nodes, [*_tree_problems(nodes, lines)]


class _Lines:
    """The lines of a department file, by the number and code of their department."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.cells = cells = DepartmentCells(columns)
        self._ids: dict[str, int] = {}
        self._codes: dict[str, int] = {}
        for row in rows:
            # The first line of a number or code counts, also one with other problems.
            own = row.cells or dict.fromkeys(range(len(columns)), row.id)
            if ID_COLUMN in cells.at and is_department_id(number := own[cells.at[ID_COLUMN]]):
                self._ids.setdefault(number, row.line)
            if CODE_COLUMN in cells.at and (code := own[cells.at[CODE_COLUMN]]):
                self._codes.setdefault(code, row.line)

    @property
    def root(self) -> int | None:
        """The line of department 1."""
        return self._ids.get(ROOT)

    def node(self, row: Row) -> Node | None:
        """Return the node of a row, None if it cannot be one."""
        number = self.cells.cell(row.cells, ID_COLUMN)
        code = self.cells.cell(row.cells, CODE_COLUMN)
        line = self._ids.get(number) if number else self._codes.get(code)
        if line != row.line:
            return None
        name = self.cells.cell(row.cells, NAME_COLUMN)
        top = None if self.cells.named_above(row.cells) else TOP
        node = Node(row.line, row.id, name, top, number=number, code=code)
        if above := self.cells.cell(row.cells, PARENT_COLUMN):
            if above == ROOT_PARENT:
                return node
            is_id = is_department_id(above)
            return replace(node, parent=self._ids.get(above), above=above) if is_id else None
        if self.cells.is_numbered:
            return None
        above = self.cells.cell(row.cells, PARENT_CODE_COLUMN)
        parent = self._codes.get(above)
        if parent is None and above in _TOP_CODES:
            return node
        return replace(node, parent=parent, above=above, column=PARENT_CODE_COLUMN)


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
