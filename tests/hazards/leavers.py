"""Who goes: too many, a part of the file, protected accounts; and who comes back."""

from collections.abc import Iterator

from hazards.book import SERVICES, STAFF, Export, joiners, members, scattered
from hazards.hazard import FULL, NO_LIMITS, REFUSED, SOME, Hazard, bad, good, held, same


def limits() -> Iterator[Hazard]:
    kind = "limits"
    staff = members()
    for gone in (1, 10, 49, 50):
        yield good(kind, f"{gone} people go", FULL, fewer(gone), "50 are allowed")
    more = {"concerns": "gone"}
    for gone in (51, 60):
        yield held(kind, f"{gone} people go", FULL, fewer(gone), "50 are allowed", **more)
    for limit, gone in ((0, 1), (1, 2), (10, 11)):
        yield held(kind, f"{gone} people go, {limit} allowed", FULL, fewer(gone), "too many",
                   settings={"removals": limit}, **more)  # fmt: skip
    exchanged = fewer(51).plus(*joiners(51))
    yield held(kind, "51 people are exchanged", FULL, exchanged, "as many rows, other people",
               **more)  # fmt: skip
    chosen = scattered(51)
    disabled = staff.each(lambda row: {"禁用": str(int(row["帐号"] in chosen))})
    yield held(kind, "51 people are disabled", FULL, disabled, "they could not sign in", **more)
    yield from instalments()
    by_share = {"removals": 1000}
    for gone in (99, 100):
        yield good(
            kind, f"{gone} of 2,000 go", FULL, fewer(gone), "half of 10 %", settings=by_share
        )
    for gone in (101, 250):
        yield held(kind, f"{gone} of 2,000 go", FULL, fewer(gone), "more than half of 10 %",
                   settings=by_share, **more)  # fmt: skip
    for there, gone in ((80, 8), (12, 1)):
        for count in (gone, gone + 1):
            export = members(there).without(*scattered(count, there))
            name, base = f"{count} of {there} go", f"members-{there}"
            if count == gone:
                yield good(kind, name, FULL, export, "10 %, or one", base=base)
            else:
                yield held(kind, name, FULL, export, "more than 10 %", base=base, **more)
    yield held(kind, "everybody but one goes", FULL, staff.less(STAFF - 1), "nearly everybody")


def fewer(gone: int) -> Export:
    """Return the export without people from all over it."""
    return members().without(*scattered(gone))


def instalments() -> Iterator[Hazard]:
    """Yield files after one that took 30 away within the hour."""
    kind = "instalments"
    more = {"concerns": "gone"}
    for gone in (50, 51):
        name = f"30 people went before, and {gone - 30} go"
        if gone == 50:
            yield good(kind, name, FULL, fewer(gone), "50 in a day", base="shrunk")
        else:
            yield held(kind, name, FULL, fewer(gone), "more than 50 in a day", base="shrunk",
                       **more)  # fmt: skip
    yield good(kind, "30 people went before, and nobody goes", FULL,
               fewer(30).but("u000021", 职位="总监"), "nobody goes",
               base="shrunk", settings={"removals": 20})  # fmt: skip
    for gone in (100, 101):
        name = f"30 of 2,000 went before, and {gone - 30} go"
        lifted = {"base": "shrunk", "settings": {"removals": 1000}}
        if gone == 100:
            yield good(kind, name, FULL, fewer(gone), "half of 10 % in a day", **lifted)
        else:
            yield held(kind, name, FULL, fewer(gone), "more than that", **lifted, **more)


def parts_of_the_file() -> Iterator[Hazard]:
    """Yield files without rows that stood together, or without one department."""
    kind = "parts of the file"
    staff = members()
    more = {"concerns": "incomplete"}
    for place, start in (("first", len(SERVICES) + 1), ("in the middle", 700), ("last", STAFF)):
        for count in (20, 21, 50):
            at = min(start, STAFF - count)
            export = Export(staff.columns, (*staff.rows[:at], *staff.rows[at + count :]))
            name = f"{count} rows are missing, {place}"
            if count == 20:
                yield good(kind, name, FULL, export, "a few")
            else:
                yield held(kind, name, FULL, export, "a page that did not come", **more)
    page = Export(staff.columns, (*staff.rows[:950], *staff.rows[1000:]))
    yield held(kind, "50 rows are missing, and they are disabled first", FULL, page,
               "a page that did not come", settings={"leavers": "disable"}, **more)  # fmt: skip
    few = members(80)
    page = Export(few.columns, (*few.rows[:30], *few.rows[42:]))
    yield held(kind, "12 of 80 rows are missing", FULL, page, "a page that did not come",
               base="members-80", settings={"removal_percent": 50}, **more)  # fmt: skip
    for there in (600, 800, 1_100):
        everybody = members(there)
        left = [row for row in everybody.rows if row["所在部门"].split(";")[0] != "13"]
        gone = there - len(left)
        yield held(kind, f"a department of {gone} of {there}", FULL,
                   Export(everybody.columns, tuple(left)), "it was filtered out",
                   base=f"members-{there}", **more)  # fmt: skip
    everybody = members(600)
    left = [row for row in everybody.rows if row["所在部门"].split(";")[0] != "12"]
    yield held(kind, "a department of which others are a second time", FULL,
               Export(everybody.columns, tuple(left)), "its own people were filtered out",
               base="members-600", **more)  # fmt: skip


def wecoms_guard() -> Iterator[Hazard]:
    """Files that WeCom refuses with 45026: nothing but WeCom stops them."""
    kind = "WeCom's guard"
    for there, gone, expect in (
        (240, 48, "apply"), (240, 49, "apply"), (240, 51, REFUSED),
        (250, 50, "apply"), (250, 51, REFUSED), (300, 60, "apply"), (300, 61, REFUSED),
        (2000, 400, "apply"), (2000, 401, REFUSED),
    ):  # fmt: skip
        base = "corp" if there == STAFF else f"members-{there}"
        staff = thinned(members(there), there - gone)
        yield bad(
            kind, f"{gone} of {there} go", FULL, staff, "more than 50 and 20 %",
            base=base, settings={**NO_LIMITS, "protected": []}, expect=expect,
            wanted=staff if expect == "apply" else None,
        )  # fmt: skip


def thinned(export: Export, left: int) -> Export:
    """Keep the creator, and others at equal distances."""
    others = export.without("u000001").rows
    kept = (others[n * len(others) // (left - 1)] for n in range(left - 1))
    return Export(export.columns, (*export.only("u000001").rows, *kept))


def protected() -> Iterator[Hazard]:
    kind = "protected"
    staff = members()
    for user in ("u000001", *SERVICES):
        yield held(
            kind, f"without {user}", FULL, staff.without(user), "the settings protect it",
            concerns="protected",
        )  # fmt: skip
    yield held(
        kind, "a pattern in capitals", FULL, staff.without("u000300"), "case does not matter",
        settings={"protected": ["U0003??"]}, concerns="protected",
    )  # fmt: skip
    yield held(
        kind, "disabled instead of removed", FULL, staff.without("svc-mail"),
        "a machine's account would stop working", settings={"leavers": "disable"},
        concerns="protected",
    )  # fmt: skip
    yield held(kind, "without any", FULL, staff.without(*SERVICES), "they are four",
               concerns="protected")  # fmt: skip
    yield good(kind, "somebody beside them", FULL, staff.without("u000002"), "nobody protects him")
    yield same(kind, "in capitals", FULL, staff.but("svc-mail", 帐号="SVC-MAIL"))
    kind = "creator"
    without = staff.without("u000001")
    known = {"base": "creator", "settings": {"protected": []}}
    yield same(kind, "missing, and known to stay", FULL, without, **known)
    yield good(kind, "missing, and somebody changes", FULL, without.but("u000021", 职位="总监"),
               "the refusal is known", wanted=None, **known)  # fmt: skip
    yield held(kind, "missing, and 51 people as well", FULL,
               without.without(*scattered(51)),
               "they are not the creator", concerns="gone", **known)  # fmt: skip
    kind = "leavers"
    grace = {"leavers": "disable", "leaver_days": 30}
    yield held(
        kind, "a stranger would go at once", FULL, staff,
        "nobody knows his last row, so he cannot be disabled first",
        base="stranger", settings=grace, concerns="protected",
    )  # fmt: skip
    disabled = staff.less(3)
    yield good(
        kind, "three are disabled first", FULL, disabled, "they go in 30 days", settings=grace,
        wanted=None,
    )  # fmt: skip
    yield good(kind, "a stranger goes", FULL, staff, "one removal is allowed", base="stranger")


def came_back() -> Iterator[Hazard]:
    """Yield files with people who had left."""
    kind = "came back"
    more = {"concerns": "came_back"}
    for there, gone, sizes in ((STAFF, 60, (1, 20, 21, 60)), (80, 9, (7, 8)), (12, 3, (2, 3))):
        base = f"left-{there}-{gone}"
        staff = members(there)
        away = scattered(gone, there)
        few = max(2, min(20, (there - gone) // 10))
        for count in sizes:
            back = away[:count]
            whole = staff.without(*away[count:]).but("u000002", 职位="总监")
            for job, export in ((FULL, whole), (SOME, staff.only(*back))):
                name = f"{job}: {count} of {gone} who left {there}"
                if count <= few:
                    yield good(kind, name, job, export, "a few may come back", base=base)
                else:
                    yield held(kind, name, job, export, "the status was not looked at",
                               base=base, **more)  # fmt: skip
    away = scattered(60)
    staff = members()
    for count in (2, 3):
        rows = (*staff.only(*away[:count]).rows, *joiners(40))
        name = f"{count} who left, among 40 newcomers"
        if count == 2:
            yield good(kind, name, SOME, Export(staff.columns, rows), "it happens",
                       base="left-2000-60")  # fmt: skip
        else:
            yield held(kind, name, SOME, Export(staff.columns, rows), "old rows",
                       base="left-2000-60", **more)  # fmt: skip


def two_systems() -> Iterator[Hazard]:
    """Yield full files that remove whom the changes of another system add again and again."""
    kind = "two systems"
    for count in (3, 10):
        without = members().but("u000021", 职位="经理")
        yield held(kind, f"{count} are removed again", FULL, without, "they would be added again",
                   base=f"tug-{count}", concerns="repeated")  # fmt: skip
        yield good(kind, f"{count} are removed for the first time", FULL, without,
                   "the full file says who is there", base=f"once-{count}")  # fmt: skip
        there = without.plus(*joiners(count))
        yield good(kind, f"{count} are in both", FULL, there, "nobody goes", base=f"tug-{count}")


def rows_left_out() -> Iterator[Hazard]:
    """Yield full files of which the settings take those who work here."""
    kind = "rows left out"
    staff = members()
    settings = {"rows": {"员工状态": ["在职", "试用"]}}
    for name, word, count in (
        ("a new word for three who work here", "借调", 3),
        ("a blank for one", "", 1),
        ("another language for one", "active", 1),
    ):
        others = {f"u{number:06d}" for number in range(21, 21 + count)}
        export = staff.each(
            lambda row, others=others, word=word: {  # type: ignore[misc]
                "员工状态": word if row["帐号"] in others else "在职"
            }
        )
        yield held(
            kind, name, FULL, export, "they would be removed",
            concerns="left_accounts", settings=settings,
        )  # fmt: skip
    new = {row["帐号"] for row in joiners(3)}
    export = staff.plus(*joiners(4)).each(
        lambda row: {"员工状态": "借调" if row["帐号"] in new else "在职"}
    )
    yield held(
        kind, "a new word for three newcomers", FULL, export, "they would be missing",
        concerns="left_out", settings=settings,
    )  # fmt: skip
    working = staff.each(lambda row: {"员工状态": "试用" if row["帐号"] < "u000021" else "在 职"})
    yield same(kind, "everybody works here", FULL, working, settings=settings)
    yield bad(kind, "without the column", FULL, staff, "it may list leavers", settings=settings)
