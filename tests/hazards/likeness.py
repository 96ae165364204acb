"""Files in which people stand under other ids, or have other people's names and contacts."""

from collections.abc import Callable, Iterator, Mapping

from hazards.book import STAFF, Export, departments, joiners, members, scattered
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, good, held


def between(
    export: Export, start: int, count: int, change: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> Export:
    """Change some rows in the middle."""
    changed = ({**row, **change(row)} for row in export.rows[start : start + count])
    return Export(export.columns, (*export.rows[:start], *changed, *export.rows[start + count :]))


def rotated(export: Export, column: str, start: int, count: int) -> Export:
    """Pass the cells of a column on by one row."""
    own = [row[column] for row in export.rows[start : start + count]]
    turned = iter([*own[1:], *own[:1]])
    return between(export, start, count, lambda _: {column: next(turned)})


def other_ids() -> Iterator[Hazard]:
    """Yield files in which people who are there already stand under another id."""
    kind = "other ids"
    staff = members()
    why = "the accounts would be removed and made anew, or not made at all"
    more = {"concerns": "second_account"}

    def without_zeros(row: Mapping[str, str]) -> Mapping[str, str]:
        return {"帐号": row["帐号"].replace("u000", "u", 1)}

    for count in (1, 2, 10, 40, 50):
        yield held(kind, f"{count} lose their zeros", FULL, between(staff, 100, count,
                   without_zeros), why, **more)  # fmt: skip
    yield held(
        kind, "40 become dates", FULL,
        between(staff, 100, 40, lambda row: {
            "帐号": f"{int(row['帐号'][1:]) % 28 + 1}-Mar-{row['帐号'][-3:]}"}),
        why, **more,
    )  # fmt: skip
    yield held(
        kind, "one with new contacts, in the same departments", FULL,
        between(staff, 100, 1, lambda row: {
            "帐号": f"n{row['帐号']}", "手机号": "13977770000", "邮箱": "n@example.com"}),
        why, **more,
    )  # fmt: skip
    yield held(
        kind, "40 with new contacts, disabled first", FULL,
        between(staff, 100, 40, lambda row: {
            "帐号": f"n{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1),
            "邮箱": ""}),
        why, settings={"leavers": "disable"}, **more,
    )  # fmt: skip
    yield held(
        kind, "one without zeros, and nothing else of her row", FULL,
        between(staff, 100, 1, lambda row: {
            **without_zeros(row), "姓名": "新人", "手机号": "13977770000", "邮箱": ""}),
        why, **more,
    )  # fmt: skip
    namesake = {**joiners(1)[0], "姓名": staff.rows[100]["姓名"], "所在部门": "30",
                "是否部门内领导": "0", "排序": "0"}  # fmt: skip
    yield good(kind, "a namesake joins elsewhere", FULL,
               staff.without(staff.rows[100]["帐号"]).plus(namesake), "another person")  # fmt: skip


def doubles() -> Iterator[Hazard]:
    """Yield files in which people who stay stand a second time, under other ids."""
    kind = "doubles"
    why = "they would have two accounts"
    more = {"concerns": "second_account"}
    for base, there, sizes in (
        ("corp", STAFF, (3, 15, 60, 120)), ("members-80", 80, (3, 12)), ("members-12", 12, (3,)),
    ):  # fmt: skip
        staff = members(there)
        for count in sizes:
            again = new_ids(staff, count)
            for job, export in ((SOME, Export(staff.columns, again)), (FULL, staff.plus(*again))):
                yield held(kind, f"{job}: {count} of {there}, with other contacts", job, export,
                           why, base=base, **more)  # fmt: skip
    staff = members()
    for kept in ("手机号", "邮箱"):
        people = [row for row in staff.rows[700:800] if row[kept]][:40]
        again = new_ids(Export(staff.columns, tuple(people)), 40)
        again = tuple({**new, kept: old[kept]} for new, old in zip(again, people, strict=True))
        yield held(kind, f"40 by changes, with their {kept}", SOME, Export(staff.columns, again),
                   why, **more)  # fmt: skip
    for count, of in ((2, 2), (12, 60), (13, 60)):
        rows = (*new_ids(staff, count), *joiners(of - count))
        for job, export in ((SOME, Export(staff.columns, rows)), (FULL, staff.plus(*rows))):
            name = f"{job}: {count} of {of} newcomers"
            if count == 13:
                yield held(kind, name, job, export, "more than a fifth", **more)
            else:
                yield good(kind, name, job, export, "namesakes join a department")


def new_ids(staff: Export, count: int) -> tuple[Mapping[str, str], ...]:
    """Return the last people under other ids and with other contacts."""
    return tuple(
        {**row, "帐号": f"n{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1),
         "邮箱": "", "别名": ""}
        for row in staff.rows[-count:]
    )  # fmt: skip


def passed_on() -> Iterator[Hazard]:
    """Yield files in which people have the contacts of others."""
    kind = "passed on"
    staff = members()
    more = {"concerns": "mixed"}
    yield held(kind, "100 e-mails rotated", FULL, rotated(staff, "邮箱", 100, 100),
               "60106 for every row", **more)  # fmt: skip
    for count in (21, 100):
        yield held(kind, f"{count} names rotated", FULL, rotated(staff, "姓名", 100, count),
                   "people under other names", **more)  # fmt: skip
    beside = between(
        rotated(staff, "姓名", 100, 21), 700, 6, lambda row: {"姓名": row["姓名"] + "二"}
    )
    yield held(kind, "21 names rotated, 6 corrected", FULL, beside, "people under other names",
               **more)  # fmt: skip
    yield good(kind, "20 names rotated", FULL, rotated(staff, "姓名", 100, 20), "a few")
    yield held(kind, "590 names rotated", FULL, rotated(staff, "姓名", 100, 590), "others' names")
    for count in (2, 3, 9):
        turned = rotated(departments(), "部门名称", 26, count)
        yield held(kind, f"{count} departments' names rotated", TREE, turned, "others' names",
                   settings={"renames_percent": 100}, **more)  # fmt: skip
    gone = staff.only(*scattered(21)).rows
    new = [{**row, "手机号": old["手机号"]} for row, old in zip(joiners(21), gone, strict=True)]
    yield held(kind, "21 newcomers with the mobiles of leavers", FULL,
               staff.without(*scattered(21)).plus(*new),
               "60104 for every row", settings=NO_LIMITS, **more)  # fmt: skip
