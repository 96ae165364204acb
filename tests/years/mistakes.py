"""Mistakes: what strikes a company's files, from what they say on a good night.

Each concerns some of the people, draws how many they are, and comes at once or over some nights.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from support.companies import Export, Person, Register
from wecom_sync.domain.states import Job
from years.company import Company

type Row = Mapping[str, str]
type Change = Callable[[Row], Row]

TREE, FULL, SOME = Job.REPLACE_PARTY, Job.REPLACE_USER, Job.SYNC_USER
SMALLEST, LARGEST = 0.01, 0.4
"""Shares of the people whom a mistake concerns."""
SEVERAL = 1 / 3
"""How many mistakes come over several nights."""


@dataclass(frozen=True, slots=True)
class Night:
    """A file that is dropped some days later.

    `harmed`: how many people are harmed once it is applied; None where the file itself shows it.
    """

    job: Job
    content: bytes
    days: int = 0
    harmed: int | None = None


type Strike = tuple[Night, ...]
"""The files of a mistake."""
type Kind = Callable[[Ground], Strike]
"""Makes the files of a mistake; none where it is not possible."""
type Made = Callable[[Ground, Row], Row]
"""What becomes of a row."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The night that a mistake strikes: its good export, and the company behind it.

    `share`: of the people whom it concerns; `nights`: over how many it comes.
    """

    company: Company
    good: Export
    dice: Random
    share: float
    nights: int

    @classmethod
    def under(cls, company: Company, good: Export, dice: Random) -> "Ground":
        """Return the ground; whatever is made up on it changes nothing in the company's life."""
        register = replace(company.register, dice=dice, taken={*company.register.taken})
        share = SMALLEST * (LARGEST / SMALLEST) ** dice.random()
        nights = round(2 * 10 ** dice.random()) if dice.random() < SEVERAL else 1
        return cls(replace(company, dice=dice, register=register), good, dice, share, nights)

    @property
    def rows(self) -> Sequence[Row]:
        return self.good.rows

    @property
    def count(self) -> int:
        return max(1, round(self.share * len(self.rows)))

    def block(self) -> range:
        first = self.dice.randrange(len(self.rows) - self.count + 1)
        return range(first, first + self.count)

    def some(self, suits: Callable[[Row], object] = bool) -> list[int]:
        suitable = [at for at, row in enumerate(self.rows) if suits(row)]
        count = min(self.count, len(suitable))
        if self.dice.random() < 0.5:
            first = self.dice.randrange(len(suitable) - count + 1)
            return suitable[first : first + count]
        return self.dice.sample(suitable, count)

    def without(self, gone: Iterable[int]) -> Export:
        gone = {*gone}
        return self.good.of(row for at, row in enumerate(self.rows) if at not in gone)

    def changed(self, changes: Mapping[int, Row], *more: str) -> Export:
        """Change rows of the export; `more` are columns that it gets."""
        new = tuple(name for name in more if name not in self.good.columns)
        blank = dict.fromkeys(new, "")
        rows = ({**row, **blank, **changes.get(at, {})} for at, row in enumerate(self.rows))
        return replace(self.good, columns=self.good.columns + new, rows=tuple(rows))

    def everybody(self, change: Change) -> Export:
        return self.changed({at: change(row) for at, row in enumerate(self.rows)})

    def changes(self, who: Iterable[int], change: Change, *more: str) -> list[tuple[int, Row]]:
        """Return what becomes of rows, but for those that say it already."""
        columns = {*self.good.columns, *more}
        cells = ((at, change(self.rows[at])) for at in who)
        return [
            (at, row)
            for at, row in cells
            if any(row[name] != self.rows[at][name] for name in columns & row.keys())
        ]

    def strike[T](
        self, who: Sequence[T], export: Callable[[Sequence[T]], Export], job: Job = FULL
    ) -> Strike:
        """Let a mistake concern a part more of them every night, in the end all."""
        nights = min(self.nights, len(who))
        parts = [len(who) * night // nights for night in range(1, nights + 1)]
        return tuple(
            Night(job, export(who[:part]).content(), days, part) for days, part in enumerate(parts)
        )

    def changing(self, who: Iterable[int], change: Change, *more: str) -> Strike:
        changes = self.changes(who, change, *more)
        return self.strike(changes, lambda part: self.changed(dict(part), *more))

    def adding(self, rows: Sequence[Row]) -> Strike:
        """Add rows at the end of the file, or where their ids belong."""
        is_sorted = self.dice.random() < 0.5

        def export(part: Sequence[Row]) -> Export:
            full = self.good.plus(*part)
            return full.of(sorted(full.rows, key=lambda row: row["帐号"])) if is_sorted else full

        return self.strike(rows, export)


def once(export: Export, harmed: int | None = None, job: Job = FULL) -> Strike:
    return (Night(job, export.content(), harmed=harmed),)


def here_and_there(made: Made, suits: Callable[[Row], object] = bool) -> Kind:
    return lambda ground: ground.changing(ground.some(suits), partial(made, ground))


def everywhere(made: Made, happens: Callable[[Ground], object] = bool) -> Kind:
    def kind(ground: Ground) -> Strike:
        return once(ground.everybody(partial(made, ground))) if happens(ground) else ()

    return kind


def sorted_alone(column: str, *, block: bool = False) -> Kind:
    """Sort a column, and nothing else of the rows: everywhere, or in a block."""

    def kind(ground: Ground) -> Strike:
        chosen = ground.block() if block else range(len(ground.rows))
        cells = iter(sorted(ground.rows[at][column] for at in chosen))
        changes = ground.changes(chosen, lambda _: {column: next(cells)})
        return once(ground.changed(dict(changes)), len(changes)) if changes else ()

    return kind


def few(people: int) -> int:
    """Return how many harmed people are not much: 20, in a small company a tenth."""
    return min(20, max(2, people // 10))


def stranger(ground: Ground, row: Row) -> Row:
    register = ground.company.register
    name = register.name()
    stays = register.mails != "name" or not row["邮箱"]
    mail = row["邮箱"] if stays else register.mail(row["帐号"], name)
    return {"姓名": name, "手机号": register.mobile(), "邮箱": mail}


def former_staff(ground: Ground) -> Strike:
    """Ignore the status column: who left last is there again."""
    company = ground.company
    former = [
        person for person in company.former.values() if set(person.places) <= {*company.units}
    ]
    return ground.adding(company.members(former[-ground.count :]).rows)


def sisters(ground: Ground) -> Sequence[Row]:
    company = ground.company
    register = Register(ground.dice, "prefix", company.register.mails or "id", "sister.cn", "S")
    people = [register.person(company.some_place()) for _ in range(ground.count)]
    return company.members(people).rows


def new_ids(ground: Ground) -> Strike:
    """Send the same people once more under new ids."""
    register = ground.company.register

    def again(row: Row) -> Row:
        user_id = f"N{row['帐号']}"
        if register.mails == "id":
            return {**row, "帐号": user_id, "手机号": "", "邮箱": f"{user_id}@{register.domain}"}
        return {**row, "帐号": user_id, "手机号": register.mobile(), "邮箱": ""}

    second = [again(ground.rows[at]) for at in ground.some()]
    return ground.strike(second, ground.good.of, SOME)


def filled(column: str, value: Callable[[Random, Row], str]) -> Kind:
    """Fill a column where it is blank."""

    def kind(ground: Ground) -> Strike:
        is_there = column in ground.good.columns
        chosen = ground.some(lambda row: not (is_there and row[column]))
        return ground.changing(chosen, lambda row: {column: value(ground.dice, row)}, column)

    return kind


def home(dice: Random, row: Row) -> str:
    return f"上海市{dice.choice('东西南北')}城路{dice.randrange(1, 900)}号{dice.randrange(99)}室"


def identity_number(dice: Random, row: Row) -> str:
    born = f"{dice.randrange(1965, 2004)}{dice.randrange(1, 13):02d}{dice.randrange(1, 29):02d}"
    return f"310{dice.randrange(1000):03d}{born}{dice.randrange(10000):04d}"


def mailed(row: Row) -> bool:
    return bool(row["邮箱"])


def wrong_domain(ground: Ground) -> Strike:
    """Write a wrong domain behind the mailboxes."""
    wrong = ground.dice.choice(("mail.example.cn", "qq.com", ground.company.register.domain[:-3]))
    change: Change = lambda row: {"邮箱": row["邮箱"].split("@")[0] + f"@{wrong}"}  # noqa: E731
    return ground.changing(ground.some(mailed), change)


def counted_up(ground: Ground) -> Strike:
    """Fill mobiles down in a spreadsheet: each is one more than the one above."""
    numbers = iter(range(13_800_000_001, 13_900_000_000))
    return ground.changing(ground.block(), lambda _: {"手机号": f"{next(numbers)}"})


def placed(row: Row, places: Sequence[int]) -> Row:
    flags = ";".join("0" for _ in places)
    return {"所在部门": ";".join(map(str, places)), "是否部门内领导": flags, "排序": flags}


def first_job(ground: Ground) -> Strike:
    """Read the first instead of the last job record."""
    company = ground.company
    there = {*company.units}
    before = {user: at for user, at in company.before.items() if set(at) <= there}
    earlier = {user.casefold(): places for user, places in before.items()}
    chosen = ground.some(lambda row: row["帐号"].casefold() in earlier)
    return ground.changing(chosen, lambda row: placed(row, earlier[row["帐号"].casefold()]))


def default_department(ground: Ground) -> Strike:
    target = ground.dice.choice(ground.company.leaves)
    return ground.changing(ground.some(), lambda row: placed(row, [target]))


def branch_renumbered(ground: Ground) -> Strike:
    """Give a division and all below it new numbers, in both files."""
    company = ground.company
    branch = company.below(ground.dice.choice(company.divisions))
    new = {str(number): str(number + 1000) for number in branch}

    def renumbered(row: Row) -> Row:
        cells = row["所在部门"].split(";")
        return {"所在部门": ";".join(new.get(cell, cell) for cell in cells)}

    tree = company.departments().each(
        lambda row: {name: new.get(row[name], row[name]) for name in ("部门ID", "父部门ID")}
    )
    harmed = len(company.people_of(*branch))
    full = ground.everybody(renumbered)
    return (Night(TREE, tree.content(), 0, harmed), Night(FULL, full.content(), 0, harmed))


def departments_turned(ground: Ground) -> Strike:
    """Write the departments of people in another order, and leave the leader flags as they are."""
    leading = ground.some(lambda row: "1;0" in row.get("是否部门内领导", ""))
    change: Change = lambda row: {"所在部门": ";".join(reversed(row["所在部门"].split(";")))}  # noqa: E731
    return ground.changing(leading, change)


def page_missing(ground: Ground) -> Strike:
    return once(ground.without(ground.block()), ground.count)


def department_filtered(ground: Ground) -> Strike:
    """Lose a department, or a division with all below it."""
    company = ground.company
    number = ground.dice.choice([*company.units][1:])
    gone = {person.id.casefold() for person in company.people_of(*company.below(number))}
    missing = [at for at, row in enumerate(ground.rows) if row["帐号"].casefold() in gone]
    return once(ground.without(missing), len(missing)) if missing else ()


def contract_removed(ground: Ground) -> Strike:
    """Lose the people whose first contract is over by now."""
    return ground.strike(ground.some(), ground.without)


def contract_disabled(ground: Ground) -> Strike:
    def export(part: Sequence[int]) -> Export:
        off = {ground.rows[at]["帐号"] for at in part}
        return ground.good.each(lambda row: {"禁用": "1" if row["帐号"] in off else "0"})

    return ground.strike(ground.some(), export)


def tree_with(ground: Ground, changes: Mapping[int, Row]) -> Strike:
    """Change rows of the department file, and count the people in and below them."""
    company = ground.company
    harmed = company.people_of(*(low for number in changes for low in company.below(number)))
    bad = company.departments().each(lambda row: changes.get(int(row["部门ID"]), {}))
    return (Night(TREE, bad.content(), harmed=len(harmed)),)


def names_exchanged(ground: Ground) -> Strike:
    company = ground.company
    one, other = ground.dice.sample(company.divisions, 2)
    names = {one: company.units[other].name, other: company.units[one].name}
    return tree_with(ground, {number: {"部门名称": name} for number, name in names.items()})


def wrong_parent(ground: Ground) -> Strike:
    one, other = ground.dice.sample(ground.company.divisions, 2)
    return tree_with(ground, {one: {"父部门ID": str(other)}})


def renumbered(ground: Ground) -> Strike:
    """Give departments new numbers in the department file alone."""
    leaves = ground.company.leaves
    chosen = ground.dice.sample(leaves, max(1, round(ground.share * len(leaves))))
    return tree_with(ground, {number: {"部门ID": str(number + 2000)} for number in chosen})


def two_systems(ground: Ground) -> Strike:
    """Let one system create newcomers in the day whom the other one removes at night."""
    company = ground.company
    new = [company.register.person(company.some_place()) for _ in range(ground.count)]
    files = ((SOME, company.members(new).content()), (FULL, ground.good.content()))
    days = range(max(3, ground.nights))
    return tuple(Night(*file, day, ground.count) for day in days for file in files)


def cut_off(ground: Ground) -> Strike:
    content = ground.good.content()
    end = int(len(content) * (1 - ground.share))
    return (Night(FULL, content[:end], harmed=ground.count),)


def wrong_encoding(ground: Ground) -> Strike:
    """Read UTF-8 as something else, and write it again."""
    wrong = ground.dice.choice(("gbk", "latin-1"))
    change: Change = lambda row: {"姓名": row["姓名"].encode().decode(wrong, "replace")}  # noqa: E731
    return once(ground.everybody(change))


def exported(ground: Ground, shot: Iterable[Person]) -> Strike:
    earlier = ground.company.members(shot)
    return once(replace(earlier, columns=ground.good.columns))


def old_export(ground: Ground) -> Strike:
    shots = [*ground.company.shots]
    return exported(ground, ground.dice.choice(shots[:-20])) if len(shots) > 40 else ()


def shifted(ground: Ground) -> Strike:
    """Move every cell behind a column by one to the right."""
    columns = ground.good.columns
    at = ground.dice.randrange(2, len(columns) - 1)
    moved = columns[at:]

    def change(row: Row) -> Row:
        return {name: row[before] for name, before in zip(moved, (moved[-1], *moved), strict=False)}

    return once(ground.everybody(change))


KINDS: Mapping[str, Kind] = {
    "accounts given to strangers": here_and_there(stranger),
    "former staff back": former_staff,
    "sister company appended": lambda ground: ground.adding(sisters(ground)),
    "sister company by syncuser": lambda ground: ground.strike(
        sisters(ground), ground.good.of, SOME
    ),
    "same people under new ids": new_ids,
    "home addresses filled": filled("地址", home),
    "identity numbers as alias": filled("别名", identity_number),
    "private mobiles as telephone": filled("座机", lambda _, row: row["手机号"]),
    "lookup error filled": filled("地址", lambda *_: "未找到"),
    "wrong mail domain": wrong_domain,
    "emergency contacts": here_and_there(
        lambda ground, _: {"手机号": ground.company.register.mobile()}
    ),
    "mobiles counted up": counted_up,
    "mobiles blanked": here_and_there(lambda *_: {"手机号": ""}, mailed),
    "first job record": first_job,
    "default department": default_department,
    "branch renumbered": branch_renumbered,
    "block of departments sorted": sorted_alone("所在部门", block=True),
    "departments in another order": departments_turned,
    "page missing": page_missing,
    "department filtered": department_filtered,
    "contract date passed, removed": contract_removed,
    "contract date passed, disabled": contract_disabled,
    "names masked": here_and_there(lambda _, row: {"姓名": row["姓名"][0] + "*"}),
    "names encoded": here_and_there(lambda _, row: {"姓名": row["姓名"].encode().hex()}),
    "divisions exchange names": names_exchanged,
    "division under a wrong parent": wrong_parent,
    "departments renumbered": renumbered,
    "two systems": two_systems,
    "cut off": cut_off,
    "last rows missing": lambda ground: once(ground.good.less(ground.count), ground.count),
    "names sorted alone": sorted_alone("姓名"),
    "mobiles sorted alone": sorted_alone("手机号"),
    "leading zeros lost": everywhere(
        lambda _, row: {"帐号": row["帐号"].lstrip("0")},
        lambda ground: ground.company.register.ids == "zeros",
    ),
    "wrong encoding": wrong_encoding,
    "yesterday's export": lambda ground: exported(ground, ground.company.shots[-1]),
    "old export": old_export,
    "another corp's file": lambda ground: once(
        Company.of(ground.company.size, ground.dice).members()
    ),
    "columns shifted": shifted,
    "everybody to the root": everywhere(lambda _, row: placed(row, [1])),
    "titles blank": everywhere(
        lambda *_: {"职位": ""}, lambda ground: "职位" in ground.good.columns
    ),
}
