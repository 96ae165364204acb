"""Values that are well-formed and fit no person: masks, codes, one value for many, shuffles."""

import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count as counter
from itertools import islice
from urllib.parse import quote

from hazards.book import ALONE, STAFF, brought, joiners, members, other_mobile, paired
from hazards.hazard import FULL, SOME, Hazard, good, held, within
from support.companies import Export, Row

type Way = Callable[[Row], Row]
"""What becomes of somebody's row."""
SMALL = (("members-80", 80, 9), ("members-12", 12, 3))
"""Small corps, and one more than a few of their people."""


def some(export: Export, count: int, way: Way, where: Callable[[Row], object] = bool) -> Export:
    """Change people, from the last one backwards."""
    rows = islice(filter(where, reversed(export.rows)), count)
    chosen = {row["帐号"] for row in rows}
    return export.each(lambda row: way(row) if row["帐号"] in chosen else {})


def mailed(row: Row) -> bool:
    return bool(row["邮箱"])


def in_one(row: Row) -> bool:
    return ";" not in row["所在部门"]


def in_two(row: Row) -> bool:
    return not in_one(row)


def no_names() -> Iterator[Hazard]:
    """Yield files whose names are masked or encoded, or are codes."""
    ways: dict[str, Way] = {
        "masked": lambda row: {"姓名": row["姓名"][0] + "*" * (len(row["姓名"]) - 1)},
        "masked by full-width marks": lambda row: {"姓名": row["姓名"][0] + "＊＊"},
        "in base64": lambda row: {"姓名": b64encode(row["姓名"].encode()).decode()},
        "percent-encoded": lambda row: {"姓名": quote(row["姓名"])},
        "entities": lambda row: {"姓名": "".join(f"&#{ord(each)};" for each in row["姓名"])},
        "codes": lambda row: {"姓名": f"EMP{row['手机号'][-6:]}"},
        "ids": lambda row: {"姓名": row["帐号"]},
    }
    for name, way in ways.items():
        for count in (21, 90):
            yield held(f"{count} {name}", FULL, some(members(), count, way), "unlikely")
        for base, there, count in SMALL:
            yield held(
                f"{count} of {there} {name}", FULL, some(members(there), count, way), base=base
            )


def filled_down() -> Way:
    numbers = counter(1)
    return lambda _: {"手机号": f"139{next(numbers):08d}"}


def other_domain(row: Row) -> Row:
    return {"邮箱": row["邮箱"].replace(".com", ".cn")}


def no_contacts() -> Iterator[Hazard]:
    """Yield files whose mobiles and e-mails are filled down, of somebody else, or blank."""
    ways: dict[str, tuple[Callable[[], Way], str, tuple[int, ...]]] = {
        "mobiles counted up": (filled_down, "unlikely", (21, 90)),
        "e-mails of another domain": (lambda: other_domain, "unlikely", (21, 90)),
        "mobiles of relatives": (lambda: other_mobile, "contacts", (101, 360)),
        "mobiles that are blank": (lambda: lambda _: {"手机号": ""}, "contacts", (101, 360)),
    }
    for name, (way, rule, counts) in ways.items():
        for count in counts:
            yield held(f"{count} {name}", FULL, some(members(), count, way(), mailed), rule)
        for base, there, count in SMALL:
            export = some(members(there), count, way(), mailed)
            yield held(f"{count} of {there} {name}", FULL, export, base=base)


def default(_: Row) -> Row:
    return {"所在部门": "31"} | ALONE


def no_departments() -> Iterator[Hazard]:
    """Yield files whose people stand in a default, a former or somebody else's department."""
    staff = members()
    for count in (21, 148):
        yield held(f"a default for {count}", FULL, some(staff, count, default), "unlikely")
    for base, there, count in SMALL:
        export = some(members(there), count, default)
        yield held(f"a default for {count} of {there}", FULL, export, base=base)
    yield held("320 former ones", FULL, former(320))
    people = staff.of(filter(in_one, staff.rows))
    for count in (60, 148):
        block = people.rows[700 : 700 + count]
        homes = [row["所在部门"] for row in block]
        for name, others in (
            ("shuffled", random.Random(count).sample(homes, count)),
            ("sorted alone", sorted(homes, key=int)),
            ("slipped by a row", [*homes[1:], homes[0]]),
        ):
            ids = (row["帐号"] for row in block)
            given = {user: {"所在部门": home} for user, home in zip(ids, others, strict=True)}
            export = staff.each(lambda row: given.get(row["帐号"], {}))  # noqa: B023
            yield held(f"{count} {name}", FULL, export, "mixed")


def former(count: int) -> Export:
    def way(row: Row) -> Row:
        return {"所在部门": str(7 + (int(row["所在部门"]) * 5 + 3) % 24)}

    return some(members(), count, way, in_one)


def filled_columns() -> Iterator[Hazard]:
    """Yield files in which everybody has something in a column that was blank."""
    ways: dict[str, Way] = {
        "home addresses": lambda row: {"地址": f"人民路{row['手机号'][-4:]}号"},
        "identity numbers as aliases": lambda row: {"别名": f"1101011990{row['手机号'][-8:]}"},
        "private numbers as telephones": lambda row: {"座机": row["手机号"][::-1]},
        "a new custom column": lambda row: {"工龄": row["手机号"][-1:]},
        "a value of a failed lookup": lambda _: {"地址": "Err:502"},
    }
    for name, way in ways.items():
        for count in (600, 601, STAFF):
            export = some(members(), count, way, lambda row: not row["别名"] or count == STAFF)  # noqa: B023
            is_fitting = count == 600 and not name.startswith(("identity", "private"))
            yield within(is_fitting, f"{count}: {name}", FULL, export, "columns")
        for base, there, count in (("members-80", 80, 25), ("members-12", 12, 5)):
            export = some(members(there), count, way)
            yield held(f"{count} of {there}: {name}", FULL, export, "columns", base=base)
    everybody = some(members(), STAFF, ways["home addresses"])
    yield held("by changes", SOME, everybody, "columns")
    aliases = members().each(lambda row: {} if row["别名"] else {"别名": "小" + row["姓名"]})
    yield held("an alias for everybody who had none", FULL, aliases, "columns")


def orders() -> Iterator[Hazard]:
    """Yield files that name the departments of people in another order than the leader flags."""

    def turned(row: Row) -> Row:
        return {"所在部门": ";".join(reversed(row["所在部门"].split(";")))}

    one = some(members(), 1, turned, in_two)
    yield good("one leads another department", FULL, one)
    changed = one.only("u001990")
    yield good("one leads another, by changes", SOME, changed)
    for count in (20, 21, 199):
        export = some(members(), count, turned, in_two)
        name = f"{count} of 199 leaders lead another department"
        yield within(count == 20, name, FULL, export, "mixed")
    unflagged = some(members(), STAFF, turned, in_two).ordered(members().columns[:5])
    yield good("every order, without flags", FULL, unflagged)
    pairs = paired().each(turned)
    yield held("700 lead their second department", SOME, pairs, "columns", base="pairs")


def strangers() -> Iterator[Hazard]:
    """Yield files to which the people of a sister company were appended."""
    for base, there, sizes in (
        ("corp", STAFF, (400, 1_500)), ("members-80", 80, (20, 80)), ("members-12", 12, (7, 12)),
    ):  # fmt: skip
        for count in sizes:
            theirs = [{**row, "帐号": f"b-{row['帐号']}", "邮箱": ""} for row in joiners(count)]
            for job, export in brought(members(there), theirs):
                yield held(f"{job}: {count} beside {there}", job, export, "added", base=base)
    for count in (20, 21, 60):
        theirs = [{**row, "邮箱": f"{row['帐号']}@sister.example.net"} for row in joiners(count)]
        for job, export in brought(members(), theirs):
            name = f"{job}: {count} with mailboxes of another company"
            yield within(count == 20, name, job, export, "unlikely")
