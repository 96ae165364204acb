"""Files in which people stand under other ids, or have other people's names and contacts."""

from collections.abc import Callable, Iterator, Mapping

from hazards.book import Export, departments, joiners, members
from hazards.hazard import FULL, NO_LIMITS, TREE, Hazard, good, held


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
    more = {"concerns": "rekeyed_people"}

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


def passed_on() -> Iterator[Hazard]:
    """Yield files in which people have the contacts of others."""
    kind = "passed on"
    staff = members()
    more = {"concerns": "shuffled_mobiles"}
    yield held(kind, "100 e-mails rotated", FULL, rotated(staff, "邮箱", 100, 100),
               "60106 for every row", **more)  # fmt: skip
    names = {"concerns": "shuffled_names"}
    for count in (21, 100):
        yield held(kind, f"{count} names rotated", FULL, rotated(staff, "姓名", 100, count),
                   "people under other names", **names)  # fmt: skip
    yield good(kind, "20 names rotated", FULL, rotated(staff, "姓名", 100, 20), "a few")
    yield held(kind, "590 names rotated", FULL, rotated(staff, "姓名", 100, 590), "others' names")
    for count in (8, 9):
        turned = rotated(departments(), "部门名称", 26, count)
        many = {"renames_percent": 100}
        if count == 8:
            yield good(kind, f"{count} departments' names rotated", TREE, turned, "a few",
                       settings=many)  # fmt: skip
        else:
            yield held(kind, f"{count} departments' names rotated", TREE, turned, "others' names",
                       settings=many, **names)  # fmt: skip
    gone = staff.rows[-21:]
    new = [{**row, "手机号": old["手机号"]} for row, old in zip(joiners(21), gone, strict=True)]
    yield held(kind, "21 newcomers with the mobiles of leavers", FULL, staff.less(21).plus(*new),
               "60104 for every row", settings=NO_LIMITS, **more)  # fmt: skip
