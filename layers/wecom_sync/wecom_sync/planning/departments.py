"""What a department file would change. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.outcome import Kind
from wecom_sync.files.department_cells import ID_COLUMN, NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import AGAIN, NO_COLUMNS, NONE, Cell, Change, Evidence, ids
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.night import with_below
from wecom_sync.planning.plan import Displacement, Plan, deletable


def plan_departments(roster: Roster, directory: Directory, book: Book) -> Plan:
    """Plan a department file: what it adds, renames, moves, reorders, deletes now and later."""
    comparison = _DepartmentComparison(roster, directory, book)
    changed = [change for row in roster.rows if (change := comparison.change(row))]
    plan = Plan(
        job=roster.job,
        changes=(*changed, *comparison.missing(changed)),
        unchanged=len(roster.rows) - len(changed),
        existing=len(directory.departments),
        people=len(directory.members),
    )
    below = dict[Displacement, int]()
    displaced: Mapping[Displacement, Collection[str]] = {
        "moved": plan.to,
        "left_out": plan.leaving,
        "replaced": plan.replaced,
        "borrowed": ids(plan.noticed(Evidence.BORROWED)),
    }
    for name, departments in displaced.items():
        numbers = with_below(map(int, departments), directory)
        below[name] = sum(not numbers.isdisjoint(it) for it in directory.members.values())
    return replace(plan, below=below)


class _DepartmentComparison:
    """Compares a department file with WeCom's departments, and with the names applied last."""

    def __init__(self, roster: Roster, directory: Directory, book: Book) -> None:
        self._roster = roster
        self._directory = directory
        self._book = book
        self._named = Counter(names_of(book).values())
        columns = roster.columns
        self._id_at = columns.index(ID_COLUMN)
        self._parent_at = columns.index(PARENT_COLUMN)
        self._name_at = columns.index(NAME_COLUMN)
        self._order_at = columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in columns else None

    def change(self, row: Row) -> Change | None:
        number, parent, name = (
            row.cells[at] for at in (self._id_at, self._parent_at, self._name_at)
        )
        row_id = str(int(number))
        there = self._directory.departments.get(int(number))
        if there is None:
            return Change(row_id, (Kind.ADD,), NO_COLUMNS, name, parent, row.line)
        department = self._book.department(int(number))
        columns: dict[str, Cell] = {}
        before = department.row.get(NAME_COLUMN, "") if department.row else name
        if before != name:
            columns[NAME_COLUMN] = row_id, before, name
        elif not (department.row and department.sure):
            columns[NAME_COLUMN] = AGAIN
        cell = row.cells[self._order_at] if self._order_at is not None else ""
        # A blank or 0 leaves the order unchanged (doc/91132).
        if int(cell or 0) not in {0, there.order}:
            columns[ORDERS_COLUMN] = (row_id, str(there.order), cell) if department.row else AGAIN
        updates = (Kind.UPDATE,) if columns else ()
        moves = int(number) != ROOT and int(parent) != there.parent
        if moves:
            columns[PARENT_COLUMN] = row_id, str(there.parent), parent
        kinds = (Kind.MOVE, *updates) if moves else updates
        if not kinds:
            return None
        # A name that many share, such as "office", says nothing.
        borrows = before != name and self._named[name] == 1
        evidence = frozenset({Evidence.BORROWED}) if borrows else NONE
        return Change(row_id, kinds, columns, name, parent, row.line, evidence)

    def missing(self, changed: Collection[Change]) -> Iterator[Change]:
        """Yield the departments that the file leaves out, those first that go at once."""
        there, book = self._directory.departments, self._book
        missing = there.keys() - {int(row.cells[self._id_at]) for row in self._roster.rows} - {ROOT}
        peopled = {number for places in self._directory.members.values() for number in places}
        removed = [*map(int, deletable(missing, peopled, self._afterwards()))]
        names, new = names_of(book), self._new(changed)
        for number in (*removed, *sorted(missing - {*removed})):
            kind = Kind.REMOVE if number in removed else Kind.EMPTY
            name, parent = names.get(number, ""), there[number].parent
            again, evidence = "", NONE
            if number in book.condemned:
                evidence = frozenset({Evidence.CONDEMNED})
            elif again := new.get((name, names.get(parent, "")), ""):
                evidence = frozenset({Evidence.REKEYED})
            place = str(parent) if parent else ""
            yield Change(
                str(number), (kind,), NO_COLUMNS, name, place, evidence=evidence, counterpart=again
            )

    def _new(self, changed: Collection[Change]) -> dict[tuple[str, str], str]:
        """Return the numbers of new departments by their names and the names of their parents."""
        names = self._roster.names()
        added = [change for change in changed if Kind.ADD in change.kinds]
        return {(it.name, names.get(it.place, "")): it.subject for it in added}

    def _afterwards(self) -> Directory:
        """Return the directory as it is after the file."""
        departments = dict(self._directory.departments)
        for row in self._roster.rows:
            number, parent = int(row.cells[self._id_at]), int(row.cells[self._parent_at])
            departments[number] = Department(number, parent)
        return Directory(self._directory.members, self._directory.user_ids, departments)
