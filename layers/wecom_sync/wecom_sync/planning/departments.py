"""What a department file would change. Pure."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from wecom_sync.domain.book import Book
from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.outcome import Kind
from wecom_sync.files.columns import id_column
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.changes import AGAIN, NO_COLUMNS, Cell, Change, Evidence
from wecom_sync.planning.department_codes import names_of
from wecom_sync.planning.evidence import Keys, Pass, Scene, with_evidence
from wecom_sync.planning.plan import Plan, deletable


def plan_departments(roster: Roster, directory: Directory, book: Book) -> Plan:
    """Plan a department file: what it adds, renames, moves, reorders, deletes now and later."""
    comparison = _DepartmentComparison(roster, directory, book)
    changed = [change for row in roster.rows if (change := comparison.change(row))]
    changes = (*changed, *comparison.missing())
    plan = Plan(
        job=roster.job,
        changes=with_evidence(Scene(roster, directory, book, changes), PASSES),
        unchanged=len(roster.rows) - len(changed),
        existing=len(directory.departments),
        people=len(directory.members),
    )
    return replace(
        plan,
        below={
            "moved": _people_below(plan.to, directory),
            "left_out": _people_below(plan.leaving, directory),
            "replaced": _people_below(plan.replaced, directory),
        },
    )


class _DepartmentComparison:
    """Compares a department file with WeCom's departments, and with the names applied last."""

    def __init__(self, roster: Roster, directory: Directory, book: Book) -> None:
        self._roster = roster
        self._directory = directory
        self._book = book
        columns = roster.columns
        self._id_at = columns.index(id_column(roster.job))
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
        return Change(row_id, kinds, columns, name, parent, row.line)

    def missing(self) -> Iterator[Change]:
        """Yield the departments that the file leaves out, those first that go at once."""
        there = self._directory.departments
        missing = there.keys() - {int(row.cells[self._id_at]) for row in self._roster.rows} - {ROOT}
        peopled = {number for places in self._directory.members.values() for number in places}
        removed = deletable(missing, peopled, self._afterwards())
        emptied = map(str, sorted(missing - set(map(int, removed))))
        for kind, row_ids in ((Kind.REMOVE, removed), (Kind.EMPTY, emptied)):
            for row_id in row_ids:
                name = self._book.department(int(row_id)).row.get(NAME_COLUMN, "")
                parent = there[int(row_id)].parent
                place = str(parent) if parent else ""
                yield Change(row_id, (kind,), name=name, place=place)

    def _afterwards(self) -> Directory:
        """Return the directory as it is after the file."""
        departments = dict(self._directory.departments)
        for row in self._roster.rows:
            number, parent = int(row.cells[self._id_at]), int(row.cells[self._parent_at])
            departments[number] = Department(number, parent)
        return Directory(self._directory.members, self._directory.user_ids, departments)


def _people_below(departments: Collection[str], directory: Directory) -> int:
    """Count the people in departments and below them."""
    below = {int(row_id) for row_id in departments}
    while more := {it.id for it in directory.departments.values() if it.parent in below} - below:
        below |= more
    return sum(not below.isdisjoint(places) for places in directory.members.values())


def _condemned(scene: Scene) -> Keys:
    return _missing(scene) & {str(number) for number in scene.book.condemned}


def _renumbered(scene: Scene) -> Keys:
    """Find the missing departments that the file adds under another number, and under which.

    They have the same name, and their parents are the same or have the same name.
    """
    names = {str(number): name for number, name in names_of(scene.book).items()}
    row_names = scene.roster.names()
    new = {
        (change.name, row_names.get(change.place, "")): change.subject
        for change in scene.changes
        if Kind.ADD in change.kinds
    }
    there = scene.directory.departments
    parents = {number: str(there[int(number)].parent) for number in _fresh(scene)}
    places = {number: (names.get(number, ""), names.get(parents[number], "")) for number in parents}
    return {number: new[place] for number, place in places.items() if place in new}


def _missing(scene: Scene) -> set[str]:
    gone = {Kind.REMOVE, Kind.EMPTY}
    return {change.subject for change in scene.changes if not gone.isdisjoint(change.kinds)}


def _fresh(scene: Scene) -> set[str]:
    """Return the missing departments that no earlier file left out."""
    return _missing(scene) - {str(number) for number in scene.book.condemned}


PASSES: Mapping[Evidence, Pass] = {
    Evidence.CONDEMNED: _condemned,
    Evidence.REKEYED: _renumbered,
}
"""How each piece of evidence about departments is found."""
