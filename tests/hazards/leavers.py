"""Who goes: too many, a part of the file, protected accounts; and who comes back."""

from collections.abc import Iterable, Iterator
from typing import Any

from hazards.book import SERVICES, STAFF, joiners, members, scattered
from hazards.hazard import FULL, NO_LIMITS, REFUSED, SOME, Hazard, bad, good, held, same, within
from support.companies import Export


def limits() -> Iterator[Hazard]:
    for gone in (1, 10, 49, 50, 51, 60):
        yield within(gone <= 50, f"{gone} people go", FULL, fewer(gone), "gone")
    for limit, gone in ((0, 1), (1, 2), (10, 11)):
        name, strict = f"{gone} people go, {limit} allowed", {"removals": limit}
        yield held(name, FULL, fewer(gone), "gone", settings=strict)
    yield held("51 people are exchanged", FULL, fewer(51).plus(*joiners(51)), "gone")
    chosen = scattered(51)
    disabled = members().each(lambda row: {"禁用": str(int(row["帐号"] in chosen))})
    yield held("51 people are disabled", FULL, disabled, "gone")
    by_share = {"removals": 1000}
    for gone in (99, 100, 101, 250):
        name = f"{gone} of 2,000 go"
        yield within(gone <= 100, name, FULL, fewer(gone), "gone", settings=by_share)
    for there, few in ((80, 8), (12, 1)):
        for gone in (few, few + 1):
            export, name = members(there).without(*scattered(gone, there)), f"{gone} of {there} go"
            yield within(gone == few, name, FULL, export, "gone", base=f"members-{there}")
    yield held("everybody but one goes", FULL, members().less(STAFF - 1))


def fewer(gone: int) -> Export:
    return members().without(*scattered(gone))


def instalments() -> Iterator[Hazard]:
    """Yield files after one that took 30 away within the hour."""
    for gone in (50, 51):
        name = f"30 people went before, and {gone - 30} go"
        yield within(gone == 50, name, FULL, fewer(gone), "gone", base="shrunk")
    for gone in (100, 101):
        name, lax = f"30 of 2,000 went before, and {gone - 30} go", {"removals": 1000}
        yield within(gone == 100, name, FULL, fewer(gone), "gone", base="shrunk", settings=lax)
    nobody, strict = fewer(30).but("u000021", 职位="总监"), {"removals": 20}
    name = "30 people went before, and nobody goes"
    yield good(name, FULL, nobody, base="shrunk", settings=strict)


def parts_of_the_file() -> Iterator[Hazard]:
    """Yield files without rows that stood together, or without one department."""
    rule = "incomplete"
    for place, start in (("first", len(SERVICES) + 1), ("in the middle", 700), ("last", STAFF)):
        for count in (20, 21, 50):
            export = without_page(members(), min(start, STAFF - count), count)
            name = f"{count} rows are missing, {place}"
            yield within(count == 20, name, FULL, export, rule)
    page, grace = without_page(members(), 950, 50), {"leavers": "disable"}
    name = "50 rows are missing, and they are disabled first"
    yield held(name, FULL, page, rule, settings=grace)
    page, lax = without_page(members(80), 30, 12), {"removal_percent": 50}
    yield held("12 of 80 rows are missing", FULL, page, rule, base="members-80", settings=lax)
    for there in (600, 800, 1_100):
        left = without_department(there, "13")
        name = f"a department of {there - len(left.rows)} of {there}"
        yield held(name, FULL, left, rule, base=f"members-{there}")
    left, name = without_department(600, "12"), "a department of which others are a second time"
    yield held(name, FULL, left, rule, base="members-600")


def without_page(export: Export, start: int, count: int) -> Export:
    return export.of((*export.rows[:start], *export.rows[start + count :]))


def without_department(there: int, number: str) -> Export:
    staff = members(there)
    return staff.of(row for row in staff.rows if row["所在部门"].split(";")[0] != number)


def wecoms_guard() -> Iterator[Hazard]:
    """Files that WeCom refuses with 45026: nothing but WeCom stops them."""
    for there, gone, expect in (
        (240, 48, "apply"), (240, 49, "apply"), (240, 51, REFUSED),
        (250, 50, "apply"), (250, 51, REFUSED), (300, 60, "apply"), (300, 61, REFUSED),
        (2000, 400, "apply"), (2000, 401, REFUSED),
    ):  # fmt: skip
        base = "corp" if there == STAFF else f"members-{there}"
        staff = thinned(members(there), there - gone)
        lax, name = {**NO_LIMITS, "protected": []}, f"{gone} of {there} go"
        wanted = staff if expect == "apply" else None
        yield good(name, FULL, staff, base=base, settings=lax, expect=expect, wanted=wanted)


def thinned(export: Export, left: int) -> Export:
    """Keep the creator, and others at equal distances."""
    others = export.without("u000001").rows
    kept = (others[n * len(others) // (left - 1)] for n in range(left - 1))
    return export.of((*export.only("u000001").rows, *kept))


def protected() -> Iterator[Hazard]:
    staff, rule = members(), "protected"
    for user in ("u000001", *SERVICES):
        yield held(f"without {user}", FULL, staff.without(user), rule)
    yield held("without any", FULL, staff.without(*SERVICES), rule)
    pattern, grace = {"protected": ["U0003??"]}, {"leavers": "disable"}
    yield held("a pattern in capitals", FULL, staff.without("u000300"), rule, settings=pattern)
    mail = staff.without("svc-mail")
    yield held("disabled instead of removed", FULL, mail, rule, settings=grace)
    yield good("somebody beside them", FULL, staff.without("u000002"))
    yield same("in capitals", FULL, staff.but("svc-mail", 帐号="SVC-MAIL"))


def protected_contacts() -> Iterator[Hazard]:
    """Yield files with which somebody else would sign in as somebody protected."""
    staff, rule = members(), "protected_contacts"
    for column, cell in (("手机号", "13911110001"), ("邮箱", "x@evil.example"), ("姓名", "王五")):
        for job in (FULL, SOME):
            yield held(
                f"another {column} by {job}", job, staff.but("svc-mail", **{column: cell}), rule
            )


def creator() -> Iterator[Hazard]:
    """Yield files without the creator, whom WeCom keeps."""
    without = members().without("u000001")
    options: dict[str, Any] = {"base": "creator", "settings": {"protected": []}}
    yield same("missing, and known to stay", FULL, without, **options)
    changed, many = without.but("u000021", 职位="总监"), without.without(*scattered(51))
    yield good("missing, and somebody changes", FULL, changed, wanted=None, **options)
    yield held("missing, and 51 people as well", FULL, many, "gone", **options)


def grace() -> Iterator[Hazard]:
    """Yield files whose leavers are disabled first, and with a stranger."""
    staff, first = members(), {"leavers": "disable", "leaver_days": 30}
    name = "a stranger would go at once"
    yield held(name, FULL, staff, "protected", base="stranger", settings=first)
    yield good("three are disabled first", FULL, staff.less(3), settings=first, wanted=None)
    yield good("a stranger goes", FULL, staff, base="stranger")


def came_back() -> Iterator[Hazard]:
    """Yield files with people who had left."""
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
                yield within(count <= few, name, job, export, "came_back", base=base)
    for count in (2, 3):
        rows = (*members().only(*scattered(60)[:count]).rows, *joiners(40))
        name, export = f"{count} who left, among 40 newcomers", members().of(rows)
        yield within(count == 2, name, SOME, export, "came_back", base="left-2000-60")


def two_systems() -> Iterator[Hazard]:
    """Yield full files that remove whom the changes of another system add again and again."""
    without = members().but("u000021", 职位="经理")
    for count in (3, 10):
        yield held(f"{count} are removed again", FULL, without, "repeated", base=f"tug-{count}")
        yield good(f"{count} are removed for the first time", FULL, without, base=f"once-{count}")
        there = without.plus(*joiners(count))
        yield good(f"{count} are in both", FULL, there, base=f"tug-{count}")


def rows_left_out() -> Iterator[Hazard]:
    """Yield full files of which the settings take those who work here."""
    staff, settings = members(), {"rows": {"员工状态": ["在职", "试用"]}}

    def stated(export: Export, word: str, chosen: Iterable[str]) -> Export:
        return export.each(lambda row: {"员工状态": word if row["帐号"] in chosen else "在职"})

    three = ("u000021", "u000022", "u000023")
    for name, word, chosen in (
        ("a new word for three who work here", "借调", three),
        ("a blank for one", "", three[:1]),
        ("another language for one", "active", three[:1]),
    ):
        export = stated(staff, word, chosen)
        yield held(name, FULL, export, "left_accounts", settings=settings)
    new = stated(staff.plus(*joiners(4)), "借调", [row["帐号"] for row in joiners(3)])
    yield held("a new word for three newcomers", FULL, new, "left_out", settings=settings)
    working = staff.each(lambda row: {"员工状态": "试用" if row["帐号"] < "u000021" else "在 职"})
    yield same("everybody works here", FULL, working, settings=settings)
    yield bad("without the column", FULL, staff, settings=settings)
