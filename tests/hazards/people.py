"""Who is in a file and who is not: doubles, strangers, another file, too many leavers."""

from collections.abc import Iterator

from hazards.book import SERVICES, STAFF, Export, departments, joiners, member, members
from hazards.hazard import FULL, NO_LIMITS, SOME, TREE, Hazard, bad, good, held, last, same


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
    more = {"concerns": "reassigned_accounts"}
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
                  concerns="reassigned_accounts" if expect == "hold" else "")  # fmt: skip
    for kept in ("姓名", "手机号", "邮箱"):
        same_person = staff.but("u000023", **{**newcomer, kept: staff.rows[26][kept]})
        yield good(kind, f"the {kept} stays", SOME, same_person.only("u000023"), "the same person")


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
        base="grown", concerns="too_many_removals",
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
            settings={"first_replace": "hold"}, concerns="first_full_file",
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
                       concerns="first_changes", **asked)  # fmt: skip
    swapped = staff.named({"姓名": "职位", "职位": "姓名"})
    yield bad(kind, "姓名 and 职位 swapped", SOME, swapped, "everybody's names would be lost",
              expect="hold", concerns="first_changes", **asked)  # fmt: skip
    yield good(kind, "all, as the settings allow", SOME, staff, "first_replace = apply",
               base="fresh")  # fmt: skip


def limits() -> Iterator[Hazard]:
    kind = "limits"
    staff = members()
    for gone in (1, 10, 49, 50):
        yield good(kind, f"{gone} people go", FULL, staff.less(gone), "50 are allowed")
    for gone in (51, 60):
        yield held(
            kind, f"{gone} people go", FULL, staff.less(gone), "50 are allowed",
            concerns="too_many_removals",
        )  # fmt: skip
    for limit, gone in ((0, 1), (1, 2), (10, 11)):
        yield held(
            kind, f"{gone} people go, {limit} allowed", FULL, staff.less(gone), "too many",
            settings={"removals": limit}, concerns="too_many_removals",
        )  # fmt: skip
    exchanged = staff.less(51).plus(*joiners(51))
    yield held(
        kind, "51 people are exchanged", FULL, exchanged, "as many rows, other people",
        concerns="too_many_removals",
    )  # fmt: skip
    yield from instalments()
    by_share = {"removals": 1000}
    for gone in (199, 200):
        yield good(kind, f"{gone} of 2,000 go", FULL, staff.less(gone), "10 %", settings=by_share)
    for gone in (201, 250):
        yield held(
            kind, f"{gone} of 2,000 go", FULL, staff.less(gone), "more than 10 %",
            settings=by_share, concerns="too_large_a_share",
        )  # fmt: skip
    by_rows = {"removals": 1000, "removal_percent": 100, "row_loss_percent": 15}
    for gone in (299, 300):
        yield good(kind, f"{gone} rows fewer", FULL, staff.less(gone), "15 %", settings=by_rows)
    for gone in (301, 399):
        yield held(
            kind, f"{gone} rows fewer", FULL, staff.less(gone), "more than 15 %",
            settings=by_rows, concerns="lost_rows",
        )  # fmt: skip
    for gone, rule in ((400, ""), (401, "lost_rows")):
        settings = {"removals": 1000, "removal_percent": 100}
        if rule:
            yield held(kind, f"{gone} rows fewer, 20 %", FULL, staff.less(gone), "more than 20 %",
                       settings=settings)  # fmt: skip
        else:
            yield good(kind, f"{gone} rows fewer, 20 %", FULL, staff.less(gone), "just 20 %",
                       settings=settings)  # fmt: skip
    yield held(kind, "everybody but one goes", FULL, staff.less(STAFF - 1), "nearly everybody")


def instalments() -> Iterator[Hazard]:
    """Yield files after one that took 30 away within the hour."""
    kind = "instalments"
    staff = members()
    for gone in (50, 51):
        name = f"30 people went before, and {gone - 30} go"
        if gone == 50:
            yield good(kind, name, FULL, staff.less(gone), "50 in a day", base="shrunk")
        else:
            yield held(kind, name, FULL, staff.less(gone), "more than 50 in a day", base="shrunk",
                       concerns="too_many_removals")  # fmt: skip
    yield good(kind, "30 people went before, and nobody goes", FULL,
               staff.less(30).but("u000021", 职位="总监"), "nobody goes",
               base="shrunk", settings={"removals": 20})  # fmt: skip
    for gone in (200, 201):
        name = f"30 of 2,000 went before, and {gone - 30} go"
        more = {"base": "shrunk", "settings": {"removals": 1000}}
        if gone == 200:
            yield good(kind, name, FULL, staff.less(gone), "10 % in a day", **more)
        else:
            yield held(kind, name, FULL, staff.less(gone), "more than 10 % in a day",
                       concerns="too_large_a_share", **more)  # fmt: skip


def wecoms_guard() -> Iterator[Hazard]:
    """Files that WeCom would refuse with 45026: at once rather than half an hour later."""
    kind = "WeCom's guard"
    for there, gone, expect in (
        (240, 48, "apply"), (240, 49, "apply"), (240, 50, "hold"), (240, 51, "hold"),
        (250, 50, "apply"), (250, 51, "hold"), (300, 60, "apply"), (300, 61, "hold"),
        (2000, 400, "apply"), (2000, 401, "hold"),
        (62, 49, "apply"), (62, 50, "hold"), (60, 48, "apply"), (60, 49, "hold"),
        (63, 51, "hold"), (25, 20, "apply"), (25, 21, "hold"),
    ):  # fmt: skip
        base = "corp" if there == STAFF else f"members-{there}"
        staff = members(there).less(gone)
        settings = {**NO_LIMITS, "protected": []}
        name = f"{gone} of {there} go"
        why = "more than 50 and 20 %, or fewer and 80 %; 50 itself counts as both"
        if expect == "apply":
            yield good(kind, name, FULL, staff, why, base=base, settings=settings)
        else:
            yield held(
                kind, name, FULL, staff, why, base=base, settings=settings,
                concerns="wecoms_guard",
            )  # fmt: skip


def protected() -> Iterator[Hazard]:
    kind = "protected"
    staff = members()
    for user in ("u000001", *SERVICES):
        yield held(
            kind, f"without {user}", FULL, staff.without(user), "the settings protect it",
            concerns="protected_accounts",
        )  # fmt: skip
    yield held(
        kind, "a pattern in capitals", FULL, staff.without("u000300"), "case does not matter",
        settings={"protected": ["U0003??"]}, concerns="protected_accounts",
    )  # fmt: skip
    yield held(
        kind, "disabled instead of removed", FULL, staff.without("svc-mail"),
        "a machine's account would stop working", settings={"leavers": "disable"},
        concerns="protected_accounts",
    )  # fmt: skip
    yield held(kind, "without any", FULL, staff.without(*SERVICES), "they are four",
               concerns="protected_accounts")  # fmt: skip
    yield good(kind, "somebody beside them", FULL, staff.without("u000002"), "nobody protects him")
    yield same(kind, "in capitals", FULL, staff.but("svc-mail", 帐号="SVC-MAIL"))
    kind = "creator"
    without = staff.without("u000001")
    known = {"base": "creator", "settings": {"protected": []}}
    yield same(kind, "missing, and known to stay", FULL, without, **known)
    yield good(kind, "missing, and somebody changes", FULL, without.but("u000021", 职位="总监"),
               "the refusal is known", wanted=None, **known)  # fmt: skip
    yield held(kind, "missing, and 51 people as well", FULL, without.less(51),
               "they are not the creator", concerns="too_many_removals", **known)  # fmt: skip
    kind = "leavers"
    grace = {"leavers": "disable", "leaver_days": 30}
    yield held(
        kind, "a stranger would go at once", FULL, staff,
        "nobody knows his last row, so he cannot be disabled first",
        base="stranger", settings=grace, concerns="leavers_without_a_row",
    )  # fmt: skip
    disabled = staff.less(3)
    yield good(
        kind, "three are disabled first", FULL, disabled, "they go in 30 days", settings=grace,
        wanted=None,
    )  # fmt: skip
    yield good(kind, "a stranger goes", FULL, staff, "one removal is allowed", base="stranger")
