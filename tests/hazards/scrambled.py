"""Files that are whole and well-formed and yet say something else than was meant."""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from hazards.book import LEAF, STAFF, Export, departments, joiners, members, two_nights
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, bad, good, held, same

MOVES, RENAMES, CONTACTS, UPDATES = (STAFF * percent // 100 for percent in (15, 5, 5, 30))
"""People who may move, or get another name, mobile or title, at a time by default."""
NO_PLACE = {"是否部门内领导": "0", "排序": "0"}
"""Neither a leader nor in any order."""


def moves() -> Iterator[Hazard]:
    """Yield files that move many people or departments at once."""
    kind = "moves"
    staff = members()
    everybody = staff.each(to_the_root)
    yield held(kind, "everybody to the root", FULL, everybody, "a lost column")
    yield held(kind, "everybody to the root, by changes", SOME, everybody, "a lost column")
    for count in (MOVES - 1, MOVES):
        yield good(kind, f"{count} people to new departments", FULL, to_new_departments(count),
                   "as the limit allows")  # fmt: skip
    yield held(kind, f"{MOVES + 1} people to new departments", FULL, to_new_departments(MOVES + 1),
               "one too many", concerns="moved")  # fmt: skip
    yield from small_companies()
    flat = departments().each(
        lambda row: (
            {"父部门ID": "1", "部门名称": row["部门名称"] + row["部门ID"]}
            if row["部门ID"] != "1"
            else {}
        )
    )
    yield held(kind, "every department under the root", TREE, flat, "a lost column")


def to_the_root(row: Mapping[str, str]) -> Mapping[str, str]:
    """Move somebody who leads there if anywhere."""
    leads = str(int("1" in row["是否部门内领导"]))
    return {"所在部门": "1", "是否部门内领导": leads, "排序": "0"}


def to_new_departments(count: int) -> Export:
    """Move people of the first departments, each department to one of its own."""
    staff = members()
    movers = (row["帐号"] for row in staff.rows if int(row["所在部门"].split(";")[0]) < LEAF[5])
    chosen = set(islice(movers, count))

    def move(row: Mapping[str, str]) -> Mapping[str, str]:
        home, *other = row["所在部门"].split(";")
        return {"所在部门": ";".join((str(int(home) + 24), *other))}

    return staff.each(lambda row: move(row) if row["帐号"] in chosen else {})


def small_companies() -> Iterator[Hazard]:
    """Yield files that change some, and one too many, of a few people or departments."""
    kind = "small companies"
    for there, few in ((12, 5), (20, 5), (30, 5), (41, 6), (80, 12)):
        staff = members(there)
        for count in (few, few + 1):
            places = iter(range(STAFF))
            moved = first(
                staff, count,
                lambda _, places=places: {"所在部门": str(31 + next(places) % 10)} | NO_PLACE,  # type: ignore[misc]
            )  # fmt: skip
            values = {"base": f"members-{there}", "concerns": "moved"}
            name = f"{count} of {there} move"
            if count == few:
                yield good(kind, name, FULL, moved, "five, or 15 %", base=values["base"])
            else:
                yield held(kind, name, FULL, moved, "more than five, and 15 %", **values)
    for count in (4, 5):
        leaves = iter(range(STAFF))
        tree = departments().each(
            lambda row, leaves=leaves, count=count: (  # type: ignore[misc]
                {"部门名称": "新" + row["部门名称"]}
                if int(row["部门ID"]) in LEAF and next(leaves) < count
                else {}
            )
        )
        name = f"{count} of {len(tree.rows)} departments are renamed"
        if count == 4:
            yield good(kind, name, TREE, tree, "few")
        else:
            yield held(kind, name, TREE, tree, "more than few", concerns="renamed")


def first(
    export: Export, count: int, change: Callable[[Mapping[str, str]], Mapping[str, str]]
) -> Export:
    """Change the first rows."""
    changed = ({**row, **change(row)} for row in export.rows[:count])
    return Export(export.columns, (*changed, *export.rows[count:]))


def names() -> Iterator[Hazard]:
    """Yield files in which names are not what they were."""
    kind = "names"
    staff = members()
    swapped = staff.named({"姓名": "职位", "职位": "姓名"})
    yield bad(kind, "姓名 and 职位 swapped", FULL, swapped, "any text is a name", expect="hold")
    english = {"姓名": "name", "帐号": "userid", "手机号": "mobile", "邮箱": "email",
               "所在部门": "department"}  # fmt: skip
    mojibake = staff.each(lambda _: {"姓名": "å¼ ä¸‰", "职位": "", "性别": "", "别名": ""})
    yield bad(kind, "mojibake under English headers", FULL, mojibake.named(english),
              "the header proves nothing, the names do")  # fmt: skip
    marks = staff.each(lambda row: {"姓名": "?" * len(row["姓名"])})
    yield bad(kind, "question marks for characters", FULL, marks, "a lost encoding")
    turned = staff.each(lambda row: {"姓名": row["姓名"][::-1]})
    yield held(kind, "surnames behind", FULL, turned, "another column was exported",
               concerns="renamed")  # fmt: skip
    whole = departments()
    renamed = whole.each(
        lambda row: {} if row["部门ID"] == "1" else {"部门名称": "别" + row["部门名称"]}
    )
    yield held(kind, "every department but the root", TREE, renamed, "another tree",
               concerns="renamed")  # fmt: skip
    for count in (21, RENAMES):
        dragged = first(staff, count, lambda _: {"姓名": "待补充"})
        yield held(kind, f"one name dragged down over {count}", FULL, dragged, "a default",
                   concerns="unlikely")  # fmt: skip
    for count in (RENAMES - 1, RENAMES):
        some = first(staff, count, lambda row: {"姓名": row["姓名"] + "二"})
        yield good(kind, f"{count} of the people", FULL, some, "as the limit allows")
    more = first(staff, RENAMES + 1, lambda row: {"姓名": row["姓名"] + "二"})
    yield held(kind, f"{RENAMES + 1} of the people", FULL, more, "one too many",
               concerns="renamed")  # fmt: skip


def contacts() -> Iterator[Hazard]:
    """Yield files whose mobiles are not those of their people."""
    kind = "contacts"
    staff = members()
    yield held(kind, "the mobile column sorted alone", FULL, rolled(STAFF), "60104 for every row")
    yield held(kind, "a part of it sorted alone", FULL, rolled(100), "60104 for every row",
               concerns="mixed")  # fmt: skip
    other = staff.each(other_mobile)
    yield held(kind, "other mobiles", FULL, other, "nobody could sign in",
               concerns="contacts")  # fmt: skip
    blank = staff.each(lambda row: {"手机号": "", "邮箱": f"{row['帐号']}@example.com"})
    yield held(kind, "e-mail in place of mobiles", SOME, blank, "nobody could sign in",
               concerns="contacts")  # fmt: skip
    for count in (CONTACTS - 1, CONTACTS):
        some = first(staff, count, other_mobile)
        yield good(kind, f"{count} of the mobiles", FULL, some, "as the limit allows")
    yield held(kind, f"{CONTACTS + 1} of the mobiles", FULL,
               first(staff, CONTACTS + 1, other_mobile), "one too many",
               concerns="contacts")  # fmt: skip
    tail = Export(staff.columns, (*staff.rows[:-21], *rolled(STAFF).rows[-22:-1]))
    yield bad(kind, "21 mobiles slipped by a row", FULL, tail, "one is there twice")


def other_mobile(row: Mapping[str, str]) -> Mapping[str, str]:
    """Give somebody a mobile that nobody has."""
    return {"手机号": row["手机号"].replace("138", "139", 1)}


def rolled(count: int) -> Export:
    """Return the export with the mobiles of the first people passed on by one."""
    staff = members()
    own = [row["手机号"] for row in staff.rows[:count]]
    rows = [
        {**row, "手机号": mobile}
        for row, mobile in zip(staff.rows[:count], [*own[1:], own[0]], strict=True)
    ]
    return Export(staff.columns, (*rows, *staff.rows[count:]))


def vanished() -> Iterator[Hazard]:
    """Yield files that make people again who are no longer there."""
    kind = "vanished"
    staff = members()
    more = {"concerns": "came_back"}
    yield held(kind, "the address book was emptied by hand", FULL, staff,
               "everybody would be made again", base="emptied",
               settings={"additions_percent": 100}, **more)  # fmt: skip
    for gone in (20, 21, 51, 390):
        if gone == 20:
            yield good(kind, f"{gone} of 2,000", FULL, staff, "a few",
                       base=f"deleted-{gone}")  # fmt: skip
        else:
            yield held(kind, f"{gone} of 2,000", FULL, staff, "somebody deleted them",
                       base=f"deleted-{gone}", **more)  # fmt: skip


def additions() -> Iterator[Hazard]:
    """Yield files that bring many newcomers."""
    kind = "newcomers"
    staff = members()
    more = {"concerns": "added"}
    for there, few in ((2, 6), (12, 6), (20, 6), (80, 14), (STAFF, 352)):
        base = "corp" if there == STAFF else f"members-{there}"
        for count in (few, few + 1):
            crowd = Export(staff.columns, tuple(joiners(count)))
            whole = members(there).plus(*joiners(count))
            for job, export in ((SOME, crowd), (FULL, whole)):
                name = f"{job}: {count} join {there}"
                if count == few:
                    yield good(kind, name, job, export, "six, or 15 %", base=base)
                else:
                    yield held(kind, name, job, export, "more than 15 %", base=base, **more)
    strangers = staff.each(
        lambda row: {"帐号": f"b-{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1),
                     "邮箱": ""}
    )  # fmt: skip
    yield held(kind, "another corp's changes, in departments that exist", SOME, strangers,
               "2,000 strangers would join")  # fmt: skip


def breaks() -> Iterator[Hazard]:
    """Yield files that break off within their last cell, or between two lines."""
    kind = "broken off"
    staff = members()
    lines = staff.lines()
    for percent in (98, 99):
        rows = STAFF * percent // 100
        cells = lines[rows + 1].split(",")
        cut = ",".join((*cells[:4], cells[4][:1]))
        yield bad(kind, f"after {percent} %, in the departments", FULL,
                  "".join(lines[: rows + 1]) + cut, "a shorter last line without an end",
                  expect="hold", settings=NO_LIMITS, concerns="incomplete")  # fmt: skip
    yield from breaks_in_the_last_cell()
    for rows in (10, 1):
        yield bad(kind, f"{rows} rows before the end, after a line", FULL,
                  "".join(lines[:-rows]).rstrip("\n"), "the last file ended its last line",
                  expect="hold", concerns="incomplete")  # fmt: skip
    yield same(kind, "the last line has no end", FULL, "".join(lines).rstrip("\n"))
    joined = staff.plus(*joiners(1))
    yield good(kind, "the last line of a longer file has no end", FULL, joined, "nobody is missing",
               content=joined.text()[:-1].encode())  # fmt: skip


def breaks_in_the_last_cell() -> Iterator[Hazard]:
    """Yield files whose last cell names another department, or another person, for it was cut."""
    kind = "broken off"
    staff = members()
    columns = ("姓名", "帐号", "手机号", "所在部门")
    two = staff.only("u000009", "u001990").ordered(columns)
    by_path = staff.only("u000009", "u001991").but("u001991", 所在部门="总部/财务/第30组")
    ids_last = ("姓名", "手机号", "所在部门", "帐号")
    for name, job, export, ending, left in (
        ("in a department's id", SOME, two, "29;30", "29;3"),
        ("in its first department's id", SOME, two, "29;30", "2"),
        ("between two departments", SOME, two, "29;30", "29"),
        ("in a path", SOME, by_path.ordered(columns), "总部/财务/第30组", "总部/财务"),
        ("at the root of a path", SOME, by_path.ordered(columns), "总部/财务/第30组", "总部"),
        ("in an id", SOME, staff.only("u000009", "u001991").ordered(ids_last), "u001991", "u00199"),
        ("in the last id of all", FULL, staff.ordered(ids_last), "u001996", "u00199"),
    ):
        cut = export.text().removesuffix(f"{ending}\n") + left
        yield bad(kind, name, job, cut, "the cell is the beginning of another one", expect="hold",
                  concerns="incomplete")  # fmt: skip
    moved = staff.only("u000009").ordered(columns).but("u000009", 所在部门="总部/研发")
    wanted = moved.but("u000009", 所在部门="2")
    yield good(kind, "a path that is whole, without an end", SOME, wanted, "somebody moves",
               content=moved.text()[:-1].encode())  # fmt: skip


def overtaken() -> Iterator[Hazard]:
    """Yield files that are older than what was applied since."""
    kind = "overtaken"
    changed = members().but("u000009", 职位="总监")
    yield held(kind, "an older full file", FULL, changed, "newer news would be undone",
               base="later", concerns="older")  # fmt: skip
    yield held(kind, "older changes", SOME, changed.only("u000009"), "newer news would be undone",
               base="later", concerns="older")  # fmt: skip
    other = members().but("u000010", 职位="总监")
    yield good(kind, "older changes of somebody else", SOME, other.only("u000010"),
               "nothing newer is known of them", base="later")  # fmt: skip
    yield held(kind, "a rollback to before 15 were hired", FULL, changed,
               "they would be removed", base="hired", comes_back=True,
               concerns="older")  # fmt: skip
    yield held(kind, "a rollback to before a change", FULL, changed, "it would be undone",
               base="later", comes_back=True, concerns="older")  # fmt: skip
    yield good(kind, "a rollback of somebody else", FULL, other, "nothing newer is known of them",
               comes_back=True)  # fmt: skip


def values() -> Iterator[Hazard]:
    """Yield files in which a column holds something else than it did."""
    kind = "values"
    staff = members()
    leaders = staff.each(lambda row: {"是否部门内领导": row["是否部门内领导"].replace("1", "0")})
    everybody = staff.each(lambda row: {"是否部门内领导": row["是否部门内领导"].replace("0", "1")})
    more = {"concerns": "columns"}
    for name, export in (
        ("every 职位 is blank", staff.each(lambda _: {"职位": ""})),
        ("every 职位 is a mobile", staff.each(lambda row: {"职位": row["手机号"]})),
        ("every 职位 is a date", staff.each(lambda _: {"职位": "2026/11/25"})),
        ("every 别名 is blank", staff.each(lambda _: {"别名": ""})),
        ("every 别名 is the id", staff.each(lambda row: {"别名": row["帐号"]})),
        ("everybody leads", everybody), ("nobody leads", leaders),
    ):  # fmt: skip
        yield held(kind, name, FULL, export, "another column, or none", **more)
    yield bad(kind, "职位 and 别名 swapped", FULL, staff.named({"职位": "别名", "别名": "职位"}),
              "any text is a title", expect="hold", **more)  # fmt: skip
    for count in (UPDATES, UPDATES + 1):
        some = first(staff, count, lambda _: {"职位": "专员"})
        if count == UPDATES:
            yield good(kind, f"{count} other titles", FULL, some, "as the limit allows")
        else:
            yield held(kind, f"{count} other titles", FULL, some, "more than 30 %", **more)


def enabled() -> Iterator[Hazard]:
    """Yield files that enable people who were disabled."""
    kind = "enabled"
    staff = members()
    columns = (*staff.columns, "禁用")
    known = Export(columns, tuple(
        {**row, "禁用": "1" if 500 <= number < 700 else "0"} for number, row in
        enumerate(staff.rows)))  # fmt: skip
    blank = known.each(lambda _: {"禁用": ""})
    more = {"base": "disabled", "concerns": "came_back"}
    yield held(kind, "200, the column blank", FULL, blank, "they could sign in again", **more)
    yield held(kind, "200, by changes", SOME, Export(columns, tuple(
        {**row, "禁用": "0"} for row in known.rows[500:700])), "they could sign in again",
        **more)  # fmt: skip
    for count in (20, 21):
        some = Export(columns, tuple(
            {**row, "禁用": "0" if 500 <= number < 500 + count else row["禁用"]}
            for number, row in enumerate(known.rows)))  # fmt: skip
        if count == 20:
            yield good(kind, f"{count} of them", FULL, some, "a few", base="disabled")
        else:
            yield held(kind, f"{count} of them", FULL, some, "more than a few", **more)


def seen_before() -> Iterator[Hazard]:
    """Yield files that were applied before, and over which others have gone."""
    kind = "seen before"
    staff = members()
    older, newest = two_nights()
    more = {"base": "history", "concerns": "same_again"}
    yield held(kind, "yesterday's file", FULL, older, "new hires would be deleted", **more)
    turned = Export(older.columns, tuple(reversed(older.rows)))
    yield held(kind, "yesterday's file in another order", FULL,
               turned.ordered(sorted(older.columns)), "new hires would be deleted",
               **more)  # fmt: skip
    yield held(kind, "the very first file", FULL, staff, "45 new hires would be deleted",
               base="history")  # fmt: skip
    yield held(kind, "yesterday's file, for one temp has left", FULL, staff, "one goes",
               base="temp", concerns="same_again")  # fmt: skip
    yield same(kind, "the newest file", FULL, newest, base="history")
    yield good(kind, "a file like yesterday's", FULL, older.but("u000022", 职位="总监"),
               "somebody goes", base="history")  # fmt: skip
    yield good(kind, "a rollback to yesterday's file", FULL, older, "it is meant",
               base="history", comes_back=True)  # fmt: skip


def invitations() -> Iterator[Hazard]:
    """Yield files that would send many an SMS."""
    kind = "invitations"
    for count in (50, 51):
        joined = members().plus(*joiners(count))
        more = {"settings": {"invite": True}}
        if count > 50:
            yield held(kind, f"{count} people", FULL, joined, "an SMS for each",
                       concerns="invited", **more)  # fmt: skip
        else:
            yield good(kind, f"{count} people", FULL, joined, "as the limit allows", **more)
