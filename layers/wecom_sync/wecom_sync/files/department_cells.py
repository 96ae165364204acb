"""Rules about departments: about a cell, and about the whole tree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wecom_sync.files.problems import Problem, shortened

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


@dataclass(frozen=True, slots=True)
class Node:
    """A row of a department file, in normal form."""

    line: int
    id: str
    parent: str
    name: str


def tree_problems(nodes: Sequence[Node], known: Mapping[str, int]) -> Iterator[Problem]:
    """Yield the problems of the tree (302004), in linear time and without recursion.

    `nodes`: the rows with a correct id and parent, each id once. `known`: every id of the file,
    also of rows with other problems, so that a mistake is not reported again for every child.
    """
    if len(known) > MAX_COUNT:
        shown: dict[str, str | int] = {"count": len(known), "limit": MAX_COUNT}
        yield Problem(0, "", "departments_too_many", shown)
    if ROOT not in known:
        yield Problem(0, ID_COLUMN, "root_missing")
    yield from _wrong_parents(nodes, known)
    yield from _namesakes(nodes)
    children: dict[str, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent, []).append(node)
    yield from _cycles(nodes)
    yield from _too_deep(children)


def _wrong_parents(nodes: Sequence[Node], known: Mapping[str, int]) -> Iterator[Problem]:
    for node in nodes:
        shown: dict[str, str | int] = {"value": shortened(node.parent)}
        if node.id == ROOT:
            if node.parent != ROOT_PARENT:
                yield Problem(node.line, PARENT_COLUMN, "root_has_parent", shown, node.id)
        elif node.parent == ROOT_PARENT:
            yield Problem(node.line, PARENT_COLUMN, "root_second", {"value": node.id}, node.id)
        elif node.parent not in known:
            yield Problem(node.line, PARENT_COLUMN, "parent_missing", shown, node.id)


def _namesakes(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Yield departments with the name of another one under the same parent (302007)."""
    first: dict[tuple[str, str], int] = {}
    for node in nodes:
        if not node.name:
            continue
        line = first.setdefault((node.parent, node.name), node.line)
        if line != node.line:
            shown: dict[str, str | int] = {"value": shortened(node.name), "first": line}
            yield Problem(node.line, NAME_COLUMN, "department_name_twice", shown, node.id)


def _cycles(nodes: Sequence[Node]) -> Iterator[Problem]:
    """Yield every circle of departments once, at its first line (60010)."""
    by_id = {node.id: node for node in nodes if node.id != ROOT}
    settled: set[str] = set()
    for start in by_id:
        path: dict[str, Node] = {}
        node = by_id.get(start)
        while node is not None and node.id not in settled and node.id not in path:
            path[node.id] = node
            node = by_id.get(node.parent)
        settled.update(path)
        if node is None or node.id not in path:
            continue
        ids = list(path)
        ring = [path[each] for each in ids[ids.index(node.id) :]]
        at = ring.index(min(ring, key=lambda each: each.line))
        ring = [*ring[at:], *ring[: at + 1]]
        shown: dict[str, str | int] = {"value": shortened(" → ".join(each.id for each in ring[:9]))}
        if node.parent == node.id:
            own = {"value": shortened(node.id)}
            yield Problem(node.line, PARENT_COLUMN, "department_own_parent", own, node.id)
        else:
            yield Problem(ring[0].line, PARENT_COLUMN, "department_cycle", shown, ring[0].id)


def _too_deep(children: Mapping[str, Sequence[Node]]) -> Iterator[Problem]:
    """Yield the departments of the first level that is too deep, but none below them."""
    level = list(children.get(ROOT_PARENT, ()))
    depth = 1
    while level and depth <= MAX_DEPTH:
        level = [child for node in level for child in children.get(node.id, ())]
        depth += 1
    for node in level:
        shown = {"level": depth, "limit": MAX_DEPTH}
        yield Problem(node.line, PARENT_COLUMN, "department_too_deep", shown, node.id)
