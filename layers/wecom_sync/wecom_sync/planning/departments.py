"""What a department file would change. Pure."""

from wecom_sync.domain.directory import ROOT, Department, Directory
from wecom_sync.domain.snapshot import Snapshot, doubt_key
from wecom_sync.files.columns import NAME_COLUMN, ORDERS_COLUMN, PARENT_COLUMN, id_column
from wecom_sync.files.roster import Roster
from wecom_sync.planning.identity import name_takers
from wecom_sync.planning.plan import Plan, deletable
from wecom_sync.planning.truncation import cut_departments


def plan_departments(roster: Roster, directory: Directory, snapshot: Snapshot) -> Plan:
    """Plan a department file: what it adds, renames, moves, reorders, deletes now and later."""
    id_at = roster.columns.index(id_column(roster.job))
    parent_at = roster.columns.index(PARENT_COLUMN)
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    add: list[str] = []
    update: dict[str, tuple[str, ...]] = {}
    move: list[str] = []
    renamed: dict[str, tuple[str, str]] = {}
    to: dict[str, str] = {}
    unchanged = 0
    renames_root = False
    seen: set[int] = set()
    for row in roster.rows:
        number = int(row.cells[id_at])
        seen.add(number)
        there = directory.departments.get(number)
        if there is None:
            add.append(str(number))
            continue
        known = snapshot.departments.get(number)
        name = row.cells[roster.columns.index(NAME_COLUMN)]
        changed = []
        is_sure = doubt_key(roster.job, str(number)) not in snapshot.uncertain
        if known is None or known.get(NAME_COLUMN) != name or not is_sure:
            changed.append(NAME_COLUMN)
            if known is not None and known.get(NAME_COLUMN) != name:
                renamed[str(number)] = known.get(NAME_COLUMN, ""), name
                renames_root = renames_root or number == ROOT
        order = int(row.cells[order_at] or 0) if order_at is not None else 0
        # A blank or 0 leaves the order unchanged (doc/91132).
        if order and order != there.order:
            changed.append(ORDERS_COLUMN)
        moved = number != ROOT and int(row.cells[parent_at]) != there.parent
        if moved:
            move.append(str(number))
            to[str(number)] = row.cells[parent_at]
        if changed:
            update[str(number)] = tuple(changed)
        elif not moved:
            unchanged += 1
    missing = directory.departments.keys() - seen - {ROOT}
    peopled = {department for ids in directory.members.values() for department in ids}
    after = _with_parents(roster, directory, id_at, parent_at)
    removed = deletable(missing, peopled, after)
    emptied = missing - {int(each) for each in removed}
    return Plan(
        job=roster.job,
        add=tuple(add),
        update=update,
        move=tuple(move),
        remove=removed,
        emptied=tuple(str(each) for each in sorted(emptied)),
        renamed=tuple(renamed),
        shuffled=name_takers(renamed),
        cut=cut_departments(roster, directory, snapshot),
        to=to,
        condemned=tuple(str(each) for each in sorted(emptied - set(snapshot.condemned))),
        unchanged=unchanged,
        existing=len(directory.departments),
        renames_root=renames_root,
    )


def _with_parents(roster: Roster, directory: Directory, id_at: int, parent_at: int) -> Directory:
    """Return the directory as it is after the file."""
    moved = dict(directory.departments)
    for row in roster.rows:
        number = int(row.cells[id_at])
        parent = int(row.cells[parent_at])
        moved[number] = Department(number, parent)
    return Directory(directory.members, directory.user_ids, moved)
