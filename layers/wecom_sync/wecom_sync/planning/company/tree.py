"""The departments that a company file implies, with all others that stay, by WeCom's ids. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import NamedTuple

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import ROOT, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing, Params, TextCode
from wecom_sync.domain.values import dataclass
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN, PARENT_COLUMN, ROOT_PARENT
from wecom_sync.files.department_index import TOP, Names, Node, Nodes
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Change, Evidence
from wecom_sync.planning.company.places import Live, Place, Places, cell_of
from wecom_sync.planning.company.recognition import Pair, Trees
from wecom_sync.planning.department_codes import (
    Claims,
    Numbered,
    Tree,
    label_of,
    settle,
    without_exchange,
)
from wecom_sync.planning.department_names import Placing
from wecom_sync.planning.departments import plan_departments
from wecom_sync.planning.night import unmanaged_accounts
from wecom_sync.planning.plan import Plan


class Recognised(NamedTuple):
    """What became of a department, which stays or goes into another one: the `code` of a text."""

    code: TextCode
    pair: Pair
    before: Names
    after: Names

    @property
    def arrow(self) -> str:
        """What became of it in a few marks."""
        before, after = self._shown(self.before), self._shown(self.after)
        return f"{before} → {after} ({self.pair.same}/{self.pair.people})"

    @property
    def problem(self) -> Problem:
        """What a person is told."""
        params: Params = {
            "before": self._shown(self.before),
            "after": self._shown(self.after),
            "same": self.pair.same,
            "people": self.pair.people,
            "id": self.pair.id,
        }
        return Problem(0, DEPARTMENTS_COLUMN, self.code, params)

    def _shown(self, path: Names) -> str:
        names = path[-1:] if self.code == "department_renamed" else path
        return shortened("/".join(names)) or str(self.pair.id)


@dataclass(frozen=True)
class CompanyTree:
    """The departments of a company file.

    `numbered`: as a department file, None where the file says nothing of them; `placed`: the ids of
    each cell of departments, and of each cell of codes by its label (see `code_key`); `gone`: those
    that are left out; `kept_empty`: those that the file no longer names because nobody is in them;
    `unnamed`: those whose name WeCom needs and nobody knows.
    """

    placed: Mapping[str, str]
    numbered: Numbered | None = None
    recognised: tuple[Recognised, ...] = ()
    gone: frozenset[int] = frozenset()
    kept_empty: tuple[int, ...] = ()
    unnamed: tuple[int, ...] = ()

    def warnings(self, names: Mapping[int, str]) -> Iterator[Problem]:
        """Yield what a person should know: what was recognised, and what stays empty."""
        for it in self.recognised:
            yield it.problem
        if self.kept_empty:
            named = Listing.of(names.get(it) or str(it) for it in self.kept_empty)
            params: Params = {"count": len(self.kept_empty), "departments": named}
            yield Problem(0, DEPARTMENTS_COLUMN, "warning_kept_empty", params)

    def with_ids(self, roster: Roster) -> Roster:
        """Return the members with ids as their departments, and without codes."""
        places = Placing(roster.columns)
        rows = tuple(
            Row(row.line, row.id, places.placed(row.cells, self.placed[cell_of(*places.of(row))]))
            for row in roster.rows
        )
        return replace(roster, columns=places.columns, rows=rows)


def company_tree(
    roster: Roster,
    directory: Directory,
    book: Book,
    policy: Policy,
    promised: Mapping[str, int] | None = None,
    *,
    posted: bool = False,
    others: Collection[int] = (),
    staying: Collection[str] = (),
) -> CompanyTree:
    """Return the departments of a company file whose rows have accounts as their ids.

    `promised`, `posted`: see `Tree`; `others`: the lines of people who are not sent; `staying`:
    accounts whose departments stay as well.
    Raises `FileRejectedError` for ids and codes that no department has, for names that several
    have, and for people who would come into unmanaged departments.
    """
    live = Live(directory, Tree.of(directory, book, promised, posted=posted))
    file = Places.of(roster, live, policy).managed(roster, others, live)
    if not any(file.paths):
        return CompanyTree(_placed_in(file, {}))
    stay = {it for account in staying for it in directory.members.get(account, ())}
    lines = _named(file)
    numbers = _numbered(lines, live, is_whole=roster.is_whole)
    rest = _rest(lines, numbers, live, stay)
    rows = (*_rows(file.root, lines, numbers, rest, live.tree.nodes),)
    columns, separator = (NAME_COLUMN, ID_COLUMN, PARENT_COLUMN), roster.separator
    departments = Roster(Job.REPLACE_PARTY, roster.encoding, columns, rows, separator=separator)
    labels = {label_of(lines.nodes[it], lines.paths[it]): at for it, at in numbers.ids.items()}
    unmanaged = unmanaged_accounts(directory, book, policy)
    occupied = live.unmanaged.union(stay, *(directory.members[it] for it in unmanaged))
    return CompanyTree(
        _placed_in(file, {path: numbers.ids[line] for line, path in lines.paths.items()}),
        Numbered(departments, labels),
        (*_recognised(lines, numbers, rest, live),),
        frozenset(rest.gone),
        tuple(it for it in rest.kept if it not in occupied),
        tuple(int(row.id) for row in rows if not row.cells[0]),
    )


def live_places(
    roster: Roster, directory: Directory, book: Book, policy: Policy
) -> Mapping[str, frozenset[int]]:
    """Return, of each cell of departments, the live ones that have these paths already."""
    live = Live(directory, Tree.of(directory, book))
    by_path = live.tree.by_path
    return {
        cell: frozenset(
            number
            for it in places
            if (number := by_path.get(it) if isinstance(it, tuple) else it) is not None
        )
        for cell, places in Places.of(roster, live, policy).cells.items()
    }


def _placed_in(file: Places, numbers: Mapping[Names, int]) -> dict[str, str]:
    """Return the ids of each cell. `numbers`: of paths."""
    numbers = {**numbers, (): ROOT}
    return {
        cell: ";".join(str(numbers[it] if isinstance(it, tuple) else it) for it in places)
        for cell, places in file.cells.items()
    }


class Lines(NamedTuple):
    """The departments that a file names, each by a line, and those above it before.

    `rows`: the first row of each; `people`: how many are in which live departments, and in which
    lines now.
    """

    nodes: Mapping[int, Node]
    paths: Mapping[int, Names]
    rows: Mapping[int, int]
    people: Mapping[tuple[frozenset[int], frozenset[int]], int]


class Numbering(NamedTuple):
    """The ids of lines and of what is above them, and the live departments that were recognised."""

    ids: Mapping[int, int]
    above: Mapping[int, int]
    pairs: Mapping[int, Pair]
    trees: Trees


class Rest(NamedTuple):
    """The live departments that have no line: which stay, which go, and into which line."""

    kept: Sequence[int]
    gone: AbstractSet[int]
    merged: Sequence[Pair]


def _named(file: Places) -> Lines:
    rows: dict[Names, int] = {}
    for path, row in file.paths:
        for end in range(1, len(path) + 1):
            rows.setdefault(path[:end], row)
    lines: dict[Place, int] = {path: line for line, path in enumerate(rows, 1)}
    nodes = {
        line: Node(line, "", path[-1], lines.get(path[:-1], TOP), code=file.codes.get(path, ""))
        for line, path in enumerate(rows, 1)
    }
    people: Counter[tuple[frozenset[int], frozenset[int]]] = Counter()
    for (there, cell), count in file.people.items():
        people[there, frozenset(lines[it] for it in file.cells[cell] if it in lines)] += count
    return Lines(nodes, dict(enumerate(rows, 1)), dict(enumerate(rows.values(), 1)), people)


def _numbered(lines: Lines, live: Live, *, is_whole: bool) -> Numbering:
    """Return the ids of lines: of unmanaged departments only those that their paths claim."""
    every, ids = dict[int, Claims](), dict[int, int]()
    trees = Trees(
        {number: it for number, it in live.tree.nodes.items() if number != ROOT},
        {line: (node.name, node.parent or TOP) for line, node in lines.nodes.items()},
        lines.people,
    )
    for line, node in lines.nodes.items():
        claims = live.tree.claims(node, lines.paths[line])
        managed = Claims(*(None if it in live.unmanaged else it for it in claims))
        every[line] = managed._replace(of_path=claims.of_path)
    every = without_exchange(every, ())
    settle(ids, {line: it[:3] for line, it in every.items()})
    free = live.tree.nodes.keys() - {ROOT, *ids.values()}
    pairs = trees.recognised(ids, free, lines.nodes.keys() - ids.keys(), live.unmanaged)
    ids |= {line: pair.id for line, pair in pairs.items()}
    settle(ids, {line: it[3:] for line, it in every.items()})
    ids = live.tree.filled(ids, lines.nodes)
    above = {line: ids.get(node.parent or TOP, ROOT) for line, node in lines.nodes.items()}
    anchors = {} if is_whole else dict(_anchored(lines, ids, live.tree.nodes))
    return Numbering(ids, {**above, **anchors}, pairs, trees)


def _anchored(lines: Lines, ids: Mapping[int, int], live: Nodes) -> Iterator[tuple[int, int]]:
    """Yield departments of which the file says the name alone, and what stays above them."""
    by_id, paths = {number: line for line, number in ids.items()}, {*lines.paths.values()}
    for line, path in lines.paths.items():
        if len(path) > 1 or ids[line] not in live:
            continue
        parent = live[ids[line]][1] or ROOT
        above = lines.paths[by_id[parent]] if parent in by_id else ()
        if above[:1] != path and (not above or (*above, *path) not in paths):
            yield line, parent


def _rest(lines: Lines, numbers: Numbering, live: Live, stay: AbstractSet[int]) -> Rest:
    """Return what becomes of the others; whatever is in the way of a name goes, too (60008).

    `stay`: those whose people stay. Nothing goes that has something below it which stays.
    """
    nodes, listed = live.tree.nodes, {*numbers.ids.values()}
    missing = nodes.keys() - {ROOT, *listed}
    merged = numbers.trees.merged(missing - live.unmanaged, numbers.ids)
    leaving = (merged.keys() | live.tree.book.condemned) - stay
    taken = {(node.name, numbers.above[line]) for line, node in lines.nodes.items()}
    gone = {it for it in missing - live.unmanaged if it in leaving or nodes[it] in taken}
    for at in (*(missing - gone), *numbers.above.values()):
        while at in nodes and at not in listed:
            gone.discard(at)
            at = nodes[at][1]
    return Rest(sorted(missing - gone), gone, [pair for it, pair in merged.items() if it in gone])


def _rows(root: str, lines: Lines, numbers: Numbering, rest: Rest, live: Nodes) -> Iterator[Row]:
    """Yield the departments as a department file has them."""
    yield Row(0, str(ROOT), (root, str(ROOT), ROOT_PARENT))
    for line, node in lines.nodes.items():
        number, parent = str(numbers.ids[line]), str(numbers.above[line])
        yield Row(lines.rows[line], number, (node.name, number, parent))
    for it in rest.kept:
        name, above = live[it]
        yield Row(0, str(it), (name, str(it), str(above if above in live else ROOT)))


def _recognised(lines: Lines, numbers: Numbering, rest: Rest, live: Live) -> Iterator[Recognised]:
    """Yield the departments with another name or place, or whose people have gone into others."""
    nodes, paths = live.tree.nodes, live.tree.index.paths
    became: list[tuple[TextCode, Pair]] = []
    for line, node in lines.nodes.items():
        if (number := numbers.ids[line]) not in nodes:
            continue
        name, parent = nodes[number]
        is_moved = parent != numbers.above[line]
        code: TextCode = "department_moved"
        if name != node.name:
            code = "department_renamed_moved" if is_moved else "department_renamed"
        if is_moved or name != node.name:
            # Whatever shows that it is this one.
            pair = numbers.trees.pair(number, line)._replace(is_clear=True)
            became.append((code, numbers.pairs.get(line, pair)))
    for code, pair in (*became, *(("department_merged", it) for it in rest.merged)):
        yield Recognised(code, pair, paths[pair.id][1:], lines.paths[pair.line])


def plan_tree(tree: CompanyTree, directory: Directory, book: Book) -> Plan | None:
    """Return what becomes of the departments, None where the file says nothing of them."""
    if tree.numbered is None:
        return None
    plan = plan_departments(tree.numbered.roster, directory, book)
    arrows = {str(it.pair.id): it.arrow for it in tree.recognised}
    unclear = {str(it.pair.id) for it in tree.recognised if not it.pair.is_clear}
    gone = set(map(str, tree.gone - book.condemned))

    def noticed(change: Change) -> Change:
        marks = {Evidence.UNCLEAR} if change.subject in unclear else set[Evidence]()
        marks |= {Evidence.MERGED} if change.subject in gone else set()
        arrow = change.counterpart or arrows.get(change.subject, "")
        return change._replace(evidence=change.evidence | marks, counterpart=arrow)

    separators = (book.separator, tree.numbered.roster.separator)
    is_other = all(separators) and len({*separators}) > 1
    changed = replace(
        plan,
        changes=tuple(map(noticed, plan.changes)),
        separators=separators if is_other else (),
    )
    unnamed = () if changed.changes_nothing else tuple(map(str, tree.unnamed))
    return replace(changed, unnamed=unnamed)
