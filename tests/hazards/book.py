"""The good export of a made-up company, and what its people may become."""

from functools import cache

from support.companies import GIVEN, SURNAMES, Export, Row, Unit, department_file

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
ENGLISH = {
    "姓名": "name", "帐号": "userid", "手机号": "mobile", "邮箱": "email", "所在部门": "department",
    "职位": "position", "性别": "gender", "是否部门内领导": "is_leader_in_dept", "排序": "order",
    "别名": "alias",
}  # fmt: skip


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


def english(count: int) -> dict[str, str]:
    """Return English headers for the first columns."""
    return dict([*ENGLISH.items()][:count])


def joiners(count: int) -> list[dict[str, str]]:
    """Return newcomers, whose names nobody has."""
    return [member(5_002_000 + number) for number in range(1, count + 1)]


def other_mobile(row: Row) -> Row:
    """Give somebody a mobile that nobody has."""
    return {"手机号": f"19{int(row['手机号'][2:]) * 7_919 % 10**9:09d}"}
