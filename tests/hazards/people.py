"""Who is in a file: doubles, strangers, people under other ids, another corp; first files."""

from collections.abc import Iterator
from typing import Any

from hazards.book import (
    ALONE,
    SERVICES,
    STAFF,
    between,
    brought,
    departments,
    joiners,
    member,
    members,
    numbered,
    other_mobile,
    rotated,
    scattered,
)
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, bad, good, held, last, same, within
from support.companies import Export, Row

UNKNOWN: dict[str, Any] = {"protected": []}
"""Whom nobody knows yet, nobody protects."""
ASKED = {"first_replace": "hold", **UNKNOWN}
FRESH: dict[str, Any] = {"base": "fresh", "settings": ASKED}


def identity() -> Iterator[Hazard]:
    export = members()
    first, second = export.rows[12], export.rows[13]
    for job in (FULL, SOME):
        for name, row in (
            ("the same line twice", first),
            ("the same person with another mobile", {**first, "手机号": "13911110000", "邮箱": ""}),
            ("the same person in capitals", {**first, "帐号": first["帐号"].upper()}),
        ):
            rule = "unique 帐号" if row["手机号"] != first["手机号"] else ""
            yield bad(f"{job}: {name}", job, export.plus(row), rule)
    yield bad("everybody twice", FULL, export.plus(*export.rows))
    adjacent = export.of((*export.rows[:13], first, *export.rows[13:]))
    yield bad("two lines in a row", FULL, adjacent)
    for column in ("手机号", "邮箱"):
        copied = export.but(second["帐号"], **{column: first[column]})
        yield bad(f"one {column} for two people", FULL, copied, f"unique {column}")
    dragged = export.each(lambda row: {"手机号": "13800000007"})
    yield bad("one mobile dragged down over everybody", FULL, dragged)
    numbers = export.each(lambda row: {"帐号": row["帐号"].replace("u00", "u")})
    yield held("ids without their zeros", FULL, numbers)
    shuffled = export.each(lambda row: {"帐号": f"x-{row['帐号']}"})
    yield held("ids of another system", FULL, shuffled)
    half = export.each(
        lambda row: {"帐号": row["帐号"] if row["帐号"] < "u001000" else f"x{row['帐号']}"}
    )
    yield held("half of the ids of another system", FULL, half)
    yield same("ids in capitals", FULL, export.each(lambda row: {"帐号": row["帐号"].upper()}))
    spaced = export.each(lambda row: {"帐号": f" {row['帐号']}\t"})
    yield same("ids with blanks around", FULL, spaced)
    for user_id in ("张三", "_a", "-a", ".a", "@a", "a b", "a/b", "a+b", "a,b", "a;b", "a'", "ａ1",
                    "a" * 65, "1.38E+10", "a\u200bb", "a\xa0b", "é"):  # fmt: skip
        one = export.of([{**member(1), "帐号": user_id, "手机号": "13922220000"}])
        yield bad(f"id {user_id[:12]!r} ({len(user_id)})", SOME, one, "帐号")
    for user_id in ("a" * 64, "7", "a.b@c-d_e", "A1"):
        row = {**member(1), "帐号": user_id, "手机号": "13922220000", "邮箱": "new@example.com"}
        yield good(f"id {user_id[:12]!r} ({len(user_id)})", SOME, export.of([row]))


def used_ids() -> Iterator[Hazard]:
    """Yield files that give the account of one person to another, and some that only look so."""
    staff = members()
    newcomer = {"姓名": "黎纳", "手机号": "13977770000", "邮箱": "lina@example.com", "别名": ""}
    taken = staff.but("u000023", **newcomer)
    yield held("of a colleague", SOME, taken.only("u000023"), "other_person")
    capitals = taken.only("u000023").but("u000023", 帐号="U000023")
    yield held("of a colleague, in capitals", SOME, capitals, "other_person")
    yield held("of a colleague, in the full file", FULL, taken, "other_person")
    mobiles = taken.ordered(("姓名", "帐号", "手机号", "所在部门"))
    yield held("of a colleague, mobiles only", SOME, mobiles.only("u000023"), "other_person")
    blank = taken.but("u000023", 手机号="").only("u000023")
    yield held("of a colleague, whose mobile is blanked", SOME, blank, "other_person")
    columns = tuple(column for column in staff.columns if column != "手机号")
    anna = staff.but("u000023", 姓名="Anna Smith")
    for name in ("Anna Jones", "Mary Jones"):
        married = anna.but("u000023", 姓名=name, 邮箱="anna.jones@example.com", 手机号="")
        export, name = married.only("u000023").ordered(columns), f"mail only: Anna Smith is {name}"
        is_she = "Anna Jones" in name
        yield within(is_she, name, SOME, export, "other_person", base="anna", wanted=None)
    for kept in ("姓名", "手机号"):
        same_person = staff.but("u000023", **{**newcomer, kept: staff.rows[26][kept]})
        yield good(f"the {kept} stays", SOME, same_person.only("u000023"))
    staff_numbers = numbered().but("u000023", 姓名="黎纳", 手机号="13977770000").only("u000023")
    for name, changes in (
        ("whose mailbox and number are of its digits", {}),
        ("whose number is of its digits", {"邮箱": "lina@example.com"}),
    ):
        stranger = staff_numbers.but("u000023", **changes)
        yield held(f"of a colleague, {name}", SOME, stranger, "other_person", base="numbered")
    for name, user, own in (
        ("a private e-mail stays", "u000023", {"邮箱": "liufangwei@mail.example.org"}),
        ("an alias stays", "u000024", {"别名": "阿福"}),
    ):
        married = staff.but(user, **{**newcomer, **own}).only(user)
        yield good(name, SOME, married, base="private")
    alike = staff.but("u000023", 姓名="刘方伟", 手机号="13977770000")
    for job, export in ((SOME, alike.only("u000023")), (FULL, alike)):
        yield good(f"{job}: 刘芳伟 is 刘方伟, and has a new mobile", job, export)


def mailbox_stays() -> Iterator[Hazard]:
    """Yield files that give accounts to strangers; their mailboxes are made from the ids."""
    for there, sizes in ((STAFF, (1, 15, 60)), (80, (1, 4)), (12, (1,))):
        staff, base = members(there), "corp" if there == STAFF else f"members-{there}"
        for count in sizes:
            taken = [row for row in staff.rows[5:] if row["邮箱"]][-count:]
            strangers = [
                {**row, "姓名": new["姓名"], "手机号": new["手机号"], "别名": ""}
                for row, new in zip(taken, joiners(count), strict=True)
            ]
            by_id = {row["帐号"]: row for row in strangers}
            whole = staff.each(lambda row, by_id=by_id: by_id.get(row["帐号"], {}))  # type: ignore[misc]
            for job, export in ((FULL, whole), (SOME, staff.of(strangers))):
                name = f"{job}: of {count} colleagues of {there}, whose mailboxes stay"
                yield held(name, job, export, "other_person", base=base)


def another_file() -> Iterator[Hazard]:
    tree, staff = departments(), members()
    for job in (FULL, SOME):
        yield bad(f"departments under {job}", job, tree)
    yield bad("members under replaceparty", TREE, staff)
    other = staff.each(lambda row: {"帐号": f"b-{row['帐号']}", **other_mobile(row)})
    yield held("another corp's people", FULL, other)
    unknown = other.each(lambda row: {"所在部门": "5001"})
    yield bad("another corp's people and departments", FULL, unknown)
    yield bad("another corp's changes", SOME, unknown)
    theirs = tree.each(lambda row: {"部门名称": "别的" + row["部门名称"]})
    yield held("another corp's departments", TREE, theirs)
    numbers = {row["部门ID"]: str(int(row["部门ID"]) + 500) for row in tree.rows[1:]}
    ids = ("部门ID", "父部门ID")
    moved = tree.each(lambda row: {name: numbers.get(row[name], row[name]) for name in ids})
    yield held("departments with other ids", TREE, moved)
    older = staff.but("u000021", 职位="总监")
    yield held("an export from before 60 people joined", FULL, older, base="grown")
    grown = staff.plus(*joiners(60))
    yield same("the same export twice", FULL, grown, base="grown")
    yield good("yesterday's export", FULL, grown.without(*last(3)), base="grown")
    division = staff.of(row for row in staff.rows if row["所在部门"] == "7")
    yield held("the export of one division", FULL, division)
    yield held("the changes under replaceuser", FULL, staff.only("u000009"))
    sample = staff.of(({**member(1), "帐号": "zhangsan"},))
    yield held("the template with its sample", FULL, sample)


def first_files() -> Iterator[Hazard]:
    staff = members().but("u000009", 职位="总监")
    for job, export in ((FULL, staff), (TREE, departments().but("8", 部门名称="新组"))):
        yield held(f"{job}: nothing was ever applied", job, export, "first", **FRESH)
    yield good("replaceuser, as the settings allow", FULL, staff, base="fresh", settings=UNKNOWN)
    yield good("syncuser", SOME, staff.only("u000009"), **FRESH)
    yield held("half an export is the first one", FULL, members().less(1000), **FRESH)


def first_changes() -> Iterator[Hazard]:
    staff = members()
    for name, count in (("20", 20), ("21", 21), ("all", STAFF)):
        some = staff.of(staff.rows[:count])
        yield within(count == 20, f"{name} people", SOME, some, "first", **FRESH)
    swapped = staff.named({"姓名": "职位", "职位": "姓名"})
    yield bad("姓名 and 职位 swapped", SOME, swapped, "first", expect="hold", **FRESH)
    yield good("all, as the settings allow", SOME, staff, base="fresh", settings=UNKNOWN)


def first_members() -> Iterator[Hazard]:
    """Yield the first people who come to those who made the address book."""
    staff = members().of(members().rows[len(SERVICES) :])
    for makers in range(1, 6):
        for count in (3, 20, 300):
            whole = staff.of(staff.rows[: makers + count])
            for job, export in ((SOME, whole.of(whole.rows[makers:])), (FULL, whole)):
                name, base = f"{job}: {count} come to {makers}", f"makers-{makers}"
                yield good(name, job, export, base=base, settings=ASKED)
    six, name = staff.of(staff.rows[:9]), "3 come to six, of whom nothing is known"
    yield held(name, FULL, six, "first", base="makers-6", settings=ASKED)


def first_tree() -> Iterator[Hazard]:
    yield good("nothing is below the root", TREE, departments(), base="bare", settings=ASKED)


def growth() -> Iterator[Hazard]:
    for there, count in ((8, 4), (12, 6), (80, 14)):
        for job, export in brought(members(there), joiners(count)):
            yield good(f"{job}: {count} join {there}", job, export, base=f"members-{there}")


def grace_ends() -> Iterator[Hazard]:
    """Yield the same full file on the day when disabled people go."""
    staff = members().without(*scattered(3))
    settings = {"leavers": "disable", "leaver_days": 30}
    for name, export in (
        ("three go", staff), ("three go, one is promoted", staff.but("u000021", 职位="总监")),
        ("three go, one joins", staff.plus(*joiners(1))),
    ):  # fmt: skip
        yield good(name, FULL, export, base="grace", settings=settings)


def other_ids() -> Iterator[Hazard]:
    """Yield files in which people who are there already stand under another id."""
    staff = members()
    new = {"手机号": "13977770000", "邮箱": "n@example.com"}

    def without_zeros(row: Row) -> Row:
        return {"帐号": row["帐号"].replace("u000", "u", 1)}

    def dated(row: Row) -> Row:
        return {"帐号": f"{int(row['帐号'][1:]) % 28 + 1}-Mar-{row['帐号'][-3:]}"}

    def moved_on(row: Row) -> Row:
        return {"帐号": f"n{row['帐号']}", **other_mobile(row), "邮箱": ""}

    def strange(row: Row) -> Row:
        return {**without_zeros(row), **new, "姓名": "新人", "邮箱": ""}

    for count in (1, 2, 10, 40, 50):
        shorter = between(staff, 100, count, without_zeros)
        yield held(f"{count} lose their zeros", FULL, shorter, "second_account")
    yield held("40 become dates", FULL, between(staff, 100, 40, dated), "second_account")
    one = between(staff, 100, 1, lambda row: {"帐号": f"n{row['帐号']}", **new})
    yield held("one with new contacts, in the same departments", FULL, one, "second_account")
    forty, grace = between(staff, 100, 40, moved_on), {"leavers": "disable"}
    name = "40 with new contacts, disabled first"
    yield held(name, FULL, forty, "second_account", settings=grace)
    name = "one without zeros, and nothing else of her row"
    yield held(name, FULL, between(staff, 100, 1, strange), "second_account")
    leaver = staff.rows[100]
    namesake = {**joiners(1)[0], "姓名": leaver["姓名"], "所在部门": "30", **ALONE}
    elsewhere = staff.without(leaver["帐号"]).plus(namesake)
    yield good("a namesake joins elsewhere", FULL, elsewhere)


def doubles() -> Iterator[Hazard]:
    """Yield files in which people who stay stand a second time, under other ids."""
    for there, sizes in ((STAFF, (3, 15, 60, 120)), (80, (3, 12)), (12, (3,))):
        staff, base = members(there), "corp" if there == STAFF else f"members-{there}"
        for count in sizes:
            for job, export in brought(staff, new_ids(staff, count)):
                name = f"{job}: {count} of {there}, with other contacts"
                yield held(name, job, export, "second_account", base=base)
    staff = members()
    for kept in ("手机号", "邮箱"):
        people = [row for row in staff.rows[700:800] if row[kept]][:40]
        again = zip(new_ids(staff.of(people), 40), people, strict=True)
        rows = staff.of({**new, kept: old[kept]} for new, old in again)
        yield held(f"40 by changes, with their {kept}", SOME, rows, "second_account")
    for count, of in ((2, 2), (12, 60), (13, 60)):
        for job, export in brought(staff, (*new_ids(staff, count), *joiners(of - count))):
            name = f"{job}: {count} of {of} newcomers"
            yield within(count < 13, name, job, export, "second_account")


def new_ids(staff: Export, count: int) -> tuple[Row, ...]:
    """Return the last people under other ids and with other contacts."""
    return tuple(
        {**row, "帐号": f"n{row['帐号']}", **other_mobile(row), "邮箱": "", "别名": ""}
        for row in staff.rows[-count:]
    )


def passed_on() -> Iterator[Hazard]:
    """Yield files in which people have the contacts of others."""
    staff = members()
    yield held("100 e-mails rotated", FULL, rotated(staff, "邮箱", 100, 100), "mixed")
    for count, concerns in ((2, ""), (20, "unlikely"), (21, ""), (100, "")):
        names = rotated(staff, "姓名", 100, count)
        yield within(count == 2, f"{count} names rotated", FULL, names, concerns)
    names = rotated(staff, "姓名", 100, 21)
    beside = between(names, 700, 6, lambda row: {"姓名": row["姓名"] + "二"})
    yield held("21 names rotated, 6 corrected", FULL, beside, "mixed")
    yield held("590 names rotated", FULL, rotated(staff, "姓名", 100, 590))
    lax = {"renames_percent": 100}
    for count in (2, 3, 9):
        turned = rotated(departments(), "部门名称", 26, count)
        name = f"{count} departments' names rotated"
        yield held(name, TREE, turned, "mixed", settings=lax)
    pairs = zip(joiners(21), staff.only(*scattered(21)).rows, strict=True)
    new = ({**row, "手机号": old["手机号"]} for row, old in pairs)
    exchanged = staff.without(*scattered(21)).plus(*new)
    name = "21 newcomers with the mobiles of leavers"
    yield held(name, FULL, exchanged, "mixed", settings=NO_LIMITS)
