"""The good export of a made-up company, and what its people may become."""

import random
from collections.abc import Callable, Iterable
from functools import cache

from support.companies import GIVEN, SURNAMES, Export, Row, Unit, department_file
from wecom_sync.domain.run import Job

FAMILY, FIRST = "".join(SURNAMES)[:20], "".join(GIVEN)[:20]
SERVICES = ("svc-mail", "svc-backup", "svc-door", "svc-print")
"""Accounts of machines, which the settings protect."""
UNPROTECTED = len(SERVICES) + 1
"""The first row of somebody whom the settings do not protect."""
LEAF = range(7, 41)
PEOPLED = range(7, 31)
EMPTY = range(31, 41)
"""Departments with nobody in them."""
STAFF = 2_000
ALONE = {"是否部门内领导": "0", "排序": "0"}
"""Neither a leader nor in any order."""
ENGLISH = {
    "姓名": "name", "帐号": "userid", "手机号": "mobile", "邮箱": "email", "所在部门": "department",
    "职位": "position", "性别": "gender", "是否部门内领导": "is_leader_in_dept", "排序": "order",
    "别名": "alias",
}  # fmt: skip
LADDER = ("专员", "工程师", "高级工程师", "主任工程师", "专家", "高级专家", "首席专家")


@cache
def departments() -> Export:
    """Return 40 departments in three levels; 综合组 is in every division."""
    units = {1: Unit("总部", 0)}
    units |= {
        at: Unit(name, 1) for at, name in enumerate(("研发", "销售", "生产", "财务", "人事"), 2)
    }
    units |= {at: Unit("综合组" if at < 12 else f"第{at}组", 2 + (at - 7) % 5) for at in LEAF}
    return department_file(units)


def member(number: int, user_id: str = "") -> dict[str, str]:
    """Return one of the staff: every tenth is in two departments, every seventh has no e-mail.

    Mobiles are in no order, as they are in life.
    """
    user_id = user_id or f"u{number:06d}"
    home = PEOPLED[number % len(PEOPLED)]
    two = number % 10 == 0
    return {
        "姓名": FAMILY[number % 20] + FIRST[number // 20 % 20] + FIRST[number // 400 % 20],
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
    return staff.of(two[-700:])


def disabled(start: int = 500) -> Export:
    """Return a full file that disables the people from some row on, at most 200."""
    rows = enumerate(members().rows)
    off = tuple({**row, "禁用": str(int(start <= at < 700))} for at, row in rows)
    return Export((*members().columns, "禁用"), off)


def english(count: int) -> dict[str, str]:
    """Return English headers for the first columns."""
    return dict([*ENGLISH.items()][:count])


def graded() -> Export:
    return members().each(lambda row: {"职位": LADDER[int(row["手机号"]) % 6]})


def numbered() -> Export:
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


def brought(staff: Export, rows: Iterable[Row]) -> tuple[tuple[Job, Export], tuple[Job, Export]]:
    """Return what brings people to the staff: a file of them alone, and one of everybody."""
    new = tuple(rows)
    return (Job.SYNC_USER, staff.of(new)), (Job.REPLACE_USER, staff.plus(*new))


@cache
def scattered(count: int, there: int = STAFF) -> tuple[str, ...]:
    """Return ids from all over the export, which nobody protects; more of them include fewer."""
    ids = [row["帐号"] for row in members(there).rows if row["帐号"] not in SERVICES]
    late = ids[40:] or ids[1:]
    return tuple(random.Random(0).sample(late, len(late))[:count])


def other_mobile(row: Row) -> Row:
    """Give somebody a mobile that nobody has."""
    return {"手机号": f"19{int(row['手机号'][2:]) * 7_919 % 10**9:09d}"}


def between(export: Export, start: int, count: int, change: Callable[[Row], Row]) -> Export:
    changed = ({**row, **change(row)} for row in export.rows[start : start + count])
    return export.of((*export.rows[:start], *changed, *export.rows[start + count :]))


def first(export: Export, count: int, change: Callable[[Row], Row]) -> Export:
    return between(export, 0, count, change)


def rotated(export: Export, column: str, start: int, count: int) -> Export:
    """Pass the cells of a column on by one row."""
    own = [row[column] for row in export.rows[start : start + count]]
    turned = iter([*own[1:], *own[:1]])
    return between(export, start, count, lambda _: {column: next(turned)})
