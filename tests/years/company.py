"""A company: who works there, in which departments, and the files that its HR system exports."""

from collections import deque
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from random import Random
from typing import Any

from support.companies import (
    COLUMNS,
    Export,
    Person,
    Register,
    Unit,
    department_file,
    member_file,
)

OPTIONAL = ("职位", "性别", "是否部门内领导", "排序", "别名", "座机", "地址")
DIVISIONS = "研发 销售 生产 财务 人事 市场 客服 采购 质量 物流 信息"
DEPARTMENT_PEOPLE = 12
REMEMBERED_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What differs from company to company.

    `weekends`: whether files come then (equal ones). `beside`: another system sends newcomers in
    the day, by `syncuser`. `grace`: leavers are disabled first. `trees`: whether a department file
    comes every night. `temps`: whether some people come for days, again and again. `tidies`: after
    how many days WeCom deletes departments that are empty.
    """

    columns: tuple[str, ...]
    weekends: bool
    beside: bool
    grace: bool
    trees: bool
    seasonal: bool
    temps: bool
    tidies: int
    growth: float

    @classmethod
    def of(cls, dice: Random) -> "Style":
        optional = tuple(name for name in OPTIONAL if dice.random() < 0.6)
        if "排序" in optional and "是否部门内领导" not in optional:
            optional = tuple(name for name in optional if name != "排序")
        optional += ("禁用",) if dice.random() < 0.3 else ()
        return cls(
            columns=COLUMNS + optional,
            weekends=dice.random() < 0.5,
            beside=dice.random() < 0.3,
            grace=dice.random() < 0.25,
            trees=dice.random() < 0.4,
            seasonal=dice.random() < 0.25,
            temps=dice.random() < 0.5,
            tidies=dice.choice((0, 0, 1, 30)),
            growth=dice.uniform(0, 0.12),
        )


@dataclass(slots=True)
class Company:
    """One company on one day.

    `absent`: people whom the nightly export leaves out until a day. `onboarding`: newcomers whom
    the other system sends, and until when. `slips`: what is wrong about somebody until tomorrow, as
    it is right. `temps`: who comes for days, by id. `former`: who worked there. `before`: in which
    departments people were earlier. `shots`: who was in the last files, the newest last.
    `office`: where everybody works, blank where HR has no addresses. `dissolved`: the last day on
    which all of a department went into another one.
    """

    size: int
    dice: Random
    style: Style
    register: Register
    day: int = 0
    people: dict[str, Person] = field(default_factory=dict)
    units: dict[int, Unit] = field(default_factory=lambda: {1: Unit("总部", 0)})
    former: dict[str, Person] = field(default_factory=dict)
    before: dict[str, tuple[int, ...]] = field(default_factory=dict)
    absent: dict[str, int] = field(default_factory=dict)
    onboarding: dict[str, int] = field(default_factory=dict)
    slips: dict[str, dict[str, Any]] = field(default_factory=dict)
    temps: list[str] = field(default_factory=list)
    shots: deque[tuple[Person, ...]] = field(default_factory=lambda: deque(maxlen=REMEMBERED_DAYS))
    unit_ids: int = 1
    office: str = ""
    dissolved: int = 0

    @classmethod
    def of(cls, size: int, dice: Random) -> "Company":
        ids = dice.choice(("zeros", "prefix", "name"))
        prefix = {"prefix": dice.choice(("u", "E", "hw"))}.get(ids, "")
        mails = dice.choice(("id", "id", "name", ""))
        domain = f"{dice.choice(('huaxin', 'tianyu', 'mingde', 'lantu'))}.com.cn"
        register = Register(dice, ids, mails, domain, prefix)
        company = cls(size, dice, Style.of(dice), register)
        company.office = dice.choice(("", "北京市海淀区中关村大街1号"))
        company._settle()
        for _ in range(size):
            company.hire()
        for number in company.leaves:
            for person in company.people_of(number)[:1]:
                flags = tuple(int(place == number) for place in person.places)
                company.change(person, leads=flags)
        for user_id in dice.sample([*company.people], size * 3 // 10):
            company.before[user_id] = company.some_place()
        for _ in range(size // 8):
            person = register.person(company.some_place())
            company.former[person.id] = person
        return company

    def copy(self) -> "Company":
        """Return a company to which something may happen that never happened here."""
        other = replace(self, **{it.name: copy(getattr(self, it.name)) for it in fields(self)})
        taken = {*self.register.taken}
        other.register = replace(self.register, dice=other.dice, taken=taken)
        return other

    def _settle(self) -> None:
        count = max(2, self.size // DEPARTMENT_PEOPLE)
        divisions = [self.new_unit(name, 1) for name in DIVISIONS.split()[: max(2, count // 4)]]
        for number in range(count - len(divisions)):
            parent = divisions[number % len(divisions)]
            team = number // len(divisions) + 1
            self.new_unit(f"{self.units[parent].name}{team}组", parent)

    def new_unit(self, name: str, parent: int) -> int:
        self.unit_ids += 1
        self.units[self.unit_ids] = Unit(name, parent)
        return self.unit_ids

    @property
    def divisions(self) -> list[int]:
        return [number for number, unit in self.units.items() if unit.parent == 1]

    @property
    def leaves(self) -> list[int]:
        parents = {unit.parent for unit in self.units.values()}
        return [number for number in self.units if number not in parents]

    def below(self, number: int) -> list[int]:
        numbers = [number]
        for each in numbers:
            numbers += [low for low, unit in self.units.items() if unit.parent == each]
        return numbers

    def some_place(self) -> tuple[int, ...]:
        """Return a department or, for one in twelve, two."""
        leaves = self.leaves
        two = self.dice.random() < 1 / 12 and len(leaves) > 1
        return tuple(self.dice.sample(leaves, 2 if two else 1))

    def people_of(self, *numbers: int) -> list[Person]:
        wanted = {*numbers}
        return [person for person in self.people.values() if wanted & {*person.places}]

    def some(self, count: int) -> list[Person]:
        return self.dice.sample([*self.people.values()], min(count, len(self.people)))

    def hire(self, person: Person | None = None, **values: str | int | None) -> Person:
        """Let somebody begin; a stranger, or `person`."""
        person = person or self.register.person(self.some_place(), **values)
        person = replace(person, address=self.office)
        self.people[person.id] = person
        self.former.pop(person.id, None)
        self.onboarding[person.id] = self.day
        return person

    def leave(self, person: Person) -> None:
        self.former[person.id] = self.people.pop(person.id)

    def change(self, person: Person, **values: object) -> None:
        self.people[person.id] = replace(self.people[person.id], **values)  # type: ignore[arg-type]

    def move(self, person: Person, places: tuple[int, ...]) -> None:
        if self.people[person.id].places != places:
            self.before[person.id] = self.people[person.id].places
            self.change(person, places=places, leads=(0,) * len(places))

    def passing(self) -> set[str]:
        """Return who is in the files, or not in them, for a while only: slips and temps."""
        temps = {person.id for person in self.people.values() if person.until is not None}
        return temps | self.slips.keys() | self.absent.keys()

    def members(self, people: Iterable[Person] | None = None) -> Export:
        if people is None:
            people = [each for each in self.people.values() if each.id not in self.absent]
        return member_file(people, self.style.columns)

    def departments(self) -> Export:
        return department_file(self.units)


def presented(export: Export, dice: Random, *, by_key: bool = False) -> Export:
    """Write an export as an HR system does; once in a while it does it otherwise.

    Rows are sorted by another column, ids are in other case, departments in a cell are sorted
    together with their flags, or a column is missing. Nothing of this means anything. HR's own
    numbers (`by_key`) are never in other case: they would be those of others.
    """
    if dice.random() > 1 / 15:
        return export
    how = dice.randrange(5)
    rows: Sequence[dict[str, str]] = [dict(row) for row in export.rows]
    columns = export.columns
    if how == 0:
        by = dice.choice(columns)
        rows = sorted(rows, key=lambda row: row[by])
    elif how == 1:
        dice.shuffle(rows)  # type: ignore[arg-type]
    elif how == 2 and not by_key:
        rows = [{**row, "帐号": row["帐号"].upper()} for row in rows]
    elif how in {2, 3}:
        rows = [_sorted_places(row) for row in rows]
    else:
        missing = dice.choice([*columns[5:], ""])
        columns = tuple(name for name in columns if name != missing)
    return Export(columns, tuple(rows))


def _sorted_places(row: dict[str, str]) -> dict[str, str]:
    names = ("所在部门", "是否部门内领导", "排序")
    together = sorted(zip(*(row[name].split(";") for name in names), strict=True))
    cells = (";".join(each) for each in zip(*together, strict=True))
    return {**row, **dict(zip(names, cells, strict=True))}
