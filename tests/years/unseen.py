"""Mistakes from life from which no rule was written: they are struck to judge the rules.

What HR, its software, or an administrator does to a list on its way. None is in `mistakes.KINDS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import cycle

from support.companies import pinyin
from years.mistakes import Ground, Kind, Row, Strike, here_and_there, placed
from years.structures import ID, LEADS, MAIL, MOBILE, NAME, PLACES, TELEPHONE, TITLE, places_of


def leaving_out(ground: Ground, who: Sequence[int]) -> Strike:
    return ground.strike(who, ground.without)


def on_leave(ground: Ground) -> Strike:
    """Take the list of those whom this month's payroll pays."""
    return leaving_out(ground, ground.some())


def filter_left_on(ground: Ground) -> Strike:
    """Save the list while a filter hides some titles."""
    titles = sorted({row[TITLE] for row in ground.rows})
    hidden: list[int] = []
    for title in ground.dice.sample(titles, len(titles)):
        if len(hidden) < ground.count:
            hidden += [at for at, row in enumerate(ground.rows) if row[TITLE] == title]
    return leaving_out(ground, hidden)


def duplicates_removed(ground: Ground) -> Strike:
    """Let Excel remove duplicates by department and title."""
    first: dict[tuple[str, str], int] = {}
    for at, row in enumerate(ground.rows):
        first.setdefault((row[PLACES], row[TITLE]), at)
    twice = sorted({*range(len(ground.rows))} - {*first.values()})
    return leaving_out(ground, twice[: ground.count])


def training_accounts(ground: Ground) -> Strike:
    """Leave the accounts in the list with which the vendor taught the clerks."""
    company = ground.company
    blank = {MOBILE: "", "别名": "", TELEPHONE: "", TITLE: "测试"}
    rows = []
    for number in range(1, ground.count + 1):
        mail = f"train{number:02d}@{company.register.domain}"
        made = company.register.person((company.leaves[0],), name=f"测试{number:02d}").row
        rows.append({**made, **blank, ID: f"train{number:02d}", MAIL: mail})
    return ground.adding(rows)


def hired_again(ground: Ground) -> Strike:
    """Enter people of a renewed contract anew, beside their rows."""
    domain = ground.company.register.domain
    rows = (ground.rows[at] for at in ground.some())
    return ground.adding(
        [{**row, ID: f"R{row[ID]}", MOBILE: "", MAIL: f"r{row[ID]}@{domain}"} for row in rows]
    )


def turned(column: str, chunk: int = 0) -> Kind:
    """Give people the cells of those below them: in pairs, or in parts of a block."""

    def kind(ground: Ground) -> Strike:
        rows = ground.rows
        who = [at for at in (ground.some() if chunk else ground.block()) if rows[at][column]]
        size = chunk or max(2, len(who) // ground.nights)
        groups = [who[at : at + size] for at in range(0, len(who) - size + 1, size)]

        def changes(part: Sequence[Sequence[int]]) -> Mapping[int, Row]:
            below = (
                pair for group in part for pair in zip(group, [*group[1:], group[0]], strict=True)
            )
            return {at: {column: rows[other][column]} for at, other in below}

        strike = ground.strike(groups, lambda part: ground.changed(changes(part)))
        return tuple(replace(night, harmed=size * (night.harmed or 0)) for night in strike)

    return kind


def in_latin_letters(_ground: Ground, row: Row) -> Row:
    """Write a name as the head office abroad does."""
    family, *given = pinyin(row[NAME])
    return {NAME: f"{''.join(given).title()} {family.title()}"}


def given_name_first(_ground: Ground, row: Row) -> Row:
    return {NAME: row[NAME][1:] + row[NAME][0]}


def is_chinese(row: Row) -> bool:
    return " " not in row[NAME]


def private_mailbox(ground: Ground, row: Row) -> Row:
    return {MAIL: f"{row[MOBILE]}@{ground.dice.choice(('qq.com', '163.com', '139.com'))}"}


def end_hidden(_ground: Ground, row: Row) -> Row:
    """Hide the end of a mobile as a test system does, which wants numbers in the end."""
    return {MOBILE: f"{row[MOBILE][:7]}0000"}


def switchboard(_ground: Ground, _row: Row) -> Row:
    return {TELEPHONE: "010-80000000"}


def graded(_ground: Ground, row: Row) -> Row:
    """Take the grade of the job for its title."""
    return {TITLE: f"P{3 + sum(map(ord, row[TITLE])) % 6}"}


def pasted_over_hidden(ground: Ground) -> Strike:
    """Paste the titles of a department while a filter shows it: they fill hidden rows as well."""
    place = ground.dice.choice(ground.rows)[PLACES]
    titles = cycle([row[TITLE] for row in ground.rows if row[PLACES] == place])
    return ground.changing(ground.block(), lambda _: {TITLE: next(titles)})


def filled_down(ground: Ground) -> Strike:
    """Double-click the fill handle below somebody's department."""
    block = ground.block()
    places = places_of(ground.rows[block[0]])
    return ground.changing(block, lambda row: placed(row, places))


def leaders_filled_down(ground: Ground) -> Strike:
    return ground.changing(
        ground.block(), lambda row: {LEADS: ";".join("1" for _ in places_of(row))}
    )


def put_back(ground: Ground) -> Strike:
    """Restore the departments, and nothing else, from a backup of before people moved."""
    company = ground.company
    before = {
        user.casefold(): places
        for user, places in company.before.items()
        if {*places} <= company.units.keys()
    }
    who = ground.some(lambda row: row[ID].casefold() in before)

    def back(row: Row) -> Row:
        cells = placed(row, before[row[ID].casefold()])
        return (
            cells
            if cells[PLACES].count(";") != row[PLACES].count(";")
            else {**row, PLACES: cells[PLACES]}
        )

    return ground.changing(who, back)


UNSEEN: dict[str, Kind] = {
    "payroll without those on leave": on_leave,
    "filter on titles left on": filter_left_on,
    "duplicates removed by department and title": duplicates_removed,
    "accounts of a training": training_accounts,
    "hired again beside their rows": hired_again,
    "a cell deleted above accounts": turned(ID),
    "mobiles exchanged in pairs": turned(MOBILE, 2),
    "names in Latin letters": here_and_there(in_latin_letters, is_chinese),
    "given name first": here_and_there(given_name_first, is_chinese),
    "private mailboxes": here_and_there(private_mailbox),
    "ends of mobiles hidden": here_and_there(end_hidden),
    "telephone of the switchboard": here_and_there(switchboard),
    "grades as titles": here_and_there(graded),
    "titles pasted over hidden rows": pasted_over_hidden,
    "department filled down": filled_down,
    "leaders filled down": leaders_filled_down,
    "former departments put back": put_back,
}
