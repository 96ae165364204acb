"""Ordinary days, a few people at a time, and rare ones, about which a person may be asked."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from support.companies import FAMILIES, FOREIGN, GIVEN, SURNAMES, TITLES, Person, Register, Unit
from years.company import Company

FIRST_DAY = date(2027, 1, 4)
"""A Monday."""
WORKDAYS = 250
LEAVERS = 0.14
"""How many of the staff leave in a year; about as many come."""
SLIPS = 4
"""How many slips of HR a company has in a year, beside one a year for each 100 people."""
STINTS = 4
"""How often a year temps come for some days, where they do."""
PROMOTIONS = (4, 10)
"""In which months many get another title at once."""


def date_of(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def is_workday(day: int) -> bool:
    return date_of(day).weekday() < 5


def month_changes(day: int, step: int) -> bool:
    """Whether the next workday (`step` 1), or the last one (-1), is in another month."""
    other = next(at for at in range(day + step, day + 4 * step, step) if is_workday(at))
    return date_of(day).month != date_of(other).month


def live(company: Company) -> None:
    company.absent = {user: until for user, until in company.absent.items() if until > company.day}
    company.onboarding = {
        user: until for user, until in company.onboarding.items() if until >= company.day
    }
    _mend(company)
    staff = company.size / WORKDAYS
    _hirings(company, staff)
    leaving = LEAVERS * staff
    for person in company.some(
        times(company.dice, leaving * (6 if month_changes(company.day, 1) else 0.76))
    ):
        company.leave(person)
    if date_of(company.day).month in PROMOTIONS and month_changes(company.day, -1):
        for person in company.some(int(company.size * company.dice.uniform(0.02, 0.15))):
            promoted(company, person)
    for rate, happens in PERSONAL:
        for person in company.some(times(company.dice, rate * staff)):
            happens(company, person)
    for rate, changes in ORGANISATION:
        for _ in range(times(company.dice, rate * len(company.units) / WORKDAYS)):
            changes(company)
    for _ in range(times(company.dice, (SLIPS + company.size / 100) / WORKDAYS)):
        slip(company)


def _mend(company: Company) -> None:
    """Put yesterday's slips right, and let those go whose time is over."""
    for user, right in company.slips.items():
        person = company.people.get(user)
        if person and {*right.get("places", ())} <= company.units.keys():
            company.change(person, **right)
    company.slips = {}
    for person in [*company.people.values()]:
        if person.until is not None and person.until < company.day:
            company.leave(person)


def slip(company: Company) -> None:
    """Let HR enter one thing wrongly tonight, and put it right tomorrow."""
    dice = company.dice
    (person,) = company.some(1)
    places = company.some_place()
    wrong: dict[str, Any] = dice.choice(
        (
            {"name": misspelt(dice, person.name)},
            {"title": dice.choice(TITLES)},
            {"mobile": company.register.mobile()},
            {"places": places, "leads": (0,) * len(places)},
            {},
        )
    )
    if wrong:
        company.slips[person.id] = {name: getattr(person, name) for name in wrong}
        company.change(person, **wrong)
    elif dice.random() < 0.5:
        company.absent[person.id] = company.day + 1
    else:
        company.hire(until=company.day)


def _hirings(company: Company, staff: float) -> None:
    """Let people begin: mostly on Mondays, some for a while only, some for the second time."""
    dice = company.dice
    rate = (LEAVERS + company.style.growth) * staff
    monday = date_of(company.day).weekday() == 0
    for _ in range(times(dice, rate * (3 if monday else 0.5))):
        company.hire()
    for _ in range(times(dice, 0.03 * staff)):
        company.hire(until=company.day + dice.randrange(20, 90))
    for _ in range(times(dice, 0.005 * staff) if company.former else 0):
        returns(company)
    if company.style.temps and dice.random() < STINTS / WORKDAYS:
        stint(company)
    if company.size <= 100 and dice.random() < 0.5 / WORKDAYS:
        for _ in range(dice.randrange(2, 6)):
            company.hire()


def times(dice: Random, mean: float) -> int:
    """Return how often something happens that happens `mean` times on average (Poisson)."""
    count, chance, limit = 0, dice.random(), math.exp(-mean)
    while chance > limit:
        count += 1
        chance *= dice.random()
    return count


def returns(company: Company) -> None:
    person = company.dice.choice([*company.former.values()])
    company.hire(person)
    company.change(
        person, until=None, places=(place := company.some_place()), leads=(0,) * len(place)
    )
    if company.dice.random() < 0.3:
        company.change(person, mobile=company.register.mobile())


def stint(company: Company) -> None:
    """Let temps come for some days: who came before comes again, as long as more are needed."""
    dice = company.dice
    away = [user for user in company.temps if user in company.former]
    until = company.day + dice.randrange(4, 40)
    for at in range(dice.randrange(1, 3 + company.size // 40)):
        person = company.hire(company.former[away[at]] if at < len(away) else None)
        place = company.some_place()
        company.change(person, until=until, places=place, leads=(0,) * len(place))
        company.temps = [*dict.fromkeys((*company.temps, person.id))]


def new_mobile(company: Company, person: Person) -> None:
    company.change(person, mobile=company.register.mobile())


def marries(company: Company, person: Person) -> None:
    """Change the family name; the mailbox too, if it is made from the name, or not."""
    name = other_family(company.dice, person.name)
    register = company.register
    renames = register.mails == "name" and person.mail and company.dice.random() < 0.6
    mail = register.mail(person.id, name) if renames else person.mail
    company.change(person, name=name, mail=mail)


def other_family(dice: Random, name: str) -> str:
    if " " in name:
        return f"{name.split(maxsplit=1)[0]} {dice.choice(FAMILIES)}"
    return dice.choice([*SURNAMES]) + name[1:]


def name_corrected(company: Company, person: Person) -> None:
    company.change(person, name=misspelt(company.dice, person.name))


def misspelt(dice: Random, name: str) -> str:
    """Return a name with one wrong character, or without the wrong one."""
    if " " in name:
        given, family = name.split()
        return (
            f"{dice.choice([*FOREIGN])} {family}" if dice.random() < 0.3 else f"{given} {family}e"
        )
    return name[:-1] + dice.choice([*GIVEN])


def name_and_number(company: Company, person: Person) -> None:
    """Correct two cells of one row: somebody had typed both wrongly."""
    at = company.dice.randrange(3, 11)
    digit = (int(person.mobile[at]) + company.dice.randrange(1, 10)) % 10
    mobile = f"{person.mobile[:at]}{digit}{person.mobile[at + 1 :]}"
    if mobile not in company.register.taken:
        company.register.taken.add(mobile)
        company.change(person, name=misspelt(company.dice, person.name), mobile=mobile)


def promoted(company: Company, person: Person) -> None:
    title = f"高级{person.title}" if "高级" not in person.title else f"资深{person.title[2:]}"
    company.change(person, title=title)


def other_job(company: Company, person: Person) -> None:
    company.move(person, company.some_place())
    if company.dice.random() < 0.6:
        company.change(person, title=company.dice.choice(TITLES))
    if person.telephone and company.dice.random() < 0.5:
        company.change(person, telephone=company.register.telephone())


def moves_up(company: Company, person: Person) -> None:
    """Join the head's office above; of a small team two do."""
    above = company.units[person.places[0]].parent
    for other in company.people_of(person.places[0])[: company.dice.randrange(1, 3)]:
        company.move(other, (above or 1,))


def gives_up_desk(company: Company, person: Person) -> None:
    company.change(person, telephone="", alias=company.dice.choice((person.alias, "")))


def takes_leave(company: Company, person: Person) -> None:
    """Be disabled until the next one is; where HR does not say so, nothing happens."""
    for other in [*company.people.values()] if "禁用" in company.style.columns else ():
        company.change(other, off=other.id == person.id)


def leads(company: Company, person: Person) -> None:
    """Become the head of a department; who led it before does not any more."""
    place = person.places[0]
    for other in company.people_of(place):
        flags = tuple(
            int(flag and at != place) for flag, at in zip(other.leads, other.places, strict=True)
        )
        company.change(other, leads=flags)
    company.change(person, leads=(1, *person.leads[1:]), title="经理")


def wrong_leave_date(company: Company, person: Person) -> None:
    """Be missing from the export for some days."""
    company.absent[person.id] = company.day + company.dice.randrange(1, 5)


def begins_later(company: Company, person: Person) -> None:
    """Of those who came last, one begins later than the export said."""
    newest = company.dice.choice([*company.people.values()][-3:])
    company.absent[newest.id] = company.day + company.dice.randrange(5, 20)


PERSONAL: tuple[tuple[float, Callable[[Company, Person], None]], ...] = (
    (0.06, new_mobile),
    (0.004, marries),
    (0.006, name_corrected),
    (0.003, name_and_number),
    (0.05, promoted),
    (0.08, other_job),
    (0.02, leads),
    (0.01, moves_up),
    (0.03, gives_up_desk),
    (0.008, takes_leave),
    (0.004, wrong_leave_date),
    (0.003, begins_later),
)
"""How often a year it happens to one person."""


def founds(company: Company) -> None:
    number = company.dice.choice(company.divisions)
    name = f"{company.units[number].name}专项{company.unit_ids}组"
    around = company.people_of(*company.below(number))
    place = company.new_unit(name, number)
    for person in company.dice.sample(around, min(len(around), company.dice.randrange(2, 7))):
        company.move(person, (place,))


def closes(company: Company) -> None:
    teams = [number for number in company.leaves if number not in company.divisions]
    if small := [number for number in teams if len(company.people_of(number)) < 10]:
        dissolve(company, company.dice.choice(small))


def dissolve(company: Company, number: int) -> None:
    parent = company.units[number].parent
    besides = [
        one for one in company.leaves if company.units[one].parent == parent and one != number
    ]
    target = besides[0] if besides else parent
    for person in company.people_of(number):
        places = tuple(dict.fromkeys(target if one == number else one for one in person.places))
        company.move(person, places)
    del company.units[number]
    company.dissolved = company.day


def merges(company: Company) -> None:
    if teams := [number for number in company.leaves if number not in company.divisions]:
        dissolve(company, company.dice.choice(teams))


def splits(company: Company) -> None:
    """Part a department: half of its people go to a new one beside it."""
    if teams := [number for number in company.leaves if number not in company.divisions]:
        number = company.dice.choice(teams)
        unit = company.units[number]
        place = company.new_unit(f"{unit.name}二部{company.unit_ids}", unit.parent)
        people = company.people_of(number)
        for person in company.dice.sample(people, len(people) // 2):
            company.move(person, (place,))


def project(company: Company) -> None:
    """End a department's second posts or, where there are none, give some people one there."""
    place = company.dice.choice(company.leaves)
    seconds = [it for it in company.people_of(place) if len(it.places) > 1]
    for person in seconds:
        company.move(person, tuple(it for it in person.places if it != place))
    for person in company.some(company.dice.randrange(2, 6)) if not seconds else ():
        company.move(person, tuple(dict.fromkeys((*person.places, place))))


def rotation(company: Company) -> None:
    """Let one or two people of each of two teams change places, and what they are called."""
    teams = (company.people_of(it) for it in company.dice.sample(company.leaves, 2))
    for one, other in list(zip(*teams, strict=False))[: company.dice.randrange(1, 3)]:
        company.move(one, other.places)
        company.move(other, one.places)
        company.change(one, title=other.title)
        company.change(other, title=one.title)


def transfers(company: Company) -> None:
    """Put a team, with its people, below another division."""
    if teams := [number for number in company.leaves if number not in company.divisions]:
        number = company.dice.choice(teams)
        parent = company.dice.choice(company.divisions)
        company.units[number] = Unit(company.units[number].name, parent)


def renames(company: Company) -> None:
    number = company.dice.choice([*company.units][1:])
    unit = company.units[number]
    company.units[number] = Unit(f"{unit.name.removesuffix('组')}中心", unit.parent)


ORGANISATION: tuple[tuple[float, Callable[[Company], None]], ...] = (
    (0.05, founds),
    (0.05, closes),
    (0.04, renames),
    (0.02, merges),
    (0.02, splits),
    (0.02, transfers),
    (0.05, project),
    (0.03, rotation),
)
"""How often a year it happens, for each department."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something rare that begins on a day, and for how many days it goes on."""

    name: str
    day: int
    happens: Callable[[Company], None]
    lasts: int = 0


def of_year(company: Company, first: int) -> Iterator[Occasion]:
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
    division = company.new_unit(f"{dice.choice('东西南北')}方分公司{company.unit_ids}", 1)
    teams = [company.new_unit(f"分公司{number}部", division) for number in range(1, 4)]
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


def retitled(company: Company) -> None:
    """Call one of the titles otherwise."""
    title = company.dice.choice(TITLES)
    for person in [*company.people.values()]:
        if person.title == title:
            company.change(person, title=f"{title}岗")


def teams_exchanged(company: Company) -> None:
    """Exchange the names of two teams, as their tasks were."""
    one, other = company.dice.sample(company.leaves, 2)
    units = company.units
    units[one], units[other] = (
        Unit(units[other].name, units[one].parent),
        Unit(units[one].name, units[other].parent),
    )


def new_numbers(company: Company) -> None:
    """Give some people numbers of the company's new contract."""
    for person in company.some(max(2, int(company.size * company.dice.uniform(0.02, 0.1)))):
        new_mobile(company, person)


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
    ("one title", 0.5, 12, retitled),
    ("new numbers", 0.2, 12, new_numbers),
    ("teams exchanged", 0.15, 50, teams_exchanged),
)
"""What happens how often a year, in companies of at least how many people."""


def all_mobiles_new(company: Company) -> None:
    for person in [*company.people.values()]:
        new_mobile(company, person)


def office_moves(company: Company) -> None:
    """Give everybody the address of another office, and a number there to who has one."""
    company.office = company.office and f"上海市浦东新区世纪大道{company.day + 1}号"
    for person in [*company.people.values()]:
        telephone = person.telephone and company.register.telephone()
        company.change(person, address=company.office, telephone=telephone)


def departments_merge(company: Company) -> None:
    dissolve(company, company.dice.choice(company.leaves))


EVENTS: Mapping[str, Callable[[Company], None]] = {
    "domain change": new_domain,
    "all mobiles new": all_mobiles_new,
    "title reform": new_titles,
    "acquisition": acquisition,
    "office move": office_moves,
    "department merge": departments_merge,
}
"""What a person may be asked about once."""
