"""Who is in a file: doubles, strangers, other people, another corp; and first files."""

from collections.abc import Iterator

from hazards.book import STAFF, Export, departments, joiners, member, members, numbered
from hazards.hazard import FULL, SOME, TREE, Hazard, bad, good, held, last, same


def identity() -> Iterator[Hazard]:
    kind = "identity"
    export = members()
    first, second = export.rows[12], export.rows[13]
    for job in (FULL, SOME):
        for name, row in (
            ("the same line twice", first),
            ("the same person with another mobile", {**first, "手机号": "13911110000", "邮箱": ""}),
            ("the same person in capitals", {**first, "帐号": first["帐号"].upper()}),
        ):
            yield bad(
                kind, f"{job}: {name}", job, export.plus(row), "302003: a person twice",
                concerns="unique 帐号" if row["手机号"] != first["手机号"] else "",
            )  # fmt: skip
    yield bad(kind, "everybody twice", FULL, export.plus(*export.rows), "302003: a person twice")
    adjacent = Export(export.columns, (*export.rows[:13], first, *export.rows[13:]))
    yield bad(kind, "two lines in a row", FULL, adjacent, "302003: a person twice")
    for column in ("手机号", "邮箱"):
        copied = export.but(second["帐号"], **{column: first[column]})
        yield bad(
            kind, f"one {column} for two people", FULL, copied,
            "60104, 60106: it is unique in WeCom", concerns=f"unique {column}",
        )  # fmt: skip
    dragged = export.each(lambda row: {"手机号": "13800000007"})
    yield bad(kind, "one mobile dragged down over everybody", FULL, dragged, "60104")
    numbers = {row["帐号"]: row["帐号"].replace("u00", "u") for row in export.rows}
    yield held(
        kind, "ids without their zeros", FULL,
        export.each(lambda row: {"帐号": numbers[row["帐号"]]}),
        "everybody would be replaced by somebody of another id",
    )  # fmt: skip
    shuffled = export.each(lambda row: {"帐号": f"x-{row['帐号']}"})
    yield held(kind, "ids of another system", FULL, shuffled, "everybody would be replaced")
    half = export.each(
        lambda row: {"帐号": row["帐号"] if row["帐号"] < "u001000" else f"x{row['帐号']}"}
    )
    yield held(kind, "half of the ids of another system", FULL, half, "half would be replaced")
    yield same(
        kind, "ids in capitals", FULL, export.each(lambda row: {"帐号": row["帐号"].upper()})
    )
    spaced = export.each(lambda row: {"帐号": f" {row['帐号']}\t"})
    yield same(kind, "ids with blanks around", FULL, spaced)
    for user_id in ("张三", "_a", "-a", ".a", "@a", "a b", "a/b", "a+b", "a,b", "a;b", "a'", "ａ1",
                    "a" * 65, "1.38E+10", "a\u200bb", "a\xa0b", "é"):  # fmt: skip
        yield bad(
            kind, f"id {user_id[:12]!r} ({len(user_id)})", SOME,
            Export(export.columns, ({**member(1), "帐号": user_id, "手机号": "13922220000"},)),
            "40003: not a user id", concerns="帐号",
        )  # fmt: skip
    for user_id in ("a" * 64, "7", "a.b@c-d_e", "A1"):
        row = {**member(1), "帐号": user_id, "手机号": "13922220000", "邮箱": "new@example.com"}
        joined = Export(export.columns, (row,))
        yield good(kind, f"id {user_id[:12]!r} ({len(user_id)})", SOME, joined, "a user id")


def reused_ids() -> Iterator[Hazard]:
    """Yield files that give the account of one person to another, and some that only look so."""
    kind = "used ids"
    staff = members()
    newcomer = {"姓名": "黎纳", "手机号": "13977770000", "邮箱": "lina@example.com", "别名": ""}
    taken = staff.but("u000023", **newcomer)
    why = "an account, its chats and its rights would go to another person"
    more = {"concerns": "other_person"}
    yield held(kind, "of a colleague", SOME, taken.only("u000023"), why, **more)
    capitals = taken.only("u000023").but("u000023", 帐号="U000023")
    yield held(kind, "of a colleague, in capitals", SOME, capitals, why, **more)
    yield held(kind, "of a colleague, in the full file", FULL, taken, why, **more)
    mobiles = taken.ordered(("姓名", "帐号", "手机号", "所在部门"))
    yield held(kind, "of a colleague, mobiles only", SOME, mobiles.only("u000023"), why, **more)
    blank = taken.but("u000023", 手机号="").only("u000023")
    yield held(kind, "of a colleague, whose mobile is blanked", SOME, blank, why, **more)
    columns = tuple(column for column in staff.columns if column != "手机号")
    anna = staff.but("u000023", 姓名="Anna Smith")
    for name, expect in (("Anna Jones", "apply"), ("Mary Jones", "hold")):
        married = anna.but("u000023", 姓名=name, 邮箱="anna.jones@example.com", 手机号="")
        content = married.only("u000023").ordered(columns).content()
        yield bad(kind, f"mail only: Anna Smith is {name}", SOME, content, "a marriage, or another",
                  expect=expect, base="anna",
                  concerns="other_person" if expect == "hold" else "")  # fmt: skip
    for kept in ("姓名", "手机号"):
        same_person = staff.but("u000023", **{**newcomer, kept: staff.rows[26][kept]})
        yield good(kind, f"the {kept} stays", SOME, same_person.only("u000023"), "the same person")
    yield from mailbox_stays()
    staff_numbers = numbered().but("u000023", 姓名="黎纳", 手机号="13977770000").only("u000023")
    for name, changes in (
        ("whose mailbox and number are of its digits", {}),
        ("whose number is of its digits", {"邮箱": "lina@example.com"}),
    ):
        stranger = staff_numbers.but("u000023", **changes)
        yield held(kind, f"of a colleague, {name}", SOME, stranger, why, base="numbered", **more)
    for name, user, own in (
        ("a private e-mail stays", "u000023", {"邮箱": "liufangwei@mail.example.org"}),
        ("an alias stays", "u000024", {"别名": "阿福"}),
    ):
        married = staff.but(user, **{**newcomer, **own}).only(user)
        yield good(kind, name, SOME, married, "a marriage and a new telephone", base="private")
    alike = staff.but("u000023", 姓名="刘方伟", 手机号="13977770000")
    for job, export in ((SOME, alike.only("u000023")), (FULL, alike)):
        yield good(kind, f"{job}: 刘芳伟 is 刘方伟, and has a new mobile", job, export, "corrected")


def mailbox_stays() -> Iterator[Hazard]:
    """Yield files that give accounts to strangers; their mailboxes are made from the ids."""
    kind = "used ids"
    for base, there, sizes in (
        ("corp", STAFF, (1, 15, 60)), ("members-80", 80, (1, 4)), ("members-12", 12, (1,)),
    ):  # fmt: skip
        staff = members(there)
        for count in sizes:
            taken = [row for row in staff.rows[5:] if row["邮箱"]][-count:]
            strangers = [
                {**row, "姓名": new["姓名"], "手机号": new["手机号"], "别名": ""}
                for row, new in zip(taken, joiners(count), strict=True)
            ]
            by_id = {row["帐号"]: row for row in strangers}
            whole = staff.each(lambda row, by_id=by_id: by_id.get(row["帐号"], {}))  # type: ignore[misc]
            for job, export in ((FULL, whole), (SOME, Export(staff.columns, tuple(strangers)))):
                yield held(
                    kind, f"{job}: of {count} colleagues of {there}, whose mailboxes stay", job,
                    export, "their chats and rights would go to strangers", base=base,
                    concerns="other_person",
                )  # fmt: skip


def another_file() -> Iterator[Hazard]:
    kind = "another file"
    tree, staff = departments(), members()
    for job in (FULL, SOME):
        yield bad(kind, f"departments under {job}", job, tree, "departments, not members")
    yield bad(kind, "members under replaceparty", TREE, staff, "members, not departments")
    other = staff.each(
        lambda row: {"帐号": f"b-{row['帐号']}", "手机号": row["手机号"].replace("138", "139", 1)}
    )
    yield held(kind, "another corp's people", FULL, other, "everybody would be replaced")
    unknown = other.each(lambda row: {"所在部门": "5001"})
    yield bad(
        kind, "another corp's people and departments", FULL, unknown, "WeCom would create them"
    )
    yield bad(kind, "another corp's changes", SOME, unknown, "departments that nobody knows")
    theirs = tree.each(lambda row: {"部门名称": "别的" + row["部门名称"]})
    yield held(kind, "another corp's departments", TREE, theirs, "the root would be renamed")
    numbers = {row["部门ID"]: str(int(row["部门ID"]) + 500) for row in tree.rows[1:]}
    moved = tree.each(
        lambda row: {
            "部门ID": numbers.get(row["部门ID"], row["部门ID"]),
            "父部门ID": numbers.get(row["父部门ID"], row["父部门ID"]),
        }
    )
    yield held(kind, "departments with other ids", TREE, moved, "every department would go")
    yield held(
        kind, "an export from before 60 people joined", FULL, staff.but("u000021", 职位="总监"),
        "60 people would go",
        base="grown",
    )  # fmt: skip
    grown = staff.plus(*joiners(60))
    yield same(kind, "the same export twice", FULL, grown, base="grown")
    yield good(
        kind, "yesterday's export", FULL, grown.without(*last(3)), "3 people, as the limits allow",
        base="grown",
    )  # fmt: skip
    yield held(
        kind, "the export of one division", FULL,
        Export(staff.columns, tuple(row for row in staff.rows if row["所在部门"] == "7")),
        "everybody else would go",
    )  # fmt: skip
    yield held(kind, "the changes under replaceuser", FULL, staff.only("u000009"), "all would go")
    sample = Export(staff.columns, ({**member(1), "帐号": "zhangsan"},))
    yield held(kind, "the template with its sample", FULL, sample, "all would go")


def first_files() -> Iterator[Hazard]:
    kind = "first file"
    staff = members().but("u000009", 职位="总监")
    for job, export in ((FULL, staff), (TREE, departments().but("8", 部门名称="新组"))):
        yield held(
            kind, f"{job}: nothing was ever applied", job, export,
            "nobody knows yet what a full file will do", base="fresh",
            settings={"first_replace": "hold"}, concerns="first",
        )  # fmt: skip
    yield good(
        kind, "replaceuser, as the settings allow", FULL, staff, "first_replace = apply",
        base="fresh",
    )  # fmt: skip
    yield good(
        kind, "syncuser", SOME, staff.only("u000009"), "touches only who is in it", base="fresh",
        settings={"first_replace": "hold"},
    )  # fmt: skip
    yield from first_changes()
    lost = members().less(1000)
    yield held(
        kind, "half an export is the first one", FULL, lost, "half of the people would go",
        base="fresh", settings={"first_replace": "hold"},
    )  # fmt: skip


def first_changes() -> Iterator[Hazard]:
    kind = "first changes"
    staff = members()
    asked = {"base": "fresh", "settings": {"first_replace": "hold"}}
    for name, count in (("20", 20), ("21", 21), ("all", STAFF)):
        some = Export(staff.columns, staff.rows[:count])
        if count == 20:
            yield good(kind, f"{name} people", SOME, some, "a few", **asked)
        else:
            yield held(kind, f"{name} people", SOME, some, "no row of theirs is known",
                       concerns="first", **asked)  # fmt: skip
    swapped = staff.named({"姓名": "职位", "职位": "姓名"})
    yield bad(kind, "姓名 and 职位 swapped", SOME, swapped, "everybody's names would be lost",
              expect="hold", concerns="first", **asked)  # fmt: skip
    yield good(kind, "all, as the settings allow", SOME, staff, "first_replace = apply",
               base="fresh")  # fmt: skip
