"""Files that are whole and well-formed and yet say something else than was meant."""

from collections.abc import Iterator
from itertools import islice

from hazards.book import (
    ALONE,
    EMPTY,
    LEAF,
    STAFF,
    UNPROTECTED,
    between,
    brought,
    departments,
    disabled,
    english,
    first,
    joiners,
    members,
    other_mobile,
    rotated,
    two_nights,
)
from hazards.hazard import FULL, SOME, TREE, Hazard, bad, good, held, same, within
from support.companies import Export, Row

MOVES, RENAMES, CONTACTS, UPDATES = (STAFF * percent // 100 for percent in (15, 5, 5, 30))
"""People who may move, or get another name, mobile or title, at a time by default."""


def moves() -> Iterator[Hazard]:
    everybody = members().each(to_the_root)
    yield held("everybody to the root", FULL, everybody)
    yield held("everybody to the root, by changes", SOME, everybody)
    for count in (MOVES - 1, MOVES, MOVES + 1):
        moved, name = to_new_departments(count), f"{count} people to new departments"
        yield within(count <= MOVES, name, FULL, moved, "moved")

    def flat(row: Row) -> Row:
        under = {"父部门ID": "1", "部门名称": row["部门名称"] + row["部门ID"]}
        return under if row["部门ID"] != "1" else {}

    yield held("every department under the root", TREE, departments().each(flat))


def to_the_root(row: Row) -> Row:
    """Move somebody who leads there if anywhere."""
    leads = str(int("1" in row["是否部门内领导"]))
    return {"所在部门": "1", "是否部门内领导": leads, "排序": "0"}


def to_new_departments(count: int) -> Export:
    """Move people of the first departments, each department to one of its own."""
    staff = members()
    movers = (row["帐号"] for row in staff.rows if int(row["所在部门"].split(";")[0]) < LEAF[5])
    chosen = set(islice(movers, count))

    def move(row: Row) -> Row:
        home, *other = row["所在部门"].split(";")
        return {"所在部门": ";".join((str(int(home) + 24), *other))}

    return staff.each(lambda row: move(row) if row["帐号"] in chosen else {})


def small_companies() -> Iterator[Hazard]:
    """Yield files that change some, and one too many, of a few people or departments."""
    for there, few in ((12, 5), (20, 5), (30, 5), (41, 6), (80, 12)):
        for count in (few, few + 1):
            places = iter(str(31 + at % 10) for at in range(count))
            moved = first(members(there), count, lambda _: {"所在部门": next(places)} | ALONE)  # noqa: B023
            name, base = f"{count} of {there} move", f"members-{there}"
            yield within(count == few, name, FULL, moved, "moved", base=base)
    for count in (4, 5):
        names = {str(number): chr(0x4E00 + number) for number in EMPTY[:count]}
        tree = departments()
        for number, other in names.items():
            tree = tree.but(number, 部门名称=other)
        name = f"{count} of {len(tree.rows)} departments are renamed"
        yield within(count == 4, name, TREE, tree, "renamed")


def names() -> Iterator[Hazard]:
    """Yield files in which names are not what they were."""
    staff = members()
    swapped = staff.named({"姓名": "职位", "职位": "姓名"})
    yield bad("姓名 and 职位 swapped", FULL, swapped, expect="hold")
    mojibake = staff.each(lambda _: {"姓名": "å¼ ä¸‰", "职位": "", "性别": "", "别名": ""})
    yield bad("mojibake under English headers", FULL, mojibake.named(english(5)))
    marks = staff.each(lambda row: {"姓名": "?" * len(row["姓名"])})
    yield bad("question marks for characters", FULL, marks)
    turned = staff.each(lambda row: {"姓名": row["姓名"][::-1]})
    yield held("surnames behind", FULL, turned, "renamed")
    renamed = departments().each(
        lambda row: {} if row["部门ID"] == "1" else {"部门名称": "别" + row["部门名称"]}
    )
    yield held("every department but the root", TREE, renamed, "renamed")
    for count in (21, RENAMES):
        dragged = first(staff, count, lambda _: {"姓名": "待补充"})
        yield held(f"one name dragged down over {count}", FULL, dragged, "unlikely")
    for count in (RENAMES - 1, RENAMES, RENAMES + 1):
        some = between(staff, UNPROTECTED, count, another_name)
        name = f"{count} of the people"
        yield within(count <= RENAMES, name, FULL, some, "renamed")


def another_name(row: Row) -> Row:
    return {"姓名": row["姓名"][0] + chr(0x4E00 + int(row["手机号"][-4:]))}


def contacts() -> Iterator[Hazard]:
    """Yield files whose mobiles are not those of their people."""
    staff = members()
    slipped = rotated(staff, "手机号", 0, STAFF)
    yield held("the mobile column sorted alone", FULL, slipped)
    part = rotated(staff, "手机号", 0, 100)
    yield held("a part of it sorted alone", FULL, part, "mixed")
    yield held("other mobiles", FULL, staff.each(other_mobile), "contacts")
    blank = staff.each(lambda row: {"手机号": "", "邮箱": f"{row['帐号']}@example.com"})
    yield held("e-mail in place of mobiles", SOME, blank, "contacts")
    for count in (CONTACTS - 1, CONTACTS, CONTACTS + 1):
        some = between(staff, UNPROTECTED, count, other_mobile)
        name = f"{count} of the mobiles"
        yield within(count <= CONTACTS, name, FULL, some, "contacts")
    tail = staff.of((*staff.rows[:-21], *slipped.rows[-22:-1]))
    yield bad("21 mobiles slipped by a row", FULL, tail)


def vanished() -> Iterator[Hazard]:
    """Yield files that make people again who are no longer there."""
    staff, lax = members(), {"additions_percent": 100}
    name = "the address book was emptied by hand"
    yield held(name, FULL, staff, "came_back", base="emptied", settings=lax)
    for gone in (20, 21, 51, 390):
        name, base = f"{gone} of 2,000", f"deleted-{gone}"
        yield within(gone == 20, name, FULL, staff, "came_back", base=base)


def additions() -> Iterator[Hazard]:
    staff = members()
    for there, few in ((2, 6), (12, 6), (20, 6), (80, 14), (STAFF, 352)):
        base = "corp" if there == STAFF else f"members-{there}"
        for count in (few, few + 1):
            for job, export in brought(members(there), joiners(count)):
                name = f"{job}: {count} join {there}"
                yield within(count == few, name, job, export, "added", base=base)
    strangers = staff.each(
        lambda row: {"帐号": f"b-{row['帐号']}", **other_mobile(row), "邮箱": ""}
    )
    yield held("another corp's changes, in departments that exist", SOME, strangers)


def overtaken() -> Iterator[Hazard]:
    """Yield files that are older than what was applied since."""
    changed = members().but("u000009", 职位="总监")
    more = {"base": "later", "concerns": "older"}
    yield held("an older full file", FULL, changed, **more)
    yield held("older changes", SOME, changed.only("u000009"), **more)
    yield held("a rollback to before a change", FULL, changed, comes_back=True, **more)
    hired = {**more, "base": "hired"}
    yield held("a rollback to before 15 were hired", FULL, changed, comes_back=True, **hired)
    other = members().but("u000010", 职位="总监")
    yield good("older changes of somebody else", SOME, other.only("u000010"), base="later")
    yield good("a rollback of somebody else", FULL, other, comes_back=True)


def values() -> Iterator[Hazard]:
    """Yield files in which a column holds something else than it did."""
    staff = members()
    leads = "是否部门内领导"
    for name, export in (
        ("every 职位 is blank", staff.each(lambda _: {"职位": ""})),
        ("every 职位 is a mobile", staff.each(lambda row: {"职位": row["手机号"]})),
        ("every 职位 is a date", staff.each(lambda _: {"职位": "2026/11/25"})),
        ("every 别名 is blank", staff.each(lambda _: {"别名": ""})),
        ("every 别名 is the id", staff.each(lambda row: {"别名": row["帐号"]})),
        ("everybody leads", staff.each(lambda row: {leads: row[leads].replace("0", "1")})),
        ("nobody leads", staff.each(lambda row: {leads: row[leads].replace("1", "0")})),
    ):
        yield held(name, FULL, export, "columns")
    swapped = staff.named({"职位": "别名", "别名": "职位"})
    yield bad("职位 and 别名 swapped", FULL, swapped, "columns", expect="hold")
    for count in (UPDATES, UPDATES + 1):
        some = first(staff, count, lambda row: {"职位": chr(0x4E00 + int(row["手机号"][-2:]))})
        yield within(count == UPDATES, f"{count} other titles", FULL, some, "columns")


def enabled() -> Iterator[Hazard]:
    more = {"base": "disabled", "concerns": "came_back"}
    blank = disabled(500).each(lambda _: {"禁用": ""})
    yield held("200, the column blank", FULL, blank, **more)
    nobody = disabled(700)
    yield held("200, by changes", SOME, nobody.of(nobody.rows[500:700]), **more)
    for count in (20, 21):
        yield within(count == 20, f"{count} of them", FULL, disabled(500 + count), **more)


def seen_before() -> Iterator[Hazard]:
    """Yield files that were applied before, and over which others have gone."""
    older, newest = two_nights()
    turned = older.of(reversed(older.rows)).ordered(sorted(older.columns))
    yield held("yesterday's file", FULL, older, "same_again", base="history")
    yield held("yesterday's file in another order", FULL, turned, "same_again", base="history")
    yield held("the very first file", FULL, members(), base="history")
    yield held(
        "yesterday's file, for one temp has left", FULL, members(), "same_again", base="temp"
    )
    yield same("the newest file", FULL, newest, base="history")
    yield good("a file like yesterday's", FULL, older.but("u000022", 职位="总监"), base="history")
    yield good("a rollback to yesterday's file", FULL, older, base="history", comes_back=True)


def invitations() -> Iterator[Hazard]:
    invite = {"invite": True}
    for count in (50, 51):
        joined, name = members().plus(*joiners(count)), f"{count} people"
        yield within(count == 50, name, FULL, joined, "invited", settings=invite)
