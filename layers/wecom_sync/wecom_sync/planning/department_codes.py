"""Gives the departments of a file their numbers: WeCom knows them by nothing else. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from wecom_sync.domain.directory import ROOT
from wecom_sync.domain.run import Job
from wecom_sync.domain.snapshot import Snapshot, code_key, codes_of, doubt_key, path_key
from wecom_sync.domain.texts import Listing
from wecom_sync.files.department_cells import (
    ID_COLUMN,
    MAX_DEPTH,
    MAX_ID,
    NAME_COLUMN,
    PARENT_COLUMN,
    ROOT_PARENT,
    DepartmentCells,
)
from wecom_sync.files.department_outline import TOP, Node, outline_of
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.problems import FileRejectedError, Problem, Row
from wecom_sync.files.roster import Roster

type Live = Mapping[int, tuple[str, int]]
"""The live departments: number to name, blank if unknown, and parent."""
type Names = tuple[str, ...]
"""A path without the root's name."""

type Claims = tuple[int | None, int | None, int | None, int | None]
"""The numbers that a department may have, the best first: promised, of its path, of its code, and
remembered."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A department file as WeCom gets it.

    `read`: with the columns that it had; `numbers`: the number of each code, and of each path where
    the file has neither numbers nor codes (see `code_key`); `stated`: those that the file says.
    """

    roster: Roster
    read: Roster
    numbers: Mapping[str, int] = field(default_factory=dict)
    stated: frozenset[str] = frozenset()


def number_departments(
    roster: Roster,
    live: Live,
    snapshot: Snapshot,
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
        return Numbered(roster, roster)
    outline, _ = outline_of(roster.columns, roster.rows)
    known = _Known(live, snapshot, promised or {}, posted=posted)
    root = None if outline.root else _root(outline.nodes, known)
    name = outline.root or known.root_name
    if root is None and not name:
        named = Listing.of(node.name for node in outline.nodes if node.parent == TOP)
        raise FileRejectedError([Problem(0, ID_COLUMN, "root_unnamed", {"named": named})])
    paths = _paths(outline.nodes, root)
    numbers = _numbers(outline.nodes, paths, root, known)
    keys = {node.line: key for node in outline.nodes if (key := _key(node, paths[node.line]))}
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    orders = {row.line: row.cells[order_at] for row in roster.rows if order_at is not None}
    columns = (NAME_COLUMN, ID_COLUMN, PARENT_COLUMN, ORDERS_COLUMN)[: 3 if order_at is None else 4]

    def row(line: int, said: str, parent: str) -> Row:
        number = str(numbers.get(line, ROOT))
        cells = (said, number, parent, orders.get(line, ""))
        return Row(line, number, cells[: len(columns)])

    rows = [row(node.line, node.name, _parent(node, root, numbers)) for node in outline.nodes]
    if root is None:
        rows.insert(0, row(0, name, ROOT_PARENT))
    return Numbered(
        replace(roster, columns=columns, rows=tuple(rows)),
        replace(
            roster,
            rows=tuple(Row(each.line, str(numbers[each.line]), each.cells) for each in roster.rows),
        ),
        {key: numbers[line] for line, key in keys.items()},
        frozenset(keys[node.line] for node in outline.nodes if node.number and node.line in keys),
    )


def live_codes(live: Live, snapshot: Snapshot) -> dict[str, int]:
    """Return the number of each code whose department is there."""
    known = _Known(live, snapshot, {}, posted=False)
    codes = codes_of(snapshot.numbers)
    return {code: number for code, number in codes.items() if known.code(code) == number}


def promise(
    snapshot: Snapshot, run_id: str, numbers: Mapping[str, int], stated: Collection[str]
) -> Snapshot:
    """Return the snapshot with the numbers that a run's departments are planned with.

    Numbers that we gave and no department has had yet are remembered at once, whatever becomes of
    the run, so that the same department gets the same number in the next file. The others, and what
    the file `stated`, are remembered once it is applied, since it may be a wrong one.
    """
    new = {
        key: number
        for key, number in numbers.items()
        if key not in stated and number not in snapshot.departments
    }
    kept = {**new, **snapshot.numbers}
    return replace(snapshot, numbers=kept, promised={run_id: numbers})


def kept_promises(snapshot: Snapshot, run_id: str, applied: Collection[str]) -> dict[str, int]:
    """Return what is remembered once WeCom has applied departments, or may have.

    A department with a new code is no longer known by an older one: somebody else may get that.
    """
    promised = snapshot.promised.get(run_id, {})
    kept = {key: number for key, number in promised.items() if str(number) in applied}
    coded = {*codes_of(kept).values()}
    known = {key: number for key, number in snapshot.numbers.items() if number not in coded}
    return {**known, **kept}


def _parent(node: Node, root: Node | None, numbers: Mapping[int, int]) -> str:
    if root is not None and node.line == root.line:
        return ROOT_PARENT
    return str(numbers[node.parent] if node.parent else ROOT)


def _key(node: Node, path: Names) -> str:
    """Return what we remember a department by, blank for one that has a number and no code."""
    if node.code:
        return code_key(node.code)
    return "" if node.number else path_key(path)


class _Known:
    """What we know of a corp's departments.

    `promised`, `posted`: see `number_departments`.
    """

    def __init__(
        self, live: Live, snapshot: Snapshot, promised: Mapping[str, int], *, posted: bool
    ) -> None:
        self.live = live
        self._snapshot = snapshot
        self._promised = promised
        self._posted = posted
        self.root_name = snapshot.departments.get(ROOT, {}).get(NAME_COLUMN, "")
        self._by_path = {path: number for number in live if (path := self._path(number))}

    def _path(self, number: int) -> Names:
        """Return the path of a live department, () if a name in it is unknown."""
        names: list[str] = []
        while number != ROOT and (found := self.live.get(number)) and len(names) <= MAX_DEPTH:
            names.insert(0, found[0].strip())
            number = found[1]
        return tuple(names) if number == ROOT and all(names) else ()

    def _is_strange(self, number: int) -> bool:
        """Whether a live department comes from no file.

        A person may have made it by hand, and WeCom may have given it a number that we had in mind.
        """
        is_doubted = doubt_key(Job.REPLACE_PARTY, str(number)) in self._snapshot.uncertain
        is_ours = number in self._snapshot.departments or is_doubted or self._posted
        return number in self.live and not is_ours

    def code(self, code: str) -> int | None:
        """Return the live department of a code."""
        number = self._snapshot.numbers.get(code_key(code))
        if number is None or number not in self.live or self._is_strange(number):
            return None
        return number

    def claims(self, node: Node, path: Names) -> Claims:
        """Return the numbers that a department may have."""
        key = _key(node, path)
        promised, remembered = self._promised.get(key), self._snapshot.numbers.get(key)
        if promised is not None and self._is_strange(promised):
            promised = None
        there = self.code(node.code) if node.code else None
        # One that is there is somebody else's, or by now it has another path, if it is not doubted.
        is_other = remembered in self._snapshot.departments and remembered in self.live
        if remembered is not None and (is_other or self._is_strange(remembered)):
            remembered = None
        return promised, self._by_path.get(path), there, remembered

    def is_below(self, node: Node) -> bool:
        """Whether we know a department without a parent as one below the root."""
        found = next((each for each in self.claims(node, (node.name,)) if each is not None), ROOT)
        return found != ROOT and node.name != self.root_name

    def free(self, given: Iterable[int]) -> Iterator[int]:
        """Return numbers that nothing has or had, nor is `given` now."""
        found = self._snapshot
        promised = (given.values() for given in found.promised.values())
        taken = {*given, *self.live, *found.departments, *found.numbers.values()}
        taken.update(chain.from_iterable(promised), self._promised.values())
        # WeCom itself gives a department of its own a number near the end.
        highest = max(number for number in taken if number <= MAX_ID // 2)
        return (number for number in range(highest + 1, MAX_ID + 1) if number not in taken)


def _root(nodes: Sequence[Node], known: _Known) -> Node | None:
    """Return the company's node, None if the file has none.

    A file of one branch has a single department without a parent, too.
    """
    tops = [node for node in nodes if node.parent == TOP]
    if told := [node for node in nodes if node.number == str(ROOT)]:
        return told[0]
    tops = [node for node in tops if not node.number and not known.is_below(node)]
    named = [node for node in tops if known.code(node.code) == ROOT] or [
        node for node in tops if node.name == known.root_name
    ]
    found = named or tops
    is_single = len(found) == 1 and (named or sum(node.parent == TOP for node in nodes) == 1)
    return found[0] if is_single else None


def _paths(nodes: Sequence[Node], root: Node | None) -> dict[int, Names]:
    """Return the path of each line, from the top down."""
    children: dict[int, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent or TOP, []).append(node)
    paths: dict[int, Names] = {}
    level: list[tuple[Node, Names]] = [(node, ()) for node in children.get(TOP, ())]
    while level:
        below = []
        for node, above in level:
            is_root = root is not None and node.line == root.line
            paths[node.line] = () if is_root else (*above, node.name)
            below += [(child, paths[node.line]) for child in children.get(node.line, ())]
        level = below
    return paths


def _numbers(
    nodes: Sequence[Node], paths: Mapping[int, Names], root: Node | None, known: _Known
) -> dict[int, int]:
    """Return the number of each line. The better claim of any line goes before a weaker one."""
    numbers = {node.line: int(node.number) for node in nodes if node.number}
    if root is not None:
        numbers[root.line] = ROOT
    given = {ROOT, *numbers.values()}
    claims = _without_exchange(
        {node.line: known.claims(node, paths[node.line]) for node in nodes}, numbers
    )
    for claimed in zip(*claims.values(), strict=True):
        for line, number in zip(claims, claimed, strict=True):
            if line not in numbers and number is not None and number not in given:
                numbers[line] = number
                given.add(number)
    free = known.free(given)
    return {line: numbers[line] if line in numbers else next(free) for line in claims}


def _without_exchange(claims: Mapping[int, Claims], settled: Collection[int]) -> dict[int, Claims]:
    """Let lines that exchange names, places or codes claim no number by their path.

    In a circle of such lines, each has the code of one department and the path of the next.
    """
    paths = {
        by_code: by_path
        for line, (_, by_path, by_code, _) in claims.items()
        if line not in settled and None not in (by_path, by_code) and by_path != by_code
    }
    seen: set[int | None] = set()
    circles: set[int | None] = set()
    for start in paths:
        walk: list[int | None] = []
        number = start
        while number in paths and number not in seen:
            seen.add(number)
            walk.append(number)
            number = paths[number]
        if walk and number == start:
            circles.update(walk)
    return {
        line: (promised, None if by_code in circles else by_path, by_code, remembered)
        for line, (promised, by_path, by_code, remembered) in claims.items()
    }
