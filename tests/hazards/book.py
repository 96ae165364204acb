"""The good export of a made-up company, and ways to change it."""

import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Self

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静磊洋艳勇军杰娟涛明超霞平刚玲辉"
SERVICES = ("svc-mail", "svc-backup", "svc-door", "svc-print")
"""Accounts of machines, which the settings protect."""
LEAF = range(7, 41)
PEOPLED = range(7, 31)
EMPTY = range(31, 41)
"""Departments with nobody in them."""
STAFF = 2_000


@dataclass(frozen=True, slots=True)
class Export:
    """A file as a table; every change returns another one."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]

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

    def each(self, change: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Self:
        """Change cells of every row; columns that are new go to the end."""
        changed = [(row, change(row)) for row in self.rows]
        names = dict.fromkeys(name for _, cells in changed for name in cells)
        new = tuple(name for name in names if name not in self.columns)
        rows = tuple({**row, **cells} for row, cells in changed)
        return replace(self, columns=self.columns + new, rows=rows)

    def without(self, *row_ids: str) -> Self:
        gone = set(row_ids)
        return replace(self, rows=tuple(row for row in self.rows if row[self.key] not in gone))

    def only(self, *row_ids: str) -> Self:
        return replace(self, rows=tuple(row for row in self.rows if row[self.key] in row_ids))

    def less(self, count: int) -> Self:
        """Leave out the last rows."""
        return replace(self, rows=self.rows[: len(self.rows) - count])

    def plus(self, *rows: Mapping[str, str]) -> Self:
        return replace(self, rows=(*self.rows, *rows))

    def named(self, names: Mapping[str, str]) -> str:
        """Return the file with other headers above the same cells."""
        header, rest = self.text().split("\n", 1)
        return ",".join(names.get(cell, cell) for cell in header.split(",")) + "\n" + rest

    def ordered(self, columns: Iterable[str]) -> Self:
        return replace(self, columns=tuple(columns))


def department(number: int, name: str, parent: int, order: str = "") -> dict[str, str]:
    return {"部门名称": name, "部门ID": str(number), "父部门ID": str(parent), "排序": order}


def departments() -> Export:
    """Return 40 departments in three levels; 综合组 is in every division."""
    rows = [department(1, "总部", 0, "1")]
    rows += [
        department(number, name, 1, str(number))
        for number, name in enumerate(("研发", "销售", "生产", "财务", "人事"), 2)
    ]
    rows += [
        department(
            number, "综合组" if number < 12 else f"第{number}组", 2 + (number - 7) % 5, str(number)
        )
        for number in LEAF
    ]
    return Export(("部门名称", "部门ID", "父部门ID", "排序"), tuple(rows))


def member(number: int, user_id: str = "") -> dict[str, str]:
    """Return one of the staff: every tenth is in two departments, every seventh has no e-mail.

    Mobiles are in no order, as they are in life.
    """
    user_id = user_id or f"u{number:06d}"
    home = PEOPLED[number % len(PEOPLED)]
    two = number % 10 == 0
    return {
        "姓名": SURNAMES[number % 20] + GIVEN[number // 20 % 20] + GIVEN[number // 400 % 20],
        "帐号": user_id,
        "手机号": f"138{number * 61_803_399 % 10**8:08d}",
        "邮箱": "" if number % 7 == 0 else f"{user_id}@example.com",
        "所在部门": f"{home};{PEOPLED[(number + 1) % len(PEOPLED)]}" if two else str(home),
        "职位": ("工程师", "经理", "会计")[number % 3],
        "性别": "男女"[number % 2],
        "是否部门内领导": "1;0" if two else "0",
        "排序": "10;20" if two else "0",
        "别名": f"小{number}" if number % 3 == 0 else "",
    }


@cache
def members(count: int = STAFF) -> Export:
    """Return a member file: the machines' accounts first, then the staff."""
    rows = [member(9_000_000 + number, name) for number, name in enumerate(SERVICES, 1)]
    rows += [member(number) for number in range(1, count - len(rows) + 1)]
    return Export(tuple(rows[0]), tuple(rows))


def paired() -> Export:
    """Return 700 people who are in a second department as well, and lead the first one."""
    staff = members()
    two = [
        {**row, "所在部门": f"{row['所在部门']};31", "是否部门内领导": "1;0", "排序": "0;0"}
        for row in staff.rows
        if ";" not in row["所在部门"]
    ]
    return Export(staff.columns, tuple(two[-700:]))


LADDER = ("专员", "工程师", "高级工程师", "主任工程师", "专家", "高级专家", "首席专家")


def graded() -> Export:
    """Return everybody with a title of the ladder, but the highest."""
    return members().each(lambda row: {"职位": LADDER[int(row["手机号"]) % 6]})


def numbered() -> Export:
    """Return everybody with a number and a mailbox that are made from the digits of the id."""
    return members().each(
        lambda row: {"工号": row["帐号"][1:], "邮箱": f"{row['帐号'][1:]}@example.com"}
    )


def two_nights() -> tuple[Export, Export]:
    """Return two full files; the second has five more people, and 30 others are promoted."""
    first, second = (
        members().plus(*joiners(count)).but("u000021", 姓名="新名字") for count in (40, 45)
    )
    promoted = scattered(30)
    return first, second.each(lambda row: {"职位": "总监"} if row["帐号"] in promoted else {})


def joiners(count: int) -> list[dict[str, str]]:
    """Return newcomers, whose names nobody has."""
    return [member(5_002_000 + number) for number in range(1, count + 1)]


@cache
def scattered(count: int, there: int = STAFF) -> tuple[str, ...]:
    """Return ids from all over the export, which nobody protects; more of them include fewer."""
    ids = [row["帐号"] for row in members(there).rows if row["帐号"] not in SERVICES]
    late = ids[40:] or ids[1:]
    return tuple(random.Random(0).sample(late, len(late))[:count])
