"""What a member file would change. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import compress, count
from operator import itemgetter, ne, or_

from wecom_sync.domain.book import Book, Person, lines_of
from wecom_sync.domain.directory import Directory
from wecom_sync.domain.link import Link
from wecom_sync.domain.outcome import Kind
from wecom_sync.domain.states import Job
from wecom_sync.files.member_columns import (
    DEPARTMENTS_COLUMN,
    DISABLED_COLUMN,
    LEADERS_COLUMN,
    MEMBER_NAME_COLUMN,
    USER_COLUMN,
)
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.changes import AGAIN, NO_COLUMNS, Cell, Change, Evidence
from wecom_sync.planning.evidence import Scene, with_evidence
from wecom_sync.planning.leavers import is_off, may_be_off
from wecom_sync.planning.memory.sent import row_keys
from wecom_sync.planning.plan import Plan

_PLACED = frozenset({USER_COLUMN, DEPARTMENTS_COLUMN})


def plan_members(scene: Scene, links: tuple[Link, ...] = ()) -> Plan:
    """Plan a member file. `links`: what is new about HR's keys."""
    night = scene.night
    roster, directory, book = night.roster, night.directory, night.book
    comparison = _MemberComparison(roster, directory, book)
    changed = [*comparison.rows()]
    others = (*comparison.missing(scene), *comparison.back(scene.recalled))
    scene = replace(scene, changes=(*changed, *others))
    plan = Plan(
        job=roster.job,
        changes=with_evidence(scene),
        unchanged=len(roster.rows) - len(changed),
        existing=len(directory.members),
        people=len(directory.members),
        invites=night.policy.invite,
        left_out=roster.left_out,
        links=links,
    )
    many = [name for name, users in plan.altered.items() if len(users) > plan.few]
    return replace(plan, filled=filled(many, directory, book))


def plan_removals(leavers: Collection[str], directory: Directory, book: Book) -> Plan:
    """Plan the removal of leavers who were disabled before; no file is read."""
    spelt, size = directory.user_ids, len(directory.members)
    changes = (
        _of_other(key, _REMOVED, directory, book) for key in sorted(leavers, key=spelt.__getitem__)
    )
    graced = tuple(it._replace(evidence=frozenset({Evidence.GRACED})) for it in changes)
    return Plan(job=Job.COMPANY, changes=graced, existing=size, people=size)


def _of_other(key: str, kinds: tuple[Kind, ...], directory: Directory, book: Book) -> Change:
    """Return what becomes of somebody who is not in the file."""
    name = book.person(key).row.get(MEMBER_NAME_COLUMN, "")
    place = _spelt(directory.members[key])
    return Change(directory.user_ids[key], kinds, NO_COLUMNS, name, place)


class _MemberComparison:
    """Compares a member file with WeCom's ids, and with the rows that were applied last."""

    def __init__(self, roster: Roster, directory: Directory, book: Book) -> None:
        self._roster = roster
        self._keys = row_keys(roster.job, [row.id for row in roster.rows])
        self._directory = directory
        self._book = book
        self._departments_at = roster.columns.index(DEPARTMENTS_COLUMN)
        self._name_at = roster.columns.index(MEMBER_NAME_COLUMN)
        self._at = {name: index for index, name in enumerate(roster.columns)}
        self._watched = [pair for pair in zip(roster.columns, count()) if pair[0] not in _PLACED]
        # Many people share their departments, and rows that we do not have what is said of them.
        self._wanted = cache(department_ids)
        self._places = cache(_spelt)
        self._again = cache(lambda columns: dict.fromkeys(columns, AGAIN))

    def rows(self) -> Iterator[Change]:
        """Yield what the rows of the file change."""
        rows, before = self._roster.rows, self._book.people.rows_with(self._at, _is_settled)
        cells, keys = [row.cells for row in rows], self._keys
        places = [*map(itemgetter(self._departments_at), cells)]
        has_new_line = map(ne, lines_of(self._roster.columns, cells), map(before.get, keys))
        has_new_place = map(ne, map(self._wanted, places), map(self._directory.members.get, keys))
        is_new = map(or_, has_new_line, has_new_place)
        for row, key in compress(zip(rows, keys, strict=True), is_new):
            if change := self._change(row, key):
                yield change

    def missing(self, scene: Scene) -> Iterator[Change]:
        """Yield who is in WeCom and not in a full file, but for those who stay or are disabled."""
        if not self._roster.job.is_full:
            return
        stays = {*self._keys, *self._book.staying, *scene.exempt}
        gone = [key for key in self._directory.members if key not in stays]
        for key in sorted(gone, key=self._directory.user_ids.__getitem__):
            if key not in scene.disable:
                yield _of_other(key, _REMOVED, self._directory, self._book)
            elif not is_off(self._book.person(key)):
                yield _of_other(key, _DISABLED, self._directory, self._book)

    def back(self, keys: Iterable[str]) -> Iterator[Change]:
        """Yield who is enabled although the file does not have them."""
        for key in sorted(keys, key=self._directory.user_ids.__getitem__):
            yield _of_other(key, _ENABLED, self._directory, self._book)

    def _change(self, row: Row, key: str) -> Change | None:
        cell, name = row.cells[self._departments_at], row.cells[self._name_at]
        wanted = self._wanted(cell)
        there = self._directory.members.get(key)
        if there is None:
            return Change(row.id, _ADDED, name=name, place=cell)
        person = self._book.person(key)
        changed = self._differing(row, person)
        kinds = self._switched(row, person, changed)
        moves = wanted != there
        if not changed and not moves and not kinds:
            return None
        place = self._places(there) if kinds else cell
        columns = self._cells(row, changed, person)
        if moves:
            places = row.id, self._places(there), self._places(wanted)
            columns = {**columns, DEPARTMENTS_COLUMN: places}
            kinds = (*kinds, Kind.MOVE)
        if changed:
            kinds = (*kinds, Kind.UPDATE)
        return Change(row.id, kinds, columns, name, place, row.line)

    def _switched(self, row: Row, person: Person, changed: Collection[str]) -> tuple[Kind, ...]:
        """Return whether a row disables somebody, or enables them: as a leaver who is back, too."""
        at = self._at.get(DISABLED_COLUMN)
        switch = "" if at is None else row.cells[at]
        if self._roster.job is Job.COMPANY and may_be_off(person) and switch != "1":
            return _ENABLED
        if DISABLED_COLUMN not in changed:
            return ()
        if switch == "1":
            # A member who is disabled already loses nothing, even if the row is uncertain.
            return () if person.row.get(DISABLED_COLUMN) == "1" else _DISABLED
        is_disabled = may_be_off(person) or person.row.get(DISABLED_COLUMN) == "1"
        return _ENABLED if is_disabled else ()

    def _differing(self, row: Row, person: Person) -> tuple[str, ...]:
        """Return the columns in which a row differs from the one that was applied last.

        Without a known row every column may differ. A blank that was blank is no difference. Which
        departments they are is compared with WeCom instead. But their order counts here: other
        columns are parallel to it, and nobody knows what else WeCom makes of it.
        """
        before = person.row
        if not (before and person.sure):
            return tuple(name for name, _ in self._watched)
        cells = row.cells
        changed = [name for name, at in self._watched if cells[at] != before.get(name, "")]
        if DISABLED_COLUMN in changed and self._both_enabled(cells, person):
            changed.remove(DISABLED_COLUMN)
        elif DISABLED_COLUMN not in changed and self._enables(cells, person):
            changed.append(DISABLED_COLUMN)
        places = cells[self._departments_at]
        places_before = before.get(DEPARTMENTS_COLUMN, places)
        if places_before != places:
            now, then = {*places.split(";")}, {*places_before.split(";")}
            at = self._at.get(LEADERS_COLUMN)
            leads = {*led(places, cells[at]).split(";")} & then if at is not None else set()
            led_before = {*led(places_before, before.get(LEADERS_COLUMN, "")).split(";")} & now
            if at is not None and leads != led_before:
                changed = [*dict.fromkeys((*changed, LEADERS_COLUMN))]
            elif now == then and LEADERS_COLUMN in changed:
                changed.remove(LEADERS_COLUMN)
            changed += [DEPARTMENTS_COLUMN] if now == then else []
        return tuple(changed)

    def _both_enabled(self, cells: Sequence[str], person: Person) -> bool:
        """Whether an account is surely enabled before and after: a blank means that, like a 0."""
        both = {cells[self._at[DISABLED_COLUMN]], person.row.get(DISABLED_COLUMN, "")}
        is_off = self._enables(cells, person) or person.maybe.get(DISABLED_COLUMN) == "1"
        return both <= {"", "0"} and not is_off

    def _enables(self, cells: Sequence[str], person: Person) -> bool:
        """Whether a row enables a leaver; a company file does that by name."""
        if DISABLED_COLUMN not in self._at or self._roster.job is Job.COMPANY:
            return False
        return cells[self._at[DISABLED_COLUMN]] == "0" and may_be_off(person)

    def _cells(self, row: Row, changed: tuple[str, ...], person: Person) -> Mapping[str, Cell]:
        """Return from what to what each of these columns changes.

        Of a row that we do not have, nobody knows. One that was made up by us, and one that goes
        out again only because it is uncertain, change nothing.
        """
        row_before = person.row
        if not row_before or not row.line:
            return self._again(changed)
        cells = row.cells
        changes: dict[str, Cell] = {}
        for name in changed:
            after = cells[self._at[name]]
            before = row_before.get(name) or (after and person.maybe.get(name, ""))
            if name == LEADERS_COLUMN:
                before = led(row_before.get(DEPARTMENTS_COLUMN, ""), before)
                after = led(cells[self._departments_at], after)
            changes[name] = AGAIN if before == after else (row.id, before, after)
        return changes


_ADDED, _REMOVED, _DISABLED, _ENABLED = (
    (kind,) for kind in (Kind.ADD, Kind.REMOVE, Kind.DISABLE, Kind.ENABLE)
)


def _is_settled(person: Person) -> bool:
    """Whether the row that we have is surely WeCom's, and nobody has to be enabled."""
    return person.sure and not may_be_off(person)


def department_ids(cell: str) -> frozenset[int]:
    """Return the departments of a member's cell."""
    return frozenset(int(part) for part in cell.split(";"))


def _spelt(departments: frozenset[int]) -> str:
    return ";".join(map(str, sorted(departments)))


def filled(names: Iterable[str], directory: Directory, book: Book) -> dict[str, int]:
    """Count the members who have a value in each of these columns now, or who lead."""
    counted = dict[str, int]()
    for name in names:
        cells = book.people.column(name).items()
        there = [cell for account, cell in cells if cell and account in directory.members]
        leaders = sum("1" in cell.split(";") for cell in there) if name == LEADERS_COLUMN else 0
        counted[name] = leaders if name == LEADERS_COLUMN else len(there)
    return counted


def led(places: str, cell: str) -> str:
    """Return the departments that somebody leads. "No leader" is what nearly everybody has."""
    flags = zip(places.split(";"), cell.split(";"), strict=False)
    return ";".join(sorted(place for place, flag in flags if flag == "1"))
