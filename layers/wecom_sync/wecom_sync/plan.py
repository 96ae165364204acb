"""The plan: what a roster would change, counted and named, before anything happens. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from wecom_sync.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    NAME_COLUMN,
    ORDERS_COLUMN,
    PARENT_COLUMN,
    id_column,
)
from wecom_sync.directory import ROOT, Department, Directory, Snapshot, doubt_key
from wecom_sync.roster import Roster, Row, row_key
from wecom_sync.run import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run would change.

    For members: `add`, `update` (id to the columns that differ), `move`, `remove`, `disable`
    (who would be disabled: leavers in their grace period, and rows that say so) are user ids;
    `ungraced` are those of `remove` who should have had a grace period and whose row nobody
    remembers, `stale` those whose row comes from a newer file than this one, `cut` whoever stands
    in a last line that seems to be cut off, `contacts` those whose known mobile or e-mail changes,
    `recreated` those of `add` who were there when they were last imported. For departments: ids;
    `update` are renamed or reordered ones, and `remove` those that WeCom deletes at once.
    `emptied` are departments that WeCom deletes later, when their last member or child has gone,
    `condemned` those of them that no earlier file left out. `to` maps whoever moves to the
    departments or the parent. `renamed` are those of `update` whose known name changes.
    `unchanged` counts rows that change nothing, `invite` people who would be invited, `existing`
    what is there now. `by_department` counts additions, moves and removals by department id.
    """

    job: Job
    add: tuple[str, ...] = ()
    update: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    move: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    disable: tuple[str, ...] = ()
    ungraced: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    cut: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    recreated: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    condemned: tuple[str, ...] = ()
    to: Mapping[str, str] = field(default_factory=dict)
    unchanged: int = 0
    invite: int = 0
    existing: int = 0
    renames_root: bool = False
    by_department: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def changes_nothing(self) -> bool:
        """Whether WeCom need not be bothered."""
        return not (
            self.add or self.update or self.move or self.remove or self.disable or self.condemned
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

    @property
    def at_stake(self) -> dict[str, tuple[str, ...]]:
        """Who and what an approval covers: it holds for these, and for nobody else."""
        return {
            "remove": self.remove,
            "disable": self.disable,
            "emptied": self.emptied,
            "stale": self.stale,
            "renamed": self.renamed,
            "move": tuple(f"{row_id}>{place}" for row_id, place in self.to.items()),
            "add": self.add,
            "invite": self.add if self.invite else (),
        }

    def to_document(self, most: int | None = None) -> dict[str, Any]:
        """Return `plan.json`; `most`: ids that are listed of each kind, the counts stay whole."""
        kinds = ("add", "move", "remove", "disable", "emptied", "stale", "renamed")
        return {
            "job": self.job.value,
            "counts": self.counts,
            "existing": self.existing,
            "update": {
                row_id: list(columns) for row_id, columns in islice(self.update.items(), most)
            },
            **{kind: list(getattr(self, kind)[:most]) for kind in kinds},
            "to": dict(islice(self.to.items(), most)),
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
    dropped: float,
    invite: bool = False,
    disable: Collection[str] = (),
    ungraced: Collection[str] = (),
) -> Plan:
    """Plan a member file.

    `dropped`: when, in epoch seconds. `disable`: keys of leavers who are appended as disabled;
    `ungraced`: keys of those who could not be.
    """
    found = _Changes(roster, directory, snapshot, disable)
    for row in roster.rows:
        found.look(row)
    gone = [key for key in directory.members if key not in found.seen] if roster.job.is_full else []
    for key in gone:
        _count(found.by_department, directory.members[key], "remove")
    stale = [key for key in (*found.touched, *gone) if snapshot.since.get(key, 0) > dropped]
    return Plan(
        job=roster.job,
        add=tuple(found.add),
        update=found.update,
        move=tuple(found.move),
        remove=_spelt(gone, directory),
        disable=tuple(found.disable),
        ungraced=_spelt(ungraced, directory),
        stale=_spelt(stale, directory),
        renamed=tuple(found.renamed),
        contacts=tuple(found.contacts),
        recreated=tuple(found.recreated),
        to=found.to,
        cut=_cut(roster, snapshot.members),
        emptied=_emptied_by_members(roster, found.departments_at, directory, snapshot, gone),
        unchanged=found.unchanged,
        invite=len(found.add) if invite else 0,
        existing=len(directory.members),
        by_department={
            name: dict(counted)
            for name, counted in sorted(found.by_department.items(), key=lambda item: int(item[0]))
        },
    )


def _spelt(keys: Iterable[str], directory: Directory) -> tuple[str, ...]:
    return tuple(sorted(directory.user_ids[key] for key in keys))


class _Changes:
    """What a member file changes, found row by row."""

    def __init__(
        self, roster: Roster, directory: Directory, snapshot: Snapshot, leavers: Collection[str]
    ) -> None:
        self._roster = roster
        self._directory = directory
        self._snapshot = snapshot
        self._leavers = leavers
        self.departments_at = roster.columns.index(DEPARTMENTS_COLUMN)
        self._at = {name: index for index, name in enumerate(roster.columns)}
        self.add: list[str] = []
        self.update: dict[str, tuple[str, ...]] = {}
        self.move: list[str] = []
        self.disable: list[str] = []
        self.renamed: list[str] = []
        self.contacts: list[str] = []
        self.recreated: list[str] = []
        self.to: dict[str, str] = {}
        self.by_department: dict[str, Counter[str]] = {}
        self.unchanged = 0
        self.seen: set[str] = set()
        self.touched: list[str] = []

    def look(self, row: Row) -> None:
        """Take a row in."""
        key = row.id.casefold()
        self.seen.add(key)
        wanted = department_ids(row.cells[self.departments_at])
        there = self._directory.members.get(key)
        known = self._snapshot.members.get(key)
        if there is None:
            self.add.append(row.id)
            if known is not None:
                self.recreated.append(row.id)
            _count(self.by_department, wanted, "add")
            return
        is_sure = doubt_key(self._roster.job, row.id) not in self._snapshot.uncertain
        changed = _changed(self._roster, row, known if is_sure else None)
        is_leaver = key in self._leavers
        moves = wanted != there and not is_leaver
        if not changed and not moves:
            self.unchanged += 1
            return
        self.touched.append(key)
        if moves:
            self.move.append(row.id)
            self.to[row.id] = row.cells[self.departments_at]
            _count(self.by_department, wanted - there, "move_in")
            _count(self.by_department, there - wanted, "move_out")
        if is_leaver or (
            DISABLED_COLUMN in changed and row.cells[self._at[DISABLED_COLUMN]] == "1"
        ):
            self.disable.append(row.id)
        if changed and not is_leaver:
            self.update[row.id] = changed
            self._compare(row, known or {})

    def _compare(self, row: Row, known: Mapping[str, str]) -> None:
        """Note who gets another name, or other ways to sign in."""

        def differs(name: str) -> bool:
            return name in self._at and known.get(name, "") not in ("", row.cells[self._at[name]])

        if differs(MEMBER_NAME_COLUMN):
            self.renamed.append(row.id)
        if any(differs(name) for name in CONTACT_COLUMNS):
            self.contacts.append(row.id)


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


def _cut(roster: Roster, known_rows: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    """Return who stands in a last line without an end that breaks off within a known value."""
    own = [row for row in roster.rows if row.line > 0]
    if not roster.open_ended or not own:
        return ()
    last = own[-1]
    known = known_rows.get(row_key(roster.job, last.id), {})
    end = max(index for index, cell in enumerate(last.cells) if cell)
    cell, before = last.cells[end], known.get(roster.columns[end], "")
    breaks_off = cell != before and before.startswith(cell)
    lacks = any(known.get(name) for name in roster.columns[end + 1 :])
    return (last.id,) if breaks_off or lacks else ()


def _emptied_by_members(
    roster: Roster, at: int, directory: Directory, snapshot: Snapshot, gone: Iterable[str]
) -> tuple[str, ...]:
    """Return departments that the last department file left out and this file empties.

    WeCom deletes them as soon as nobody and nothing is in them (doc/91132).
    """
    condemned = directory.departments.keys() & snapshot.condemned
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
    order_at = roster.columns.index(ORDERS_COLUMN) if ORDERS_COLUMN in roster.columns else None
    add: list[str] = []
    update: dict[str, tuple[str, ...]] = {}
    move: list[str] = []
    renamed: list[str] = []
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
                renamed.append(str(number))
                renames_root = renames_root or number == ROOT
        order = int(row.cells[order_at] or 0) if order_at is not None else 0
        # Blank and 0 leave the order as it is (doc/91132).
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
    removed = _deletable(missing, peopled, after)
    emptied = missing - {int(each) for each in removed}
    return Plan(
        job=roster.job,
        add=tuple(add),
        update=update,
        move=tuple(move),
        remove=removed,
        emptied=tuple(str(each) for each in sorted(emptied)),
        renamed=tuple(renamed),
        cut=_cut(roster, {str(number): cells for number, cells in snapshot.departments.items()}),
        to=to,
        condemned=tuple(str(each) for each in sorted(emptied - set(snapshot.condemned))),
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
