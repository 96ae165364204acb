"""The departments that a company file implies, with all others that stay, by WeCom's ids. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
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
from wecom_sync.files.department_index import TOP, Names, Node
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN
from wecom_sync.files.privacy import shortened
from wecom_sync.files.problems import Problem, Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import Change, Evidence
from wecom_sync.planning.company.places import Live, Places, cell_of
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
from wecom_sync.planning.plan import Plan
from wecom_sync.planning.unmanaged import unmanaged_accounts


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
    unmanaged = unmanaged_accounts(directory, book, policy)
    stay = {it for account in staying for it in directory.members.get(account, ())}
    return _Growth(file, live, unmanaged, stay, is_whole=roster.is_whole).tree(roster)


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


class _Growth:
    """Finds the id of every department of a file, and what else stays."""

    def __init__(
        self,
        file: Places,
        live: Live,
        unmanaged: Collection[str],
        stay: AbstractSet[int],
        *,
        is_whole: bool,
    ) -> None:
        self._file, self._tree, self._is_whole = file, live.tree, is_whole
        self._live, self._condemned = live.tree.nodes, live.tree.book.condemned
        self._live_paths = live.tree.index.paths
        self._anchors: dict[int, int] = {}
        self._unmanaged = live.unmanaged
        self._stay, members = stay, live.directory.members
        self._occupied = {*stay, *(it for account in unmanaged for it in members[account])}
        self._rows: dict[Names, int] = {}
        for path, row in file.paths:
            for end in range(1, len(path) + 1):
                self._rows.setdefault(path[:end], row)
        self._lines = {path: line for line, path in enumerate(self._rows, 1)}
        self._nodes = {
            line: Node(
                line, "", path[-1], self._lines.get(path[:-1], TOP), code=file.codes.get(path, "")
            )
            for path, line in self._lines.items()
        }
        self._paths = {line: path for path, line in self._lines.items()}
        people: Counter[tuple[frozenset[int], frozenset[int]]] = Counter()
        for (there, cell), count in file.people.items():
            places = (it for it in file.cells[cell] if isinstance(it, tuple) and it)
            people[there, frozenset(self._lines[it] for it in places)] += count
        self._trees = Trees(
            {number: it for number, it in self._live.items() if number != ROOT},
            {line: (node.name, node.parent or TOP) for line, node in self._nodes.items()},
            people,
        )

    def tree(self, roster: Roster) -> CompanyTree:
        numbers, pairs = self._numbers()
        self._anchors = dict(self._anchored(numbers))
        missing = self._live.keys() - {ROOT, *numbers.values()}
        merged = self._trees.merged(missing - self._unmanaged, numbers)
        leaving = {*merged} | (missing & self._condemned)
        gone = self._gone(missing, leaving - self._stay, numbers)
        kept = sorted(missing - gone)
        into = [pair for it, pair in merged.items() if it in gone]
        rows = [*self._listed(numbers), *map(self._kept, kept)]
        columns = (NAME_COLUMN, ID_COLUMN, PARENT_COLUMN)
        file = Roster(
            Job.REPLACE_PARTY, roster.encoding, columns, tuple(rows), separator=roster.separator
        )
        labels = {label_of(node, self._paths[line]): line for line, node in self._nodes.items()}
        return CompanyTree(
            _placed_in(self._file, {path: numbers[line] for path, line in self._lines.items()}),
            Numbered(file, {label: numbers[line] for label, line in labels.items()}),
            (*self._changed(numbers, pairs), *self._recognised("department_merged", into)),
            frozenset(gone),
            tuple(it for it in kept if it not in self._unmanaged and it not in self._occupied),
            tuple(int(row.id) for row in rows if not row.cells[0]),
        )

    def _numbers(self) -> tuple[dict[int, int], dict[int, Pair]]:
        """Return the id of each line, and what was recognised."""
        lines = {line: self._claims(line, node) for line, node in self._nodes.items()}
        claims = without_exchange(lines, ())
        numbers: dict[int, int] = {}
        settle(numbers, {line: it[:3] for line, it in claims.items()})
        free = self._live.keys() - {ROOT, *numbers.values()}
        pairs = self._trees.recognised(
            numbers, free, self._nodes.keys() - numbers.keys(), self._unmanaged
        )
        numbers |= {line: pair.id for line, pair in pairs.items()}
        settle(numbers, {line: it[3:] for line, it in claims.items()})
        return self._tree.filled(numbers, self._nodes), pairs

    def _claims(self, line: int, node: Node) -> Claims:
        """Return the numbers that a line may have: of unmanaged departments by its path alone."""
        claims = self._tree.claims(node, self._paths[line])
        of_others = Claims(*(None if it in self._unmanaged else it for it in claims))
        return of_others._replace(of_path=claims.of_path)

    def _gone(
        self, missing: AbstractSet[int], candidates: AbstractSet[int], numbers: Mapping[int, int]
    ) -> set[int]:
        """Return candidates below which nothing stays, and what is in the way of a name (60008)."""
        nodes = self._live
        taken = {(node.name, self._parent(line, numbers)) for line, node in self._nodes.items()}
        gone = {it for it in missing if it in candidates or nodes[it] in taken} - self._unmanaged
        listed = {*numbers.values()}
        for number in (*(missing - gone), *self._anchors.values()):
            at = number
            while at in nodes and at not in listed:
                gone.discard(at)
                at = nodes[at][1]
        return gone

    def _anchored(self, numbers: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """Yield departments of which the file says the name alone, and what stays above them."""
        lines = {number: line for line, number in numbers.items()}
        for line, path in self._paths.items() if not self._is_whole else ():
            if len(path) > 1 or numbers[line] not in self._live:
                continue
            parent = self._live[numbers[line]][1]
            above = self._paths[lines[parent]] if parent in lines else ()
            if above[:1] != path and (*above, *path) not in self._lines.keys() - {path}:
                yield line, parent

    def _parent(self, line: int, numbers: Mapping[int, int]) -> int:
        above = self._nodes[line].parent
        return self._anchors.get(line) or (numbers[above] if above else ROOT)

    def _listed(self, numbers: Mapping[int, int]) -> Iterator[Row]:
        yield Row(0, str(ROOT), (self._file.root, str(ROOT), ROOT_PARENT))
        for line, node in self._nodes.items():
            number, parent = str(numbers[line]), str(self._parent(line, numbers))
            yield Row(self._rows[self._paths[line]], number, (node.name, number, parent))

    def _kept(self, number: int) -> Row:
        name, parent = self._live[number]
        above = parent if parent in self._live else ROOT
        return Row(0, str(number), (name, str(number), str(above)))

    def _changed(
        self, numbers: Mapping[int, int], pairs: Mapping[int, Pair]
    ) -> Iterator[Recognised]:
        """Yield the departments with another name or place, whatever shows that they are these."""
        for line, node in self._nodes.items():
            number = numbers[line]
            if number not in self._live:
                continue
            name, parent = self._live[number]
            is_moved = parent != self._parent(line, numbers)
            code: TextCode = "department_moved"
            if name != node.name:
                code = "department_renamed_moved" if is_moved else "department_renamed"
            if is_moved or name != node.name:
                pair = self._trees.pair(number, line)._replace(is_clear=True)
                yield from self._recognised(code, [pairs.get(line, pair)])

    def _recognised(self, code: TextCode, pairs: Collection[Pair]) -> Iterator[Recognised]:
        for pair in pairs:
            yield Recognised(code, pair, self._live_paths[pair.id][1:], self._paths[pair.line])


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
