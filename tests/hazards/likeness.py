"""Files in which people stand under other ids, or have other people's names and contacts."""

from collections.abc import Iterator

from hazards.book import (
    ALONE,
    STAFF,
    between,
    brought,
    departments,
    joiners,
    members,
    other_mobile,
    rotated,
    scattered,
)
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, good, held, within
from support.companies import Export, Row


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
