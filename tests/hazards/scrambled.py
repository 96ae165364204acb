"""Files that are whole and well-formed and yet say something else than was meant."""

from collections.abc import Iterator

from hazards.book import STAFF, Export, departments, joiners, members
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, bad, good, held, same

SHARE = STAFF // 2
"""People who may move at a time by default."""


def moves() -> Iterator[Hazard]:
    """Yield files that move many people or departments at once."""
    kind = "moves"
    staff = members()
    home = {"所在部门": "1", "是否部门内领导": "0", "排序": "0"}
    everybody = staff.each(lambda _: home)
    yield held(kind, "everybody to the root", FULL, everybody, "a lost column",
               concerns="too_many_moves")  # fmt: skip
    yield held(kind, "everybody to the root, by changes", SOME, everybody, "a lost column")
    half = iter(range(STAFF))
    some = staff.each(lambda _: home if next(half) < SHARE else {})
    yield good(kind, "half of the people to the root", FULL, some, "as the limit allows")
    few = iter(range(STAFF))
    yield good(
        kind, "a small team to the root", FULL,
        members(30).each(lambda _: home if next(few) < 20 else {}), "20 people may always move",
        base="members-30",
    )  # fmt: skip
    flat = departments().each(
        lambda row: (
            {"父部门ID": "1", "部门名称": row["部门名称"] + row["部门ID"]}
            if row["部门ID"] != "1"
            else {}
        )
    )
    yield held(kind, "every department under the root", TREE, flat, "a lost column")


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
               concerns="too_many_renames")  # fmt: skip
    whole = departments()
    renamed = whole.each(
        lambda row: {} if row["部门ID"] == "1" else {"部门名称": "别" + row["部门名称"]}
    )
    yield held(kind, "every department but the root", TREE, renamed, "another tree",
               concerns="too_many_renames")  # fmt: skip
    for count in (21, STAFF * 30 // 100):
        some = iter(range(STAFF))
        dragged = staff.each(
            lambda _, some=some, count=count: {"姓名": "待补充"} if next(some) < count else {}  # type: ignore[misc]
        )
        yield held(kind, f"one name dragged down over {count}", FULL, dragged, "a default",
                   concerns="one_name_for_many")  # fmt: skip
    few = iter(range(STAFF))
    allowed = staff.each(
        lambda row: {"姓名": row["姓名"] + "二"} if next(few) < STAFF * 30 // 100 else {}
    )
    yield good(kind, "30 % of the people", FULL, allowed, "as the limit allows")


def contacts() -> Iterator[Hazard]:
    """Yield files whose mobiles are not those of their people."""
    kind = "contacts"
    staff = members()
    yield held(kind, "the mobile column sorted alone", FULL, rolled(STAFF), "60104 for every row")
    yield held(kind, "a part of it sorted alone", FULL, rolled(100), "60104 for every row",
               concerns="shuffled_mobiles")  # fmt: skip
    other = staff.each(lambda row: {"手机号": row["手机号"].replace("138", "139", 1)})
    yield held(kind, "other mobiles", FULL, other, "nobody could sign in",
               concerns="too_many_contacts")  # fmt: skip
    blank = staff.each(lambda row: {"手机号": "", "邮箱": f"{row['帐号']}@example.com"})
    yield held(kind, "e-mail in place of mobiles", SOME, blank, "nobody could sign in",
               concerns="too_many_contacts")  # fmt: skip
    few = iter(range(STAFF))
    some = staff.each(
        lambda row: (
            {"手机号": row["手机号"].replace("138", "139", 1)}
            if next(few) < STAFF * 30 // 100
            else {}
        )
    )
    yield good(kind, "30 % of the mobiles", FULL, some, "as the limit allows")
    tail = Export(staff.columns, (*staff.rows[:-21], *rolled(STAFF).rows[-22:-1]))
    yield bad(kind, "21 mobiles slipped by a row", FULL, tail, "one is there twice")


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
    yield held("vanished", "the address book was emptied by hand", FULL, members(),
               "everybody would be made again", base="emptied",
               concerns="vanished_people")  # fmt: skip


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
                  expect="hold", settings=NO_LIMITS)  # fmt: skip
    yield from breaks_in_the_last_cell()
    for rows in (10, 1):
        yield bad(kind, f"{rows} rows before the end, after a line", FULL,
                  "".join(lines[:-rows]).rstrip("\n"), "the last file ended its last line",
                  expect="hold", concerns="open_end")  # fmt: skip
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
                  concerns="cut_last_line")  # fmt: skip
    moved = staff.only("u000009").ordered(columns).but("u000009", 所在部门="总部/研发")
    wanted = moved.but("u000009", 所在部门="2")
    yield good(kind, "a path that is whole, without an end", SOME, wanted, "somebody moves",
               content=moved.text()[:-1].encode())  # fmt: skip


def overtaken() -> Iterator[Hazard]:
    """Yield files that are older than what was applied since."""
    kind = "overtaken"
    changed = members().but("u000009", 职位="总监")
    yield held(kind, "an older full file", FULL, changed, "newer news would be undone",
               base="later", concerns="overtaken")  # fmt: skip
    yield held(kind, "older changes", SOME, changed.only("u000009"), "newer news would be undone",
               base="later", concerns="overtaken")  # fmt: skip
    other = members().but("u000010", 职位="总监")
    yield good(kind, "older changes of somebody else", SOME, other.only("u000010"),
               "nothing newer is known of them", base="later")  # fmt: skip
    yield held(kind, "a rollback to before 40 were hired", FULL, changed,
               "they would be removed", base="hired", comes_back=True,
               concerns="overtaken")  # fmt: skip
    yield held(kind, "a rollback to before a change", FULL, changed, "it would be undone",
               base="later", comes_back=True, concerns="overtaken")  # fmt: skip
    yield good(kind, "a rollback of somebody else", FULL, other, "nothing newer is known of them",
               comes_back=True)  # fmt: skip


def invitations() -> Iterator[Hazard]:
    """Yield files that would send many an SMS."""
    kind = "invitations"
    for count in (50, 51):
        joined = members().plus(*joiners(count))
        more = {"settings": {"invite": True}}
        if count > 50:
            yield held(kind, f"{count} people", FULL, joined, "an SMS for each",
                       concerns="too_many_invitations", **more)  # fmt: skip
        else:
            yield good(kind, f"{count} people", FULL, joined, "as the limit allows", **more)
