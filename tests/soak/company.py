"""Made-up companies: what their HR systems know, and the files they drop one after the other."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from support.companies import TITLES, Person, Unit, department_file, member_file
from wecom_sync.domain.run import Job

COLUMNS = ("姓名", "帐号", "手机号", "邮箱", "所在部门", "职位")
SETTINGS = """[limits]
first_replace = "apply"
removals = {removals}
removal_percent = 100
moves_percent = 100
renames_percent = 100
contacts_percent = 100
updates_percent = 100
additions_percent = 100
"""
"""What an administrator writes whose files are not held, but for removals in a careful company."""
SIZES = ((0.70, 10, 60), (0.92, 60, 500), (0.985, 500, 2_000), (1.0, 2_000, 5_000))
"""How many companies have at most how many people: mostly small, some large."""
ROOT = Unit("总部", 0)
MOVERS = 2
"""How many move to another department in a file that changes people."""
SPARE = 5_000
"""Departments from here on have no members: they come and go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """One file: what it says, and what is wrong with it.

    `refused` are the ids of people whom WeCom must refuse; a `broken` file is none that may go out.
    """

    corp: str
    name: str
    job: Job
    people: tuple[Person, ...] = ()
    units: Mapping[int, Unit] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    broken: bool = False

    @property
    def key(self) -> str:
        return f"{self.corp}/{self.job}/{self.name}.csv"

    @property
    def rows(self) -> int:
        return len(self.people) + len(self.units)

    @property
    def content(self) -> bytes:
        if not self.job.has_members:
            return department_file(self.units).content()
        broken = ({"帐号": "nobody", "手机号": "139", "所在部门": "x"},) if self.broken else ()
        return member_file(self.people, COLUMNS).plus(*broken).content()


@dataclass(slots=True)
class Company:
    """One company: its files in their order.

    A `patient` one waits for each run to end before it drops the next file; another drops all at
    once. A `careful` one has every file held that removes anything, and approves it.
    """

    alias: str
    patient: bool
    careful: bool = False
    drops: list[Drop] = field(default_factory=list)

    @property
    def settings(self) -> bytes:
        return SETTINGS.format(removals=0 if self.careful else 1_000_000).encode()


@dataclass(slots=True)
class HumanResources:
    """What one company's HR system knows as time goes by; every file is an export of it."""

    alias: str
    dice: Random
    headcount: int
    people: dict[str, Person] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=lambda: {1: ROOT})
    hired: int = 0
    exported: int = 0

    def __post_init__(self) -> None:
        for number in range(2, 3 + min(40, self.headcount // 8)):
            self.units[number] = Unit(f"部门{number}", self.dice.choice([*self.units]))
        self._hire(self.headcount)

    def organisation(self) -> Drop:
        """Export all departments after a reorganisation that leaves every member's in place."""
        if self.exported:
            number = self.dice.choice([number for number in self.units if number > 1])
            renamed = Unit(f"部门{number}改{self.exported}", self.units[number].parent)
            self.units[number] = renamed
            for gone in [number for number in self.units if number >= SPARE]:
                del self.units[gone]
        spare = SPARE + self.exported
        self.units[spare] = Unit(f"筹备{spare}", 1)
        return self._drop(Job.REPLACE_PARTY, units=dict(self.units))

    def everybody(self) -> Drop:
        """Export all members: some came, some left, some changed."""
        if self.exported:
            for userid in self._some(max(1, self.headcount // 100)):
                del self.people[userid]
            self._hire(max(1, self.headcount // 50))
            self._change(max(1, self.headcount // 20))
        return self._drop(Job.REPLACE_USER, people=tuple(self.people.values()))

    def some(self) -> Drop:
        changed = self._change(max(5, self.headcount // 10))
        hired = self._hire(max(2, self.headcount // 50))
        rows = [self.people[userid] for userid in (*changed, *hired)]
        return self._drop(Job.SYNC_USER, people=tuple(rows))

    def with_a_clash(self) -> Drop:
        """Export a few; one newcomer, whom HR forgets, has the mobile number of somebody else."""
        drop = self.some()
        owner = next(each for each in self.people.values() if each not in drop.people)
        clash = replace(owner, id=f"clash{self.exported}", name="重号")
        return replace(drop, people=(*drop.people, clash), refused=frozenset({clash.id}))

    def broken(self) -> Drop:
        """Export a file with a mistake, and know nothing of it afterwards."""
        people = tuple(self.people.values())[:20]
        return replace(self._drop(Job.SYNC_USER, people=people), broken=True)

    def again(self, drop: Drop) -> Drop:
        return self._drop(drop.job, people=drop.people, units=drop.units)

    def _drop(self, job: Job, **what: Any) -> Drop:
        self.exported += 1
        return Drop(corp=self.alias, name=f"{self.exported} {job}", job=job, **what)

    def _home(self) -> tuple[int]:
        return (self.dice.choice([number for number in self.units if number < SPARE]),)

    def _hire(self, count: int) -> list[str]:
        hired = []
        for _ in range(count):
            self.hired += 1
            user, name, mobile = (
                f"u{self.hired:06d}",
                f"员工{self.hired}",
                13_900_000_000 + self.hired,
            )
            places, title = self._home(), self.dice.choice(TITLES)
            person = Person(id=user, name=name, mobile=f"{mobile}", places=places, title=title)
            self.people[person.id] = person
            hired.append(person.id)
        return hired

    def _change(self, count: int) -> list[str]:
        changed = self._some(count)
        for at, userid in enumerate(changed):
            person = self.people[userid]
            # When many move to and fro a person is asked, whatever the limits are.
            places = self._home() if at < MOVERS else person.places
            # No word that others get as well: that would be evidence of a mistake.
            title = "".join(chr(0x4E00 + self.dice.randrange(5_000)) for _ in range(4))
            self.people[userid] = replace(person, title=title, places=places)
        return changed

    def _some(self, count: int) -> list[str]:
        return self.dice.sample([*self.people], min(count, len(self.people)))


def company(seed: int, number: int, drops: int) -> Company:
    dice = Random(f"{seed} company {number}")
    alias = f"c{number:04d}"
    roll = dice.random()
    low, high = next((low, high) for share, low, high in SIZES if roll < share)
    # What waits for a person may be overtaken, so only who waits himself is careful.
    firm = Company(alias, patient=(roll := dice.random()) < 0.5, careful=roll < 0.25)
    office = HumanResources(alias, dice, dice.randint(low, high))
    firm.drops.append(office.organisation())
    while len(firm.drops) < drops:
        firm.drops.append(_next(office, firm, dice))
    return firm


def _next(office: HumanResources, so_far: Company, dice: Random) -> Drop:
    """Choose the next file; a first full one comes soon, for the others stand on it."""
    full = [drop for drop in so_far.drops if drop.job is Job.REPLACE_USER]
    if not full:
        return office.everybody() if dice.random() < 0.8 else office.some()
    choices = [office.everybody, office.some, office.some, office.organisation, office.broken]
    last = so_far.drops[-1]
    if last.job.is_full and not last.broken:
        choices.append(lambda: office.again(last))
    if so_far.patient:
        # A company that does not wait may drop the file before the owner of the number is there.
        choices += [office.with_a_clash, office.with_a_clash]
    return dice.choice(choices)()


def chatterbox(seed: int, files: int) -> Company:
    """Make up the company that drops so many files at once that its index forgets some."""
    office = HumanResources("chatterbox", Random(f"{seed} chatterbox"), 10)
    drops = [office.organisation(), *(office.broken() for _ in range(files))]
    return Company("chatterbox", patient=False, drops=drops)


def giant(seed: int, rows: int) -> Company:
    """Make up the company with one big file, dropped when its departments are there."""
    office = HumanResources("giant", Random(f"{seed} giant"), rows)
    return Company("giant", patient=True, drops=[office.organisation(), office.everybody()])
