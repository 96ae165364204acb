"""What a department file would change. Pure."""

from collections.abc import Collection, Iterable

from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.snapshot import Snapshot, doubt_key
from wecom_sync.files.columns import id_column
from wecom_sync.files.department_cells import NAME_COLUMN, PARENT_COLUMN
from wecom_sync.files.member_columns import ORDERS_COLUMN
from wecom_sync.files.roster import Roster
from wecom_sync.planning.plan import Change, Plan, deletable
from wecom_sync.planning.truncation import torn


def plan_departments(
    roster: Roster, directory: Directory, snapshot: Snapshot, cut: tuple[str, ...] = ()
) -> Plan:
    """Plan a department file: what it adds, renames, moves, reorders, deletes now and later.

    `cut`: see `Plan`.
    """
    id_at = roster.columns.index(id_column(roster.job))
    parent_at = roster.columns.index(PARENT_COLUMN)
    name_at = roster.columns.index(NAME_COLUMN)
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    add: list[str] = []
    update: dict[str, tuple[str, ...]] = {}
    to: dict[str, str] = {}
    renamed: list[tuple[str, str, str]] = []
    moved: list[tuple[str, str, str]] = []
    unchanged = 0
    seen: set[int] = set()
    for row in roster.rows:
        number = int(row.cells[id_at])
        seen.add(number)
        there = directory.departments.get(number)
        if there is None:
            add.append(str(number))
            continue
        known = snapshot.departments.get(number)
        name = row.cells[name_at]
        changed = []
        is_sure = doubt_key(roster.job, str(number)) not in snapshot.uncertain
        if known is None or known.get(NAME_COLUMN) != name or not is_sure:
            changed.append(NAME_COLUMN)
            if known is not None and known.get(NAME_COLUMN) != name:
                renamed.append((str(number), known.get(NAME_COLUMN, ""), name))
        order = int(row.cells[order_at] or 0) if order_at is not None else 0
        # A blank or 0 leaves the order unchanged (doc/91132).
        if order and order != there.order:
            changed.append(ORDERS_COLUMN)
        moves = number != ROOT and int(row.cells[parent_at]) != there.parent
        if moves:
            to[str(number)] = row.cells[parent_at]
            moved.append((str(number), str(there.parent), row.cells[parent_at]))
        if changed:
            update[str(number)] = tuple(changed)
        elif not moves:
            unchanged += 1
    missing = directory.departments.keys() - seen - {ROOT}
    peopled = {department for ids in directory.members.values() for department in ids}
    after = _with_parents(roster, directory, id_at, parent_at)
    removed = deletable(missing, peopled, after)
    emptied = missing - {int(each) for each in removed}
    before = frozenset(snapshot.condemned)
    fresh = missing - before
    open_ended = roster.open_ended and roster.job in snapshot.ended
    # Departments of a branch stand together and go together, so only the end of the file tells.
    in_order = [number for number in snapshot.departments if number in directory.departments]
    found = {NAME_COLUMN: renamed, PARENT_COLUMN: moved}
    return Plan(
        job=roster.job,
        add=tuple(add),
        update=update,
        move=tuple(to),
        to=to,
        remove=removed,
        emptied=_told(emptied),
        changes={name: Change(tuple(changed)) for name, changed in found.items()},
        cut=cut,
        torn=_told(torn(in_order, fresh, len(in_order), open_ended=open_ended)),
        rekeyed=_renumbered(roster, frozenset(add), fresh, directory, snapshot),
        condemned=_told(emptied - before),
        dropped=_told(fresh - emptied),
        relocated=_people_below(to, directory),
        unchanged=unchanged,
        existing=len(directory.departments),
        people=len(directory.members),
        renames_root=any(number == str(ROOT) for number, _, _ in renamed),
    )


def _told(numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(str(each) for each in sorted(numbers))


def _people_below(moved: Collection[str], directory: Directory) -> int:
    """Count the people in departments and below them."""
    numbers = {int(each) for each in moved}
    if not numbers:
        return 0
    below: dict[int, bool] = {}

    def is_below(number: int) -> bool:
        if number not in below:
            below[number] = number in numbers
            parent = directory.departments.get(number)
            below[number] = below[number] or (parent is not None and is_below(parent.parent))
        return below[number]

    return sum(any(map(is_below, places)) for places in directory.members.values())


def _renumbered(
    roster: Roster,
    added: Collection[str],
    missing: Collection[int],
    directory: Directory,
    snapshot: Snapshot,
) -> dict[str, str]:
    """Return the missing departments that the file adds under another number: old to new.

    They have the same name, and their parents are the same or have the same name.
    """
    names = {
        str(number): cells.get(NAME_COLUMN, "") for number, cells in snapshot.departments.items()
    }
    said = [dict(zip(roster.columns, row.cells, strict=True)) for row in roster.rows]
    own = id_column(roster.job)
    told = {cells[own]: cells[NAME_COLUMN] for cells in said}
    new = {
        (cells[NAME_COLUMN], told.get(cells[PARENT_COLUMN], "")): cells[own]
        for cells in said
        if cells[own] in added
    }
    found = {}
    for number in sorted(missing):
        place = names.get(str(number), ""), names.get(str(directory.departments[number].parent), "")
        if place in new:
            found[str(number)] = new[place]
    return found


def _with_parents(roster: Roster, directory: Directory, id_at: int, parent_at: int) -> Directory:
    """Return the directory as it is after the file."""
    moved = dict(directory.departments)
    for row in roster.rows:
        number = int(row.cells[id_at])
        parent = int(row.cells[parent_at])
        moved[number] = Department(number, parent)
    return Directory(directory.members, directory.user_ids, moved)
