"""What a member file would change. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot, doubt_key
from wecom_sync.files.columns import (
    CONTACT_COLUMNS,
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    MEMBER_NAME_COLUMN,
    id_column,
)
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.column_changes import altered
from wecom_sync.planning.identity import name_takers, rekeyed, shares_a_name
from wecom_sync.planning.plan import Plan, deletable
from wecom_sync.planning.refused_before import asked_before


def plan_members(
    roster: Roster,
    directory: Directory,
    snapshot: Snapshot,
    *,
    dropped: float,
    undoes: float | None = None,
    invite: bool = False,
    disable: Collection[str] = (),
    ungraced: Collection[str] = (),
    cut: tuple[str, ...] = (),
) -> Plan:
    """Plan a member file.

    `dropped`: when the file was dropped (epoch seconds); `undoes`: see `Snapshot.overtakes`;
    `disable`, `ungraced`: see `leavers`; `cut`: see `Plan`.
    """
    found = _Changes(roster, directory, snapshot, disable)
    for row in roster.rows:
        found.look(row)
    missing = directory.members.keys() - found.seen if roster.job.is_full else frozenset()
    spared = missing & frozenset(snapshot.irremovable)
    leaving = missing - spared
    gone = [key for key in directory.members if key in leaving]
    for key in gone:
        _count(found.by_department, directory.members[key], "remove")
    dropped_keys = (*gone, *(user.casefold() for user in found.disable))
    stale = [key for key in (*found.touched, *gone) if snapshot.overtakes(key, dropped, undoes)]
    pairs = rekeyed(roster, found.add, dropped_keys, directory, snapshot)
    asked = asked_before(roster, directory, snapshot)
    return Plan(
        job=roster.job,
        add=tuple(found.add),
        update=found.update,
        move=tuple(found.move),
        remove=_spelt(gone, directory),
        disable=tuple(found.disable),
        enable=tuple(found.enable),
        spared=_spelt(spared, directory),
        ungraced=_spelt(ungraced, directory),
        stale=_spelt(stale, directory),
        renamed=tuple(found.renamed),
        shuffled=name_takers(found.renamed),
        contacts=tuple(found.contacts),
        reassigned=tuple(each for each in found.reassigned if each.casefold() not in asked),
        namesakes=found.namesakes,
        recreated=tuple(found.recreated),
        unknown=tuple(each for each in found.unknown if each.casefold() not in asked),
        altered=altered(roster, found.update, directory, snapshot),
        rekeyed={
            old: new for old, new in pairs.items() if not {old.casefold(), new.casefold()} <= asked
        },
        to=found.to,
        cut=cut,
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
    """Collects what a member file changes, row by row."""

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
        self.enable: list[str] = []
        self.renamed: dict[str, tuple[str, str]] = {}
        self.contacts: list[str] = []
        self.reassigned: list[str] = []
        self.new_names: dict[str, list[str]] = {}
        self.recreated: list[str] = []
        self.unknown: list[str] = []
        self.to: dict[str, str] = {}
        self.by_department: dict[str, Counter[str]] = {}
        self.unchanged = 0
        self.seen: set[str] = set()
        self.touched: list[str] = []

    @property
    def namesakes(self) -> tuple[str, ...]:
        """The members who get the same new name: the largest such group."""
        most: list[str] = []
        for ids in self.new_names.values():
            most = max(most, ids, key=len)
        return tuple(most)

    def look(self, row: Row) -> None:
        """Add what a row changes."""
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
        possible = self._snapshot.possible.get(key, {})
        changed = _changed(self._roster, row, known if is_sure else None, possible)
        is_leaver = key in self._leavers
        moves = wanted != there and not is_leaver
        if not changed and not moves:
            self.unchanged += 1
            return
        self.touched.append(key)
        if known is None:
            self.unknown.append(row.id)
        if moves:
            self.move.append(row.id)
            self.to[row.id] = row.cells[self.departments_at]
            _count(self.by_department, wanted - there, "move_in")
            _count(self.by_department, there - wanted, "move_out")
        disables = DISABLED_COLUMN in changed and row.cells[self._at[DISABLED_COLUMN]] == "1"
        # A member who is disabled already loses nothing, even if the row is uncertain.
        if disables and (known or {}).get(DISABLED_COLUMN) != "1":
            self.disable.append(row.id)
            _count(self.by_department, there, "disable")
            if is_leaver:
                return
        if DISABLED_COLUMN in changed and not disables and self._is_disabled(key):
            self.enable.append(row.id)
            _count(self.by_department, there, "enable")
        if changed:
            self.update[row.id] = changed
            self._compare(row, known or {}, possible)

    def _is_disabled(self, key: str) -> bool:
        """Whether an account is or may be disabled, as far as we know."""
        return any(
            cells.get(key, {}).get(DISABLED_COLUMN) == "1"
            for cells in (self._snapshot.members, self._snapshot.possible)
        )

    def _compare(self, row: Row, known: Mapping[str, str], possible: Mapping[str, str]) -> None:
        """Note who gets another name or other contacts. Both together mean another person."""
        watched = (MEMBER_NAME_COLUMN, *CONTACT_COLUMNS)
        cells = {name: row.cells[self._at[name]] for name in watched if name in self._at}
        before = {
            name: known.get(name) or (cell and possible.get(name, ""))
            for name, cell in cells.items()
        }
        differing = {name for name, value in before.items() if value and value != cells[name]}
        contacts = {name for name in CONTACT_COLUMNS if before.get(name)}
        if MEMBER_NAME_COLUMN in differing:
            self.renamed[row.id] = before[MEMBER_NAME_COLUMN], cells[MEMBER_NAME_COLUMN]
            self.new_names.setdefault(cells[MEMBER_NAME_COLUMN], []).append(row.id)
        if differing & contacts:
            self.contacts.append(row.id)
        is_other = contacts and contacts <= differing and MEMBER_NAME_COLUMN in differing
        if is_other and not shares_a_name(before[MEMBER_NAME_COLUMN], cells[MEMBER_NAME_COLUMN]):
            self.reassigned.append(row.id)


def department_ids(cell: str) -> frozenset[int]:
    """Return the departments of a member's cell."""
    return frozenset(int(part) for part in cell.split(";"))


def _count(by_department: dict[str, Counter[str]], ids: Iterable[int], what: str) -> None:
    for department in ids:
        by_department.setdefault(str(department), Counter())[what] += 1


def _changed(
    roster: Roster, row: Row, known: Mapping[str, str] | None, possible: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the columns whose cell differs from the row that was applied last.

    Without a known row every column may differ. A blank that was blank is no difference.
    Departments are compared with the live directory instead.
    """
    own = {DEPARTMENTS_COLUMN, id_column(roster.job)}
    if known is None:
        return tuple(name for name in roster.columns if name not in own)
    return tuple(
        name
        for name, cell in zip(roster.columns, row.cells, strict=True)
        if name not in own
        and cell != known.get(name, "")
        and not _both_enabled(name, cell, known, possible)
    )


def _both_enabled(
    name: str, cell: str, known: Mapping[str, str], possible: Mapping[str, str]
) -> bool:
    """Whether an account is enabled before and after: a blank means that too, like a 0.

    But after a blank for a disabled member, WeCom may have kept it disabled.
    """
    is_disabled = possible.get(name) == "1"
    return name == DISABLED_COLUMN and {cell, known.get(name, "")} <= {"", "0"} and not is_disabled


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
    return deletable(condemned, peopled, directory)
