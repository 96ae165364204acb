"""Mistakes: what strikes a company's files, from what they say on a good night."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from support.companies import Export, Person, Register
from wecom_sync.domain.run import Job
from years.company import Company

type Row = Mapping[str, str]
type Change = Callable[[Row], Row]

TREE, FULL, SOME = Job.REPLACE_PARTY, Job.REPLACE_USER, Job.SYNC_USER


@dataclass(frozen=True, slots=True)
class Night:
    """A file that is dropped some days later."""

    job: Job
    content: bytes
    days: int = 0


@dataclass(frozen=True, slots=True)
class Strike:
    """The files of a mistake. `harmed`: how many people they harm, where no file shows it."""

    steps: tuple[Night, ...]
    harmed: int | None = None

    @classmethod
    def of(cls, job: Job, export: Export) -> "Strike":
        return cls((Night(job, export.content()),))


@dataclass(frozen=True, slots=True)
class Ground:
    """The night that a mistake strikes: its good export, and the company behind it."""

    company: Company
    good: Export
    dice: Random

    @classmethod
    def under(cls, company: Company, good: Export, dice: Random) -> "Ground":
        """Return the ground; whatever is made up on it changes nothing in the company's life."""
        register = replace(company.register, dice=dice, taken={*company.register.taken})
        return cls(replace(company, dice=dice, register=register), good, dice)

    @property
    def rows(self) -> Sequence[Row]:
        return self.good.rows

    @property
    def few(self) -> int:
        return few(len(self.rows))

    def count(self, share: float) -> int:
        """Return a share of the staff, in a small company more than a few."""
        return min(len(self.rows), max(self.few + 1, round(share * len(self.rows))))

    def of(self, count: int, *, suits: Callable[[Row], object] = bool) -> list[int]:
        """Choose rows: side by side, or here and there."""
        found = [at for at, row in enumerate(self.rows) if suits(row)]
        count = min(count, len(found))
        if self.dice.random() < 0.5:
            first = self.dice.randrange(len(found) - count + 1)
            return found[first : first + count]
        return sorted(self.dice.sample(found, count))

    def block(self, share: float) -> range:
        """Choose rows that stand together."""
        count = self.count(share)
        first = self.dice.randrange(len(self.rows) - count + 1)
        return range(first, first + count)

    def changed(self, chosen: Iterable[int], change: Change, *more: str) -> Export:
        """Change rows of the export; `more` are columns that it gets."""
        wanted = {*chosen}
        new = tuple(name for name in more if name not in self.good.columns)
        rows = ({**row, **change(row)} if at in wanted else row for at, row in enumerate(self.rows))
        return replace(self.good, columns=self.good.columns + new, rows=tuple(rows))

    def everybody(self, change: Change, *more: str) -> Export:
        return self.changed(range(len(self.rows)), change, *more)


type Kind = Callable[[Ground], Strike | None]
type Made = Callable[[Ground, Row], Row]
"""What becomes of a row."""


def here_and_there(
    share: float,
    made: Made,
    suits: Callable[[Row], object] = bool,
    happens: Callable[[Ground], object] = bool,
) -> Kind:
    def kind(ground: Ground) -> Strike | None:
        if not happens(ground):
            return None
        chosen = ground.of(ground.count(share), suits=suits)
        return Strike.of(FULL, ground.changed(chosen, partial(made, ground)))

    return kind


def everywhere(made: Made, happens: Callable[[Ground], object] = bool) -> Kind:
    def kind(ground: Ground) -> Strike | None:
        if not happens(ground):
            return None
        return Strike.of(FULL, ground.everybody(partial(made, ground)))

    return kind


def sorted_alone(column: str, share: float = 0) -> Kind:
    """Sort a column, and nothing else of the rows: everywhere, or in a block."""

    def kind(ground: Ground) -> Strike:
        chosen = ground.block(share) if share else range(len(ground.rows))
        cells = iter(sorted(ground.rows[at][column] for at in chosen))
        return Strike.of(FULL, ground.changed(chosen, lambda _: {column: next(cells)}))

    return kind


def few(people: int) -> int:
    """Return how many harmed people are not much: 20, in a small company a tenth."""
    return min(20, max(2, people // 10))


def strangers(ground: Ground) -> Strike:
    register = ground.company.register
    size = ground.dice.choice((1, 15, 21, 60, 60)) * len(ground.rows) // 600 or 1
    count = max(size, ground.few + 1) if len(ground.rows) < 200 else size

    def change(row: Row) -> Row:
        name = register.name()
        stays = register.mails != "name" or not row["邮箱"]
        mail = row["邮箱"] if stays else register.mail(row["帐号"], name)
        return {"姓名": name, "手机号": register.mobile(), "邮箱": mail}

    return Strike.of(FULL, ground.changed(ground.of(count), change))


def former_staff(ground: Ground) -> Strike | None:
    """Ignore the status column: everybody who left is there again."""
    company = ground.company
    former = [
        person for person in company.former.values() if set(person.places) <= {*company.units}
    ]
    if len(former) <= ground.few:
        return None
    return Strike.of(FULL, added(ground, company.members(former).rows))


def added(ground: Ground, rows: Iterable[Row]) -> Export:
    found = ground.good.plus(*rows)
    if ground.dice.random() < 0.5:
        return replace(found, rows=tuple(sorted(found.rows, key=lambda row: row["帐号"])))
    return found


def others(ground: Ground, share: float) -> Export:
    company, dice = ground.company, ground.dice
    register = Register(dice, "prefix", company.register.mails or "id", "sister.cn", "S")
    people = [register.person(company.some_place()) for _ in range(ground.count(share))]
    return company.members(people)


def sister_appended(ground: Ground) -> Strike:
    return Strike.of(FULL, added(ground, others(ground, 0.22).rows))


def sister_by_sync(ground: Ground) -> Strike:
    return Strike.of(SOME, others(ground, 0.22))


def new_ids(ground: Ground) -> Strike:
    """Send the same people once more under new ids."""
    register = ground.company.register
    chosen = ground.of(ground.count(0.2))

    def again(row: Row) -> Row:
        user_id = f"N{row['帐号']}"
        if register.mails == "id":
            return {**row, "帐号": user_id, "手机号": "", "邮箱": f"{user_id}@{register.domain}"}
        return {**row, "帐号": user_id, "手机号": register.mobile(), "邮箱": ""}

    rows = tuple(again(ground.rows[at]) for at in chosen)
    return Strike.of(SOME, replace(ground.good, rows=rows))


def filled(column: str, value: Callable[[Random, Row], str], share: float) -> Kind:
    """Fill a column that is blank for most."""

    def kind(ground: Ground) -> Strike | None:
        is_there = column in ground.good.columns
        cells = [row[column] if is_there else "" for row in ground.rows]
        blank = [at for at, cell in enumerate(cells) if not cell]
        count = round(share * len(ground.rows))
        if len(blank) < count:
            return None
        for at in blank[:count]:
            cells[at] = value(ground.dice, ground.rows[at])
        known = iter(cells)
        return Strike.of(FULL, ground.everybody(lambda _: {column: next(known)}, column))

    return kind


def home(dice: Random, row: Row) -> str:
    return f"上海市{dice.choice('东西南北')}城路{dice.randrange(1, 900)}号{dice.randrange(99)}室"


def identity_number(dice: Random, row: Row) -> str:
    born = f"{dice.randrange(1965, 2004)}{dice.randrange(1, 13):02d}{dice.randrange(1, 29):02d}"
    return f"310{dice.randrange(1000):03d}{born}{dice.randrange(10000):04d}"


def mailed(row: Row) -> bool:
    return bool(row["邮箱"])


def has_mails(ground: Ground) -> bool:
    return bool(ground.company.register.mails)


def wrong_domain(ground: Ground) -> Strike | None:
    """Write a wrong domain behind the mailboxes."""
    wrong = ground.dice.choice(("mail.example.cn", "qq.com", ground.company.register.domain[:-3]))

    def change(_: Ground, row: Row) -> Row:
        return {"邮箱": row["邮箱"].split("@")[0] + f"@{wrong}"}

    return here_and_there(0.19, change, mailed)(ground)


def counted_up(ground: Ground) -> Strike:
    """Fill mobiles down in a spreadsheet: each is one more than the one above."""
    numbers = iter(range(13_800_000_001, 13_900_000_000))
    chosen = ground.block(0.15)
    return Strike.of(FULL, ground.changed(chosen, lambda _: {"手机号": f"{next(numbers)}"}))


def placed(row: Row, places: Sequence[int]) -> Row:
    flags = ";".join("0" for _ in places)
    return {"所在部门": ";".join(map(str, places)), "是否部门内领导": flags, "排序": flags}


def first_job(ground: Ground) -> Strike | None:
    """Read the first instead of the last job record."""
    company = ground.company
    earlier = {
        user.casefold(): places
        for user, places in company.before.items()
        if set(places) <= {*company.units}
    }
    chosen = ground.of(ground.count(0.25), suits=lambda row: row["帐号"].casefold() in earlier)
    if len(chosen) <= ground.few:
        return None
    change: Change = lambda row: placed(row, earlier[row["帐号"].casefold()])  # noqa: E731
    return Strike.of(FULL, ground.changed(chosen, change))


def default_department(ground: Ground) -> Strike | None:
    target = ground.dice.choice(ground.company.leaves)
    return here_and_there(0.25, lambda _, row: placed(row, [target]))(ground)


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
    full = ground.everybody(renumbered)
    return Strike((Night(TREE, tree.content()), Night(FULL, full.content())))


def departments_turned(ground: Ground) -> Strike | None:
    """Write the departments of people in another order, and leave the leader flags as they are."""
    leading = [at for at, row in enumerate(ground.rows) if "1;0" in row.get("是否部门内领导", "")]
    if not leading:
        return None

    def turned(row: Row) -> Row:
        return {"所在部门": ";".join(reversed(row["所在部门"].split(";")))}

    return Strike.of(FULL, ground.changed(leading, turned))


def page_missing(ground: Ground) -> Strike | None:
    if len(ground.rows) < 75:
        return None
    first = 50 * ground.dice.randrange(len(ground.rows) // 50)
    rows = (*ground.rows[:first], *ground.rows[first + 50 :])
    return Strike.of(FULL, replace(ground.good, rows=rows))


def department_filtered(ground: Ground) -> Strike | None:
    """Lose a department, or a division with all below it."""
    company = ground.company
    found = []
    for number in [*company.units][1:]:
        people = {person.id for person in company.people_of(*company.below(number))}
        if ground.few < len(people) < 0.3 * len(ground.rows):
            found.append(people)
    if not found:
        return None
    gone = {user.casefold() for user in ground.dice.choice(found)}
    rows = tuple(row for row in ground.rows if row["帐号"].casefold() not in gone)
    return Strike.of(FULL, replace(ground.good, rows=rows))


def contracts(ground: Ground) -> list[int]:
    """Choose the people whose first contract is over by now: here and there."""
    return sorted(ground.dice.sample(range(len(ground.rows)), ground.count(0.08)))


def contract_removed(ground: Ground) -> Strike:
    gone = {*contracts(ground)}
    rows = tuple(row for at, row in enumerate(ground.rows) if at not in gone)
    return Strike.of(FULL, replace(ground.good, rows=rows))


def contract_disabled(ground: Ground) -> Strike:
    off = {ground.rows[at]["帐号"] for at in contracts(ground)}
    change: Change = lambda row: {"禁用": "1" if row["帐号"] in off else "0"}  # noqa: E731
    return Strike.of(FULL, ground.everybody(change, "禁用"))


def tree_with(ground: Ground, changes: Mapping[int, Row]) -> Strike:
    """Change rows of the department file, and count the people in and below them."""
    company = ground.company
    harmed = company.people_of(*(low for number in changes for low in company.below(number)))
    bad = company.departments().each(lambda row: changes.get(int(row["部门ID"]), {}))
    return Strike((Night(TREE, bad.content()),), len(harmed))


def names_exchanged(ground: Ground) -> Strike:
    company = ground.company
    one, other = ground.dice.sample(company.divisions, 2)
    return tree_with(
        ground,
        {
            one: {"部门名称": company.units[other].name},
            other: {"部门名称": company.units[one].name},
        },
    )


def wrong_parent(ground: Ground) -> Strike:
    one, other = ground.dice.sample(ground.company.divisions, 2)
    return tree_with(ground, {one: {"父部门ID": str(other)}})


def renumbered(ground: Ground) -> Strike:
    """Give up to five departments new numbers in the department file alone."""
    leaves = ground.company.leaves
    chosen = ground.dice.sample(leaves, min(5, len(leaves)))
    return tree_with(ground, {number: {"部门ID": str(number + 2000)} for number in chosen})


def two_systems(ground: Ground) -> Strike:
    """Let one system create newcomers in the day whom the other one removes at night."""
    company = ground.company
    new = [company.register.person(company.some_place()) for _ in range(ground.count(0.06))]
    some, night = company.members(new).content(), ground.good.content()
    steps = [Night(job, content, day) for day in range(2) for job, content in (
        (SOME, some), (FULL, night),
    )]  # fmt: skip
    return Strike(tuple(steps), ground.count(0.06))


def cut_off(ground: Ground) -> Strike:
    content = ground.good.content()
    return Strike((Night(FULL, content[: int(len(content) * ground.dice.uniform(0.3, 0.97))]),))


def last_rows_missing(ground: Ground) -> Strike:
    rows = ground.rows[: int(len(ground.rows) * ground.dice.uniform(0.3, 0.95))]
    return Strike.of(FULL, replace(ground.good, rows=tuple(rows)))


def wrong_encoding(ground: Ground) -> Strike | None:
    """Read UTF-8 as something else, and write it again."""
    wrong = ground.dice.choice(("gbk", "latin-1"))
    change: Change = lambda row: {"姓名": row["姓名"].encode().decode(wrong, "replace")}  # noqa: E731
    return Strike.of(FULL, ground.everybody(change))


def exported(ground: Ground, shot: Iterable[Person]) -> Strike:
    earlier = ground.company.members(shot)
    return Strike.of(FULL, replace(earlier, columns=ground.good.columns))


def yesterday(ground: Ground) -> Strike:
    return exported(ground, ground.company.shots[-1])


def old_export(ground: Ground) -> Strike | None:
    shots = [*ground.company.shots]
    return exported(ground, ground.dice.choice(shots[:-20])) if len(shots) > 40 else None


def another_corp(ground: Ground) -> Strike:
    other = Company.of(ground.company.size, ground.dice)
    return Strike.of(FULL, other.members())


def shifted(ground: Ground) -> Strike:
    """Move every cell behind a column by one to the right."""
    columns = ground.good.columns
    at = ground.dice.randrange(2, len(columns) - 1)
    moved = columns[at:]

    def change(row: Row) -> Row:
        return {name: row[before] for name, before in zip(moved, (moved[-1], *moved), strict=False)}

    return Strike.of(FULL, ground.everybody(change))


KINDS: Mapping[str, Kind] = {
    "accounts given to strangers": strangers,
    "former staff back": former_staff,
    "sister company appended": sister_appended,
    "sister company by syncuser": sister_by_sync,
    "same people under new ids": new_ids,
    "home addresses filled": filled("地址", home, 1.0),
    "identity numbers as alias": filled("别名", identity_number, 0.6),
    "private mobiles as telephone": filled("座机", lambda _, row: row["手机号"], 0.4),
    "lookup error filled": filled("地址", lambda *_: "未找到", 0.6),
    "wrong mail domain": lambda ground: wrong_domain(ground) if has_mails(ground) else None,
    "emergency contacts": here_and_there(
        0.18, lambda ground, _: {"手机号": ground.company.register.mobile()}
    ),
    "mobiles counted up": counted_up,
    "mobiles blanked": here_and_there(0.15, lambda *_: {"手机号": ""}, mailed, has_mails),
    "first job record": first_job,
    "default department": default_department,
    "branch renumbered": branch_renumbered,
    "block of departments sorted": sorted_alone("所在部门", 0.2),
    "departments in another order": departments_turned,
    "page missing": page_missing,
    "department filtered": department_filtered,
    "contract date passed, removed": contract_removed,
    "contract date passed, disabled": contract_disabled,
    "names masked": here_and_there(0.09, lambda _, row: {"姓名": row["姓名"][0] + "*"}),
    "names encoded": here_and_there(0.09, lambda _, row: {"姓名": row["姓名"].encode().hex()}),
    "divisions exchange names": names_exchanged,
    "division under a wrong parent": wrong_parent,
    "departments renumbered": renumbered,
    "two systems": two_systems,
    "cut off": cut_off,
    "last rows missing": last_rows_missing,
    "names sorted alone": sorted_alone("姓名"),
    "mobiles sorted alone": sorted_alone("手机号"),
    "leading zeros lost": everywhere(
        lambda _, row: {"帐号": row["帐号"].lstrip("0")},
        lambda ground: ground.company.register.ids == "zeros",
    ),
    "wrong encoding": wrong_encoding,
    "yesterday's export": yesterday,
    "old export": old_export,
    "another corp's file": another_corp,
    "columns shifted": shifted,
    "everybody to the root": everywhere(lambda _, row: placed(row, [1])),
    "titles blank": everywhere(
        lambda *_: {"职位": ""}, lambda ground: "职位" in ground.good.columns
    ),
}
