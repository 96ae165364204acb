"""What a member file would change. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from wecom_sync.domain.directory import Directory
from wecom_sync.domain.snapshot import Snapshot, doubt_key
from wecom_sync.files.member_columns import DEPARTMENTS_COLUMN, DISABLED_COLUMN, MEMBER_NAME_COLUMN
from wecom_sync.files.roster import Roster, Row
from wecom_sync.planning.column_changes import Columns
from wecom_sync.planning.identity import SamePeople, Strangers, foreigners, removed_again
from wecom_sync.planning.leavers import Graced
from wecom_sync.planning.memory.fingerprints import asked_before
from wecom_sync.planning.plan import Plan, deletable, few_of
from wecom_sync.planning.truncation import torn

_NEARLY_ALL = 0.9
"""Where so many are missing, it is another file altogether, and no part of this one."""


def plan_members(
    roster: Roster,
    directory: Directory,
    snapshot: Snapshot,
    *,
    dropped: float,
    undoes: float | None = None,
    invite: bool = False,
    graced: Graced | None = None,
    cut: tuple[str, ...] = (),
    mistaken: Collection[str] = frozenset(),
) -> Plan:
    """Plan a member file.

    `dropped`: when the file was dropped (epoch seconds); `undoes`: see `Snapshot.overtakes`;
    `graced`: who is in the grace period, see `leavers`; `cut`: see `Plan`; `mistaken`: who may have
    been removed by mistake.
    """
    graced = graced or Graced(roster)
    found = _Changes(roster, directory, snapshot, graced.disable, mistaken)
    for row in roster.rows:
        found.look(row)
    missing = directory.members.keys() - found.seen if roster.job.is_full else frozenset()
    spared = missing & frozenset(snapshot.irremovable)
    leaving = missing - spared
    gone = [key for key in directory.members if key in leaving]
    found.count("remove", [directory.members[key] for key in gone])
    found.count("add", found.adding)
    for (there, wanted), people in Counter(found.moving).items():
        found.count("move_in", [wanted - there], people)
        found.count("move_out", [there - wanted], people)
    left = leaving | {user.casefold() for user in found.disable} if found.disable else leaving
    lacking = leaving | graced.disable if graced.disable else leaving
    stale = [key for key in (*found.touched, *gone) if snapshot.overtakes(key, dropped, undoes)]
    same = SamePeople(roster, found.add, left, directory, snapshot)
    asked = asked_before(roster, directory, snapshot)
    return Plan(
        job=roster.job,
        add=tuple(found.add),
        update=found.update,
        move=tuple(found.move),
        to=found.to,
        settling=_settling(found, directory),
        evicted=_evicted(found, snapshot),
        remove=_spelt(gone, directory),
        disable=tuple(found.disable),
        enable=tuple(found.enable),
        changes=found.columns.changes(directory, snapshot),
        returned=tuple(
            each
            for each in (*found.returned, *found.enable)
            if undoes is None or snapshot.former.get(each.casefold()) != undoes
        ),
        mended=frozenset(found.mended),
        repeated={
            directory.user_ids[key]: files
            for key, files in removed_again(roster, snapshot, left, dropped).items()
        },
        spared=_spelt(spared, directory),
        ungraced=_spelt(graced.ungraced, directory),
        graced=frozenset(_spelt(leaving & snapshot.left.keys(), directory)),
        stale=_spelt(stale, directory),
        cut=cut,
        torn=()
        if undoes is not None
        else tuple(directory.user_ids[key] for key in _torn(roster, directory, snapshot, lacking)),
        reassigned=tuple(each for each in found.reassigned if each.casefold() not in asked),
        names=tuple(found.names),
        foreign=foreigners(roster, found.add, snapshot),
        unknown=tuple(each for each in found.unknown if each.casefold() not in asked),
        rekeyed={
            old: new
            for old, new in same.moved().items()
            if not {old.casefold(), new.casefold()} <= asked
        },
        doubled=same.doubled(),
        emptied=_emptied_by_members(roster, found.departments_at, directory, snapshot, gone),
        unchanged=found.unchanged,
        invite=len(found.add) if invite else 0,
        existing=len(directory.members),
        people=len(directory.members),
        by_department={
            name: dict(counted)
            for name, counted in sorted(found.by_department.items(), key=lambda item: int(item[0]))
        },
    )


def _spelt(keys: Iterable[str], directory: Directory) -> tuple[str, ...]:
    return tuple(sorted(directory.user_ids[key] for key in keys))


def _settling(found: "_Changes", directory: Directory) -> frozenset[str]:
    peopled: set[int] = set().union(*set(directory.members.values())) if found.move else set()
    moves = zip(found.move, found.moving, strict=True)
    return frozenset(user for user, (_, wanted) in moves if wanted.isdisjoint(peopled))


def _evicted(found: "_Changes", snapshot: Snapshot) -> frozenset[str]:
    condemned = frozenset(snapshot.condemned)
    moves = zip(found.move, found.moving, strict=True) if condemned else ()
    return frozenset(user for user, (there, _) in moves if there <= condemned)


def _torn(
    roster: Roster, directory: Directory, snapshot: Snapshot, leaving: Collection[str]
) -> Collection[str]:
    """Return the missing people who stood together in the last file, or are all of a department."""
    missing = frozenset(leaving) - snapshot.left.keys() if snapshot.left else leaving
    if not missing:
        return ()
    in_order = [key for key in snapshot.members if key in directory.members]
    if len(missing) >= len(in_order) * _NEARLY_ALL:
        return ()
    few = few_of(len(directory.members))
    open_ended = roster.open_ended and roster.job in snapshot.ended
    if found := torn(in_order, missing, few, open_ended=open_ended):
        return found
    if len(missing) <= few:
        return ()
    # Who is in two departments keeps none of them alive: the other one may be left out.
    at = roster.columns.index(DEPARTMENTS_COLUMN)
    cells = {row.cells[at] for row in roster.rows if row.line}
    alive = {int(cell) for cell in cells if cell.isdecimal()}
    whole = [key for key in missing if not alive.issuperset(directory.members[key])]
    return whole if len(whole) > few else ()


class _Changes:
    """Collects what a member file changes, row by row."""

    def __init__(
        self,
        roster: Roster,
        directory: Directory,
        snapshot: Snapshot,
        leavers: Collection[str],
        mistaken: Collection[str],
    ) -> None:
        self._roster = roster
        self._directory = directory
        self._snapshot = snapshot
        self._leavers = leavers
        self._mistaken = mistaken
        self.departments_at = roster.columns.index(DEPARTMENTS_COLUMN)
        self._at = {name: index for index, name in enumerate(roster.columns)}
        self._strangers = Strangers(roster, snapshot)
        self.columns = Columns(roster.columns)
        self._wanted: dict[str, frozenset[int]] = {}
        """The departments of a cell: many people share one."""
        self._spelt: dict[frozenset[int], str] = {}
        self.adding: list[frozenset[int]] = []
        self.names: list[tuple[str, str]] = []
        self.moving: list[tuple[frozenset[int], frozenset[int]]] = []
        self.add: list[str] = []
        self.update: dict[str, tuple[str, ...]] = {}
        self.move: list[str] = []
        self.disable: list[str] = []
        self.enable: list[str] = []
        self.reassigned: list[str] = []
        self.returned: list[str] = []
        self.mended: list[str] = []
        self.unknown: list[str] = []
        self.to: dict[str, str] = {}
        self.by_department: dict[str, Counter[str]] = {}
        self.unchanged = 0
        self.seen: set[str] = set()
        self.touched: list[str] = []

    def look(self, row: Row) -> None:
        """Add what a row changes."""
        key = row.id.casefold()
        self.seen.add(key)
        cell = row.cells[self.departments_at]
        wanted = self._wanted.get(cell) or self._wanted.setdefault(cell, department_ids(cell))
        there = self._directory.members.get(key)
        known = self._snapshot.members.get(key)
        if there is None:
            self._add(row, wanted)
            return
        uncertain = self._snapshot.uncertain
        is_sure = not uncertain or doubt_key(self._roster.job, row.id) not in uncertain
        possible = self._snapshot.possible.get(key, {})
        changed = self.columns.differing(row, known if is_sure else None, possible)
        is_leaver = key in self._leavers
        moves = wanted != there and not is_leaver
        if not changed and not moves:
            self.unchanged += 1
            return
        self.touched.append(key)
        if known is None:
            self.unknown.append(row.id)
        if moves:
            self._move(row, there, wanted)
        switched = DISABLED_COLUMN in changed and self._switch(row, there, known or {})
        if switched and is_leaver:
            return
        if changed:
            self.update[row.id] = changed
            if known is not None and row.line:
                self.columns.note(row, changed, known, possible)
                if MEMBER_NAME_COLUMN in changed and self._strangers.gets(row, known, possible):
                    self.reassigned.append(row.id)

    def _add(self, row: Row, wanted: frozenset[int]) -> None:
        key = row.id.casefold()
        self.add.append(row.id)
        self.adding.append(wanted)
        self.names.append((row.id, row.cells[self._at[MEMBER_NAME_COLUMN]]))
        if key in self._mistaken:
            self.mended.append(row.id)
        elif key in self._snapshot.members or key in self._snapshot.former:
            self.returned.append(row.id)

    def _move(self, row: Row, there: frozenset[int], wanted: frozenset[int]) -> None:
        self.move.append(row.id)
        self.to[row.id] = row.cells[self.departments_at]
        self.columns.add(DEPARTMENTS_COLUMN, row.id, self._places(there), self._places(wanted))
        self.moving.append((there, wanted))

    def _places(self, departments: frozenset[int]) -> str:
        """Return departments as text. Many people share them."""
        if departments not in self._spelt:
            self._spelt[departments] = ";".join(map(str, sorted(departments)))
        return self._spelt[departments]

    def _switch(
        self,
        row: Row,
        there: frozenset[int],
        known: Mapping[str, str],
    ) -> bool:
        """Note whether a row disables or enables somebody; return whether it newly disables."""
        if row.cells[self._at[DISABLED_COLUMN]] == "1":
            # A member who is disabled already loses nothing, even if the row is uncertain.
            if known.get(DISABLED_COLUMN) == "1":
                return False
            self.disable.append(row.id)
            self.count("disable", [there])
            return True
        if self._is_disabled(row.id.casefold()):
            self.enable.append(row.id)
            self.count("enable", [there])
        return False

    def count(self, what: str, people: Iterable[frozenset[int]], times: int = 1) -> None:
        """Count people in each of their departments."""
        for places, number in Counter(people).items():
            for department in places:
                self.by_department.setdefault(str(department), Counter())[what] += number * times

    def _is_disabled(self, key: str) -> bool:
        """Whether an account is or may be disabled, as far as we know."""
        return any(
            cells.get(key, {}).get(DISABLED_COLUMN) == "1"
            for cells in (self._snapshot.members, self._snapshot.possible)
        )


def department_ids(cell: str) -> frozenset[int]:
    """Return the departments of a member's cell."""
    return frozenset(int(part) for part in cell.split(";"))


def _emptied_by_members(
    roster: Roster, at: int, directory: Directory, snapshot: Snapshot, gone: Iterable[str]
) -> tuple[str, ...]:
    """Return departments that the last department file left out and that this file empties.

    WeCom deletes them as soon as nobody and nothing is in them (doc/91132).
    """
    condemned = directory.departments.keys() & snapshot.condemned
    if not condemned:
        return ()
    now = {department for ids in directory.members.values() for department in ids}
    after = dict(directory.members)
    for key in gone:
        del after[key]
    for row in roster.rows:
        after[row.id.casefold()] = department_ids(row.cells[at])
    peopled = {department for ids in after.values() for department in ids}
    empty = deletable(condemned, now, directory)
    return tuple(each for each in deletable(condemned, peopled, directory) if each not in empty)
