"""HR of a made-up company: whom it has, what changes there, and the files that it exports."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random

from support.companies import Export, Person, Unit, department_file, member_file
from wecom_sync.domain.states import Job

COLUMNS = ("姓名", "帐号", "手机号", "邮箱", "所在部门")
KEY, LAST_DAY = "工号", "离职日期"
ROOT = "总部"
HOMES = {2: "部门2", 3: "部门3", 4: "部门4", 9: "筹备"}
"""Departments by number: those from 4 on come and go."""
HAPPENS = ("hire", "hire", "leave", "notice", "notice", "move", "name", "mobile", "swap", "clash")
STAFF = 8
"""People on the first day; those who are hired get the next numbers."""


@dataclass(slots=True)
class Office:
    """`by_key`: whether the company names people by keys, so that WeCom's accounts are linked."""

    corp: str
    by_key: bool
    people: dict[int, Person] = field(default_factory=dict)
    homes: tuple[int, ...] = (2, 3)
    hired: int = 0
    notices: dict[int, str] = field(default_factory=dict)
    """The last days of those who have given notice."""

    def __post_init__(self) -> None:
        for _ in range(STAFF):
            self._hire()

    @property
    def settings(self) -> str:
        named = f'[accounts]\nkey = "{KEY}"\nnewcomers = "key"\n[departments]\ncompany = "{ROOT}"\n'
        named += f'[rows]\n"{LAST_DAY}" = "until"\n'
        return named if self.by_key else ""

    def live(self, dice: Random, now: float) -> None:
        """Let something change: somebody comes, goes, moves, or gets another name or number."""
        for _ in range(dice.choice((0, 1, 1, 2, 4))):
            number = dice.choice([*self.people])
            person, other = self.people[number], self.people[dice.choice([*self.people])]
            match dice.choice(HAPPENS):
                case "hire":
                    self._hire(dice.choice(self.homes))
                case "notice":
                    last = datetime.fromtimestamp(now + dice.choice((0, 0, 86_400)), UTC)
                    self.notices[number] = last.date().isoformat()
                case "leave" if len(self.people) > 2:
                    del self.people[number]
                case "move":
                    self.people[number] = replace(person, places=(dice.choice(self.homes),))
                case "name":
                    self.people[number] = replace(person, name=f"改名{dice.randrange(100)}")
                case "mobile":
                    mobile = f"139{dice.randrange(10**8):08d}"
                    self.people[number] = replace(person, mobile=mobile)
                case "swap":
                    self.people[number] = replace(person, mobile=other.mobile)
                    self.people[int(other.id[1:])] = replace(other, mobile=person.mobile)
                case "clash" if gone := {*range(self.hired)} - {*self.people}:
                    # The number of somebody who has left, and whom WeCom may still have.
                    mobile = f"138{dice.choice(sorted(gone)):08d}"
                    self.people[number] = replace(person, mobile=mobile)

    def reorganise(self, dice: Random) -> None:
        self.homes = dice.choice(((2, 3), (2, 3, 4), (2, 3, 9), (2,)))
        for number, person in self.people.items():
            if person.places[0] not in self.homes:
                self.people[number] = replace(person, places=(2,))

    def export(self, job: Job, dice: Random) -> Export:
        if job is Job.REPLACE_PARTY:
            units = {1: Unit(ROOT, 0), **{at: Unit(HOMES[at], 1) for at in self.homes}}
            return department_file(units)
        people = [*self.people.values()]
        if job is Job.SYNC_USER:
            people = dice.sample(people, dice.randint(1, len(people)))
        whole = member_file(people, COLUMNS)
        if job is Job.COMPANY or self.by_key:
            whole = whole.each(lambda row: {**row, "所在部门": _path(row["所在部门"])})
        if self.by_key:
            last = {f"u{number}": day for number, day in self.notices.items()}
            whole = whole.each(
                lambda row: {**row, KEY: row["帐号"], LAST_DAY: last.get(row["帐号"], "")}
            )
            return whole.ordered((KEY, *(name for name in COLUMNS if name != "帐号"), LAST_DAY))
        return whole

    def _hire(self, home: int = 2) -> None:
        number, self.hired = self.hired, self.hired + 1
        self.people[number] = Person(
            id=f"u{number}",
            name=f"员工{number}",
            mobile=f"138{number:08d}",
            places=(home,),
            title="",
        )


def _path(home: str) -> str:
    return f"{ROOT}/{HOMES[int(home)]}"
