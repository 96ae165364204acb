"""Values that are well-formed and fit no person: masks, codes, one value for many, shuffles."""

import random
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from itertools import count as counter
from itertools import islice
from urllib.parse import quote

from hazards.book import STAFF, Export, joiners, members, paired
from hazards.hazard import FULL, SOME, Hazard, good, held
from hazards.likeness import rotated

type Way = Callable[[Mapping[str, str]], Mapping[str, str]]
"""What becomes of somebody's row."""
SMALL = (("members-80", 80, 9), ("members-12", 12, 3))
"""Small corps, and one more than a few of their people."""
ALONE = {"是否部门内领导": "0", "排序": "0"}
"""Neither a leader nor in any order."""


def some(
    export: Export, count: int, way: Way, where: Callable[[Mapping[str, str]], object] = bool
) -> Export:
    """Change people, from the last one backwards."""
    rows = islice(filter(where, reversed(export.rows)), count)
    chosen = {row["帐号"] for row in rows}
    return export.each(lambda row: way(row) if row["帐号"] in chosen else {})


def mailed(row: Mapping[str, str]) -> bool:
    """Whether somebody has an e-mail."""
    return bool(row["邮箱"])


def in_one(row: Mapping[str, str]) -> bool:
    """Whether somebody is in one department."""
    return ";" not in row["所在部门"]


def in_two(row: Mapping[str, str]) -> bool:
    """Whether somebody is in two departments."""
    return not in_one(row)


def no_names() -> Iterator[Hazard]:
    """Yield files whose names are masked or encoded, or are codes."""
    kind = "no names"
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
            yield held(kind, f"{count} {name}", FULL, some(members(), count, way),
                       "nobody would find anybody", concerns="unlikely")  # fmt: skip
        for base, there, count in SMALL:
            yield held(kind, f"{count} of {there} {name}", FULL, some(members(there), count, way),
                       "nobody would find anybody", base=base)  # fmt: skip


def no_contacts() -> Iterator[Hazard]:
    """Yield files whose mobiles and e-mails are filled down, of somebody else, or blank."""
    kind = "no contacts"

    def filled_down() -> Way:
        numbers = counter(1)
        return lambda _: {"手机号": f"139{next(numbers):08d}"}

    ways: dict[str, tuple[Way, str, tuple[int, ...]]] = {
        "e-mails of another domain": (
            lambda row: {"邮箱": row["邮箱"].replace(".com", ".cn")}, "unlikely", (21, 90)),
        "mobiles of relatives": (
            lambda row: {"手机号": row["手机号"].replace("138", "139", 1)}, "contacts", (101, 360)),
        "mobiles that are blank": (lambda _: {"手机号": ""}, "contacts", (101, 360)),
    }  # fmt: skip
    sizes = ((21, "unlikely"), (90, "unlikely"))
    for count, rule in sizes:
        yield held(kind, f"{count} mobiles counted up", FULL,
                   some(members(), count, filled_down(), mailed), "filled down",
                   concerns=rule)  # fmt: skip
    for name, (way, rule, counts) in ways.items():
        for count in counts:
            yield held(kind, f"{count} {name}", FULL, some(members(), count, way, mailed),
                       "nobody could sign in", concerns=rule)  # fmt: skip
    for base, there, count in SMALL:
        for name, way in (
            ("mobiles counted up", filled_down()), *((name, way[0]) for name, way in ways.items()),
        ):  # fmt: skip
            export = some(members(there), count, way, mailed)
            yield held(kind, f"{count} of {there} {name}", FULL, export, "nobody could sign in",
                       base=base)  # fmt: skip


def no_departments() -> Iterator[Hazard]:
    """Yield files whose people stand in a default, a former or somebody else's department."""
    kind = "no departments"
    staff = members()
    why = "people under other people's departments"
    for count in (21, 148):
        default = some(staff, count, lambda _: {"所在部门": "31"} | ALONE)
        yield held(kind, f"a default for {count}", FULL, default, "nobody filled it in",
                   concerns="unlikely")  # fmt: skip
    people = Export(staff.columns, tuple(filter(in_one, staff.rows)))
    for count in (60, 148):
        block = people.rows[700 : 700 + count]
        homes = [row["所在部门"] for row in block]
        turned = rotated(people, "所在部门", 700, count)
        for name, others in (
            ("shuffled", random.Random(count).sample(homes, count)),
            ("sorted alone", sorted(homes, key=int)),
            ("slipped by a row", [row["所在部门"] for row in turned.rows[700 : 700 + count]]),
        ):
            given = {row["帐号"]: home for row, home in zip(block, others, strict=True)}
            export = staff.each(
                lambda row, given=given: {"所在部门": given.get(row["帐号"], row["所在部门"])}  # type: ignore[misc]
            )
            yield held(kind, f"{count} {name}", FULL, export, why, concerns="mixed")
    yield held(kind, "320 former ones", FULL, former(320), "the first job record, not the last")
    for base, there, count in SMALL:
        export = some(members(there), count, lambda _: {"所在部门": "31"} | ALONE)
        yield held(kind, f"a default for {count} of {there}", FULL, export, "nobody filled it in",
                   base=base)  # fmt: skip


def former(count: int) -> Export:
    """Return the export with the departments of an earlier job."""

    def way(row: Mapping[str, str]) -> Mapping[str, str]:
        return {"所在部门": str(7 + (int(row["所在部门"]) * 5 + 3) % 24)}

    return some(members(), count, way, in_one)


def filled_columns() -> Iterator[Hazard]:
    """Yield files in which everybody has something in a column that was blank."""
    kind = "filled columns"
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
            if count == 600:
                yield good(kind, f"{count}: {name}", FULL, export, "30 %")
            else:
                yield held(kind, f"{count}: {name}", FULL, export, "private data of everybody",
                           concerns="columns")  # fmt: skip
        for base, there, count in (("members-80", 80, 25), ("members-12", 12, 5)):
            yield held(kind, f"{count} of {there}: {name}", FULL, some(members(there), count, way),
                       "private data of many", base=base, concerns="columns")  # fmt: skip
    everybody = some(members(), STAFF, ways["home addresses"])
    yield held(kind, "by changes", SOME, everybody, "private data of everybody",
               concerns="columns")  # fmt: skip
    aliases = members().each(lambda row: {} if row["别名"] else {"别名": "小" + row["姓名"]})
    yield held(kind, "an alias for everybody who had none", FULL, aliases, "nobody asked for it",
               concerns="columns")  # fmt: skip


def orders() -> Iterator[Hazard]:
    """Yield files that name the departments of people in another order than the leader flags."""
    kind = "orders of departments"

    def turned(row: Mapping[str, str]) -> Mapping[str, str]:
        return {"所在部门": ";".join(reversed(row["所在部门"].split(";")))}

    one = some(members(), 1, turned, in_two)
    yield good(kind, "one leads another department", FULL, one, "the flag moves")
    changed = one.only("u001990")
    yield good(kind, "one leads another, by changes", SOME, changed, "the flag moves")
    for count in (20, 21, 199):
        export = some(members(), count, turned, in_two)
        name = f"{count} of 199 leaders lead another department"
        if count == 20:
            yield good(kind, name, FULL, export, "a few")
        else:
            yield held(kind, name, FULL, export, "the flags stay", concerns="mixed")
    unflagged = some(members(), STAFF, turned, in_two).ordered(members().columns[:5])
    yield good(kind, "every order, without flags", FULL, unflagged, "WeCom has the flags")
    yield held(kind, "700 lead their second department", SOME, paired().each(turned),
               "the flags stay", base="pairs", concerns="columns")  # fmt: skip


def strangers() -> Iterator[Hazard]:
    """Yield files to which the people of a sister company were appended."""
    kind = "strangers"
    for base, there, sizes in (
        ("corp", STAFF, (400, 1_500)), ("members-80", 80, (20, 80)), ("members-12", 12, (7, 12)),
    ):  # fmt: skip
        for count in sizes:
            theirs = [{**row, "帐号": f"b-{row['帐号']}", "邮箱": ""} for row in joiners(count)]
            staff = members(there)
            for job, export in ((SOME, Export(staff.columns, tuple(theirs))),
                                (FULL, staff.plus(*theirs))):  # fmt: skip
                yield held(kind, f"{job}: {count} beside {there}", job, export,
                           "they would see the address book", base=base,
                           concerns="added")  # fmt: skip
    staff = members()
    for count in (20, 21, 60):
        theirs = [{**row, "邮箱": f"{row['帐号']}@sister.example.net"} for row in joiners(count)]
        for job, export in ((SOME, Export(staff.columns, tuple(theirs))),
                            (FULL, staff.plus(*theirs))):  # fmt: skip
            name = f"{job}: {count} with mailboxes of another company"
            if count == 20:
                yield good(kind, name, job, export, "a few with their own mailboxes")
            else:
                yield held(kind, name, job, export, "they would see the address book",
                           concerns="unlikely")  # fmt: skip
