"""Files that must be applied, and files that say what is there already."""

import random
from collections.abc import Iterator

from hazards.book import LADDER, PEOPLED, english, graded, joiners, members, scattered, some
from hazards.hazard import FULL, SAMPLE, SOME, Hazard, good, same
from support.companies import Row


def good_files() -> Iterator[Hazard]:
    staff = members()
    for count in (1, 10, 100):
        yield good(f"{count} join", FULL, staff.plus(*joiners(count)))
        new = staff.of(joiners(count))
        yield good(f"{count} join, incrementally", SOME, new)
    yield good("10 join and are invited", FULL, staff.plus(*joiners(10)), settings={"invite": True})
    for name, export in (
        ("one moves", staff.but("u000021", 所在部门="8")),
        ("one is put into a second department",
         staff.but("u000021", 所在部门="28;9", 是否部门内领导="0;1", 排序="0;1")),
        ("one is renamed", staff.but("u000021", 姓名="新名")),
        ("one has another mobile", staff.but("u000021", 手机号="13912340001")),
        ("one has another e-mail", staff.but("u000022", 邮箱="new@example.com")),
        ("one is promoted", staff.but("u000021", 职位="总监")),
        ("one is disabled", staff.but("u000021", 禁用="1")),
        ("a department moves", staff.each(
            lambda row: {"所在部门": "31"} if row["所在部门"] == "9" else {})),
        ("one goes, one joins", staff.without("u000021").plus(*joiners(1))),
        ("30 go, 30 join", staff.without(*scattered(30)).plus(*joiners(30))),
        ("one of each", staff.without("u000021").but("u000022", 姓名="新名")
         .but("u000023", 所在部门="8").plus(*joiners(1))),
        ("a custom attribute", staff.but("u000021", 工龄="3")),
    ):  # fmt: skip
        yield good(name, FULL, export)
    few = members(SAMPLE)
    changed = few.but("u000021", 姓名="新名")
    names = {"姓名": "员工姓名", "帐号": "工号", "手机号": "联系电话", "所在部门": "部门编号"}
    yield good(
        "HR's own headers",
        SOME,
        changed,
        content=changed.named(names).encode(),
        settings={"columns": {spelling: name for name, spelling in names.items()}},
    )
    aliases = english(7)
    for name, spelled in (
        ("English headers", aliases),
        ("marks around headers", {name: f"\u200b{name}\ufeff" for name in few.columns}),
    ):
        yield good(name, SOME, changed, content=changed.named(spelled).encode())
        yield same(f"{name}, nothing new", SOME, few.named(spelled))
    if_sorted = tuple(sorted(changed.rows, key=lambda row: row["姓名"]))
    yield good("rows in another order", SOME, few.of(if_sorted))
    yield good("columns in another order", SOME, changed.ordered(reversed(few.columns)))
    needed = ("姓名", "帐号", "手机号", "所在部门")
    yield good(
        "only what is needed", SOME, few.only("u000021").but("u000021", 姓名="新名").ordered(needed)
    )
    yield good(
        "CR LF and a blank tail",
        SOME,
        changed,
        content=(changed.text("\r\n") + ",,,,\r\n" * 20).encode("utf-8-sig"),
    )
    explained = few.but("u000021", 职位="总监", 禁用="", **{"禁用项说明：(0-启用;1-禁用)": ""})
    yield good("the template's explanatory column", SOME, explained)


def ordinary_changes() -> Iterator[Hazard]:
    """Yield what a company does now and then: promotions, moves, interns."""
    staff, dice, movers = members(), random.Random(0), frozenset(scattered(290))

    def promoted(row: Row) -> Row:
        return {"职位": LADDER[LADDER.index(row["职位"]) + 1]}

    def moved(row: Row) -> Row:
        moves = row["帐号"] in movers and ";" not in row["所在部门"]
        return {"所在部门": str(dice.choice(PEOPLED))} if moves else {}

    for count in (60, 180):
        export, name = some(graded(), count, promoted), f"{count} are promoted by one step"
        yield good(name, FULL, export, base="graded")
    yield good("one in eight moves, to anywhere", FULL, staff.each(moved))
    mails = ("a1@qq.com", "a2@163.com", "a3@gmail.com")
    interns = [{**row, "邮箱": mail} for row, mail in zip(joiners(3), mails, strict=True)]
    yield good("three interns with private mailboxes", SOME, staff.of(interns))


def nothing_new() -> Iterator[Hazard]:
    staff = members()
    reversed_rows = staff.of(reversed(staff.rows))
    for name, content in (
        ("the same file", staff.content()),
        ("rows in another order", reversed_rows.content()),
        ("columns in another order", staff.ordered(reversed(staff.columns)).content()),
        ("fewer columns", staff.ordered(staff.columns[:5]).content()),
        ("a column without cells", staff.but("u000021", 地址="").content()),
        (
            "the explanatory column",
            staff.but("u000021", **{"禁用项说明：(0-启用;1-禁用)": ""}).content(),
        ),
    ):
        yield same(name, FULL, content)
    for count in (1, 100):
        yield same(f"{count} rows, incrementally", SOME, staff.of(staff.rows[-count:]))
