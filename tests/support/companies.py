"""Made-up companies: people and departments as an HR system knows them, and its files as tables."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import NamedTuple, Self


def _sounds(text: str) -> dict[str, str]:
    return dict(re.findall("(.)([a-z]+)", text))


SURNAMES = _sounds(
    "王wang李li张zhang刘liu陈chen杨yang黄huang赵zhao吴wu周zhou徐xu孙sun马ma朱zhu胡hu郭guo何he"
    "高gao林lin罗luo郑zheng梁liang谢xie宋song唐tang许xu韩han冯feng邓deng曹cao彭peng曾zeng肖xiao"
    "田tian董dong潘pan袁yuan蔡cai蒋jiang余yu于yu杜du叶ye程cheng苏su魏wei吕lv丁ding任ren沈shen",
)
GIVEN = _sounds(
    "伟wei芳fang娜na敏min静jing磊lei洋yang艳yan勇yong军jun杰jie娟juan涛tao明ming超chao霞xia"
    "平ping刚gang玲ling辉hui建jian国guo华hua文wen志zhi强qiang丽li红hong梅mei海hai波bo宁ning"
    "欣xin悦yue子zi轩xuan雨yu涵han浩hao宇yu晨chen佳jia怡yi思si琪qi嘉jia豪hao婷ting博bo凯kai",
)
FOREIGN = ("Anna", "Maria", "Julia", "Peter", "Thomas", "David", "Laura", "Emma", "Paul", "Nina")
FAMILIES = ("Smith", "Miller", "Weber", "Rossi", "Novak", "Dubois", "Tanaka", "Larsen", "Costa")
TITLES = ("助理", "专员", "工程师", "会计", "销售代表", "设计师", "主管", "经理", "顾问", "技术员")
COLUMNS = ("姓名", "帐号", "手机号", "邮箱", "所在部门")
"""What every company exports."""
type Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """A file as a table; every change returns another one."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        return "帐号" if "帐号" in self.columns else "部门ID"

    def text(self, newline: str = "\n", *, quoted: bool = False) -> str:
        out = io.StringIO(newline="")
        writer = csv.writer(
            out, lineterminator=newline, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
        )
        writer.writerow(self.columns)
        writer.writerows([row.get(name, "") for name in self.columns] for row in self.rows)
        return out.getvalue()

    def content(self, encoding: str = "utf-8-sig", newline: str = "\n") -> bytes:
        return self.text(newline).encode(encoding)

    def lines(self) -> list[str]:
        return self.text().splitlines(keepends=True)

    def but(self, row_id: str, **changes: str) -> Self:
        """Change cells of a row; columns that are new go to the end."""
        new = tuple(name for name in changes if name not in self.columns)
        if all(row[self.key] != row_id for row in self.rows):
            raise KeyError(row_id)
        rows = (row if row[self.key] != row_id else {**row, **changes} for row in self.rows)
        return replace(self, columns=self.columns + new, rows=tuple(rows))

    def each(self, change: Callable[[Row], Row]) -> Self:
        """Change cells of every row; columns that are new go to the end."""
        changed = [(row, change(row)) for row in self.rows]
        names = dict.fromkeys(name for _, cells in changed for name in cells)
        new = tuple(name for name in names if name not in self.columns)
        rows = tuple({**row, **cells} for row, cells in changed)
        return replace(self, columns=self.columns + new, rows=rows)

    def of(self, rows: Iterable[Row]) -> Self:
        return replace(self, rows=tuple(rows))

    def without(self, *row_ids: str) -> Self:
        gone = set(row_ids)
        return self.of(row for row in self.rows if row[self.key] not in gone)

    def only(self, *row_ids: str) -> Self:
        return self.of(row for row in self.rows if row[self.key] in row_ids)

    def less(self, count: int) -> Self:
        return self.of(self.rows[: len(self.rows) - count])

    def plus(self, *rows: Row) -> Self:
        return self.of((*self.rows, *rows))

    def named(self, names: Mapping[str, str]) -> str:
        """Return the file with other headers above the same cells."""
        header, rest = self.text().split("\n", 1)
        return ",".join(names.get(cell, cell) for cell in header.split(",")) + "\n" + rest

    def ordered(self, columns: Iterable[str]) -> Self:
        return replace(self, columns=tuple(columns))


def department(number: int, name: str, parent: int, order: str = "") -> dict[str, str]:
    return {"部门名称": name, "部门ID": str(number), "父部门ID": str(parent), "排序": order}


class Unit(NamedTuple):
    name: str
    parent: int


def department_file(units: Mapping[int, Unit]) -> Export:
    rows = [department(number, *unit, order=str(number)) for number, unit in units.items()]
    return Export(("部门名称", "部门ID", "父部门ID", "排序"), tuple(rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works there; `until` is the last day of a temporary contract.

    `places`: departments; `leads`: whether the person leads each of them.
    """

    id: str
    name: str
    mobile: str
    places: tuple[int, ...]
    title: str
    mail: str = ""
    leads: tuple[int, ...] = (0,)
    gender: str = ""
    alias: str = ""
    telephone: str = ""
    address: str = ""
    off: bool = False
    until: int | None = None

    @property
    def row(self) -> dict[str, str]:
        return {
            "姓名": self.name,
            "帐号": self.id,
            "手机号": self.mobile,
            "邮箱": self.mail,
            "所在部门": ";".join(map(str, self.places)),
            "职位": self.title,
            "性别": self.gender,
            "是否部门内领导": ";".join(map(str, self.leads)),
            "排序": ";".join("0" for _ in self.places),
            "别名": self.alias,
            "座机": self.telephone,
            "地址": self.address,
            "禁用": str(int(self.off)),
        }


def member_file(people: Iterable[Person], columns: tuple[str, ...]) -> Export:
    return Export(columns, tuple(person.row for person in people))


@dataclass(slots=True)
class Register:
    """Makes people up: no id, mobile or mailbox is given twice.

    `ids`: what user ids are made from, a number or the name. `mails`: what mailboxes are made
    from, the id, the name or nothing.
    """

    dice: Random
    ids: str
    mails: str
    domain: str
    prefix: str = ""
    numbered: int = 0
    taken: set[str] = field(default_factory=set)

    def person(self, places: tuple[int, ...], **values: str | int | None) -> Person:
        name = self.name()
        user_id = self.user_id(name)
        person = Person(
            id=user_id,
            name=name,
            mobile=self.mobile(),
            mail=self.mail(user_id, name) if self.dice.random() < 0.9 else "",
            places=places,
            leads=(0,) * len(places),
            title=self.dice.choice(TITLES),
            gender=self.dice.choice("男女"),
            alias=self.dice.choice(FOREIGN) if self.dice.random() < 0.3 else "",
            telephone=self.telephone() if self.dice.random() < 0.6 else "",
        )
        return replace(person, **values)  # type: ignore[arg-type]

    def name(self) -> str:
        """Return a name; several people may have it."""
        if self.dice.random() < 0.03:
            return f"{self.dice.choice(FOREIGN)} {self.dice.choice(FAMILIES)}"
        surname = [*SURNAMES][int(len(SURNAMES) * self.dice.random() ** 2)]
        return surname + "".join(self.dice.choices([*GIVEN], k=self.dice.choice((1, 2, 2))))

    def user_id(self, name: str) -> str:
        self.numbered += 1
        if self.ids == "name":
            return self._new("".join(pinyin(name)))
        return f"{self.prefix}{self.numbered:06d}"

    def mobile(self) -> str:
        while True:
            number = f"1{self.dice.choice('3356788999')}{self.dice.randrange(10**9):09d}"
            if number not in self.taken:
                self.taken.add(number)
                return number

    def mail(self, user_id: str, name: str) -> str:
        if not self.mails:
            return ""
        if self.mails == "id":
            return f"{user_id}@{self.domain}"
        family, *given = pinyin(name)
        return f"{self._new(''.join(given) + '.' + family)}@{self.domain}"

    def telephone(self) -> str:
        return f"010-8{self.dice.randrange(10**7):07d}"

    def _new(self, wanted: str) -> str:
        number = 1
        while (name := f"{wanted}{number if number > 1 else ''}") in self.taken:
            number += 1
        self.taken.add(name)
        return name


def pinyin(name: str) -> list[str]:
    """Return a name in Latin letters, the family name first."""
    if " " in name:
        return name.lower().split()[::-1]
    sounds: Mapping[str, str] = {**GIVEN, **SURNAMES}
    return [sounds[character] for character in name]
