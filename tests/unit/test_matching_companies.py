"""How many people of made-up companies are matched with their accounts, and by what."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter
from random import Random

import pytest

from support.companies import Person, Register
from wecom_sync.domain.book import Book, People
from wecom_sync.domain.book import Person as Known
from wecom_sync.domain.directory import Department, Directory
from wecom_sync.domain.policy import Policy
from wecom_sync.domain.states import Job
from wecom_sync.domain.texts import Listing
from wecom_sync.files.member_columns import KEY_COLUMN
from wecom_sync.files.problems import Row
from wecom_sync.files.roster import Roster
from wecom_sync.planning.matching import Matched, match
from wecom_sync.planning.night import Night

COMPANIES = 20
COLUMNS = ("姓名", "手机号", "邮箱", "所在部门")
ODDS = {"moved": 0.03, "old number": 0.04, "transposed": 0.01, "no mobile": 0.03}
ODDS |= {"new name": 0.01, "namesake": 0.02, "joined": 0.02, "left": 0.03}
"""How often HR's file and WeCom differ about somebody."""


def transposed(mobile: str) -> str:
    at = next((at for at in range(3, 10) if mobile[at] != mobile[at + 1]), 3)
    return mobile[:at] + mobile[at + 1] + mobile[at] + mobile[at + 2 :]


class Company:
    """Its people as HR and as WeCom know them; `accounts`: whose is whose."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        mails = ("id", "name", "")[seed % 3]
        self.register = Register(self.dice, "name", mails, "yunfan.cn")
        self.units = self.dice.randrange(8, 30)
        self.accounts: dict[str, str] = {}
        self.hr: list[tuple[str, Person]] = []
        self.wecom = [
            self.register.person((1,), name=name, id=name) for name in ("boss", "frontdesk")
        ]
        people: list[Person] = []
        for number in range(self.dice.choice((60, 150, 300, 600))):
            person = self.register.person((self.unit(),))
            if people and self.happens("namesake"):
                name = self.dice.choice(people).name
                person = self.register.person((self.unit(),), name=name)
            people.append(person)
            self.enter(f"{number + 1:05}", person)

    def unit(self) -> int:
        return self.dice.randrange(2, 2 + self.units)

    def happens(self, event: str) -> bool:
        return self.dice.random() < ODDS[event]

    def enter(self, key: str, person: Person) -> None:
        """Let HR and WeCom get to know somebody, each in their way."""
        seen = person
        if self.happens("moved"):
            seen = replace(seen, places=(self.unit(),))
        if self.happens("old number"):
            seen = replace(seen, mobile=self.register.mobile())
        if self.happens("transposed"):
            seen = replace(seen, mobile=transposed(seen.mobile))
        if self.happens("no mobile"):
            person = replace(person, mobile="")
        if self.happens("new name"):
            person = replace(person, name=self.register.name())
        if not self.happens("left"):
            self.hr.append((key, person))
        if not self.happens("joined"):
            self.wecom.append(seen)
            self.accounts[key] = seen.id

    def rows(self) -> Iterator[Row]:
        for line, (key, person) in enumerate(self.hr, 2):
            yield Row(line, key, (*(person.row[name] for name in COLUMNS), key))

    def matched(self) -> Matched:
        roster = Roster(Job.REPLACE_USER, "utf-8", (*COLUMNS, KEY_COLUMN), tuple(self.rows()))
        departments = [Department(1, 0), *(Department(2 + at, 1) for at in range(self.units))]
        pairs = [(person.id, place) for person in self.wecom for place in person.places]
        book = Book(People.of(Known(person.id, row=person.row) for person in self.wecom))
        places = {str(it.id): frozenset({it.id}) for it in departments}
        policy = Policy(newcomers="pinyin")
        return match(Night(roster, Directory.of(pairs, departments), book, policy), places)


def test_made_up_companies_are_matched_without_questions_and_mistakes() -> None:
    people, right = 0, 0
    wrong: list[str] = []
    evidence: Counter[str] = Counter()
    for seed in range(COMPANIES):
        company = Company(seed)
        there = {person.id for person in company.wecom}
        people += len(company.hr)
        answer = company.matched()
        assert answer.slip is None
        for link in answer.links:
            account = company.accounts.get(link.key, "")
            is_right = link.account == account if account else link.kind == "new"
            right += is_right
            evidence[f"{link.kind} {'+'.join(link.evidence)}"] += 1
            if link.account in there - {account}:
                wrong.append(f"{seed}: {link}")

    figures = [f"{right} of {people}: {right / people:.2%}", *map(str, evidence.most_common())]
    sys.stdout.write("\n".join(figures))
    assert not wrong, "\n".join(wrong)
    assert right / people >= 0.98


ORDERS: dict[str, Callable[[Sequence[Person]], Iterable[Person]]] = {
    "a row up": lambda people: (*people[1:], people[0]),
    "a row down in a block": lambda people: (*people[:9], people[19], *people[9:19], *people[20:]),
    "from the middle on": lambda people: (*people[:30], *people[31:], people[30]),
    "sorted alone": lambda people: sorted(people, key=attrgetter("mobile")),
}


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("field", ["mobile", "name"])
def test_cells_of_other_lines_are_named(order: str, field: str) -> None:
    for seed in (0, 3):
        company = Company(seed)
        others = ORDERS[order]([person for _, person in company.hr])
        company.hr = [
            (key, replace(person, **{field: getattr(other, field)}))
            for (key, person), other in zip(company.hr, others, strict=True)
        ]

        slip = company.matched().slip

        assert slip is not None
        assert slip.code == ("cause_sorted" if "sorted" in order else "cause_slipped")
        assert slip.blanks["columns"] == Listing.of(["手机号", "邮箱"][: 1 + (field == "name")])
