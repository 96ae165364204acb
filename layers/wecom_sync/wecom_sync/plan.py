"""The plan: what a roster would change, counted and named, before anything happens. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wecom_sync.columns import DEPARTMENTS_COLUMN, PARENT_COLUMN, id_column
from wecom_sync.directory import ROOT, Department, Directory, Snapshot
from wecom_sync.roster import Roster, Row
from wecom_sync.run import Job

NAME_COLUMN = "部门名称"
ORDER_COLUMN = "排序"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would change.

    For members: `add`, `update` (id to the columns that differ), `move`, `remove`, `disable`
    (leavers in their grace period) are user ids; `ungraced` are those of `remove` who should have
    had a grace period and whose row nobody remembers. For departments: ids; `update` are renamed or
    reordered ones, and `remove` those that WeCom deletes at once. `emptied` are departments that
    WeCom deletes later, when their last member or child has gone; the file `condemns` when the last
    one still had some of them. `unchanged` counts rows that
    change nothing, `invite` people who would be invited, `existing` what is there now.
    `by_department` counts additions, moves and removals by department id.
    """

    job: Job
    add: tuple[str, ...] = ()
    update: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    move: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    ungraced: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    unchanged: int = 0
    invite: int = 0
    existing: int = 0
    condemns: bool = False
    renames_root: bool = False
    by_department: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether WeCom need not be bothered."""
        return not (
            self.add or self.update or self.move or self.remove or self.disable or self.condemns
        )

    @property
    def counts(self) -> dict[str, int]:
        """The plan in numbers, as `wecom-sync runs --json` shows it."""
        return {
            "add": len(self.add),
            "update": len(self.update),
            "move": len(self.move),
            "remove": len(self.remove),
            "disable": len(self.disable),
            "emptied": len(self.emptied),
            "invite": self.invite,
            "unchanged": self.unchanged,
        }

    def to_document(self) -> dict[str, Any]:
        """Return `plan.json`."""
        return {
            "job": self.job.value,
            "counts": self.counts,
            "existing": self.existing,
            "add": list(self.add),
            "update": {row_id: list(columns) for row_id, columns in self.update.items()},
            "move": list(self.move),
            "remove": list(self.remove),
            "disable": list(self.disable),
            "emptied": list(self.emptied),
            "renames_root": self.renames_root,
            "by_department": {name: dict(found) for name, found in self.by_department.items()},
        }

    @property
    def digest(self) -> str:
        """The hash of everything the plan would change: what a person approves."""
        text = json.dumps(self.to_document(), ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_members(
    roster: Roster,
    directory: Directory,
    snapshot: Snapshot,
    *,
    invite: bool = False,
    disable: Collection[str] = (),
    ungraced: Collection[str] = (),
) -> Plan:
    """Plan a member file.

    `disable`: keys of leavers who are appended as disabled; `ungraced`: keys of those who could
    not be.
    """
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    add: list[str] = []
    update: dict[str, tuple[str, ...]] = {}
    move: list[str] = []
    disabled: list[str] = []
    by_department: dict[str, Counter[str]] = {}
    unchanged = 0
    seen: set[str] = set()
    for row in roster.rows:
        key = row.id.casefold()
        seen.add(key)
        wanted = department_ids(row.cells[at])
        there = directory.members.get(key)
        if there is None:
            add.append(row.id)
            _count(by_department, wanted, "add")
            continue
        changed = _changed(roster, row, snapshot.members.get(key))
        if key in disable:
            if changed:
                disabled.append(row.id)
            else:
                unchanged += 1
            continue
        if wanted != there:
            move.append(row.id)
            _count(by_department, wanted - there, "move_in")
            _count(by_department, there - wanted, "move_out")
        if changed:
            update[row.id] = changed
        elif wanted == there:
            unchanged += 1
    gone = [key for key in directory.members if key not in seen] if roster.job.is_full else []
    for key in gone:
        _count(by_department, directory.members[key], "remove")
    return Plan(
        job=roster.job,
        add=tuple(add),
        update=update,
        move=tuple(move),
        remove=tuple(sorted(directory.user_ids[key] for key in gone)),
        disable=tuple(disabled),
        ungraced=tuple(sorted(directory.user_ids[key] for key in ungraced)),
        emptied=_emptied_by_members(roster, at, directory, snapshot, gone),
        unchanged=unchanged,
        invite=len(add) if invite else 0,
        existing=len(directory.members),
        by_department={
            name: dict(counted)
            for name, counted in sorted(by_department.items(), key=lambda item: int(item[0]))
        },
    )


def department_ids(cell: str) -> frozenset[int]:
    """Return the departments of a member's cell."""
    return frozenset(int(part) for part in cell.split(";"))


def _count(by_department: dict[str, Counter[str]], ids: Iterable[int], what: str) -> None:
    for department in ids:
        by_department.setdefault(str(department), Counter())[what] += 1


def _changed(roster: Roster, row: Row, known: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return the columns whose cell differs from what was applied last.

    Somebody we have never imported may differ in anything. A blank cell that was never filled
    is no difference; departments are compared with the live directory instead.
    """
    own = {DEPARTMENTS_COLUMN, id_column(roster.job)}
    if known is None:
        return tuple(name for name in roster.columns if name not in own)
    return tuple(
        name
        for name, cell in zip(roster.columns, row.cells, strict=True)
        if name not in own and cell != known.get(name, "")
    )


def _emptied_by_members(
    roster: Roster, at: int, directory: Directory, snapshot: Snapshot, gone: Iterable[str]
) -> tuple[str, ...]:
    """Return departments that the last department file dropped and this file empties.

    WeCom deletes them as soon as nobody and nothing is in them (doc/91132).
    """
    if Job.REPLACE_PARTY not in snapshot.rows:
        return ()
    condemned = directory.departments.keys() - snapshot.departments.keys() - {ROOT}
    if not condemned:
        return ()
    after = dict(directory.members)
    for key in gone:
        del after[key]
    for row in roster.rows:
        after[row.id.casefold()] = department_ids(row.cells[at])
    peopled = {department for ids in after.values() for department in ids}
    return _deletable(condemned, peopled, directory)


def _deletable(
    condemned: Collection[int], peopled: Collection[int], directory: Directory
) -> tuple[str, ...]:
    """Return those of `condemned` in which, children first, nobody and nothing is left."""
    children: dict[int, set[int]] = {}
    for department in directory.departments.values():
        children.setdefault(department.parent, set()).add(department.id)
    left = set(condemned)
    deleted: set[int] = set()
    while found := {
        each for each in left if each not in peopled and not children.get(each, set()) - deleted
    }:
        deleted |= found
        left -= found
    return tuple(str(each) for each in sorted(deleted))


def plan_departments(roster: Roster, directory: Directory, snapshot: Snapshot) -> Plan:
    """Plan a department file: what it creates, renames, moves, reorders, deletes now and later."""
    id_at = roster.columns.index(id_column(roster.job))
    parent_at = roster.columns.index(PARENT_COLUMN)
    order_at = roster.columns.index(ORDER_COLUMN) if ORDER_COLUMN in roster.columns else None
    add: list[str] = []
    update: dict[str, tuple[str, ...]] = {}
    move: list[str] = []
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
        if known is None or known.get(NAME_COLUMN) != name:
            changed.append(NAME_COLUMN)
            renames_root = renames_root or (number == ROOT and known is not None)
        order = int(row.cells[order_at] or 0) if order_at is not None else 0
        # Blank and 0 leave the order as it is (doc/91132).
        if order and order != there.order:
            changed.append(ORDER_COLUMN)
        moved = number != ROOT and int(row.cells[parent_at]) != there.parent
        if moved:
            move.append(str(number))
        if changed:
            update[str(number)] = tuple(changed)
        elif not moved:
            unchanged += 1
    missing = directory.departments.keys() - seen - {ROOT}
    peopled = {department for ids in directory.members.values() for department in ids}
    after = _with_parents(roster, directory, id_at, parent_at)
    removed = _deletable(missing, peopled, after)
    emptied = missing - {int(each) for each in removed}
    return Plan(
        job=roster.job,
        add=tuple(add),
        update=update,
        move=tuple(move),
        remove=removed,
        emptied=tuple(str(each) for each in sorted(emptied)),
        condemns=bool(emptied & snapshot.departments.keys()),
        unchanged=unchanged,
        existing=len(directory.departments),
        renames_root=renames_root,
    )


def _with_parents(roster: Roster, directory: Directory, id_at: int, parent_at: int) -> Directory:
    """Return the directory with the departments where the file puts them."""
    moved = dict(directory.departments)
    for row in roster.rows:
        number = int(row.cells[id_at])
        parent = int(row.cells[parent_at])
        moved[number] = Department(number, parent)
    return Directory(directory.members, directory.user_ids, moved)
