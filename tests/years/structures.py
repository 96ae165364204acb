"""Mistakes that have a structure: of moves, of names, of who comes, of values exchanged."""

from collections.abc import Callable, Iterable, Mapping
from itertools import cycle

from years.mistakes import Ground, Kind, Row, Strike, placed

NAME, ID, MOBILE, MAIL, PLACES = "姓名", "帐号", "手机号", "邮箱", "所在部门"
TITLE, LEADS, ORDERS, TELEPHONE = "职位", "是否部门内领导", "排序", "座机"
TOTALS = ("合计", "小计", "总计")


def places_of(row: Row) -> list[int]:
    return [int(place) for place in row[PLACES].split(";")]


def unknown_departments(ground: Ground) -> Strike:
    """Put the people of departments that a system does not know below the root."""
    company = ground.company
    unknown: set[int] = set()
    for team in ground.dice.sample(company.leaves, len(company.leaves)):
        if len(company.people_of(*unknown)) < ground.count:
            unknown.add(team)
    who = [at for at, row in enumerate(ground.rows) if unknown & {*places_of(row)}]
    return ground.changing(who, lambda row: placed(row, [1]))


def rolled_up(ground: Ground) -> Strike:
    """Export cost centres: everybody is in the department above."""
    units = ground.company.units

    def above(row: Row) -> list[int]:
        parents = (units[place].parent if place in units else place for place in places_of(row))
        return [*dict.fromkeys(parents)]

    who = ground.some(lambda row: not {0, 1} & {*above(row)})
    return ground.changing(who, lambda row: placed(row, above(row)))


def seconds_lost(ground: Ground) -> Strike:
    """Export the first post of everybody alone."""
    who = ground.some(lambda row: len(places_of(row)) > 1)
    return ground.changing(who, lambda row: placed(row, places_of(row)[:1]))


def project_added(ground: Ground) -> Strike:
    """Join the list of a project: its people are in its department as well."""
    project = ground.dice.choice(ground.company.leaves)
    who = ground.some(lambda row: project not in places_of(row))

    def joined(row: Row) -> Row:
        return {
            PLACES: f"{row[PLACES]};{project}",
            **{it: f"{row[it]};0" for it in (LEADS, ORDERS)},
        }

    return ground.changing(who, joined)


def exchanged(column: str, values: Callable[[Ground], Iterable[str]]) -> Kind:
    """Give everybody who has one of some values the next of them, as another codebook does."""

    def kind(ground: Ground) -> Strike:
        known = [it for it in values(ground) if any(row[column] == it for row in ground.rows)]
        order = ground.dice.sample(known, len(known))
        for size in range(2, len(order) + 1):
            who = [at for at, row in enumerate(ground.rows) if row[column] in order[:size]]
            if len(who) >= ground.count:
                next_of = dict(zip(order[:size], (*order[1:size], order[0]), strict=True))
                changes = [(at, {column: next_of[ground.rows[at][column]]}) for at in who]
                return ground.strike(changes, lambda part: ground.changed(dict(part)))
        return ()

    return kind


def titles(ground: Ground) -> Iterable[str]:
    return sorted({row[TITLE] for row in ground.rows})


def teams(ground: Ground) -> Iterable[str]:
    return map(str, ground.company.leaves)


def blanked(ground: Ground) -> Strike:
    """Lose further columns, of everybody another one."""
    columns = cycle(it for it in (TITLE, TELEPHONE, "地址", "别名") if it in ground.good.columns)
    cells = zip(ground.some(), columns, strict=False)
    lost = [(at, {column: ""}) for at, column in cells if ground.rows[at][column]]
    return ground.strike(lost, lambda part: ground.changed(dict(part)))


def newcomers(ground: Ground, count: int, **values: str) -> list[Row]:
    company = ground.company
    people = (company.register.person(company.some_place(), **values) for _ in range(count))
    return [person.row for person in people]


def totals(ground: Ground) -> Strike:
    """Take the lines of a pivot table for people."""
    total, units = ground.dice.choice(TOTALS), cycle(ground.company.units.values())
    rows = newcomers(ground, ground.count)
    return ground.adding([{**row, NAME: f"{next(units).name}{total}"} for row in rows])


def status_lost(ground: Ground) -> Strike:
    """Export everybody whatever the status: who left last, and who has an offer."""
    company, half = ground.company, ground.count // 2
    former = [it for it in company.former.values() if {*it.places} <= company.units.keys()]
    back = company.members(former[len(former) - half :]).rows
    return ground.adding([*back, *newcomers(ground, ground.count - len(back), mail="")])


def contractors(ground: Ground) -> Strike:
    """Export the staff of contractors, whose numbers are far past the last one."""
    ground.company.register.numbered += 70_000
    return ground.adding(newcomers(ground, ground.count, title="外包"))


STRUCTURES: Mapping[str, Kind] = {
    "unknown departments as the root": unknown_departments,
    "departments rolled up": rolled_up,
    "second posts lost": seconds_lost,
    "a project's department added": project_added,
    "departments exchanged": exchanged(PLACES, teams),
    "titles of another codebook": exchanged(TITLE, titles),
    "further columns blanked": blanked,
    "lines of a pivot table": totals,
    "filter on status lost": status_lost,
    "candidates without a contract": lambda ground: ground.adding(
        newcomers(ground, ground.count, mail="")
    ),
    "staff of contractors": contractors,
}
