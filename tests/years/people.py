"""People as an HR system knows them, and their row in a member file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

SURNAMES: dict[str, str] = dict(
    re.findall(
        "(.)([a-z]+)",
        "王wang李li张zhang刘liu陈chen杨yang黄huang赵zhao吴wu周zhou徐xu孙sun马ma朱zhu胡hu郭guo何he"
        "高gao林lin罗luo郑zheng梁liang谢xie宋song唐tang许xu韩han冯feng邓deng曹cao彭peng曾zeng肖xiao"
        "田tian董dong潘pan袁yuan蔡cai蒋jiang余yu于yu杜du叶ye程cheng苏su魏wei吕lv丁ding任ren沈shen",
    )
)
GIVEN: dict[str, str] = dict(
    re.findall(
        "(.)([a-z]+)",
        "伟wei芳fang娜na敏min静jing磊lei洋yang艳yan勇yong军jun杰jie娟juan涛tao明ming超chao霞xia"
        "平ping刚gang玲ling辉hui建jian国guo华hua文wen志zhi强qiang丽li红hong梅mei海hai波bo宁ning"
        "欣xin悦yue子zi轩xuan雨yu涵han浩hao宇yu晨chen佳jia怡yi思si琪qi嘉jia豪hao婷ting博bo凯kai",
    )
)
FOREIGN = ("Anna", "Maria", "Julia", "Peter", "Thomas", "David", "Laura", "Emma", "Paul", "Nina")
FAMILIES = ("Smith", "Miller", "Weber", "Rossi", "Novak", "Dubois", "Tanaka", "Larsen", "Costa")
TITLES = ("助理", "专员", "工程师", "会计", "销售代表", "设计师", "主管", "经理", "顾问", "技术员")
COLUMNS = ("姓名", "帐号", "手机号", "邮箱", "所在部门")
"""What every company exports."""
OPTIONAL = ("职位", "性别", "是否部门内领导", "排序", "别名", "座机", "地址")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who works there; `until` is the last day of a temporary contract.

    `places`: departments; `leads`: whether the person leads each of them.
    """

    id: str
    name: str
    mobile: str
    mail: str
    places: tuple[int, ...]
    leads: tuple[int, ...]
    title: str
    gender: str
    alias: str = ""
    telephone: str = ""
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
            "地址": "",
        }


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
        """Hire a stranger."""
        name = self.name()
        user_id = self.user_id(name)
        found = Person(
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
        return replace(found, **values)  # type: ignore[arg-type]

    def name(self) -> str:
        """Return a name; several people may have it."""
        if self.dice.random() < 0.03:
            return f"{self.dice.choice(FOREIGN)} {self.dice.choice(FAMILIES)}"
        surname = [*SURNAMES][int(len(SURNAMES) * self.dice.random() ** 2)]
        return surname + "".join(self.dice.choices([*GIVEN], k=self.dice.choice((1, 2, 2))))

    def user_id(self, name: str) -> str:
        """Return a new id."""
        self.numbered += 1
        if self.ids == "name":
            return self._new("".join(pinyin(name)))
        return f"{self.prefix}{self.numbered:06d}"

    def mobile(self) -> str:
        while True:
            found = f"1{self.dice.choice('3356788999')}{self.dice.randrange(10**9):09d}"
            if found not in self.taken:
                self.taken.add(found)
                return found

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
        while (found := f"{wanted}{number if number > 1 else ''}") in self.taken:
            number += 1
        self.taken.add(found)
        return found


def pinyin(name: str) -> list[str]:
    """Return a name in Latin letters, the family name first."""
    if " " in name:
        return name.lower().split()[::-1]
    sounds: Mapping[str, str] = {**GIVEN, **SURNAMES}
    return [sounds[character] for character in name]
