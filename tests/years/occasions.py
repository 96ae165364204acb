"""Rare days: what a person may be asked about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from support.companies import Register, Unit
from years.company import Company
from years.life import dissolve, is_workday


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something rare that begins on a day, and for how many days it goes on."""

    name: str
    day: int
    happens: Callable[[Company], None]
    lasts: int = 0


def of_year(company: Company, first: int) -> Iterator[Occasion]:
    """Yield what is rare in the year that begins on a day."""
    dice = company.dice
    small = company.size < 50
    for name, chance, smallest, happens in RARE:
        if company.size >= smallest and dice.random() < chance / (3 if small else 1):
            yield Occasion(name, _workday(first + dice.randrange(20, 340)), happens)
    if company.size >= 50 and dice.random() < 0.6:
        yield Occasion("campus", _workday(first + dice.randrange(180, 200)), campus)
    if company.style.seasonal and company.size >= 50:
        begin = _workday(first + dice.randrange(250, 290))
        end = begin + dice.randrange(40, 70)
        share = dice.uniform(0.05, 0.2)

        def season(company: Company) -> None:
            for _ in range(int(company.size * share)):
                company.hire(until=end, title="临时工")

        yield Occasion("seasonal", begin, season)
        yield Occasion("seasonal", _workday(end + 1), lambda _: None)
    if company.style.beside:
        for _ in range(2):
            start, days = _workday(first + dice.randrange(20, 340)), dice.randrange(2, 5)
            yield Occasion("beside", start, partial(unknown, days), days)


def _workday(day: int) -> int:
    return next(each for each in range(day, day + 3) if is_workday(each))


def campus(company: Company) -> None:
    for _ in range(int(company.size * company.dice.uniform(0.03, 0.1))):
        company.hire(title="管培生")


def reorganisation(company: Company) -> None:
    """Give teams other divisions, names and people."""
    dice = company.dice
    divisions = company.divisions
    teams = [number for number in company.leaves if number not in divisions]
    for number in dice.sample(teams, len(teams) // 4):
        parent = dice.choice(divisions)
        company.units[number] = Unit(f"{company.units[parent].name}第{number}部", parent)
    for number in dice.sample(teams, len(teams) // 12):
        dissolve(company, number)
    for person in company.some(int(len(company.people) * dice.uniform(0.05, 0.35))):
        company.move(person, company.some_place())


def acquisition(company: Company) -> None:
    """Take another company over, as a division."""
    dice = company.dice
    division = company.found(f"{dice.choice('东西南北')}方分公司{company.unit_ids}", 1)
    teams = [company.found(f"分公司{number}部", division) for number in range(1, 4)]
    other = Register(dice, "prefix", company.register.mails, "beifang.cn", f"B{company.day:04d}")
    other.taken = company.register.taken
    for _ in range(int(company.size * dice.uniform(0.1, 0.3))):
        person = company.hire(other.person((dice.choice(teams),)))
        del company.onboarding[person.id]


def new_domain(company: Company) -> None:
    register = company.register
    old, register.domain = register.domain, f"new{company.day}.{register.domain}"
    for person in [*company.people.values()]:
        company.change(person, mail=person.mail.replace(f"@{old}", f"@{register.domain}"))


def new_titles(company: Company) -> None:
    for person in [*company.people.values()]:
        company.change(person, title=f"T{len(person.title)} {person.title}")


def unknown(days: int, company: Company) -> None:
    """Let people begin whom the other system sends and HR enters some days later."""
    for _ in range(company.dice.randrange(1, 4)):
        person = company.hire()
        company.absent[person.id] = company.onboarding[person.id] = company.day + days


RARE: tuple[tuple[str, float, int, Callable[[Company], None]], ...] = (
    ("reorganisation", 0.6, 12, reorganisation),
    ("acquisition", 0.15, 12, acquisition),
    ("new domain", 0.1, 12, new_domain),
    ("new titles", 0.15, 12, new_titles),
)
"""What happens how often a year, in companies of at least how many people."""
